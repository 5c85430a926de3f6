"""Handles: who gets a name, for how long, and what looks too much like it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.directory.handles import check_handle, skeleton
from federation.errors import MalformedError
from federation.wire import limit
from tests.limits import hits


@pytest.mark.parametrize("handle", ["bob", "alice.m", "a-b-c", "4ever", "x" * 30])
def test_a_short_plain_name_is_a_handle(handle: str) -> None:
    assert check_handle(handle) == handle


@pytest.mark.parametrize(
    "text",
    [
        *("ab", "x" * 31, "Bob", "bob ", ".bob", "bob-", "b..b", "b.-b", "b_b", "bøb"),
        *("b\u0430b", 5, None, "admin", "adrnin", "supp0rt", "bob\n"),
    ],
)
def test_any_other_text_is_none(text: object) -> None:
    with pytest.raises(MalformedError):
        check_handle(text)


@pytest.mark.parametrize(
    ("held", "like_it"),
    [
        ("bob", "b0b"),
        ("alice", "al1ce"),
        ("alice", "a1lce"),
        ("alice", "allce"),
        ("norman", "nonnan".replace("nn", "rm")),
        ("emma", "ernma"),
        ("wendy", "vvendy"),
        ("mary-lou", "marylou"),
        ("mary-lou", "mary.lou"),
    ],
)
async def test_a_name_that_looks_like_a_held_one_is_refused(
    served: Any, alice: Any, mallory: Any, held: str, like_it: str
) -> None:
    await served.post("handles", alice.claim(held))

    status, body = await served.post("handles", mallory.claim(like_it))

    assert (status, body["reason"]) == (409, "taken")
    assert held == like_it or (await served.post("look-up", {"handle": like_it}))[0] == 404


@pytest.mark.parametrize("other", ["bobby", "rob", "bo"])
async def test_a_name_that_does_not_is_given(
    served: Any, alice: Any, mallory: Any, other: str
) -> None:
    await served.post("handles", alice.claim("bob"))

    status, _ = await served.post("handles", mallory.claim(other + "x"))

    assert status == 200


@given(st.text(st.sampled_from("abil01omnrvw.-"), min_size=3, max_size=30))
def test_the_skeleton_of_a_skeleton_looks_like_it(handle: str) -> None:
    assert skeleton(handle.replace("l", "1")) == skeleton(handle)
    assert skeleton(handle.replace("o", "0")) == skeleton(handle)


async def test_the_first_to_come_holds_the_name(served: Any, alice: Any, mallory: Any) -> None:
    first = await served.post("handles", alice.claim("alice", 5))
    second = await served.post("handles", mallory.claim("alice", 6))
    _, found = await served.post("look-up", {"handle": "alice"})

    assert first == (200, {"handle": "alice", "number": 5})
    assert (second[0], second[1]["reason"]) == (409, "taken")
    assert found["claim"]["person"] == alice.did
    assert found["identity"] == alice.identity.value
    assert found["records"] == []


async def test_a_claim_signed_by_somebody_else_is_refused(
    served: Any, alice: Any, mallory: Any
) -> None:
    stolen = {"claim": mallory.claim("alice")["claim"], "identity": alice.identity.value}
    altered = alice.claim("alice")
    altered["claim"]["handle"] = "alicia"

    assert (await served.post("handles", stolen))[0] == 401
    assert (await served.post("handles", altered))[0] == 401


async def test_a_stale_claim_is_refused(served: Any, alice: Any) -> None:
    await served.post("handles", alice.claim("alice", 5))

    assert (await served.post("handles", alice.claim("alice", 4)))[0] == 409
    assert (await served.post("handles", alice.claim("alice", 6)))[0] == 200


@hits("handle_lifetime")
async def test_a_name_is_kept_for_a_year_after_its_last_renewal(
    served: Any, alice: Any, mallory: Any, clock: Any
) -> None:
    await served.post("handles", alice.claim("alice", 1))
    clock.pass_(days=360)
    await served.post("handles", alice.claim("alice", 2))
    clock.pass_(days=360)
    kept = await served.post("handles", mallory.claim("alice", 1))
    clock.pass_(days=7)
    free = await served.post("handles", mallory.claim("a1ice", 2))

    assert (kept[0], free[0]) == (409, 200)
    assert (await served.post("look-up", {"handle": "alice"}))[0] == 404


async def test_somebody_who_repeats_a_claim_does_not_renew_it(
    served: Any, alice: Any, clock: Any
) -> None:
    claim = alice.claim("alice", 1)
    await served.post("handles", claim)
    clock.pass_(days=365)
    repeated = await served.post("handles", claim)
    clock.pass_(days=2)
    await served.directory.sweep()

    assert repeated[0] == 200
    assert (await served.post("look-up", {"handle": "alice"}))[0] == 404


@hits("handles_per_person")
async def test_a_person_holds_a_few_names_and_no_more(served: Any, alice: Any) -> None:
    names = [f"alice-{letter}" for letter in "abcd"]

    statuses = [(await served.post("handles", alice.claim(name)))[0] for name in names]

    assert statuses == [200] * limit("handles_per_person") + [409]


async def test_webfinger_leads_from_a_handle_to_the_actor(served: Any, alice: Any) -> None:
    await served.post("records", alice.publication(5))
    await served.post("handles", alice.claim("alice"))
    host = served.url.removeprefix("http://")

    async with served.session.get(
        served.url + "/.well-known/webfinger", params={"resource": f"acct:alice@{host}"}
    ) as answer:
        media_type, jrd = answer.content_type, await answer.json(content_type=None)

    actor = f"http://192.168.1.5:8100/u/{alice.did}/actor"
    assert media_type == "application/jrd+json"
    assert jrd["subject"] == f"acct:alice@{host}"
    assert jrd["links"] == [{"rel": "self", "type": "application/activity+json", "href": actor}]
    assert jrd["aliases"] == [alice.did, actor]


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        ("acct:nobody@{host}", 404),
        ("acct:alice@elsewhere.example", 404),
        ("alice", 404),
        ("acct:@{host}", 404),
        (None, 400),
    ],
)
async def test_webfinger_knows_nobody_else(
    served: Any, alice: Any, resource: str | None, status: int
) -> None:
    await served.post("records", alice.publication(5))
    await served.post("handles", alice.claim("alice"))
    host = served.url.removeprefix("http://")

    params = None if resource is None else {"resource": resource.format(host=host)}

    assert (await served.get("/.well-known/webfinger", params))[0] == status


async def test_a_handle_of_somebody_who_is_not_public_leads_nowhere(
    served: Any, alice: Any
) -> None:
    await served.post("handles", alice.claim("alice"))
    host = served.url.removeprefix("http://")

    found = await served.get("/.well-known/webfinger", {"resource": f"acct:alice@{host}"})

    assert found[0] == 404

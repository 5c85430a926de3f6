"""Records, look-ups and health over HTTP: each admitted case beside its refused twin."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from federation.directory.registrations import format_time
from federation.directory.sealing import open_sealed, seal_endpoint
from federation.wire import LIMITS, Limit, limit
from keys.purposes import sign_value
from tests.limits import hits

NONCE = bytes(24)


async def test_a_record_for_everyone_is_found_by_its_did(served: Any, alice: Any) -> None:
    published = await served.post("records", alice.publication(5))
    found = await served.post("look-up", {"did": alice.did})

    assert published == (200, {"number": 5, "result": "accepted"})
    assert found == (
        200,
        {"records": [alice.endpoint(5)], "identity": alice.identity.value},
    )


async def test_who_did_not_publish_is_not_found(served: Any, bob: Any) -> None:
    assert (await served.post("look-up", {"did": bob.did}))[0] == 404


async def test_a_stale_number_is_answered_with_the_current_record(served: Any, alice: Any) -> None:
    await served.post("records", alice.publication(5))

    older = await served.post("records", alice.publication(4))
    other = await served.post("records", alice.publication(5, urls=["http://10.0.0.1:8100"]))

    for status, body in (older, other):
        assert (status, body["reason"], body["current"]) == (409, "stale", alice.endpoint(5))


async def test_a_repeated_record_changes_nothing(served: Any, alice: Any) -> None:
    await served.post("records", alice.publication(5))

    assert (await served.post("records", alice.publication(5)))[1]["result"] == "repeated"


async def test_a_renewal_outlives_the_record_it_renews(
    served: Any, alice: Any, clock: Any
) -> None:
    await served.post("records", alice.publication(5))
    clock.pass_(hours=1)
    later = format_time(clock.now + timedelta(hours=2))
    await served.post("records", alice.publication(6, expires=later))
    clock.pass_(minutes=90)

    found = await served.post("look-up", {"did": alice.did})

    assert found[1]["records"][0]["number"] == 6


async def test_an_expired_record_is_not_given_out_and_does_not_come_back(
    served: Any, alice: Any, clock: Any
) -> None:
    await served.post("records", alice.publication(4))
    await served.post(
        "records", alice.publication(5, expires=format_time(clock.now + timedelta(minutes=5)))
    )
    clock.pass_(minutes=6)
    await served.directory.sweep()

    gone = await served.post("look-up", {"did": alice.did})
    replayed = await served.post("records", alice.publication(4))

    assert gone[0] == 404
    assert replayed[0] == 409


@pytest.mark.parametrize(
    ("hours", "reason"), [(-1, "expired"), (3, "lifetime")], ids=["expired", "too long"]
)
@hits("endpoint_lifetime")
async def test_a_record_lives_for_at_most_two_hours(
    served: Any, alice: Any, clock: Any, hours: int, reason: str
) -> None:
    expires = format_time(clock.now + timedelta(hours=hours))

    status, body = await served.post("records", alice.publication(5, expires=expires))

    assert (status, body["reason"]) == (403, reason)


async def test_a_record_signed_by_somebody_else_is_refused(
    served: Any, alice: Any, mallory: Any
) -> None:
    forged = {**alice.endpoint(6), "sig": alice.endpoint(5)["sig"]}
    foreign = sign_value(
        mallory.device,
        "endpoint",
        {**_unsigned(alice.endpoint(6)), "by": mallory.device.multibase},
    )

    one = await served.post("records", {"record": forged, "identity": alice.identity.value})
    two = await served.post("records", {"record": foreign, "identity": alice.identity.value})
    three = await served.post("records", {"record": foreign, "identity": mallory.identity.value})

    assert [status for status, _ in (one, two, three)] == [401, 401, 401]
    assert (await served.post("look-up", {"did": alice.did}))[0] == 404


async def test_a_device_that_a_newer_identity_record_dropped_is_gone_and_stays_out(
    served: Any, alice: Any, bob: Any
) -> None:
    old = alice.identity
    await served.post("records", alice.publication(5))
    alice.list_devices(bob.device.multibase, number=2_000)
    alice.device, stolen = bob.device, alice.device

    await served.post("records", alice.publication(6))
    alice.device = stolen
    again = await served.post("records", {"record": alice.endpoint(7), "identity": old.value})
    found = await served.post("look-up", {"did": alice.did})

    assert (again[0], again[1]["reason"]) == (403, "unknown_device")
    assert [record["by"] for record in found[1]["records"]] == [bob.device.multibase]


async def test_a_record_for_contacts_is_found_by_the_card_and_says_nothing_without_it(
    served: Any, alice: Any, clock: Any
) -> None:
    sealed = seal_endpoint(alice.card, alice.endpoint(5), alice.identity, NONCE)

    published = await served.post("records", {"record": sealed})
    status, found = await served.post("look-up", {"contact": alice.card.card.signer})
    by_did = await served.post("look-up", {"did": alice.did})
    _, endpoint, identity = open_sealed(alice.card.card, found["records"][0], clock.now)

    assert published[0] == status == 200
    assert (endpoint, identity.did) == (alice.endpoint(5), alice.did)
    assert by_did[0] == 404
    assert "identity" not in found
    assert alice.did not in str(found)
    assert alice.device.multibase not in str(found)


async def test_nobody_else_can_publish_under_a_contact_card(
    served: Any, alice: Any, mallory: Any
) -> None:
    sealed = seal_endpoint(alice.card, alice.endpoint(5), alice.identity, NONCE)
    theirs = seal_endpoint(mallory.card, alice.endpoint(6), alice.identity, NONCE)

    stolen = {**theirs, "by": sealed["by"]}
    altered = {**sealed, "number": 7}

    assert (await served.post("records", {"record": stolen}))[0] == 401
    assert (await served.post("records", {"record": altered}))[0] == 401


@hits("sealed_box")
async def test_a_box_that_is_too_large_is_refused(served: Any, alice: Any) -> None:
    def sealed(bytes_: int) -> dict[str, Any]:
        value = {
            "type": "sealed_endpoint",
            "by": alice.card.signer.multibase,
            "number": 5,
            "expires": alice.endpoint(5)["expires"],
            "box": "u" + "A" * (bytes_ * 4 // 3),
        }
        return sign_value(alice.card.signer, "sealed_endpoint", value)

    too_large = await served.post("records", {"record": sealed(limit("sealed_box") + 16)})
    just_fits = await served.post("records", {"record": sealed(limit("sealed_box"))})

    assert (too_large[0], just_fits[0]) == (400, 200)


@hits("directory_records")
async def test_a_full_directory_takes_renewals_and_nobody_new(
    served: Any, alice: Any, bob: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await served.post("records", alice.publication(5))
    monkeypatch.setitem(LIMITS, "directory_records", Limit(1, "records", "for this test"))

    newcomer = await served.post("records", bob.publication(5))
    renewal = await served.post("records", alice.publication(6))

    assert (newcomer[0], newcomer[1]["reason"]) == (503, "full")
    assert renewal[0] == 200


async def test_a_record_is_taken_back_by_an_empty_one(served: Any, alice: Any) -> None:
    await served.post("records", alice.publication(5))

    taken_back = await served.post("records", alice.publication(6, urls=[]))

    assert taken_back[0] == 200
    assert (await served.post("look-up", {"did": alice.did}))[0] == 404
    assert (await served.post("records", alice.publication(5)))[0] == 409


@pytest.mark.parametrize(
    "changed",
    [
        {"urls": ["ftp://example.com"]},
        {"urls": ["http://example.com/ x"]},
        {"urls": "http://example.com"},
        {"urls": ["http://example.com"] * 9},
        {"urls": ["http://example.com/" + "x" * 600]},
        {"spki": "no digest"},
        {"number": 0},
        {"number": True},
        {"number": "5"},
        {"expires": "2026-11-22T11:00:00+01:00"},
        {"expires": "2026-13-22T11:00:00Z"},
        {"expires": 5},
        {"type": "contact"},
    ],
)
async def test_a_record_of_another_form_is_refused(
    served: Any, alice: Any, changed: dict[str, Any]
) -> None:
    assert (await served.post("records", alice.publication(5, **changed)))[0] == 400


@pytest.mark.parametrize("body", [{}, {"record": 1}, {"record": {}}, [], "x", {"record": [1]}])
async def test_a_body_of_another_form_is_refused(served: Any, body: object) -> None:
    assert (await served.post("records", body))[0] == 400
    assert (await served.post("handles", body))[0] == 400
    assert (await served.post("look-up", body))[0] == 400


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        (b'{"did": "x", "did": "y"}', "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b" " * (limit("call_body") + 1), "application/json", 413),
        (b"[" * 100_000, "application/json", 400),
    ],
    ids=["duplicate", "cut off", "not UTF-8", "media type", "too large", "too deep"],
)
async def test_bytes_of_another_form_are_refused(
    served: Any, raw: bytes, content_type: str, status: int
) -> None:
    url = served.url + "/pp/1/directory/look-up"
    async with served.session.post(
        url, data=raw, headers={"Content-Type": content_type}
    ) as answer:
        assert answer.status == status


async def test_only_exact_look_ups_of_one_thing_are_answered(served: Any, alice: Any) -> None:
    await served.post("records", alice.publication(5))

    for body in ({"did": "did:key:"}, {"did": alice.did, "handle": "alice"}, {"did": ["x"]}):
        assert (await served.post("look-up", body))[0] == 400
    for body in ({"handle": "*"}, {"handle": "%"}, {"handle": "ali"}, {"handle": 5}):
        assert (await served.post("look-up", body))[0] == 404
    for path in ("/pp/1/directory/records", "/pp/1/directory/look-up", "/pp/1/directory/"):
        assert (await served.get(path))[0] in {404, 405}


async def test_what_nobody_has_is_always_the_same_answer(served: Any, bob: Any) -> None:
    answers = [
        await served.post("look-up", {"did": bob.did}),
        await served.post("look-up", {"contact": bob.card.card.signer}),
        await served.post("look-up", {"handle": "nobody"}),
        await served.post("look-up", {"handle": "not a handle"}),
    ]

    assert all(answer == answers[0] for answer in answers)


@hits("directory_look_up_rate", "directory_look_up_burst")
async def test_walking_the_names_is_slowed_down(served: Any) -> None:
    statuses = []
    for number in range(limit("directory_look_up_burst") + 1):
        async with served.session.post(
            served.url + "/pp/1/directory/look-up", json={"handle": f"name{number}"}
        ) as answer:
            statuses.append((answer.status, answer.headers.get("Retry-After")))

    assert statuses[0] == (404, None)
    assert statuses[-1] == (429, "1")


@hits(
    "directory_publish_rate",
    "directory_publish_burst",
    "directory_claim_rate",
    "directory_claim_burst",
)
async def test_publishing_and_claiming_are_slowed_down(served: Any) -> None:
    for path, burst in (
        ("records", limit("directory_publish_burst")),
        ("handles", limit("directory_claim_burst")),
    ):
        statuses = [(await served.post(path, {}))[0] for _ in range(burst + 5)]

        assert statuses[0] == 400
        assert statuses[-1] == 429


async def test_records_and_handles_survive_a_restart(start: Any, alice: Any) -> None:
    async with start() as first:
        await first.post("records", alice.publication(5))
        await first.post("handles", alice.claim("alice"))
    async with start() as second:
        found = await second.post("look-up", {"did": alice.did})
        by_handle = await second.post("look-up", {"handle": "alice"})
        _, health = await second.get("/health")

    assert found[1]["records"] == [alice.endpoint(5)]
    assert by_handle[1]["claim"] == alice.claim("alice")["claim"]
    assert (health["total_registrations"], health["active_users"]) == (1, 0)


async def test_health_counts_users_registrations_and_look_ups(
    served: Any, alice: Any, bob: Any
) -> None:
    await served.post("records", alice.publication(5))
    await served.post("records", alice.publication(6))
    await served.post("records", bob.publication(5))
    await served.post("look-up", {"did": bob.did})

    status, health = await served.get("/health")

    assert status == 200
    assert health["status"] == "ok"
    assert health["version"]
    assert health["uptime"] >= 0
    assert [health[name] for name in ("active_users", "total_registrations", "lookups")] == [
        2,
        2,
        1,
    ]


async def test_metrics_are_there_for_prometheus(served: Any, alice: Any) -> None:
    await served.post("records", alice.publication(5))
    await served.post("look-up", {"did": alice.did})

    async with served.session.get(served.url + "/metrics") as answer:
        text = await answer.text()

    assert "pp_directory_online 1.0" in text
    assert 'pp_directory_look_ups_total{result="found"} 1.0' in text
    assert 'pp_directory_requests_total{method="POST",status="200"} 2.0' in text
    assert alice.did not in text


async def test_behind_a_proxy_the_forwarded_address_is_counted(start: Any) -> None:
    burst = limit("directory_look_up_burst")
    async with start(behind_proxy=True) as served:
        statuses = []
        for number in range(burst + 1):
            headers = {"X-Forwarded-For": f"198.51.100.9, 203.0.113.{number}"}
            async with served.session.post(
                served.url + "/pp/1/directory/look-up", json={"handle": "bob"}, headers=headers
            ) as answer:
                statuses.append(answer.status)

    assert set(statuses) == {404}


async def test_a_body_that_never_ends_is_not_waited_for(
    served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("federation.directory.server.limit", lambda _name: 0.1)
    host, port = served.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /pp/1/directory/look-up HTTP/1.1\r\nHost: x\r\n"
        b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )

    status = await asyncio.wait_for(reader.readline(), 5)
    writer.close()

    assert b" 408 " in status


def _unsigned(value: dict[str, Any]) -> dict[str, Any]:
    return {name: member for name, member in value.items() if name != "sig"}

"""Which bytes the stock inbox refuses, before anybody is asked about."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from federation.activitypub.guests import Guest
from federation.wire import ACTIVITY_JSON, LIMITS, Limit, limit
from tests.federation.activitypub.sides import (
    SOMEBODY_ELSE,
    Peer,
    Planner,
    activity_of,
    post,
)
from tests.limits import hits

Session = aiohttp.ClientSession


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_ijson"),
        (b"{", "not_ijson"),
        (b'{"a":1,"a":2}', "not_ijson"),
        (b'{"a":NaN}', "not_ijson"),
        (b'{"a":' + b"9" * 5000 + b"}", "not_ijson"),
        (b'{"a":"\\ud800"}', "not_ijson"),
        (b"[" * 100_000, "not_ijson"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "not_ijson"),
        (b"\xff\xfe{}", "not_ijson"),
        (b"[]", "shape"),
        (b'"text"', "shape"),
        (b"{}", "context"),
    ],
)
async def test_bytes_that_are_not_strict_json_are_refused(
    planner: Planner, http: Session, body: bytes, reason: str
) -> None:
    assert await post(http, planner, body) == (400, {"error": reason})


@pytest.mark.parametrize("keyword", ["@graph", "@reverse", "@included", "@id", "@type", "@nest"])
async def test_a_jsonld_keyword_is_refused_at_any_depth(
    planner: Planner, peer: Peer, guest: Guest, http: Session, keyword: str
) -> None:
    top = {**peer.create(guest.note), keyword: []}
    inner = peer.create(guest.note)
    inner["object"][keyword] = []

    for activity in (top, inner):
        answer = await post(http, planner, peer.signed(activity))
        assert answer == (400, {"error": "jsonld_keyword"})


@pytest.mark.parametrize(
    "context",
    [
        "https://evil.example/context",
        {"actor": "https://evil.example/ns#actor"},
        {"to": {"@id": "as:bto", "@type": "@id"}},
        {"pp": "https://evil.example/ns#"},
        {"@vocab": "https://evil.example/ns#"},
        {"@import": "https://evil.example/context"},
        {"fine": {"@id": "as:x", "@context": {"actor": "as:object"}}},
        {"fine": None},
        {f"term{number}": "as:x" for number in range(65)},
        None,
        7,
    ],
)
@hits("context_terms")
async def test_a_context_that_could_change_the_meaning_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session, context: object
) -> None:
    """CVE-2022-24307, CVE-2026-50128."""
    outer = {**peer.create(guest.note), "@context": [*peer.create("")["@context"], context]}
    inner = peer.create(guest.note)
    inner["object"]["@context"] = context

    for activity in (outer, inner):
        answer = await post(http, planner, peer.signed(activity))
        assert answer == (400, {"error": "context"})


@pytest.mark.parametrize("member", ["id", "type", "actor"])
async def test_an_activity_without_its_members_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session, member: str
) -> None:
    activity = peer.create(guest.note)
    del activity[member]

    assert await post(http, planner, peer.signed(activity)) == (400, {"error": "shape"})


async def test_a_reply_without_text_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = peer.signed(peer.create(guest.note, text="<br>"))

    assert await post(http, planner, body) == (400, {"error": "shape"})


async def test_script_in_a_reply_is_text(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = peer.signed(peer.create(guest.note, text="<script>alert(1)</script>&lt;b&gt;\x07!"))

    await post(http, planner, body)

    assert planner.replies[0].text == "alert(1)<b>!"


@pytest.mark.parametrize("media_type", ["text/plain", "multipart/form-data", "text/html", ""])
async def test_other_media_types_are_refused(
    planner: Planner, http: Session, media_type: str
) -> None:
    answer = await post(http, planner, b"{}", {"Content-Type": media_type})

    assert answer == (415, {"error": "media_type"})


async def test_an_encoded_body_is_refused_before_it_is_read(
    planner: Planner, http: Session
) -> None:
    answer = await post(http, planner, b"{}", {"Content-Encoding": "gzip"})

    assert answer == (415, {"error": "content_encoding"})


@hits("stock_body")
async def test_a_body_over_the_limit_is_refused_and_one_at_it_is_read(
    planner: Planner, http: Session
) -> None:
    at_limit = b'"' + b"a" * (limit("stock_body") - 2) + b'"'

    assert await post(http, planner, at_limit) == (400, {"error": "shape"})
    assert await post(http, planner, at_limit + b" ") == (413, {"error": "too_large"})


async def test_a_body_of_unknown_length_is_cut_at_the_limit(
    planner: Planner, http: Session
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(limit("stock_body") // 1024 + 1):
            yield b" " * 1024

    assert await post(http, planner, chunks()) == (413, {"error": "too_large"})


async def test_a_sender_who_never_ends_is_cut_off(
    planner: Planner, http: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "request_time", Limit(0, "seconds", "do not wait in a test"))
    end = asyncio.Event()

    async def chunks() -> AsyncIterator[bytes]:
        yield b"{"
        await end.wait()

    assert await post(http, planner, chunks()) == (408, {"error": "slow"})
    end.set()


@hits("guest_reply")
async def test_a_reply_too_large_for_an_event_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = peer.signed(peer.create(guest.note, text="a" * limit("guest_reply")))

    assert await post(http, planner, body) == (413, {"error": "too_large"})


@hits("guest_replies")
async def test_a_guest_has_a_quota_of_replies(
    planner: Planner, peer: Peer, guest: Guest, http: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "guest_replies", Limit(2, "activities", "few for a test"))

    answers = [
        await post(http, planner, peer.signed(peer.create(guest.note, name=name)))
        for name in ("a", "b", "c", "a")
    ]

    assert [status for status, _ in answers] == [202, 202, 403, 202]
    assert answers[2] == (403, {"error": "quota"})
    assert len(planner.replies) == 2


async def test_a_signer_who_posts_too_fast_is_slowed_down(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = peer.signed(activity_of(peer, "Like", guest.note))

    answers = [await post(http, planner, body) for _ in range(limit("stranger_burst") + 1)]

    assert [status for status, _ in answers] == [202] * limit("stranger_burst") + [429]


async def test_the_inbox_of_somebody_else_is_not_here(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    other = planner.inbox.replace(planner.me.did, SOMEBODY_ELSE)

    body, headers = peer.signed(peer.create(guest.note)), {"Content-Type": ACTIVITY_JSON}
    async with http.post(other, data=body, headers=headers) as response:
        assert response.status == 404

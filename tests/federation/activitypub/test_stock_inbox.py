"""What the stock inbox takes and refuses: the abuse cases that concern it, each with its twin."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from federation.activitypub.guests import Guest
from federation.wire import ACTIVITY_JSON, LIMITS, Limit, limit
from keys.canonical import stock_jcs
from keys.identity import DeviceKey
from keys.stock_signatures import StockRequest, sign_stock_request
from tests.federation.activitypub.sides import (
    CLOSED,
    DOC,
    NOW,
    SOMEBODY_ELSE,
    Peer,
    Planner,
    running_peer,
)

Session = aiohttp.ClientSession


@pytest.fixture
async def guest(planner: Planner, peer: Peer) -> Guest:
    return await planner.stock.share_with_guest(DOC, peer.actor, "Long ACME at 100.50")


@pytest.fixture
async def stranger() -> AsyncIterator[Peer]:
    async with running_peer() as peer:
        yield peer


# --- accepted -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "media_type",
    [
        ACTIVITY_JSON,
        f"{ACTIVITY_JSON}; charset=utf-8",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        "application/json",
    ],
)
async def test_a_proven_reply_becomes_a_guest_comment(
    planner: Planner, peer: Peer, guest: Guest, http: Session, media_type: str
) -> None:
    body = peer.signed(peer.create(guest.note, text="Nice &amp; <i>short</i>.<br>Really."))

    assert await _post(http, planner, body, {"Content-Type": media_type}) == (202, {})

    [reply] = planner.replies
    assert (reply.doc, reply.actor, reply.name) == (DOC, peer.actor, "Faye Fed")
    assert reply.text == "Nice & short.\nReally."
    assert reply.reply == f"{peer.base}/notes/1"
    assert reply.received == body


async def test_the_same_reply_again_has_no_second_effect(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    first = peer.signed(peer.create(guest.note))
    under_another_id = {**peer.create(guest.note), "id": f"{peer.base}/activities/other"}

    for body in (first, first, peer.signed(under_another_id)):
        assert (await _post(http, planner, body))[0] == 202

    assert len(planner.replies) == 1


async def test_a_guest_changes_and_takes_back_its_reply(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    create = peer.create(guest.note)
    update = {**create, "type": "Update", "id": f"{peer.base}/activities/u"}
    update["object"] = {**create["object"], "content": "Better."}
    delete = _activity(peer, "Delete", create["object"]["id"])
    bodies = [peer.signed(activity) for activity in (create, update, delete)]

    for body in [*bodies, bodies[1], bodies[0]]:
        assert (await _post(http, planner, body))[0] == 202

    assert [reply.text for reply in planner.replies] == ["Nice.", "Better.", None]
    assert len({reply.reply for reply in planner.replies}) == 1
    assert [reply.comment for reply in planner.replies] == [None, "comment-1", "comment-1"]


async def test_an_rsa_signature_beside_the_proof_is_ignored(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    signed = json.loads(peer.signed(peer.create(guest.note)))
    legacy = {"type": "RsaSignature2017", "creator": peer.key_id, "signatureValue": "AAAA"}

    answer = await _post(http, planner, stock_jcs({**signed, "signature": legacy}))

    assert answer == (202, {})
    assert len(planner.replies) == 1


async def test_the_date_in_a_proof_decides_nothing(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    planner.later(10 * 365 * 86_400)

    assert (await _post(http, planner, peer.signed(peer.create(guest.note))))[0] == 202


@pytest.mark.parametrize("kind", ["Like", "Follow", "Announce", "Undo", "Invented"])
async def test_what_has_no_meaning_here_is_taken_without_effect(
    planner: Planner, peer: Peer, guest: Guest, http: Session, kind: str
) -> None:
    assert (await _post(http, planner, peer.signed(_activity(peer, kind, guest.note))))[0] == 202
    assert planner.replies == []


async def test_a_stranger_is_authenticated_by_a_signed_request_alone(
    planner: Planner, stranger: Peer, http: Session
) -> None:
    """RFC 9421 without a proof, as bovine sends it: a Follow is heard, and has no effect."""
    body = stock_jcs(_activity(stranger, "Follow", planner.stock.local.url))

    answer = await _post(http, planner, body, _signature(planner, stranger, body))

    assert answer == (202, {})


async def test_a_reply_finds_its_note_after_the_planner_moved(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    inbox = planner.inbox
    planner.me.url = "https://alice.example"
    headers = {"Content-Type": ACTIVITY_JSON}

    async with http.post(
        inbox, data=peer.signed(peer.create(guest.note)), headers=headers
    ) as response:
        assert response.status == 202

    assert [reply.text for reply in planner.replies] == ["Nice."]


async def test_sharing_again_pins_the_keys_of_that_day_for_all_documents(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    for name in ("first", "second"):
        peer.key = DeviceKey.generate()
        await _post(http, planner, peer.signed(peer.create(guest.note, name=name)))
    assert len(planner.replies) == 1

    other = await planner.stock.share_with_guest("urn:pp:uEiBvdGhlcg", peer.actor, "Short ACME")
    answers = [
        await _post(http, planner, peer.signed(peer.create(note, name=name)))
        for name, note in (("third", other.note), ("fourth", guest.note))
    ]

    assert answers == [(202, {})] * 2
    assert len(planner.replies) == 3


async def test_a_new_key_of_a_guest_is_looked_up_once(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    peer.key = DeviceKey.generate()
    assert (await _post(http, planner, peer.signed(peer.create(guest.note))))[0] == 202

    peer.key = DeviceKey.generate()
    again = peer.signed(peer.create(guest.note, name="2"))

    assert (await _post(http, planner, again))[0] == 401
    assert len(planner.replies) == 1


# --- the signer ---------------------------------------------------------------------------------


async def test_an_unsigned_activity_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    answer = await _post(http, planner, stock_jcs(peer.create(guest.note)))

    assert answer == (401, {"reason": "unsigned"})
    assert planner.replies == []


async def test_one_changed_byte_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = peer.signed(peer.create(guest.note)).replace(b"Nice.", b"Mice.")

    assert await _post(http, planner, body) == (401, {"reason": "bad_proof"})
    assert planner.replies == []


async def test_a_bad_proof_is_not_saved_by_a_good_http_signature(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = peer.signed(peer.create(guest.note)).replace(b"Nice.", b"Mice.")

    answer = await _post(http, planner, body, _signature(planner, peer, body))

    assert answer == (401, {"reason": "bad_proof"})


async def test_a_reply_without_proof_is_authentic_and_yet_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = stock_jcs(peer.create(guest.note))

    answer = await _post(http, planner, body, _signature(planner, peer, body))

    assert answer == (401, {"reason": "proof_required"})
    assert planner.replies == []


async def test_a_key_of_another_actor_does_not_speak_for_the_guest(
    planner: Planner, peer: Peer, guest: Guest, stranger: Peer, http: Session
) -> None:
    """CVE-2025-54888: a valid signature, by a key that belongs to somebody else."""
    forged = peer.create(guest.note)

    by_their_key = stranger.signed(forged)
    claiming_ours = peer.signed(forged, stranger.key)

    assert await _post(http, planner, by_their_key) == (401, {"reason": "signer_mismatch"})
    assert await _post(http, planner, claiming_ours) == (401, {"reason": "bad_proof"})
    assert stranger.fetches == 0
    assert planner.replies == []


async def test_a_published_test_key_is_no_key(
    planner: Planner, stranger: Peer, http: Session
) -> None:
    """The key of FEP-8b32; its secret half is printed there (CVE-2026-24044)."""
    stranger.key = DeviceKey.from_seed(bytes.fromhex(_FEP_8B32_SEED))
    body = stranger.signed(_activity(stranger, "Follow", planner.stock.local.url))

    assert await _post(http, planner, body) == (401, {"reason": "weak_key"})


async def test_a_request_signed_too_long_ago_is_refused(
    planner: Planner, stranger: Peer, http: Session
) -> None:
    body = stock_jcs(_activity(stranger, "Follow", planner.stock.local.url))
    signature = _signature(planner, stranger, body)
    planner.later(limit("clock_skew") + 1)

    assert await _post(http, planner, body, signature) == (401, {"reason": "clock"})


async def test_a_signature_does_not_stand_on_another_body(
    planner: Planner, stranger: Peer, http: Session
) -> None:
    body = stock_jcs(_activity(stranger, "Follow", planner.stock.local.url))
    other = body.replace(b"Follow", b"Invite")

    answer = await _post(http, planner, other, _signature(planner, stranger, body))

    assert answer == (401, {"reason": "bad_signature"})


@pytest.mark.parametrize(
    "actor",
    ["http://127.0.0.1:22/users/x", "http://169.254.169.254:8080/x", "http://10.0.0.1:8080/x"],
)
async def test_a_key_at_an_inner_address_is_not_fetched(
    planner: Planner, peer: Peer, http: Session, actor: str
) -> None:
    activity = {**_activity(peer, "Follow", planner.stock.local.url), "actor": actor}
    signed = json.loads(peer.signed(activity))
    signed["proof"]["verificationMethod"] = f"{actor}#key"

    answer = await _post(http, planner, stock_jcs(signed))

    assert answer == (401, {"reason": "ssrf_blocked"})


# --- ownership ----------------------------------------------------------------------------------


async def test_a_note_attributed_to_somebody_else_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    """The full id counts, not the origin: bob must not speak for faye of the same server."""
    create = peer.create(guest.note)
    create["object"]["attributedTo"] = f"{peer.base}/users/bob"

    answer = await _post(http, planner, peer.signed(create))

    assert answer == (403, {"reason": "not_owner"})


@pytest.mark.parametrize("kind", ["Update", "Delete"])
async def test_nobody_changes_what_is_of_another_server(
    planner: Planner, peer: Peer, guest: Guest, http: Session, kind: str
) -> None:
    answer = await _post(http, planner, peer.signed(_activity(peer, kind, guest.note)))

    assert answer == (403, {"reason": "not_owner"})


@pytest.mark.usefixtures("guest")
async def test_a_guest_cannot_take_back_another_guests_reply(
    planner: Planner, peer: Peer, stranger: Peer, http: Session
) -> None:
    other = await planner.stock.share_with_guest(DOC, stranger.actor, "Long ACME")
    await _post(http, planner, stranger.signed(stranger.create(other.note)))

    deletion = peer.signed(_activity(peer, "Delete", f"{stranger.base}/notes/1"))

    assert (await _post(http, planner, deletion))[0] == 403
    assert [reply.text for reply in planner.replies] == ["Nice."]


@pytest.mark.usefixtures("guest")
async def test_replies_to_unknown_and_to_foreign_notes_look_the_same(
    planner: Planner, peer: Peer, stranger: Peer, http: Session
) -> None:
    other = await planner.stock.share_with_guest(DOC, stranger.actor, "Long ACME")
    invented = planner.stock.local.event_url("01JD0000000000000000000000")

    answers = [
        await _post(http, planner, peer.signed(peer.create(note, name=name)))
        for name, note in (("a", other.note), ("b", invented))
    ]

    assert answers == [(404, {"reason": "unknown"})] * 2
    assert planner.replies == []


async def test_a_strangers_reply_meets_the_same_answer(
    planner: Planner, guest: Guest, stranger: Peer, http: Session
) -> None:
    body = stranger.signed(stranger.create(guest.note))

    assert await _post(http, planner, body) == (404, {"reason": "unknown"})
    assert planner.replies == []


async def test_a_removed_guest_is_told_so(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    await planner.writer.run(lambda tx: planner.stock.unshare(tx, DOC, peer.actor))

    answer = await _post(http, planner, peer.signed(peer.create(guest.note)))

    assert answer == (403, {"reason": "removed"})
    assert planner.replies == []


async def test_a_reply_to_a_closed_document_is_refused_and_not_remembered(
    planner: Planner, peer: Peer, http: Session
) -> None:
    guest = await planner.stock.share_with_guest(CLOSED, peer.actor, "Long ACME")
    body = peer.signed(peer.create(guest.note))

    for _ in range(2):
        assert await _post(http, planner, body) == (403, {"reason": "removed"})


# --- the bytes ----------------------------------------------------------------------------------


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
    assert await _post(http, planner, body) == (400, {"reason": reason})


@pytest.mark.parametrize("keyword", ["@graph", "@reverse", "@included", "@id", "@type", "@nest"])
async def test_a_jsonld_keyword_is_refused_at_any_depth(
    planner: Planner, peer: Peer, guest: Guest, http: Session, keyword: str
) -> None:
    top = {**peer.create(guest.note), keyword: []}
    inner = peer.create(guest.note)
    inner["object"][keyword] = []

    for activity in (top, inner):
        answer = await _post(http, planner, peer.signed(activity))
        assert answer == (400, {"reason": "jsonld_keyword"})


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
async def test_a_context_that_could_change_the_meaning_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session, context: object
) -> None:
    """CVE-2022-24307, CVE-2026-50128."""
    outer = {**peer.create(guest.note), "@context": [*peer.create("")["@context"], context]}
    inner = peer.create(guest.note)
    inner["object"]["@context"] = context

    for activity in (outer, inner):
        answer = await _post(http, planner, peer.signed(activity))
        assert answer == (400, {"reason": "context"})


@pytest.mark.parametrize("member", ["id", "type", "actor"])
async def test_an_activity_without_its_members_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session, member: str
) -> None:
    activity = peer.create(guest.note)
    del activity[member]

    assert await _post(http, planner, peer.signed(activity)) == (400, {"reason": "shape"})


async def test_a_reply_without_text_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = peer.signed(peer.create(guest.note, text="<br>"))

    assert await _post(http, planner, body) == (400, {"reason": "shape"})


async def test_script_in_a_reply_is_text(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = peer.signed(peer.create(guest.note, text="<script>alert(1)</script>&lt;b&gt;\x07!"))

    await _post(http, planner, body)

    assert planner.replies[0].text == "alert(1)<b>!"


@pytest.mark.parametrize("media_type", ["text/plain", "multipart/form-data", "text/html", ""])
async def test_other_media_types_are_refused(
    planner: Planner, http: Session, media_type: str
) -> None:
    answer = await _post(http, planner, b"{}", {"Content-Type": media_type})

    assert answer == (415, {"reason": "media_type"})


async def test_an_encoded_body_is_refused_before_it_is_read(
    planner: Planner, http: Session
) -> None:
    answer = await _post(http, planner, b"{}", {"Content-Encoding": "gzip"})

    assert answer == (415, {"reason": "content_encoding"})


async def test_a_body_over_the_limit_is_refused_and_one_at_it_is_read(
    planner: Planner, http: Session
) -> None:
    at_limit = b'"' + b"a" * (limit("stock_body") - 2) + b'"'

    assert await _post(http, planner, at_limit) == (400, {"reason": "shape"})
    assert await _post(http, planner, at_limit + b" ") == (413, {"reason": "too_large"})


async def test_a_body_of_unknown_length_is_cut_at_the_limit(
    planner: Planner, http: Session
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(limit("stock_body") // 1024 + 1):
            yield b" " * 1024

    assert await _post(http, planner, chunks()) == (413, {"reason": "too_large"})


async def test_a_sender_who_never_ends_is_cut_off(
    planner: Planner, http: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "request_time", Limit(0, "seconds", "do not wait in a test"))
    end = asyncio.Event()

    async def chunks() -> AsyncIterator[bytes]:
        yield b"{"
        await end.wait()

    assert await _post(http, planner, chunks()) == (408, {"reason": "slow"})
    end.set()


async def test_a_reply_too_large_for_an_event_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = peer.signed(peer.create(guest.note, text="a" * limit("guest_reply")))

    assert await _post(http, planner, body) == (413, {"reason": "too_large"})


async def test_a_guest_has_a_quota_of_replies(
    planner: Planner, peer: Peer, guest: Guest, http: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "guest_replies", Limit(2, "activities", "few for a test"))

    answers = [
        await _post(http, planner, peer.signed(peer.create(guest.note, name=name)))
        for name in ("a", "b", "c", "a")
    ]

    assert [status for status, _ in answers] == [202, 202, 403, 202]
    assert answers[2] == (403, {"reason": "quota"})
    assert len(planner.replies) == 2


async def test_a_signer_who_posts_too_fast_is_slowed_down(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = peer.signed(_activity(peer, "Like", guest.note))

    answers = [await _post(http, planner, body) for _ in range(limit("stranger_burst") + 1)]

    assert [status for status, _ in answers] == [202] * limit("stranger_burst") + [429]


async def test_the_inbox_of_somebody_else_is_not_here(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    other = planner.inbox.replace(planner.me.did, SOMEBODY_ELSE)

    body, headers = peer.signed(peer.create(guest.note)), {"Content-Type": ACTIVITY_JSON}
    async with http.post(other, data=body, headers=headers) as response:
        assert response.status == 404


_FEP_8B32_SEED = "c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6"


async def _post(
    http: Session,
    planner: Planner,
    body: bytes | AsyncIterator[bytes],
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    sent = {"Content-Type": ACTIVITY_JSON, **(headers or {})}
    async with http.post(planner.inbox, data=body, headers=sent) as response:
        return response.status, await response.json()


def _activity(peer: Peer, kind: str, object_: str) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/activitystreams"],
        "id": f"{peer.base}/activities/{kind}",
        "type": kind,
        "actor": peer.actor,
        "object": object_,
    }


def _signature(planner: Planner, peer: Peer, body: bytes) -> dict[str, str]:
    path = planner.inbox.removeprefix(planner.base)
    request = StockRequest("POST", "http", planner.stock.local.authority, path, {}, body)
    return sign_stock_request(
        peer.key, request, keyid=f"{peer.actor}#main-key", created=int(NOW.timestamp())
    )

"""Whom the stock inbox refuses: each signer and owner that is not the right one."""

import json

import aiohttp
import pytest

from federation.activitypub.guests import Guest
from federation.wire import limit
from keys.canonical import stock_jcs
from keys.identity import DeviceKey
from tests.federation.activitypub.sides import (
    CLOSED,
    DOC,
    FEP_8B32_SEED,
    Peer,
    Planner,
    activity_of,
    post,
    signature_of,
)

Session = aiohttp.ClientSession


async def test_an_unsigned_activity_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    answer = await post(http, planner, stock_jcs(peer.create(guest.note)))

    assert answer == (401, {"error": "unsigned"})
    assert planner.replies == []


async def test_one_changed_byte_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = peer.signed(peer.create(guest.note)).replace(b"Nice.", b"Mice.")

    assert await post(http, planner, body) == (401, {"error": "bad_proof"})
    assert planner.replies == []


async def test_a_bad_proof_is_not_saved_by_a_good_http_signature(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = peer.signed(peer.create(guest.note)).replace(b"Nice.", b"Mice.")

    answer = await post(http, planner, body, signature_of(planner, peer, body))

    assert answer == (401, {"error": "bad_proof"})


async def test_a_reply_without_proof_is_authentic_and_yet_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    body = stock_jcs(peer.create(guest.note))

    answer = await post(http, planner, body, signature_of(planner, peer, body))

    assert answer == (401, {"error": "proof_required"})
    assert planner.replies == []


async def test_a_key_of_another_actor_does_not_speak_for_the_guest(
    planner: Planner, peer: Peer, guest: Guest, stranger: Peer, http: Session
) -> None:
    """CVE-2025-54888: a valid signature, by a key that belongs to somebody else."""
    forged = peer.create(guest.note)

    by_their_key = stranger.signed(forged)
    claiming_ours = peer.signed(forged, stranger.key)

    assert await post(http, planner, by_their_key) == (401, {"error": "signer_mismatch"})
    assert await post(http, planner, claiming_ours) == (401, {"error": "bad_proof"})
    assert stranger.fetches == 0
    assert planner.replies == []


@pytest.mark.parametrize("claimed", ["guest", "stranger"])
async def test_an_address_that_guesses_is_slowed_down(
    planner: Planner, guest: Guest, stranger: Peer, http: Session, claimed: str
) -> None:
    """Whoever claims to be a guest, or has keys fetched, is counted by address."""
    actor = guest.actor if claimed == "guest" else stranger.actor
    body = stock_jcs({**activity_of(stranger, "Follow", guest.note), "actor": actor})

    answers = [await post(http, planner, body) for _ in range(limit("stranger_burst") + 1)]

    assert answers[:-1] == [(401, {"error": "unsigned"})] * limit("stranger_burst")
    assert answers[-1] == (429, {"error": "busy"})


async def test_a_published_test_key_is_no_key(
    planner: Planner, stranger: Peer, http: Session
) -> None:
    """The key of FEP-8b32; its secret half is printed there (CVE-2026-24044)."""
    stranger.key = DeviceKey.from_seed(bytes.fromhex(FEP_8B32_SEED))
    body = stranger.signed(activity_of(stranger, "Follow", planner.stock.local.url))

    assert await post(http, planner, body) == (401, {"error": "weak_key"})


async def test_a_request_signed_too_long_ago_is_refused(
    planner: Planner, stranger: Peer, http: Session
) -> None:
    body = stock_jcs(activity_of(stranger, "Follow", planner.stock.local.url))
    signature = signature_of(planner, stranger, body)
    planner.later(limit("clock_skew") + 1)

    assert await post(http, planner, body, signature) == (401, {"error": "clock"})


async def test_a_signature_does_not_stand_on_another_body(
    planner: Planner, stranger: Peer, http: Session
) -> None:
    body = stock_jcs(activity_of(stranger, "Follow", planner.stock.local.url))
    other = body.replace(b"Follow", b"Invite")

    answer = await post(http, planner, other, signature_of(planner, stranger, body))

    assert answer == (401, {"error": "bad_signature"})


@pytest.mark.parametrize(
    "actor",
    ["http://127.0.0.1:22/users/x", "http://169.254.169.254:8080/x", "http://10.0.0.1:8080/x"],
)
async def test_a_key_at_an_inner_address_is_not_fetched(
    planner: Planner, peer: Peer, http: Session, actor: str
) -> None:
    activity = {**activity_of(peer, "Follow", planner.stock.local.url), "actor": actor}
    signed = json.loads(peer.signed(activity))
    signed["proof"]["verificationMethod"] = f"{actor}#key"

    answer = await post(http, planner, stock_jcs(signed))

    assert answer == (401, {"error": "ssrf_blocked"})


async def test_a_note_attributed_to_somebody_else_is_refused(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    """The full id counts, not the origin: bob must not speak for faye of the same server."""
    create = peer.create(guest.note)
    create["object"]["attributedTo"] = f"{peer.base}/users/bob"

    answer = await post(http, planner, peer.signed(create))

    assert answer == (403, {"error": "not_owner"})


@pytest.mark.parametrize("kind", ["Update", "Delete"])
async def test_nobody_changes_what_is_of_another_server(
    planner: Planner, peer: Peer, guest: Guest, http: Session, kind: str
) -> None:
    answer = await post(http, planner, peer.signed(activity_of(peer, kind, guest.note)))

    assert answer == (403, {"error": "not_owner"})


@pytest.mark.usefixtures("guest")
async def test_a_guest_cannot_take_back_another_guests_reply(
    planner: Planner, peer: Peer, stranger: Peer, http: Session
) -> None:
    other = await planner.stock.share_with_guest(DOC, stranger.actor, "Long ACME")
    await post(http, planner, stranger.signed(stranger.create(other.note)))

    deletion = peer.signed(activity_of(peer, "Delete", f"{stranger.base}/notes/1"))

    assert (await post(http, planner, deletion))[0] == 403
    assert [reply.text for reply in planner.replies] == ["Nice."]


@pytest.mark.usefixtures("guest")
async def test_replies_to_unknown_and_to_foreign_notes_look_the_same(
    planner: Planner, peer: Peer, stranger: Peer, http: Session
) -> None:
    other = await planner.stock.share_with_guest(DOC, stranger.actor, "Long ACME")
    invented = planner.stock.local.event_url("01JD0000000000000000000000")

    answers = [
        await post(http, planner, peer.signed(peer.create(note, name=name)))
        for name, note in (("a", other.note), ("b", invented))
    ]

    assert answers == [(404, {"error": "unknown"})] * 2
    assert planner.replies == []


async def test_a_strangers_reply_meets_the_same_answer(
    planner: Planner, guest: Guest, stranger: Peer, http: Session
) -> None:
    body = stranger.signed(stranger.create(guest.note))

    assert await post(http, planner, body) == (404, {"error": "unknown"})
    assert planner.replies == []


async def test_a_removed_guest_is_told_so(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    await planner.writer.run(lambda tx: planner.stock.unshare(tx, DOC, peer.actor))

    answer = await post(http, planner, peer.signed(peer.create(guest.note)))

    assert answer == (403, {"error": "removed"})
    assert planner.replies == []


async def test_a_reply_to_a_closed_document_is_refused_and_not_remembered(
    planner: Planner, peer: Peer, http: Session
) -> None:
    guest = await planner.stock.share_with_guest(CLOSED, peer.actor, "Long ACME")
    body = peer.signed(peer.create(guest.note))

    for _ in range(2):
        assert await post(http, planner, body) == (403, {"error": "removed"})

"""What the stock inbox takes: replies of guests, and signed things that have no effect."""

import json

import aiohttp
import pytest

from federation.activitypub.guests import Guest
from federation.wire import ACTIVITY_JSON
from keys.canonical import stock_jcs
from keys.identity import DeviceKey
from tests.federation.activitypub.sides import (
    DOC,
    Peer,
    Planner,
    activity_of,
    post,
    signature_of,
)

Session = aiohttp.ClientSession


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

    assert await post(http, planner, body, {"Content-Type": media_type}) == (202, {})

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
        assert (await post(http, planner, body))[0] == 202

    assert len(planner.replies) == 1


async def test_a_guest_changes_and_takes_back_its_reply(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    create = peer.create(guest.note)
    update = {**create, "type": "Update", "id": f"{peer.base}/activities/u"}
    update["object"] = {**create["object"], "content": "Better."}
    delete = activity_of(peer, "Delete", create["object"]["id"])
    bodies = [peer.signed(activity) for activity in (create, update, delete)]

    for body in [*bodies, bodies[1], bodies[0]]:
        assert (await post(http, planner, body))[0] == 202

    assert [reply.text for reply in planner.replies] == ["Nice.", "Better.", None]
    assert len({reply.reply for reply in planner.replies}) == 1
    assert [reply.comment for reply in planner.replies] == [None, "comment-1", "comment-1"]


async def test_an_rsa_signature_beside_the_proof_is_ignored(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    signed = json.loads(peer.signed(peer.create(guest.note)))
    legacy = {"type": "RsaSignature2017", "creator": peer.key_id, "signatureValue": "AAAA"}

    answer = await post(http, planner, stock_jcs({**signed, "signature": legacy}))

    assert answer == (202, {})
    assert len(planner.replies) == 1


async def test_the_date_in_a_proof_decides_nothing(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    planner.later(10 * 365 * 86_400)

    assert (await post(http, planner, peer.signed(peer.create(guest.note))))[0] == 202


@pytest.mark.parametrize("kind", ["Like", "Follow", "Announce", "Undo", "Invented"])
async def test_what_has_no_meaning_here_is_taken_without_effect(
    planner: Planner, peer: Peer, guest: Guest, http: Session, kind: str
) -> None:
    assert (await post(http, planner, peer.signed(activity_of(peer, kind, guest.note))))[0] == 202
    assert planner.replies == []


async def test_a_stranger_is_authenticated_by_a_signed_request_alone(
    planner: Planner, stranger: Peer, http: Session
) -> None:
    """RFC 9421 without a proof, as bovine sends it: a Follow is heard, and has no effect."""
    body = stock_jcs(activity_of(stranger, "Follow", planner.stock.local.url))

    answer = await post(http, planner, body, signature_of(planner, stranger, body))

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
        await post(http, planner, peer.signed(peer.create(guest.note, name=name)))
    assert len(planner.replies) == 1

    other = await planner.stock.share_with_guest("urn:pp:uEiBvdGhlcg", peer.actor, "Short ACME")
    answers = [
        await post(http, planner, peer.signed(peer.create(note, name=name)))
        for name, note in (("third", other.note), ("fourth", guest.note))
    ]

    assert answers == [(202, {})] * 2
    assert len(planner.replies) == 3


async def test_a_new_key_of_a_guest_is_looked_up_once(
    planner: Planner, peer: Peer, guest: Guest, http: Session
) -> None:
    peer.key = DeviceKey.generate()
    assert (await post(http, planner, peer.signed(peer.create(guest.note))))[0] == 202

    peer.key = DeviceKey.generate()
    again = peer.signed(peer.create(guest.note, name="2"))

    assert (await post(http, planner, again))[0] == 401
    assert len(planner.replies) == 1

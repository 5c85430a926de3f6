"""Sharing with a stock actor: what goes out, in which order, and what happens when it fails."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from federation.activitypub.courier import GIVEN_UP_AFTER_S, oldest_of_each
from federation.activitypub.remote import RemoteActor
from federation.errors import LocalProtocolError
from federation.wire import BACKOFF_MAX_S
from keys.proofs import verify_document
from keys.stock_signatures import (
    StockRequest,
    read_stock_request,
    sign_stock_request,
    verify_stock_request,
)
from tests.federation.activitypub.sides import DOC, Peer, Planner


async def test_a_guest_gets_a_note_with_proof_and_signature(planner: Planner, peer: Peer) -> None:
    async with _courier(planner):
        guest = await planner.stock.share_with_guest(DOC, peer.actor, "Long <ACME>\nat 100.50")
        await _until(lambda: len(peer.posts) == 1)

    headers, body = peer.posts[0]
    activity = json.loads(body)
    verify_document(activity, planner.me.device.public)
    request = StockRequest("POST", "http", headers["Host"], "/users/faye/inbox", headers, body)
    call = read_stock_request(request)
    verify_stock_request(call, planner.me.device.public)
    assert call.keyid == f"{planner.stock.local.url}#main-key"
    assert headers["Content-Type"] == "application/activity+json"
    assert activity["type"] == "Create"
    assert activity["object"]["id"] == guest.note
    assert activity["object"]["attributedTo"] == activity["actor"] == planner.stock.local.url
    assert activity["object"]["content"] == "<p>Long &lt;ACME&gt;<br>at 100.50</p>"
    assert activity["object"]["to"] == activity["to"] == [peer.actor]
    [mention] = activity["object"]["tag"]
    assert mention["href"] == peer.actor
    assert mention["name"].startswith("@faye@")


async def test_changes_and_the_end_of_a_share_follow_in_order(
    planner: Planner, peer: Peer
) -> None:
    async with _courier(planner):
        guest = await planner.stock.share_with_guest(DOC, peer.actor, "Long")
        for text in ("Longer", "Longer"):
            await _change(planner, text)
        await _until(lambda: len(peer.posts) == 2)
        assert await planner.writer.run(lambda tx: planner.stock.unshare(tx, DOC, peer.actor))
        await _until(lambda: len(peer.posts) == 3)

    activities = [json.loads(body) for _, body in peer.posts]
    assert [activity["type"] for activity in activities] == ["Create", "Update", "Delete"]
    assert {activity["object"]["id"] for activity in activities} == {guest.note}
    assert len({activity["id"] for activity in activities}) == 3
    assert activities[2]["object"]["type"] == "Tombstone"


async def test_sharing_twice_keeps_the_note_and_sends_nothing_new(
    planner: Planner, peer: Peer
) -> None:
    first = await planner.stock.share_with_guest(DOC, peer.actor, "Long")
    again = await planner.stock.share_with_guest(DOC, peer.actor, "Long")

    assert first.note == again.note
    assert len(await planner.reader.run(oldest_of_each)) == 1


async def test_a_guest_who_comes_back_gets_a_new_note_and_new_keys(
    planner: Planner, peer: Peer
) -> None:
    first = await planner.stock.share_with_guest(DOC, peer.actor, "Long")
    await planner.writer.run(lambda tx: planner.stock.unshare(tx, DOC, peer.actor))
    [gone] = await planner.reader.run(lambda conn: planner.stock.guests(conn, DOC))
    again = await planner.stock.share_with_guest(DOC, peer.actor, "Long")

    assert (gone.shared, gone.text) == (False, "")
    assert again.shared
    assert again.note != first.note
    assert again.keys == {peer.key_id: peer.key.public}


async def test_ending_a_share_that_is_none_does_nothing(planner: Planner, peer: Peer) -> None:
    assert not await planner.writer.run(lambda tx: planner.stock.unshare(tx, DOC, peer.actor))
    assert await planner.reader.run(oldest_of_each) == []


async def test_what_did_not_go_out_is_not_sent_after_the_share_ended(
    planner: Planner, peer: Peer
) -> None:
    await planner.stock.share_with_guest(DOC, peer.actor, "Secret")
    await planner.writer.run(lambda tx: planner.stock.unshare(tx, DOC, peer.actor))

    async with _courier(planner):
        await _until(lambda: bool(peer.posts))

    assert [json.loads(body)["type"] for _, body in peer.posts] == ["Delete"]


async def test_an_actor_without_an_ed25519_key_cannot_be_a_guest(
    planner: Planner, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = {**peer.document(), "assertionMethod": []}
    monkeypatch.setattr(peer, "document", lambda: without)

    with pytest.raises(LocalProtocolError):
        await planner.stock.share_with_guest(DOC, peer.actor, "Long")


async def test_an_inbox_that_fails_is_tried_again_later(planner: Planner, peer: Peer) -> None:
    peer.answer = 503
    async with _courier(planner):
        await planner.stock.share_with_guest(DOC, peer.actor, "Long")
        await _until(lambda: len(peer.posts) == 1)
        await _until_rows(planner, lambda attempts: attempts == [1])

        peer.answer = 202
        planner.later(BACKOFF_MAX_S)
        planner.stock.wake()
        await _until_rows(planner, lambda attempts: attempts == [])

    assert len(peer.posts) == 2


@pytest.mark.parametrize("status", [404, 410])
async def test_an_inbox_that_is_gone_is_left_alone(
    planner: Planner, peer: Peer, status: int
) -> None:
    peer.answer = status
    async with _courier(planner):
        await planner.stock.share_with_guest(DOC, peer.actor, "Long")
        await _until(lambda: len(peer.posts) == 1)
        await _until_rows(planner, lambda attempts: attempts == [])


async def test_a_note_is_given_up_after_a_week(planner: Planner, peer: Peer) -> None:
    peer.answer = 500
    await planner.stock.share_with_guest(DOC, peer.actor, "Long")
    planner.later(GIVEN_UP_AFTER_S + 1)

    async with _courier(planner):
        await _until_rows(planner, lambda attempts: attempts == [])

    assert len(peer.posts) == 1


async def test_an_inbox_that_cannot_be_dialled_does_not_stop_the_others(
    planner: Planner, peer: Peer
) -> None:
    keys = {peer.key_id: peer.key.public}
    for number, inbox in enumerate(
        ("ftp://x/", "http://10.0.0.1:8100/inbox", "http://[", "http://127.0.0.1:1/", "no url")
    ):
        odd = RemoteActor(f"{peer.base}/{number}", "Odd", "odd", inbox, keys, {})
        await _share(planner, odd)
    await planner.stock.share_with_guest(DOC, peer.actor, "Long")

    async with _courier(planner):
        await _until(lambda: len(peer.posts) == 1)
        await _until_rows(planner, lambda attempts: attempts == [1] * 5)


async def test_an_inbox_outside_ascii_is_signed_as_it_is_sent(
    planner: Planner, peer: Peer
) -> None:
    remote = await planner.stock.look_up(peer.actor)
    odd = replace(remote, inbox=f"{peer.base}/üsers/faye/inbox?a=ä")
    await _share(planner, odd)

    async with _courier(planner):
        await _until(lambda: len(peer.posts) == 1)

    headers, body = peer.posts[0]
    path = "/%C3%BCsers/faye/inbox?a=%C3%A4"
    request = StockRequest("POST", "http", headers["Host"], path, headers, body)
    verify_stock_request(read_stock_request(request), planner.me.device.public)


async def test_a_note_is_read_by_its_guest_and_by_nobody_else(
    planner: Planner, peer: Peer, http: aiohttp.ClientSession
) -> None:
    guest = await planner.stock.share_with_guest(DOC, peer.actor, "Long")
    mine = _signed_get(planner, peer, guest.note, peer.key_id)

    async with http.get(guest.note, headers=mine) as response:
        assert response.status == 200
        assert (await response.json(content_type=None))["content"] == "<p>Long</p>"
    async with http.get(guest.note) as response:
        assert response.status == 404
    forged = _signed_get(planner, peer, planner.stock.local.event_url("0" * 26), peer.key_id)
    async with http.get(guest.note, headers=forged) as response:
        assert response.status == 404
    other_key = _signed_get(planner, peer, guest.note, f"{peer.actor}#other")
    async with http.get(guest.note, headers=other_key) as response:
        assert response.status == 404

    await planner.writer.run(lambda tx: planner.stock.unshare(tx, DOC, peer.actor))
    async with http.get(guest.note, headers=mine) as response:
        assert response.status == 404


async def _share(planner: Planner, remote: RemoteActor) -> None:
    await planner.writer.run(lambda tx: planner.stock.share(tx, DOC, remote, "Long"))


async def _change(planner: Planner, text: str) -> None:
    await planner.writer.run(lambda tx: planner.stock.change_for_guests(tx, DOC, text))


def _signed_get(planner: Planner, peer: Peer, url: str, keyid: str) -> dict[str, str]:
    path = url.removeprefix(planner.base)
    request = StockRequest("GET", "http", planner.stock.local.authority, path, {}, b"")
    created = int(planner.clock[0].timestamp())
    return sign_stock_request(peer.key, request, keyid=keyid, created=created)


@asynccontextmanager
async def _courier(planner: Planner) -> AsyncIterator[None]:
    running = asyncio.create_task(planner.stock.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while True:
            if condition():
                return
            await asyncio.sleep(0.005)


async def _until_rows(planner: Planner, condition: Callable[[list[int]], bool]) -> None:
    async with asyncio.timeout(5):
        while True:
            letters = await planner.reader.run(oldest_of_each)
            if condition([letter.attempts for letter in letters]):
                return
            await asyncio.sleep(0.005)

"""A guest from elsewhere, over the real listeners: shown, told of changes, heard, dismissed."""

import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from federation.wire import ACTIVITY_JSON
from tests.federation.activitypub.sides import Peer, running_peer
from tests.portfolio.pair import Side, side, until

IDEA = {
    "symbol": "IBM", "side": "long", "entry": "206.50", "stop": "199.50", "targets": ["215.00"],
    "size": "61", "currency": "USD", "thesis": "Above February.",
}  # fmt: skip


@pytest.fixture
async def ann(tmp_path: Path) -> AsyncIterator[Side]:
    async with side("Ann", tmp_path) as made:
        yield made


@pytest.fixture
async def faye() -> AsyncIterator[Peer]:
    async with running_peer() as made:
        yield made


async def got(peer: Peer, count: int) -> list[dict[str, Any]]:
    """Return what the guest's server got, once it is so many."""

    async def enough() -> bool:
        return len(peer.posts) >= count

    await until(enough, f"{count} posts to the guest's inbox")
    return [json.loads(body) for _, body in peer.posts]


async def say(ann: Side, body: bytes) -> int:
    """Post to Ann's stock inbox as the guest's server does; return the status."""
    actor = (await ann.get("/me"))["actor"]
    headers = {"Content-Type": ACTIVITY_JSON}
    url = actor.replace("/actor", "/inbox")
    async with aiohttp.ClientSession() as http, http.post(url, data=body, headers=headers) as done:
        return done.status


async def comments(ann: Side, idea: str, count: int) -> Any:
    listed = (await ann.get(f"/positions/{idea}/comments"))["items"]
    return listed if len(listed) == count else None


async def test_a_guest_sees_an_idea_without_its_size_follows_it_and_answers(
    ann: Side, faye: Peer
) -> None:
    idea = (await ann.post("/positions/ideas", IDEA))["id"]
    guest = await ann.post(f"/positions/ideas/{idea}/guests", {"actor": faye.actor})

    (created,) = await got(faye, 1)
    note = created["object"]
    assert "206.50" in note["content"]
    assert "61" not in note["content"]

    await ann.call("PATCH", f"/positions/ideas/{idea}", {"stop": "194.00"})
    changed = (await got(faye, 2))[1]
    assert (changed["type"], changed["object"]["id"]) == ("Update", note["id"])
    assert "194.00" in changed["object"]["content"]

    reply = faye.signed(faye.create(note["id"], text="Too tight?"))
    assert await say(ann, reply.replace(b"tight", b"loose")) == 401
    assert await say(ann, reply) in {200, 202}
    (comment,) = await until(partial(comments, ann, idea, 1), "the guest's comment")
    assert (comment["text"], comment["author"]) == ("Too tight?", faye.actor)

    await ann.call("DELETE", f"/positions/ideas/{idea}/guests/{guest['id']}")
    assert (await got(faye, 3))[2]["type"] == "Delete"
    assert (await ann.get(f"/positions/ideas/{idea}/guests"))["items"] == []
    late = faye.signed(faye.create(note["id"], name="2", text="Still there?"))
    assert await say(ann, late) in {401, 403, 404}
    assert len((await ann.get(f"/positions/{idea}/comments"))["items"]) == 1


async def test_deleting_an_idea_takes_it_back_from_its_guests(ann: Side, faye: Peer) -> None:
    idea = (await ann.post("/positions/ideas", IDEA))["id"]
    await ann.post(f"/positions/ideas/{idea}/guests", {"actor": faye.actor})
    await got(faye, 1)

    await ann.call("DELETE", f"/positions/ideas/{idea}")

    assert (await got(faye, 2))[1]["type"] == "Delete"


async def test_somebody_who_cannot_be_found_is_no_guest(ann: Side, faye: Peer) -> None:
    idea = (await ann.post("/positions/ideas", IDEA))["id"]

    for actor in (f"{faye.base}/nobody", "http://127.0.0.1:1/users/x", "http://10.0.0.1/users/x"):
        await ann.post(f"/positions/ideas/{idea}/guests", {"actor": actor}, status=409)
    assert (await ann.get(f"/positions/ideas/{idea}/guests"))["items"] == []

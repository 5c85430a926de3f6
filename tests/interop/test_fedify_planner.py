"""Fedify and a whole planner in a process of its own, asked over its REST API as a page would."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from federation.wire import ACTIVITY_JSON
from portfolio.demo.planner import Addresses, Planner, until
from portfolio.demo.processes import free_port
from tests.interop.fedify import Fedify, UnavailableError, running_fedify

pytestmark = pytest.mark.timeout(300)
PATIENCE_S = 20.0
IDEA = {
    "symbol": "IBM", "side": "long", "entry": "206.50", "stop": "199.50", "targets": ["215.00"],
    "size": "61", "currency": "USD", "thesis": "Above February.",
}  # fmt: skip


@pytest.fixture
async def fedify() -> AsyncIterator[Fedify]:
    try:
        async with running_fedify(with_rsa=False) as server:
            yield server
    except UnavailableError as error:
        if os.environ.get("CI"):
            raise  # CI has Node, and must run these tests
        pytest.skip(str(error))


@pytest.fixture
async def alice(tmp_path: Path) -> AsyncIterator[Planner]:
    ports: set[int] = set()
    addresses = Addresses(free_port(0, ports), free_port(0, ports))
    async with Planner("Alice", tmp_path / "alice", addresses) as planner:
        await planner.prepare()
        await planner.start("--no-lan")
        yield planner


async def test_fedify_follows_an_idea_and_its_answer_becomes_a_comment(
    alice: Planner, fedify: Fedify
) -> None:
    actor = (await alice.get("/me"))["actor"]
    found = await fedify.call("lookup", url=actor)
    assert (found["type"], found["name"], found["id"]) == ("Person", "Alice", actor)

    idea = (await alice.post("/positions/ideas", IDEA))["id"]
    await alice.post(f"/positions/ideas/{idea}/guests", {"actor": fedify.actor})
    note = await fedify.wait_for_activity("Create")
    assert "206.50" in note["content"]
    assert "61" not in note["content"]
    reply = {
        "noteId": note["object"],
        "to": actor,
        "recipient": actor,
        "content": "Too tight?",
        "name": "1",
    }
    body = json.dumps(await fedify.call("sign", **reply)).encode()

    assert await post(found["inbox"], body.replace(b"tight", b"loose")) == 401
    assert await comments(alice, idea) == []
    assert await post(found["inbox"], body) == 202

    async def heard() -> bool:
        return await comments(alice, idea) == [(fedify.actor, "Too tight?", "Faye")]

    await until(heard, PATIENCE_S, "the guest's comment")


async def comments(planner: Planner, idea: str) -> list[tuple[str, str, str]]:
    listed = (await planner.get(f"/positions/{idea}/comments"))["items"]
    return [(one["author"], one["text"], one["guest"]["name"]) for one in listed]


async def post(inbox: str, body: bytes) -> int:
    headers = {"Content-Type": ACTIVITY_JSON}
    async with (
        aiohttp.ClientSession() as http,
        http.post(inbox, data=body, headers=headers) as done,
    ):
        return done.status

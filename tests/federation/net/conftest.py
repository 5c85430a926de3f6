"""One node with a friend whose calls are made by hand."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from federation.log.events import Event
from tests.federation.net.caller import Caller
from tests.federation.net.cluster import Running, befriend, cluster, until


@dataclass
class Scene:
    """Alice shares a document with Bob. Bob is not there himself: his calls are made by hand."""

    alice: Running
    bob: Caller
    bob_did: str
    doc: str
    lines: list[bytes]
    base: Path
    words: str


Prepare = Callable[[Running, str], Awaitable[None]]


async def _comment(bob: Running, doc: str) -> None:
    await bob.comment(doc, "by hand")


@asynccontextmanager
async def staged(base: Path, prepare: Prepare = _comment) -> AsyncIterator[Scene]:
    """Set the scene; what Bob writes in `prepare` is not sent but kept as lines."""
    async with cluster(base) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        doc = await alice.share(bob.did)
        await until(lambda: knows(bob, doc))
        lines: list[bytes] = []

        def hear(_event: Event, line: bytes) -> None:
            lines.append(line)

        bob.node.log.on_line.clear()
        bob.node.log.on_line.append(hear)
        await prepare(bob, doc)
        person = await nodes.kill(bob)
        caller = Caller(person.device, alice)
        yield Scene(alice, caller, person.did, doc, lines, base, person.words)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with staged(tmp_path) as found:
        yield found


async def knows(running: Running, doc: str) -> bool:
    return await running.read(lambda conn: running.node.log.document(conn, doc)) is not None

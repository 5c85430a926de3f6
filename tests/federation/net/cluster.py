"""Real nodes in one process on loopback, each with its own database, keys and ports.

The application is the tiny one of the log's tests, so nothing here knows of portfolios. A node
can be killed (its tasks end, nothing is said to anybody) and started again from its files.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from os import urandom
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from typing_extensions import override

from federation.engine import reader_engine, writer_engine
from federation.log.author import Me
from federation.log.log import Log
from federation.net.listener import Listener
from federation.net.peering import Store, World
from federation.node import Node, NodeConfig
from federation.schema import metadata
from federation.writer import Reader, Tx, Writer
from keys.identity import DeviceKey, IdentityKey, IdentityRecord, new_words
from tests.federation.log.planner import KINDS, NOTES, Recorder

T = TypeVar("T")
PATIENCE_S = 5.0
KIND = next(iter(NOTES))


class Witness(Recorder):
    """An application that remembers, friendships and presence included."""

    def __init__(self) -> None:
        super().__init__()
        self.friendships: list[tuple[str, str | None, str | None]] = []
        self.presence: list[tuple[str, bool]] = []
        self.directory: list[str] = []
        self.new_devices: list[str] = []
        self.replacements = 0

    @override
    def friend_changed(self, _tx: Tx, person: str, before: str | None, after: str | None) -> None:
        self.friendships.append((person, before, after))

    @override
    def device_added(self, _tx: Tx, person: str) -> None:
        self.new_devices.append(person)

    @override
    def replaced(self, _tx: Tx) -> None:
        self.replacements += 1

    @override
    def presence_changed(self, person: str, online: bool) -> None:
        self.presence.append((person, online))

    @override
    def directory_changed(self, state: str) -> None:
        self.directory.append(state)


def now() -> datetime:
    moment: datetime = datetime.now(UTC)
    return moment


@dataclass
class Person:
    """Somebody with a home; survives restarts of their node."""

    name: str
    home: Path
    device: DeviceKey
    identity: IdentityRecord
    words: str
    port: int = 0

    @property
    def did(self) -> str:
        return self.identity.did


def make_person(name: str, base: Path, words: str | None = None) -> Person:
    home = base / name
    home.mkdir()
    device, words = DeviceKey.generate(), words or new_words()
    with IdentityKey.from_words(words) as key:
        identity = key.sign_record(int(time.time() * 1000), [device.multibase])
    return Person(name, home, device, identity, words)


@dataclass
class Running:
    """A running node with shorthands for tests."""

    person: Person
    node: Node
    app: Witness
    engine: Engine
    task: "asyncio.Task[None]"
    skew: list[timedelta]

    @property
    def did(self) -> str:
        return self.person.did

    @property
    def url(self) -> str:
        return self.node.base_url()

    def jump(self, by: timedelta) -> None:
        """Let this node's wall clock jump."""
        self.skew[0] += by

    async def write(self, work: Callable[[Tx], T]) -> T:
        return await self.node.writer.run(work)

    async def read(self, query: Callable[[Connection], T]) -> T:
        return await self.node.reader.run(query)

    async def share(self, *people: str, role: Any = "editor", nonce: str | None = None) -> str:
        """Begin a document and share it."""
        log = self.node.log

        def begin(tx: Tx) -> str:
            doc = log.create_document(tx, KIND, nonce or urandom(8).hex())
            log.append(tx, doc, "title.changed/1", {"id": "t", "text": "plan"})
            for person in people:
                log.set_role(tx, doc, person, role)
            return doc

        return await self.write(begin)

    async def comment(self, doc: str, number: int | str) -> None:
        content = {"id": str(number), "text": f"text {number}"}
        await self.write(lambda tx: self.node.log.append(tx, doc, "comment.added/1", content))

    async def comments(self, doc: str) -> set[str]:
        """Return the ids of the comments that are here."""
        found = await self.read(lambda conn: self.node.log.entities(conn, doc, "comment/"))
        return {key.split("/")[1] for key, value in found.items() if not value["gone"]}

    async def state_of(self, other: "Running | Person") -> str | None:
        found = await self.read(lambda conn: self.node.friends.get(conn, other.did))
        return None if found is None else found.state

    async def delivery(self, doc: str, other: "Running | Person") -> str:
        found = await self.read(lambda conn: self.node.log.delivery(conn, doc))
        return found[other.did].state if other.did in found else "nobody"

    async def stop(self) -> None:
        """Stop, with the sockets closed; what is on disk stays."""
        self.task.cancel()
        await asyncio.wait([self.task])
        await self.node.writer.close()
        await self.node.reader.close()
        self.engine.dispose()


class Cluster:
    """Starts people's nodes and stops them all in the end."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.running: dict[str, Running] = {}

    async def start(
        self, person: Person | str, *, config: dict[str, Any] | None = None, **listen: Any
    ) -> Running:
        if isinstance(person, str):
            person = make_person(person, self.base)
        running = await _start(person, config or {}, listen)
        self.running[person.name] = running
        return running

    async def kill(self, running: Running) -> Person:
        """End a node without a word to anybody."""
        await running.stop()
        del self.running[running.person.name]
        return running.person

    async def close(self) -> None:
        for running in list(self.running.values()):
            await running.stop()


async def _start(person: Person, config: dict[str, Any], listen: dict[str, Any]) -> Running:
    url = f"sqlite:///{person.home / 'planner.db'}"
    engine = writer_engine(url)
    await asyncio.to_thread(metadata.create_all, engine)
    offset = listen.pop("offset", timedelta())
    attached = listen.pop("attached_networks", tuple)

    skew: list[timedelta] = [offset]

    def clock() -> datetime:
        return now() + skew[0]

    writer, reader = Writer(engine, clock), Reader(reader_engine(url))
    writer.start()
    app = Witness()

    def node_url() -> str:
        return node.base_url()

    me = Me(person.did, person.device, person.identity, node_url)
    log = Log(me, KINDS, app, urandom)
    node = Node(
        NodeConfig(**{"name": person.name, "version": "0", "lan": False, **config}),
        me,
        Listener(
            **{
                "host": "127.0.0.1",
                "port": person.port,
                "tls": None,
                "attached": lambda: ["127.0.0.1"],
                **listen,
            }
        ),
        Store(log, writer, reader, app),
        World(clock, time.monotonic, urandom, random.Random(1), attached),
    )
    started = asyncio.Event()
    task = asyncio.create_task(node.run(started))
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    person.port = node.port
    return Running(person, node, app, engine, task, skew)


async def befriend(a: Running, b: Running) -> None:
    """Make two people friends through a real invite."""
    text, _, _ = await a.node.friends.create_invite(None)
    await b.node.friends.accept_invite(text)
    await until(lambda: both_friends(a, b))


async def both_friends(a: Running, b: Running) -> bool:
    return (await a.state_of(b), await b.state_of(a)) == ("friend", "friend")


async def until(condition: Callable[[], Awaitable[bool]], patience_s: float = PATIENCE_S) -> float:
    """Wait until a condition holds; return the seconds that it took.

    Raises:
        TimeoutError: It does not become true.
    """
    began = time.monotonic()
    while not await condition():
        if time.monotonic() - began > patience_s:
            raise TimeoutError("the condition did not come true")
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def delivered(running: Running, doc: str, to: "Running | Person") -> bool:
    return await running.delivery(doc, to) == "delivered"


async def has(running: Running, doc: str, *numbers: int | str) -> bool:
    return {str(number) for number in numbers} <= await running.comments(doc)


@asynccontextmanager
async def cluster(base: Path) -> AsyncIterator[Cluster]:
    found = Cluster(base)
    try:
        yield found
    finally:
        await found.close()

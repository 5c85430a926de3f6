"""A planner without its network: real log, real SQLite; events are handed over by the test."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Connection

from federation.engine import reader_engine, writer_engine
from federation.log.author import Me
from federation.log.lines import authenticate
from federation.log.log import Log, Sender
from federation.writer import Reader, Writer
from keys.identity import DeviceKey, IdentityKey, new_words
from portfolio import prices
from portfolio.events import KINDS
from portfolio.events.application import PlannerApplication
from portfolio.live import Hub, with_hub
from portfolio.services import ideas, shares
from portfolio.services.planner import Planner
from portfolio.storage import positions
from portfolio.storage.positions import Position
from portfolio.storage.upgrade import METADATA

if TYPE_CHECKING:
    from federation.net.friends import Friends

T = TypeVar("T")
START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
IDEA: dict[str, Any] = {
    "symbol": "IBM",
    "side": "long",
    "entry": "206.50",
    "stop": "199.50",
    "targets": ["215.00", "223.50"],
    "size": "61",
    "currency": "USD",
    "thesis": "Above February, there is only October.",
}


class Clock:
    """A clock that moves a second with each look."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class FriendsOnPaper:
    """Friendships by word of the test: the one part here that would need a network."""

    names: dict[str, str] = field(default_factory=dict)

    def get(self, _conn: Connection, did: str) -> Any:
        if did not in self.names:
            return None
        return SimpleNamespace(did=did, name=self.names[did], state="friend")


@dataclass
class Desk:
    """One person's planner, and what a test does with it."""

    name: str
    path: Path
    planner: Planner
    log: Log
    person: "Person"
    told: list[tuple[str, dict[str, Any]]]

    @property
    def did(self) -> str:
        return self.planner.me.did

    async def write(self, work: Callable[..., T], *args: Any, **named: Any) -> T:
        """Call a service in a transaction."""
        return await self.planner.writer.run(lambda tx: work(self.planner, tx, *args, **named))

    async def read(self, query: Callable[..., T], *args: Any, **named: Any) -> T:
        """Call a service that reads."""
        return await self.planner.reader.run(
            lambda conn: query(self.planner, conn, *args, **named)
        )

    async def fetch(self, query: Callable[..., T], *args: Any, **named: Any) -> T:
        """Call a function of the store."""
        return await self.planner.reader.run(lambda conn: query(conn, *args, **named))

    async def live(self) -> list[tuple[str, dict[str, Any]]]:
        """Return all live messages kept so far: (type, data)."""
        import orjson
        from sqlalchemy import select

        from portfolio.storage.access import live

        def read(conn: Connection) -> list[tuple[str, dict[str, Any]]]:
            rows = conn.execute(select(live.c.type, live.c.data).order_by(live.c.n))
            return [(row.type, orjson.loads(row.data)) for row in rows]

        return await self.planner.reader.run(read)

    async def befriend(self, other: "Desk") -> None:
        """Make both friends of each other; each learns the other's identity record."""
        for one, two in ((self, other), (other, self)):
            cast("FriendsOnPaper", one.planner.friends).names[two.did] = two.name
            learn = partial(one.log.learn_identity, record=two.planner.me.identity)
            await one.planner.writer.run(learn)


@dataclass(frozen=True)
class Person:
    """Who sits at a desk; written down where a recording must be read by the same one."""

    words: str
    device: str  # seed, hex
    number: int

    @classmethod
    def new(cls) -> "Person":
        return cls(new_words(), secrets.token_hex(32), 1_763_800_000_000)

    def on_another_device(self) -> "Person":
        """Return the same person with a device that lists itself alone: a recovery."""
        return Person(self.words, secrets.token_hex(32), self.number + 1)


@asynccontextmanager
async def desk(name: str, folder: Path, person: Person | None = None) -> AsyncIterator[Desk]:
    """Run a planner's store and log, no sockets."""
    who = person or Person.new()
    path = folder / f"{name}.db"
    url = f"sqlite:///{path}"
    with IdentityKey.from_words(who.words) as key:
        device = DeviceKey.from_seed(bytes.fromhex(who.device))
        identity = key.sign_record(who.number, [device.multibase])
        me = Me(key.did, device, identity, lambda: "http://127.0.0.1:8100")
    told: list[tuple[str, dict[str, Any]]] = []
    application = PlannerApplication(
        me.did, secrets.token_bytes, lambda kind, data: told.append((kind, data))
    )
    log = Log(me, KINDS, application, secrets.token_bytes)
    clock = Clock()
    engine = writer_engine(url)
    with engine.begin() as conn:
        for metadata in METADATA:
            metadata.create_all(conn)
    writer = Writer(with_hub(engine, Hub()), clock)
    reader = Reader(reader_engine(url))
    friends = cast("Friends", FriendsOnPaper())
    planner = Planner(me, log, friends, writer, reader, clock, secrets.token_bytes)
    writer.start()
    await asyncio.to_thread(prices.preload)
    try:
        await writer.run(log.start)
        yield Desk(name, path, planner, log, who, told)
    finally:
        await writer.close()
        await reader.close()
        engine.dispose()


@asynccontextmanager
async def desks(folder: Path, *names: str) -> AsyncIterator[tuple[Desk, ...]]:
    """Run several planners whose people are all friends."""
    async with AsyncExitStack() as stack:
        found = [await stack.enter_async_context(desk(name, folder)) for name in names]
        for at, one in enumerate(found):
            for other in found[at + 1 :]:
                await one.befriend(other)
        yield tuple(found)


async def lines_for(source: Desk, target: Desk, doc: str) -> Sequence[bytes]:
    """Return what a planner sends of a document to one that has its heads."""
    heads = await target.fetch(target.log.heads, doc)
    have = {stream: seq for stream, (seq, _) in heads.items()}
    page = await source.fetch(source.log.page, doc, have, to=target.did)
    return list(page.lines)


async def hand_over(source: Desk, target: Desk, *docs: str, solicited: bool = False) -> list[str]:
    """Hand all that `target` lacks of some documents over; return the results."""
    words: list[str] = []
    for doc in docs:
        lines = await lines_for(source, target, doc)
        items = authenticate(lines)
        sender = Sender(
            source.did, source.planner.me.device.multibase, friend=True, solicited=solicited
        )
        received = await target.planner.writer.run(
            partial(target.log.receive, sender=sender, items=items)
        )
        words += received.results
        if await target.fetch(target.log.document, doc) is None:
            continue
        receipt = await target.planner.writer.run(
            partial(target.log.receipt, doc=doc, to=source.did)
        )
        await source.planner.writer.run(partial(source.log.accept_receipt, value=receipt))
    return words


async def documents_of(owner: Desk, position: str) -> list[str]:
    """Return the documents that a position stands in."""
    found = await owner.fetch(positions.get, position)
    assert found is not None
    return [doc for doc in (found.doc, found.amounts_doc) if doc is not None]


async def shared(
    alice: Desk, bob: Desk, role: shares.Role = "viewer", *, amounts: bool = False, **fields: Any
) -> Position:
    """Let Alice share a new idea with Bob, and bring it to him; return it as Alice has it."""
    made = await alice.write(ideas.create, {**IDEA, **fields})
    await alice.write(shares.share, made.id, [bob.did], role, amounts=amounts)
    await hand_over(alice, bob, *await documents_of(alice, made.id))
    return await alice.fetch(ideas.get, made.id)


async def sync(alice: Desk, bob: Desk, position: str) -> None:
    """Bring both planners to the same state of Alice's position."""
    docs = await documents_of(alice, position)
    await hand_over(alice, bob, *docs)
    await hand_over(bob, alice, *docs)


def bytes_on_disk(desk: Desk) -> bytes:
    """Return every byte of a planner's database, its journal included."""
    return b"".join(path.read_bytes() for path in desk.path.parent.glob(f"{desk.name}.db*"))

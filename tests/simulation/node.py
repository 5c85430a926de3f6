"""One planner of the simulated world: the real log, a seeded clock, a store that can be copied."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import bindparam, select
from typing_extensions import override

from federation.errors import RemoteProtocolError
from federation.log.lines import record_line
from federation.log.log import Sender, authenticate
from federation.log.schema import documents, events, streams
from federation.records import newest_record
from federation.writer import Tx
from keys.canonical import jcs
from tests.federation.log.planner import Planner, driver_of, memory_engine

T = TypeVar("T")
# Asked for after every message of every history: made once, and no wider than what is looked at.
ROWS = (
    select(
        events.c.seq, events.c.lc, events.c.hash, events.c.raw, events.c.cls, events.c.kind,
        events.c.entity, events.c.cites, events.c.standing, streams.c.stream, streams.c.person,
    )
    .join(streams, streams.c.id == events.c.stream_id)
    .join(documents, documents.c.id == events.c.document_id)
    .where(documents.c.doc == bindparam("doc"))
)  # fmt: skip
READABLE = (
    select(events.c.hash)
    .join(documents, documents.c.id == events.c.document_id)
    .where(documents.c.doc == bindparam("doc"), events.c.content.is_not(None))
)


class CrashError(Exception):
    """The process died at this point; what was not committed is gone."""


@dataclass(slots=True)
class Batch:
    """Lines on their way, or the answer to them."""

    sender: str
    reader: str
    doc: str
    lines: list[bytes]
    solicited: bool


@dataclass(slots=True)
class Answer:
    """What a receiver says of a batch."""

    reader: str
    doc: str
    results: list[str]
    heads: dict[str, int]
    receipt: dict[str, Any] | None


class Node(Planner):
    """A planner that can crash before a commit, and come back from an older copy."""

    def __init__(self, name: str, skew: timedelta) -> None:
        self.crash_next = False
        self.alive = True
        super().__init__(name)
        self.now += skew
        self.peers: dict[tuple[str, str], dict[str, int]] = {}

    @override
    def write(self, work: Callable[[Tx], T]) -> T:
        def crashing(tx: Tx) -> T:
            result = work(tx)
            if self.crash_next:
                self.crash_next = False
                raise CrashError
            return result

        return super().write(crashing)

    def meet(self, others: Iterable[Planner]) -> None:
        """Become friends: know their identity records."""
        for other in others:
            self.learn(other)

    def come_back(self) -> None:
        """Start again on the same store: a new process, new epochs."""
        self.crash_next = False
        self.peers.clear()
        self.restart()

    def copy(self) -> bytes:
        """Return a copy of the store."""
        with self.engine.connect() as conn:
            return bytes(driver_of(conn).serialize())

    def restore(self, data: bytes) -> None:
        """Start from an older copy of the home."""
        self.engine.dispose()
        self.engine = memory_engine()
        with self.engine.connect() as conn:
            driver_of(conn).deserialize(data)
        self.come_back()

    def recover(self, number: int) -> None:
        """Lose the home and the device; come back with the words on a new one."""
        self.engine.dispose()
        self.engine = memory_engine()
        self.crash_next = False
        self.peers.clear()
        self.new_device(number)

    def receive(self, batch: Batch, sender: Planner) -> Answer:
        """Take a batch in; the answer exists only once it is committed."""
        who = Sender(sender.did, sender.device.multibase, friend=True, solicited=batch.solicited)
        return self.write(lambda tx: self.take_in(tx, batch, who))

    def take_in(self, tx: Tx, batch: Batch, sender: Sender) -> Answer:
        """Take a batch in, inside the transaction; return what to answer after it."""
        received = self.log.receive(tx, sender, authenticate(batch.lines))
        touched = batch.doc in received.touched
        receipt = self.log.receipt(tx, batch.doc, sender.person) if touched else None
        heads = self.log.heads(tx.conn, batch.doc)
        seqs = {stream: seq for stream, (seq, _) in heads.items()}
        return Answer(self.name, batch.doc, received.results, seqs, receipt)

    def hear(self, answer: Answer) -> None:
        """Take in what a receiver said."""
        self.peers[answer.reader, answer.doc] = answer.heads
        if answer.receipt is not None:
            receipt = answer.receipt
            with suppress(RemoteProtocolError):  # by a device that is not known here yet
                self.write(lambda tx: self.log.accept_receipt(tx, receipt))

    def own_lines(self, doc: str, reader: "Node", most: int) -> list[bytes]:
        """Return what the reader lacks of my own streams, as far as I know the reader."""
        have = self.peers.get((reader.name, doc), {})
        return self.lines_for(doc, reader, have=have, own_only=True, limit=most)

    def deletion(self, doc: str) -> list[bytes]:
        """Return the record that says that this planner erased a document, if it did."""
        found = self.read(lambda conn: newest_record(conn, "deletion", self.did, doc))
        return [] if found is None else [record_line(jcs(found))]

    def is_open(self, doc: str) -> bool:
        """Say whether this planner is a member of a document."""
        return self.read(lambda conn: self.log.document(conn, doc)) is not None

    def rows(self, doc: str) -> Sequence[Any]:
        """Return all stored events of a document."""
        return self.read(lambda conn: conn.execute(ROWS, {"doc": doc}).fetchall())

    def held(self, doc: str) -> dict[tuple[str, int], str]:
        """Return {(stream, seq): hash} of all stored events."""
        return {(row.stream, row.seq): row.hash for row in self.rows(doc)}

    def readable(self, doc: str) -> set[str]:
        """Return the hashes of the stored events that are here with content."""
        return self.read(lambda conn: set(conn.scalars(READABLE, {"doc": doc})))

"""A planner without network: the real Log on in-memory SQLite, for tests of this folder."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from federation.log.kinds import (
    Applied,
    Change,
    Document,
    Folded,
    Gap,
    Json,
    Kind,
    Kinds,
    MemberChange,
)
from federation.log.log import Log, Me, Received, Sender, authenticate
from federation.schema import metadata
from federation.writer import Tx
from keys.identity import DeviceKey, IdentityKey, IdentityRecord

T = TypeVar("T")
START = datetime(2026, 11, 22, 10, tzinfo=UTC)
NOTES = frozenset({"notes"})


def _check_text(content: Json) -> None:
    if not isinstance(content.get("text"), str):
        raise ValueError("text is text")  # noqa: TRY004 - what `check` promises
    _check_id(content)


def _check_id(content: Json) -> None:
    if not isinstance(content.get("id"), str):
        raise ValueError("id is text")  # noqa: TRY004 - what `check` promises


def _comment_key(applied: Applied) -> str:
    assert applied.content is not None
    return f"comment/{applied.content['id']}/{applied.author}"


def _comment_added(entity: Json | None, applied: Applied) -> Folded:
    if entity is not None and entity.get("gone"):
        return Folded(entity, (applied.hash,))
    text = None if applied.content is None else applied.content["text"]
    times = 1 if entity is None else entity["times"] + 1
    return Folded({"text": text, "by": applied.hash, "times": times, "gone": False})


def _comment_edited(entity: Json | None, applied: Applied) -> Folded:
    if entity is None or entity["gone"]:
        return Folded(entity)
    text = None if applied.content is None else applied.content["text"]
    return Folded({**entity, "text": text, "by": applied.hash}, (entity["by"],))


def _comment_deleted(entity: Json | None, applied: Applied) -> Folded:
    if entity is None:
        return Folded({"text": None, "by": applied.hash, "times": 0, "gone": True})
    return Folded({**entity, "text": None, "gone": True}, (entity["by"],))


def _title_changed(entity: Json | None, applied: Applied) -> Folded:
    changes = 1 if entity is None else entity["changes"] + 1
    text = None if applied.content is None else applied.content["text"]
    return Folded({"text": text, "changes": changes})


def _title_key(_applied: Applied) -> str:
    return "title"


KIND_LIST = (
    Kind("title.changed/1", "edit", "Update", NOTES, _check_text, _title_key, _title_changed),
    Kind("comment.added/1", "comment", "Create", NOTES, _check_text, _comment_key, _comment_added),
    Kind(
        "comment.edited/1", "comment", "Update", NOTES, _check_text, _comment_key, _comment_edited
    ),
    Kind(
        "comment.deleted/1", "comment", "Delete", NOTES, _check_id, _comment_key, _comment_deleted
    ),
)
KINDS = Kinds(KIND_LIST)


class Recorder:
    """An application that remembers what it was told."""

    def __init__(self) -> None:
        self.opened: list[Document] = []
        self.closed: list[tuple[str, str]] = []
        self.changes: list[Change] = []
        self.roles: list[MemberChange] = []
        self.deliveries: list[tuple[str, str]] = []
        self.gaps: list[Gap] = []
        self.forks: list[tuple[str, str]] = []

    def document_opened(self, _tx: Tx, document: Document, _sender: str) -> None:
        self.opened.append(document)

    def entities_changed(self, _tx: Tx, _document: Document, changes: Sequence[Change]) -> None:
        self.changes += changes

    def members_changed(
        self, _tx: Tx, _document: Document, changes: Sequence[MemberChange]
    ) -> None:
        self.roles += changes

    def document_closed(self, _tx: Tx, document: Document, reason: str) -> None:
        self.closed.append((document.id, reason))

    def delivery_changed(self, _tx: Tx, doc: str, person: str) -> None:
        self.deliveries.append((doc, person))

    def friend_changed(
        self, _tx: Tx, _person: str, _before: str | None, _after: str | None
    ) -> None:
        raise AssertionError("the log knows no friends")

    def device_added(self, _tx: Tx, _person: str) -> None:
        raise AssertionError("the log tells of no devices")

    def replaced(self, _tx: Tx) -> None:
        raise AssertionError("the log tells of no devices")

    def gap_changed(self, _tx: Tx, _doc: str, gap: Gap) -> None:
        self.gaps.append(gap)

    def forked(self, _tx: Tx, doc: str, person: str) -> None:
        self.forks.append((doc, person))

    def presence_changed(self, _person: str, _online: bool) -> None:  # noqa: FBT001 - Application's
        raise AssertionError("the log knows no presence")

    def directory_changed(self, _state: str) -> None:
        raise AssertionError("the log knows no directory")


def memory_engine() -> Engine:
    """Return in-memory SQLite with the log's tables, transactions under SQLAlchemy's control.

    All of them speak through one dialect and share what it has compiled: the simulation alone
    opens hundreds, and each would compile every statement again.
    """
    model = _model()
    engine = Engine(StaticPool(_empty_store, dialect=model.dialect), model.dialect, model.url)
    engine._compiled_cache = model._compiled_cache

    @event.listens_for(engine, "begin")
    def on_begin(conn: Connection) -> None:
        driver_of(conn).execute("BEGIN IMMEDIATE")

    return engine


@cache
def _model() -> Engine:
    """Return an engine whose dialect has met its database, with all tables and nothing in them."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    return engine


@cache
def _tables() -> bytes:
    """Return a store with all tables; making them takes longer than a test."""
    with _model().connect() as conn:
        return bytes(driver_of(conn).serialize())


def _empty_store() -> Any:  # a driver's connection; SQLAlchemy has a protocol of its own for it
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.deserialize(_tables())
    made.execute("PRAGMA foreign_keys=ON")
    return made


def driver_of(conn: Connection) -> Any:
    """Return the driver's connection beneath SQLAlchemy's."""
    return conn.connection.driver_connection


def entropy_of(name: str) -> Callable[[int], bytes]:
    """Return a source of bytes that look random and are the same in every run."""
    count = 0

    def entropy(size: int) -> bytes:
        nonlocal count
        count += 1
        return sha256(f"{name}/{count}".encode()).digest()[:size]

    return entropy


class Planner:
    """One person's planner. Restart it with `restart`: the same store, a new process."""

    def __init__(self, name: str, *, kinds: Kinds = KINDS) -> None:
        self.name = name
        self.now = START
        self.identity_key = IdentityKey(sha256(name.encode()).digest())
        self.device = DeviceKey.from_seed(sha256(f"{name}/device".encode()).digest())
        self.record = self.identity_key.sign_record(1, [self.device.multibase])
        self.engine = memory_engine()
        self.starts = 0
        self.app = Recorder()
        self.log = self._started(kinds)

    @classmethod
    def named(cls, *names: str) -> tuple[Self, ...]:
        return tuple(cls(name) for name in names)

    @property
    def did(self) -> str:
        return self.identity_key.did

    def _started(self, kinds: Kinds) -> Log:
        self.starts += 1
        me = Me(self.did, self.device, self.record, lambda: f"http://{self.name}.test")
        log = Log(me, kinds, self.app, entropy_of(f"{self.name}/{self.starts}"))
        self.write(log.start)
        return log

    def restart(self, kinds: Kinds = KINDS) -> None:
        self.log = self._started(kinds)

    def new_device(self, number: int, *, keep: bool = False) -> IdentityRecord:
        """Recover on a new device; the old one is retired unless it is kept."""
        old = self.device.multibase
        self.device = DeviceKey.from_seed(sha256(f"{self.name}/{number}".encode()).digest())
        devices = [self.device.multibase, *([old] if keep else [])]
        self.record = self.identity_key.sign_record(number, devices, [] if keep else [old])
        self.restart()
        return self.record

    def learn(self, who: "Planner") -> None:
        self.write(lambda tx: self.log.learn_identity(tx, who.record))

    def write(self, work: Callable[[Tx], T]) -> T:
        self.now += timedelta(seconds=1)
        with self.engine.connect() as conn, conn.begin():
            tx = Tx(conn, self.now)
            result = work(tx)
        for callback in tx.callbacks:
            callback()
        return result

    def read(self, query: Callable[[Connection], T]) -> T:
        with self.engine.connect() as conn:
            return query(conn)

    # --- what a person does --------------------------------------------------------------

    def create(self, nonce: str = "1") -> str:
        return self.write(lambda tx: self.log.create_document(tx, "notes", nonce))

    def grant(self, doc: str, other: "Planner", role: Any) -> None:
        self.write(lambda tx: self.log.set_role(tx, doc, other.did, role))

    def comment(self, doc: str, key: str, text: str = "hello") -> str:
        content = {"id": key, "text": text}
        return self.append(doc, "comment.added/1", content)

    def append(self, doc: str, kind: str, content: Json) -> str:
        return self.write(lambda tx: self.log.append(tx, doc, kind, content)).hash

    # --- what a network does ---------------------------------------------------------------

    def heads(self, doc: str) -> dict[str, tuple[int, str]]:
        return self.read(lambda conn: self.log.heads(conn, doc))

    def have(self, doc: str) -> dict[str, int]:
        return {stream: seq for stream, (seq, _) in self.heads(doc).items()}

    def lines_for(self, doc: str, reader: "Planner", **ask: Any) -> list[bytes]:
        have = ask.pop("have", None)
        known = reader.have(doc) if have is None else have
        return self.read(lambda conn: self.log.page(conn, doc, known, to=reader.did, **ask)).lines

    def take(
        self,
        lines: Sequence[bytes],
        sender: "Planner",
        *,
        friend: bool = True,
        solicited: bool = False,
    ) -> Received:
        who = Sender(sender.did, sender.device.multibase, friend, solicited)
        items = authenticate(lines)
        return self.write(lambda tx: self.log.receive(tx, who, items))

    def push(self, doc: str, reader: "Planner") -> Received:
        return reader.take(self.lines_for(doc, reader, own_only=True), self)

    def pull(self, doc: str, source: "Planner") -> Received:
        return self.take(source.lines_for(doc, self), source, solicited=True)

    # --- what one sees ---------------------------------------------------------------------

    def entities(self, doc: str) -> dict[str, Json]:
        return self.read(lambda conn: self.log.entities(conn, doc))

    def texts(self, doc: str) -> list[str]:
        found = self.entities(doc)
        return sorted(str(value["text"]) for key, value in found.items() if "comment/" in key)

    def members(self, doc: str) -> Mapping[str, str]:
        return self.read(lambda conn: self.log.members(conn, doc))


def shared(role: str, *names: str) -> tuple[str, list[Planner]]:
    """Return a document of the first planner that all others hold in a role; all are friends."""
    people = [Planner(name) for name in names]
    for person in people:
        for other in people:
            person.learn(other)
    owner, others = people[0], people[1:]
    doc = owner.create()
    for other in others:
        owner.grant(doc, other, role)
    for other in others:
        owner.push(doc, other)
    return doc, people

"""Reading the log: what a document holds, what is missing of it, what one person may see.

All functions take a connection and run on a reader's as well as on the writer's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Connection, bindparam, func, literal_column, select

from federation.log import store
from federation.log.fold import entity_events
from federation.log.kinds import Applied, Document, Gap, Json, RoleName
from federation.log.schema import documents, events, members, parked
from federation.log.schema import entities as entities_table

Heads = dict[str, tuple[int, str]]
"""{stream: (seq, hash)} of the last event that is held with everything before it."""

_ENTITY: Final = (
    select(entities_table.c.value)
    .join(documents, documents.c.id == entities_table.c.document_id)
    .where(documents.c.doc == bindparam("doc"), entities_table.c.key == bindparam("key"))
)
# the literal, because only with it is the partial index of that name used
_UNKNOWN: Final = select(func.count()).where(
    events.c.document_id == bindparam("document_id"),
    events.c.fate == literal_column("'unknown'"),
    events.c.standing == "valid",
)


@dataclass(frozen=True, slots=True)
class Fork:
    """A stream with two events of one number."""

    person: str
    stream: str
    seq: int


@dataclass(frozen=True, slots=True)
class Stream:
    """One device's events in a document, and the last one held with everything before it."""

    person: str
    stream: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Status:
    """How complete a document is here.

    `known` counts the events that are known to exist, `missing` those of them that are not
    here, or without their content. `parked` wait for an earlier one, `held` for a word on a
    former device, `unknown` for a newer version of this program; `quarantined` are of no use.
    """

    known: int
    missing: int
    parked: int
    forks: tuple[Fork, ...]
    held: int
    unknown: int
    quarantined: int


def document(conn: Connection, doc: str) -> Document | None:
    """Return a document of which I am a member, or None."""
    row = store.load_document(conn, doc)
    return None if row is None or row.state != "open" else row.document()


def my_documents(conn: Connection) -> list[Document]:
    """Return all documents of which I am a member, in the order they came."""
    rows = conn.execute(
        select(documents).where(documents.c.state == "open").order_by(documents.c.id)
    )
    return [store.DocumentRow(*row).document() for row in rows]


def shared_documents(conn: Connection, person: str) -> list[Document]:
    """Return the documents of which both that person and I are members."""
    rows = conn.execute(
        select(documents)
        .join(members, members.c.document_id == documents.c.id)
        .where(members.c.person == person, members.c.role != "none")
        .where(documents.c.state == "open")
        .order_by(documents.c.id)
    )
    return [store.DocumentRow(*row).document() for row in rows]


def member_roles(conn: Connection, doc: str) -> dict[str, RoleName]:
    """Return {did: role} of the current members, the owner included."""
    rows = conn.execute(
        select(members.c.person, members.c.role)
        .join(documents, documents.c.id == members.c.document_id)
        .where(documents.c.doc == doc, members.c.role != "none")
        .order_by(members.c.person)
    )
    return {row.person: row.role for row in rows}


def heads(conn: Connection, doc: str) -> Heads:
    """Return the heads of all streams, as far as they are held with content."""
    row = store.load_document(conn, doc)
    if row is None or row.state == "removed":
        return {}
    wanted = store.missing(conn, row.id)
    found: Heads = {}
    for head in store.load_heads(conn, row.id).values():
        first = wanted.get(head.id)
        if first is None:
            found[head.stream] = head.seq, head.hash
        elif first[0] > 1:
            seq = first[0] - 1
            found[head.stream] = seq, store.hashes(conn, head.id, seq, seq)[seq][0]
    return {stream: end for stream, end in found.items() if end[0]}


def streams(conn: Connection, doc: str) -> list[Stream]:
    """Return where every stream stands, by person."""
    row = store.load_document(conn, doc)
    if row is None:
        return []
    heads_ = store.load_heads(conn, row.id).values()
    found = [Stream(head.person, head.stream, head.seq, head.hash) for head in heads_ if head.seq]
    return sorted(found, key=lambda one: (one.person, one.stream))


def entity(conn: Connection, doc: str, key: str) -> Json | None:
    """Return one entity, or None."""
    raw = conn.execute(_ENTITY, {"doc": doc, "key": key}).scalar()
    return None if raw is None else _json(raw)


def entities(conn: Connection, doc: str, prefix: str) -> dict[str, Json]:
    """Return the entities whose key begins with `prefix`, by key in order."""
    table = entities_table
    rows = conn.execute(
        select(table.c.key, table.c.value)
        .join(documents, documents.c.id == table.c.document_id)
        .where(documents.c.doc == doc, table.c.value.is_not(None))
        .where(table.c.key >= prefix, func.substr(table.c.key, 1, len(prefix)) == prefix)
        .order_by(table.c.key)
    )
    return {key: _json(value) for key, value in rows}


def history(conn: Connection, doc: str, key: str) -> list[Applied]:
    """Return the valid events of an entity in their order; content is None where dropped."""
    row = store.load_document(conn, doc)
    return [] if row is None else entity_events(conn, row.id, doc, key)


def event_bytes(conn: Connection, ulid: str) -> bytes | None:
    """Return an event of my own by the ULID of its URL, proof included, or None."""
    return conn.execute(select(events.c.raw).where(events.c.ulid == ulid)).scalar()


def gap_of(conn: Connection, doc: str) -> Gap:
    """Return what keeps a document from being shown whole."""
    row = store.load_document(conn, doc)
    if row is None:
        return Gap()
    all_heads = store.load_heads(conn, row.id).values()
    known = sum(max(head.known, head.seq) for head in all_heads)
    contents = sum(count for _, count in store.missing(conn, row.id).values())
    return Gap(
        known=known,
        missing=known - sum(head.seq for head in all_heads) + contents,
        unknown=conn.execute(_UNKNOWN, {"document_id": row.id}).scalar_one(),
        forked=tuple(sorted({head.person for head in all_heads if head.forked})),
    )


def status(conn: Connection, doc: str) -> Status:
    """Return how complete a document is here."""
    row = store.load_document(conn, doc)
    if row is None:
        return Status(0, 0, 0, (), 0, 0, 0)
    gap = gap_of(conn, doc)
    waiting = conn.execute(select(func.count()).where(parked.c.document_id == row.id)).scalar_one()
    forked = [head for head in store.load_heads(conn, row.id).values() if head.forked]
    kept = _aside(conn, row.id)
    return Status(
        known=gap.known,
        missing=gap.missing,
        parked=waiting,
        forks=tuple(Fork(head.person, head.stream, head.forked) for head in forked),
        held=kept.get("held", 0),
        unknown=gap.unknown,
        quarantined=kept.get("quarantined", 0),
    )


def _aside(conn: Connection, document_id: int) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for column in (events.c.standing, events.c.fate):
        rows = conn.execute(
            select(column, func.count())
            .where(events.c.document_id == document_id)
            .group_by(column)
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def _json(raw: bytes) -> dict[str, Any]:
    value: dict[str, Any] = orjson.loads(raw)
    return value

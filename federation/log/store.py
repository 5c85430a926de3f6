"""The log's SQL: rows in, values out. No rule of the protocol stands here.

All functions take a connection and run on the writer's or on a reader's alike; simulation runs
them on in-memory SQLite. Statements are built once: on the path of a batch, SQLAlchemy only
binds values. Nothing here selects per event.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import (
    Connection,
    CursorResult,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from federation.bulk import BulkInsert
from federation.log.grants import Genesis
from federation.log.kinds import Document, RoleName
from federation.log.schema import (
    closes,
    deliveries,
    documents,
    entities,
    events,
    forks,
    grants,
    members,
    parked,
    rejections,
    streams,
)
from federation.prepared import Prepared

AnyRow = Row[*tuple[Any, ...]]
DocumentState = Literal["opening", "open", "left", "removed"]
EventStanding = Literal["valid", "cut", "held"]
Fate = Literal["own", "known", "unknown", "quarantined"]

IN_MAX: Final = 500  # values of one IN list


@dataclass(slots=True)
class DocumentRow:
    """A row of `documents`, changed in place and written back once."""

    id: int
    doc: str
    kind: str
    nonce: str
    owner: str
    opened_by: str
    state: DocumentState
    role: RoleName
    lc: int
    bytes: int
    last_k: int
    facts: str

    def document(self) -> Document:
        """Return the document as an application sees it."""
        return Document(self.doc, self.kind, self.nonce, self.owner, self.role)


@dataclass(slots=True)
class Head:
    """Where a stream stands here, changed in place and written back once. Seq 0: nothing yet."""

    id: int
    stream: str
    person: str
    device: str
    seq: int
    hash: str
    lc: int
    known: int
    forked: int
    dirty: bool = False


# --- documents ------------------------------------------------------------------------------

_CHANGING: Final = ("opened_by", "state", "role", "lc", "bytes", "last_k", "facts")
_OPENED_BY: Final = Prepared(
    select(func.count(), func.coalesce(func.sum(documents.c.bytes), 0)).where(
        documents.c.opened_by == bindparam("person")
    )
)
_DOCUMENT: Final = Prepared(select(documents).where(documents.c.doc == bindparam("doc")))
_ADD_DOCUMENT: Final = insert(documents)
_SAVE_DOCUMENT: Final = Prepared(
    update(documents)
    .where(documents.c.id == bindparam("document_id"))
    .values({name: bindparam(name) for name in _CHANGING})
)


def load_document(conn: Connection, doc: str) -> DocumentRow | None:
    """Return a document's row, or None."""
    row = _DOCUMENT.first(conn, doc=doc)
    return None if row is None else DocumentRow(*row)


def open_document(conn: Connection, doc: str, body: Genesis, sender: str) -> DocumentRow:
    """Insert a document that is not known yet; return its row."""
    row = DocumentRow(
        0, doc, body.kind, body.nonce, body.owner, sender, "opening", "none", 0, 0, 0, ""
    )
    values = _fields(row)
    values.pop("id")
    row.id = _inserted(conn.execute(_ADD_DOCUMENT, values))
    return row


def save_document(conn: Connection, row: DocumentRow) -> None:
    """Write a document's row back."""
    values = {name: getattr(row, name) for name in _CHANGING}
    _SAVE_DOCUMENT.run(conn, document_id=row.id, **values)


def forget_document(conn: Connection, document_id: int) -> None:
    """Erase everything of a document but its row."""
    tables = (
        events,
        entities,
        parked,
        forks,
        rejections,
        grants,
        closes,
        members,
        deliveries,
        streams,
    )
    for table in tables:
        conn.execute(delete(table).where(table.c.document_id == document_id))


def opened_by(conn: Connection, person: str) -> tuple[int, int]:
    """Return how many documents a person opened here, and their bytes."""
    row = _OPENED_BY.first(conn, person=person)
    assert row is not None, "a sum is always one row"  # noqa: S101 - SQL's promise
    return row[0], row[1]


# --- streams --------------------------------------------------------------------------------

_STREAMS: Final = Prepared(
    select(
        streams.c.id,
        streams.c.stream,
        streams.c.person,
        streams.c.device,
        streams.c.seq,
        streams.c.hash,
        streams.c.lc,
        streams.c.known,
        streams.c.forked,
    ).where(streams.c.document_id == bindparam("document_id"))
)
_ADD_STREAM: Final = insert(streams)
_SAVE_STREAM: Final = Prepared(
    update(streams)
    .where(streams.c.id == bindparam("stream_id"))
    .values({name: bindparam(name) for name in ("seq", "hash", "lc", "known", "forked")})
)


def load_heads(conn: Connection, document_id: int) -> dict[str, Head]:
    """Return all streams of a document by name."""
    heads = [Head(*row) for row in _STREAMS.rows(conn, document_id=document_id)]
    return {head.stream: head for head in heads}


def add_stream(conn: Connection, document_id: int, head: Head) -> None:
    """Insert a stream; its id is set in the head."""
    values = {**_head_values(head), "document_id": document_id}
    values |= {"stream": head.stream, "person": head.person, "device": head.device}
    head.id = _inserted(conn.execute(_ADD_STREAM, values))
    head.dirty = False


def save_heads(conn: Connection, heads: Iterable[Head]) -> None:
    """Write changed streams back."""
    for head in heads:
        if head.dirty:
            _SAVE_STREAM.run(conn, stream_id=head.id, **_head_values(head))
            head.dirty = False


def _head_values(head: Head) -> dict[str, Any]:
    return {
        "seq": head.seq,
        "hash": head.hash,
        "lc": head.lc,
        "known": head.known,
        "forked": head.forked,
    }


# --- events ---------------------------------------------------------------------------------

EVENT_COLUMNS: Final = tuple(column.name for column in events.columns if column.name != "id")
_ADD_EVENTS: Final = BulkInsert(events, *EVENT_COLUMNS)
_HASHES: Final = Prepared(
    select(events.c.seq, events.c.hash, events.c.missing, events.c.id)
    .where(
        events.c.stream_id == bindparam("stream_id"),
        events.c.seq.between(bindparam("first"), bindparam("last")),
    )
    .order_by(events.c.seq)
)
_MISSING: Final = Prepared(
    select(events.c.stream_id, func.min(events.c.seq), func.count())
    .where(events.c.document_id == bindparam("document_id"), events.c.missing)
    .group_by(events.c.stream_id)
)


def add_events(conn: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert events, each a tuple of `EVENT_COLUMNS`."""
    _ADD_EVENTS.execute(conn, rows)


def hashes(
    conn: Connection, stream_id: int, first: int, last: int
) -> dict[int, tuple[str, bool, int]]:
    """Return {seq: (hash, content missing, id)} of the held events of a stream in a range."""
    rows = _HASHES.rows(conn, stream_id=stream_id, first=first, last=last)
    return {seq: (hashed, missing, key) for seq, hashed, missing, key in rows}


def missing(conn: Connection, document_id: int) -> dict[int, tuple[int, int]]:
    """Return for each stream that lacks contents: the first seq without, and how many."""
    rows = _MISSING.rows(conn, document_id=document_id)
    return {stream_id: (first, count) for stream_id, first, count in rows}


def stream_rows(conn: Connection, stream_ids: Sequence[int]) -> list[AnyRow]:
    """Return what decides the standing of all events of some streams, in order."""
    return list(
        conn.execute(
            select(
                events.c.id,
                events.c.stream_id,
                events.c.seq,
                events.c.hash,
                events.c.lc,
                events.c.cls,
                events.c.cites,
                events.c.entity,
                events.c.standing,
            )
            .where(events.c.stream_id.in_(stream_ids))
            .order_by(events.c.stream_id, events.c.seq)
        )
    )


def set_standing(conn: Connection, ids: Sequence[int], standing: EventStanding) -> None:
    """Change how some events stand."""
    for start in range(0, len(ids), IN_MAX):
        part = ids[start : start + IN_MAX]
        conn.execute(update(events).where(events.c.id.in_(part)).values(standing=standing))


def set_fate(conn: Connection, event_id: int, fate: Fate) -> None:
    """Change what became of an event."""
    conn.execute(update(events).where(events.c.id == event_id).values(fate=fate))


def truncate(conn: Connection, stream_id: int, last: int) -> set[str]:
    """Erase the events of a stream beyond `last`; return the entities that they changed."""
    beyond = (events.c.stream_id == stream_id) & (events.c.seq > last)
    rows = conn.execute(select(events.c.entity).where(beyond).distinct()).scalars()
    keys = {key for key in rows if key is not None}
    conn.execute(delete(events).where(beyond))
    return keys


def events_by_id(conn: Connection, ids: Sequence[int]) -> list[AnyRow]:
    """Return some events with their bytes."""
    return list(conn.execute(select(events).where(events.c.id.in_(ids))))


def event_at(conn: Connection, stream_id: int, seq: int) -> AnyRow | None:
    """Return one event with its bytes."""
    return conn.execute(
        select(events).where(events.c.stream_id == stream_id, events.c.seq == seq)
    ).first()


def fill_content(conn: Connection, event_id: int, content: bytes) -> None:
    """Give an event the content that it lacked."""
    conn.execute(
        update(events)
        .where(events.c.id == event_id)
        .values(content=content, missing=False, superseded=False)
    )


def _inserted(result: CursorResult[Any]) -> int:
    key = result.inserted_primary_key
    assert key is not None, "one row was inserted"  # noqa: S101 - the driver's promise
    return int(key[0])


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any dataclass with slots
    return {name: getattr(value, name) for name in value.__dataclass_fields__}

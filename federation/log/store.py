"""The log's SQL: rows in, values out. No rule of the protocol stands here.

All functions take a connection and run on the writer's or on a reader's alike; simulation runs
them on in-memory SQLite. Statements are built once: on the path of a batch, SQLAlchemy only
binds values. Nothing here selects per event.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson
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

from federation.log.grants import Ends, Genesis
from federation.log.kinds import Document, RoleName
from federation.log.lines import Vouch
from federation.log.membership import Grant
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

AnyRow = Row[*tuple[Any, ...]]
DocumentState = Literal["opening", "open", "left", "removed"]
EventStanding = Literal["valid", "cut", "held"]
Fate = Literal["own", "known", "unknown", "quarantined"]

REJECTIONS_MAX: Final = 1000  # per document; the oldest are forgotten and judged anew
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


@dataclass(frozen=True, slots=True)
class Close:
    """A known close: who said where which streams end."""

    hash: str
    person: str
    stream: str
    seq: int
    ends: Ends

    @property
    def device(self) -> str:
        """The device that said so."""
        return self.stream.partition(".")[0]


@dataclass(frozen=True, slots=True)
class ParkedLine:
    """An authentic event that waits for something before it."""

    person: str
    stream: str
    seq: int
    hash: str
    line: bytes
    vouch: Vouch


# --- documents ------------------------------------------------------------------------------

_DOCUMENT: Final = select(documents).where(documents.c.doc == bindparam("doc"))


def load_document(conn: Connection, doc: str) -> DocumentRow | None:
    """Return a document's row, or None."""
    row = conn.execute(_DOCUMENT, {"doc": doc}).first()
    return None if row is None else DocumentRow(*row)


def open_document(conn: Connection, doc: str, body: Genesis, sender: str) -> DocumentRow:
    """Insert a document that is not known yet; return its row."""
    row = DocumentRow(
        0, doc, body.kind, body.nonce, body.owner, sender, "opening", "none", 0, 0, 0
    )
    values = _fields(row)
    values.pop("id")
    row.id = _inserted(conn.execute(insert(documents).values(values)))
    return row


def save_document(conn: Connection, row: DocumentRow) -> None:
    """Write a document's row back."""
    values = _fields(row)
    conn.execute(update(documents).where(documents.c.id == values.pop("id")).values(values))


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
    row = conn.execute(
        select(func.count(), func.coalesce(func.sum(documents.c.bytes), 0)).where(
            documents.c.opened_by == person
        )
    ).one()
    return row[0], row[1]


# --- streams --------------------------------------------------------------------------------

_STREAMS: Final = select(
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
_SAVE_STREAM: Final = (
    update(streams)
    .where(streams.c.id == bindparam("stream_id"))
    .values({name: bindparam(name) for name in ("seq", "hash", "lc", "known", "forked")})
)


def load_heads(conn: Connection, document_id: int) -> dict[str, Head]:
    """Return all streams of a document by name."""
    rows = conn.execute(_STREAMS, {"document_id": document_id})
    return {row.stream: Head(*row) for row in rows}


def add_stream(conn: Connection, document_id: int, head: Head) -> None:
    """Insert a stream; its id is set in the head."""
    values = {**_head_values(head), "document_id": document_id}
    values |= {"stream": head.stream, "person": head.person, "device": head.device}
    head.id = _inserted(conn.execute(insert(streams).values(values)))
    head.dirty = False


def save_heads(conn: Connection, heads: Iterable[Head]) -> None:
    """Write changed streams back."""
    changed = [head for head in heads if head.dirty]
    if changed:
        rows = [{**_head_values(head), "stream_id": head.id} for head in changed]
        conn.execute(_SAVE_STREAM, rows)
        for head in changed:
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

_ADD_EVENTS: Final = insert(events)
_HASHES: Final = (
    select(events.c.seq, events.c.hash, events.c.missing, events.c.id)
    .where(
        events.c.stream_id == bindparam("stream_id"),
        events.c.seq.between(bindparam("first"), bindparam("last")),
    )
    .order_by(events.c.seq)
)
_MISSING: Final = (
    select(events.c.stream_id, func.min(events.c.seq), func.count())
    .where(events.c.document_id == bindparam("document_id"), events.c.missing)
    .group_by(events.c.stream_id)
)


def add_events(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert events."""
    if rows:
        conn.execute(_ADD_EVENTS, rows)


def hashes(
    conn: Connection, stream_id: int, first: int, last: int
) -> dict[int, tuple[str, bool, int]]:
    """Return {seq: (hash, content missing, id)} of the held events of a stream in a range."""
    found = conn.execute(_HASHES, {"stream_id": stream_id, "first": first, "last": last})
    return {row.seq: (row.hash, row.missing, row.id) for row in found}


def missing(conn: Connection, document_id: int) -> dict[int, tuple[int, int]]:
    """Return for each stream that lacks contents: the first seq without, and how many."""
    rows = conn.execute(_MISSING, {"document_id": document_id})
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


# --- grants, closes, members ------------------------------------------------------------------

_GRANTS: Final = select(grants).where(grants.c.document_id == bindparam("document_id"))
_CLOSES: Final = select(closes).where(closes.c.document_id == bindparam("document_id"))


def load_grants(conn: Connection, document_id: int) -> list[Grant]:
    """Return all known grants of a document."""
    rows = conn.execute(_GRANTS, {"document_id": document_id})
    return [
        Grant(
            hash=row.hash,
            person=row.person,
            k=row.k,
            role=row.role,
            cut=_ends(row.cut),
            author=row.author,
            stream=row.stream,
            seq=row.seq,
            lc=row.lc,
            cites=row.cites,
            published=row.published,
        )
        for row in rows
    ]


def add_grant(conn: Connection, document_id: int, grant: Grant) -> None:
    """Insert a grant."""
    values = {name: value for name, value in _fields(grant).items() if name != "cut"}
    cut = orjson.dumps(grant.cut)
    conn.execute(insert(grants).values(**values, document_id=document_id, cut=cut))


def drop_authority(conn: Connection, document_id: int, stream: str, beyond: int) -> bool:
    """Erase the grants and closes of a stream beyond a seq; say whether there were any."""
    gone = 0
    for table in (grants, closes):
        where = (table.c.document_id == document_id) & (table.c.stream == stream)
        gone += conn.execute(delete(table).where(where, table.c.seq > beyond)).rowcount
    return gone > 0


def load_closes(conn: Connection, document_id: int) -> list[Close]:
    """Return all known closes of a document."""
    rows = conn.execute(_CLOSES, {"document_id": document_id})
    return [Close(row.hash, row.person, row.stream, row.seq, _ends(row.ends)) for row in rows]


def add_close(conn: Connection, document_id: int, close: Close) -> None:
    """Insert a close."""
    values = {name: value for name, value in _fields(close).items() if name != "ends"}
    ends = orjson.dumps(close.ends)
    conn.execute(insert(closes).values(**values, document_id=document_id, ends=ends))


def load_members(conn: Connection, document_id: int) -> dict[str, RoleName]:
    """Return the last written role of everybody who ever had one."""
    rows = conn.execute(
        select(members.c.person, members.c.role).where(members.c.document_id == document_id)
    )
    return {row.person: row.role for row in rows}


def save_members(conn: Connection, document_id: int, roles: Mapping[str, RoleName]) -> None:
    """Write some people's roles."""
    if roles:
        people = list(roles)
        where = (members.c.document_id == document_id) & members.c.person.in_(people)
        conn.execute(delete(members).where(where))
        rows = [
            {"document_id": document_id, "person": person, "role": role}
            for person, role in roles.items()
        ]
        conn.execute(insert(members), rows)


# --- parked, forks, rejections ------------------------------------------------------------------

_PARKED: Final = select(
    parked.c.person,
    parked.c.stream,
    parked.c.seq,
    parked.c.hash,
    parked.c.line,
    parked.c.vouch,
).where(parked.c.document_id == bindparam("document_id"))
_REJECTIONS: Final = select(rejections.c.hash, rejections.c.reason).where(
    rejections.c.document_id == bindparam("document_id")
)


def load_parked(conn: Connection, document_id: int) -> dict[str, ParkedLine]:
    """Return the parked events of a document by hash."""
    rows = conn.execute(_PARKED, {"document_id": document_id})
    return {row.hash: ParkedLine(*row) for row in rows}


def park(conn: Connection, document_id: int, line: ParkedLine) -> None:
    """Insert a parked event."""
    conn.execute(insert(parked).values(**_fields(line), document_id=document_id))


def unpark(conn: Connection, document_id: int, gone: Iterable[str]) -> None:
    """Erase parked events by hash."""
    rows = [{"gone": hashed, "of": document_id} for hashed in gone]
    if rows:
        conn.execute(
            delete(parked).where(
                parked.c.document_id == bindparam("of"), parked.c.hash == bindparam("gone")
            ),
            rows,
        )


def add_fork(
    conn: Connection, document_id: int, stream: str, seq: int, ours: bytes, theirs: bytes
) -> None:
    """Keep the evidence of a fork; the first pair of a stream is kept."""
    where = (forks.c.document_id == document_id) & (forks.c.stream == stream)
    if conn.execute(select(forks.c.id).where(where)).first() is None:
        row = {"document_id": document_id, "stream": stream, "seq": seq}
        conn.execute(insert(forks).values(**row, ours=ours, theirs=theirs))


def load_forks(conn: Connection, document_id: int) -> list[AnyRow]:
    """Return the evidence of all forks of a document."""
    return list(conn.execute(select(forks).where(forks.c.document_id == document_id)))


def load_rejections(conn: Connection, document_id: int) -> dict[str, str]:
    """Return {hash: reason} of the refusals that are remembered."""
    rows = conn.execute(_REJECTIONS, {"document_id": document_id})
    return {row.hash: row.reason for row in rows}


def reject(conn: Connection, document_id: int, hashed: str, reason: str) -> None:
    """Remember a refusal; the oldest of the document goes when there are too many."""
    row = {"document_id": document_id, "hash": hashed, "reason": reason}
    conn.execute(insert(rejections).values(row))
    keep = (
        select(rejections.c.id)
        .where(rejections.c.document_id == document_id)
        .order_by(rejections.c.id.desc())
        .offset(REJECTIONS_MAX)
    )
    conn.execute(delete(rejections).where(rejections.c.id.in_(keep)))


def _ends(raw: bytes) -> dict[str, tuple[int, str]]:
    return {stream: (seq, hashed) for stream, (seq, hashed) in orjson.loads(raw).items()}


def _inserted(result: CursorResult[Any]) -> int:
    key = result.inserted_primary_key
    assert key is not None, "one row was inserted"  # noqa: S101 - the driver's promise
    return int(key[0])


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any dataclass with slots
    return {name: getattr(value, name) for name in value.__dataclass_fields__}

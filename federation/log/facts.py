"""Facts of a document that seldom change: who may do what, what is closed, parked, refused.

They are needed for every batch and every event of one's own, so they are kept in memory between
transactions. `documents.facts` names the state they were read in: a token that is drawn anew
with every change. A transaction that is rolled back takes its token with it, so what it left in
memory is never found again.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Connection, bindparam, delete, insert, select

from federation.log.grants import Ends
from federation.log.kinds import RoleName
from federation.log.lines import Vouch
from federation.log.membership import Grant, Membership
from federation.log.schema import closes, forks, grants, members, parked, rejections
from federation.log.store import AnyRow, DocumentRow

REJECTIONS_MAX: Final = 1000  # per document; the oldest are forgotten and judged anew
CACHED_MAX: Final = 256  # documents; a few KiB each
TOKEN_BYTES: Final = 16


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


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one document. Shared: whoever changes something copies first."""

    membership: Membership
    closes: tuple[Close, ...]
    rejected: Mapping[str, str]
    parked: Mapping[str, ParkedLine]
    roles: Mapping[str, RoleName]


class FactsCache:
    """The facts of the documents used lately. `entropy` draws tokens."""

    def __init__(self, entropy: Callable[[int], bytes]) -> None:
        self._entropy = entropy
        self._kept: OrderedDict[int, tuple[str, Facts]] = OrderedDict()

    def load(self, conn: Connection, row: DocumentRow) -> Facts:
        """Return the facts of a document, from memory when they are those of the store."""
        kept = self._kept.get(row.id)
        if kept is not None and kept[0] == row.facts:
            return kept[1]
        facts = load_facts(conn, row.id)
        self._keep(row, facts)
        return facts

    def renew(self, row: DocumentRow, facts: Facts | None = None) -> None:
        """Mark in a document's row that its facts are others now; the row is to be saved.

        `facts` is what they are, where that is at hand; else they are read when next asked for.
        """
        row.facts = self._entropy(TOKEN_BYTES).hex()
        if facts is not None and len(facts.rejected) <= REJECTIONS_MAX:
            self._keep(row, facts)

    def _keep(self, row: DocumentRow, facts: Facts) -> None:
        self._kept[row.id] = row.facts, facts
        self._kept.move_to_end(row.id)
        if len(self._kept) > CACHED_MAX:
            self._kept.popitem(last=False)


def load_facts(conn: Connection, document_id: int) -> Facts:
    """Read the facts of a document."""
    return Facts(
        Membership(load_grants(conn, document_id)),
        tuple(load_closes(conn, document_id)),
        load_rejections(conn, document_id),
        load_parked(conn, document_id),
        load_members(conn, document_id),
    )


# --- grants, closes, members ------------------------------------------------------------------

_GRANTS: Final = select(grants).where(grants.c.document_id == bindparam("document_id"))
_CLOSES: Final = select(closes).where(closes.c.document_id == bindparam("document_id"))
_MEMBERS: Final = select(members.c.person, members.c.role).where(
    members.c.document_id == bindparam("document_id")
)
_ADD_GRANT: Final = insert(grants)
_ADD_CLOSE: Final = insert(closes)
_ADD_MEMBER: Final = insert(members)
_DROP_MEMBER: Final = delete(members).where(
    members.c.document_id == bindparam("of"), members.c.person == bindparam("gone")
)


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
    conn.execute(_ADD_GRANT, {**values, "document_id": document_id, "cut": cut})


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
    conn.execute(_ADD_CLOSE, {**values, "document_id": document_id, "ends": ends})


def load_members(conn: Connection, document_id: int) -> dict[str, RoleName]:
    """Return the last written role of everybody who ever had one."""
    rows = conn.execute(_MEMBERS, {"document_id": document_id})
    return {row.person: row.role for row in rows}


def save_members(conn: Connection, document_id: int, roles: Mapping[str, RoleName]) -> None:
    """Write some people's roles."""
    if roles:
        conn.execute(_DROP_MEMBER, [{"of": document_id, "gone": person} for person in roles])
        rows = [
            {"document_id": document_id, "person": person, "role": role}
            for person, role in roles.items()
        ]
        conn.execute(_ADD_MEMBER, rows)


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


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any dataclass with slots
    return {name: getattr(value, name) for name in value.__dataclass_fields__}

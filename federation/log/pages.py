"""Pages of a document's log, for a member who has less of it (PROTOCOL §5).

A page is a native batch: identity records that its events cite, then events in the order of
their counters, the owner's streams first when they hold grants that the reader lacks. Every run
of events ends with a proof that was checked, for a run is believed by its last signature; held
events are served to nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from federation.log import facts, store
from federation.log.events import parse_event, verify
from federation.log.lines import event_line, record_line
from federation.log.membership import Grant
from federation.log.schema import events, grants
from federation.log.store import AnyRow, DocumentRow, Head
from federation.records import people

_LIGHT: Final = (
    select(
        events.c.id,
        events.c.stream_id,
        events.c.seq,
        events.c.lc,
        events.c.hash,
        func.length(events.c.raw).label("size"),
        func.coalesce(func.length(events.c.content), 0).label("content_size"),
    )
    .where(
        events.c.stream_id == bindparam("stream_id"),
        events.c.seq > bindparam("after"),
        events.c.standing != "held",
    )
    .order_by(events.c.seq)
    .limit(bindparam("most"))
)
_LINE_OVERHEAD: Final = len(b'{"content":,"event":}\n')


@dataclass(frozen=True, slots=True)
class Page:
    """Lines of a batch, without newlines. `more`: the reader should ask again."""

    lines: list[bytes]
    more: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """What a reader has, and how much it takes.

    `have` is {stream: seq}; `records` is {did: number} of the newest identity records it knows,
    or None when that is not known. `to` is the reader: a new member is shown their own grant at
    once, so that they can open the document. `own_only` leaves out what others wrote.
    """

    have: Mapping[str, int]
    limit: int
    body_max: int
    own_only: bool = False
    to: str | None = None
    records: Mapping[str, int] | None = None


def page(conn: Connection, doc: str, me: str, ask: Ask) -> Page:
    """Return what the reader lacks of a document, as far as it fits."""
    row = store.load_document(conn, doc)
    if row is None or row.state not in {"open", "left"}:
        return Page([], more=False)
    return _Pager(conn, row, me, ask).page()


class _Pager:
    def __init__(self, conn: Connection, row: DocumentRow, me: str, ask: Ask) -> None:
        self._conn = conn
        self._row = row
        self._me = me
        self._ask = ask
        self._heads = {head.id: head for head in store.load_heads(conn, row.id).values()}

    def page(self) -> Page:
        """Return the page."""
        light, more = self._chosen()
        rows = self._proven({row.id: row for row in self._full([row.id for row in light])}, light)
        early = [row for row in self._opening() if row.id not in {found.id for found in rows}]
        lines = [event_line(row.raw, row.content) for row in (*early, *rows)]
        lines += self._evidence()
        cited = self._records((*early, *rows))
        return Page([*cited, *lines], more=more and bool(rows))

    def _wanted(self) -> list[Head]:
        have = self._ask.have
        return [
            head
            for head in self._heads.values()
            if head.seq > have.get(head.stream, 0)
            and (head.person == self._me or not self._ask.own_only)
        ]

    def _chosen(self) -> tuple[list[AnyRow], bool]:
        """Return what goes into the page, without bytes, and whether something is left."""
        most = self._ask.limit
        found: list[AnyRow] = []
        for head in self._wanted():
            after = self._ask.have.get(head.stream, 0)
            found += self._conn.execute(
                _LIGHT, {"stream_id": head.id, "after": after, "most": most + 1}
            )
        first = self._with_new_grants()
        found.sort(key=lambda row: (row.stream_id not in first, row.lc, row.hash))
        taken, size = 0, 0
        for row in found[:most]:
            size += row.size + row.content_size + _LINE_OVERHEAD
            if size > self._ask.body_max and taken:
                break
            taken += 1
        return found[:taken], taken < len(found)

    def _with_new_grants(self) -> frozenset[int]:
        """Return the streams that hold grants beyond what the reader has."""
        rows = self._conn.execute(
            select(grants.c.stream, func.max(grants.c.seq))
            .where(grants.c.document_id == self._row.id)
            .group_by(grants.c.stream)
        )
        newest = {row[0]: row[1] for row in rows}
        return frozenset(
            head.id
            for head in self._heads.values()
            if newest.get(head.stream, 0) > self._ask.have.get(head.stream, 0)
        )

    def _full(self, ids: Sequence[int]) -> list[AnyRow]:
        found: list[AnyRow] = []
        for start in range(0, len(ids), store.IN_MAX):
            found += store.events_by_id(self._conn, ids[start : start + store.IN_MAX])
        return found

    def _proven(self, full: Mapping[int, AnyRow], light: Iterable[AnyRow]) -> list[AnyRow]:
        """Return the rows in order, every stream's run cut back to a good proof."""
        rows = [full[row.id] for row in light if row.id in full]
        last: dict[int, int] = {}
        for row in reversed(rows):
            if row.stream_id not in last and _is_proven(row):
                last[row.stream_id] = row.seq
        return [row for row in rows if row.seq <= last.get(row.stream_id, 0)]

    def _opening(self) -> list[AnyRow]:
        """Return the events that open a document to a reader who has nothing of it yet.

        The owner sends Genesis, closes and the reader's grant; another member, their own grant,
        which shows that they may write. Each leads its stream's run or stands on its own proof.
        """
        have = self._ask.have
        named: set[tuple[str, int]] = set()
        if self._row.owner == self._me or not self._ask.own_only:
            if not any(have.get(grant.stream) for grant in self._owners()):
                named |= {(grant.stream, grant.seq) for grant in self._owners()}
                named |= self._grant_of(self._ask.to)
                named |= {
                    (close.stream, close.seq)
                    for close in facts.load_closes(self._conn, self._row.id)
                    if close.person == self._row.owner
                }
        elif self._ask.to != self._row.owner and not self._has_mine():
            named |= self._grant_of(self._me)
        return [row for place in sorted(named) if (row := self._at(*place)) is not None]

    def _has_mine(self) -> bool:
        mine = (head for head in self._heads.values() if head.person == self._me)
        return any(self._ask.have.get(head.stream) for head in mine)

    def _owners(self) -> list[Grant]:
        found = facts.load_grants(self._conn, self._row.id)
        return [grant for grant in found if grant.cites is None]

    def _grant_of(self, person: str | None) -> set[tuple[str, int]]:
        given = [
            grant
            for grant in facts.load_grants(self._conn, self._row.id)
            if grant.person == person and grant.cites is not None
        ]
        newest = max(given, key=lambda grant: grant.k, default=None)
        return set() if newest is None else {(newest.stream, newest.seq)}

    def _at(self, stream: str, seq: int) -> AnyRow | None:
        for head in self._heads.values():
            if head.stream == stream and seq <= head.seq:
                row = store.event_at(self._conn, head.id, seq)
                if row is not None and row.standing != "held" and _is_proven(row):
                    return row
        return None

    def _evidence(self) -> list[bytes]:
        """Return both events of every open fork that the reader has gone past."""
        forked = {head.stream for head in self._heads.values() if head.forked}
        if not forked:
            return []
        return [
            event_line(raw, None)
            for fork in facts.load_forks(self._conn, self._row.id)
            if fork.stream in forked and self._ask.have.get(fork.stream, 0) >= fork.seq
            for raw in (fork.ours, fork.theirs)
        ]

    def _records(self, rows: Iterable[AnyRow]) -> list[bytes]:
        authors = {self._heads[row.stream_id].person for row in rows}
        known = self._ask.records
        if known is None:
            having = {
                head.person for head in self._heads.values() if self._ask.have.get(head.stream)
            }
            authors -= having
            known = {}
        found = people(self._conn, authors)
        return [
            record_line(listing.raw)
            for did in sorted(found)
            for listing in reversed(found[did].listings)
            if listing.number > known.get(did, 0)
        ]


def _is_proven(row: AnyRow) -> bool:
    return bool(row.proven) or verify(parse_event(row.raw))

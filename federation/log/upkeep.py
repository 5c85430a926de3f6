"""Upkeep: what a new grant, close or identity record does to events that are here already.

A cut or a close that arrives after the events beyond it un-applies them; the end of a former
device's stream lets the events up to it count. The rules are those of admission, applied to
rows instead of lines; what changes is folded anew in the same transaction.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Final

from sqlalchemy import Connection

from federation.log import store
from federation.log.events import Event, parse_event
from federation.log.fold import Fold, content_value
from federation.log.kinds import Json
from federation.log.membership import Standing
from federation.log.store import AnyRow, EventStanding, Head
from federation.log.view import View


class Upkeep:
    """Re-judges the events of people whose standing may have changed.

    `truncate` erases a stream beyond a seq; `obey` takes in a grant or close that counts now.
    """

    def __init__(
        self,
        conn: Connection,
        view: View,
        work: Fold,
        truncate: Callable[[str, int], None],
        obey: Callable[[Event, Json], None],
    ) -> None:
        self._conn = conn
        self._view = view
        self._work = work
        self._truncate = truncate
        self._obey = obey

    def judge(self, people: Iterable[str]) -> None:
        """Judge all events of these people anew. Their grants may make it necessary again."""
        named = set(people)
        heads = {
            head.id: head
            for head in self._view.heads.values()
            if head.person in named and head.id and head.seq
        }
        if heads:
            rows = store.stream_rows(self._conn, list(heads))
            for stream_id, events in groupby(rows, key=attrgetter("stream_id")):
                self._stream(heads[stream_id], list(events))

    def _stream(self, head: Head, rows: list[AnyRow]) -> None:
        last = self._last(head, rows)
        if last < head.seq:
            self._truncate(head.stream, last)
        elif head.forked and any(at >= head.forked for at in self._pins(head)):
            head.forked, head.dirty = 0, True  # our branch is the one that was named
        changed: dict[EventStanding, list[AnyRow]] = {}
        for row in rows:
            if row.seq <= last:
                now = self._standing(head, row)
                if now != row.standing:
                    changed.setdefault(now, []).append(row)
        for standing, found in changed.items():
            self._set(standing, found)

    def _last(self, head: Head, rows: list[AnyRow]) -> int:
        """Return the last seq of the stream that may stay."""
        last = head.seq
        by_seq = {row.seq: row for row in rows}
        for seq, hashed in self._pins(head).items():
            if seq in by_seq and by_seq[seq].hash != hashed:
                last = min(last, max(head.forked - 1, 0))  # not the branch that was named
        end = self._view.ends.get((head.person, head.stream))
        if end is not None:
            last = min(last, end[0])
        for row in rows:
            if row.seq <= last and row.cites is not None and self._judged(head, row) in _ENDS:
                return int(row.seq) - 1
        return last

    def _standing(self, head: Head, row: AnyRow) -> EventStanding:
        if row.standing == "held" and self._still_held(head, row):
            return "held"
        if row.cites is not None and self._judged(head, row) is Standing.CUT:
            return "cut"
        return "valid"

    def _judged(self, head: Head, row: AnyRow) -> Standing:
        return self._view.membership.standing(
            head.person, head.stream, row.seq, row.cites, row.cls
        )

    def _still_held(self, head: Head, row: AnyRow) -> bool:
        person = self._view.people.get(head.person)
        if person is not None and head.device in person.newest.devices:
            return False
        return not any(row.seq <= seq for seq in self._pins(head))

    def _pins(self, head: Head) -> Mapping[int, str]:
        return self._view.pins(head.person, head.stream)

    def _set(self, standing: EventStanding, rows: list[AnyRow]) -> None:
        store.set_standing(self._conn, [row.id for row in rows], standing)
        self._work.dirty.update(row.entity for row in rows if row.entity is not None)
        if standing != "valid":
            return
        self._view.row.lc = max(self._view.row.lc, *(row.lc for row in rows))
        own = [row.id for row in rows if row.cls in {"grant", "close"}]
        for row in store.events_by_id(self._conn, own) if own else ():
            value = content_value(row.content)
            if row.fate == "own" and value is not None:
                self._obey(parse_event(row.raw), value)


_ENDS: Final = frozenset({Standing.ENDED, Standing.UNKNOWN_GRANT})

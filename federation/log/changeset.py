"""The pending writes of one document in one transaction.

Events that were admitted gather here and are inserted at once; what they change - membership,
ends of streams, entities - is brought up to date at the end, and the application is told. Both
receiving and authoring write through this one class, so that an event has the same effect
wherever it was made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from federation.log import clocks, facts, store
from federation.log.admission import Verdict, applied_of
from federation.log.events import Event
from federation.log.facts import Close, ParkedLine
from federation.log.fold import Fold, fold
from federation.log.grants import (
    CLOSE,
    GENESIS,
    GRANT,
    LEFT,
    parse_close,
    parse_genesis,
    parse_grant,
)
from federation.log.kinds import Change, Json, Kinds, MemberChange, RoleName
from federation.log.lines import EventLine, event_line
from federation.log.membership import Grant, Membership
from federation.log.upkeep import Upkeep
from federation.log.view import View
from federation.writer import Tx

ROUNDS_MAX: Final = 64
"""A grant that counts again may let others count: rounds until nothing changes."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a changeset did, once it is finished."""

    changes: list[Change]
    members: list[MemberChange]
    left: frozenset[str]
    gap: bool
    forked: tuple[str, ...] = ()


class Changeset:
    """Writes to one document; call `finish` once at the end."""

    def __init__(self, tx: Tx, view: View, kinds: Kinds) -> None:
        self.tx = tx
        self.view = view
        self.kinds = kinds
        self.work = Fold()
        self.touched: set[str] = set()  # people whose events may stand differently now
        self.gap = False  # something arrived early or is not understood, or a gap closed
        self.opened_earlier = bool(view.heads)
        self._rows: list[tuple[object, ...]] = []  # of `store.EVENT_COLUMNS`
        self._written: set[str] = set()
        self._left: set[str] = set()
        self.leaver: str | None = None  # whose wish to leave this changeset answers
        self._before = view.roles
        self._facts_changed = False
        self._latest = clocks.latest(tx.now)
        self._forked: list[str] = []
        self._forked_before = self._open_forks()

    def add(self, line: EventLine, verdict: Verdict, *, mine: bool = False) -> None:
        """Put an admitted event at the end of its stream, with all that follows from it."""
        event, row = line.event, self.view.row
        head = self.view.advance(event)
        if not head.id:
            store.add_stream(self.tx.conn, row.id, head)
        row.bytes += len(event.raw) + len(line.content or b"")
        self._written.add(event.stream)
        clock_off = self._is_clock_off(event)
        self._rows.append(
            (
                row.id,
                head.id,
                event.seq,
                event.lc,
                event.hash,
                event.cls,
                event.kind,
                event.grant,
                event.entity,
                event.published,
                clock_off,
                event.ulid if mine else None,
                verdict.standing,
                verdict.fate,
                line.vouch == "proof",
                False,  # superseded
                line.content is None,  # missing
                event.raw,
                line.content,
            )
        )
        if verdict.standing == "valid":
            self._apply(event, line.value, verdict, clock_off=clock_off)

    def _is_clock_off(self, event: Event) -> bool:
        cited = None if event.grant is None else self.view.membership.grant(event.grant)
        granted = None if cited is None else cited.published
        return clocks.is_off(event.published, self._latest, granted)

    def _apply(
        self, event: Event, value: Json | None, verdict: Verdict, *, clock_off: bool
    ) -> None:
        self.view.row.lc = max(self.view.row.lc, event.lc)
        self.gap |= verdict.fate == "unknown"
        if verdict.fate == "own" and value is not None:
            self.obey(event, value)
        elif verdict.fate == "known" and event.entity is not None:
            self.work.add(event.entity, applied_of(event, value, clock_off=clock_off))

    def obey(self, event: Event, value: Json) -> None:
        """Take in a valid event of federation's own kinds."""
        if event.kind in {GENESIS, GRANT}:
            self._grant(grant_of(event, value))
        elif event.kind == CLOSE:
            self.hear_close(event, value)
        elif event.kind == LEFT:
            self._left.add(event.author)

    def _grant(self, grant: Grant) -> None:
        if self.view.membership.grant(grant.hash) is None:
            facts.add_grant(self.tx.conn, self.view.row.id, grant)
            self.touched |= self.view.add_grant(grant)
            self._facts_changed = True

    def hear_close(self, event: Event, value: Json) -> None:
        """Take in a close: it counts as soon as it is authentic, in its place or not yet."""
        if any(close.hash == event.hash for close in self.view.closes):
            return
        ends = parse_close(value).streams
        close = Close(event.hash, event.author, event.stream, event.seq, ends)
        facts.add_close(self.tx.conn, self.view.row.id, close)
        self.view.closes.append(close)
        self._facts_changed = True
        self.view.reckon_ends()
        self.touched.add(event.author)

    def fill(self, line: EventLine) -> None:
        """Give a held event the content that it lacked, and fold its entity anew."""
        event = line.event
        held = self.view.held(event.stream, event.seq)
        if held is None or line.content is None:
            return
        if not held[2]:
            self.flush()
            held = self.view.held(event.stream, event.seq) or held
        store.fill_content(self.tx.conn, held[2], line.content)
        self.view.forget_hashes(event.stream)
        self.gap = True
        if event.entity is not None:
            self.work.dirty.add(event.entity)

    def fork(self, line: EventLine) -> None:
        """Keep the evidence that a stream's author signed two events of one number."""
        event = line.event
        head = self.view.heads[event.stream]
        seq = min(event.seq, head.seq)
        pins = self.view.pins(event.author, event.stream)
        settled = any(
            at >= seq and (held := self.view.held(event.stream, at)) and held[0] == hashed
            for at, hashed in pins.items()
        )
        if settled or head.forked:
            return
        self.flush()
        ours = store.event_at(self.tx.conn, head.id, seq)
        if ours is not None:
            document_id = self.view.row.id
            facts.add_fork(self.tx.conn, document_id, head.stream, seq, ours.raw, event.raw)
            head.forked, head.dirty = seq, True
            self._forked.append(head.person)

    def park(self, line: EventLine) -> None:
        """Keep an authentic event that came too early."""
        event = line.event
        raw = event_line(event.raw, line.content)
        waiting = ParkedLine(event.author, event.stream, event.seq, event.hash, raw, line.vouch)
        facts.park(self.tx.conn, self.view.row.id, waiting)
        self.view.parked[event.hash] = waiting
        self.gap = self._facts_changed = True
        head = self.view.heads.get(event.stream)
        if head is not None and head.known < event.seq:
            head.known, head.dirty = event.seq, True

    def unpark(self, gone: Iterable[str]) -> None:
        """Forget parked events: they found their place, or will never."""
        names = [hashed for hashed in gone if self.view.parked.pop(hashed, None) is not None]
        facts.unpark(self.tx.conn, self.view.row.id, names)
        if names:
            self.gap = self._facts_changed = True

    def reject(self, hashed: str, reason: str) -> None:
        """Remember a refusal that follows from signed bytes."""
        facts.reject(self.tx.conn, self.view.row.id, hashed, reason)
        self.view.rejected[hashed] = reason
        self._facts_changed = True

    def flush(self) -> None:
        """Insert the events that have gathered."""
        if self._rows:
            store.add_events(self.tx.conn, self._rows)
            for stream in self._written:
                self.view.forget_hashes(stream)
            self._rows.clear()
            self._written.clear()

    def truncate(self, stream: str, last: int) -> None:
        """Erase a stream's events beyond `last`, and undo all that followed from them."""
        self.flush()
        view, conn = self.view, self.tx.conn
        head = view.heads[stream]
        self.work.dirty |= store.truncate(conn, head.id, last)
        before = store.event_at(conn, head.id, last) if last else None
        head.seq, head.hash, head.lc = (last, before.hash, before.lc) if before else (0, "", 0)
        head.forked, head.dirty = 0, True
        view.forget_hashes(stream)
        self.gap = True
        if facts.drop_authority(conn, view.row.id, stream, last):
            self._facts_changed = True
            view.membership = Membership(facts.load_grants(conn, view.row.id))
            view.closes = facts.load_closes(conn, view.row.id)
            view.reckon_ends()
            self.touched.update(held.person for held in view.heads.values())

    def finish(self) -> Effect:
        """Write everything; return what changed."""
        self.flush()
        self._upkeep()
        changes = self._fold()
        store.save_heads(self.tx.conn, self.view.heads.values())
        members = self._save_members()
        gap = self.gap or self._open_forks() != self._forked_before
        return Effect(changes, members, frozenset(self._left), gap, tuple(self._forked))

    def _open_forks(self) -> list[str]:
        return [head.stream for head in self.view.heads.values() if head.forked]

    def _upkeep(self) -> None:
        upkeep = Upkeep(self.tx.conn, self.view, self.work, self.truncate, self.obey)
        for _ in range(ROUNDS_MAX):
            if not self.touched:
                return
            people, self.touched = self.touched, set()
            upkeep.judge(people)

    def _fold(self) -> list[Change]:
        row = self.view.row
        if not (self.work.fresh or self.work.dirty) or row.state == "left":
            return []
        return fold(self.tx, row.id, row.doc, self.kinds, self.work)

    def _save_members(self) -> list[MemberChange]:
        roles = self.view.membership.roles()
        changed: dict[str, RoleName] = {
            person: roles.get(person, "none")
            for person in self._before.keys() | roles.keys()
            if self._before.get(person) != roles.get(person, "none")
        }
        facts.save_members(self.tx.conn, self.view.row.id, changed)
        self.view.row.role = roles.get(self.view.me, "none")
        if changed or self._facts_changed:
            self.view.renew_facts({**self._before, **changed})
        found = []
        for person, after in changed.items():
            before = self._before.get(person, "none")
            grant = self.view.membership.current(person)
            if before != after:
                by, published = (grant.author, grant.published) if grant else ("", "")
                by = person if person == self.leaver else by
                found.append(MemberChange(person, before, after, by, published))
        return found


def grant_of(event: Event, value: Json) -> Grant:
    """Return the grant that a Genesis or grant event says."""
    if event.kind == GENESIS:
        body = parse_genesis(value)
        person, k, role, cut = body.owner, 0, _OWNER, {}
    else:
        given = parse_grant(value)
        person, k, role, cut = given.person, given.k, given.role, dict(given.cut)
    return Grant(
        hash=event.hash,
        person=person,
        k=k,
        role=role,
        cut=cut,
        author=event.author,
        stream=event.stream,
        seq=event.seq,
        lc=event.lc,
        cites=event.grant,
        published=event.published,
    )


_OWNER: Final[RoleName] = "owner"

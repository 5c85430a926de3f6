"""What admission knows of one document while one batch is taken in.

Loaded once per batch and document, then kept up to date in memory as events are admitted, so
that no event costs a query. Only the hashes of events that are held already are looked up, a
whole range of a stream at a time.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from sqlalchemy import Connection

from federation.log import store
from federation.log.events import Event
from federation.log.facts import Close, Facts, FactsCache, ParkedLine
from federation.log.kinds import RoleName
from federation.log.membership import Grant, Membership, Standing
from federation.log.store import DocumentRow, Head
from federation.records import Listing, Person, people

DeviceStanding = Literal["listed", "former", "unlisted", "unknown"]
RANGE: Final = 512  # hashes looked up at once


class View:
    """Facts of one document. `row`, `heads` and `membership` change as events are admitted."""

    def __init__(self, conn: Connection, row: DocumentRow, me: str, cache: FactsCache) -> None:
        known = cache.load(conn, row)
        self.row = row
        self.me = me
        self.cache = cache
        self.heads: dict[str, Head] = store.load_heads(conn, row.id)
        self.membership = known.membership
        self.closes: list[Close] = list(known.closes)
        self.rejected: dict[str, str] = dict(known.rejected)
        self.parked: dict[str, ParkedLine] = dict(known.parked)
        self.roles = known.roles
        self.people: dict[str, Person] = {}
        self.ends: Mapping[tuple[str, str], tuple[int, str]] = {}
        self._conn = conn
        self._ranges: dict[tuple[str, int], dict[int, tuple[str, bool, int]]] = {}
        self._pending: dict[tuple[str, int], tuple[str, bool, int]] = {}
        self._owns_membership = False
        if self.closes:
            self.know(close.person for close in self.closes)

    def know(self, dids: Iterable[str]) -> None:
        """Load the identity records of people, and see what follows for closes."""
        wanted = set(dids) - self.people.keys()
        if wanted:
            self.people.update(people(self._conn, wanted))
        if self.closes:
            self.reckon_ends()

    def trust(self, did: str, listing: Listing) -> None:
        """Take a person's newest identity record as given, without looking it up."""
        self.people[did] = Person((listing,))
        if self.closes:
            self.reckon_ends()

    def add_grant(self, grant: Grant) -> frozenset[str]:
        """Take in a grant; return the people whose events may stand differently now."""
        if not self._owns_membership:  # what the cache holds is not mine to change
            self.membership = Membership(self.membership.grants())
            self._owns_membership = True
        return self.membership.add(grant)

    def renew_facts(self, roles: Mapping[str, RoleName]) -> None:
        """Mark that the document's facts are others now, and keep them for the next view."""
        self._owns_membership = False  # the cache has it now
        self.cache.renew(
            self.row,
            Facts(
                self.membership,
                tuple(self.closes),
                dict(self.rejected),
                dict(self.parked),
                roles,
            ),
        )

    def reckon_ends(self) -> None:
        """Reckon where streams end: the lowest end that a close with authority names.

        A close speaks for streams of its own person: of its own device, or of devices that the
        newest identity record no longer lists. It needs no role, only the record.
        """
        found: dict[tuple[str, str], tuple[int, str]] = {}
        for close in self.closes:
            person = self.people.get(close.person)
            if person is None or close.device not in person.newest.devices:
                continue
            for stream, end in close.ends.items():
                device = stream.partition(".")[0]
                if device != close.device and device in person.newest.devices:
                    continue
                key = (close.person, stream)
                found[key] = min(end, found.get(key, end))
        self.ends = found

    def device(self, event: Event) -> DeviceStanding:
        """Say whether an identity record lists the event's device, now or once."""
        person = self.people.get(event.author)
        if person is None or event.identity > person.newest.number:
            return "unknown"
        if event.device in person.newest.devices:
            return "listed"
        cited = person.cited(event.identity)
        if event.device in person.newest.retired or (cited and event.device in cited.devices):
            return "former"
        return "unknown" if cited is None else "unlisted"

    def is_held(self, event: Event) -> bool:
        """Say whether an event of a former device waits for a word on where its stream ends.

        My own planner after a recovery takes its old streams as friends hand them back, until
        it closes them itself.
        """
        if event.author == self.me or (event.author, event.stream) in self.ends:
            return False
        cuts = self.membership.cuts(event.stream, event.author)
        return not any(event.seq <= seq for seq in cuts)

    def head_seq(self, stream: str) -> int:
        """Return the seq of the last event held without a gap, 0 when there is none."""
        head = self.heads.get(stream)
        return 0 if head is None else head.seq

    def is_beyond_end(self, stream: str, seq: int) -> bool:
        """Say whether a close has ended a stream before this place."""
        return any(seq > end[0] for (_, name), end in self.ends.items() if name == stream)

    def pins(self, person: str, stream: str) -> Mapping[int, str]:
        """Return {seq: hash}: where cuts and closes say which branch of a stream counts."""
        cuts = self.membership.cuts(stream, person)
        end = self.ends.get((person, stream))
        return cuts if end is None else {**cuts, end[0]: end[1]}

    def held(self, stream: str, seq: int) -> tuple[str, bool, int] | None:
        """Return (hash, content missing, id) of a held event. The id is 0 within its batch."""
        pending = self._pending.get((stream, seq))
        if pending is not None:
            return pending
        head = self.heads.get(stream)
        if head is None or not head.id or seq > head.seq:
            return None
        start = seq - seq % RANGE
        found = self._ranges.get((stream, start))
        if found is None:
            found = store.hashes(self._conn, head.id, start, start + RANGE - 1)
            self._ranges[stream, start] = found
        return found.get(seq)

    def advance(self, event: Event) -> Head:
        """Move the head of a stream to an event that was admitted."""
        head = self.heads.get(event.stream)
        if head is None:
            head = Head(0, event.stream, event.author, event.device, 0, "", 0, 0, 0)
            self.heads[event.stream] = head
        head.seq, head.hash, head.lc = event.seq, event.hash, event.lc
        head.known = max(head.known, event.seq)
        head.dirty = True
        self._pending[event.stream, event.seq] = (event.hash, False, 0)
        return head

    def forget_hashes(self, stream: str) -> None:
        """Forget what was looked up of a stream, after it was cut back or written."""
        for known in (self._ranges, self._pending):
            for key in [key for key in known if key[0] == stream]:
                del known[key]

    def standing(self, event: Event) -> Standing:
        """Return how an event stands with the known grants."""
        if event.grant is None:
            return Standing.VALID
        return self.membership.standing(
            event.author, event.stream, event.seq, event.grant, event.cls
        )

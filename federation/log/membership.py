"""Membership: who has which role, and which events count (PROTOCOL §3). Pure.

A document's membership is its set of known grants (the Genesis is the owner's first). Current
role of a person = their grant with the greatest k; ties: the lower role, then the lower hash.
An event is *valid* iff the grant it cites allows its class and, for every other known grant of
that person with k at or above the cited one whose role does not allow it, its seq is within
that grant's cut. That is a function of the known set and only shrinks, so all nodes that know
the same grants agree, whatever order they came in.

Grants are themselves events of owners. They are taken in the order (lc, hash), each judged by
those before it; one that ends an owner's streams takes back what that owner granted beyond.
"""

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from federation.log.grants import Ends
from federation.log.kinds import EventClass, RoleName
from federation.log.roles import RANK, allows


@dataclass(frozen=True, slots=True)
class Grant:
    """A known grant: what it says, and the event that says it. Orders by (lc, hash)."""

    hash: str
    person: str
    k: int
    role: RoleName
    cut: Ends
    author: str
    stream: str
    seq: int
    lc: int
    cites: str | None
    published: str

    def __lt__(self, other: "Grant") -> bool:
        """Order as the document's events are ordered."""
        return (self.lc, self.hash) < (other.lc, other.hash)


class Standing(Enum):
    """How an event stands with the known grants."""

    VALID = "valid"
    CUT = "cut"  # authentic, yet beyond a cut: kept in the chain, never applied
    ENDED = "ended"  # beyond the end of the person's membership: not even kept
    UNKNOWN_GRANT = "unknown_grant"
    FOREIGN_GRANT = "foreign_grant"
    ROLE = "role"


class Membership:
    """The grants of one document and what follows from them."""

    def __init__(self, grants: Iterable[Grant] = ()) -> None:
        self._ordered: list[Grant] = sorted(grants)
        self._known: dict[str, Grant] = {}
        self._counted: dict[str, Grant] = {}
        self._by_person: dict[str, list[Grant]] = {}
        # What follows from a grant for events of a class, and where a person's streams are cut:
        # asked for every event, and forgotten with each grant that counts or ceases to.
        self._rulings: dict[tuple[str, EventClass], Standing | tuple[Grant, ...]] = {}
        self._cuts: dict[str, dict[str, dict[int, str]]] = {}
        self._evaluate()

    def add(self, grant: Grant) -> frozenset[str]:
        """Take one more grant; return the people whose events may stand differently now."""
        if grant.hash in self._known:
            return frozenset()
        before = dict(self._counted)
        if self._ordered and grant < self._ordered[-1]:
            insort(self._ordered, grant)
            self._evaluate()
        else:
            self._ordered.append(grant)
            self._take(grant)
        changed = before.keys() ^ self._counted.keys()
        return frozenset(self._known[hashed].person for hashed in changed)

    def grant(self, hashed: str) -> Grant | None:
        """Return a known grant by its hash, whether it counts or not."""
        return self._known.get(hashed)

    def grants(self) -> tuple[Grant, ...]:
        """Return all known grants in the order of the document."""
        return tuple(self._ordered)

    def current(self, person: str) -> Grant | None:
        """Return a person's current grant, or None when they never had one."""
        held = self._by_person.get(person)
        if not held:
            return None
        return min(held, key=lambda grant: (-grant.k, RANK[grant.role], grant.hash))

    def role(self, person: str) -> RoleName:
        """Return a person's current role."""
        current = self.current(person)
        return "none" if current is None else current.role

    def was_member(self, person: str) -> bool:
        """Say whether the person has, or ever had, a role here."""
        return any(grant.role != "none" for grant in self._by_person.get(person, ()))

    def roles(self) -> dict[str, RoleName]:
        """Return the current role of everybody who ever had a grant."""
        return {person: self.role(person) for person in self._by_person}

    def newest(self) -> Grant | None:
        """Return the newest grant that counts: what an author names in `seen`."""
        return max(self._counted.values(), default=None)

    def next_k(self, person: str) -> int:
        """Return 1 + the highest k known for a person."""
        return 1 + max((grant.k for grant in self._by_person.get(person, ())), default=-1)

    def last_removal(self, person: str) -> int:
        """Return the k of the last grant that removed a person, 0 when none did."""
        held = self._by_person.get(person, ())
        return max((grant.k for grant in held if grant.role == "none"), default=0)

    def standing(
        self, person: str, stream: str, seq: int, cites: str, cls: EventClass
    ) -> Standing:
        """Return how an event stands. The hash at a cut is compared where it is crossed."""
        cited = self._known.get(cites)
        if cited is None:
            return Standing.UNKNOWN_GRANT
        if cited.person != person:
            return Standing.FOREIGN_GRANT
        ruling = self._rulings.get((cites, cls))
        if ruling is None:
            ruling = self._rulings[cites, cls] = self._ruling(cited, cls)
        if isinstance(ruling, Standing):
            return ruling
        worst = Standing.VALID
        for grant in ruling:
            end = grant.cut.get(stream)
            if end is None or seq > end[0]:
                if grant.role == "none":
                    return Standing.ENDED
                worst = Standing.CUT
        return worst

    def cuts(self, stream: str, person: str) -> Mapping[int, str]:
        """Return {seq: hash} of every place at which a grant of the person cuts a stream."""
        if person not in self._by_person:
            return {}
        found = self._cuts.get(person)
        if found is None:
            found = self._cuts[person] = {}
            for grant in self._by_person[person]:
                for name, (seq, hashed) in grant.cut.items():
                    found.setdefault(name, {})[seq] = hashed
        return found.get(stream, {})

    def _ruling(self, cited: Grant, cls: EventClass) -> Standing | tuple[Grant, ...]:
        """Return how events stand that cite a grant, or the grants whose cuts decide."""
        if not allows(cited.role, cls):
            return Standing.ROLE
        if cited.hash not in self._counted:
            return Standing.CUT
        return tuple(
            grant
            for grant in self._by_person[cited.person]
            if grant.k >= cited.k and grant is not cited and not allows(grant.role, cls)
        )

    def _forget(self) -> None:
        self._rulings.clear()
        self._cuts.clear()

    def _evaluate(self) -> None:
        self._known.clear()
        self._counted.clear()
        self._by_person.clear()
        self._forget()
        for grant in self._ordered:
            self._take(grant)

    def _take(self, grant: Grant) -> None:
        self._known[grant.hash] = grant
        if grant.cites is not None and not self._allowed(grant):
            return
        owned = any(held.role == "owner" for held in self._by_person.get(grant.person, ()))
        self._forget()
        self._counted[grant.hash] = grant
        self._by_person.setdefault(grant.person, []).append(grant)
        if owned and grant.role != "owner":
            self._drop_beyond(grant)

    def _allowed(self, grant: Grant) -> bool:
        cites = grant.cites or ""
        if grant.author not in self._by_person:
            return False
        found = self.standing(grant.author, grant.stream, grant.seq, cites, "grant")
        return found is Standing.VALID

    def _drop_beyond(self, newest: Grant) -> None:
        """Take back what the person granted beyond the end that their newest grant sets."""
        for grant in tuple(self._counted.values()):
            if grant.author != newest.person or grant.cites is None or self._allowed(grant):
                continue
            del self._counted[grant.hash]
            self._by_person[grant.person].remove(grant)
            self._forget()


def ends_of(closes: Iterable[Ends]) -> Mapping[str, tuple[int, str]]:
    """Return the end of every closed stream: the lowest that any close names."""
    found: dict[str, tuple[int, str]] = {}
    for ends in closes:
        for stream, end in ends.items():
            if stream not in found or end < found[stream]:
                found[stream] = end
    return found

"""What must hold in every history of the world, reckoned here in this file's own words."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from federation.log import facts, store
from federation.log.results import DURABLE
from federation.log.roles import allows
from tests.federation.log.planner import KINDS
from tests.simulation.hostile import Hostile
from tests.simulation.node import Answer, Node


class ViolationError(AssertionError):
    """An invariant does not hold."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the author of an event knew of everybody's membership: {did: (k, role)}."""

    author: str
    is_grant: bool
    known: dict[str, tuple[int, str]]


class Invariants:
    """The checks of a world; see there for what each is called."""

    nodes: list[Node]
    owner: Node
    villain: Hostile | None
    docs: list[str]
    written: dict[str, Written]
    welcomed: dict[tuple[str, str], int]
    recovered: set[str]

    def _is_villain(self, node: Node) -> bool:
        return self.villain is not None and node is self.villain.node

    def _check_kept(self, reader: Node, answer: Answer) -> None:
        if not reader.is_open(answer.doc) or not set(answer.results) & DURABLE:
            return
        roles = reader.members(answer.doc)
        held = reader.held(answer.doc)
        people = {row.stream: row.person for row in reader.rows(answer.doc)}
        closed = self._closed(reader, answer.doc)
        for stream, seq in answer.heads.items():
            if (stream, seq) in held or closed:
                continue
            person = people.get(stream)
            if person is not None and roles.get(person, "none") != "none":
                raise ViolationError(f"kept: {reader.name} lost {stream[-6:]} {seq}")
            if person is None and self._present_author(stream, answer.doc, roles):
                raise ViolationError(f"kept: {reader.name} lost all of {stream[-6:]}")

    def _closed(self, reader: Node, doc: str) -> bool:
        """Say whether a close is known here: it un-applies what stands beyond it."""
        row = reader.read(lambda conn: store.load_document(conn, doc))
        return row is not None and bool(reader.read(lambda conn: facts.load_closes(conn, row.id)))

    def _present_author(self, stream: str, doc: str, roles: Any) -> bool:
        device = stream.partition(".")[0]
        author = next((node for node in self.nodes if node.device.multibase == device), None)
        if author is None or self._is_villain(author) or author.did not in roles:
            return False
        owned = self.owner.read(lambda conn: store.load_document(conn, doc))
        assert owned is not None
        grants = self.owner.read(lambda conn: facts.load_grants(conn, owned.id))
        return not any(g.person == author.did and g.role == "none" for g in grants)

    def _is_void(self, doc: str, reader: Node) -> bool:
        """Say whether a removal was lost with the owner's device, so that a close undid it."""
        members = self.owner.members(doc)
        return self.owner.name in self.recovered and members.get(reader.did, "none") != "none"

    def _check_leak(self, reader: Node, doc: str, before: set[str]) -> None:
        welcomed = self.welcomed.get((doc, reader.did), 0)
        for hashed in reader.readable(doc) - before:
            written = self.written.get(hashed)
            if written is None or written.author == reader.did or written.is_grant:
                continue
            k, role = written.known.get(reader.did, (0, "viewer"))
            if role == "none" and k > welcomed and not self._is_void(doc, reader):
                raise ViolationError(f"leak: {reader.name} was removed, and got {hashed}")

    def _check_converged(self) -> None:
        honest = [node for node in self.nodes if not self._is_villain(node)]
        for doc in self.docs:
            members = self.owner.members(doc)
            present = [node for node in honest if members.get(node.did, "none") != "none"]
            for node in honest:
                if node.is_open(doc) != (node in present):
                    raise ViolationError(f"converge: {node.name} is wrong about being in")
            for node in present:
                self._check_once(node, doc)
                self._check_roles(node, doc)
                self._check_same(node, doc)
            self._check_nothing_lost(present, doc)

    def _check_same(self, node: Node, doc: str) -> None:
        if node.members(doc) != self.owner.members(doc):
            raise ViolationError(f"converge: {node.name} has other members")
        if node.held(doc) != self.owner.held(doc):
            raise ViolationError(f"converge: {node.name} holds other events")
        if node.entities(doc) != self.owner.entities(doc):
            raise ViolationError(f"converge: {node.name} has other entities")

    def _check_once(self, node: Node, doc: str) -> None:
        """Fold everything anew, in this file's own words."""
        applied: dict[str, Any] = {}
        keys = {row.entity for row in node.rows(doc) if row.entity is not None}
        for key in keys:
            entity = None
            for event in node.read(partial(node.log.history, doc=doc, key=key)):
                kind = KINDS.get(event.kind)
                assert kind is not None
                entity = kind.reduce(entity, event).entity
            if entity is not None:
                applied[key] = entity
        if applied != node.entities(doc):
            raise ViolationError(f"once: {node.name} has not folded what it holds")

    def _check_roles(self, node: Node, doc: str) -> None:
        row = node.read(lambda conn: store.load_document(conn, doc))
        assert row is not None
        grants = node.read(lambda conn: facts.load_grants(conn, row.id))
        by_hash = {grant.hash: grant for grant in grants}
        for event in node.rows(doc):
            if event.standing != "valid" or event.cites is None:
                continue
            cited = by_hash[event.cites]
            fine = cited.person == event.person and allows(cited.role, event.cls)
            for grant in grants:
                if grant.person == event.person and grant.k >= cited.k:
                    end = grant.cut.get(event.stream, (0, ""))[0]
                    fine = fine and (allows(grant.role, event.cls) or event.seq <= end)
            if not fine:
                raise ViolationError(f"roles: {event.kind} of {event.person[-6:]} counts")

    def _check_nothing_lost(self, present: list[Node], doc: str) -> None:
        """What a planner holds of its own process, everybody holds."""
        for node in present:
            mine = {
                place for place in node.held(doc) if place[0].startswith(node.device.multibase)
            }
            if not mine <= self.owner.held(doc).keys():
                raise ViolationError(f"kept: events of {node.name} never arrived")

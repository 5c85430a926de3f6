"""A seeded world of planners: what happens between them, and what must hold throughout.

Every choice comes from one `Random`, so a seed is a whole history. The planners run the real
log on in-memory SQLite; the world plays the network, the people, the power supply and the
villain. Messages are lost, doubled, reordered and held up; planners die before a commit, after
it, and come back from older copies of their home; grants travel late; clocks are wrong.

Invariants, checked as soon as they can be:

* *kept*: what a planner has acknowledged, it holds;
* *once*: every entity is the fold of its valid events, each once, in their order;
* *roles*: no event counts beyond what the grants allow, reckoned here in its own words;
* *leak*: nobody gets what was written by people who knew that they had been removed;
* *converge*: when all can talk, all who are in hold the same events, members and entities.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Final

from federation.errors import LocalProtocolError
from federation.log import facts, store
from federation.log.lines import record_line
from federation.net.outgoing import farewell, own_lines, removal
from federation.records import identity_numbers
from tests.simulation.hostile import Hostile
from tests.simulation.invariants import Invariants, ViolationError, Written
from tests.simulation.node import Answer, Batch, CrashError, Node

NAMES: Final = ("alice", "bob", "carol", "dave", "erin")
ROLES: Final = ("viewer", "commenter", "commenter", "editor")
STEPS: Final = 110
ROUNDS_MAX: Final = 25
PAGE: Final = 7  # small pages, so that gaps and several turns are common


class World(Invariants):
    """One history. `run` plays it and raises `ViolationError` when something broke."""

    def __init__(self, seed: int, node_type: type[Node] = Node) -> None:
        self.rng = Random(seed)
        count = self.rng.randint(2, 5)
        self.nodes = [
            node_type(name, timedelta(hours=self.rng.choice([0, 0, -30, 1, 48])))
            for name in NAMES[:count]
        ]
        self.owner = self.nodes[0]
        for node in self.nodes:
            node.meet(self.nodes)
        self.villain: Hostile | None = None
        if count > 2 and self.rng.random() < 0.5:
            self.villain = Hostile(self.nodes[-1], self.rng)
        self.docs: list[str] = []
        self.network: list[Batch | Answer] = []
        self.cuts: set[frozenset[str]] = set()
        self.copies: dict[str, bytes] = {}
        self.written: dict[str, Written] = {}
        self.recovered: set[str] = set()
        self.welcomed: dict[tuple[str, str], int] = {}  # the k of the last grant of a role
        self.keys = 0

    # --- playing ---------------------------------------------------------------------------

    def run(self) -> None:
        """Play the history, heal everything, and check."""
        self._begin()
        actions = self._actions()
        for _ in range(STEPS):
            self.rng.choice(actions)()
        self._heal()
        self._check_converged()

    def _begin(self) -> None:
        """Begin with one document; mostly everybody is in already, and has it."""
        doc = self.owner.create()
        self.docs.append(doc)
        if self.rng.random() < 0.8:
            for node in self.nodes[1:]:
                self.owner.grant(doc, node, self.rng.choice(ROLES))
            for node in self.nodes[1:]:
                self._talk(self.owner, node, doc)
        self._remember(self.owner, doc)

    def _actions(self) -> list[Callable[[], None]]:
        weighted: list[tuple[int, Callable[[], None]]] = [
            (9, self._comment),
            (2, self._edit),
            (2, self._delete),
            (3, self._title),
            (4, self._role),
            (1, self._leave),
            (12, self._push),
            (8, self._pull),
            (24, self._deliver),
            (2, self._crash),
            (1, self._restore),
            (2, self._partition),
            (1, self._second_document),
            (2, self._rumour),
            (1, self._recover),
            (3 if self.villain else 0, self._attack),
        ]
        return [action for weight, action in weighted for _ in range(weight)]

    def _pick(self, people: Sequence[Node] | None = None) -> Node:
        return self.rng.choice(list(people or self.nodes))

    def _pair(self) -> tuple[Node, Node]:
        one, two = self.rng.sample(self.nodes, 2)
        return one, two

    def _write(self, node: Node, doc: str, work: Callable[[], object]) -> None:
        """Let a person write; they may not be allowed to, and the power may fail."""
        node.crash_next = self.rng.random() < 0.03
        try:
            work()
        except LocalProtocolError:
            node.crash_next = False
        except CrashError:
            node.come_back()
        else:
            self._remember(node, doc)

    def _remember(self, node: Node, doc: str) -> None:
        row = node.read(lambda conn: store.load_document(conn, doc))
        if row is None or self._is_villain(node):  # who shows its own words to whom it likes
            return
        grants = node.read(lambda conn: facts.load_grants(conn, row.id))
        known: dict[str, tuple[int, str]] = {}
        for grant in sorted(grants, key=lambda grant: grant.k):
            known[grant.person] = grant.k, grant.role
            if grant.role != "none":
                before = self.welcomed.get((doc, grant.person), 0)
                self.welcomed[doc, grant.person] = max(before, grant.k)
        for found in node.rows(doc):
            if found.person == node.did and found.hash not in self.written:
                self.written[found.hash] = Written(node.did, found.cls == "grant", known)

    def _comment(self) -> None:
        node, doc = self._pick(), self.rng.choice(self.docs)
        self.keys += 1
        self._write(node, doc, lambda: node.comment(doc, str(self.keys), f"text {self.keys}"))

    def _mine(self, node: Node, doc: str) -> str | None:
        keys = [key for key in node.entities(doc) if key.endswith(node.did)]
        return self.rng.choice(keys).split("/")[1] if keys else None

    def _edit(self) -> None:
        node, doc = self._pick(), self.rng.choice(self.docs)
        key = self._mine(node, doc)
        if key is not None:
            self.keys += 1
            content = {"id": key, "text": f"edited {self.keys}"}
            self._write(node, doc, lambda: node.append(doc, "comment.edited/1", content))

    def _delete(self) -> None:
        node, doc = self._pick(), self.rng.choice(self.docs)
        key = self._mine(node, doc)
        if key is not None:
            self._write(node, doc, lambda: node.append(doc, "comment.deleted/1", {"id": key}))

    def _title(self) -> None:
        node, doc = self._pick(), self.rng.choice(self.docs)
        self.keys += 1
        content = {"id": "t", "text": f"title {self.keys}"}
        self._write(node, doc, lambda: node.append(doc, "title.changed/1", content))

    def _role(self) -> None:
        other, doc = self._pick(self.nodes[1:]), self.rng.choice(self.docs)
        role = self.rng.choice([*ROLES, "none"])
        self._write(self.owner, doc, lambda: self.owner.grant(doc, other, role))

    def _rumour(self) -> None:
        """Somebody is removed; one member hears it at once, writes, and tells a laggard."""
        if len(self.nodes) < 4:
            return
        doc = self.rng.choice(self.docs)
        gone, writer, laggard = self.rng.sample(self.nodes[1:], 3)
        self._write(self.owner, doc, lambda: self.owner.grant(doc, gone, "none"))
        self._send_own(self.owner, writer, doc, 500)
        if self.network:
            self._hand_over_now()
        self.keys += 1
        self._write(writer, doc, lambda: writer.comment(doc, str(self.keys), "they are gone"))
        self._send_own(writer, laggard, doc, 500)
        if self.network:
            self._hand_over_now()
        self._serve(laggard, gone, doc, 500)

    def _hand_over_now(self) -> None:
        message = self.network.pop()
        if isinstance(message, Batch):
            self._hand_over(message)

    def _leave(self) -> None:
        node, doc = self._pick(self.nodes[1:]), self.rng.choice(self.docs)
        self._write(node, doc, lambda: node.write(lambda tx: node.log.leave(tx, doc)))

    def _second_document(self) -> None:
        if len(self.docs) == 1:
            doc = self.owner.create("2")
            self.docs.append(doc)
            self._remember(self.owner, doc)

    # --- network ---------------------------------------------------------------------------

    def _push(self) -> None:
        sender, reader = self._pair()
        self._send_own(sender, reader, self.rng.choice(self.docs), PAGE)

    def _send_own(self, sender: Node, reader: Node, doc: str, most: int) -> None:
        row = sender.read(lambda conn: store.load_document(conn, doc))
        if row is not None and row.state == "removed" and reader is self.owner:
            lines = [record_line(sender.record.raw), *sender.deletion(doc)]
            self.network.append(Batch(sender.name, reader.name, doc, lines, solicited=False))
        if row is None or row.state not in {"open", "left"}:
            return
        roles = sender.read(lambda conn: facts.load_members(conn, row.id))
        if reader.did not in roles:
            return
        if roles[reader.did] == "none":
            end = sender.read(lambda conn: removal(conn, doc, reader.did))
            lines = sender.own_lines(doc, reader, 10_000)
            lines = [] if end is None else [own.line for own in farewell(own_lines(lines), end)]
        else:
            lines = sender.own_lines(doc, reader, most)
        if lines:
            lines = [record_line(sender.record.raw), *lines]
            self.network.append(Batch(sender.name, reader.name, doc, lines, solicited=False))

    def _pull(self) -> None:
        source, reader = self._pair()
        self._serve(source, reader, self.rng.choice(self.docs), PAGE)

    def _serve(self, source: Node, reader: Node, doc: str, most: int) -> None:
        if source.members(doc).get(reader.did, "none") == "none":
            return
        known = reader.read(lambda conn: identity_numbers(conn, [node.did for node in self.nodes]))
        lines = source.lines_for(doc, reader, limit=most, records=known)
        if lines:
            self.network.append(Batch(source.name, reader.name, doc, lines, solicited=True))

    def _deliver(self) -> None:
        if not self.network:
            return
        # Mostly the oldest, at times any other: messages overtake each other.
        at = 0 if self.rng.random() < 0.6 else self.rng.randrange(len(self.network))
        message = self.network.pop(at)
        chance = self.rng.random()
        if chance < 0.1:
            return
        if chance < 0.2:
            self.network.append(message)
        if isinstance(message, Answer):
            self._hear(message)
        else:
            self._hand_over(message)

    def _node(self, name: str) -> Node:
        return next(node for node in self.nodes if node.name == name)

    def _hand_over(self, batch: Batch) -> None:
        sender, reader = self._node(batch.sender), self._node(batch.reader)
        if frozenset((sender.name, reader.name)) in self.cuts:
            return
        batch = replace(batch, lines=list(batch.lines))
        if self.rng.random() < 0.15:
            self.rng.shuffle(batch.lines)
        if self.rng.random() < 0.1:
            batch.lines.pop(self.rng.randrange(len(batch.lines)))
        if not batch.lines:
            return
        reader.crash_next = self.rng.random() < 0.05
        before = reader.readable(batch.doc)
        try:
            answer = reader.receive(batch, sender)
        except CrashError:
            reader.come_back()
            return
        self._remember(reader, batch.doc)  # an owner answers a member who leaves
        if not self._is_villain(reader):
            self._check_leak(reader, batch.doc, before)
        if self.rng.random() < 0.9:
            self.network.append(answer)

    def _hear(self, answer: Answer) -> None:
        reader = self._node(answer.reader)
        if not self._is_villain(reader):
            self._check_kept(reader, answer)
        for node in self.nodes:
            if node is not reader and answer.receipt and answer.receipt["to"] == node.did:
                node.hear(answer)

    # --- trouble ---------------------------------------------------------------------------

    def _crash(self) -> None:
        self._pick().come_back()

    def _restore(self) -> None:
        node = self._pick()
        if node.name in self.copies and self.rng.random() < 0.5:
            node.restore(self.copies.pop(node.name))
            self._doubt(node)
        else:
            self.copies[node.name] = node.copy()

    def _doubt(self, node: Node) -> None:
        """What a planner said before it came back is not what it holds; nobody counts on it."""
        self.network = [
            message
            for message in self.network
            if not (isinstance(message, Answer) and message.reader == node.name)
        ]
        for other in self.nodes:
            other.peers = {key: at for key, at in other.peers.items() if key[0] != node.name}

    def _recover(self) -> None:
        """A planner is lost with its device; its person comes back with the words."""
        node = self._pick()
        if self.recovered or self._is_villain(node) or self.rng.random() < 0.5:
            return
        self.recovered.add(node.name)
        self.copies.pop(node.name, None)
        node.recover(2)
        node.meet(self.nodes)
        self._doubt(node)

    def _partition(self) -> None:
        if self.cuts and self.rng.random() < 0.6:
            self.cuts.clear()
        else:
            one, two = self._pair()
            self.cuts.add(frozenset((one.name, two.name)))

    def _attack(self) -> None:
        assert self.villain is not None
        doc = self.rng.choice(self.docs)
        me = self.villain.node
        others = [node for node in self.nodes if node is not me]
        for other, lines in self.villain.lines(doc, others):
            self.network.append(Batch(me.name, other.name, doc, lines, solicited=False))

    # --- the end ---------------------------------------------------------------------------

    def _heal(self) -> None:
        """Let all talk: everybody gets everything, and the villain is shown the door."""
        self.cuts.clear()
        self.network.clear()
        for node in self.nodes:
            node.come_back()
        honest = [node for node in self.nodes if not self._is_villain(node)]
        for node in self.nodes:
            node.crash_next = False
        self._settle(honest)
        for node in honest:
            if node.name in self.recovered:
                node.write(node.log.close_former)
        for doc in self.docs:  # an owner who lost everything has the document back by now
            if self.villain is not None and self.owner.is_open(doc):
                self.owner.grant(doc, self.villain.node, "none")
                self._remember(self.owner, doc)
        self._settle(honest)

    def _settle(self, honest: list[Node]) -> None:
        for _ in range(ROUNDS_MAX):
            before = [node.heads(doc) for node in honest for doc in self.docs]
            roles = [node.members(doc) for node in honest for doc in self.docs]
            for doc in self.docs:
                for one in honest:
                    for two in honest:
                        if one is not two:
                            self._talk(one, two, doc)
            if before == [node.heads(doc) for node in honest for doc in self.docs] and roles == [
                node.members(doc) for node in honest for doc in self.docs
            ]:
                return
        raise ViolationError("converge: planners never come to rest")

    def _talk(self, one: Node, two: Node, doc: str) -> None:
        one.peers.pop((two.name, doc), None)
        one.peers[two.name, doc] = two.have(doc)
        self._send_own(one, two, doc, 500)
        self._serve(one, two, doc, 500)
        while self.network:
            message = self.network.pop(0)
            if isinstance(message, Batch):
                reader = self._node(message.reader)
                before = reader.readable(message.doc)
                reader.receive(message, self._node(message.sender))
                self._remember(reader, message.doc)
                self._check_leak(reader, message.doc, before)

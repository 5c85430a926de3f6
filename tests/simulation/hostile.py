"""What a hostile member can do with its own keys and everything it has seen."""

from random import Random
from typing import Any, Final

from sqlalchemy import select

from federation.log.events import Draft, Event, build_event, parse_event, seal_content
from federation.log.kinds import EventClass
from federation.log.lines import event_line
from federation.log.schema import documents, grants
from keys.multiformats import digest, encode_base64url
from tests.simulation.node import Node

_SALT: Final = "AAAAAAAAAAAAAAAAAAAAAA"


class Hostile:
    """Makes lines that nobody should fall for. It works on the store of its own planner."""

    def __init__(self, node: Node, rng: Random) -> None:
        self.node = node
        self.forked: set[str] = set()
        self._rng = rng

    def lines(self, doc: str, others: list[Node]) -> list[tuple[Node, list[bytes]]]:
        """Return what to send to whom, of a kind of attack that chance chooses."""
        attack = self._rng.choice(
            [self._forge, self._fork, self._overreach, self._backdate, self._tamper, self._usurp]
        )
        return attack(doc, others)

    def _forge(self, doc: str, others: list[Node]) -> list[tuple[Node, list[bytes]]]:
        """Write in the name of somebody else, with my own key."""
        victim = self._rng.choice(others)
        line = self._crafted(doc, "comment", "comment.added/1", author=victim.did, fresh=True)
        return [(other, [line]) for other in others] if line else []

    def _fork(self, doc: str, others: list[Node]) -> list[tuple[Node, list[bytes]]]:
        """Sign two events of one number, and show them to different people."""
        one = self._crafted(doc, "comment", "comment.added/1")
        two = self._crafted(doc, "comment", "comment.added/1")
        if one is None or two is None:
            return []
        self.forked.add(doc)
        self.node.take([one], self.node)
        return [(other, [self._rng.choice([one, two])]) for other in others]

    def _overreach(self, doc: str, others: list[Node]) -> list[tuple[Node, list[bytes]]]:
        """Write a class that my role does not allow."""
        line = self._crafted(doc, "edit", "title.changed/1", fresh=True)
        return [(other, [line]) for other in others] if line else []

    def _backdate(self, doc: str, others: list[Node]) -> list[tuple[Node, list[bytes]]]:
        """Go on in my stream under my first grant, whatever came since."""
        line = self._crafted(doc, "comment", "comment.added/1")
        if line is not None:
            self.node.take([line], self.node)
        return [(other, [line]) for other in others] if line else []

    def _tamper(self, doc: str, others: list[Node]) -> list[tuple[Node, list[bytes]]]:
        """Change one byte of something that I relay."""
        lines = self.node.lines_for(doc, self._rng.choice(others), have={})
        events = [line for line in lines if b'"event"' in line]
        if not events:
            return []
        line = bytearray(self._rng.choice(events))
        line[self._rng.randrange(len(line))] ^= 1
        return [(other, [bytes(line)]) for other in others]

    def _usurp(self, doc: str, others: list[Node]) -> list[tuple[Node, list[bytes]]]:
        """Grant myself ownership."""
        content = {"person": self.node.did, "k": 9, "role": "owner", "cut": {}}
        line = self._crafted(doc, "grant", "grant/1", content=content, fresh=True)
        return [(other, [line]) for other in others] if line else []

    def _crafted(
        self,
        doc: str,
        cls: EventClass,
        kind: str,
        *,
        author: str | None = None,
        content: dict[str, Any] | None = None,
        fresh: bool = False,
    ) -> bytes | None:
        grant = self._first_grant(doc)
        if grant is None:
            return None
        last = None if fresh else self._last(doc)
        key = f"m{self._rng.randrange(10**9)}"
        value = content or {"id": key, "text": f"hostile {key}"}
        sealed = seal_content(value, _SALT)
        writer = author or self.node.did
        epoch = encode_base64url(self._rng.randbytes(16))
        stream = f"{self.node.device.multibase}.{epoch}" if last is None else last.stream
        entity = "title" if cls == "edit" else f"comment/{key}/{writer}"
        draft = Draft(
            base="http://m.test",
            did=writer,
            ulid="00000000000000000000000001",
            verb="Create",
            doc=doc,
            cls=cls,
            kind=kind,
            stream=stream,
            seq=1 if last is None else last.seq + 1,
            prev=None if last is None else last.hash,
            lc=1 + (0 if last is None else last.lc),
            grant=grant,
            seen=None,
            entity=None if cls == "grant" else entity,
            identity=self.node.record.number,
            published="2026-11-22T10:00:00Z",
            digest=digest(sealed),
        )
        return event_line(build_event(draft, self.node.device).raw, sealed)

    def _first_grant(self, doc: str) -> str | None:
        query = (
            select(grants.c.hash)
            .join(documents, documents.c.id == grants.c.document_id)
            .where(documents.c.doc == doc, grants.c.person == self.node.did)
            .order_by(grants.c.k)
        )
        return self.node.read(lambda conn: conn.execute(query).scalar())

    def _last(self, doc: str) -> Event | None:
        rows = [row for row in self.node.rows(doc) if row.person == self.node.did]
        newest = max(rows, key=lambda row: (row.lc, row.hash), default=None)
        return None if newest is None else parse_event(newest.raw)

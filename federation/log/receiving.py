"""Receiving: what becomes of a batch, in one transaction (PROTOCOL §4, §5).

Records come first: identity records decide what can be authentic. Then each document's events
are taken in; one refused item never fails the others. Authenticity was established before
(`lines.authenticate`), the acknowledgement goes out after the commit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from federation.errors import MalformedError, RemoteProtocolError
from federation.log import store
from federation.log.author import Author
from federation.log.changeset import Changeset
from federation.log.context import Context, settle
from federation.log.events import document_id
from federation.log.grants import GENESIS, GRANT, Genesis, parse_genesis, parse_grant
from federation.log.intake import Intake, parked_line
from federation.log.lines import Authenticated, BadLine, EventLine, RecordLine
from federation.log.receipts import Receipts
from federation.log.results import BUSY, DUPLICATE, STORED, refused
from federation.log.schema import documents, streams
from federation.log.store import DocumentRow
from federation.log.view import View
from federation.records import (
    IDENTITY,
    newest_record,
    parse_identity,
    people,
    put_identity,
    put_record,
    verify_record,
)
from federation.wire import limit
from federation.writer import Tx
from keys.identity import IdentityRecord


@dataclass(frozen=True, slots=True)
class Sender:
    """Who handed over a batch, as the transport has established it.

    `solicited`: this node asked for it. `friend`: a friend of mine, who may share documents.
    """

    person: str
    device: str
    friend: bool
    solicited: bool = False


@dataclass(slots=True)
class Received:
    """One word per item in the order of the items, and the documents that were touched.

    `regranted` are those of them whose members changed.
    """

    results: list[str]
    touched: set[str] = field(default_factory=set)
    regranted: set[str] = field(default_factory=set)
    over_quota: bool = False


RecordHook = Callable[[Tx, Sender, Mapping[str, Any]], str]
"""Takes a verified record of one type; returns the word of the answer."""


class Receiver:
    """Takes in batches."""

    def __init__(self, context: Context, author: Author, receipts: Receipts) -> None:
        self._context = context
        self._author = author
        self._receipts = receipts
        self.record_hooks: dict[str, RecordHook] = {"deletion": self._on_deletion}

    def receive(self, tx: Tx, sender: Sender, items: Sequence[Authenticated]) -> Received:
        """Take in a batch; the results may be answered once the transaction is committed."""
        received = Received([""] * len(items))
        records: list[tuple[int, RecordLine]] = []
        by_document: dict[str, list[tuple[int, EventLine]]] = {}
        for at, item in enumerate(items):
            match item:
                case BadLine():
                    received.results[at] = refused(item.reason)
                case RecordLine():
                    records.append((at, item))
                case EventLine():
                    by_document.setdefault(item.event.doc, []).append((at, item))
        authors = {line.event.author for lines in by_document.values() for _, line in lines}
        records.sort(key=lambda found: found[1].value.get("type") != IDENTITY)
        for at, record in records:
            received.results[at] = self._record(tx, sender, record, authors)
        for doc, lines in by_document.items():
            words = self._document(tx, sender, doc, [line for _, line in lines], received)
            for (at, _), word in zip(lines, words, strict=True):
                received.results[at] = word
        return received

    def learn_identity(self, tx: Tx, record: IdentityRecord) -> bool:
        """Keep a verified identity record; return False when it is nothing new."""
        if not put_identity(tx.conn, record):
            return False
        rows = tx.conn.execute(
            select(documents.c.doc)
            .join(streams, streams.c.document_id == documents.c.id)
            .where(streams.c.person == record.did, documents.c.state.in_(("open", "opening")))
            .distinct()
        ).scalars()
        for doc in rows.all():
            row = store.load_document(tx.conn, doc)
            if row is not None:
                changeset = self._context.changeset(tx, row)
                changeset.view.know([record.did])
                changeset.touched.add(record.did)
                self._settle(tx, changeset)
        return True

    # --- records ---------------------------------------------------------------------------

    def _record(self, tx: Tx, sender: Sender, line: RecordLine, authors: set[str]) -> str:
        try:
            if line.value.get("type") == IDENTITY:
                return self._identity(tx, sender, line, authors)
            person = line.value.get("person")
            known = people(tx.conn, [person] if isinstance(person, str) else [])
            verify_record(line.value, known.get(str(person)))
            hook = self.record_hooks.get(line.value["type"])
            if hook is not None:
                return hook(tx, sender, line.value)
            return STORED if put_record(tx.conn, line.value) else DUPLICATE
        except RemoteProtocolError as error:
            return refused(error.reason)

    def _identity(self, tx: Tx, sender: Sender, line: RecordLine, authors: set[str]) -> str:
        did, number = line.value.get("did"), line.value.get("number")
        if not isinstance(did, str) or type(number) is not int:
            return refused("record")
        held = people(tx.conn, [did]).get(did)
        cited = None if held is None else held.cited(number)
        if cited is not None and cited.raw == line.raw:
            return DUPLICATE
        wanted = sender.solicited or held is not None or did == sender.person or did in authors
        if not wanted:
            return refused("not_found")
        return STORED if self.learn_identity(tx, parse_identity(line.raw)) else DUPLICATE

    def _on_deletion(self, tx: Tx, _sender: Sender, value: Mapping[str, Any]) -> str:
        if not put_record(tx.conn, value):
            return DUPLICATE
        self._receipts.accept_deletion(tx, value)
        row = store.load_document(tx.conn, str(value["doc"]))
        if row is not None and row.state == "open" and row.role == "owner":
            self._remove_again(tx, row, value["person"])
        return STORED

    def _remove_again(self, tx: Tx, row: DocumentRow, person: str) -> None:
        """Remove a person whose planner obeyed a grant that this node has lost in a restore.

        Their deletion record tells: what was revoked stays revoked. Of equal k the lower role
        wins, and that was none.
        """
        record = newest_record(tx.conn, "deletion", person, row.doc)
        current = self._context.changeset(tx, row).view.membership.current(person)
        if record is None or type(k := record["k"]) is not int or current is None:
            return
        if current.role not in {"none", "owner"} and current.k <= k:
            self._author.set_role(tx, row.doc, person, "none", above=k)

    # --- events ----------------------------------------------------------------------------

    def _document(
        self, tx: Tx, sender: Sender, doc: str, lines: list[EventLine], received: Received
    ) -> list[str]:
        row = store.load_document(tx.conn, doc)
        if row is None or row.state == "removed":
            opened = self._open(tx, sender, row, lines, received)
            if isinstance(opened, str):
                return self._closed(tx, sender, row, lines, opened)
            row = opened
        if self._over_quota(tx, row.opened_by, opening=False):
            received.over_quota = True
            return [BUSY] * len(lines)
        changeset = self._context.changeset(tx, row)
        changeset.view.know([sender.person])
        denied = self._denied(changeset.view, sender, lines)
        if denied is not None and changeset.view.heads:  # who opens it is a friend or was asked
            return [denied] * len(lines)
        words = Intake(changeset, self._context.kinds).take(lines)
        if not any(head.seq for head in changeset.view.heads.values()):
            self._undo_opening(tx, row)
            return words
        if self._settle(tx, changeset):
            received.regranted.add(doc)
        received.touched.add(doc)
        return words

    def _settle(self, tx: Tx, changeset: Changeset) -> bool:
        """Finish a changeset; return whether members changed."""
        effect = settle(self._context, changeset)
        row = changeset.view.row
        if row.state == "open" and row.role == "owner":
            for change in effect.members:
                self._remove_again(tx, row, change.person)
            for person in sorted(effect.left):
                self._author.set_role(tx, row.doc, person, "none", wished=True)
        return bool(effect.members)

    def _denied(self, view: View, sender: Sender, lines: Iterable[EventLine]) -> str | None:
        """Return the refusal when the sender has no part in the document, else None."""
        allowed = sender.solicited or sender.person == view.row.owner
        if allowed or view.membership.role(sender.person) != "none":
            return None
        if view.membership.was_member(sender.person):
            return refused("removed")
        waiting = (parked_line(parked) for parked in view.parked.values())
        owner = view.row.owner
        for line in (*lines, *waiting):
            if line.event.author == owner and _grant_to(line, sender.person):
                return None  # the grant comes along, its place in the stream does not yet
        return refused("not_found")

    def _open(
        self,
        tx: Tx,
        sender: Sender,
        row: DocumentRow | None,
        lines: Iterable[EventLine],
        received: Received,
    ) -> DocumentRow | str:
        """Open an unknown document, or one that I was removed from; else say why not."""
        if not (sender.friend or sender.solicited):
            return refused("not_found")
        body = _genesis_in(lines)
        me = self._context.me.did
        if body is None or not _opens(lines, body, me, 0 if row is None else row.last_k):
            return refused("not_found")
        if self._over_quota(tx, sender.person, opening=True):
            received.over_quota = True
            return BUSY
        if row is None:
            doc = document_id(body.owner, body.kind, body.nonce)
            return store.open_document(tx.conn, doc, body, sender.person)
        store.forget_document(tx.conn, row.id)
        row.state, row.opened_by, row.lc = "opening", sender.person, 0
        self._context.facts.renew(row)
        return row

    def _closed(
        self,
        tx: Tx,
        sender: Sender,
        row: DocumentRow | None,
        lines: Sequence[EventLine],
        word: str,
    ) -> list[str]:
        """Answer about a document that is not here: its owner hears of what was here once."""
        if row is None or sender.person != row.owner:
            return [word] * len(lines)
        heads = store.load_heads(tx.conn, row.id)
        seqs = {stream: head.seq for stream, head in heads.items()}
        return [
            DUPLICATE if line.event.seq <= seqs.get(line.event.stream, 0) else word
            for line in lines
        ]

    def _undo_opening(self, tx: Tx, row: DocumentRow) -> None:
        """Take back an opening of which nothing could be admitted."""
        store.forget_document(tx.conn, row.id)
        if row.last_k:
            row.state = "removed"
            self._context.facts.renew(row)
            store.save_document(tx.conn, row)
        else:
            tx.conn.execute(documents.delete().where(documents.c.id == row.id))

    def _over_quota(self, tx: Tx, person: str, *, opening: bool) -> bool:
        if person == self._context.me.did:
            return False
        count, size = store.opened_by(tx.conn, person)
        full = opening and count >= limit("documents_per_friend")
        return full or size >= limit("bytes_per_friend")


def _genesis_in(lines: Iterable[EventLine]) -> Genesis | None:
    """Return the body of a Genesis that makes its document and is by its owner."""
    for line in lines:
        event = line.event
        if event.kind != GENESIS or line.vouch == "none" or line.value is None:
            continue
        try:
            body = parse_genesis(line.value)
        except MalformedError:
            continue
        if body.owner == event.author and event.doc == document_id(
            body.owner, body.kind, body.nonce
        ):
            return body
    return None


def _opens(lines: Iterable[EventLine], body: Genesis, me: str, last_k: int) -> bool:
    """Say whether the batch makes me a member: by my own Genesis, or a grant of its owner."""
    if body.owner == me:
        return True
    return any(
        line.event.author == body.owner and _grant_to(line, me, above=last_k) for line in lines
    )


def _grant_to(line: EventLine, person: str, *, above: int = 0) -> bool:
    if line.event.kind != GRANT or line.vouch == "none" or line.value is None:
        return False
    try:
        grant = parse_grant(line.value)
    except MalformedError:
        return False
    return grant.person == person and grant.role != "none" and grant.k > above

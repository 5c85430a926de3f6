"""The log: the one door through which the network and an application reach it.

Authoring and receiving run inside a writer's transaction, reading on any connection. What an
application has to hear, it hears inside the same transaction; what the network has to send, it
hears after the commit (`on_append`, `on_record`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from federation.log import pages, reading, receipts
from federation.log.author import Author
from federation.log.author import Me as Me
from federation.log.context import Context
from federation.log.events import Event
from federation.log.kinds import Application, Applied, Document, Gap, Json, Kinds, RoleName
from federation.log.lines import Authenticated
from federation.log.lines import authenticate as authenticate
from federation.log.pages import Ask
from federation.log.pages import Page as Page
from federation.log.reading import Heads, Status, Stream
from federation.log.receipts import Delivery, Receipt, Receipts
from federation.log.receiving import Received as Received
from federation.log.receiving import Receiver, RecordHook
from federation.log.receiving import Sender as Sender
from federation.log.refolding import refold_unknown
from federation.wire import limit
from federation.writer import Tx
from keys.identity import IdentityRecord

PAGE_ITEMS: Final = limit("page_items")
PAGE_BYTES: Final = limit("page_body")


class Log:
    """All documents of one planner.

    `on_append` is called after commit with the document and each event of my own, `on_line` with
    the event and its line of a batch, so that it can be sent without reading it back, `on_record`
    with each record that I have to send; `on_receipt` inside the transaction with each receipt
    that was taken in, and its document. `record_hooks` take verified records by type.
    """

    def __init__(
        self,
        me: Me,
        kinds: Kinds,
        application: Application,
        entropy: Callable[[int], bytes],
    ) -> None:
        self.me = me
        self._context = Context(me, kinds, application, entropy)
        self._author = Author(self._context)
        self._receipts = Receipts(self._context)
        self._receiver = Receiver(self._context, self._author, self._receipts)
        self.on_append: list[Callable[[str, Event], None]] = self._context.on_append
        self.on_line: list[Callable[[Event, bytes], None]] = self._context.on_line
        self.on_record: list[Callable[[Mapping[str, Any]], None]] = self._context.on_record
        self.on_receipt: list[Callable[[Tx, str, Mapping[str, Any]], None]] = (
            self._context.on_receipt
        )
        self.record_hooks: dict[str, RecordHook] = self._receiver.record_hooks

    def start(self, tx: Tx) -> None:
        """Make the store ready: my own identity record, and kinds that are known by now."""
        self._receiver.learn_identity(tx, self.me.identity)
        refold_unknown(self._context, tx)

    # --- authoring -------------------------------------------------------------------------

    def create_document(self, tx: Tx, kind: str, nonce: str) -> str:
        """Begin a document that I own; return its id. See `Author.create_document`."""
        return self._author.create_document(tx, kind, nonce)

    def append(self, tx: Tx, doc: str, kind_name: str, content: Json) -> Event:
        """Write an event of the application. See `Author.append`."""
        return self._author.append(tx, doc, kind_name, content)

    def set_role(self, tx: Tx, doc: str, person: str, role: RoleName) -> Event | None:
        """Give or take a role; None when the person has it already. See `Author.set_role`."""
        return self._author.set_role(tx, doc, person, role)

    def erase(self, tx: Tx, doc: str) -> None:
        """Erase the content of my own document that has no other member. See `Author.erase`."""
        self._author.erase(tx, doc)

    def leave(self, tx: Tx, doc: str) -> None:
        """Leave a document of somebody else. See `Author.leave`."""
        self._author.leave(tx, doc)

    def close_streams(self, tx: Tx, doc: str, ends: Mapping[str, tuple[int, str]]) -> Event:
        """Say where streams of my own end. See `Author.close_streams`."""
        return self._author.close_streams(tx, doc, ends)

    def close_former(self, tx: Tx) -> None:
        """Close the streams of my former devices in all documents, after a recovery."""
        for document in reading.my_documents(tx.conn):
            self._author.close_former(tx, document.id)

    # --- receiving -------------------------------------------------------------------------

    def receive(self, tx: Tx, sender: Sender, items: Sequence[Authenticated]) -> Received:
        """Take in a batch that `authenticate` has looked at; answer after the commit."""
        return self._receiver.receive(tx, sender, items)

    def learn_identity(self, tx: Tx, record: IdentityRecord) -> bool:
        """Keep a verified identity record; return False when it is nothing new."""
        return self._receiver.learn_identity(tx, record)

    def receipt(
        self, tx: Tx, doc: str, to: str | None = None, held: Heads | None = None
    ) -> dict[str, Any]:
        """Return a signed receipt for all that is held of a document. See `Receipts.make`."""
        return self._receipts.make(tx, doc, to, held)

    def accept_receipt(self, tx: Tx, value: Mapping[str, Any]) -> None:
        """Take in a receipt. See `Receipts.accept`."""
        self._receipts.accept(tx, value)

    def note_refusal(self, tx: Tx, doc: str, person: str, reason: str | None) -> None:
        """Note that a person's planner finally refused a document, or takes it again."""
        self._receipts.note_refusal(tx, doc, person, reason)

    # --- reading ---------------------------------------------------------------------------

    def heads(self, conn: Connection, doc: str) -> Heads:
        """Return {stream: (seq, hash)} of what is held with content."""
        return reading.heads(conn, doc)

    def document(self, conn: Connection, doc: str) -> Document | None:
        """Return a document of which I am a member, or None."""
        return reading.document(conn, doc)

    def my_documents(self, conn: Connection) -> list[Document]:
        """Return all documents of which I am a member."""
        return reading.my_documents(conn)

    def documents(self, conn: Connection, person: str) -> list[Document]:
        """Return the documents of which both that person and I are members."""
        return reading.shared_documents(conn, person)

    def members(self, conn: Connection, doc: str) -> dict[str, RoleName]:
        """Return {did: role} of the current members, the owner included."""
        return reading.member_roles(conn, doc)

    def entity(self, conn: Connection, doc: str, key: str) -> Json | None:
        """Return one entity, or None."""
        return reading.entity(conn, doc, key)

    def entities(self, conn: Connection, doc: str, prefix: str = "") -> dict[str, Json]:
        """Return the entities whose key begins with `prefix`."""
        return reading.entities(conn, doc, prefix)

    def history(self, conn: Connection, doc: str, key: str) -> list[Applied]:
        """Return the valid events of an entity in their order."""
        return reading.history(conn, doc, key)

    def gap(self, conn: Connection, doc: str) -> Gap:
        """Return what keeps a document from being shown whole."""
        return reading.gap_of(conn, doc)

    def status(self, conn: Connection, doc: str) -> Status:
        """Return how complete a document is here."""
        return reading.status(conn, doc)

    def streams(self, conn: Connection, doc: str) -> list[Stream]:
        """Return where every stream of a document stands."""
        return reading.streams(conn, doc)

    def receipts(self, conn: Connection, doc: str) -> list[Receipt]:
        """Return the last receipt of each device of the other members."""
        return receipts.receipts(conn, doc)

    def event_bytes(self, conn: Connection, ulid: str) -> bytes | None:
        """Return an event of my own by the ULID of its URL, or None."""
        return reading.event_bytes(conn, ulid)

    def page(
        self,
        conn: Connection,
        doc: str,
        have: Mapping[str, int],
        *,
        own_only: bool = False,
        limit: int = PAGE_ITEMS,
        body_max: int = PAGE_BYTES,
        to: str | None = None,
        records: Mapping[str, int] | None = None,
    ) -> Page:
        """Return what a reader lacks of a document, as far as it fits. See `pages.Ask`."""
        ask = Ask(have, limit, body_max, own_only, to, records)
        return pages.page(conn, doc, self.me.did, ask)

    def delivery(self, conn: Connection, doc: str) -> dict[str, Delivery]:
        """Return how far everybody has got who is, or was, a member beside me."""
        return receipts.delivery(conn, doc, self.me.did)

    def confirmed(self, conn: Connection, doc: str, person: str, device: str) -> dict[str, int]:
        """Return {stream: seq} of what a device last confirmed by receipt."""
        return receipts.receipt_heads(conn, doc, person, device)

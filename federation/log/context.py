"""Who this planner is, what it was given, and how a finished changeset becomes known to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from federation.log import store
from federation.log.changeset import Changeset, Effect
from federation.log.clocks import RFC3339
from federation.log.events import Event
from federation.log.facts import FactsCache
from federation.log.kinds import Application, Change, Kinds
from federation.log.reading import entities, gap_of
from federation.log.store import DocumentRow
from federation.log.view import View
from federation.records import newest_record, put_record
from federation.writer import Tx
from keys.identity import DeviceKey, IdentityRecord, next_number
from keys.purposes import sign_value


@dataclass(slots=True)
class Me:
    """This planner's person and device. `base_url` is where its actor is announced now."""

    did: str
    device: DeviceKey
    identity: IdentityRecord
    base_url: Callable[[], str]


@dataclass(slots=True)
class Context:
    """What all parts of the log share. `entropy` returns that many random bytes."""

    me: Me
    kinds: Kinds
    application: Application
    entropy: Callable[[int], bytes]
    facts: FactsCache = field(init=False)
    on_append: list[Callable[[str, Event], None]] = field(default_factory=list)
    on_line: list[Callable[[Event, bytes], None]] = field(default_factory=list)
    on_record: list[Callable[[Mapping[str, Any]], None]] = field(default_factory=list)
    on_receipt: list[Callable[[Tx, str, Mapping[str, Any]], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing in memory."""
        self.facts = FactsCache(self.entropy)

    def changeset(self, tx: Tx, row: DocumentRow) -> Changeset:
        """Return a changeset of a document, nothing in it yet."""
        return Changeset(tx, View(tx.conn, row, self.me.did, self.facts), self.kinds)


def settle(context: Context, changeset: Changeset) -> Effect:
    """Finish a changeset and tell the application, all inside its transaction."""
    effect = changeset.finish()
    tx, row = changeset.tx, changeset.view.row
    changes = effect.changes
    application = context.application
    if row.state == "opening" and row.role != "none":
        row.state = "open"
        application.document_opened(tx, row.document(), row.opened_by)
        if changeset.opened_earlier:
            found = entities(tx.conn, row.doc, "")
            changes = [Change(key, None, value, None) for key, value in found.items()]
    store.save_document(tx.conn, row)
    if row.state == "open":
        if effect.members:
            application.members_changed(tx, row.document(), effect.members)
        if changes:
            application.entities_changed(tx, row.document(), changes)
        if effect.gap:
            application.gap_changed(tx, row.doc, gap_of(tx.conn, row.doc))
        for person in effect.forked:
            application.forked(tx, row.doc, person)
    if _is_lost(changeset):
        _lose(context, changeset)
    return effect


def _is_lost(changeset: Changeset) -> bool:
    """Say whether I was removed: also when I had left and was let in again since."""
    row, view = changeset.view.row, changeset.view
    removal = view.membership.last_removal(view.me)
    if row.state == "left":
        return removal > row.last_k
    return row.role == "none" and removal > 0


def _lose(context: Context, changeset: Changeset) -> None:
    """Erase a document that I was removed from, and say so to its owner.

    The row stays, with the heads: they answer what is sent once more, and the k of the grant
    that removed me lets only a newer one open the document again.
    """
    tx, row, view = changeset.tx, changeset.view.row, changeset.view
    if row.state == "open":
        context.application.document_closed(tx, row.document(), "removed")
    row.last_k = view.membership.last_removal(view.me)
    row.state, row.bytes = "removed", 0
    context.facts.renew(row)
    tx.erases = True
    store.forget_document(tx.conn, row.id)
    for head in view.heads.values():
        store.add_stream(tx.conn, row.id, head)
    store.save_document(tx.conn, row)
    _say_deleted(context, tx, row)


def _say_deleted(context: Context, tx: Tx, row: DocumentRow) -> None:
    before = newest_record(tx.conn, "deletion", context.me.did, row.doc)
    value = sign_value(
        context.me.device,
        "deletion",
        {
            "type": "deletion",
            "by": context.me.device.multibase,
            "person": context.me.did,
            "to": row.owner,
            "doc": row.doc,
            "k": row.last_k,
            "number": next_number(tx.now, 0 if before is None else before["number"]),
            "at": tx.now.strftime(RFC3339),
        },
    )
    put_record(tx.conn, value)
    for callback in context.on_record:
        tx.after_commit(partial(callback, value))

"""The planner as federation's application: it hears what happened to shared documents.

Every call runs inside the transaction of the event that caused it, so tables, feed, live
messages and log are on disk together or not at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from itertools import groupby
from typing import Any, Final

from federation.log.kinds import Change, Document, Gap, MemberChange
from federation.log.receipts import delivery
from federation.writer import Tx
from portfolio.events.amounts import AMOUNTS, AMOUNTS_KEY
from portfolio.events.checks import ULID
from portfolio.events.comments import COMMENT_PREFIX
from portfolio.events.holdings import HOLDING, HOLDING_KEY
from portfolio.events.ideas import IDEA_KEY, PLAN
from portfolio.events.projection import show_amounts, show_comments, show_position, show_sums_left
from portfolio.events.steps import note_steps
from portfolio.events.telling import Teller, updated
from portfolio.live import announce
from portfolio.messages import MessageType
from portfolio.storage import documents, erasure, positions, sharing
from portfolio.storage.documents import Linked
from portfolio.storage.positions import QUANTITIES_KIND, QUANTITIES_SUFFIX, SUMS_KINDS
from portfolio.storage.values import Entropy, instant, new_id

Tell = Callable[[MessageType, dict[str, Any]], None]
POSITION_KINDS: Final = {PLAN: "idea", HOLDING: "holding"}


class PlannerApplication:
    """The `Application` of federation. `tell` is for passing messages without transaction."""

    def __init__(self, me: str, entropy: Entropy, tell: Tell) -> None:
        self._me = me
        self._entropy = entropy
        self._tell = tell
        self._teller = Teller(me, entropy)
        self.journal_due: Callable[[str], None] = _nothing_due

    def document_opened(self, tx: Tx, document: Document, sender: str) -> None:  # noqa: ARG002 - the protocol's
        """Link a document to its position; a position new here waits for its content."""
        position = self._position_for(tx, document) if document.kind in POSITION_KINDS else None
        of_counts = document.kind == AMOUNTS and document.nonce.endswith(QUANTITIES_SUFFIX)
        documents.put(
            tx.conn,
            doc=document.id,
            kind=QUANTITIES_KIND if of_counts else document.kind,
            owner=document.owner,
            role=document.role,
            position=position,
        )

    def _position_for(self, tx: Tx, document: Document) -> str:
        """Return the position of a document: its nonce, unless that id is taken here."""
        kind = POSITION_KINDS[document.kind]
        taken = positions.access(tx.conn, document.nonce, hidden=True)
        if (
            taken is not None
            and taken.doc is None
            and (taken.owner, taken.kind) == (document.owner, kind)
        ):
            return taken.id
        usable = taken is None and ULID.fullmatch(document.nonce) is not None
        position = document.nonce if usable else new_id(tx.now, self._entropy)
        positions.add(
            tx.conn,
            position=position,
            kind=kind,
            owner=document.owner,
            fields=None,
            amounts={} if document.owner == self._me else None,  # mine, back after a recovery
            created=instant(tx.now),
        )
        return position

    def entities_changed(self, tx: Tx, document: Document, changes: Sequence[Change]) -> None:
        """Bring the rows that show a document to its present state."""
        linked = documents.get(tx.conn, document.id)
        if linked is None:  # a position of mine that I deleted
            return
        for of_comments, found in groupby(changes, _is_of_comment):
            if not of_comments:
                for change in found:
                    self._main_changed(tx, linked, change)
            elif linked.position is not None:
                show_comments(tx, self._teller, linked, linked.position, found)

    def _main_changed(self, tx: Tx, linked: Linked, change: Change) -> None:
        if change.key in {IDEA_KEY, HOLDING_KEY}:
            show_position(tx, self._teller, linked, change)
            if change.key == IDEA_KEY and note_steps(tx, linked, change):
                self._enter(tx, linked)
        elif change.key == AMOUNTS_KEY:
            show_amounts(tx, self._teller, linked, change)

    def _enter(self, tx: Tx, linked: Linked) -> None:
        """Let my journal follow an idea of mine, once all this is on disk."""
        if linked.owner == self._me and linked.kind == PLAN:
            tx.after_commit(partial(self.journal_due, linked.doc))

    def members_changed(self, tx: Tx, document: Document, changes: Sequence[MemberChange]) -> None:
        """Keep my own role; tell who joined and who left."""
        linked = documents.get(tx.conn, document.id)
        if linked is None:
            return
        self._enter(tx, linked)
        for change in changes:
            if change.person == self._me:
                documents.set_role(tx.conn, document.id, change.after)
            if linked.position is None or change.before == change.after:
                continue
            if linked.kind in SUMS_KINDS:
                updated(tx, linked.position, change.by, ("amounts",))
            elif change.person != self._me:
                self._other_member(tx, linked, linked.position, change)
            elif change.before != "none":
                updated(tx, linked.position, change.by, ("role",))

    def _other_member(self, tx: Tx, linked: Linked, position: str, change: MemberChange) -> None:
        if change.person == linked.owner:
            return
        if change.after == "none":
            if change.by == change.person:
                self._teller.happened(tx, "left", change.person, position=position)
            data = {"id": position, "who": change.by, "did": change.person}
            announce(tx, "share_revoked", data)
        elif change.before == "none":
            if change.by == self._me:
                self._teller.shared(tx, position, change.person)
            else:
                self._teller.happened(tx, "joined", change.person, position=position, notify=False)
            data = {"id": position, "who": change.by, "did": change.person, "role": change.after}
            announce(tx, "position_shared", data)
        else:
            updated(tx, position, change.by, ("members",))

    def document_closed(self, tx: Tx, document: Document, reason: str) -> None:
        """Erase what the document showed: all of it, or the sums alone."""
        tx.erases = True
        linked = documents.get(tx.conn, document.id)
        documents.forget(tx.conn, document.id)
        if linked is None or linked.position is None:
            return
        position = linked.position
        if linked.kind in SUMS_KINDS:
            erasure.erase_amounts(tx, position)
            show_sums_left(tx, position)
            updated(tx, position, linked.owner, ("amounts",))
            return
        sharing.forget_terms(tx.conn, document.id)
        arrived = positions.get(tx.conn, position, hidden=True) is not None
        erasure.erase_position(tx, position)
        if not arrived:
            return
        who = self._me if reason == "left" else linked.owner
        self._teller.happened(tx, "left" if reason == "left" else "revoked", who)
        announce(tx, "share_revoked", {"id": position, "who": who, "did": self._me})

    def delivery_changed(self, tx: Tx, doc: str, person: str) -> None:
        """Tell the pages how far a friend's copy of a position is now."""
        linked = documents.get(tx.conn, doc)
        if linked is None or linked.position is None:
            return
        copy = delivery(tx.conn, doc, self._me).get(person)
        if copy is not None:
            data = {"id": linked.position, "who": person, "delivery": copy.state}
            announce(tx, "delivery_changed", data)

    def friend_changed(self, tx: Tx, person: str, before: str | None, after: str | None) -> None:
        """Tell of a friendship asked for, made or ended."""
        if before == after:
            return
        data: dict[str, Any] = {"id": person, "who": person, "state": after}
        if after == "friend":
            if before != "key_changed":
                self._teller.happened(tx, "friend_added", person)
            announce(tx, "friend_added", data)
        elif after in {"incoming", "outgoing", "key_changed"}:
            if after != "outgoing":
                self._teller.happened(tx, f"friend_{after}", person)
            announce(tx, "friend_requested", data)
        else:
            announce(tx, "friend_removed", data)

    def device_added(self, tx: Tx, person: str) -> None:
        """Tell that a friend's planner runs on a new device."""
        self._teller.happened(tx, "friend_new_device", person)

    def replaced(self, tx: Tx) -> None:
        """Tell that this planner speaks for its person no more, until the words say so again."""
        self._teller.happened(tx, "replaced", self._me, notify=True)

    def gap_changed(self, tx: Tx, doc: str, gap: Gap) -> None:
        """Tell the pages what of a position cannot be shown here."""
        linked = documents.get(tx.conn, doc)
        if linked is not None and linked.position is not None and linked.kind not in SUMS_KINDS:
            announce(tx, "sync_gap", {"id": linked.position, **asdict(gap)})

    def forked(self, tx: Tx, doc: str, person: str) -> None:
        """Tell that somebody's planner contradicts itself about a position."""
        linked = documents.get(tx.conn, doc)
        if linked is not None and linked.position is not None:
            self._teller.happened(tx, "forked", person, position=linked.position, notify=True)

    def presence_changed(self, person: str, online: bool) -> None:  # noqa: FBT001 - the protocol's
        """Tell the pages that a friend's planner came or went."""
        kind: MessageType = "friend_online" if online else "friend_offline"
        self._tell(kind, {"id": person, "who": person})

    def directory_changed(self, state: str) -> None:
        """Tell the pages that the directory came or went."""
        self._tell("directory_state", {"state": state})


def _is_of_comment(change: Change) -> bool:
    return change.key.startswith(COMMENT_PREFIX)


def _nothing_due(_doc: str) -> None:
    """Without a journal nothing is entered."""

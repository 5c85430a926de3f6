"""Guests: people elsewhere (stock ActivityPub) who see a position of mine and may answer.

They are guests of the owner's planner, never members: they get a rendered note of the plan,
without amounts, and a new one when it changes. What they say is written by the owner's planner
into the shared document with the bytes as received, so that every member can check who wrote
it; a guest's change or deletion follows the same way.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from typing_extensions import override

from federation.activitypub.guests import Guest, GuestReply
from federation.activitypub.remote import RemoteActor
from federation.activitypub.stock import Stock
from federation.log.kinds import Change, Document
from federation.writer import Tx
from keys.multiformats import encode_base64url
from portfolio.events.application import PlannerApplication, Tell
from portfolio.events.comments import COMMENT_PREFIX, comment_key
from portfolio.events.ideas import IDEA_KEY
from portfolio.events.registers import values
from portfolio.services.comments import take_guest
from portfolio.services.errors import ConflictError, NotFoundError
from portfolio.services.planner import Planner
from portfolio.storage.values import Entropy


def stock_of(planner: Planner) -> Stock:
    """Return the way to guests.

    Raises:
        ConflictError: this planner has none.
    """
    if planner.stock is None:
        raise ConflictError("This planner runs without a network")
    return planner.stock


def admit(
    planner: Planner, tx: Tx, doc: str, remote: RemoteActor, fields: Mapping[str, Any]
) -> Guest:
    """Show a document of mine to an actor that was looked up.

    Raises:
        federation.errors.LocalProtocolError: it has no key that could sign a reply.
    """
    return stock_of(planner).share(tx, doc, remote, note_of(fields))


def dismiss(planner: Planner, tx: Tx, doc: str | None, guest_id: int) -> None:
    """Take a position back from one guest.

    Raises:
        NotFoundError: they are none, or it was taken back before.
    """
    for guest in present(planner, tx.conn, doc):
        if guest.id == guest_id and doc is not None:
            stock_of(planner).unshare(tx, doc, guest.actor)
            return
    raise NotFoundError


def dismiss_all(planner: Planner, tx: Tx, doc: str) -> None:
    """Take a document back from all its guests."""
    for guest in present(planner, tx.conn, doc):
        stock_of(planner).unshare(tx, doc, guest.actor)


def present(planner: Planner, conn: Connection, doc: str | None) -> list[Guest]:
    """Return those who see a document now."""
    if doc is None or planner.stock is None:
        return []
    return [guest for guest in planner.stock.guests(conn, doc) if guest.shared]


def note_of(fields: Mapping[str, Any]) -> str:
    """Return a plan as text: what all members see, and no amounts."""
    levels = [
        f"{name} {fields[name]}" for name in ("entry", "stop") if fields.get(name) is not None
    ]
    if fields.get("targets"):
        levels.append(f"targets {', '.join(fields['targets'])}")
    words = (fields.get("symbol"), fields.get("side"), fields.get("currency"))
    head = " ".join(str(word) for word in words if word)
    first = f"{head}: {', '.join(levels)}" if levels else head
    return "\n\n".join(part for part in (first, fields.get("thesis")) if part)


class HostingApplication(PlannerApplication):
    """The planner's application, which also tells guests when a plan of mine changes."""

    def __init__(self, me: str, entropy: Entropy, tell: Tell) -> None:
        super().__init__(me, entropy, tell)
        self.stock: Stock | None = None  # made later: it needs the node's listener

    @override
    def entities_changed(self, tx: Tx, document: Document, changes: Sequence[Change]) -> None:
        super().entities_changed(tx, document, changes)
        if self.stock is None or document.role != "owner":
            return
        for change in changes:
            if change.key == IDEA_KEY and change.after is not None:
                fields = values(change.after.get("registers", {}))
                self.stock.change_for_guests(tx, document.id, note_of(fields))


def hear(planner: Planner, tx: Tx, reply: GuestReply) -> str:
    """Take in a guest's reply, its change or its deletion; return the id of its comment.

    Raises:
        federation.errors.LocalProtocolError: the document is not one of mine.
    """
    if reply.comment is None:
        return take_guest(
            planner,
            tx,
            reply.doc,
            actor=reply.actor,
            name=reply.name,
            text=reply.text or "",
            received=encode_base64url(reply.received),
        )
    key = COMMENT_PREFIX + comment_key(reply.comment, planner.me.did)
    before = planner.log.entity(tx.conn, reply.doc, key)
    if before is None or before.get("deleted"):
        return reply.comment  # I deleted it already
    if reply.text is None:
        planner.log.append(tx, reply.doc, "comment.deleted/1", {"id": reply.comment})
    else:
        content = {
            "id": reply.comment,
            "text": reply.text,
            "created": before["created"],
            **before.get("guest", {}),
        }
        planner.log.append(tx, reply.doc, "comment.edited/1", content)
    return reply.comment

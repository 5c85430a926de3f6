"""Guests: stock actors to whom the owner of a document shows it. They are never members.

A share writes down the guest's key and puts a signed `Create(Note)` on its way. What comes back
counts only when that key signed it: a reply to the note becomes a guest comment in the owner's
stream, through a callback in the same transaction, and may later be changed or taken back by
its author. All functions here are synchronous and run in the writer's transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, Row, func, select
from ulid import ULID

from federation.activitypub.activity import StockActivity
from federation.activitypub.actor import LocalActor
from federation.activitypub.notes import (
    Addressee,
    Verb,
    note,
    signed_activity,
    timestamp,
    tombstone,
)
from federation.activitypub.remote import RemoteActor
from federation.activitypub.schema import guest_activities, guest_post, guests
from federation.errors import LocalProtocolError, MalformedError, RefusedError, UnauthenticError
from federation.wire import EVENT_PATH, limit
from federation.writer import Tx
from keys.canonical import parse_strict, stock_jcs
from keys.multiformats import decode_multikey, encode_multikey


@dataclass(frozen=True, slots=True)
class Guest:
    """A stock actor with whom a document is, or was, shared.

    `keys` may sign what it sends, by key id: those of the moment of the share, or after
    `keys_renewed` the ones that replaced them.
    """

    id: int
    doc: str
    actor: str
    name: str
    username: str
    inbox: str
    keys: Mapping[str, bytes]
    keys_renewed: bool
    note: str
    text: str
    published: str
    shared: bool

    @property
    def addressee(self) -> Addressee:
        """To whom its notes are addressed."""
        return Addressee(self.actor, self.username)


@dataclass(frozen=True, slots=True)
class GuestReply:
    """What a guest said to a note: new, changed, or taken back when `text` is None.

    `reply` is the URL of the guest's own note and stays the same over changes; `comment` is the
    id that the application gave when it heard of it first, None at that first time; `received`
    are the signed bytes as they came, the evidence that the guest wrote them.
    """

    doc: str
    actor: str
    name: str
    reply: str
    text: str | None
    comment: str | None
    received: bytes


# Takes in a reply and returns the application's id of the comment that it became.
OnReply = Callable[[Tx, GuestReply], str]


def find(conn: Connection, *, actor: str | None = None, doc: str | None = None) -> list[Guest]:
    """Return guests by actor, by document, or both, in the order in which they came."""
    query = select(guests).order_by(guests.c.id)
    if actor is not None:
        query = query.where(guests.c.actor == actor)
    if doc is not None:
        query = query.where(guests.c.doc == doc)
    return [_guest(row) for row in conn.execute(query)]


def shown_note(local: LocalActor, known: Sequence[Guest], event: str) -> dict[str, Any] | None:
    """Return the Note of a ULID when it is shared with one of these guests, else None."""
    for guest in known:
        if guest.shared and guest.note.rpartition("/")[2] == event:
            return _note_of(local, guest)
    return None


class GuestBook:
    """The guests of this planner: shares, changes, and what guests answer."""

    def __init__(
        self, local: LocalActor, on_reply: OnReply, entropy: Callable[[int], bytes]
    ) -> None:
        self._local = local
        self._on_reply = on_reply
        self._entropy = entropy

    def share(self, tx: Tx, doc: str, remote: RemoteActor, text: str) -> Guest:
        """Show a document to an actor; shared already, it is only changed.

        The actor is pinned as it is now, keys and inbox, for all documents shared with it.

        Raises:
            LocalProtocolError: The actor has no Ed25519 key that could sign a reply.
        """
        if not remote.proof_keys:
            raise LocalProtocolError(f"{remote.id} publishes no Ed25519 key to sign replies with")
        pinned = {
            "name": remote.name,
            "username": remote.username,
            "inbox": remote.inbox,
            "keys": _key_texts(remote.proof_keys),
            "keys_renewed": False,
        }
        tx.conn.execute(guests.update().where(guests.c.actor == remote.id).values(pinned))
        known = find(tx.conn, actor=remote.id, doc=doc)
        if known and known[0].shared:
            self._change(tx, known[0], text)
            return find(tx.conn, actor=remote.id, doc=doc)[0]
        shown = {
            "note": self._new_url(tx),
            "text": text,
            "published": timestamp(tx.now),
            "shared": True,
        }
        if known:
            tx.conn.execute(guests.update().where(guests.c.id == known[0].id).values(shown))
        else:
            row = {"doc": doc, "actor": remote.id, **pinned, **shown}
            tx.conn.execute(guests.insert().values(row))
        guest = find(tx.conn, actor=remote.id, doc=doc)[0]
        self._post(tx, guest, "Create", _note_of(self._local, guest))
        return guest

    def change(self, tx: Tx, doc: str, text: str) -> int:
        """Show all guests of a document its new text; return how many there are."""
        present = [guest for guest in find(tx.conn, doc=doc) if guest.shared]
        for guest in present:
            self._change(tx, guest, text)
        return len(present)

    def unshare(self, tx: Tx, doc: str, actor: str) -> bool:
        """Take a document back from a guest; return whether it was shared."""
        present = [guest for guest in find(tx.conn, actor=actor, doc=doc) if guest.shared]
        for guest in present:
            tx.conn.execute(
                guests.update().where(guests.c.id == guest.id).values(shared=False, text="")
            )
            # What did not go out yet would only tell the guest what is taken back.
            tx.conn.execute(guest_post.delete().where(guest_post.c.guest == guest.id))
            self._post(tx, guest, "Delete", tombstone(guest.note))
        return bool(present)

    def renew_keys(self, tx: Tx, actor: str, keys: Mapping[str, bytes]) -> None:
        """Write down the keys that a guest has now; it happens once after a share."""
        tx.conn.execute(
            guests.update()
            .where(guests.c.actor == actor)
            .values(keys=_key_texts(keys), keys_renewed=True)
        )

    def is_reply(self, activity: StockActivity) -> bool:
        """Tell whether an activity answers to something of this planner, known or not.

        The planner may have moved since: only the path of its URLs tells that they are its own.
        """
        own = EVENT_PATH.format(did=self._local.me.did, event="")
        return activity.type == "Create" and own in activity.in_reply_to

    def take(self, tx: Tx, activity: StockActivity, *, has_proof: bool) -> bool:
        """Apply an authentic activity of an actor; return whether it had an effect.

        Raises:
            MalformedError: `shape`: a reply without text or id.
            UnauthenticError: `proof_required`: an effect must be provable to others later.
            RefusedError: `not_owner`, `unknown`, `removed`, `too_large` or `quota`.
        """
        match activity.type:
            case "Create":
                return self._reply(tx, activity, has_proof=has_proof)
            case "Update" | "Delete":
                return self._revise(tx, activity, has_proof=has_proof)
            case _:
                return False

    def _reply(self, tx: Tx, activity: StockActivity, *, has_proof: bool) -> bool:
        if not self.is_reply(activity):
            return False
        found = [
            guest
            for guest in find(tx.conn, actor=activity.actor)
            if guest.note == activity.in_reply_to
        ]
        if not found:
            raise RefusedError("unknown")
        _check_provable(has_proof=has_proof)
        return self._tell(tx, found[0], activity, activity.text)

    def _revise(self, tx: Tx, activity: StockActivity, *, has_proof: bool) -> bool:
        row = tx.conn.execute(
            select(guests, guest_activities.c.comment)
            .join(guest_activities, guest_activities.c.guest == guests.c.id)
            .where(
                guests.c.actor == activity.actor,
                guest_activities.c.object == activity.object_id,
                guest_activities.c.type == "Create",
            )
        ).first()
        if row is None:
            return False
        _check_provable(has_proof=has_proof)
        is_deleted = activity.type == "Delete"
        text = None if is_deleted else activity.text
        return self._tell(tx, _guest(row), activity, text, row.comment)

    def _tell(
        self,
        tx: Tx,
        guest: Guest,
        activity: StockActivity,
        text: str | None,
        comment: str | None = None,
    ) -> bool:
        if not guest.shared:
            raise RefusedError("removed")
        if text == "" or not activity.object_id:
            raise MalformedError("shape", "a reply has an id and a text")
        if len(activity.received) > limit("guest_reply"):
            raise RefusedError("too_large")
        if self._is_known(tx, guest, activity):
            return False
        received, about = activity.received, activity.object_id
        reply = GuestReply(guest.doc, guest.actor, guest.name, about, text, comment, received)
        tx.conn.execute(
            guest_activities.insert().values(
                guest=guest.id,
                activity=activity.id,
                type=activity.type,
                object=about,
                comment=self._on_reply(tx, reply),
            )
        )
        return True

    def _is_known(self, tx: Tx, guest: Guest, activity: StockActivity) -> bool:
        """Whether it came before, or comes too late to change anything."""
        mine = guest_activities.c.guest == guest.id
        same = select(guest_activities.c.id).where(
            mine, guest_activities.c.activity == activity.id
        )
        if tx.conn.execute(same).first() is not None:
            return True
        about = select(guest_activities.c.type).where(
            mine, guest_activities.c.object == activity.object_id
        )
        before = set(tx.conn.scalars(about))
        if "Delete" in before or (activity.type == "Create" and before):
            return True
        count = tx.conn.scalar(select(func.count()).select_from(guest_activities).where(mine))
        if (count or 0) >= limit("guest_replies"):
            raise RefusedError("quota")
        return False

    def _change(self, tx: Tx, guest: Guest, text: str) -> None:
        if guest.text == text:
            return
        tx.conn.execute(guests.update().where(guests.c.id == guest.id).values(text=text))
        changed = _note_of(self._local, replace(guest, text=text))
        self._post(tx, guest, "Update", {**changed, "updated": timestamp(tx.now)})

    def _post(self, tx: Tx, guest: Guest, verb: Verb, object_: dict[str, Any]) -> None:
        body = signed_activity(
            self._local, verb, object_, url=self._new_url(tx), to=guest.actor, now=tx.now
        )
        now = int(tx.now.timestamp())
        tx.conn.execute(
            guest_post.insert().values(guest=guest.id, body=body, attempts=0, since=now, due=now)
        )

    def _new_url(self, tx: Tx) -> str:
        moment = int(tx.now.timestamp() * 1000).to_bytes(6, "big")
        return self._local.event_url(str(ULID(moment + self._entropy(10))))


def _check_provable(*, has_proof: bool) -> None:
    if not has_proof:
        raise UnauthenticError("proof_required")


def _key_texts(keys: Mapping[str, bytes]) -> str:
    return stock_jcs({key_id: encode_multikey(key) for key_id, key in keys.items()}).decode()


def _guest(row: Row[Any]) -> Guest:
    values = {field.name: getattr(row, field.name) for field in fields(Guest)}
    texts = parse_strict(values["keys"].encode())
    return Guest(**{**values, "keys": {name: decode_multikey(texts[name]) for name in texts}})


def _note_of(local: LocalActor, guest: Guest) -> dict[str, Any]:
    return note(
        local,
        url=guest.note,
        to=guest.addressee,
        text=guest.text,
        published=guest.published,
    )

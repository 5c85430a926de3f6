"""Authoring: events of my own, checked by the same rules as everybody's.

A stream belongs to one process: its epoch is drawn at the first write to a document after
start, and given up when what the store holds is not what this process wrote last - after a
rollback, a restored copy, a cut - or when its author was removed since. So nothing can make
this node sign two events of one number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import delete, update
from ulid import ULID

from federation.errors import LocalProtocolError, MalformedError
from federation.log import store
from federation.log.admission import Verdict
from federation.log.changeset import Changeset
from federation.log.clocks import RFC3339
from federation.log.context import Context, settle
from federation.log.context import Me as Me
from federation.log.events import SALT, Draft, Event, build_event, document_id, seal_content
from federation.log.grants import CLOSE, GENESIS, GRANT, LEFT, OWN_KINDS, Genesis, ends_value
from federation.log.kinds import Applied, Json, RoleName
from federation.log.lines import EventLine, event_line
from federation.log.results import STORED
from federation.log.roles import ROLES, allows
from federation.log.schema import entities, events
from federation.log.store import DocumentRow
from federation.log.view import View
from federation.records import listing_of
from federation.wire import limit
from federation.writer import Tx
from keys.multiformats import digest, encode_base64url

EPOCH_BYTES: Final = 16
SALT_BYTES: Final = 16
_ULID_RANDOM_BYTES: Final = 10
_VERBS: Final[Mapping[str, str]] = {
    GENESIS: "Create",
    GRANT: "Add",
    CLOSE: "Remove",
    LEFT: "Remove",
}
_OWN: Final = Verdict(STORED, "store", "valid", "own")
_KNOWN: Final = Verdict(STORED, "store", "valid", "known")


@dataclass(frozen=True, slots=True)
class _Writing:
    """The stream that this process writes in one document, and its last event."""

    stream: str
    seq: int
    hash: str
    k: int  # of the grant under which it was written


class Author:
    """Writes events of my own. All methods run inside a transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._me = context.me
        self._writing: dict[str, _Writing] = {}

    def create_document(self, tx: Tx, kind: str, nonce: str) -> str:
        """Begin a document that I own; return its id.

        Raises:
            LocalProtocolError: There is one already with this kind and nonce.
        """
        doc = document_id(self._me.did, kind, nonce)
        if store.load_document(tx.conn, doc) is not None:
            raise LocalProtocolError("the document exists already")
        mine = self._me.did
        row = store.open_document(tx.conn, doc, Genesis(mine, kind, nonce), mine)
        changeset = self._changeset(tx, row)
        self._write(changeset, GENESIS, {"owner": mine, "kind": kind, "nonce": nonce})
        settle(self._context, changeset)
        return doc

    def append(self, tx: Tx, doc: str, kind_name: str, content: Json) -> Event:
        """Write an event of the application.

        Raises:
            LocalProtocolError: I may not, the kind is unknown or does not belong here, or the
                content is not of the kind.
        """
        changeset = self._open(tx, doc)
        kind, row = self._context.kinds.get(kind_name), changeset.view.row
        if kind is None or row.kind not in kind.documents:
            raise LocalProtocolError(f"{kind_name} does not belong into a document of {row.kind}")
        if not allows(row.role, kind.cls):
            raise LocalProtocolError(f"a {row.role} may not write {kind_name}")
        try:
            kind.check(content)
        except ValueError as error:
            raise LocalProtocolError(f"content is not of {kind_name}: {error}") from error
        event = self._write(changeset, kind_name, content)
        settle(self._context, changeset)
        return event

    def set_role(
        self,
        tx: Tx,
        doc: str,
        person: str,
        role: RoleName,
        *,
        wished: bool = False,
        above: int = 0,
    ) -> Event | None:
        """Give a person a role, or take it with `none`; return None when they have it already.

        The grant cuts the person's streams at what is here now.

        Args:
            tx: The transaction.
            doc: The document.
            person: Whose role.
            role: The new one.
            wished: They left by themselves, and the application hears it so.
            above: The grant's k is more than this: the k of one that this node lost in a
                restore and others have.

        Raises:
            LocalProtocolError: I am not the owner, or it is about the owner.
        """
        changeset = self._open(tx, doc)
        membership = changeset.view.membership
        if changeset.view.row.role != "owner" or role not in ROLES:
            raise LocalProtocolError("only the owner gives roles")
        if person == self._me.did or role == "owner":
            raise LocalProtocolError("the owner stays the owner")
        if membership.role(person) == role:
            return None
        if person not in membership.roles() and len(membership.roles()) >= limit("members"):
            raise LocalProtocolError("too many members")
        heads = changeset.view.heads.values()
        cut = {head.stream: (head.seq, head.hash) for head in heads if head.person == person}
        content = {
            "person": person,
            "k": max(membership.next_k(person), above + 1, 1),
            "role": role,
            "cut": ends_value({stream: end for stream, end in cut.items() if end[0]}),
        }
        event = self._write(changeset, GRANT, content)
        changeset.leaver = person if wished else None
        settle(self._context, changeset)
        return event

    def erase(self, tx: Tx, doc: str) -> None:
        """Erase the content of a document of mine that has no other member; grants stay.

        Whoever has not heard yet that they were removed still gets that grant from here.

        Raises:
            LocalProtocolError: It is not mine, or somebody is a member still.
        """
        row = store.load_document(tx.conn, doc)
        if row is None or row.role != "owner":
            raise LocalProtocolError("only the owner erases a document")
        roles = self._context.changeset(tx, row).view.membership.roles()
        if any(role != "none" for person, role in roles.items() if person != self._me.did):
            raise LocalProtocolError("somebody is a member still")
        tx.erases = True
        tx.conn.execute(delete(entities).where(entities.c.document_id == row.id))
        tx.conn.execute(
            update(events)
            .where(events.c.document_id == row.id, events.c.fate != "own")
            .values(content=None, superseded=True, missing=False)
        )

    def leave(self, tx: Tx, doc: str) -> None:
        """Leave a document of somebody else: its content is erased here, and the owner is told.

        Raises:
            LocalProtocolError: I am its owner, or not a member.
        """
        changeset = self._open(tx, doc)
        row = changeset.view.row
        if row.role == "owner":
            raise LocalProtocolError("the owner cannot leave")
        self._write(changeset, LEFT, {})
        settle(self._context, changeset)
        self._context.application.document_closed(tx, row.document(), "left")
        row.state, row.last_k = "left", changeset.view.membership.last_removal(self._me.did)
        store.save_document(tx.conn, row)
        _erase_contents(tx, changeset.view)

    def close_streams(self, tx: Tx, doc: str, ends: Mapping[str, tuple[int, str]]) -> Event:
        """Say where streams of my own end: of a former device, or one that was forked.

        Args:
            tx: The transaction.
            doc: The document.
            ends: {stream: (seq, hash)}, the last event that counts.

        Raises:
            LocalProtocolError: I am not a member.
        """
        changeset = self._open(tx, doc)
        event = self._close(changeset, ends)
        settle(self._context, changeset)
        return event

    def close_former(self, tx: Tx, doc: str) -> None:
        """Close the streams of my former devices where they stand, if any are still open.

        Raises:
            LocalProtocolError: I am not a member.
        """
        changeset = self._open(tx, doc)
        self._close_former(changeset)
        settle(self._context, changeset)

    def _open(self, tx: Tx, doc: str) -> Changeset:
        row = store.load_document(tx.conn, doc)
        if row is None or row.state != "open" or row.role == "none":
            raise LocalProtocolError("not a member of this document")
        return self._changeset(tx, row)

    def _changeset(self, tx: Tx, row: DocumentRow) -> Changeset:
        changeset = self._context.changeset(tx, row)
        changeset.view.trust(self._me.did, listing_of(self._me.identity))
        return changeset

    def _close_former(self, changeset: Changeset) -> None:
        mine, view = self._me, changeset.view
        ends = {
            head.stream: (head.seq, head.hash)
            for head in view.heads.values()
            if head.person == mine.did
            and head.seq
            and head.device not in mine.identity.devices
            and (mine.did, head.stream) not in view.ends
        }
        if ends:
            self._close(changeset, ends)

    def _close(self, changeset: Changeset, ends: Mapping[str, tuple[int, str]]) -> Event:
        content = {"person": self._me.did, "streams": ends_value(ends)}
        return self._write(changeset, CLOSE, content)

    def _write(self, changeset: Changeset, kind_name: str, content: Json) -> Event:
        if kind_name != CLOSE:
            self._close_former(changeset)
        view, tx = changeset.view, changeset.tx
        salt = encode_base64url(self._context.entropy(SALT_BYTES))
        try:
            sealed = seal_content(content, salt)
            event = build_event(
                self._draft(tx, view, kind_name, content, digest(sealed)), self._me.device
            )
        except MalformedError as error:
            raise LocalProtocolError(str(error)) from error
        value = {name: member for name, member in content.items() if name != SALT}
        line = EventLine(event, sealed, value, "proof")
        changeset.add(line, _OWN if kind_name in OWN_KINDS else _KNOWN, mine=True)
        current = view.membership.current(self._me.did)
        k = 0 if current is None else current.k
        self._writing[view.row.doc] = _Writing(event.stream, event.seq, event.hash, k)
        for callback in self._context.on_append:
            tx.after_commit(partial(callback, event.doc, event))
        if self._context.on_line:
            raw = event_line(event.raw, sealed)
            for hear in self._context.on_line:
                tx.after_commit(partial(hear, event, raw))
        return event

    def _draft(self, tx: Tx, view: View, kind_name: str, content: Json, named: str) -> Draft:
        mine, kind = self._me, self._context.kinds.get(kind_name)
        published = tx.now.strftime(RFC3339)
        writing = self._stream(view)
        lc = view.row.lc + 1
        applied = Applied(
            "", view.row.doc, mine.did, mine.device.multibase, lc, kind_name, published, content
        )
        current, newest = view.membership.current(mine.did), view.membership.newest()
        return Draft(
            base=mine.base_url(),
            did=mine.did,
            ulid=self._ulid(tx),
            verb=_VERBS[kind_name] if kind is None else kind.verb,
            doc=view.row.doc,
            cls=OWN_KINDS[kind_name] if kind is None else kind.cls,
            kind=kind_name,
            stream=writing.stream,
            seq=writing.seq + 1,
            prev=writing.hash or None,
            lc=lc,
            grant=None if current is None else current.hash,
            seen=None if newest is None else (newest.stream, newest.seq),
            entity=None if kind is None else kind.entity(applied),
            identity=mine.identity.number,
            published=published,
            digest=named,
        )

    def _stream(self, view: View) -> _Writing:
        writing = self._writing.get(view.row.doc)
        if writing is not None:
            head = view.heads.get(writing.stream)
            if (
                head is not None
                and (head.seq, head.hash) == (writing.seq, writing.hash)
                and not head.forked
                and view.membership.last_removal(self._me.did) <= writing.k
                and (self._me.did, writing.stream) not in view.ends
            ):
                return writing
        epoch = encode_base64url(self._context.entropy(EPOCH_BYTES))
        return _Writing(f"{self._me.device.multibase}.{epoch}", 0, "", 0)

    def _ulid(self, tx: Tx) -> str:
        moment = int(tx.now.timestamp() * 1000).to_bytes(6, "big")
        return str(ULID.from_bytes(moment + self._context.entropy(_ULID_RANDOM_BYTES)))


def _erase_contents(tx: Tx, view: View) -> None:
    """Erase what others wrote; my own streams go when the owner has answered."""
    document_id_ = view.row.id
    tx.erases = True
    others = [head.id for head in view.heads.values() if head.person != view.me]
    tx.conn.execute(delete(entities).where(entities.c.document_id == document_id_))
    tx.conn.execute(
        update(events)
        .where(events.c.document_id == document_id_, events.c.stream_id.in_(others))
        .where(events.c.fate != "own")
        .values(content=None, superseded=True, missing=False)
    )

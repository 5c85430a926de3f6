"""Sharing: who may see a position, in which role, with or without its amounts.

A position's document begins at its first share: Genesis, a snapshot, my comments so far and the
grants, all in one transaction. Its amounts stand in a second document with a membership of its
own, so taking away the sight of them is a grant there and leaves the first alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.events.amounts import AMOUNTS
from portfolio.events.holdings import HOLDING
from portfolio.events.ideas import PLAN
from portfolio.events.telling import updated
from portfolio.services import guests, holdings
from portfolio.services.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RuleError,
)
from portfolio.services.journal import leave_out
from portfolio.services.planner import Planner
from portfolio.storage import comments, positions
from portfolio.storage.comments import Comment
from portfolio.storage.positions import Position

Role = Literal["viewer", "commenter", "editor"]
Delivery = Literal["queued", "delivered", "refused", "revoked"]
NOBODY: Final = "none"
_WORST_FIRST: Final[tuple[Delivery, ...]] = ("refused", "queued", "delivered", "revoked")


@dataclass(frozen=True, slots=True)
class Share:
    """One person a position is or was shared with.

    `receipt` is when their planner had it all, `waiting` how much of mine it has not confirmed.
    """

    did: str
    role: str
    amounts: bool
    delivery: Delivery | None
    receipt: str | None
    waiting: int | None


def share(
    planner: Planner,
    tx: Tx,
    position: str,
    friend_ids: Sequence[str],
    role: Role,
    *,
    amounts: bool,
) -> list[Share]:
    """Share a position with friends, all of them or none; repeated for one, it sets their role.

    Raises:
        NotFoundError, NotAllowedError: not here, or not mine.
        ConflictError: it belongs to the sample.
        RuleError: somebody among them is not a friend.
    """
    mine = own(planner, tx.conn, position)
    if mine.sample:
        raise ConflictError("The sample stays on this planner; write it down as your own first")
    _check_friends(planner, tx.conn, friend_ids)
    _check_role(mine, role)
    doc = mine.doc or _open(planner, tx, mine)
    for did in friend_ids:
        planner.log.set_role(tx, doc, did, role)
        _set_amounts(planner, tx, position, did, role, amounts=amounts)
    return shares(planner, tx.conn, position)


def opened(planner: Planner, tx: Tx, position: str) -> Position:
    """Return a position of mine that has a document, begun now if it had none.

    Raises:
        As `share`.
    """
    mine = own(planner, tx.conn, position)
    if mine.sample:
        raise ConflictError("The sample stays on this planner; write it down as your own first")
    if mine.doc is None:
        _open(planner, tx, mine)
    return own(planner, tx.conn, position)


def change(
    planner: Planner, tx: Tx, position: str, did: str, role: Role, *, amounts: bool
) -> Share:
    """Set one person's role and whether they see the amounts.

    Raises:
        As `share`.
    """
    found = share(planner, tx, position, [did], role, amounts=amounts)
    return next(one for one in found if one.did == did)


def revoke(planner: Planner, tx: Tx, position: str, did: str) -> None:
    """Take a share back; with my own did on a friend's position, leave it.

    Raises:
        NotFoundError: not here, or not shared with them.
        NotAllowedError: it is somebody else's share.
    """
    found = _visible(tx.conn, position)
    if found.owner != planner.me.did:
        if did != planner.me.did:
            raise NotAllowedError("Only its owner can take away somebody else's share")
        for doc in (found.amounts_doc, found.doc):
            if doc is not None:
                planner.log.leave(tx, doc)
        return
    members = {} if found.doc is None else planner.log.members(tx.conn, found.doc)
    if did == planner.me.did or members.get(did, NOBODY) == NOBODY:
        raise NotFoundError("It is not shared with them")
    _revoke(planner, tx, found, did)


def end_sharing(planner: Planner, tx: Tx, found: Position) -> None:
    """Take back every share of a position of mine and erase the content of its documents."""
    if found.doc is None:
        return
    for did in planner.log.members(tx.conn, found.doc):
        if did != planner.me.did:
            _revoke(planner, tx, found, did)
    guests.dismiss_all(planner, tx, found.doc)
    for doc in (found.doc, found.amounts_doc):
        if doc is not None:
            planner.log.erase(tx, doc)


def shared_with(planner: Planner, conn: Connection, did: str) -> list[Position]:
    """Return what I share with a person."""
    mine = positions.shared_by(conn, planner.me.did)
    return [
        one
        for one in mine
        if one.doc is not None and planner.log.members(conn, one.doc).get(did, NOBODY) != NOBODY
    ]


def revoke_person(planner: Planner, tx: Tx, did: str) -> None:
    """Take back everything I share with a person."""
    for one in shared_with(planner, tx.conn, did):
        _revoke(planner, tx, one, did)
    leave_out(planner, tx, did)


def shares(planner: Planner, conn: Connection, position: str) -> list[Share]:
    """Return with whom a position is and was shared, sorted by did.

    A friend sees the other members; how far each copy got is for its owner alone.

    Raises:
        NotFoundError: it is not here.
    """
    found = _visible(conn, position)
    if found.doc is None:
        return []
    members = dict(planner.log.members(conn, found.doc))
    seeing = {} if found.amounts_doc is None else planner.log.members(conn, found.amounts_doc)
    mine = found.owner == planner.me.did
    copies: list[dict[str, Any]] = []
    if mine:
        docs = [doc for doc in (found.doc, found.amounts_doc) if doc is not None]
        copies = [planner.log.delivery(conn, doc) for doc in docs]
        members |= {did: NOBODY for did in copies[0] if did not in members}
    return [
        _share(did, role, seeing.get(did, NOBODY), [c[did] for c in copies if did in c])
        for did, role in sorted(members.items())
        if did != found.owner and (mine or role != NOBODY)
    ]


def given(planner: Planner, conn: Connection, did: str | None) -> list[tuple[Position, Share]]:
    """Return every share of mine that stands, or one person's; the newest position first."""
    return [
        (one, each)
        for one in positions.shared_by(conn, planner.me.did)
        for each in shares(planner, conn, one.id)
        if each.role != NOBODY and did in {None, each.did}
    ]


def _share(did: str, role: str, seeing: str, copies: Sequence[Any]) -> Share:
    if role == NOBODY:
        copies = copies[:1]
    elif seeing == NOBODY:
        copies = [copy for copy in copies if copy.state != "revoked"]
    states = [copy.state for copy in copies]
    worst: Delivery | None = next((state for state in _WORST_FIRST if state in states), None)
    receipts = [copy.receipt_at for copy in copies]
    receipt = None if None in receipts else min(receipts, default=None)
    waiting = sum(copy.waiting for copy in copies) if copies else None
    return Share(did, role, seeing != NOBODY, worst, receipt, waiting)


def _visible(conn: Connection, position: str) -> Position:
    found = positions.get(conn, position)
    if found is None:
        raise NotFoundError("There is no such position")
    return found


def own(planner: Planner, conn: Connection, position: str) -> Position:
    """Return a position of mine.

    Raises:
        NotFoundError, NotAllowedError: not here, or not mine.
    """
    found = _visible(conn, position)
    if found.owner != planner.me.did:
        raise NotAllowedError("Only its owner can share it")
    return found


def _check_friends(planner: Planner, conn: Connection, friend_ids: Iterable[str]) -> None:
    for did in friend_ids:
        friend = planner.friends.get(conn, did)
        if friend is None or friend.state != "friend":
            who = did if friend is None else f"{friend.name} ({did})"
            raise RuleError(f"Not shared with anyone: {who} is not a friend", field="friend_ids")


def _check_role(found: Position, role: Role) -> None:
    if found.kind == "holding" and role == "editor":
        raise RuleError("A holding follows its transactions; nobody can edit it", field="role")


def _open(planner: Planner, tx: Tx, found: Position) -> str:
    """Begin a position's document: Genesis, snapshot, and my comments so far."""
    if found.kind == "holding":
        doc = planner.log.create_document(tx, HOLDING, found.id)
        fields, _ = holdings.snapshot(planner, tx, found.id)
        content = {"created": found.created, "fields": fields}
        planner.log.append(tx, doc, "holding.updated/1", content)
    else:
        doc = planner.log.create_document(tx, PLAN, found.id)
        content = {"created": found.created, "fields": dict(found.fields)}
        planner.log.append(tx, doc, "idea.created/1", content)
    for comment in comments.by_author(tx.conn, found.id, planner.me.did):
        planner.log.append(tx, doc, "comment.added/1", _comment_content(comment))
    return doc


def _comment_content(comment: Comment) -> dict[str, Any]:
    content = {
        "id": comment.key.partition("/")[0],
        "text": comment.text,
        "created": comment.created,
    }
    return content if comment.reply_key is None else {**content, "reply_to": comment.reply_key}


def _set_amounts(
    planner: Planner, tx: Tx, position: str, did: str, role: Role, *, amounts: bool
) -> None:
    """Open the amounts to a person, or close them; whoever edits the plan may edit them too."""
    found = _visible(tx.conn, position)
    if amounts:
        doc = found.amounts_doc or _open_amounts(planner, tx, found)
        planner.log.set_role(tx, doc, did, "editor" if role == "editor" else "viewer")
    elif found.amounts_doc is not None:
        _close_amounts(planner, tx, found.amounts_doc, did)
    else:
        return
    updated(tx, position, planner.me.did, ("amounts",))


def _open_amounts(planner: Planner, tx: Tx, found: Position) -> str:
    doc = planner.log.create_document(tx, AMOUNTS, found.id)
    amounts = dict(found.amounts or {})
    if found.kind == "holding":
        _, amounts = holdings.snapshot(planner, tx, found.id)
    content = {"plan": found.doc, "fields": amounts, "over": {}}
    planner.log.append(tx, doc, "amounts.changed/1", content)
    return doc


def _close_amounts(planner: Planner, tx: Tx, doc: str, did: str) -> None:
    if planner.log.members(tx.conn, doc).get(did, NOBODY) != NOBODY:
        planner.log.set_role(tx, doc, did, NOBODY)


def _revoke(planner: Planner, tx: Tx, found: Position, did: str) -> None:
    if found.amounts_doc is not None:
        _close_amounts(planner, tx, found.amounts_doc, did)
    if found.doc is not None:
        planner.log.set_role(tx, found.doc, did, NOBODY)

"""Sharing: who may see a position, in which role, in how much detail, and until when.

A position's document begins at its first share: Genesis, a snapshot, my comments so far and the
grants, all in one transaction. Its amounts stand in a second document with a membership of its
own, and in a third one how many alone: taking away the sight of them is a grant there and leaves
the first alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.services import guests, share_documents
from portfolio.services.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RuleError,
)
from portfolio.services.journal import leave_out
from portfolio.services.permissions import require
from portfolio.services.planner import Planner
from portfolio.storage import positions, sharing
from portfolio.storage.positions import Detail, Position
from portfolio.storage.values import instant

Role = Literal["viewer", "commenter", "editor"]
Delivery = Literal["queued", "delivered", "refused", "revoked"]
NOBODY: Final = "none"
OWNERS_ALONE: Final = "Only its owner can share it"
_WORST_FIRST: Final[tuple[Delivery, ...]] = ("refused", "queued", "delivered", "revoked")


@dataclass(frozen=True, slots=True)
class Share:
    """One person a position is or was shared with.

    `receipt` is when their planner had it all, `waiting` how much of mine it has not confirmed.
    """

    did: str
    role: str
    detail: Detail
    until: str | None
    delivery: Delivery | None
    receipt: str | None
    waiting: int | None

    @property
    def amounts(self) -> bool:
        """Whether they see all sums."""
        return self.detail == "amounts"


def share(
    planner: Planner,
    tx: Tx,
    position: str,
    friend_ids: Sequence[str],
    role: Role,
    *,
    amounts: bool = False,
    detail: Detail | None = None,
    until: str | None = None,
) -> list[Share]:
    """Share a position with friends, all of them or none; repeated for one, it sets all anew.

    Without `detail`, `amounts` says whether sums are shown or percentages alone. From `until`
    (RFC 3339) on it is taken back; None is without end.

    Raises:
        NotFoundError, NotAllowedError: not here, or not mine.
        ConflictError: it belongs to the sample.
        RuleError: somebody among them is not a friend, or the time is no time to come.
    """
    end = None if until is None else ending(tx, until)
    mine = own(planner, tx.conn, position)
    if mine.sample:
        raise ConflictError("The sample stays on this planner; write it down as your own first")
    check_friends(planner, tx.conn, friend_ids)
    check_role(mine, role)
    chosen = detail or ("amounts" if amounts else "percent")
    for did in friend_ids:
        give(planner, tx, position, did, role, chosen, end)
        sharing.let_in(tx.conn, did, position)
    return shares(planner, tx.conn, position)


def give(
    planner: Planner,
    tx: Tx,
    position: str,
    did: str,
    role: str,
    detail: Detail,
    until: str | None,
) -> None:
    """Let one friend see a position of mine; the caller has checked that they are one."""
    found = own(planner, tx.conn, position)
    doc = found.doc or share_documents.open_main(planner, tx, found)
    found = own(planner, tx.conn, position)
    share_documents.set_until(planner, tx, found, did, until)
    planner.log.set_role(tx, doc, did, cast("Role", role))
    share_documents.set_detail(planner, tx, position, did, role, detail)


def ending(tx: Tx, until: str) -> str:
    """Return when a share ends as it is stored and told.

    Raises:
        RuleError: no such moment, or it is over.
    """
    try:
        moment = datetime.fromisoformat(until)
    except ValueError as error:
        raise RuleError("There is no such moment", field="until") from error
    if moment.tzinfo is None or moment <= tx.now:
        raise RuleError("A share ends at a moment to come", field="until")
    return instant(moment)


def opened(planner: Planner, tx: Tx, position: str) -> Position:
    """Return a position of mine that has a document, begun now if it had none.

    Raises:
        As `share`.
    """
    mine = own(planner, tx.conn, position)
    if mine.sample:
        raise ConflictError("The sample stays on this planner; write it down as your own first")
    if mine.doc is None:
        share_documents.open_main(planner, tx, mine)
    return own(planner, tx.conn, position)


def change(
    planner: Planner,
    tx: Tx,
    position: str,
    did: str,
    role: Role,
    *,
    amounts: bool = False,
    detail: Detail | None = None,
    until: str | None = None,
) -> Share:
    """Set one person's role, how much they see, and until when.

    Raises:
        As `share`.
    """
    found = share(planner, tx, position, [did], role, amounts=amounts, detail=detail, until=until)
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
        for doc in (found.amounts_doc, found.quantities_doc, found.doc):
            if doc is not None:
                planner.log.leave(tx, doc)
        return
    members = {} if found.doc is None else planner.log.members(tx.conn, found.doc)
    if did == planner.me.did or members.get(did, NOBODY) == NOBODY:
        raise NotFoundError("It is not shared with them")
    sharing.leave_out(tx.conn, did, position)
    _revoke(planner, tx, found, did)


def withdraw(planner: Planner, tx: Tx, position: str, did: str) -> None:
    """Take a position of mine back from somebody, if it is here and they see it."""
    found = positions.get(tx.conn, position)
    if found is not None and is_shared(planner, tx.conn, position, did):
        _revoke(planner, tx, found, did)


def expire(planner: Planner, tx: Tx) -> None:
    """Take back every share of mine whose time is over."""
    for due in sharing.due(tx.conn, planner.me.did, instant(tx.now)):
        withdraw(planner, tx, due.position, due.person)


def is_shared(planner: Planner, conn: Connection, position: str, did: str) -> bool:
    """Say whether somebody sees a position of mine."""
    found = positions.access(conn, position)
    if found is None or found.doc is None:
        return False
    return planner.log.members(conn, found.doc).get(did, NOBODY) != NOBODY


def is_friend(planner: Planner, conn: Connection, did: str) -> bool:
    """Say whether somebody is a friend now."""
    friend = planner.friends.get(conn, did)
    return friend is not None and friend.state == "friend"


def end_sharing(planner: Planner, tx: Tx, found: Position) -> None:
    """Take back every share of a position of mine and erase the content of its documents."""
    if found.doc is None:
        return
    for did in planner.log.members(tx.conn, found.doc):
        if did != planner.me.did:
            _revoke(planner, tx, found, did)
    guests.dismiss_all(planner, tx, found.doc)
    for doc in (found.doc, found.amounts_doc, found.quantities_doc):
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
    for standing in sharing.following(tx.conn, did):
        sharing.remove(tx.conn, standing.id)
    for one in shared_with(planner, tx.conn, did):
        _revoke(planner, tx, one, did)
    leave_out(planner, tx, did)


def leave_person(planner: Planner, tx: Tx, did: str) -> None:
    """Leave everything that a person shares with me; it is erased here."""
    for document in planner.log.documents(tx.conn, did):
        if document.owner == did:
            planner.log.leave(tx, document.id)


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
    docs = [found.doc, found.quantities_doc, found.amounts_doc]
    mine = found.owner == planner.me.did
    copies: list[dict[str, Any]] = []
    if mine:
        copies = [planner.log.delivery(conn, doc) for doc in docs if doc is not None]
        members |= {did: NOBODY for did in copies[0] if did not in members}
    terms = sharing.terms_of(conn, found.doc)
    details = _details(planner, conn, found)
    return [
        _share(did, role, details.get(did), terms.get(did), [c[did] for c in copies if did in c])
        for did, role in sorted(members.items())
        if did != found.owner and (mine or role != NOBODY)
    ]


def _details(planner: Planner, conn: Connection, found: Position) -> dict[str, Detail]:
    """Return who sees more than percentages of a position."""
    seen: dict[str, Detail] = {}
    for doc, detail in _sums(found):
        if doc is not None:
            members = planner.log.members(conn, doc).items()
            seen |= {did: detail for did, role in members if role != NOBODY}
    return seen


def _sums(found: Position) -> tuple[tuple[str | None, Detail], ...]:
    return (found.quantities_doc, "quantities"), (found.amounts_doc, "amounts")


def given(planner: Planner, conn: Connection, did: str | None) -> list[tuple[Position, Share]]:
    """Return every share of mine that stands, or one person's; the newest position first."""
    return [
        (one, each)
        for one in positions.shared_by(conn, planner.me.did)
        for each in shares(planner, conn, one.id)
        if each.role != NOBODY and did in {None, each.did}
    ]


def _share(
    did: str, role: str, detail: Detail | None, until: str | None, copies: Sequence[Any]
) -> Share:
    if role == NOBODY:
        copies = copies[:1]
    else:  # sums that were closed to them are no part of it
        copies = [*copies[:1], *(one for one in copies[1:] if one.state != "revoked")]
    states = [copy.state for copy in copies]
    worst: Delivery | None = next((state for state in _WORST_FIRST if state in states), None)
    receipts = [copy.receipt_at for copy in copies]
    receipt = None if None in receipts else min(receipts, default=None)
    waiting = sum(copy.waiting for copy in copies) if copies else None
    end = until if role != NOBODY else None
    return Share(did, role, detail or "percent", end, worst, receipt, waiting)


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
    require("owner" if found.owner == planner.me.did else found.role, "grant", OWNERS_ALONE)
    return found


def check_friends(planner: Planner, conn: Connection, friend_ids: Iterable[str]) -> None:
    """Check that all of them are friends.

    Raises:
        RuleError: somebody is not.
    """
    for did in friend_ids:
        friend = planner.friends.get(conn, did)
        if friend is None or friend.state != "friend":
            who = did if friend is None else f"{friend.name} ({did})"
            raise RuleError(f"Not shared with anyone: {who} is not a friend", field="friend_ids")


def check_role(found: Position, role: Role) -> None:
    """Check that a position can be shared in a role.

    Raises:
        RuleError: it cannot.
    """
    if found.kind == "holding" and role == "editor":
        raise RuleError("A holding follows its transactions; nobody can edit it", field="role")


def _revoke(planner: Planner, tx: Tx, found: Position, did: str) -> None:
    share_documents.close_all(planner, tx, found, did)
    if found.doc is not None:
        planner.log.set_role(tx, found.doc, did, NOBODY)

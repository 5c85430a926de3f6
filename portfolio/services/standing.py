"""Shares that follow: of a tag, or of the whole portfolio. New positions join by themselves.

Drafts stay private until they are watched; what was sold does not join. A position that loses the
tag is taken back, unless it was shared with that friend by hand; one that was taken back by hand
stays so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.services import shares
from portfolio.services.errors import NotFoundError, RuleError
from portfolio.services.planner import Planner
from portfolio.services.shares import Role
from portfolio.storage import positions, sharing
from portfolio.storage.positions import Detail
from portfolio.storage.sharing import Standing
from portfolio.storage.values import instant, new_id

FOLLOWING_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Terms:
    """What is shared and how; `tag` None is the whole portfolio, `until` None without end."""

    tag: str | None
    role: Role
    detail: Detail
    until: str | None = None


def begin(planner: Planner, tx: Tx, friend_ids: Sequence[str], terms: Terms) -> list[Standing]:
    """Share a tag, or the whole portfolio, with friends: all of them or none.

    Raises:
        RuleError: somebody is not a friend, a time that is over, or too many such shares.
    """
    ends = None if terms.until is None else shares.ending(tx, terms.until)
    shares.check_friends(planner, tx.conn, friend_ids)
    if len(sharing.following(tx.conn)) + len(friend_ids) > FOLLOWING_MAX:
        raise RuleError(f"At most {FOLLOWING_MAX} shares follow a tag or the portfolio")
    made = []
    for did in friend_ids:
        for known in sharing.following(tx.conn, did):
            if known.tag == terms.tag:  # said anew
                sharing.remove(tx.conn, known.id)
        one = Standing(
            id=new_id(tx.now, planner.entropy),
            person=did,
            tag=terms.tag,
            role=terms.role,
            detail=terms.detail,
            until=ends,
            given=(),
            left_out=(),
            created=instant(tx.now),
        )
        sharing.add(tx.conn, one)
        made.append(one.id)
        _follow(planner, tx, one, anew=True)
    return [one for one in sharing.following(tx.conn) if one.id in made]


def end(planner: Planner, tx: Tx, identifier: str) -> None:
    """End a share that follows, and take back what it shared.

    Raises:
        NotFoundError: there is none of that id.
    """
    for one in sharing.following(tx.conn):
        if one.id == identifier:
            sharing.remove(tx.conn, identifier)
            for position in one.given:
                shares.withdraw(planner, tx, position, one.person)
            return
    raise NotFoundError("There is no such share")


def attend(planner: Planner, tx: Tx) -> None:
    """Let every share that follows catch up; one whose time is over is forgotten."""
    now = instant(tx.now)
    for one in sharing.following(tx.conn):
        if one.until is not None and one.until <= now:
            sharing.remove(tx.conn, one.id)
        else:
            _follow(planner, tx, one, anew=False)


def following(conn: Connection, did: str | None = None) -> list[Standing]:
    """Return the shares that follow, oldest first; all, or those with one friend."""
    return sharing.following(conn, did)


def _follow(planner: Planner, tx: Tx, one: Standing, *, anew: bool) -> None:
    if not shares.is_friend(planner, tx.conn, one.person):
        return
    found = sharing.matching(tx.conn, planner.me.did, one.tag)
    given = [
        position for position in one.given if sharing.tagged_still(tx.conn, position, one.tag)
    ]
    for position in set(one.given) - set(given):
        shares.withdraw(planner, tx, position, one.person)
    known = {*given, *one.left_out}
    for position in found:
        if position in known:
            continue
        if anew or not shares.is_shared(planner, tx.conn, position, one.person):
            _give(planner, tx, position, one)
            given.append(position)
    if tuple(given) != one.given:
        sharing.keep(tx.conn, one.id, given, one.left_out)


def _give(planner: Planner, tx: Tx, position: str, one: Standing) -> None:
    found = positions.get(tx.conn, position)
    role = one.role
    if found is not None and found.kind == "holding" and role == "editor":
        role = "commenter"  # a holding follows its transactions
    shares.give(planner, tx, position, one.person, role, one.detail, one.until)

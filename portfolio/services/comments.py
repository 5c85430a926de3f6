"""Comments: add, edit, delete one's own; what guests wrote is taken in by the owner."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from federation.log.events import Event
from federation.writer import Tx
from portfolio.events.comments import comment_key
from portfolio.live import announce
from portfolio.messages import MessageType
from portfolio.services.errors import (
    NotAllowedError,
    NotFoundError,
    OvertakenError,
    RuleError,
)
from portfolio.services.permissions import require
from portfolio.services.planner import Planner
from portfolio.services.undoing import fingerprint, note
from portfolio.storage import comments, erasure, positions
from portfolio.storage.comments import Comment, NewComment
from portfolio.storage.positions import Access
from portfolio.storage.values import instant, new_id


def add(
    planner: Planner, tx: Tx, position: str, text: str, reply_to: str | None = None
) -> Comment:
    """Write a comment on a position, or a reply to one.

    On a position that nobody sees yet it stays here, and goes along with the first share.

    Raises:
        NotFoundError, NotAllowedError: not here, or not for my role.
        RuleError: the comment replied to is not one of this position.
    """
    where = _commentable(tx.conn, position)
    reply_key = None if reply_to is None else _reply_key(tx.conn, position, reply_to)
    me, event = planner.me.did, None
    comment = new_id(tx.now, planner.entropy)
    created = instant(tx.now)
    row = NewComment(
        id=comment,
        position=position,
        key=comment_key(comment, me),
        author=me,
        guest=None,
        text=text,
        created=created,
        clock_off=0,
        edited=None,
        reply_key=reply_key,
    )
    if where.doc is None:
        comments.add(tx.conn, row)
        _tell(tx, "comment_added", comment, me, position)
    else:
        content = {"id": comment, "text": text, "created": created}
        if reply_key is not None:
            content["reply_to"] = reply_key
        event = planner.log.append(tx, where.doc, "comment.added/1", content)
    _note(planner, tx, where, event, "added", {"comment": comment, "seen": fingerprint(text)})
    return Comment(n=0, reply_to=reply_to, **row)


def edit(planner: Planner, tx: Tx, position: str, comment: str, text: str) -> Comment:
    """Change the text of my own comment; every planner drops the earlier one.

    Raises:
        NotFoundError, NotAllowedError: not here, or not mine, or I may only read by now.
    """
    where, old = _own(planner, tx.conn, position, comment)
    event = None
    if where.doc is None:
        erasure.replace_comment(tx, position, old.key, text=text, edited=instant(tx.now))
        _tell(tx, "comment_edited", comment, old.author, position)
    else:
        content: dict[str, Any] = {
            "id": old.key.partition("/")[0],
            "text": text,
            "created": old.created,
        }
        if old.reply_key is not None:
            content["reply_to"] = old.reply_key
        event = planner.log.append(tx, where.doc, "comment.edited/1", content)
    edited = get(tx.conn, position, comment)
    step = {"comment": comment, "seen": fingerprint(text), "was": old.text}
    _note(planner, tx, where, event, "edited", step)
    return edited


def remove(planner: Planner, tx: Tx, position: str, comment: str) -> None:
    """Delete my own comment, or a guest's on a position of mine; its text is erased everywhere.

    Raises:
        NotFoundError, NotAllowedError: as `edit`.
    """
    where, old = _own(planner, tx.conn, position, comment)
    event = None
    if where.doc is None:
        erasure.erase_comment(tx, position, old.key)
        _tell(tx, "comment_deleted", comment, old.author, position)
    else:
        content = {"id": old.key.partition("/")[0]}
        event = planner.log.append(tx, where.doc, "comment.deleted/1", content)
    if old.author == planner.me.did and old.guest is None:
        step = {"comment": comment, "was": old.text, "reply_to": old.reply_to}
        _note(planner, tx, where, event, "deleted", step)


def revert(planner: Planner, tx: Tx, step: Mapping[str, Any]) -> None:
    """Take a comment back, give it its text before, or write a deleted one again.

    Raises:
        OvertakenError: it was changed or deleted since.
    """
    position, comment, was = step["position"], step["comment"], step.get("was")
    if "seen" not in step:
        reply_to = step["reply_to"]
        if reply_to is not None and comments.get(tx.conn, position, reply_to) is None:
            reply_to = None
        add(planner, tx, position, was or "", reply_to)
        return
    found = comments.get(tx.conn, position, comment)
    if found is None or fingerprint(found.text) != step["seen"]:
        raise OvertakenError("This comment was changed again")
    if was is None:
        remove(planner, tx, position, comment)
    else:
        edit(planner, tx, position, comment, was)


def get(conn: Connection, position: str, comment: str) -> Comment:
    """Return a comment of a position that I see.

    Raises:
        NotFoundError: there is none.
    """
    found = comments.get(conn, position, comment)
    if found is None:
        raise NotFoundError("There is no such comment")
    return found


def page(conn: Connection, position: str, *, after: int, limit: int) -> list[Comment]:
    """Return comments of a position in the order in which they arrived here.

    Raises:
        NotFoundError: I see no such position.
    """
    _visible(conn, position)
    return comments.page(conn, position, after=after, limit=limit)


def take_guest(
    planner: Planner, tx: Tx, doc: str, *, actor: str, name: str, text: str, received: str
) -> str:
    """Take in what a stock ActivityPub actor replied to a position of mine; return its id.

    `received` is the signed activity as it came, base64url, so that every member can check it.

    Raises:
        LocalProtocolError: the document is not one of mine.
    """
    comment = new_id(tx.now, planner.entropy)
    content = {
        "id": comment,
        "text": text,
        "created": instant(tx.now),
        "actor": actor,
        "name": name,
        "received": received,
    }
    planner.log.append(tx, doc, "guest.commented/1", content)
    return comment


def _visible(conn: Connection, position: str) -> Access:
    where = positions.access(conn, position)
    if where is None:
        raise NotFoundError("There is no such position")
    return where


def _commentable(conn: Connection, position: str) -> Access:
    where = _visible(conn, position)
    require(where.role, "comment", "You may read this, but not comment on it")
    return where


def _reply_key(conn: Connection, position: str, comment: str) -> str:
    target = comments.get(conn, position, comment)
    if target is None:
        raise RuleError("The comment it replies to is not here", field="reply_to")
    return target.key


def _own(
    planner: Planner, conn: Connection, position: str, comment: str
) -> tuple[Access, Comment]:
    where = _visible(conn, position)
    found = get(conn, position, comment)
    if found.author != planner.me.did:
        raise NotAllowedError("Only its author can change a comment")
    require(where.role, "comment", "You may read this, but no longer comment on it")
    return where, found


def _note(
    planner: Planner,
    tx: Tx,
    where: Access,
    event: Event | None,
    done: str,
    step: Mapping[str, Any],
) -> None:
    """Note how a comment is undone; words that others may see stay off the disk."""
    if where.sample:
        return
    marked = {} if event is None else {event.doc: {event.stream: event.seq}}
    whole = {"kind": "comment", "position": where.id, "marks": marked, **step}
    secret = where.doc is not None and "was" in step
    note(planner, tx, f"comment.{done}", f"Comment {done}", whole, secret=secret)


def _tell(tx: Tx, kind: MessageType, comment: str, who: str, position: str) -> None:
    announce(tx, kind, {"id": comment, "who": who, "position_id": position})

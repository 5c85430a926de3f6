"""Erasing: what was revoked or deleted is gone from every table that a screen reads.

SQLite overwrites deleted rows (`secure_delete`) and its journal is emptied afterwards
(`Tx.erases`); federation's log drops the content of events by
itself. Live messages never hold content. What remains are answers kept for a repeated request,
which are emptied here: the repetition is told that the thing is gone (410).
"""

from typing import Final

from sqlalchemy import Connection, update

from federation.writer import Tx
from portfolio.storage import comments, feed, positions, undo
from portfolio.storage.access import kept_answers
from portfolio.storage.values import instant

_GONE: Final = 410


def erase_position(tx: Tx, position: str) -> None:
    """Erase a position with its comments, its history and what the feed says of it."""
    tx.erases = True
    feed.erase_position(tx.conn, position)
    undo.forget(tx.conn, position)
    _empty_answers(tx.conn, position)
    positions.erase(tx.conn, position)


def erase_amounts(tx: Tx, position: str) -> None:
    """Erase a position's sums and what the feed says of them."""
    tx.erases = True
    feed.erase_amounts(tx.conn, position)
    positions.save_amounts(tx.conn, position, None, instant(tx.now))


def erase_comment(tx: Tx, position: str, key: str) -> str | None:
    """Erase a comment and what the feed says of it; return its local id, None when unknown."""
    comment = comments.local_id(tx.conn, position, key)
    if comment is not None:
        tx.erases = True
        feed.erase_comment(tx.conn, comment)
        undo.forget(tx.conn, comment)
        _empty_answers(tx.conn, comment)
        comments.erase(tx.conn, position, key)
    return comment


def replace_comment(
    tx: Tx, position: str, key: str, *, text: str, edited: str | None
) -> str | None:
    """Put another text in place of a comment's, and keep no copy of the one before.

    Returns its local id, None when it is unknown.
    """
    comment = comments.local_id(tx.conn, position, key)
    if comment is not None:
        tx.erases = True
        _empty_answers(tx.conn, comment)
        comments.save(tx.conn, position, key, text=text, edited=edited)
    return comment


def _empty_answers(conn: Connection, named: str) -> None:
    conn.execute(
        update(kept_answers)
        .where(kept_answers.c.location.contains(named, autoescape=True))
        .values(status=_GONE, body=b"")
    )

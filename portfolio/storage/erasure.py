"""Erasing: what was revoked or deleted is gone from every table that a screen reads.

SQLite overwrites deleted rows (`secure_delete`); federation's log drops the content of events by
itself. Live messages never hold content. What remains are answers kept for a repeated request,
which are emptied here: the repetition is told that the thing is gone (410).
"""

from typing import Final

from sqlalchemy import Connection, update

from portfolio.storage import comments, feed, positions
from portfolio.storage.access import kept_answers

_GONE: Final = 410


def erase_position(conn: Connection, position: str) -> None:
    """Erase a position with its comments, its history and what the feed says of it."""
    feed.erase_position(conn, position)
    _empty_answers(conn, position)
    positions.erase(conn, position)


def erase_amounts(conn: Connection, position: str, now: str) -> None:
    """Erase a position's sums and what the feed says of them."""
    feed.erase_amounts(conn, position)
    positions.save_amounts(conn, position, None, now)


def erase_comment(conn: Connection, position: str, key: str) -> str | None:
    """Erase a comment and what the feed says of it; return its local id, None when unknown."""
    comment = comments.local_id(conn, position, key)
    if comment is not None:
        feed.erase_comment(conn, comment)
        _empty_answers(conn, comment)
        comments.erase(conn, position, key)
    return comment


def _empty_answers(conn: Connection, named: str) -> None:
    conn.execute(
        update(kept_answers)
        .where(kept_answers.c.location.contains(named, autoescape=True))
        .values(status=_GONE, body=b"")
    )

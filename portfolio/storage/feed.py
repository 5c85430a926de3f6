"""The feed: what happened, newest first; the part of it that asks for attention is notified.

A row names a comment and never copies its text, so that an erased comment is gone here too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypedDict

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects import sqlite

from federation.bulk import BulkInsert
from portfolio.storage.tables import comments, feed, marks, positions

READ_TO: Final = "notifications"


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of the feed, with the symbol and the comment's text as they are now."""

    n: int
    id: str
    at: str
    type: str
    who: str
    position: str | None
    kind: str | None
    symbol: str | None
    whom: str | None
    comment: str | None
    text: str | None
    clock_off: int | None
    changes: Sequence[Mapping[str, Any]] | None
    notify: bool


class NewHappening(TypedDict):
    """A row to add; `amounts` is 1 for one that tells sums, so that it can be taken back alone."""

    id: str
    at: str
    type: str
    who: str
    position: str | None
    whom: str | None
    comment: str | None
    changes: Sequence[Mapping[str, Any]] | None
    amounts: int
    notify: int


_SELECT: Final = (
    select(
        feed.c.n,
        feed.c.id,
        feed.c.at,
        feed.c.type,
        feed.c.who,
        feed.c.position,
        positions.c.kind,
        positions.c.symbol,
        feed.c.whom,
        feed.c.comment,
        comments.c.text,
        comments.c.clock_off,
        feed.c.changes,
        feed.c.notify,
    )
    .join(positions, positions.c.id == feed.c.position, isouter=True)
    .join(comments, comments.c.id == feed.c.comment, isouter=True)
)
_ADD: Final = BulkInsert(feed, *NewHappening.__annotations__)
_NUMBER: Final = select(feed.c.n).where(feed.c.id == bindparam("id"))
_NUMBER_BEFORE: Final = select(func.max(feed.c.n)).where(feed.c.id < bindparam("id"))


def add(conn: Connection, *entries: NewHappening) -> None:
    """Add rows."""
    _ADD.execute(conn, (tuple(entry.values()) for entry in entries))


def page(
    conn: Connection, *, before: int | None, limit: int, only_notified: bool = False
) -> list[Happening]:
    """Return up to `limit` rows with a number below `before`, newest first."""
    query = _SELECT.where(func.coalesce(positions.c.hidden, 0) == 0)
    if only_notified:
        query = query.where(feed.c.notify == 1)
    if before is not None:
        query = query.where(feed.c.n < before)
    rows = conn.execute(query.order_by(feed.c.n.desc()).limit(limit))
    return [_happening(row) for row in rows]


def _happening(row: Any) -> Happening:  # noqa: ANN401 - a row of eleven columns
    return Happening(
        n=row.n,
        id=row.id,
        at=row.at,
        type=row.type,
        who=row.who,
        position=row.position,
        kind=row.kind,
        symbol=row.symbol,
        whom=row.whom,
        comment=row.comment,
        text=row.text,
        clock_off=row.clock_off,
        changes=row.changes,
        notify=bool(row.notify),
    )


def number(conn: Connection, entry: str) -> int:
    """Return the number of a row by its id; of one that is gone, the number of the last before."""
    found: int | None = conn.execute(_NUMBER, {"id": entry}).scalar_one_or_none()
    if found is None:
        found = conn.execute(_NUMBER_BEFORE, {"id": entry}).scalar_one()
    return found or 0


def erase_position(conn: Connection, position: str) -> None:
    """Delete everything about a position."""
    conn.execute(delete(feed).where(feed.c.position == position))


def erase_amounts(conn: Connection, position: str) -> None:
    """Delete the rows about a position that tell sums."""
    conn.execute(delete(feed).where(feed.c.position == position, feed.c.amounts == 1))


def erase_comment(conn: Connection, comment: str) -> None:
    """Delete the rows about a comment."""
    conn.execute(delete(feed).where(feed.c.comment == comment))


def read_to(conn: Connection) -> int:
    """Return the number up to which the person has read the notifications."""
    found = conn.execute(select(marks.c.n).where(marks.c.name == READ_TO)).scalar_one_or_none()
    return found or 0


def mark_read(conn: Connection, n: int) -> None:
    """Remember that everything up to number `n` was read; it never goes back."""
    statement = sqlite.insert(marks).values(name=READ_TO, n=n)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[marks.c.name], set_={"n": func.max(marks.c.n, statement.excluded.n)}
        )
    )


def unread(conn: Connection) -> int:
    """Return how many notifications are unread."""
    query = select(func.count()).where(feed.c.notify == 1, feed.c.n > read_to(conn))
    return conn.execute(query).scalar_one()

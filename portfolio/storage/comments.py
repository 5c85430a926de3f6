"""Comments in the store. A comment's `key` is its name in the document, its `id` is local."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypedDict

from sqlalchemy import Connection, bindparam, delete, select, update

from federation.bulk import BulkInsert
from federation.prepared import Prepared
from portfolio.storage.tables import comments

_target: Final = comments.alias("target")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as stored; `n` orders those of a position by arrival."""

    n: int
    id: str
    position: str
    key: str
    author: str
    guest: Mapping[str, Any] | None
    text: str
    created: str
    clock_off: int
    edited: str | None
    reply_key: str | None
    reply_to: str | None


class NewComment(TypedDict):
    """What is stored of a new comment."""

    id: str
    position: str
    key: str
    author: str
    guest: Mapping[str, Any] | None
    text: str
    created: str
    clock_off: int
    edited: str | None
    reply_key: str | None


_SELECT: Final = select(
    comments.c.n,
    comments.c.id,
    comments.c.position,
    comments.c.key,
    comments.c.author,
    comments.c.guest,
    comments.c.text,
    comments.c.created,
    comments.c.clock_off,
    comments.c.edited,
    comments.c.reply_key,
    _target.c.id.label("reply_to"),
).join(
    _target,
    (_target.c.position == comments.c.position) & (_target.c.key == comments.c.reply_key),
    isouter=True,
)
_BY_ID: Final = Prepared(
    _SELECT.where(comments.c.position == bindparam("of"), comments.c.id == bindparam("id"))
)
_BY_KEY: Final = Prepared(
    _SELECT.where(comments.c.position == bindparam("of"), comments.c.key == bindparam("name"))
)
_ADD: Final = BulkInsert(comments, *NewComment.__annotations__, unless_taken=True)
_NEWEST: Final = select(comments.c.key).order_by(comments.c.n.desc()).limit(bindparam("many"))
_LOCAL_ID: Final = Prepared(
    select(comments.c.id).where(
        comments.c.position == bindparam("of"), comments.c.key == bindparam("name")
    )
)


def _comment(row: Any) -> Comment:  # noqa: ANN401 - a row of twelve columns
    return Comment(*row)


def get(conn: Connection, position: str, comment: str) -> Comment | None:
    """Return a comment of a position by its local id."""
    row = _BY_ID.first(conn, of=position, id=comment)
    return None if row is None else _comment(row)


def by_key(conn: Connection, position: str, key: str) -> Comment | None:
    """Return a comment of a position by its name in the document."""
    row = _BY_KEY.first(conn, of=position, name=key)
    return None if row is None else _comment(row)


def local_id(conn: Connection, position: str, key: str) -> str | None:
    """Return the local id of the comment with that name."""
    found: str | None = _LOCAL_ID.scalar(conn, of=position, name=key)
    return found


def page(conn: Connection, position: str, *, after: int, limit: int) -> list[Comment]:
    """Return up to `limit` comments of a position after number `after`, oldest first."""
    query = (
        _SELECT.where(comments.c.position == position, comments.c.n > after)
        .order_by(comments.c.n)
        .limit(limit)
    )
    return [_comment(row) for row in conn.execute(query)]


def by_author(conn: Connection, position: str, author: str) -> list[Comment]:
    """Return one person's comments on a position, oldest first."""
    query = _SELECT.where(comments.c.position == position, comments.c.author == author)
    return [_comment(row) for row in conn.execute(query.order_by(comments.c.n))]


def add(conn: Connection, comment: NewComment) -> bool:
    """Store a comment; False when its id or its name is taken, and nothing was stored."""
    return _ADD.execute(conn, [tuple(comment.values())]) == 1


def add_all(conn: Connection, rows: Sequence[NewComment]) -> list[NewComment]:
    """Store comments of one position; return those whose id or name was taken.

    Numbers only rise: what was stored of these are the rows with the highest.
    """
    added = _ADD.execute(conn, (tuple(row.values()) for row in rows))
    if added == len(rows):
        return []
    stored = set(conn.execute(_NEWEST, {"many": added}).scalars())
    return [row for row in rows if row["key"] not in stored]


def save(conn: Connection, position: str, key: str, *, text: str, edited: str | None) -> None:
    """Store a comment's text as it is now."""
    conn.execute(
        update(comments)
        .where(comments.c.position == position, comments.c.key == key)
        .values(text=text, edited=edited)
    )


def erase(conn: Connection, position: str, key: str) -> None:
    """Delete a comment with its text."""
    conn.execute(delete(comments).where(comments.c.position == position, comments.c.key == key))

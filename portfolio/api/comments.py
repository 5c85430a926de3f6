"""Comments on a position."""

from typing import Annotated

from pydantic import Field, StringConstraints

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import (
    LIMIT_DEFAULT,
    Absent,
    CursorByNumber,
    In,
    Instant,
    Limit,
    Out,
    Ulid,
    absent,
)
from portfolio.api.op import op
from portfolio.api.paging import Page, page, read_cursor
from portfolio.events.checks import ULID
from portfolio.services import comments
from portfolio.storage.comments import Comment as Stored

Text = Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=r"[^ \t\r\n]")]


class CommentIn(In):
    """A new comment, or a reply to one of the same position."""

    text: Text
    reply_to: Ulid | None = None


class CommentPatch(In):
    """What to change."""

    text: Text


class Guest(Out):
    """Somebody without a planner, on a stock ActivityPub server."""

    actor: str
    name: str


class Comment(Out):
    """A comment. For a guest's, `author` is their actor's URL.

    `clock_off`, where it is there, says that the clock of the author was wrong by over a day.
    """

    id: Ulid
    author: str = Field(description="did, or URL of a guest's actor")
    text: str
    created: Instant
    edited: Instant | None
    reply_to: Ulid | None = Field(description="what it answers, which may be deleted by now")
    clock_off: bool | Absent = absent()
    guest: Guest | Absent = absent()


@op("GET", "/positions/{id}/comments")
async def list_comments(
    context: Context,
    id: Ulid,  # noqa: A002 - the name in the path
    *,
    limit: Limit = LIMIT_DEFAULT,
    cursor: CursorByNumber | None = None,
) -> Page[Comment]:
    """List the comments in the order in which they arrived here."""
    start = read_cursor(cursor, int)
    after = 0 if start is None else int(start[0])
    rows = await context.read(lambda conn: comments.page(conn, id, after=after, limit=limit + 1))
    return page(rows, limit, item=comment_of, key=lambda row: (row.n,))


@op("POST", "/positions/{id}/comments", errors=("forbidden", "rule"))
async def add_comment(context: Context, id: Ulid, body: CommentIn) -> Created[Comment]:  # noqa: A002 - as in the path
    """Add a comment, or a reply to one."""

    def work(tx: Tx) -> Created[Comment]:
        added = comments.add(context.planner, tx, id, body.text, body.reply_to)
        return Created(comment_of(added), f"/positions/{id}/comments/{added.id}")

    return await context.write(work)


@op("GET", "/positions/{id}/comments/{comment_id}", etag=True)
async def read_comment(context: Context, id: Ulid, comment_id: Ulid) -> Comment:  # noqa: A002 - as in the path
    """Read a comment."""
    return await context.read(lambda conn: comment_of(comments.get(conn, id, comment_id)))


@op("PATCH", "/positions/{id}/comments/{comment_id}", etag=True, errors=("forbidden",))
async def edit_comment(
    context: Context,
    id: Ulid,  # noqa: A002 - as in the path
    comment_id: Ulid,
    body: CommentPatch,
) -> Comment:
    """Change the text of my own comment."""

    def work(tx: Tx) -> Comment:
        context.if_match(comment_of(comments.get(tx.conn, id, comment_id)))
        return comment_of(comments.edit(context.planner, tx, id, comment_id, body.text))

    return await context.write(work)


@op("DELETE", "/positions/{id}/comments/{comment_id}", etag=True, errors=("forbidden",))
async def delete_comment(context: Context, id: Ulid, comment_id: Ulid) -> None:  # noqa: A002 - as in the path
    """Delete my own comment; every member's planner erases its text."""

    def work(tx: Tx) -> None:
        context.if_match(comment_of(comments.get(tx.conn, id, comment_id)))
        comments.remove(context.planner, tx, id, comment_id)

    await context.write(work)


def comment_of(found: Stored) -> Comment:
    """Return a comment as it is answered."""
    values = {
        "id": found.id,
        "author": found.author if found.guest is None else found.guest["actor"],
        "text": found.text,
        "created": found.created,
        "edited": found.edited,
        "reply_to": found.reply_to or _deleted(found.reply_key),
    }
    if found.clock_off:
        values["clock_off"] = True
    if found.guest is not None:
        values["guest"] = found.guest
    return Comment.model_validate(values)


def _deleted(reply_key: str | None) -> str | None:
    """Return the id of the comment that a reply names and that is not here."""
    named = (reply_key or "").partition("/")[0]
    return named if ULID.fullmatch(named) else None


ROUTES = (list_comments, add_comment, read_comment, edit_comment, delete_comment)

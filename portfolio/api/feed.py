"""The feed: what happened; and the notifications, the part of it that asks for attention."""

from typing import Any

from pydantic import ConfigDict, Field
from sqlalchemy import Connection

from federation.writer import Tx
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
from portfolio.api.paging import page, read_cursor
from portfolio.services import feed
from portfolio.storage.feed import Happening as Stored


class FieldChange(Out):
    """One field from one value to another."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    field: str
    from_: Any = Field(alias="from")
    to: Any


class Happening(Out):
    """Something that happened: shared, changed, commented, revoked, joined, left, friend_added.

    `near_entry`, `near_stop`, `near_target`: the price came near a level of an idea of mine; its
    one change goes from the price to the level.
    `forked`: a planner of that person sent two contradicting changes. `at` is by the clock of
    this planner; `clock_off` says of a comment that the clock of its author was wrong.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    id: Ulid
    at: Instant
    type: str
    who: str = Field(description="did of the person, or URL of a guest's actor")
    position_id: Ulid | None
    kind: str | Absent = absent()
    symbol: str | Absent = absent()
    with_: str | Absent = absent(alias="with", description="did of whom I shared it with")
    comment_id: Ulid | Absent = absent()
    text: str | Absent = absent()
    clock_off: bool | Absent = absent()
    changes: tuple[FieldChange, ...] | Absent = absent()


class Notification(Happening):
    """A happening that asks for attention."""

    read: bool


class Feed(Out):
    """One page of what happened, the newest first."""

    items: tuple[Happening, ...]
    next: str | None


class Notifications(Out):
    """One page of notifications, the newest first, and how far I have read."""

    items: tuple[Notification, ...]
    next: str | None
    unread: int


class NotificationsPatch(In):
    """How far I have read: the id of the newest notification seen."""

    read_to: Ulid


class ReadMark(Out):
    """How many notifications are unread now."""

    unread: int


@op("GET", "/feed")
async def read_feed(
    context: Context, *, limit: Limit = LIMIT_DEFAULT, cursor: CursorByNumber | None = None
) -> Feed:
    """List what happened, the newest first."""
    before = _before(cursor)
    rows = await context.read(lambda conn: feed.page(conn, before=before, limit=limit + 1))
    found = page(rows, limit, item=_happening, key=lambda row: (row.n,))
    return Feed(items=found.items, next=found.next)


@op("GET", "/notifications")
async def list_notifications(
    context: Context, *, limit: Limit = LIMIT_DEFAULT, cursor: CursorByNumber | None = None
) -> Notifications:
    """List notifications, the newest first."""
    before = _before(cursor)

    def read(conn: Connection) -> tuple[list[Stored], int, int]:
        rows = feed.page(conn, before=before, limit=limit + 1, only_notified=True)
        return rows, feed.read_to(conn), feed.unread(conn)

    rows, read_to, unread = await context.read(read)
    found = page(
        rows, limit, item=lambda row: _notification(row, read_to), key=lambda row: (row.n,)
    )
    return Notifications(items=found.items, next=found.next, unread=unread)


@op("PATCH", "/notifications")
async def mark_notifications(context: Context, body: NotificationsPatch) -> ReadMark:
    """Remember how far I have read; it never goes back."""

    def work(tx: Tx) -> ReadMark:
        return ReadMark(unread=feed.mark_read(tx, body.read_to))

    return await context.write(work)


def _before(cursor: str | None) -> int | None:
    key = read_cursor(cursor, int)
    return None if key is None else int(key[0])


def _values(found: Stored) -> dict[str, Any]:
    optional = {
        "kind": found.kind,
        "symbol": found.symbol,
        "with": found.whom,
        "comment_id": found.comment,
        "text": found.text,
        "clock_off": True if found.clock_off else None,
        "changes": None if found.changes is None else tuple(found.changes),
    }
    return {
        "id": found.id,
        "at": found.at,
        "type": found.type,
        "who": found.who,
        "position_id": found.position,
        **{name: value for name, value in optional.items() if value is not None},
    }


def _happening(found: Stored) -> Happening:
    return Happening.model_validate(_values(found))


def _notification(found: Stored, read_to: int) -> Notification:
    return Notification.model_validate({**_values(found), "read": found.n <= read_to})


ROUTES = (read_feed, list_notifications, mark_notifications)

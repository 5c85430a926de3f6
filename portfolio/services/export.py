"""What is one's own, as one JSON document: ideas, transactions, comments.

Only one's own: what friends shared is theirs, and gone when they take it back. Numbers are
text, as they were entered.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection

from portfolio.services.profile import read_profile
from portfolio.services.transactions import as_written
from portfolio.storage import comments, positions, transactions
from portfolio.storage.positions import Position

FORMAT: Final = "portfolio-planner-export/1"
PAGE: Final = 200


def export(conn: Connection, me: str, at: str) -> dict[str, Any]:
    """Return everything that is this person's own; `at` is the moment, as it is written."""
    profile = read_profile(conn)
    shown = list(_positions(conn, None))
    return {
        "format": FORMAT,
        "exported": at,
        "person": {"did": me, "name": profile.name, "handle": profile.handle},
        "ideas": [_idea(each) for each in shown if (each.kind, each.owner) == ("idea", me)],
        "transactions": [
            {"id": each.value.id, **as_written(each)} for each in _transactions(conn)
        ],
        "comments": [
            {
                "id": comment.id,
                "position": each.id,
                "text": comment.text,
                "created": comment.created,
                "edited": comment.edited,
                "reply_to": comment.reply_to,
            }
            for each in shown
            for comment in comments.by_author(conn, each.id, me)
        ],
    }


def _positions(conn: Connection, before: str | None) -> Iterator[Position]:
    while found := positions.page(conn, kind=None, before=before, limit=PAGE):
        yield from found
        before = found[-1].id


def _transactions(conn: Connection) -> Iterator[transactions.Stored]:
    before = None
    while found := transactions.page(conn, before=before, limit=PAGE):
        yield from found
        before = (found[-1].value.on.isoformat(), found[-1].value.id)


def _idea(idea: Position) -> dict[str, Any]:
    return {
        "id": idea.id,
        "created": idea.created,
        "updated": idea.updated,
        **idea.fields,
        **(idea.amounts or {}),
    }

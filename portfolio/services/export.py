"""What is one's own, for other programs: the ledger; in the planner's format ideas and comments.

Only one's own: what friends shared is theirs, and gone when they take it back; the sample is
nobody's. It is read page by page, so that a long ledger is never in memory as a whole.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection

from portfolio.exporters import About, Row
from portfolio.services.entries import as_written
from portfolio.services.profile import read_profile
from portfolio.storage import comments, instruments, positions, transactions
from portfolio.storage.positions import Position

PAGE: Final = 500  # transactions read at a time
_POSITIONS: Final = 200
Key = tuple[str, str]


def about(conn: Connection, me: str, at: str) -> About:
    """Return what belongs to a whole export; `at` is the moment, as it is written."""
    profile = read_profile(conn)
    shown = [one for one in _positions(conn) if not one.sample]
    return About(
        exported=at,
        person={"did": me, "name": profile.name, "handle": profile.handle},
        ideas=[_idea(each) for each in shown if (each.kind, each.owner) == ("idea", me)],
        comments=[
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
    )


def page(conn: Connection, before: Key | None) -> tuple[list[Row], Key | None]:
    """Return the next transactions, the latest day first, and where the page after them begins.

    The second is None when there are no more.
    """
    found = transactions.page(conn, before=before, limit=PAGE)
    described = {one.symbol: (one.isin, one.name) for one in instruments.everything(conn)}
    rows: list[Row] = []
    for one in found:
        isin, name = described.get(one.value.instrument, (None, None))
        if not one.sample:
            written = as_written(one)
            rows.append({"id": one.value.id, **written, "isin": isin, "name": name})
    last = (found[-1].value.on.isoformat(), found[-1].value.id) if len(found) == PAGE else None
    return rows, last


def _positions(conn: Connection) -> Iterator[Position]:
    before = None
    while found := positions.page(conn, kind=None, before=before, limit=_POSITIONS):
        yield from found
        before = found[-1].id


def _idea(idea: Position) -> dict[str, Any]:
    return {
        "id": idea.id,
        "created": idea.created,
        "updated": idea.updated,
        **idea.fields,
        **(idea.amounts or {}),
    }

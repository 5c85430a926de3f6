"""The history of an idea: who changed what, when, from what to what.

Before the first share it is kept in rows; from then on the log itself is the history, folded
here event by event, so that all members read the same one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from federation.log.kinds import Applied
from portfolio.events.amounts import AMOUNTS_KEY
from portfolio.events.ideas import IDEA_KEY
from portfolio.services.ideas import get
from portfolio.services.planner import Planner
from portfolio.storage import positions

_SECOND: Final = 19  # characters of "2026-11-22T10:00:00"; events carry no more


@dataclass(frozen=True, slots=True)
class Revision:
    """One field changed once."""

    who: str
    at: str
    field: str
    before: Any
    after: Any
    clock_off: bool = False


def history(planner: Planner, conn: Connection, position: str) -> list[Revision]:
    """Return all changes of an idea that I may see, newest first.

    Raises:
        NotFoundError: there is no such idea here.
    """
    idea = get(conn, position)
    found = [
        Revision(row["who"], row["at"], row["field"], row["from"], row["to"])
        for row in positions.changes_of(conn, position)
    ]
    for doc, key in ((idea.doc, IDEA_KEY), (idea.amounts_doc, AMOUNTS_KEY)):
        if doc is not None:
            found += _revisions(planner.log.history(conn, doc, key))
    # each source is in the log's order already; times only say how the sources mix
    return sorted(found, key=lambda revision: revision.at[:_SECOND])[::-1]


def _revisions(events: Iterable[Applied]) -> Iterator[Revision]:
    values: dict[str, Any] = {}
    first = True
    for event in events:
        if event.content is None:
            continue
        for field, value in event.content["fields"].items():
            if not first:
                before = values.get(field)
                yield Revision(
                    event.author, event.published, field, before, value, event.clock_off
                )
            values[field] = value
        first = False

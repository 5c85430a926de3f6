"""A friend's idea as my own: a private draft that keeps the link to its author, here alone.

The link never leaves this planner: who knows of the friend's idea is for its author to choose.
Amounts, comments, pictures and what came of it are not copied.
"""

from typing import Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.domain.ideas import IdeaState
from portfolio.services import ideas
from portfolio.services.planner import Planner
from portfolio.storage import idea_links
from portfolio.storage.idea_links import Origin
from portfolio.storage.positions import Position
from portfolio.storage.values import instant

_COPIED: Final = (
    "symbol", "isin", "mic", "side", "entry", "stop", "targets", "currency", "thesis",
    "entry_type", "entry_to", "portions", "conviction", "horizon", "tags", "legs",
)  # fmt: skip


def copy(planner: Planner, tx: Tx, position: str) -> Position:
    """Write a draft of my own that says what an idea says now.

    Raises:
        NotFoundError: there is no such idea here.
        DomainError: it breaks a rule of ours; a friend's planner may send anything.
    """
    found = ideas.get(tx.conn, position)
    written = {name: found.fields[name] for name in _COPIED if found.fields.get(name) is not None}
    if (found.fields.get("sizing") or {}).get("mode") not in {None, "fixed"}:
        written["sizing"] = found.fields["sizing"]
    if "legs" in written:
        written["legs"] = [{**leg, "quantity": leg.get("ratio")} for leg in written["legs"]]
    made = ideas.create(planner, tx, {**written, "state": IdeaState.DRAFT.value})
    idea_links.set_origin(tx.conn, made.id, Origin(found.id, found.owner, instant(tx.now)))
    return made


def origin(conn: Connection, position: str) -> Origin | None:
    """Return the idea that one of mine began as."""
    return idea_links.origin(conn, position)

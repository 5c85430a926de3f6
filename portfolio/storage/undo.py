"""The last writes with their inverse, in the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Text, cast, delete, func, select, update

from federation.bulk import BulkInsert
from federation.prepared import Prepared
from portfolio.storage.tables import undo

KEPT: Final = 200  # writes; older ones cannot be undone any more
_ADD: Final = BulkInsert(undo, "id", "at", "action", "text", "steps")
_PRUNE: Final = Prepared(
    delete(undo).where(undo.c.n <= select(func.max(undo.c.n)).scalar_subquery() - KEPT)
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One write; `steps` lead back, the last one first. `undone` is when that was done."""

    id: str
    at: str
    action: str
    text: str
    steps: Sequence[Mapping[str, Any]]
    undone: str | None


def add(conn: Connection, entry: Entry) -> None:
    """Store a write, and forget those that are too old."""
    _ADD.execute(conn, [(entry.id, entry.at, entry.action, entry.text, list(entry.steps))])
    _PRUNE.run(conn)


def extend(conn: Connection, identifier: str, step: Mapping[str, Any]) -> None:
    """Put one more step before those of a write."""
    entry = get(conn, identifier)
    if entry is not None:
        steps = [step, *entry.steps]
        conn.execute(update(undo).where(undo.c.id == identifier).values(steps=steps))


def get(conn: Connection, identifier: str) -> Entry | None:
    """Return a write by its id."""
    row = conn.execute(select(undo).where(undo.c.id == identifier)).one_or_none()
    return (
        None if row is None else Entry(row.id, row.at, row.action, row.text, row.steps, row.undone)
    )


def last(conn: Connection, count: int) -> list[Entry]:
    """Return the last writes, the newest first."""
    rows = conn.execute(select(undo).order_by(undo.c.n.desc()).limit(count))
    return [Entry(row.id, row.at, row.action, row.text, row.steps, row.undone) for row in rows]


def mark(conn: Connection, identifier: str, at: str) -> None:
    """Say that a write is undone; how is needed no more."""
    conn.execute(update(undo).where(undo.c.id == identifier).values(undone=at, steps=[]))


def forget(conn: Connection, named: str) -> None:
    """Delete all that is kept about a thing, by its id."""
    conn.execute(delete(undo).where(cast(undo.c.steps, Text).contains(named, autoescape=True)))

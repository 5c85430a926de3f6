"""Which levels of ideas were told to be near, so that each approach is told once."""

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import sqlite

from portfolio.storage.idea_tables import alerts


def told(conn: Connection, position: str) -> set[str]:
    """Return the levels of an idea that the price is near, as was told."""
    query = select(alerts.c.level).where(alerts.c.position == position)
    return set(conn.execute(query).scalars())


def remember(conn: Connection, position: str, level: str) -> None:
    """Remember that a level was told."""
    statement = sqlite.insert(alerts).values(position=position, level=level)
    conn.execute(statement.on_conflict_do_nothing())


def forget(conn: Connection, position: str, level: str) -> None:
    """Let a level be told again."""
    conn.execute(delete(alerts).where(alerts.c.position == position, alerts.c.level == level))

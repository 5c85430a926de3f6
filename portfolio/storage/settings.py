"""Named values of this planner: who its person is called, and how they like it."""

from typing import Any

from sqlalchemy import Connection, delete, insert, select

from portfolio.storage.access import settings


def read(conn: Connection, name: str, default: Any = None) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value, or the default when it was never written."""
    found = conn.execute(select(settings.c.value).where(settings.c.name == name)).one_or_none()
    return default if found is None else found.value


def write(conn: Connection, name: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Write a value."""
    conn.execute(delete(settings).where(settings.c.name == name))
    conn.execute(insert(settings).values(name=name, value=value))

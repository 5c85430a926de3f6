"""Bytes of pictures that belong to ideas, by their digest; gone with the idea."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import sqlite

from portfolio.storage.idea_tables import pictures


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is served: encoded by this planner, or checked as if it were."""

    media_type: str
    data: bytes


def add(conn: Connection, position: str, digest: str, picture: Picture, at: str) -> None:
    """Store a picture; one that is there already stays."""
    statement = sqlite.insert(pictures).values(
        position=position,
        digest=digest,
        media_type=picture.media_type,
        data=picture.data,
        at=at,
    )
    conn.execute(statement.on_conflict_do_nothing())


def get(conn: Connection, position: str, digest: str) -> Picture | None:
    """Return a picture of a position, None when its bytes are not here."""
    query = select(pictures.c.media_type, pictures.c.data).where(
        pictures.c.position == position, pictures.c.digest == digest
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else Picture(*row)


def here(conn: Connection, position: str) -> frozenset[str]:
    """Return the digests of a position's pictures whose bytes are here."""
    query = select(pictures.c.digest).where(pictures.c.position == position)
    return frozenset(conn.execute(query).scalars())


def keep_only(conn: Connection, position: str, digests: Collection[str]) -> int:
    """Erase a position's pictures that it names no longer; return how many went."""
    gone = conn.execute(
        delete(pictures).where(
            pictures.c.position == position, pictures.c.digest.not_in(list(digests))
        )
    )
    return gone.rowcount


def stored_bytes(conn: Connection, position: str) -> int:
    """Return how many bytes a position's pictures take."""
    query = select(func.coalesce(func.sum(func.length(pictures.c.data)), 0))
    return int(conn.execute(query.where(pictures.c.position == position)).scalar_one())

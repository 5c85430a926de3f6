"""Bytes of pictures that belong to ideas, by their digest; gone with the idea."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import sqlite

from portfolio.storage.idea_tables import pictures
from portfolio.storage.positions import MAIN_KINDS
from portfolio.storage.tables import documents, positions

NAMED_MAX: Final = 8  # of one idea; what a friend's planner names beyond is not fetched


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is served: encoded by this planner, or checked as if it were."""

    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Missing:
    """A picture that an idea names and whose bytes are not here."""

    position: str
    doc: str
    owner: str
    digest: str


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


def bytes_of_owner(conn: Connection, owner: str) -> int:
    """Return how many bytes the pictures of a person's ideas take here."""
    query = (
        select(func.coalesce(func.sum(func.length(pictures.c.data)), 0))
        .join(positions, positions.c.id == pictures.c.position)
        .where(positions.c.owner == owner)
    )
    return int(conn.execute(query).scalar_one())


def missing(conn: Connection, limit: int) -> list[Missing]:
    """Return pictures that shared ideas name and whose bytes are not here, newest ideas first."""
    query = (
        select(positions.c.id, positions.c.owner, positions.c.fields, documents.c.doc)
        .join(documents, documents.c.position == positions.c.id)
        .where(
            documents.c.kind.in_(MAIN_KINDS),
            positions.c.hidden == 0,
            func.json_array_length(positions.c.fields, "$.attachments") > 0,
        )
        .order_by(positions.c.id.desc())
    )
    found: list[Missing] = []
    for row in conn.execute(query):
        known = here(conn, row.id)
        named = [one.get("digest") for one in row.fields["attachments"]][:NAMED_MAX]
        found += [Missing(row.id, row.doc, row.owner, one) for one in named if one not in known]
        if len(found) >= limit:
            break
    return found[:limit]

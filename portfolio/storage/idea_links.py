"""What an idea is linked to: the transactions that carried it out, and the idea it began as."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects import sqlite

from portfolio.storage import transactions
from portfolio.storage.idea_tables import fills, origins
from portfolio.storage.transactions import Stored


@dataclass(frozen=True, slots=True)
class Origin:
    """The friend's idea that one of mine began as."""

    idea: str
    owner: str
    at: str


def link(conn: Connection, idea: str, transaction: str) -> None:
    """Say that a transaction carried out an idea."""
    statement = sqlite.insert(fills).values(transaction_id=transaction, idea=idea)
    conn.execute(statement.on_conflict_do_nothing())


def unlink(conn: Connection, idea: str) -> None:
    """Forget which transactions carried out an idea; they stay."""
    conn.execute(delete(fills).where(fills.c.idea == idea))


def executions(conn: Connection, idea: str) -> list[Stored]:
    """Return the transactions that carried out an idea; one that was undone is not there."""
    ids = conn.execute(select(fills.c.transaction_id).where(fills.c.idea == idea)).scalars()
    return _known(transactions.get(conn, each) for each in ids)


def traded(conn: Connection) -> list[str]:
    """Return the ideas that transactions carried out."""
    return list(conn.execute(select(fills.c.idea).distinct().order_by(fills.c.idea)).scalars())


def set_origin(conn: Connection, position: str, origin: Origin) -> None:
    """Remember which idea a new one began as."""
    conn.execute(
        insert(origins).values(
            position=position, idea=origin.idea, owner=origin.owner, at=origin.at
        )
    )


def origin(conn: Connection, position: str) -> Origin | None:
    """Return the idea that this one began as."""
    query = select(origins.c.idea, origins.c.owner, origins.c.at)
    row = conn.execute(query.where(origins.c.position == position)).one_or_none()
    return None if row is None else Origin(*row)


def _known(found: Iterable[Stored | None]) -> list[Stored]:
    return [one for one in found if one is not None]

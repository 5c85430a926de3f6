"""How asking the providers of prices went, and when each is to be asked again."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import sqlite

from portfolio.storage.price_tables import price_asks, prices
from portfolio.storage.tables import positions, transactions

WHOLE: Final = ""  # in place of a symbol: the provider itself


@dataclass(frozen=True, slots=True)
class Ask:
    """How asking for one instrument goes, or a provider as a whole (symbol empty)."""

    provider: str
    symbol: str
    succeeded: str | None = None
    failed: str | None = None
    error: str | None = None
    detail: str | None = None
    tries: int = 0
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Traded:
    """An instrument of my ledger: its first day and its currency, and whether it is held."""

    symbol: str
    first: str
    currency: str
    held: bool


def of(conn: Connection, provider: str) -> dict[str, Ask]:
    """Return how asking one provider goes, by symbol."""
    rows = conn.execute(select(price_asks).where(price_asks.c.provider == provider))
    return {
        row.symbol: Ask(**{name: getattr(row, name) for name in Ask.__slots__}) for row in rows
    }


def put(conn: Connection, ask: Ask) -> None:
    """Store how it went."""
    values = {name: getattr(ask, name) for name in Ask.__slots__}
    conn.execute(
        sqlite.insert(price_asks)
        .values(values)
        .on_conflict_do_update(
            index_elements=[price_asks.c.provider, price_asks.c.symbol], set_=values
        )
    )


def forget(conn: Connection, provider: str) -> None:
    """Forget how it went, so that all is asked for anew."""
    conn.execute(delete(price_asks).where(price_asks.c.provider == provider))


def span(conn: Connection, symbol: str, source: str) -> tuple[str, str] | None:
    """Return the first and the last day of which a source says something."""
    query = select(func.min(prices.c.day), func.max(prices.c.day)).where(
        prices.c.symbol == symbol, prices.c.source == source
    )
    first, last = conn.execute(query).one()
    return None if first is None else (first, last)


def traded(conn: Connection, me: str) -> list[Traded]:
    """Return the instruments of my ledger, by symbol; the sample's are none of mine."""
    columns = transactions.c
    query = (
        select(columns.symbol, func.min(columns.date), func.max(columns.currency))
        .where(columns.sample == 0, columns.symbol != "")
        .group_by(columns.symbol)
        .order_by(columns.symbol)
    )
    held = frozenset(
        conn.execute(
            select(positions.c.symbol).where(
                positions.c.kind == "holding",
                positions.c.owner == me,
                positions.c.sample == 0,
                positions.c.fields["state"].as_string() == "held",
            )
        ).scalars()
    )
    return [Traded(row[0], row[1], row[2], row[0] in held) for row in conn.execute(query)]

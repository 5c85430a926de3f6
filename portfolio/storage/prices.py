"""Daily closes and what falls between them, as they are stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Row, bindparam, delete, select, union
from sqlalchemy.dialects import sqlite

from federation.prepared import Prepared
from portfolio.storage.price_tables import price_events, prices, reference_rates

_AT_ONCE: Final = 2000  # rows of one statement
_CLOSES: Final = Prepared(
    select(prices.c.day, prices.c.source, prices.c.close, prices.c.currency)
    .where(prices.c.symbol == bindparam("symbol"))
    .order_by(prices.c.day)
)
_CHANGED: Final = ("close", "currency", "fetched")
_KEY: Final = (prices.c.symbol, prices.c.day, prices.c.source)
_EVENT_KEY: Final = (
    price_events.c.symbol,
    price_events.c.day,
    price_events.c.kind,
    price_events.c.source,
)


@dataclass(frozen=True, slots=True)
class Close:
    """The close of one day, by one source; texts as stored."""

    symbol: str
    day: str
    source: str
    close: str
    currency: str
    fetched: str


@dataclass(frozen=True, slots=True)
class Event:
    """A split or a dividend that a source tells of."""

    symbol: str
    day: str
    kind: str
    source: str
    numerator: int
    denominator: int
    dividend: str
    fetched: str


def symbols(conn: Connection) -> frozenset[str]:
    """Return the instruments of which a price or an event is stored."""
    query = union(select(prices.c.symbol), select(price_events.c.symbol))
    return frozenset(conn.execute(query).scalars())


def closes(conn: Connection, symbol: str) -> list[tuple[str, str, str, str]]:
    """Return all closes of an instrument by day: (day, source, close, currency)."""
    return list(_CLOSES.rows(conn, symbol=symbol))


def on(conn: Connection, symbol: str, day: str) -> list[Close]:
    """Return what the sources say of one day."""
    query = select(prices).where(prices.c.symbol == symbol, prices.c.day == day)
    return [_close(row) for row in conn.execute(query)]


def of_source(conn: Connection, symbol: str, source: str, days: Iterable[str]) -> dict[str, Close]:
    """Return what one source says of some days, by day."""
    wanted = list(days)
    found: dict[str, Close] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        query = select(prices).where(
            prices.c.symbol == symbol, prices.c.source == source, prices.c.day.in_(part)
        )
        found |= {row.day: _close(row) for row in conn.execute(query)}
    return found


def last_day(conn: Connection, symbol: str, source: str) -> str | None:
    """Return the last day of which a source says something."""
    query = (
        select(prices.c.day)
        .where(prices.c.symbol == symbol, prices.c.source == source)
        .order_by(prices.c.day.desc())
        .limit(1)
    )
    return conn.execute(query).scalar_one_or_none()


def put(conn: Connection, found: Sequence[Close]) -> None:
    """Store closes; each takes the place of what its source said of its day before."""
    statement = sqlite.insert(prices)
    changed = {name: statement.excluded[name] for name in _CHANGED}
    statement = statement.on_conflict_do_update(index_elements=_KEY, set_=changed)
    for start in range(0, len(found), _AT_ONCE):
        part = found[start : start + _AT_ONCE]
        conn.execute(
            statement, [{name: getattr(one, name) for name in Close.__slots__} for one in part]
        )


def remove(conn: Connection, symbol: str, source: str, days: Iterable[str]) -> None:
    """Delete what one source says of some days."""
    wanted = list(days)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        conn.execute(
            delete(prices).where(
                prices.c.symbol == symbol, prices.c.source == source, prices.c.day.in_(part)
            )
        )


def events(conn: Connection, symbol: str) -> list[Event]:
    """Return the splits and dividends of an instrument by day."""
    query = select(price_events).where(price_events.c.symbol == symbol)
    return [
        Event(**{name: getattr(row, name) for name in Event.__slots__})
        for row in conn.execute(query.order_by(price_events.c.day, price_events.c.kind))
    ]


def put_events(conn: Connection, found: Sequence[Event]) -> None:
    """Store splits and dividends; each takes the place of what was said before."""
    if not found:
        return
    statement = sqlite.insert(price_events)
    changed = {
        name: statement.excluded[name]
        for name in ("numerator", "denominator", "dividend", "fetched")
    }
    statement = statement.on_conflict_do_update(index_elements=_EVENT_KEY, set_=changed)
    conn.execute(
        statement, [{name: getattr(one, name) for name in Event.__slots__} for one in found]
    )


def rates(conn: Connection) -> dict[str, dict[str, str]]:
    """Return the stored reference rates by day."""
    rows = conn.execute(select(reference_rates.c.day, reference_rates.c.rates))
    return {row.day: row.rates for row in rows}


def put_rates(conn: Connection, found: Mapping[str, Mapping[str, str]], fetched: str) -> None:
    """Store the reference rates of some days."""
    if not found:
        return
    statement = sqlite.insert(reference_rates)
    statement = statement.on_conflict_do_update(
        index_elements=[reference_rates.c.day],
        set_={name: statement.excluded[name] for name in ("rates", "fetched")},
    )
    conn.execute(
        statement,
        [{"day": day, "rates": dict(said), "fetched": fetched} for day, said in found.items()],
    )


def _close(row: Row[tuple[object, ...]]) -> Close:
    return Close(**{name: getattr(row, name) for name in Close.__slots__})

"""The ledger as a whole: its revision, what changed since another one, and reading it at once.

A revision is a random number that each change replaces. Of the last changes it is known which
transactions they touched; who kept what was derived from an earlier revision reads only those.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Text, delete, func, insert, select, type_coerce
from sqlalchemy.dialects import sqlite

from portfolio.domain.money import ZERO
from portfolio.domain.transactions import Kind, Transaction
from portfolio.storage.tables import ledger_changes, marks, transactions

T = TypeVar("T")
V = TypeVar("V")
REVISION: Final = "ledger"
LOGGED_MAX: Final = 200  # rows of one change; of more, nothing but that they changed is kept
KEPT: Final = 2000  # changes that can be followed; who is further behind reads all
_IDS_AT_ONCE: Final = 500
_KINDS: Final = {kind.value: kind for kind in Kind}
_NAMES: Final = (
    "id", "kind", "date", "symbol", "currency", "quantity", "price", "fee", "tax", "amount",
    "numerator", "denominator", "account", "time", "note", "into", "settled", "settled_currency",
    "pair",
)  # fmt: skip
_COLUMNS: Final = (
    *(transactions.c[name] for name in _NAMES),
    type_coerce(transactions.c.lots, Text),  # as it stands there: few rows have any
)


@dataclass(frozen=True, slots=True)
class Touched:
    """A transaction that came, went or changed, and where it stood or stands."""

    transaction: str
    symbol: str
    account: str
    currency: str
    sample: bool


def revision(conn: Connection) -> int:
    """Return a number that is another one after each change of any transaction."""
    query = select(marks.c.n).where(marks.c.name == REVISION)
    return conn.execute(query).scalar_one_or_none() or 0


def changed(conn: Connection, touched: Sequence[Touched] = ()) -> None:
    """Give the ledger another revision; without `touched`, anything may have changed."""
    fresh = func.abs(func.random() / 2)  # halved: SQLite's smallest number has no absolute value
    conn.execute(
        sqlite.insert(marks)
        .values(name=REVISION, n=fresh)
        .on_conflict_do_update(index_elements=[marks.c.name], set_={"n": fresh})
    )
    now = revision(conn)
    rows: list[dict[str, Any]] = [
        {
            "revision": now,
            "transaction": one.transaction,
            "symbol": one.symbol,
            "account": one.account,
            "currency": one.currency,
            "sample": int(one.sample),
        }
        for one in touched
    ]
    if not 0 < len(rows) <= LOGGED_MAX:
        rows = [{"revision": now}]
    conn.execute(insert(ledger_changes), rows)
    last = select(func.max(ledger_changes.c.n)).scalar_subquery()
    conn.execute(delete(ledger_changes).where(ledger_changes.c.n <= last - KEPT))


def since(conn: Connection, before: int) -> list[Touched] | None:
    """Return what changed after a revision; None when that is not known any more."""
    columns = ledger_changes.c
    at = conn.execute(
        select(func.max(columns.n)).where(columns.revision == before)
    ).scalar_one_or_none()
    if at is None:
        return None
    rows = conn.execute(select(ledger_changes).where(columns.n > at)).all()
    if any(row.transaction is None for row in rows):
        return None
    return [
        Touched(row.transaction, row.symbol, row.account, row.currency, bool(row.sample))
        for row in rows
    ]


def where(conn: Connection, identifiers: Sequence[str]) -> list[Touched]:
    """Return where transactions stand."""
    columns = transactions.c
    query = select(columns.id, columns.symbol, columns.account, columns.currency, columns.sample)
    found: list[Touched] = []
    for start in range(0, len(identifiers), _IDS_AT_ONCE):
        part = identifiers[start : start + _IDS_AT_ONCE]
        rows = conn.execute(query.where(columns.id.in_(part)))
        found += [Touched(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]
    return found


def read(conn: Connection, *, sample: bool) -> Sequence[Sequence[Any]]:
    """Return a whole ledger as it is stored, for `values`."""
    query = select(*_COLUMNS).where(transactions.c.sample == int(sample))
    return conn.execute(query).all()


def read_some(conn: Connection, identifiers: Iterable[str]) -> Sequence[Sequence[Any]]:
    """Return some transactions as they are stored, for `values`; unknown ids are left out."""
    wanted = list(identifiers)
    found: list[Sequence[Any]] = []
    for start in range(0, len(wanted), _IDS_AT_ONCE):
        part = wanted[start : start + _IDS_AT_ONCE]
        found += conn.execute(select(*_COLUMNS).where(transactions.c.id.in_(part)))
    return found


def currency_of(conn: Connection, symbol: str) -> str | None:
    """Return the currency of the last transaction of mine in an instrument."""
    columns = transactions.c
    query = (
        select(columns.currency)
        .where(columns.symbol == symbol, columns.sample == 0)
        .order_by(columns.date.desc(), columns.id.desc())
        .limit(1)
    )
    return conn.execute(query).scalar_one_or_none()


def values(rows: Iterable[Sequence[Any]]) -> list[Transaction]:
    """Return stored rows as the domain sees them; of a long ledger, off the event loop."""
    numbers: _Read[str | None, Decimal] = _Read(_number)
    days: _Read[str, date] = _Read(date.fromisoformat)
    return [
        Transaction(
            identifier,
            _KINDS[kind],
            days[on],
            symbol,
            currency,
            numbers[quantity],
            numbers[price],
            numbers[fee],
            numbers[tax],
            None if amount is None else Decimal(amount),
            numerator or 1,
            denominator or 1,
            account,
            None if at is None else time.fromisoformat(at),
            note,
            into or "",
            None if settled is None else Decimal(settled),
            settled_currency or "",
            pair or "",
            () if lots is None else _lots(lots),
        )
        for (
            identifier, kind, on, symbol, currency, quantity, price, fee, tax, amount, numerator,
            denominator, account, at, note, into, settled, settled_currency, pair, lots,
        ) in rows
    ]  # fmt: skip


class _Read(dict[T, V]):
    """What texts mean, each read once: the same few stand in thousands of rows."""

    def __init__(self, read: Callable[[T], V]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: T) -> V:
        found = self[text] = self._read(text)
        return found


def _number(text: str | None) -> Decimal:
    return ZERO if text is None else Decimal(text)


def _lots(stated: str) -> tuple[tuple[str, Decimal], ...]:
    return tuple((lot, Decimal(quantity)) for lot, quantity in json.loads(stated).items())

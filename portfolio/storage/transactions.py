"""Transactions in the store: text as entered in, values of the domain out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.dialects import sqlite

from portfolio.domain.money import ZERO
from portfolio.domain.transactions import Kind, Transaction
from portfolio.storage.tables import marks, transactions

TEXTS: Final = ("quantity", "price", "amount", "fee", "tax")
REVISION: Final = "ledger"


@dataclass(frozen=True, slots=True)
class Stored:
    """A transaction as stored: `entered` holds its decimals as they were written."""

    position: str
    value: Transaction
    entered: Mapping[str, str | None]
    created: str
    updated: str
    sample: bool


def add(
    conn: Connection,
    value: Transaction,
    entered: Mapping[str, str | None],
    *,
    position: str,
    now: str,
    sample: bool = False,
) -> None:
    """Store a transaction."""
    conn.execute(
        insert(transactions).values(
            **_columns(value, entered),
            position=position,
            created=now,
            updated=now,
            sample=int(sample),
        )
    )
    _changed(conn)


def save(
    conn: Connection,
    value: Transaction,
    entered: Mapping[str, str | None],
    *,
    position: str,
    now: str,
) -> None:
    """Store a transaction as it is now."""
    conn.execute(
        update(transactions)
        .where(transactions.c.id == value.id)
        .values(**_columns(value, entered), position=position, updated=now)
    )
    _changed(conn)


def get(conn: Connection, identifier: str) -> Stored | None:
    """Return a transaction by its id."""
    row = conn.execute(select(transactions).where(transactions.c.id == identifier)).one_or_none()
    return None if row is None else _stored(row)


def page(
    conn: Connection,
    *,
    before: tuple[str, str] | None,
    limit: int,
    position: str | None = None,
    symbol: str | None = None,
) -> list[Stored]:
    """Return up to `limit` transactions, the latest day first; `before` is (day, id)."""
    query = select(transactions)
    if position is not None:
        query = query.where(transactions.c.position == position)
    if symbol is not None:
        query = query.where(transactions.c.symbol == symbol)
    if before is not None:
        day, identifier = before
        query = query.where(
            (transactions.c.date < day)
            | ((transactions.c.date == day) & (transactions.c.id < identifier))
        )
    ordered = query.order_by(transactions.c.date.desc(), transactions.c.id.desc()).limit(limit)
    return [_stored(row) for row in conn.execute(ordered)]


def of_position(conn: Connection, position: str) -> list[Transaction]:
    """Return all transactions of one holding."""
    query = select(transactions).where(transactions.c.position == position)
    return [_value(row) for row in conn.execute(query)]


def everything(conn: Connection, *, sample: bool) -> list[Transaction]:
    """Return the whole ledger: my own, or the sample's."""
    return values(rows(conn, sample=sample))


def rows(conn: Connection, *, sample: bool) -> Sequence[Row[Any]]:
    """Return a whole ledger as it is stored, for `values`."""
    query = select(transactions).where(transactions.c.sample == int(sample))
    return conn.execute(query).all()


def values(stored: Sequence[Row[Any]]) -> list[Transaction]:
    """Return stored rows as the domain sees them; of a long ledger, off the event loop."""
    return [_value(row) for row in stored]


def revision(conn: Connection) -> int:
    """Return a number that is another one after each change of any transaction."""
    query = select(marks.c.n).where(marks.c.name == REVISION)
    return conn.execute(query).scalar_one_or_none() or 0


def has_own(conn: Connection) -> bool:
    """Return whether there is any transaction that is not of the sample."""
    query = select(transactions.c.id).where(transactions.c.sample == 0).limit(1)
    return conn.execute(query).one_or_none() is not None


def count_sample(conn: Connection) -> int:
    """Return how many sample transactions there are."""
    query = select(func.count()).select_from(transactions).where(transactions.c.sample == 1)
    return conn.execute(query).scalar_one()


def remove(conn: Connection, identifier: str) -> None:
    """Delete a transaction."""
    conn.execute(delete(transactions).where(transactions.c.id == identifier))
    _changed(conn)


def remove_sample(conn: Connection) -> None:
    """Delete all sample transactions."""
    conn.execute(delete(transactions).where(transactions.c.sample == 1))
    _changed(conn)


def _changed(conn: Connection) -> None:
    conn.execute(
        sqlite.insert(marks)
        .values(name=REVISION, n=1)
        .on_conflict_do_update(index_elements=[marks.c.name], set_={"n": marks.c.n + 1})
    )


def _columns(value: Transaction, entered: Mapping[str, str | None]) -> dict[str, Any]:
    split = value.kind is Kind.SPLIT
    return {
        "id": value.id,
        "kind": value.kind.value,
        "symbol": value.instrument,
        "account": value.account,
        "currency": value.currency,
        "date": value.on.isoformat(),
        "time": None if value.at is None else value.at.isoformat(),
        **{name: entered.get(name) for name in TEXTS},
        "numerator": value.numerator if split else None,
        "denominator": value.denominator if split else None,
        "note": value.note,
    }


def _decimal(text: str | None) -> Decimal:
    return ZERO if text is None else Decimal(text)


def _value(row: Row[Any]) -> Transaction:
    return Transaction(
        id=row.id,
        kind=Kind(row.kind),
        on=date.fromisoformat(row.date),
        instrument=row.symbol,
        currency=row.currency,
        quantity=_decimal(row.quantity),
        price=_decimal(row.price),
        fee=_decimal(row.fee),
        tax=_decimal(row.tax),
        amount=None if row.amount is None else Decimal(row.amount),
        numerator=row.numerator or 1,
        denominator=row.denominator or 1,
        account=row.account,
        at=None if row.time is None else time.fromisoformat(row.time),
        note=row.note,
    )


def _stored(row: Row[Any]) -> Stored:
    return Stored(
        position=row.position,
        value=_value(row),
        entered={name: getattr(row, name) for name in TEXTS},
        created=row.created,
        updated=row.updated,
        sample=bool(row.sample),
    )

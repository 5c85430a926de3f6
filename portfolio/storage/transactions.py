"""Transactions in the store: text as entered in, values of the domain out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from portfolio.domain.money import ZERO
from portfolio.domain.transactions import Kind, Transaction
from portfolio.storage.ledger import Touched, where
from portfolio.storage.ledger import changed as changed
from portfolio.storage.ledger import revision as revision
from portfolio.storage.tables import transactions

TEXTS: Final = ("quantity", "price", "amount", "fee", "tax", "settled")
_IDS_AT_ONCE: Final = 500  # in one statement; SQLite takes 32,766 parameters


@dataclass(frozen=True, slots=True)
class Stored:
    """A transaction as stored: `entered` holds its decimals as they were written.

    `position` is the holding it belongs to, None when it only moves money; `import_id` the import
    it came from, `reference` the broker's id of it.
    """

    position: str | None
    value: Transaction
    entered: Mapping[str, str | None]
    created: str
    updated: str
    sample: bool
    tags: tuple[str, ...] = ()
    import_id: str | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class New:
    """A transaction to be stored."""

    value: Transaction
    entered: Mapping[str, str | None]
    position: str | None
    tags: Sequence[str] = ()
    import_id: str | None = None
    reference: str = ""
    created: str | None = None  # None: now


def add(conn: Connection, rows: Sequence[New], *, now: str, sample: bool = False) -> None:
    """Store transactions."""
    if rows:
        stamps = {"updated": now, "sample": int(sample)}
        values = [{**_columns(row), "created": row.created or now, **stamps} for row in rows]
        conn.execute(insert(transactions), values)
        changed(conn, [_touched(row.value, sample=sample) for row in rows])


def save(conn: Connection, rows: Sequence[New], *, now: str) -> None:
    """Store transactions that are there as they are now."""
    if not rows:
        return
    before = where(conn, [row.value.id for row in rows])
    of_sample = {one.transaction: one.sample for one in before}
    statement = update(transactions).where(transactions.c.id == bindparam("key"))
    values = [{**_columns(row), "updated": now} for row in rows]
    names: dict[str, Any] = {name: bindparam(name) for name in values[0] if name != "id"}
    conn.execute(statement.values(**names), [{**each, "key": each.pop("id")} for each in values])
    after = [_touched(row.value, sample=of_sample[row.value.id]) for row in rows]
    changed(conn, [*before, *after])


def get(conn: Connection, identifier: str) -> Stored | None:
    """Return a transaction by its id."""
    row = conn.execute(select(transactions).where(transactions.c.id == identifier)).one_or_none()
    return None if row is None else _stored(row)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which transactions are meant; what is None does not matter.

    `text` is looked for in symbol, note, account, tags and the broker's id, without case;
    `start` and `end` are days, both included.
    """

    position: str | None = None
    account: str | None = None
    kind: str | None = None
    symbol: str | None = None
    start: str | None = None
    end: str | None = None
    tag: str | None = None
    text: str | None = None
    import_id: str | None = None


def page(
    conn: Connection, *, before: tuple[str, str] | None, limit: int, only: Filter | None = None
) -> list[Stored]:
    """Return up to `limit` transactions, the latest day first; `before` is (day, id)."""
    query = select(transactions).where(*_conditions(only or Filter()))
    if before is not None:
        day, identifier = before
        query = query.where(
            (transactions.c.date < day)
            | ((transactions.c.date == day) & (transactions.c.id < identifier))
        )
    ordered = query.order_by(transactions.c.date.desc(), transactions.c.id.desc()).limit(limit)
    return [_stored(row) for row in conn.execute(ordered)]


def count(conn: Connection, only: Filter) -> int:
    """Return how many transactions a filter lets through."""
    query = select(func.count()).select_from(transactions).where(*_conditions(only))
    return conn.execute(query).scalar_one()


def counts_by_account(conn: Connection) -> dict[str, int]:
    """Return how many transactions name each account."""
    query = select(transactions.c.account, func.count()).group_by(transactions.c.account)
    return {row[0]: row[1] for row in conn.execute(query)}


def several(conn: Connection, identifiers: Sequence[str]) -> list[Stored]:
    """Return the transactions of some ids, in no order; unknown ids are left out."""
    found: list[Stored] = []
    for start in range(0, len(identifiers), _IDS_AT_ONCE):
        part = identifiers[start : start + _IDS_AT_ONCE]
        rows = conn.execute(select(transactions).where(transactions.c.id.in_(part)))
        found += [_stored(row) for row in rows]
    return found


def other_half(conn: Connection, found: Stored) -> Stored | None:
    """Return the other half of a transfer between my accounts; None for any other row."""
    if not found.value.pair:
        return None
    query = select(transactions).where(
        transactions.c.pair == found.value.pair, transactions.c.id != found.value.id
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else _stored(row)


def rename_account(conn: Connection, old: str, new: str, *, now: str) -> None:
    """Let all transactions of an account name it otherwise."""
    statement = update(transactions).where(transactions.c.account == old)
    conn.execute(statement.values(account=new, updated=now))
    changed(conn)


def is_used(conn: Connection, position: str, symbol: str, account: str) -> bool:
    """Say whether any transaction still makes a holding: one of it, or a merger into it."""
    columns = transactions.c
    merged = (columns.into == symbol) & (columns.account == account)
    query = select(columns.id).where((columns.position == position) | merged).limit(1)
    return conn.execute(query).one_or_none() is not None


def of_position(conn: Connection, position: str) -> list[Transaction]:
    """Return all transactions of one holding."""
    query = select(transactions).where(transactions.c.position == position)
    return [_value(row) for row in conn.execute(query)]


def of_account(conn: Connection, account: str) -> list[Transaction]:
    """Return all transactions of one account."""
    query = select(transactions).where(transactions.c.account == account)
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


def has_own(conn: Connection) -> bool:
    """Return whether there is any transaction that is not of the sample."""
    query = select(transactions.c.id).where(transactions.c.sample == 0).limit(1)
    return conn.execute(query).one_or_none() is not None


def count_sample(conn: Connection) -> int:
    """Return how many sample transactions there are."""
    query = select(func.count()).select_from(transactions).where(transactions.c.sample == 1)
    return conn.execute(query).scalar_one()


def remove(conn: Connection, identifiers: Sequence[str]) -> None:
    """Delete transactions."""
    if not identifiers:
        return
    gone = where(conn, identifiers)
    for start in range(0, len(identifiers), _IDS_AT_ONCE):
        part = identifiers[start : start + _IDS_AT_ONCE]
        conn.execute(delete(transactions).where(transactions.c.id.in_(part)))
    changed(conn, gone)


def remove_sample(conn: Connection) -> None:
    """Delete all sample transactions."""
    conn.execute(delete(transactions).where(transactions.c.sample == 1))
    changed(conn)


def _touched(value: Transaction, *, sample: bool) -> Touched:
    return Touched(value.id, value.instrument, value.account, value.currency, sample)


def _conditions(only: Filter) -> list[ColumnElement[bool]]:
    columns = transactions.c
    exact = {
        columns.position: only.position,
        columns.account: only.account,
        columns.kind: only.kind,
        columns.symbol: only.symbol,
        columns.import_id: only.import_id,
    }
    found = [column == value for column, value in exact.items() if value is not None]
    if only.start is not None:
        found.append(columns.date >= only.start)
    if only.end is not None:
        found.append(columns.date <= only.end)
    if only.tag is not None:
        tags = func.json_each(columns.tags).table_valued("value", name="tag")
        found.append(exists().where(tags.c.value == only.tag))
    if only.text:
        searched = (columns.symbol, columns.note, columns.account, columns.reference, columns.tags)
        found.append(
            or_(*(cast(one, Text).icontains(only.text, autoescape=True) for one in searched))
        )
    return found


def _columns(row: New) -> dict[str, Any]:
    value = row.value
    ratio = value.kind in {Kind.SPLIT, Kind.MERGER}
    return {
        "id": value.id,
        "position": row.position,
        "kind": value.kind.value,
        "symbol": value.instrument,
        "account": value.account,
        "currency": value.currency,
        "date": value.on.isoformat(),
        "time": None if value.at is None else value.at.isoformat(),
        **{name: row.entered.get(name) for name in TEXTS},
        "numerator": value.numerator if ratio else None,
        "denominator": value.denominator if ratio else None,
        "into": value.into or None,
        "settled_currency": value.settled_currency or None,
        "pair": value.pair or None,
        "lots": {name: str(quantity) for name, quantity in value.lots} or None,
        "tags": list(row.tags) or None,
        "import_id": row.import_id,
        "reference": row.reference,
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
        into=row.into or "",
        settled=None if row.settled is None else Decimal(row.settled),
        settled_currency=row.settled_currency or "",
        pair=row.pair or "",
        lots=tuple((name, Decimal(text)) for name, text in (row.lots or {}).items()),
    )


def _stored(row: Row[Any]) -> Stored:
    return Stored(
        position=row.position,
        value=_value(row),
        entered={name: getattr(row, name) for name in TEXTS},
        created=row.created,
        updated=row.updated,
        sample=bool(row.sample),
        tags=tuple(row.tags or ()),
        import_id=row.import_id,
        reference=row.reference,
    )

"""Transactions: the ledger that holdings are derived from."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import (
    LIMIT_DEFAULT,
    Cursor,
    DecimalText,
    In,
    Instant,
    Limit,
    Out,
    Ulid,
    absent,
)
from portfolio.api.ideas import Account, CurrencyCode, Symbol, sent
from portfolio.api.op import op
from portfolio.api.paging import Page, page, read_cursor
from portfolio.api.positions import Day
from portfolio.services import transactions
from portfolio.services.profile import read_preferences
from portfolio.storage import transactions as store
from portfolio.storage.transactions import TEXTS, Stored

Kind = Literal["buy", "sell", "dividend", "split"]
Part = Annotated[int, Field(ge=1, le=1_000_000)]
Note = Annotated[str, StringConstraints(max_length=2000)]
Time = Annotated[
    str,
    StringConstraints(pattern=r"^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]$"),
    Field(examples=["15:59:00"]),
]


class TransactionIn(In):
    """A row of the ledger.

    A dividend states its `amount`, or `quantity` and the `price` per unit; a split its
    `numerator` and `denominator` (2 for 1).
    """

    kind: Kind
    symbol: Symbol
    date: Day
    currency: CurrencyCode = absent()
    quantity: DecimalText | None = None
    price: DecimalText | None = None
    amount: DecimalText | None = None
    fee: DecimalText | None = None
    tax: DecimalText | None = None
    numerator: Part | None = None
    denominator: Part | None = None
    account: Account | None = None
    time: Time | None = None
    note: Note | None = None


class TransactionPatch(In):
    """What to change (RFC 7396); null takes a value away."""

    kind: Kind = absent()
    symbol: Symbol = absent()
    date: Day = absent()
    currency: CurrencyCode = absent()
    quantity: DecimalText | None = None
    price: DecimalText | None = None
    amount: DecimalText | None = None
    fee: DecimalText | None = None
    tax: DecimalText | None = None
    numerator: Part | None = None
    denominator: Part | None = None
    account: Account | None = None
    time: Time | None = None
    note: Note | None = None


class Transaction(Out):
    """A row of the ledger, its numbers as entered."""

    id: Ulid
    position_id: Ulid
    kind: Kind
    symbol: str
    date: str
    time: str | None
    currency: str
    quantity: str | None
    price: str | None
    amount: str | None
    fee: str | None
    tax: str | None
    numerator: int | None
    denominator: int | None
    account: str
    note: str
    created: Instant
    updated: Instant
    sample: bool


@op("GET", "/transactions")
async def list_transactions(
    context: Context,
    *,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor | None = None,
    position: Ulid | None = None,
    symbol: Symbol | None = None,
) -> Page[Transaction]:
    """List the ledger, the latest day first."""
    key = read_cursor(cursor, str, str)
    before = None if key is None else (str(key[0]), str(key[1]))
    rows = await context.read(
        lambda conn: store.page(
            conn, before=before, limit=limit + 1, position=position, symbol=symbol
        )
    )
    return page(
        rows,
        limit,
        item=transaction_of,
        key=lambda row: (row.value.on.isoformat(), row.value.id),
    )


@op("POST", "/transactions", errors=("rule", "conflict"))
async def add_transaction(context: Context, body: TransactionIn) -> Created[Transaction]:
    """Write a transaction down; selling more than is held is refused."""

    def work(tx: Tx) -> Created[Transaction]:
        written = {"currency": read_preferences(tx.conn).currency, **sent(body)}
        added = transactions.record(context.planner, tx, written)
        return Created(transaction_of(added), f"/transactions/{added.value.id}")

    return await context.write(work)


@op("GET", "/transactions/{id}", etag=True)
async def read_transaction(context: Context, id: Ulid) -> Transaction:  # noqa: A002 - as in path
    """Read a transaction."""
    return await context.read(lambda conn: transaction_of(transactions.get(conn, id)))


@op("PATCH", "/transactions/{id}", etag=True, errors=("rule", "conflict"))
async def change_transaction(context: Context, id: Ulid, body: TransactionPatch) -> Transaction:  # noqa: A002 - as in the path
    """Change a transaction; what was held at any time must stay possible."""

    def work(tx: Tx) -> Transaction:
        context.if_match(transaction_of(transactions.get(tx.conn, id)))
        return transaction_of(transactions.amend(context.planner, tx, id, sent(body)))

    return await context.write(work)


@op("DELETE", "/transactions/{id}", etag=True, errors=("rule",))
async def delete_transaction(context: Context, id: Ulid) -> None:  # noqa: A002 - as in the path
    """Delete a transaction; the last one of a holding takes the holding with it."""

    def work(tx: Tx) -> None:
        context.if_match(transaction_of(transactions.get(tx.conn, id)))
        transactions.remove(context.planner, tx, id)

    await context.write(work)


def transaction_of(found: Stored) -> Transaction:
    """Return a transaction as it is answered."""
    value = found.value
    split = value.kind.value == "split"
    values: dict[str, Any] = {
        "id": value.id,
        "position_id": found.position,
        "kind": value.kind.value,
        "symbol": value.instrument,
        "date": value.on.isoformat(),
        "time": None if value.at is None else value.at.isoformat(),
        "currency": value.currency,
        **{name: found.entered.get(name) for name in TEXTS},
        "numerator": value.numerator if split else None,
        "denominator": value.denominator if split else None,
        "account": value.account,
        "note": value.note,
        "created": found.created,
        "updated": found.updated,
        "sample": found.sample,
    }
    return Transaction.model_validate(values)


ROUTES = (
    list_transactions,
    add_transaction,
    read_transaction,
    change_transaction,
    delete_transaction,
)

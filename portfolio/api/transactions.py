"""Transactions: the ledger that holdings are derived from."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import (
    LIMIT_DEFAULT,
    Absent,
    CursorByDay,
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
from portfolio.domain.money import format_decimal
from portfolio.services import transactions
from portfolio.services.profile import read_preferences
from portfolio.storage import transactions as store
from portfolio.storage.transactions import TEXTS, Stored

Kind = Literal[
    "buy",
    "sell",
    "short",
    "cover",
    "dividend",
    "interest",
    "fee",
    "tax",
    "deposit",
    "withdrawal",
    "transfer_in",
    "transfer_out",
    "split",
    "merger",
]
Part = Annotated[int, Field(ge=1, le=1_000_000)]
Note = Annotated[str, StringConstraints(max_length=2000)]
Time = Annotated[
    str,
    StringConstraints(pattern=r"^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]$"),
    Field(examples=["15:59:00"]),
]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Tags = Annotated[tuple[Tag, ...], Field(max_length=32, strict=False)]
Reference = Annotated[str, StringConstraints(max_length=200)]
SearchText = Annotated[str, StringConstraints(max_length=200)]
Lots = Annotated[dict[Ulid, DecimalText], Field(max_length=200)]
Ids = Annotated[tuple[Ulid, ...], Field(min_length=1, max_length=10_000, strict=False)]


class TransactionIn(In):
    """A row of the ledger.

    Money alone (deposit, withdrawal, interest, fee, tax, a transfer of cash) has no symbol. A
    dividend and the kinds of money state their `amount`, or `quantity` and the `price` per unit;
    a split its `numerator` and `denominator` (2 for 1); a merger also the symbol that it turns
    `into`, and the cash for a fraction as `amount`. A transfer out `to_account` is written in both
    accounts. `settled` is the cash that moved where that was in another currency,
    `settled_currency`. A sale in an account with the method "specific" names its `lots`.
    """

    kind: Kind
    symbol: Symbol | None = None
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
    to_account: Account | None = None
    time: Time | None = None
    note: Note | None = None
    into: Symbol | None = None
    settled: DecimalText | None = None
    settled_currency: CurrencyCode | None = None
    lots: Lots | None = None
    tags: Tags | None = None
    reference: Reference | None = None


class TransactionPatch(In):
    """What to change (RFC 7396); null takes a value away."""

    kind: Kind = absent()
    symbol: Symbol | None = None
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
    into: Symbol | None = None
    settled: DecimalText | None = None
    settled_currency: CurrencyCode | None = None
    lots: Lots | None = None
    tags: Tags | None = None
    reference: Reference | None = None


class TransactionsSet(In):
    """What to do with several transactions: one change for all, or delete them."""

    ids: Ids
    set: TransactionPatch | Absent = absent()
    delete: Literal[True] | Absent = absent()

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.set is None) == (self.delete is None):
            raise ValueError("say either `set` or `delete`")
        return self


class Changed(Out):
    """How many transactions were changed or deleted, other halves of transfers included."""

    changed: int


class Transaction(Out):
    """A row of the ledger, its numbers as entered."""

    id: Ulid
    position_id: Ulid | None = Field(description="null when only money moves")
    kind: Kind
    symbol: str | None
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
    into: str | None
    settled: str | None
    settled_currency: str | None
    lots: dict[str, str] | None
    pair: str | None = Field(description="the same in both halves of a transfer")
    tags: tuple[str, ...]
    import_id: Ulid | None
    reference: str
    account: str
    note: str
    created: Instant
    updated: Instant
    sample: bool


@op("GET", "/transactions")
async def list_transactions(  # noqa: PLR0913 - one for each thing to filter by
    context: Context,
    *,
    limit: Limit = LIMIT_DEFAULT,
    cursor: CursorByDay | None = None,
    position: Ulid | None = None,
    account: Account | None = None,
    kind: Kind | None = None,
    symbol: Symbol | None = None,
    start: Day | None = None,
    end: Day | None = None,
    tag: Tag | None = None,
    text: SearchText | None = None,
    import_id: Ulid | None = None,
) -> Page[Transaction]:
    """List the ledger, the latest day first; `start` and `end` are both included.

    `text` is looked for in symbol, note, account, tags and reference.
    """
    key = read_cursor(cursor, str, str)
    before = None if key is None else (str(key[0]), str(key[1]))
    only = store.Filter(position, account, kind, symbol, start, end, tag, text, import_id)
    rows = await context.read(
        lambda conn: store.page(conn, before=before, limit=limit + 1, only=only)
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


@op("POST", "/transactions/bulk", errors=("rule", "conflict"), status=200)
async def change_transactions(context: Context, body: TransactionsSet) -> Changed:
    """Change or delete several transactions, all of them or none."""

    def work(tx: Tx) -> Changed:
        if body.set is None:
            return Changed(changed=transactions.remove_many(context.planner, tx, body.ids))
        patch = sent(body.set)
        return Changed(changed=transactions.amend_many(context.planner, tx, body.ids, patch))

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
    ratio = value.kind.value in {"split", "merger"}
    values: dict[str, Any] = {
        "id": value.id,
        "position_id": found.position,
        "kind": value.kind.value,
        "symbol": value.instrument or None,
        "date": value.on.isoformat(),
        "time": None if value.at is None else value.at.isoformat(),
        "currency": value.currency,
        **{name: found.entered.get(name) for name in TEXTS},
        "numerator": value.numerator if ratio else None,
        "denominator": value.denominator if ratio else None,
        "into": value.into or None,
        "settled_currency": value.settled_currency or None,
        "lots": {lot: format_decimal(each) for lot, each in value.lots} or None,
        "pair": value.pair or None,
        "tags": found.tags,
        "import_id": found.import_id,
        "reference": found.reference,
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
    change_transactions,
    read_transaction,
    change_transaction,
    delete_transaction,
)

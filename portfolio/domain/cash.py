"""What each transaction pays or costs, and the cash that remains."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import Kind, Transaction


def effect(row: Transaction) -> Decimal:
    """Return what a transaction adds to the cash of its account (> 0) or takes from it (< 0)."""
    with money.exact():
        return EFFECTS[row.kind](row)


def movement(row: Transaction) -> tuple[str, Decimal]:
    """Return the currency and amount that a transaction adds to cash (> 0) or takes (< 0).

    Where the cash moved in another currency than the row's, that is what was settled. Compute
    within `money.exact()`.
    """
    amount = EFFECTS[row.kind](row)
    if row.settled is None:
        return row.currency, amount
    return row.settled_currency, row.settled.copy_sign(amount)


def balances(
    transactions: Iterable[Transaction], on: date | None = None
) -> dict[tuple[str, str], Decimal]:
    """Return the cash of each (account, currency) at the end of a day.

    It may be negative: a ledger without deposits has only what trades cost and bring.
    """
    result: dict[tuple[str, str], Decimal] = {}
    with money.exact():
        for row in transactions:
            if on is None or row.on <= on:
                currency, amount = movement(row)
                key = (row.account, currency)
                result[key] = result.get(key, ZERO) + amount
        return {key: money.tidy(value) for key, value in sorted(result.items())}


def _received(row: Transaction) -> Decimal:
    gross = row.quantity * row.price if row.amount is None else row.amount
    return gross - row.fee - row.tax


def _paid(row: Transaction) -> Decimal:
    gross = row.quantity * row.price if row.amount is None else row.amount
    return -(gross + row.fee + row.tax)


def _charges(row: Transaction) -> Decimal:
    return -(row.fee + row.tax)


def _transferred_in(row: Transaction) -> Decimal:
    return _charges(row) if row.instrument else _received(row)


def _transferred_out(row: Transaction) -> Decimal:
    return _charges(row) if row.instrument else _paid(row)


EFFECTS: Final[Mapping[Kind, Callable[[Transaction], Decimal]]] = {
    Kind.SPLIT: _charges,
    Kind.MERGER: _received,
    Kind.DEPOSIT: _received,
    Kind.TRANSFER_IN: _transferred_in,
    Kind.DIVIDEND: _received,
    Kind.INTEREST: _received,
    Kind.BUY: _paid,
    Kind.SHORT: _received,
    Kind.SELL: _received,
    Kind.COVER: _paid,
    Kind.FEE: _paid,
    Kind.TAX: _paid,
    Kind.TRANSFER_OUT: _transferred_out,
    Kind.WITHDRAWAL: _paid,
}

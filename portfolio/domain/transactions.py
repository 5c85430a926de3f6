"""Transactions: the only truth about what a person owns. Holdings are derived from them.

Order within a day does not depend on the order of entry. A day begins with its splits (a split
takes effect before the first trade of its date), then come dividends, then trades. When every
trade of an instrument on that day carries its time, trades go by time; else purchases come
before sales, so that a day of trading never reads as selling what is not there yet. What still
ties is ordered by content, then by id.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from portfolio.domain import money
from portfolio.domain.errors import LedgerError
from portfolio.domain.money import ZERO

SPLIT_PART_MAX: Final = 1_000_000  # the largest reverse splits on record stay far below


class Kind(StrEnum):
    """What happened. The order of the members is the order within a day."""

    SPLIT = "split"
    DIVIDEND = "dividend"
    BUY = "buy"
    SELL = "sell"


TRADES: Final = frozenset({Kind.BUY, Kind.SELL})


@dataclass(frozen=True, slots=True)
class Transaction:
    """One row of the ledger.

    `price` is per unit. `amount` is the value before fee and tax where the document at hand
    states a total; without it, quantity x price. Fee and tax are >= 0 and come on top of a
    purchase and off the proceeds of a sale or dividend. A split turns each `denominator` units
    into `numerator`.
    """

    id: str
    kind: Kind
    on: date
    instrument: str
    currency: str
    quantity: Decimal = ZERO
    price: Decimal = ZERO
    fee: Decimal = ZERO
    tax: Decimal = ZERO
    amount: Decimal | None = None
    numerator: int = 1
    denominator: int = 1
    account: str = ""
    at: time | None = None
    note: str = ""

    @property
    def gross(self) -> Decimal:
        """The value before fee and tax."""
        if self.amount is not None:
            return self.amount
        with money.exact():
            return self.quantity * self.price

    @property
    def charges(self) -> Decimal:
        """Fee and tax together."""
        with money.exact():
            return self.fee + self.tax


def check(transaction: Transaction) -> Transaction:
    """Return the transaction when it is right by itself, whatever is held.

    Raises:
        LedgerError: a value its kind needs is missing or out of range.
        CurrencyError: the currency is not known.
    """
    if not transaction.instrument:
        raise LedgerError("Say which instrument it is", field="instrument")
    for name in ("price", "fee", "tax", "amount"):
        if (getattr(transaction, name) or ZERO) < 0:
            raise LedgerError(f"The {name} cannot be negative", field=name)
    if transaction.kind is not Kind.SPLIT:
        money.check_currency(transaction.currency)
    _CHECKS[transaction.kind](transaction)
    return transaction


def ordered(transactions: Iterable[Transaction]) -> list[Transaction]:
    """Return transactions in the order in which they take effect."""
    rows = list(transactions)
    untimed = {_day(row) for row in rows if row.kind in TRADES and row.at is None}
    return sorted(rows, key=lambda row: _order(row, timed=_day(row) not in untimed))


def _day(row: Transaction) -> tuple[date, str, str]:
    return row.on, row.account, row.instrument


def _order(row: Transaction, *, timed: bool) -> tuple[Any, ...]:
    place = _PLACES[row.kind]
    if row.kind in TRADES:
        place = _PLACES[Kind.BUY] if timed else place
    return (
        row.on,
        place,
        row.at if timed and row.at is not None else time.min,
        _PLACES[row.kind],
        row.quantity,
        row.price,
        row.fee,
        row.tax,
        row.gross,
        row.numerator,
        row.denominator,
        row.id,
    )


def _check_trade(row: Transaction) -> None:
    if row.quantity <= 0:
        raise LedgerError(f"A {row.kind} needs a quantity above zero", field="quantity")


def _check_dividend(row: Transaction) -> None:
    if row.gross <= 0:
        raise LedgerError(
            "A dividend needs its amount, or quantity and amount per unit", field="amount"
        )


def _check_split(row: Transaction) -> None:
    for name in ("numerator", "denominator"):
        if not 1 <= getattr(row, name) <= SPLIT_PART_MAX:
            raise LedgerError(
                "A split is two whole numbers above zero, such as 2 for 1", field=name
            )
    if row.numerator == row.denominator:
        raise LedgerError("A split must change the quantity", field="numerator")


_PLACES: Final = {kind: place for place, kind in enumerate(Kind)}
_CHECKS: Final[Mapping[Kind, Callable[[Transaction], None]]] = {
    Kind.SPLIT: _check_split,
    Kind.DIVIDEND: _check_dividend,
    Kind.BUY: _check_trade,
    Kind.SELL: _check_trade,
}

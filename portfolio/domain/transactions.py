"""Transactions: the only truth about what a person owns. Holdings are derived from them.

Order within a day does not depend on the order of entry. A day begins with its splits and mergers
(both take effect before the first trade of their date), then comes what arrives, then trades, then
what leaves; both halves of a transfer between one's own accounts stand among what leaves. When
every trade of an instrument on that day carries its time, trades go by time; else what opens a
position comes before what closes one, so that a day of trading never reads as selling what is not
there yet. What still ties is ordered by content, then by id.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from portfolio.domain import money
from portfolio.domain.errors import LedgerError
from portfolio.domain.money import ZERO
from portfolio.domain.values import value

SPLIT_PART_MAX: Final = 1_000_000  # the largest reverse splits on record stay far below


class Kind(StrEnum):
    """What happened. The order of the members is the order within a day."""

    SPLIT = "split"
    MERGER = "merger"
    DEPOSIT = "deposit"
    TRANSFER_IN = "transfer_in"
    DIVIDEND = "dividend"
    INTEREST = "interest"
    BUY = "buy"
    SHORT = "short"
    SELL = "sell"
    COVER = "cover"
    FEE = "fee"
    TAX = "tax"
    TRANSFER_OUT = "transfer_out"
    WITHDRAWAL = "withdrawal"


TRADES: Final = frozenset({Kind.BUY, Kind.SELL, Kind.SHORT, Kind.COVER})
OF_AN_INSTRUMENT: Final = TRADES | {Kind.SPLIT, Kind.MERGER, Kind.DIVIDEND}
OF_MONEY_ALONE: Final = frozenset({Kind.DEPOSIT, Kind.WITHDRAWAL})


@value
class Transaction:
    """One row of the ledger.

    `price` is per unit. `amount` is the value before fee and tax where the document at hand
    states a total; without it, quantity x price. Fee and tax are >= 0 and come on top of what is
    paid and off what is received. A split turns each `denominator` units into `numerator`.
    A merger (or a mere change of name) turns each `denominator` units into `numerator` of `into`;
    its amount is the cash paid for a fraction. Kinds that move only money have an empty
    `instrument`, or name the one they belong to; a transfer moves units (its value is what they
    cost) or, without an instrument, money. Two halves of one transfer share `pair`: its lots keep
    their dates and cost. `settled` is the cash that moved, above zero, where that happened in
    another currency. `lots` are the quantities of purchases that a sale names, by their ids.
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
    into: str = ""
    settled: Decimal | None = None
    settled_currency: str = ""
    pair: str = ""
    lots: tuple[tuple[str, Decimal], ...] = ()

    @property
    def gross(self) -> Decimal:
        """The value before fee and tax."""
        if self.amount is not None:
            return self.amount
        return money.product(self.quantity, self.price)

    @property
    def charges(self) -> Decimal:
        """Fee and tax together."""
        return money.total(self.fee, self.tax)


def check(transaction: Transaction) -> Transaction:
    """Return the transaction when it is right by itself, whatever is held.

    Raises:
        LedgerError: a value its kind needs is missing or out of range.
        CurrencyError: the currency is not known.
    """
    if not transaction.instrument and transaction.kind in OF_AN_INSTRUMENT:
        raise LedgerError("Say which instrument it is", field="instrument")
    for name in ("price", "fee", "tax", "amount"):
        if (getattr(transaction, name) or ZERO) < 0:
            raise LedgerError(f"The {name} cannot be negative", field=name)
    if transaction.kind is not Kind.SPLIT:
        money.check_currency(transaction.currency)
    _check_settled(transaction)
    _CHECKS[transaction.kind](transaction)
    return transaction


def ordered(transactions: Iterable[Transaction]) -> list[Transaction]:
    """Return transactions in the order in which they take effect."""
    rows = list(transactions)
    timed = {_day(row) for row in rows if row.kind in TRADES and row.at is not None}
    if timed:
        timed -= {_day(row) for row in rows if row.kind in TRADES and row.at is None}
    return sorted(rows, key=lambda row: _order(row, timed=bool(timed) and _day(row) in timed))


def _day(row: Transaction) -> tuple[date, str, str]:
    return row.on, row.account, row.instrument


def _order(row: Transaction, *, timed: bool) -> tuple[Any, ...]:
    place = _PLACES[row.kind]
    if row.kind in TRADES:
        place = _PLACES[Kind.BUY] if timed else place
    elif row.pair:
        place = _PLACES[Kind.TRANSFER_OUT]
    return (
        row.on,
        place,
        row.at if timed and row.at is not None else time.min,
        row.pair,
        row.kind is Kind.TRANSFER_IN if row.pair else _PLACES[row.kind],
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


def _check_transfer(row: Transaction) -> None:
    if row.instrument:
        _check_trade(row)
    else:
        _check_money(row)


def _check_money(row: Transaction) -> None:
    if row.gross <= 0:
        article = "An" if row.kind is Kind.INTEREST else "A"
        raise LedgerError(f"{article} {row.kind} needs an amount above zero", field="amount")


def _check_settled(row: Transaction) -> None:
    if row.settled is None:
        return
    if row.settled <= 0:
        raise LedgerError("The settled amount must be above zero", field="settled")
    money.check_currency(row.settled_currency, field="settled_currency")


def _check_ratio(row: Transaction) -> None:
    for name in ("numerator", "denominator"):
        if not 1 <= getattr(row, name) <= SPLIT_PART_MAX:
            raise LedgerError(
                f"A {row.kind} is two whole numbers above zero, such as 2 for 1", field=name
            )


def _check_split(row: Transaction) -> None:
    _check_ratio(row)
    if row.numerator == row.denominator:
        raise LedgerError("A split must change the quantity", field="numerator")


def _check_merger(row: Transaction) -> None:
    _check_ratio(row)
    if not row.into or row.into == row.instrument:
        raise LedgerError("Say which other instrument it becomes", field="into")


_PLACES: Final = {kind: place for place, kind in enumerate(Kind)}
_CHECKS: Final[Mapping[Kind, Callable[[Transaction], None]]] = {
    Kind.SPLIT: _check_split,
    Kind.MERGER: _check_merger,
    Kind.DEPOSIT: _check_money,
    Kind.TRANSFER_IN: _check_transfer,
    Kind.DIVIDEND: _check_money,
    Kind.INTEREST: _check_money,
    Kind.BUY: _check_trade,
    Kind.SHORT: _check_trade,
    Kind.SELL: _check_trade,
    Kind.COVER: _check_trade,
    Kind.FEE: _check_money,
    Kind.TAX: _check_money,
    Kind.TRANSFER_OUT: _check_transfer,
    Kind.WITHDRAWAL: _check_money,
}

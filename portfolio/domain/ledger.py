"""The ledger: positions and holdings, derived from transactions and from nothing else.

A *position* is everything that happened to one instrument in one account: what is held, in
which lots, what was sold with which gain, what it paid. A *holding* is a position with something
left. Figures come gross (prices alone) and net (fees and taxes counted where they fell: a
purchase's charges belong to its cost and leave it in proportion, a sale's charges reduce its
gain). Where a figure has one name, it is the net one.

What was sold short stands as a negative quantity: its lots are the short sales, its cost is what
they brought (negative). Money alone (deposits, interest on cash) makes no position; balances are
in `cash`.

A new kind of transaction is a member of `Kind`, its check beside it, and one function in `APPLY`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.errors import LedgerError, OversoldError
from portfolio.domain.lots import Lot, LotPool
from portfolio.domain.lots import Method as Method
from portfolio.domain.money import ZERO
from portfolio.domain.risk_reward import Side
from portfolio.domain.transactions import Kind as Kind
from portfolio.domain.transactions import Transaction as Transaction
from portfolio.domain.transactions import check as check
from portfolio.domain.transactions import ordered as ordered


@dataclass(frozen=True, slots=True)
class Disposal:
    """One sale, or the buying back of what was sold short, with the lots it took.

    `value` is price x quantity of this row: proceeds of a sale, or cost of buying back.
    """

    transaction: str
    on: date
    quantity: Decimal
    value: Decimal
    charges: Decimal
    lots: tuple[Lot, ...]
    side: Side = Side.LONG

    @property
    def gain_gross(self) -> Decimal:
        """What came in less what went out, by prices alone."""
        with money.exact():
            return (self.value - sum((lot.cost for lot in self.lots), ZERO)) * self.side.sign

    @property
    def gain(self) -> Decimal:
        """The gain after the charges of both ends."""
        with money.exact():
            return self.gain_gross - self.charges - sum((lot.charges for lot in self.lots), ZERO)


@dataclass(frozen=True, slots=True)
class Income:
    """One dividend or coupon; a fee or tax of its own is one with no gross."""

    transaction: str
    on: date
    gross: Decimal
    fee: Decimal
    tax: Decimal

    @property
    def net(self) -> Decimal:
        """What arrived."""
        with money.exact():
            return self.gross - self.fee - self.tax


@dataclass(frozen=True, slots=True)
class Position:
    """What became of one instrument in one account, in one currency, by one method."""

    instrument: str
    account: str
    currency: str
    method: Method
    quantity: Decimal
    lots: tuple[Lot, ...]
    short_lots: tuple[Lot, ...]
    cost: Decimal
    cost_gross: Decimal
    realised: Decimal
    realised_gross: Decimal
    income: Decimal
    income_gross: Decimal
    fees: Decimal
    taxes: Decimal
    first: date
    last: date
    disposals: tuple[Disposal, ...]
    incomes: tuple[Income, ...]

    @property
    def average_price(self) -> Decimal | None:
        """Price paid per unit held, without charges; None when nothing is held."""
        with money.exact():
            return money.tidy(self.cost_gross / self.quantity) if self.quantity else None

    @property
    def average_cost(self) -> Decimal | None:
        """Cost per unit held, charges included; None when nothing is held."""
        with money.exact():
            return money.tidy(self.cost / self.quantity) if self.quantity else None


@dataclass(slots=True)
class _Account:
    """A position while its transactions are applied."""

    instrument: str
    account: str
    pool: LotPool
    short: LotPool
    first: date
    last: date
    currency: str = ""
    fees: Decimal = ZERO
    taxes: Decimal = ZERO
    disposals: list[Disposal] = field(default_factory=list)
    incomes: list[Income] = field(default_factory=list)


def positions(
    transactions: Iterable[Transaction], on: date | None = None, method: Method = Method.FIFO
) -> tuple[Position, ...]:
    """Return all positions at the end of a day (default: of the last row), sorted by instrument.

    The result does not depend on the order of the transactions.

    Raises:
        LedgerError: a transaction is not right by itself, or in a second currency.
        OversoldError: more is sold than held at that moment.
    """
    open_accounts: dict[tuple[str, str], _Account] = {}
    with money.exact():
        for row in ordered(row for row in transactions if on is None or row.on <= on):
            check(row)
            if not row.instrument:
                continue
            key = (row.instrument, row.account)
            if key not in open_accounts:
                open_accounts[key] = _Account(
                    *key, LotPool(method), LotPool(method), row.on, row.on
                )
            _apply(open_accounts[key], row)
        return tuple(_closed(open_accounts[key]) for key in sorted(open_accounts))


def holdings(
    transactions: Iterable[Transaction], on: date | None = None, method: Method = Method.FIFO
) -> tuple[Position, ...]:
    """Return the positions that hold something at the end of a day.

    Raises:
        LedgerError: as `positions` does.
    """
    return tuple(one for one in positions(transactions, on, method) if one.quantity)


def _apply(state: _Account, row: Transaction) -> None:
    if row.kind is not Kind.SPLIT:
        if state.currency not in {"", row.currency}:
            raise LedgerError(
                f"{row.instrument} is kept in {state.currency} here; this row is in "
                f"{row.currency}",
                field="currency",
                transaction=row.id,
            )
        state.currency = row.currency
    state.fees += row.fee
    state.taxes += row.tax
    state.last = row.on
    APPLY[row.kind](state, row)


def _buy(state: _Account, row: Transaction) -> None:
    state.pool.add(_lot(row))


def _short(state: _Account, row: Transaction) -> None:
    state.short.add(_lot(row))


def _sell(state: _Account, row: Transaction) -> None:
    lots = _taken(state.pool, row, "held")
    state.disposals.append(Disposal(row.id, row.on, row.quantity, row.gross, row.charges, lots))


def _cover(state: _Account, row: Transaction) -> None:
    lots = _taken(state.short, row, "sold short")
    state.disposals.append(
        Disposal(row.id, row.on, row.quantity, row.gross, row.charges, lots, Side.SHORT)
    )


def _transfer_out(state: _Account, row: Transaction) -> None:
    _taken(state.pool, row, "held")


def _income(state: _Account, row: Transaction) -> None:
    state.incomes.append(Income(row.id, row.on, row.gross, row.fee, row.tax))


def _fee(state: _Account, row: Transaction) -> None:
    state.fees += row.gross
    state.incomes.append(Income(row.id, row.on, ZERO, row.gross + row.fee, row.tax))


def _tax(state: _Account, row: Transaction) -> None:
    state.taxes += row.gross
    state.incomes.append(Income(row.id, row.on, ZERO, row.fee, row.gross + row.tax))


def _split(state: _Account, row: Transaction) -> None:
    state.pool.split(row.numerator, row.denominator)
    state.short.split(row.numerator, row.denominator)


def _nothing(state: _Account, row: Transaction) -> None:
    """Money that only passes by: it changes balances, not positions."""


def _lot(row: Transaction) -> Lot:
    return Lot(row.on, row.quantity, row.gross, row.charges, row.id)


def _taken(pool: LotPool, row: Transaction, how: str) -> tuple[Lot, ...]:
    try:
        return pool.take(row.quantity)
    except OversoldError as error:
        held = money.format_decimal(error.held)
        asked = money.format_decimal(row.quantity)
        raise OversoldError(
            f"{held} {row.instrument} are {how} on {row.on}; the {row.kind} is of {asked}",
            held=error.held,
            asked=row.quantity,
            transaction=row.id,
        ) from error


APPLY: Final[Mapping[Kind, Callable[[_Account, Transaction], None]]] = {
    Kind.SPLIT: _split,
    Kind.DEPOSIT: _nothing,
    Kind.TRANSFER_IN: _buy,
    Kind.DIVIDEND: _income,
    Kind.INTEREST: _income,
    Kind.BUY: _buy,
    Kind.SHORT: _short,
    Kind.SELL: _sell,
    Kind.COVER: _cover,
    Kind.FEE: _fee,
    Kind.TAX: _tax,
    Kind.TRANSFER_OUT: _transfer_out,
    Kind.WITHDRAWAL: _nothing,
}


def _closed(state: _Account) -> Position:
    pool, short = state.pool, state.short
    return Position(
        instrument=state.instrument,
        account=state.account,
        currency=state.currency,
        method=pool.method,
        quantity=money.tidy(pool.quantity - short.quantity),
        lots=pool.lots,
        short_lots=short.lots,
        cost=money.tidy(pool.cost + pool.charges - short.cost + short.charges),
        cost_gross=money.tidy(pool.cost - short.cost),
        realised=_total(sale.gain for sale in state.disposals),
        realised_gross=_total(sale.gain_gross for sale in state.disposals),
        income=_total(income.net for income in state.incomes),
        income_gross=_total(income.gross for income in state.incomes),
        fees=money.tidy(state.fees),
        taxes=money.tidy(state.taxes),
        first=state.first,
        last=state.last,
        disposals=tuple(state.disposals),
        incomes=tuple(state.incomes),
    )


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return money.tidy(sum(amounts, ZERO))

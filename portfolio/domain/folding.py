"""Folding: transactions in, positions out, one row after the other.

A fold takes rows in their order (`transactions.ordered`) and can be copied, so that rows which
come later continue from where it stood instead of from the beginning. A copy costs what is held
then, not what happened before. Rows must be right by themselves (`transactions.check`); what
does not fit what is held is refused here. Compute within `money.exact()`.

A new kind of transaction is a member of `Kind`, its check beside it, and one function in `APPLY`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.errors import LedgerError, OversoldError
from portfolio.domain.lots import Lot, LotPool, Method
from portfolio.domain.money import DUST, ZERO
from portfolio.domain.position import Disposal, Income, Position, Step
from portfolio.domain.risk_reward import Side
from portfolio.domain.transactions import Kind, Transaction

Methods = Method | Mapping[str, Method]
"""One method for all, or one for each account by its name; FIFO where none is named."""


@dataclass(slots=True)
class Holding:
    """A position while its transactions are applied; totals run along, lists only grow."""

    instrument: str
    account: str
    pool: LotPool
    short: LotPool
    first: date
    last: date
    currency: str = ""
    fees: Decimal = ZERO
    taxes: Decimal = ZERO
    realised: Decimal = ZERO
    realised_gross: Decimal = ZERO
    income: Decimal = ZERO
    income_gross: Decimal = ZERO
    price: Decimal | None = None
    disposals: list[Disposal] = field(default_factory=list)
    incomes: list[Income] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def copy(self) -> "Holding":
        """Return one that goes its own way from here."""
        return replace(
            self,
            pool=self.pool.copy(),
            short=self.short.copy(),
            disposals=self.disposals.copy(),
            incomes=self.incomes.copy(),
            steps=self.steps.copy(),
        )

    def step(self, on: date) -> None:
        """Note what is held at the end of a day."""
        step = Step(on, self.pool.quantity - self.short.quantity, self.price)
        if self.steps and self.steps[-1].on == on:
            self.steps[-1] = step
        else:
            self.steps.append(step)

    def dispose(self, sale: Disposal) -> None:
        """Note a sale and its gain."""
        gross, charges = sale.value, sale.charges
        for lot in sale.lots:
            gross -= lot.cost
            charges += lot.charges
        if sale.side is Side.SHORT:
            gross = -gross
        self.realised_gross += gross
        self.realised += gross - charges
        self.disposals.append(sale)

    def receive(self, income: Income) -> None:
        """Note an income."""
        self.income_gross += income.gross
        self.income += income.gross - income.fee - income.tax
        self.incomes.append(income)

    def closed(self) -> Position:
        """Return the position as it stands."""
        pool, short = self.pool, self.short
        return Position(
            instrument=self.instrument,
            account=self.account,
            currency=self.currency,
            method=pool.method,
            quantity=money.tidy(pool.quantity - short.quantity),
            lots=pool.lots,
            short_lots=short.lots,
            cost=money.tidy(pool.cost + pool.charges - short.cost + short.charges),
            cost_gross=money.tidy(pool.cost - short.cost),
            realised=money.tidy(self.realised),
            realised_gross=money.tidy(self.realised_gross),
            income=money.tidy(self.income),
            income_gross=money.tidy(self.income_gross),
            fees=money.tidy(self.fees),
            taxes=money.tidy(self.taxes),
            first=self.first,
            last=self.last,
            disposals=tuple(self.disposals),
            incomes=tuple(self.incomes),
            steps=tuple(self.steps),
        )


@dataclass(slots=True)
class _Moved:
    """Lots on their way from one of my accounts to another."""

    lots: tuple[Lot, ...]
    price: Decimal | None


class Fold:
    """All positions of some rows.

    What rows of one instrument in one account do never depends on those of another, but for
    mergers and transfers between accounts.
    """

    def __init__(self, methods: Methods = Method.FIFO) -> None:
        self._methods = methods
        self._holdings: dict[tuple[str, str], Holding] = {}
        self._moved: dict[str, _Moved] = {}

    def copy(self) -> "Fold":
        """Return one that goes its own way from here."""
        other = Fold(self._methods)
        other._holdings = {key: one.copy() for key, one in self._holdings.items()}
        other._moved = self._moved.copy()
        return other

    def take(self, rows: Iterable[Transaction]) -> None:
        """Apply rows that come after all that were applied before.

        Raises:
            LedgerError: a row in a second currency.
            OversoldError: more is sold than held at that moment.
        """
        holding: Holding | None = None
        for row in rows:
            if row.instrument:
                if (
                    holding is None
                    or holding.instrument != row.instrument
                    or holding.account != row.account
                ):
                    holding = self.holding(row.instrument, row)
                holding.last = row.on
                if holding.currency != row.currency:
                    _denominate(holding, row)
                if row.fee:
                    holding.fees += row.fee
                if row.tax:
                    holding.taxes += row.tax
                APPLY[row.kind](self, holding, row)

    def positions(self) -> tuple[Position, ...]:
        """Return what there is now, sorted by instrument and account."""
        return tuple(self._holdings[key].closed() for key in sorted(self._holdings))

    def holding(self, instrument: str, row: Transaction) -> Holding:
        """Return the holding of an instrument in the account of a row, begun when it is new."""
        key = (instrument, row.account)
        found = self._holdings.get(key)
        if found is None:
            method = self._methods
            if not isinstance(method, Method):
                method = method.get(row.account, Method.FIFO)
            found = Holding(*key, LotPool(method), LotPool(method), row.on, row.on)
            self._holdings[key] = found
        found.last = row.on
        return found

    def send(self, pair: str, lots: tuple[Lot, ...], price: Decimal | None) -> None:
        """Put lots on their way to the other half of a transfer."""
        self._moved[pair] = _Moved(lots, price)

    def arrive(self, pair: str) -> _Moved | None:
        """Take what is on its way; None when the other half is not among the rows."""
        return self._moved.pop(pair, None)


def _denominate(holding: Holding, row: Transaction) -> None:
    if row.kind is Kind.SPLIT:
        return
    if holding.currency not in {"", row.currency}:
        raise LedgerError(
            f"{row.instrument} is kept in {holding.currency} here; this row is in {row.currency}",
            field="currency",
            transaction=row.id,
        )
    holding.currency = row.currency


def _buy(_fold: Fold, holding: Holding, row: Transaction) -> None:
    holding.pool.put(_lot(row))
    _traded(holding, row)


def _short(_fold: Fold, holding: Holding, row: Transaction) -> None:
    holding.short.put(_lot(row))
    _traded(holding, row)


def _sell(_fold: Fold, holding: Holding, row: Transaction) -> None:
    lots = _taken(holding.pool, row, "held")
    holding.dispose(Disposal(row.id, row.on, row.quantity, _gross(row), row.fee + row.tax, lots))
    _traded(holding, row)


def _cover(_fold: Fold, holding: Holding, row: Transaction) -> None:
    lots = _taken(holding.short, row, "sold short")
    holding.dispose(
        Disposal(row.id, row.on, row.quantity, _gross(row), row.fee + row.tax, lots, Side.SHORT)
    )
    _traded(holding, row)


def _transfer_out(fold: Fold, holding: Holding, row: Transaction) -> None:
    lots = _taken(holding.pool, row, "held")
    if row.pair:
        fold.send(row.pair, lots, holding.price)
    holding.step(row.on)


def _transfer_in(fold: Fold, holding: Holding, row: Transaction) -> None:
    moved = fold.arrive(row.pair) if row.pair else None
    if moved is None:
        holding.pool.put(_lot(row))
        if row.gross:
            holding.price = row.gross / row.quantity
    else:
        holding.pool.merge(moved.lots)
        holding.price = moved.price if holding.price is None else holding.price
    holding.step(row.on)


def _income(_fold: Fold, holding: Holding, row: Transaction) -> None:
    holding.receive(Income(row.id, row.on, row.gross, row.fee, row.tax))


def _fee(_fold: Fold, holding: Holding, row: Transaction) -> None:
    holding.fees += row.gross
    holding.receive(Income(row.id, row.on, ZERO, row.gross + row.fee, row.tax))


def _tax(_fold: Fold, holding: Holding, row: Transaction) -> None:
    holding.taxes += row.gross
    holding.receive(Income(row.id, row.on, ZERO, row.fee, row.gross + row.tax))


def _split(_fold: Fold, holding: Holding, row: Transaction) -> None:
    holding.pool.scale(row.numerator, row.denominator)
    holding.short.scale(row.numerator, row.denominator)
    if holding.price is not None:
        holding.price = holding.price * row.denominator / row.numerator
    holding.step(row.on)


def _merger(fold: Fold, holding: Holding, row: Transaction) -> None:
    """Turn all lots into those of another instrument; cash is for the fraction that comes out.

    Cash beyond a fraction is income of the new one.
    """
    other = fold.holding(row.into, row)
    _denominate(other, row)
    for old, new in ((holding.pool, other.pool), (holding.short, other.short)):
        old.scale(row.numerator, row.denominator)
        new.merge(old.empty())
    if holding.price is not None:
        other.price = holding.price * row.denominator / row.numerator
    fraction = other.pool.quantity - other.pool.quantity.to_integral_value(ROUND_FLOOR)
    if row.gross and fraction >= DUST:
        lots = other.pool.pull(fraction)
        other.dispose(Disposal(row.id, row.on, fraction, row.gross, ZERO, lots))
    elif row.gross:
        other.receive(Income(row.id, row.on, row.gross, ZERO, ZERO))
    holding.step(row.on)
    other.step(row.on)


def _nothing(_fold: Fold, _holding: Holding, _row: Transaction) -> None:
    """Money that only passes by: it changes balances, not positions."""


def _traded(holding: Holding, row: Transaction) -> None:
    holding.price = row.price if row.amount is None else row.amount / row.quantity
    holding.step(row.on)


def _gross(row: Transaction) -> Decimal:
    """Return the value before fee and tax; the context is exact already."""
    return row.quantity * row.price if row.amount is None else row.amount


def _lot(row: Transaction) -> Lot:
    return Lot(row.on, row.quantity, _gross(row), row.fee + row.tax, row.id)


def _taken(pool: LotPool, row: Transaction, how: str) -> tuple[Lot, ...]:
    try:
        return pool.pull(row.quantity, dict(row.lots) if row.lots else None)
    except OversoldError as error:
        held = money.format_decimal(error.held)
        asked = money.format_decimal(row.quantity)
        raise OversoldError(
            f"{held} {row.instrument} are {how} on {row.on}; the {row.kind} is of {asked}",
            held=error.held,
            asked=row.quantity,
            transaction=row.id,
        ) from error


APPLY: Final[Mapping[Kind, Callable[[Fold, Holding, Transaction], None]]] = {
    Kind.SPLIT: _split,
    Kind.MERGER: _merger,
    Kind.DEPOSIT: _nothing,
    Kind.TRANSFER_IN: _transfer_in,
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

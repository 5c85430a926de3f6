"""What became of one instrument in one account: figures, lots, sales, income."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from portfolio.domain import money
from portfolio.domain.lots import Lot, Method
from portfolio.domain.money import ZERO
from portfolio.domain.risk_reward import Side
from portfolio.domain.values import value


@value
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


@value
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


class Step(NamedTuple):
    """What is held from a day on, and the last price it was traded at (None: never)."""

    on: date
    quantity: Decimal
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class Position:
    """What became of one instrument in one account, in one currency, by one method.

    `steps` say what was held at the end of each day on which that, or the last price, changed.
    """

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
    steps: tuple[Step, ...] = ()

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

    def held(self, on: date) -> Decimal:
        """Return what was held at the end of a day, as split by then."""
        place = bisect_right(self.steps, on, key=lambda step: step.on)
        return money.tidy(self.steps[place - 1].quantity) if place else ZERO

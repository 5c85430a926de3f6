"""What the same time, and the same money, would have brought in something else.

A benchmark is one instrument or a basket, bought at its weights at the close of the first day and
held. Each unit grows by splits, and by dividends that buy more of it at the close of their
ex-date; prices are as traded, in one currency at the rate of the day. Its index is 100 at the
start.

*Same flows*: what was there at the start, and all money in or out since, goes into the benchmark
(or out of it) at its index of that day.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolio.domain import money
from portfolio.domain.errors import AmountError, RateError
from portfolio.domain.money import HUNDRED, ONE, ZERO
from portfolio.domain.performance import View
from portfolio.domain.returns import NoNumber, Period
from portfolio.domain.valuation import Quote


@dataclass(frozen=True, slots=True)
class Growth:
    """What one unit became on a day: by a split, or by a dividend that bought more at `price`."""

    on: date
    numerator: Decimal
    denominator: Decimal
    dividend: Decimal = ZERO
    price: Decimal = ONE

    @property
    def factor(self) -> Decimal:
        """How many units one unit became."""
        return self.numerator / self.denominator + self.dividend / self.price


GrowthOf = Callable[[str], Sequence[Growth]]
"""Return the splits and dividends of an instrument, oldest first."""


@dataclass(frozen=True, slots=True)
class Leg:
    """An instrument of a basket, and its part of it."""

    symbol: str
    weight: Decimal


def parse(text: str) -> tuple[Leg, ...]:
    """Return the legs of a basket such as "AAPL:0.6,MSFT:0.4"; one symbol alone is all of it.

    Raises:
        AmountError: a weight that is no number above zero, or weights that do not sum to 1.
    """
    legs: list[Leg] = []
    for part in text.split(","):
        symbol, _, weight = part.strip().partition(":")
        legs.append(Leg(symbol.strip(), money.parse_decimal(weight.strip() or "1")))
    with money.exact():
        if any(leg.weight <= 0 for leg in legs) or sum(leg.weight for leg in legs) != ONE:
            raise AmountError("The weights must be above zero and sum to 1", field="benchmark")
    return tuple(legs)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A basket, ready to be asked for its index."""

    legs: tuple[Leg, ...]
    start: date
    view: View
    growth_of: GrowthOf

    def quote(self, symbol: str, on: date) -> Quote | NoNumber:
        """Return a price of a leg."""
        return self.view.price_on(symbol, on) or NoNumber(f"No price of {symbol} on {on} is known")

    def growth(self, symbol: str, on: date) -> list[Growth]:
        """Return what one unit became between the start and a day."""
        return [one for one in self.growth_of(symbol) if self.start < one.on <= on]

    def index(self, on: date) -> Decimal | NoNumber:
        """Return the index of a day: 100 at the start."""
        total = ZERO
        with money.exact():
            for leg in self.legs:
                grown = self.relative(leg.symbol, on)
                if isinstance(grown, NoNumber):
                    return grown
                total += leg.weight * grown
            return total * HUNDRED

    def relative(self, symbol: str, on: date) -> Decimal | NoNumber:
        """Return what 1 of the currency, put into a leg at the start, is worth on a day."""
        begun, now = self.quote(symbol, self.start), self.quote(symbol, on)
        if isinstance(begun, NoNumber):
            return begun
        if isinstance(now, NoNumber):
            return now
        units = ONE
        with money.exact():
            for one in self.growth(symbol, on):
                units *= one.factor
            try:
                before = self.view.converted(begun.price, begun.currency, self.start)
                return units * self.view.converted(now.price, now.currency, on) / before
            except RateError as error:
                return NoNumber(str(error))

    def same_flows(self, base: Decimal, past: Iterable[Period], end: date) -> Decimal | NoNumber:
        """Return what the same money in and out would be worth at the end."""
        last = self.index(end)
        if isinstance(last, NoNumber):
            return last
        with money.exact():
            worth = base * last / HUNDRED
            for one in past:
                flow = one.inflow - one.outflow
                if not flow:
                    continue
                index = self.index(one.on)
                if isinstance(index, NoNumber):
                    return index
                worth += flow * last / index
            return worth

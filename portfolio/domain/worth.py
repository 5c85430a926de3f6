"""The worth of a ledger on many days at once, part by part.

For each part there are three rows of figures on the days of a grid: what it was worth at their
close, what came in and what went out. They are computed once for a part and a grid, so that a
changed ledger costs its changed parts; sums of neighbouring parts are kept as well.

Cash is worth the rate of the day, in a portfolio whose cash counts. What goes from one of my
accounts to another is no flow, unless only one of them is looked at.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate, repeat
from operator import add
from typing import Final

from portfolio.domain import cash, money
from portfolio.domain.conversion import Converter
from portfolio.domain.errors import RateError
from portfolio.domain.money import DUST, ZERO
from portfolio.domain.parts import Folded, Part
from portfolio.domain.performance import MOVES, Scope
from portfolio.domain.position import Position
from portfolio.domain.quotes import ClosesOf, PriceOn
from portfolio.domain.transactions import Kind, Transaction

Figures = tuple[Decimal, ...]
_TOGETHER: Final = 8  # parts in one kept sum


@dataclass(frozen=True, slots=True)
class Days:
    """Worth at the close, money in and money out on each day of a grid."""

    value: Figures
    inflow: Figures
    outflow: Figures


class Grid:
    """The days that are looked at, and what is known of them whatever the ledger says.

    `closes_of` gives all closes of an instrument at once; without it `price_on` is asked.
    """

    def __init__(
        self,
        days: Sequence[int],
        converter: Converter,
        price_on: PriceOn,
        closes_of: ClosesOf | None = None,
    ) -> None:
        self.days = tuple(days)
        self.dates = tuple(map(date.fromordinal, self.days))
        self.currency = converter.currency
        self._converter = converter
        self._price_on = price_on
        self._closes_of = closes_of
        self._prices: dict[str, tuple[Decimal | None, ...]] = {}
        self._rates: dict[str, tuple[Decimal | None, ...]] = {}
        self._sums: dict[tuple[int, ...], tuple[Sequence[Days], Days]] = {}

    def place(self, day: int) -> int:
        """Return the place of the first day of the grid that is not before a day."""
        return bisect_left(self.days, day)

    def prices(self, instrument: str) -> tuple[Decimal | None, ...]:
        """Return the price of an instrument on each day, in the currency; None while unknown."""
        known = self._prices.get(instrument)
        if known is None:
            known = self._prices[instrument] = self._track(instrument)
        return known

    def rates(self, currency: str) -> tuple[Decimal | None, ...]:
        """Return what one unit of a currency is worth on each day; None while unknown."""
        known = self._rates.get(currency)
        if known is None:
            known = self._rates[currency] = tuple(self._rate(currency, on) for on in self.dates)
        return known

    def summed(self, parts: Sequence[Days]) -> Days:
        """Return the sum of several parts, neighbours first; what did not change is kept."""
        if len(parts) <= 1:
            return parts[0] if parts else _nothing(len(self.days))
        kept: dict[tuple[int, ...], tuple[Sequence[Days], Days]] = {}
        while len(parts) > 1:
            groups = [parts[at : at + _TOGETHER] for at in range(0, len(parts), _TOGETHER)]
            sums = []
            for group in groups:
                key = tuple(map(id, group))
                if key not in kept:
                    kept[key] = self._sums.get(key) or (group, _sum(group))
                sums.append(kept[key][1])
            parts = sums
        self._sums = kept
        return parts[0]

    def _track(self, instrument: str) -> tuple[Decimal | None, ...]:
        closes = None if self._closes_of is None else self._closes_of(instrument)
        if closes is None:
            return tuple(self._quoted(instrument, on) for on in self.dates)
        found: list[Decimal | None] = []
        place, price = 0, None
        for day in self.days:
            while place < len(closes.days) and closes.days[place] <= day:
                price = closes.prices[place]
                place += 1
            found.append(price)
        if closes.currency == self.currency:
            return tuple(found)
        return tuple(map(_times, found, self.rates(closes.currency)))

    def _quoted(self, instrument: str, on: date) -> Decimal | None:
        quote = self._price_on(instrument, on)
        if quote is None:
            return None
        return _times(quote.price, self._rate(quote.currency, on))

    def _rate(self, currency: str, on: date) -> Decimal | None:
        try:
            return self._converter.rate(currency, on)
        except RateError:
            return None


def days_of(
    part: Part, folded: Folded, grid: Grid, scope: Scope, left_out: frozenset[str], *, alone: bool
) -> Days:
    """Return the days of one part; `alone` when other accounts of mine are not looked at."""

    def make() -> Days:
        with money.exact():
            shown = [one for one in folded.positions if one.instrument not in left_out]
            values = [_held(position, grid) for position in shown]
            inflow, outflow = [ZERO] * len(grid.days), [ZERO] * len(grid.days)
            for row, stated in _flows(part, folded, scope, alone=alone):
                if row.instrument in left_out:
                    continue
                place = grid.place(row.on.toordinal())
                flow = stated + _beyond(row, grid.prices(row.instrument)[place])
                if flow > 0:
                    inflow[place] += flow
                else:
                    outflow[place] -= flow
            if scope is Scope.PORTFOLIO:
                values += _cash(part, grid, left_out)
            value = _added(values) if values else (ZERO,) * len(grid.days)
            return Days(value, tuple(inflow), tuple(outflow))

    mine = left_out & {one.instrument for one in folded.positions}
    return part.once(("days", grid, scope, mine, alone), make)


def flow_days(part: Part, folded: Folded, scope: Scope, *, alone: bool) -> frozenset[int]:
    """Return the days of a part on which money comes or goes."""
    return part.once(
        ("flow days", scope, alone),
        lambda: frozenset(
            row.on.toordinal() for row, _ in _flows(part, folded, scope, alone=alone)
        ),
    )


def _flows(
    part: Part, folded: Folded, scope: Scope, *, alone: bool
) -> list[tuple[Transaction, Decimal]]:
    """Return the rows that bring money into the scope (> 0) or take it out, and how much."""

    def make() -> list[tuple[Transaction, Decimal]]:
        with money.exact():
            stated = ((row, _flow(row, scope)) for row in folded.rows if alone or not row.pair)
            return [(row, flow) for row, flow in stated if flow or row.pair]

    return part.once(("flows", folded.currency, scope, alone), make)


def _flow(row: Transaction, scope: Scope) -> Decimal:
    """Return what a row moves across the border of the scope."""
    moved = ZERO
    if row.kind in MOVES:
        moved = row.gross if row.kind in _IN else -row.gross
    if scope is Scope.PORTFOLIO:
        return moved
    return moved - cash.EFFECTS[row.kind](row) if row.instrument else ZERO


def _beyond(row: Transaction, price: Decimal | None) -> Decimal:
    """Return what units that go to or come from another account were worth beyond their amount."""
    if not row.pair or not row.instrument or price is None:
        return ZERO
    worth = row.quantity * price - row.gross
    return worth if row.kind in _IN else -worth


def _held(position: Position, grid: Grid) -> Figures:
    """Return what a position was worth each day: quantity x price, or the last trade's price."""
    values = [ZERO] * len(grid.days)
    prices = grid.prices(position.instrument)
    starts = [grid.place(step.on.toordinal()) for step in position.steps]
    stops = [*starts[1:], len(grid.days)]
    for step, start, stop in zip(position.steps, starts, stops, strict=False):
        held = step.quantity
        if start == stop or abs(held) < DUST:
            continue
        if prices[start] is not None:  # what is known once is known from then on
            values[start:stop] = [
                held * price for price in prices[start:stop] if price is not None
            ]
        else:
            traded = step.price
            values[start:stop] = [
                ZERO if price is None else held * price
                for price in (traded if known is None else known for known in prices[start:stop])
            ]
    return tuple(values)


def _cash(part: Part, grid: Grid, left_out: frozenset[str]) -> list[Figures]:
    """Return what the cash that a part brought and took comes to each day, by currency."""
    moved: dict[str, list[Decimal]] = {}
    for row in part.rows:
        if row.instrument not in left_out:
            currency, amount = cash.movement(row)
            days = moved.get(currency)
            if days is None:
                days = moved[currency] = [ZERO] * len(grid.days)
            days[grid.place(row.on.toordinal())] += amount
    found: list[Figures] = []
    for currency, days in moved.items():
        balances = tuple(accumulate(days, add))
        if currency == grid.currency:
            found.append(balances)
        else:
            worth = map(_times, balances, grid.rates(currency))
            found.append(tuple(ZERO if one is None else one for one in worth))
    return found


def _times(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else money.product(one, other)


def _sum(group: Sequence[Days]) -> Days:
    def column(pick: Callable[[Days], Figures]) -> Figures:
        return _added([pick(one) for one in group])

    with money.exact():
        return Days(
            column(lambda one: one.value),
            column(lambda one: one.inflow),
            column(lambda one: one.outflow),
        )


def _added(rows: Sequence[Figures]) -> Figures:
    return tuple(map(sum, zip(*rows, strict=True), repeat(ZERO)))


def _nothing(length: int) -> Days:
    return Days(*((ZERO,) * length,) * 3)


_IN: Final = frozenset({Kind.DEPOSIT, Kind.TRANSFER_IN})

"""The worth of a ledger on many days at once, part by part.

For each part there are three rows of figures on the days of a grid: what it was worth at their
close, what came in and what went out. They are computed once for a part and a grid, so that a
changed ledger costs its changed parts; sums of neighbouring parts are kept as well.

Cash is worth the rate of the day, in a portfolio whose cash counts. What goes from one of my
accounts to another is no flow, unless only one of them is looked at.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate, repeat
from operator import add, eq, is_, mul
from typing import Final

from portfolio.domain import cash, money
from portfolio.domain.conversion import Converter
from portfolio.domain.errors import RateError
from portfolio.domain.money import DUST, ZERO
from portfolio.domain.parts import Folded, Part
from portfolio.domain.performance import MOVES, Scope
from portfolio.domain.position import Position
from portfolio.domain.quotes import ClosesOf, PriceOn
from portfolio.domain.timeline import Point
from portfolio.domain.transactions import Kind, Transaction

Figures = tuple[Decimal, ...]
_TOGETHER: Final = 8  # parts in one kept sum


@dataclass(frozen=True, slots=True)
class Days:
    """Worth at the close, money in and money out on each day of a grid."""

    value: Figures
    inflow: Figures
    outflow: Figures


@dataclass(frozen=True, slots=True)
class Course:
    """The points that sums on a grid came to, on the days that were to be shown."""

    shown: frozenset[int]
    sums: Days
    points: tuple[Point, ...]


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
        self.nothing: Figures = (ZERO,) * len(self.days)
        self.currency = converter.currency
        self._converter = converter
        self._price_on = price_on
        self._closes_of = closes_of
        self._prices: dict[str, tuple[Decimal | None, ...]] = {}
        self._rates: dict[str, tuple[Decimal | None, ...]] = {}
        self._sums: dict[tuple[int, int], tuple[Sequence[Days], Days]] = {}
        self.known_course: Course | None = None
        self._places = {day: place for place, day in enumerate(self.days)}

    def place(self, day: int) -> int:
        """Return the place of the first day of the grid that is not before a day."""
        found = self._places.get(day)
        return bisect_left(self.days, day) if found is None else found

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
            return parts[0] if parts else Days(*(self.nothing,) * 3)
        kept: dict[tuple[int, int], tuple[Sequence[Days], Days]] = {}
        level = 0
        while len(parts) > 1:
            groups = [parts[at : at + _TOGETHER] for at in range(0, len(parts), _TOGETHER)]
            for at, group in enumerate(groups):
                known = self._sums.get((level, at))
                kept[level, at] = group, _sum(group, self.nothing, known)
            parts = [kept[level, at][1] for at in range(len(groups))]
            level += 1
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
    mine = left_out & {one.instrument for one in folded.positions}

    def make() -> Days:
        with money.exact():
            shown = [one for one in folded.positions if one.instrument not in left_out]
            values = [_held(position, grid) for position in shown]
            inflow, outflow = _moved(_flows(part, folded, scope, mine, alone=alone), grid)
            if scope is Scope.PORTFOLIO:
                values += _cash(part, grid, left_out)
            value = _added(values) if values else grid.nothing
            return Days(value, inflow, outflow)

    return part.once(("days", grid, scope, mine, alone), make)


def flow_days(part: Part, folded: Folded, scope: Scope, *, alone: bool) -> frozenset[int]:
    """Return the days of a part on which money comes or goes."""

    def make() -> frozenset[int]:
        found = _flows(part, folded, scope, frozenset(), alone=alone)
        paired = (row.on.toordinal() for row, _ in found.paired)
        return frozenset(found.inflow).union(found.outflow, paired)

    return part.once(("flow days", folded.currency, scope, alone), make)


@dataclass(slots=True)
class _Flows:
    """What comes into a scope and goes out of it, by days; one by one what has another half."""

    inflow: dict[int, Decimal]
    outflow: dict[int, Decimal]
    paired: list[tuple[Transaction, Decimal]]


def _flows(
    part: Part, folded: Folded, scope: Scope, left_out: frozenset[str], *, alone: bool
) -> _Flows:
    """Return what crosses the border of the scope."""

    def make() -> _Flows:
        inflow: dict[int, Decimal] = {}
        outflow: dict[int, Decimal] = {}
        paired: list[tuple[Transaction, Decimal]] = []
        with money.exact():
            for row in folded.rows:
                flow = _flow(row, scope)
                if row.instrument in left_out:
                    continue
                if row.pair:
                    if alone:
                        paired.append((row, flow))
                elif flow:
                    column, flow = (inflow, flow) if flow > ZERO else (outflow, -flow)
                    day = row.on.toordinal()
                    column[day] = column[day] + flow if day in column else flow
        return _Flows(inflow, outflow, paired)

    return part.once(("flows", folded.currency, scope, left_out, alone), make)


def _moved(flows: _Flows, grid: Grid) -> tuple[Figures, Figures]:
    """Return what comes in and what goes out on each day of a grid."""
    if not (flows.inflow or flows.outflow or flows.paired):
        return grid.nothing, grid.nothing
    inflow, outflow = list(grid.nothing), list(grid.nothing)
    for column, days in ((inflow, flows.inflow), (outflow, flows.outflow)):
        for day, flow in days.items():
            column[grid.place(day)] += flow
    for row, stated in flows.paired:
        place = grid.place(row.on.toordinal())
        flow = stated + _beyond(row, grid.prices(row.instrument)[place])
        if flow > 0:
            inflow[place] += flow
        else:
            outflow[place] -= flow
    return tuple(inflow), tuple(outflow)


def _flow(row: Transaction, scope: Scope) -> Decimal:
    """Return what a row moves across the border of the scope."""
    kind = row.kind
    if scope is Scope.HOLDINGS:
        flow = -cash.EFFECTS[kind](row) if row.instrument else ZERO
        if kind not in MOVES or not row.instrument:
            return flow
    elif kind in MOVES:
        flow = ZERO
    else:
        return ZERO
    return flow + row.gross if kind in _IN else flow - row.gross


def _beyond(row: Transaction, price: Decimal | None) -> Decimal:
    """Return what units that go to or come from another account were worth beyond their amount."""
    if not row.pair or not row.instrument or price is None:
        return ZERO
    worth = row.quantity * price - row.gross
    return worth if row.kind in _IN else -worth


def _held(position: Position, grid: Grid) -> Figures:
    """Return what a position was worth each day: quantity x price, or the last trade's price."""
    size, steps = len(grid.days), position.steps
    starts = [grid.place(step.on.toordinal()) for step in steps]
    if not starts:
        return grid.nothing
    held = [ZERO] * starts[0]
    for step, start, stop in zip(steps, starts, [*starts[1:], size], strict=True):
        if start < stop:
            held += [step.quantity if abs(step.quantity) >= DUST else ZERO] * (stop - start)
    prices = grid.prices(position.instrument)
    # what is known once is known from then on
    unknown = next((at for at, price in enumerate(prices) if price is not None), size)
    traded: list[Decimal] = []
    for step, stop in zip(steps, [*starts[1:], size], strict=True):
        if len(traded) >= unknown:
            break
        if not traded:
            traded = [ZERO] * min(starts[0], unknown)
        traded += [step.price or ZERO] * (min(stop, unknown) - len(traded))
    return (*map(mul, held, traded), *map(mul, held[unknown:], _known(prices, unknown)))


def _known(prices: Sequence[Decimal | None], unknown: int) -> Iterator[Decimal]:
    return (price for price in prices[unknown:] if price is not None)


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


def _sum(
    group: Sequence[Days], nothing: Figures, known: tuple[Sequence[Days], Days] | None
) -> Days:
    """Return the sum of some parts; what `known` ones had in common with them is not added again.

    `known` are the parts that stood there before, and their sum.
    """
    if known is not None and all(map(is_, group, known[0])) and len(group) == len(known[0]):
        return known[1]

    def column(pick: Callable[[Days], Figures]) -> Figures:
        rows = [figures for figures in map(pick, group) if figures is not nothing]
        if not rows:
            return nothing
        if known is None or len(known[0]) != len(group):
            return _added(rows)
        changed = zip(map(pick, group), map(pick, known[0]), strict=True)
        same = min(differ(*pair) for pair in changed)
        return (*pick(known[1])[:same], *_added([figures[same:] for figures in rows]))

    with money.exact():
        return Days(
            column(lambda one: one.value),
            column(lambda one: one.inflow),
            column(lambda one: one.outflow),
        )


def differ(one: Figures, other: Figures) -> int:
    """Return the first place at which figures are not the same; their length if there is none."""
    if one is other:
        return len(one)
    return next((at for at, same in enumerate(map(eq, one, other)) if not same), len(one))


def _added(rows: Sequence[Figures]) -> Figures:
    return rows[0] if len(rows) == 1 else tuple(map(sum, zip(*rows, strict=True), repeat(ZERO)))


_IN: Final = frozenset({Kind.DEPOSIT, Kind.TRANSFER_IN})

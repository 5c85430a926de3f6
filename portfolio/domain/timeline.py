"""The worth of a ledger from day to day, and what a stretch of it gained.

A stretch from one day to another begins with what was there at the close of its first day, or
with nothing where the ledger begins later. Its gain is

    value at the end - value at the begin - money put in + money taken out

and its percentage the gain over the *average capital*: what was there at the begin with money in
and out since, averaged over the days on which it was above zero.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter, is_
from typing import Final, TypeVar

from portfolio.domain import money
from portfolio.domain.money import ONE, ZERO
from portfolio.domain.returns import NoNumber, Period, growth_of
from portfolio.domain.values import value

T = TypeVar("T")
_WEEKDAYS: Final = 5
_ON: Final = attrgetter("on")


@value
class Point:
    """The close of a day: worth, money put in less taken out since ever, and how it came."""

    on: date
    value: Decimal
    invested: Decimal
    period: Period


@dataclass(frozen=True, slots=True)
class Stretch:
    """The points from a day to another, and what was gained between them.

    `whole` says that it counts from the morning of its first day, so that this one's flows and
    return belong to it; else from the close of that day. `base` is what was there then,
    `capital` the average of what was invested since.
    """

    points: tuple[Point, ...]
    gain: Decimal
    share: Decimal | NoNumber
    time_weighted: Decimal | NoNumber
    whole: bool = True
    base: Decimal = ZERO
    capital: Decimal = ZERO

    @property
    def past(self) -> tuple[Period, ...]:
        """The periods that belong to it, oldest first."""
        return tuple(point.period for point in (self.points if self.whole else self.points[1:]))


def weekdays(first: date, last: date, most: int) -> list[date]:
    """Return the Mondays to Fridays between two days, the last one in any case.

    Where they are more than `most`, every second, third … of them, counted from the end.
    """
    days = [
        day
        for day in range(first.toordinal(), last.toordinal() + 1)
        if (day - 1) % 7 < _WEEKDAYS or day == last.toordinal()
    ]
    step = max(1, -(-len(days) // most))
    return [date.fromordinal(day) for day in days[::-1][::step][::-1]]


def stretch(points: Sequence[Point], start: date, end: date) -> Stretch:
    """Return what lies between two days, both included."""
    stop = bisect_right(points, end, key=_ON)
    begin = bisect_right(points, start, key=_ON) - 1
    shown = points[max(begin, 0) : stop]
    if not shown:
        nothing = NoNumber("There is nothing in this time")
        return Stretch((), ZERO, nothing, nothing)
    # The ledger's own first day counts from its morning, any other first day from its close.
    whole = begin <= 0 and start <= points[0].on
    with money.exact():
        before = ZERO if whole else shown[0].value
        at = _Reached(shown[0].on, before, max(before, ZERO), ZERO, 0, ONE)
        for point in shown if whole else shown[1:]:
            at = _onward(at, point.period)
    return _measured(shown, at, whole=whole)


class Running:
    """The stretch from the morning of the first day, of points of which few are new each time.

    What it comes to is gone on with from the last point that was there before.
    """

    def __init__(self) -> None:
        self._points: Sequence[Point] = ()
        self._reached: list[_Reached] = []

    def stretch(self, points: Sequence[Point]) -> Stretch:
        """Return the stretch of all points there are."""
        if not points:
            return stretch(points, date.min, date.min)
        pairs = enumerate(map(is_, points, self._points))
        known = next((at for at, same in pairs if not same), min(len(points), len(self._points)))
        reached = self._reached[:known]
        with money.exact():
            at = reached[-1] if reached else _Reached(points[0].on, ZERO, ZERO, ZERO, 0, ONE)
            for point in points[known:]:
                at = _onward(at, point.period)
                reached.append(at)
        self._points, self._reached = points, reached
        return _measured(points, at, whole=True)


@value
class _Reached:
    """How a stretch stands at the close of a day.

    `weighted` is what was invested times the days of it, `days` how many were above zero.
    """

    on: date
    capital: Decimal
    highest: Decimal
    weighted: Decimal
    days: int
    wealth: Decimal | NoNumber


def _onward(at: _Reached, period: Period) -> _Reached:
    capital, weighted, days = at.capital, at.weighted, at.days
    if capital > ZERO:
        length = (period.on - at.on).days
        weighted += capital * length
        days += length
    highest = at.highest
    if period.inflow:
        capital += period.inflow
        highest = max(highest, capital)
    if period.outflow:
        capital -= period.outflow
    wealth = at.wealth
    if not isinstance(wealth, NoNumber):
        growth = growth_of(period)
        wealth = growth if isinstance(growth, NoNumber) else wealth * growth
    return _Reached(period.on, capital, highest, weighted, days, wealth)


def _measured(shown: Sequence[Point], at: _Reached, *, whole: bool) -> Stretch:
    first, last = shown[0], shown[-1]
    with money.exact():
        base = ZERO if whole else first.value
        put_in = last.invested - (first.invested - _net(first) if whole else first.invested)
        gain = last.value - base - put_in
        capital = at.weighted / at.days if at.days else at.highest
        share = gain / capital if capital > 0 else NoNumber("Nothing was invested in this time")
        total = at.wealth if isinstance(at.wealth, NoNumber) else at.wealth - ONE
    return Stretch(tuple(shown), gain, share, total, whole, base, capital)


def _net(point: Point) -> Decimal:
    return point.period.inflow - point.period.outflow


def thinned(items: Sequence[T], most: int) -> list[T]:
    """Return at most `most` (two or more) of the items, evenly spread, first and last among them.

    >>> thinned("abcdefg", 3)
    ['a', 'd', 'g']
    """
    if len(items) <= most:
        return list(items)
    return [items[place * (len(items) - 1) // (most - 1)] for place in range(most)]

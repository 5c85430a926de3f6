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
from itertools import pairwise
from typing import Final, TypeVar

from portfolio.domain import money
from portfolio.domain.money import ZERO
from portfolio.domain.returns import NoNumber, Period, time_weighted

T = TypeVar("T")
_WEEKDAYS: Final = 5


@dataclass(frozen=True, slots=True)
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
    days = [point.on for point in points]
    stop = bisect_right(days, end)
    begin = bisect_right(days, start) - 1
    shown = points[max(begin, 0) : stop]
    if not shown:
        nothing = NoNumber("There is nothing in this time")
        return Stretch((), ZERO, nothing, nothing)
    # The ledger's own first day counts from its morning, any other first day from its close.
    whole = begin <= 0 and start <= days[0]
    past = [point.period for point in (shown if whole else shown[1:])]
    with money.exact():
        base = ZERO if whole else shown[0].value
        flows = sum((one.inflow - one.outflow for one in past), ZERO)
        gain = shown[-1].value - base - flows
        capital = _average_capital(shown[0].on, base, past)
        share = gain / capital if capital > 0 else NoNumber("Nothing was invested in this time")
    linked = time_weighted(past)
    total = linked if isinstance(linked, NoNumber) else linked.total
    return Stretch(tuple(shown), gain, share, total, whole, base, capital)


def thinned(items: Sequence[T], most: int) -> list[T]:
    """Return at most `most` (two or more) of the items, evenly spread, first and last among them.

    >>> thinned("abcdefg", 3)
    ['a', 'd', 'g']
    """
    if len(items) <= most:
        return list(items)
    return [items[place * (len(items) - 1) // (most - 1)] for place in range(most)]


def _average_capital(first: date, base: Decimal, past: Sequence[Period]) -> Decimal:
    """Return the mean of what was invested, over the days on which that was above zero."""
    steps = [(first, base, ZERO), *((one.on, one.inflow, one.outflow) for one in past)]
    capital = highest = weighted = ZERO
    days = 0
    for (on, put_in, taken_out), (until, _, _) in pairwise([*steps, steps[-1]]):
        capital += put_in
        highest = max(highest, capital)
        capital -= taken_out
        if capital > 0:
            weighted += capital * (until - on).days
            days += (until - on).days
    return weighted / days if days else highest

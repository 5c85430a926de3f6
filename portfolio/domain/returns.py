"""Time-weighted return, and what follows from a series of returns.

Convention: money comes in at the start of a day and goes out at its end,

    1 + r = (value at the end + out) / (value before + in)

and days are linked by multiplication. What stays inside the scope (buys, sells, dividends of a
whole portfolio) is no flow. Selling everything is an outflow, never a loss of 100 %. A day on
which nothing is invested has the return 0; value that appears on such a day is named in
`warnings`, because no return can express it. When more is owed than owned, there is no return.

- annualised = (1 + r)^(365 / days) - 1; for less than a year it is shown only with a warning
- drawdown   = (peak - wealth) / peak with wealth = 1 + cumulative return; its length runs from a
  peak to the day a new one is reached, or to the last day
- volatility = standard deviation (n - 1) of ln(1 + r) over all n returns, times sqrt(n): for the
  whole period, as Portfolio Performance shows it; times sqrt(periods a year) instead of sqrt(n)
  it is the annualised figure of most other tools
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Final

from portfolio.domain import money
from portfolio.domain.money import ONE, ZERO
from portfolio.domain.values import value

DAYS_A_YEAR: Final = Decimal(365)
TRADING_DAYS_A_YEAR: Final = 252


@dataclass(frozen=True, slots=True)
class NoNumber:
    """There is no such figure; the reason is a sentence to be shown instead of it."""

    reason: str


@value
class Period:
    """A stretch of time up to a day: value before, money in at its start, value and money out."""

    on: date
    begin: Decimal
    end: Decimal
    inflow: Decimal = ZERO
    outflow: Decimal = ZERO


@value
class DayReturn:
    """The return up to a day, since the day before and since the start."""

    on: date
    period: Decimal
    cumulative: Decimal


@dataclass(frozen=True, slots=True)
class TimeWeighted:
    """A time-weighted return with the series it is linked from."""

    series: tuple[DayReturn, ...]
    warnings: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """The return from the first to the last day."""
        return self.series[-1].cumulative if self.series else ZERO


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The deepest fall below a peak, and the longest time from one peak to the next."""

    depth: Decimal
    peak: date
    trough: date
    longest_days: int


def time_weighted(periods: Iterable[Period]) -> TimeWeighted | NoNumber:
    """Return the linked return of consecutive periods, oldest first."""
    series: list[DayReturn] = []
    warnings: list[str] = []
    wealth = ONE
    with money.exact():
        for period in periods:
            growth = growth_of(period)
            if isinstance(growth, NoNumber):
                return growth
            if not period.begin + period.inflow and period.end + period.outflow:
                warnings.append(f"Value appeared on {period.on} while nothing was invested")
            wealth *= growth
            series.append(DayReturn(period.on, growth - ONE, wealth - ONE))
    return TimeWeighted(tuple(series), tuple(warnings))


def growth_of(period: Period) -> Decimal | NoNumber:
    """Return 1 + r of one period; 1 while nothing is invested. Compute within `money.exact()`."""
    invested = period.begin + period.inflow
    if invested > ZERO:
        return (period.end + period.outflow) / invested
    return ONE if not invested else NoNumber(f"On {period.on} more was owed than owned")


def aggregated(
    series: Sequence[DayReturn], key: Callable[[date], Hashable]
) -> tuple[DayReturn, ...]:
    """Return one entry per key (`week`, `month`, `year`), dated by its last day."""
    result: list[DayReturn] = []
    before = ZERO
    with money.exact():
        for _, group in groupby(series, key=lambda one: key(one.on)):
            last = list(group)[-1]
            change = (ONE + last.cumulative) / (ONE + before) - ONE if before != -ONE else ZERO
            result.append(DayReturn(last.on, change, last.cumulative))
            before = last.cumulative
    return tuple(result)


def week(on: date) -> Hashable:
    """Name the week of a day, Monday to Sunday (ISO 8601)."""
    return on.isocalendar()[:2]


def month(on: date) -> Hashable:
    """Name the month of a day."""
    return on.year, on.month


def year(on: date) -> Hashable:
    """Name the year of a day."""
    return on.year


def annualised(total: Decimal, days: int) -> Decimal | NoNumber:
    """Return what a return over some days comes to in a year of 365."""
    if days <= 0:
        return NoNumber("A return over no time cannot be put per year")
    with money.exact():
        if total <= -ONE:
            return -ONE if total == -ONE else NoNumber("More was lost than was invested")
        return (ONE + total) ** (DAYS_A_YEAR / days) - ONE


def drawdown(series: Sequence[tuple[date, Decimal]]) -> Drawdown | NoNumber:
    """Return the deepest fall of a series of (day, cumulative return), oldest first."""
    if not series:
        return NoNumber("There is no day to measure")
    first = series[0][0]
    peak_on, peak = series[0][0], ONE + series[0][1]
    deepest = Drawdown(ZERO, first, first, 0)
    depth, bounds, longest = deepest.depth, (first, first), 0
    with money.exact():
        for on, cumulative in series:
            wealth = ONE + cumulative
            longest = max(longest, (on - peak_on).days)
            if wealth > peak:
                peak_on, peak = on, wealth
            elif peak > 0 and (peak - wealth) / peak > depth:
                depth, bounds = (peak - wealth) / peak, (peak_on, on)
    return Drawdown(depth, bounds[0], bounds[1], longest)


def volatility(
    returns: Sequence[Decimal], *, a_year: Decimal | int | None = None
) -> Decimal | NoNumber:
    """Return the spread of returns, over their whole period or per year.

    Args:
        returns: one per day (or week, month), none of them the dummy 0 of a first day.
        a_year: how many such returns make a year, for the annualised figure.
    """
    logs = _logs(returns)
    if isinstance(logs, NoNumber):
        return logs
    mean = _mean(logs)
    return _deviation([(value - mean) for value in logs], len(logs), a_year)


def semi_deviation(
    returns: Sequence[Decimal], *, a_year: Decimal | int | None = None
) -> Decimal | NoNumber:
    """Return the spread of those returns alone that lie below the mean; else as `volatility`."""
    logs = _logs(returns)
    if isinstance(logs, NoNumber):
        return logs
    mean = _mean(logs)
    return _deviation([min(value - mean, ZERO) for value in logs], len(logs), a_year)


def chained(returns: Iterable[Decimal]) -> Decimal:
    """Return the total of returns that follow each other."""
    wealth = ONE
    with money.exact():
        for one in returns:
            wealth *= ONE + one
        return wealth - ONE


def _logs(returns: Sequence[Decimal]) -> list[Decimal] | NoNumber:
    if any(one <= -ONE for one in returns):
        return NoNumber("After a loss of everything, returns have no spread")
    with money.exact():
        return [(ONE + one).ln() for one in returns]


def _mean(values: Sequence[Decimal]) -> Decimal:
    with money.exact():
        return sum(values, ZERO) / len(values) if values else ZERO


def _deviation(
    differences: Sequence[Decimal], count: int, a_year: Decimal | int | None
) -> Decimal | NoNumber:
    if count <= 1:
        return NoNumber("At least two returns are needed")
    with money.exact():
        variance = sum((one * one for one in differences), ZERO) / (count - 1)
        return (variance * (a_year or count)).sqrt()

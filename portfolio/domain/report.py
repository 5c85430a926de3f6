"""How a ledger, or a part of it, did between two days: gain, returns, risk, and who did it.

All percentages are fractions. Returns are those of the course of the ledger, one a weekday
(`overview.course`), with money in at the start of a day and out at its end (`returns`).
Volatility is per year: times the square root of how many returns there were in 365 days.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from portfolio.domain import money, returns
from portfolio.domain.attribution import Parts
from portfolio.domain.money import ONE, ZERO
from portfolio.domain.returns import DAYS_A_YEAR, DayReturn, Drawdown, NoNumber
from portfolio.domain.timeline import Stretch
from portfolio.domain.xirr import Payment, xirr

Figure = Decimal | NoNumber
_SHORT: Final = NoNumber("Less than a year: a return per year would mislead")
_NOTHING: Final = NoNumber("There is nothing in this time")


@dataclass(frozen=True, slots=True)
class Mark:
    """One point of the drawn course: index 100 at the start, drawdown below the last peak."""

    on: date
    value: Decimal
    invested: Decimal
    index: Figure
    drawdown: Figure


@dataclass(frozen=True, slots=True)
class Returns:
    """A series of returns and what follows from it."""

    series: tuple[DayReturn, ...]
    months: tuple[DayReturn, ...]
    years: tuple[DayReturn, ...]
    total: Figure
    annualised: Figure
    drawdown: Drawdown | NoNumber
    volatility: Figure
    a_year: Figure
    best_day: DayReturn | NoNumber
    worst_day: DayReturn | NoNumber
    best_month: DayReturn | NoNumber
    worst_month: DayReturn | NoNumber


@dataclass(frozen=True, slots=True)
class Report:
    """What a stretch of a ledger comes to; `parts` sum to the gain, name by name."""

    start: date
    end: date
    value: Decimal
    base: Decimal
    put_in: Decimal
    taken_out: Decimal
    gain: Decimal
    share: Figure
    capital: Decimal
    parts: Mapping[str, Parts]
    money_weighted: Figure
    returns: Returns
    marks: tuple[Mark, ...]

    @property
    def invested(self) -> Decimal:
        """Money put in less taken out, in this time."""
        return money.total(self.put_in, -self.taken_out)

    @property
    def total(self) -> Parts:
        """The parts of the whole gain."""
        whole = Parts()
        for one in self.parts.values():
            whole += one
        return whole


def report(found: Stretch, start: date, end: date, parts: Mapping[str, Parts]) -> Report:
    """Return what a stretch comes to.

    Args:
        found: The stretch.
        start: The first day of it; where it is `whole`, the ledger's own first.
        end: The last day.
        parts: What each name gained in this time.
    """
    past = found.past
    with money.exact():
        put_in = sum((one.inflow for one in past), ZERO)
        taken_out = sum((one.outflow for one in past), ZERO)
    begin = start if not found.points or start > found.points[0].on else found.points[0].on
    measured = measure(found, begin)
    return Report(
        start=begin,
        end=end,
        value=found.points[-1].value if found.points else ZERO,
        base=found.base,
        put_in=put_in,
        taken_out=taken_out,
        gain=found.gain,
        share=found.share,
        capital=found.capital,
        parts=parts,
        money_weighted=_money_weighted(found, begin, end),
        returns=measured,
        marks=_marks(found, measured),
    )


def measure(found: Stretch, begin: date) -> Returns:
    """Return the series of returns of a stretch, and what follows from it."""
    linked = returns.time_weighted(found.past)
    if isinstance(linked, NoNumber) or not found.past:
        reason = linked if isinstance(linked, NoNumber) else _NOTHING
        return Returns((), (), (), *([reason] * 9))
    series = linked.series
    return of_series(series, begin, counted=series[1:] if found.whole else series)


def of_series(
    series: Sequence[DayReturn], begin: date, *, counted: Sequence[DayReturn] | None = None
) -> Returns:
    """Return what follows from a series of returns.

    Args:
        series: One a day, oldest first; not empty.
        begin: The day from which it counts.
        counted: Those that have a spread; without the dummy of a first day.
    """
    counted = series if counted is None else counted
    days = (series[-1].on - begin).days
    per_year: Figure = NoNumber("At least two returns are needed")
    spread: Figure = per_year
    if days > 0 and len(counted) > 1:
        with money.exact():
            per_year = len(counted) * DAYS_A_YEAR / days
        spread = returns.volatility([one.period for one in counted], a_year=per_year)
    total = series[-1].cumulative
    months = returns.aggregated(series, returns.month)
    return Returns(
        series=tuple(series),
        months=months,
        years=returns.aggregated(series, returns.year),
        total=total,
        annualised=_SHORT if days < DAYS_A_YEAR else returns.annualised(total, days),
        drawdown=returns.drawdown([(begin, ZERO), *((one.on, one.cumulative) for one in series)]),
        volatility=spread,
        a_year=per_year,
        best_day=_extreme(max, counted),
        worst_day=_extreme(min, counted),
        best_month=_extreme(max, months),
        worst_month=_extreme(min, months),
    )


def payments(found: Stretch, begin: date) -> tuple[Payment, ...]:
    """Return what was paid in (< 0) and received in a stretch, its ends included."""
    flows = [
        Payment(one.on, money.total(one.outflow, -one.inflow))
        for one in found.past
        if one.inflow or one.outflow
    ]
    before = [] if found.whole else [Payment(begin, -found.base)]
    return (*before, *flows, Payment(found.points[-1].on, found.points[-1].value))


def _extreme(pick: Callable[..., DayReturn], series: Sequence[DayReturn]) -> DayReturn | NoNumber:
    """Return the best or the worst of some returns; of equal ones the first."""
    return pick(series, key=lambda one: one.period) if series else _NOTHING


def _money_weighted(found: Stretch, begin: date, end: date) -> Figure:
    if not found.points:
        return _NOTHING
    if (end - begin).days < DAYS_A_YEAR:
        return _SHORT
    return xirr(payments(found, begin))


def _marks(found: Stretch, measured: Returns) -> tuple[Mark, ...]:
    grown = {one.on: ONE + one.cumulative for one in measured.series}
    before = ZERO if found.whole or not found.points else found.points[0].invested
    marks: list[Mark] = []
    peak = wealth = ONE
    with money.exact():
        for point in found.points:
            wealth = grown.get(point.on, wealth)
            peak = max(peak, wealth)
            none = measured.total if isinstance(measured.total, NoNumber) else None
            marks.append(
                Mark(
                    on=point.on,
                    value=point.value,
                    invested=point.invested - before + found.base,
                    index=none or wealth * money.HUNDRED,
                    drawdown=none or (peak - wealth) / peak,
                )
            )
    return tuple(marks)

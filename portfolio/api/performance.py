"""Performance: gains, returns and risk of a ledger, an account or an instrument.

Percentages are rounded to two decimals, half up; those of parts sum to that of the whole. How
each figure is computed: `docs/conventions.md`.
"""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from portfolio.api.context import Context
from portfolio.api.fields import Out
from portfolio.api.figures import amount, percentage, reasons, rounded
from portfolio.api.ideas import Account, Symbol
from portfolio.api.op import op
from portfolio.api.portfolio import Points
from portfolio.api.positions import Day
from portfolio.domain import returns as domain
from portfolio.domain.attribution import CASH, Parts
from portfolio.domain.report import Mark, Report
from portfolio.domain.returns import DayReturn, NoNumber
from portfolio.domain.shares import apportioned
from portfolio.domain.timeline import thinned
from portfolio.services import instruments, performance
from portfolio.services.benchmarks import Compared, compared
from portfolio.services.holdings import text

Method = Literal["fifo", "lifo", "hifo", "average"]
MONTHS = 12
Basket = Annotated[str, Field(min_length=1, max_length=200, examples=["AAPL:0.6,MSFT:0.4"])]


class Gains(Out):
    """What a gain is made of: the sum of all, fees and taxes taken off."""

    realised: str = Field(description="of what was sold, by prices alone")
    unrealised: str = Field(description="change of what is not sold, by prices alone")
    income: str = Field(description="dividends and interest before fees and taxes")
    fees: str
    taxes: str
    currency_effect: str = Field(description="what exchange rates did to money that was invested")
    gain: str


class Contribution(Gains):
    """What one instrument did; symbol null: cash, its interest, fees and currency."""

    symbol: str | None
    name: str | None
    percent: str | None = Field(description="its share of gain_percent")


class Best(Out):
    """A day or a month, and its return."""

    period: str = Field(examples=["2013-03-01"])
    percent: str


class Year(Out):
    """The returns of a year, one for each month; null where there was none."""

    year: int
    months: tuple[str | None, ...] = Field(min_length=12, max_length=12)
    percent: str


class Point(Out):
    """The close of a day; index 100 at the start, drawdown since the last peak of the index."""

    date: str
    value: str
    invested: str = Field(description="worth at the start, money put in since less taken out")
    index: str | None
    drawdown_percent: str | None


class Drawdown(Out):
    """The deepest fall of the index from a peak, and the longest time below one."""

    percent: str
    peak: str
    trough: str
    longest_days: int


class Close(Out):
    """The index of a benchmark at the close of a day; 100 at the start."""

    date: str
    index: str | None


class Benchmark(Out):
    """What the same time, and the same money, would have brought in something else.

    An instrument or a basket, bought at the start and held; dividends buy more of it.
    """

    name: str
    twr_percent: str | None
    annualised_percent: str | None
    same_flows_value: str | None = Field(description="of the same money in and out, at the end")
    same_flows_gain: str | None
    ahead: str | None = Field(description="gain less same_flows_gain")
    series: tuple[Close, ...]


class Performance(Gains):
    """How a part of a ledger did. Of each figure that is null, `reasons` says why, by its name."""

    sample: bool
    currency: str
    as_of: str
    start: str
    end: str
    account: str | None
    symbol: str | None
    method: Method | None = Field(description="null: as each account says")
    scope: Literal["portfolio", "holdings"] = Field(
        description="portfolio: cash is inside; holdings: purchases and sales are the flows"
    )
    value: str = Field(description="at the end")
    start_value: str
    money_in: str
    money_out: str
    invested: str = Field(description="money in less money out")
    gain_percent: str | None = Field(description="of the average of what was invested")
    twr_percent: str | None
    annualised_percent: str | None
    xirr_percent: str | None
    max_drawdown: Drawdown | None
    volatility_percent: str | None
    returns_a_year: str | None = Field(description="the day count of the volatility")
    best_day: Best | None
    worst_day: Best | None
    best_month: Best | None
    worst_month: Best | None
    years: tuple[Year, ...]
    contributions: tuple[Contribution, ...]
    series: tuple[Point, ...]
    benchmark: Benchmark | None
    unpriced: tuple[str, ...] = Field(description="left out of all figures")
    price_date: str | None
    rate_date: str | None
    reasons: dict[str, str]


@op("GET", "/performance", errors=("rule",))
async def read_performance(  # noqa: PLR0913 - one for each thing that can be asked
    context: Context,
    *,
    start: Day | None = None,
    end: Day | None = None,
    account: Account | None = None,
    symbol: Symbol | None = None,
    method: Method | None = None,
    benchmark: Basket | None = None,
    sample: bool | None = None,
    points: Points = 400,
) -> Performance:
    """Read how a ledger, an account or an instrument did between two days.

    Days left out: all there is. A start after the first transaction counts from the close of
    that day. Of more days than `points`, evenly spread ones are told. A benchmark is a symbol, or
    a basket such as `AAPL:0.6,MSFT:0.4`.
    """
    question = await performance.question(
        context.planner,
        sample=sample, start=start, end=end, account=account, symbol=symbol, method=method,
    )  # fmt: skip
    found = await performance.performance(context.planner, question)
    marks = thinned(found.report.marks, points)
    other = None
    if benchmark is not None:
        days = [one.on for one in marks]
        known = context.planner.prices.of(sample=found.question.asked.sample)
        other = await asyncio.to_thread(compared, known, found, found.stretch, benchmark, days)
    return _shown(found, marks, benchmark, other)


def _shown(
    found: performance.Performance,
    marks: Sequence[Mark],
    name: str | None,
    other: Compared | NoNumber | None,
) -> Performance:
    """Return a performance as it is answered."""
    question, report = found.question, found.report
    shares = {
        "gain_percent": report.share,
        "twr_percent": report.returns.total,
        "annualised_percent": report.returns.annualised,
        "xirr_percent": report.money_weighted,
        "volatility_percent": report.returns.volatility,
    }
    extremes = {
        "best_day": report.returns.best_day,
        "worst_day": report.returns.worst_day,
        "best_month": report.returns.best_month,
        "worst_month": report.returns.worst_month,
    }
    others = {"max_drawdown": report.returns.drawdown, "returns_a_year": report.returns.a_year}
    others |= _reasons_of(other)
    return Performance.model_validate(
        {
            "sample": question.asked.sample,
            "currency": question.asked.currency,
            "as_of": question.asked.on.isoformat(),
            "start": report.start.isoformat(),
            "end": report.end.isoformat(),
            "account": question.account,
            "symbol": question.symbol,
            "method": None if question.method is None else question.method.value,
            "scope": found.scope.value,
            "value": text(report.value),
            "start_value": text(report.base),
            "money_in": text(report.put_in),
            "money_out": text(report.taken_out),
            "invested": text(report.invested),
            **gains(report.total),
            **{name: percentage(one) for name, one in shares.items()},
            "returns_a_year": rounded(report.returns.a_year),
            "max_drawdown": _drawdown(report.returns.drawdown),
            **{name: _best(one, name) for name, one in extremes.items()},
            "years": _years(report),
            "contributions": _contributions(report),
            "series": [_point(one) for one in marks],
            "benchmark": _benchmark(name, other) if isinstance(other, Compared) else None,
            "unpriced": sorted(found.unpriced),
            "price_date": None if found.prices_of is None else found.prices_of.isoformat(),
            "rate_date": None if found.rates_of is None else found.rates_of.isoformat(),
            "reasons": reasons({**shares, **others, **extremes}),
        }
    )


def gains(parts: Parts) -> dict[str, str | None]:
    """Return what a gain is made of, as it is answered."""
    return {
        "realised": text(parts.realised),
        "unrealised": text(parts.unrealised),
        "income": text(parts.income),
        "fees": text(parts.fees),
        "taxes": text(parts.taxes),
        "currency_effect": text(parts.currency),
        "gain": text(parts.gain),
    }


def _contributions(report: Report) -> list[dict[str, Any]]:
    """Return what each did, the best first; cash last."""
    names = sorted(report.parts, key=lambda name: (name == CASH, -report.parts[name].gain, name))
    shares: list[str | None] = [None] * len(names)
    if not isinstance(report.share, NoNumber):
        gained = [report.parts[name].gain for name in names]
        shares = [text(one) for one in apportioned(gained, report.capital)]
    return [
        {
            "symbol": name or None,
            "name": instruments.name(name),
            "percent": share,
            **gains(report.parts[name]),
        }
        for name, share in zip(names, shares, strict=True)
    ]


def _years(report: Report) -> list[dict[str, Any]]:
    """Return the returns month by month, a line for each year."""
    found: dict[int, dict[str, Any]] = {}
    for one in report.returns.years:
        months: list[str | None] = [None] * MONTHS
        found[one.on.year] = {"year": one.on.year, "months": months, "percent": _hundredths(one)}
    for one in report.returns.months:
        found[one.on.year]["months"][one.on.month - 1] = _hundredths(one)
    return list(found.values())


def _best(found: DayReturn | NoNumber, name: str) -> dict[str, Any] | None:
    if isinstance(found, NoNumber):
        return None
    length = len("2013-03") if name.endswith("month") else len("2013-03-01")
    return {"period": found.on.isoformat()[:length], "percent": _hundredths(found)}


def _drawdown(found: domain.Drawdown | NoNumber) -> dict[str, Any] | None:
    if isinstance(found, NoNumber):
        return None
    return {
        "percent": percentage(found.depth),
        "peak": found.peak.isoformat(),
        "trough": found.trough.isoformat(),
        "longest_days": found.longest_days,
    }


def _point(mark: Mark) -> dict[str, Any]:
    return {
        "date": mark.on.isoformat(),
        "value": text(mark.value),
        "invested": text(mark.invested),
        "index": rounded(mark.index),
        "drawdown_percent": percentage(mark.drawdown),
    }


def _benchmark(name: str | None, found: Compared) -> dict[str, Any]:
    return {
        "name": name,
        "twr_percent": percentage(found.total),
        "annualised_percent": percentage(found.annualised),
        "same_flows_value": amount(found.same_flows),
        "same_flows_gain": amount(found.gain),
        "ahead": amount(found.ahead),
        "series": [
            {"date": on.isoformat(), "index": rounded(index)} for on, index in found.series
        ],
    }


def _reasons_of(found: Compared | NoNumber | None) -> dict[str, Any]:
    if not isinstance(found, Compared):
        return {"benchmark": found}
    return {
        "benchmark.annualised_percent": found.annualised,
        "benchmark.same_flows_value": found.same_flows,
        "benchmark.same_flows_gain": found.gain,
        "benchmark.ahead": found.ahead,
    }


def _hundredths(found: DayReturn) -> str | None:
    return percentage(found.period)


ROUTES = (read_performance,)

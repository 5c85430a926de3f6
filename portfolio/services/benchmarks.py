"""Benchmarks of a performance: instruments and baskets by their prices, splits and dividends.

Anything with prices can be one: an index from a file that was loaded, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from portfolio.domain import money
from portfolio.domain.benchmark import Benchmark, Growth, parse
from portfolio.domain.errors import AmountError
from portfolio.domain.money import HUNDRED, ONE
from portfolio.domain.performance import View
from portfolio.domain.returns import DAYS_A_YEAR, NoNumber, annualised
from portfolio.domain.timeline import Stretch
from portfolio.services.errors import RuleError
from portfolio.services.performance import Performance
from portfolio.services.pricebook import PriceBook

Figure = Decimal | NoNumber


@dataclass(frozen=True, slots=True)
class Compared:
    """A benchmark beside a performance; `series` are days with their index."""

    benchmark: Benchmark
    total: Figure
    annualised: Figure
    same_flows: Figure
    gain: Figure
    ahead: Figure
    series: tuple[tuple[date, Figure], ...]


def benchmark(known: PriceBook, text: str, start: date, currency: str) -> Benchmark:
    """Return what a text such as "IBM" or "AAPL:0.6,MSFT:0.4" names.

    Raises:
        RuleError: it names nothing with prices, or weights that do not sum to 1.
    """
    try:
        legs = parse(text)
    except AmountError as error:
        raise RuleError(str(error), field="benchmark") from error
    for leg in legs:
        if not known.knows(leg.symbol):
            raise RuleError(f"There are no prices of {leg.symbol}", field="benchmark")
    view = View(currency, known.price_on, rates=known.last_known())
    return Benchmark(legs, start, view, partial(growth_of, known))


def compared(
    known: PriceBook, found: Performance, stretch: Stretch, text: str, days: Sequence[date]
) -> Compared | NoNumber:
    """Return a performance beside a benchmark.

    Raises:
        RuleError: as `benchmark` does.
    """
    report = found.report
    other = benchmark(known, text, report.start, found.question.asked.currency)
    if not stretch.points:
        return NoNumber("There is nothing in this time")
    last = other.index(report.end)
    if isinstance(last, NoNumber):
        return last
    worth = other.same_flows(stretch.base, stretch.past, report.end)
    length = (report.end - report.start).days
    with money.exact():
        total = last / HUNDRED - ONE
        gain = worth
        if not isinstance(worth, NoNumber):
            gain = worth - report.base - report.invested
        ahead = gain if isinstance(gain, NoNumber) else report.gain - gain
    per_year: Figure = NoNumber("Less than a year: a return per year would mislead")
    if length >= DAYS_A_YEAR:
        per_year = annualised(total, length)
    series = tuple((on, other.index(on)) for on in days)
    return Compared(other, total, per_year, worth, gain, ahead, series)


def growth_of(known: PriceBook, symbol: str) -> tuple[Growth, ...]:
    """Return the splits and dividends of an instrument as growth of one unit."""
    found: list[Growth] = []
    for event in known.events(symbol):
        if event.kind == "split":
            found.append(Growth(event.on, Decimal(event.numerator), Decimal(event.denominator)))
        elif (quote := known.price_on(symbol, event.on)) is not None:
            found.append(Growth(event.on, ONE, ONE, event.dividend, quote.price))
    return tuple(found)

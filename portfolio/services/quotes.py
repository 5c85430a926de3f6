"""Prices of an instrument: its history for a chart, and where the market stands now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portfolio import prices
from portfolio.domain import money
from portfolio.domain.valuation import Quote
from portfolio.prices import Bar, CorporateEvent
from portfolio.services.errors import NotFoundError, RuleError


@dataclass(frozen=True, slots=True)
class Series:
    """Daily prices of an instrument with where they come from, and what fell between them."""

    symbol: str
    currency: str
    source: str
    first: date
    last: date
    bars: Sequence[Bar]
    events: Sequence[CorporateEvent]
    adjusted: bool


def series(symbol: str, start: str | None, end: str | None, *, adjusted: bool) -> Series:
    """Return the prices from `start` to `end`, both included; None is the first and last there is.

    `adjusted` divides the prices of each day by the splits that came after it, up to the last
    day there is. Reads and parses: call it off the event loop.

    Raises:
        NotFoundError: there are no prices of that symbol.
        RuleError: a day that does not exist.
    """
    known = prices.history(symbol)
    if known is None:
        raise NotFoundError("There are no prices of it")
    begin = known.first if start is None else day(start, "start")
    close = known.last if end is None else day(end, "end")
    bars = known.bars(begin, close)
    return Series(
        symbol=symbol,
        currency=known.currency,
        source=known.source,
        first=known.first,
        last=known.last,
        bars=_adjusted(bars, prices.events(symbol)) if adjusted else bars,
        events=[event for event in prices.events(symbol) if begin <= event.on <= close],
        adjusted=adjusted,
    )


def market(symbol: str, currency: str, on: date) -> Quote | None:
    """Return the last price of a symbol on or before a day, if there is one in that currency."""
    quote = prices.price_on(symbol, on)
    return None if quote is None or quote.currency != currency else quote


def day_return(symbol: str, quote: Quote) -> Decimal | None:
    """Return the change of a price since the close before, splits of the day taken out."""
    before = prices.price_on(symbol, quote.on - timedelta(days=1))
    if before is None or not before.price:
        return None
    with money.exact():
        base = before.price
        for event in prices.events(symbol):
            if event.kind == "split" and event.on == quote.on:
                base = base * event.denominator / event.numerator
        return quote.price / base - 1


def _adjusted(bars: Sequence[Bar], events: Sequence[CorporateEvent]) -> list[Bar]:
    splits = [event for event in events if event.kind == "split"]
    result: list[Bar] = []
    numerator = denominator = 1
    for bar in reversed(bars):
        while splits and splits[-1].on > bar.on:
            split = splits.pop()
            numerator, denominator = numerator * split.numerator, denominator * split.denominator
        result.append(_scaled(bar, denominator, numerator))
    return result[::-1]


def _scaled(bar: Bar, numerator: int, denominator: int) -> Bar:
    """Return a bar with its prices times a fraction, and its volume divided by it."""
    if numerator == denominator:
        return bar

    def times(price: Decimal) -> Decimal:
        return money.tidy(price * numerator / denominator)

    with money.exact():
        return Bar(
            bar.on,
            times(bar.open),
            times(bar.high),
            times(bar.low),
            times(bar.close),
            bar.volume * denominator // numerator,
        )


def day(text: str, field: str) -> date:
    """Return the day that a text names.

    Raises:
        RuleError: there is no such day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RuleError("There is no such day", field=field) from error

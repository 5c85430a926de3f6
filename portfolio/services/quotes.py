"""Prices of an instrument: its history for a chart, and where the market stands now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from portfolio import prices
from portfolio.domain import money
from portfolio.domain.quotes import PACKAGED, CorporateEvent, Quote
from portfolio.prices import Bar
from portfolio.services.errors import NotFoundError, RuleError
from portfolio.services.pricebook import PriceBook


@dataclass(frozen=True, slots=True)
class Traded:
    """A close with its source; the rest of the trading day where the source tells it."""

    quote: Quote
    source: str
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Daily prices of an instrument with where they come from, and what fell between them.

    Currency and source are those of the last price there is.
    """

    symbol: str
    currency: str
    source: str
    first: date
    last: date
    days: Sequence[Traded]
    events: Sequence[CorporateEvent]
    adjusted: bool


def series(
    known: PriceBook, symbol: str, start: str | None, end: str | None, *, adjusted: bool
) -> Series:
    """Return the prices from `start` to `end`, both included; None is the first and last there is.

    `adjusted` divides the prices of each day by the splits that came after it, up to the last
    day there is. Reads and parses: call it off the event loop.

    Raises:
        NotFoundError: there are no prices of that symbol.
        RuleError: a day that does not exist.
    """
    found = list(_days(known, symbol))
    if not found:
        raise NotFoundError("There are no prices of it")
    first, last = found[0].quote.on, found[-1].quote
    begin = first if start is None else day(start, "start")
    close = last.on if end is None else day(end, "end")
    shown = [one for one in found if begin <= one.quote.on <= close]
    events = known.events(symbol)
    return Series(
        symbol=symbol,
        currency=last.currency,
        source=last.source,
        first=first,
        last=last.on,
        days=_adjusted(shown, events) if adjusted else shown,
        events=[event for event in events if begin <= event.on <= close],
        adjusted=adjusted,
    )


def _days(known: PriceBook, symbol: str) -> Iterator[Traded]:
    """Yield all prices of an instrument, oldest first."""
    history = prices.history(symbol)
    bars = () if history is None else history.bars(date.min, date.max)
    track = known.track(symbol)
    if track is None:
        for bar in bars:
            yield Traded(Quote(bar.close, prices.CURRENCY, bar.on, prices.SOURCE), PACKAGED, bar)
        return
    packaged = {bar.on.toordinal(): bar for bar in bars}
    for place, (on, source) in enumerate(zip(track.days, track.sources, strict=True)):
        whole = packaged.get(on) if source == PACKAGED else None
        yield Traded(track.at(place), source, whole)


def market(known: PriceBook, symbol: str, currency: str, on: date) -> Quote | None:
    """Return the last price of a symbol on or before a day, if there is one in that currency.

    Pence and pounds are one currency: the price is told in the unit that is asked for.
    """
    quote = known.price_on(symbol, on)
    if quote is None or quote.currency == currency:
        return quote
    major, part = money.major_unit(currency)
    stated, stated_part = money.major_unit(quote.currency)
    if major != stated:
        return None
    with money.exact():
        return replace(quote, price=quote.price * stated_part / part, currency=currency)


def day_return(known: PriceBook, symbol: str, quote: Quote) -> Decimal | None:
    """Return the change of a price since the close before, splits of the day taken out.

    None without one, or where it is in another currency.
    """
    before = known.price_on(symbol, quote.on - timedelta(days=1))
    if before is None or not before.price or before.currency != quote.currency:
        return None
    with money.exact():
        base = before.price
        for event in known.events(symbol):
            if event.kind == "split" and before.on < event.on <= quote.on:
                base = base * event.denominator / event.numerator
        return quote.price / base - 1


def _adjusted(days: Sequence[Traded], events: Sequence[CorporateEvent]) -> list[Traded]:
    splits = [event for event in events if event.kind == "split"]
    result: list[Traded] = []
    numerator = denominator = 1
    for one in reversed(days):
        while splits and splits[-1].on > one.quote.on:
            split = splits.pop()
            numerator, denominator = numerator * split.numerator, denominator * split.denominator
        result.append(_scaled(one, denominator, numerator))
    return result[::-1]


def _scaled(one: Traded, numerator: int, denominator: int) -> Traded:
    """Return a day with its prices times a fraction, and its volume divided by it."""
    if numerator == denominator:
        return one

    def times(price: Decimal) -> Decimal:
        return money.tidy(price * numerator / denominator)

    with money.exact():
        quote, bar = replace(one.quote, price=times(one.quote.price)), one.bar
        if bar is not None:
            bar = Bar(
                bar.on,
                times(bar.open),
                times(bar.high),
                times(bar.low),
                times(bar.close),
                bar.volume * denominator // numerator,
            )
    return Traded(quote, one.source, bar)


def day(text: str, field: str) -> date:
    """Return the day that a text names.

    Raises:
        RuleError: there is no such day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RuleError("There is no such day", field=field) from error

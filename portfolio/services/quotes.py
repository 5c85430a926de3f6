"""Price history of an instrument, for a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portfolio import prices
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


def series(symbol: str, start: str | None, end: str | None) -> Series:
    """Return the prices from `start` to `end`, both included; None is the first and last there is.

    Blocks on the first use of a symbol: it reads a packaged file.

    Raises:
        NotFoundError: there are no prices of that symbol.
        RuleError: a day that does not exist.
    """
    known = prices.history(symbol)
    if known is None:
        raise NotFoundError("There are no prices of it")
    begin = known.first if start is None else _day(start, "start")
    close = known.last if end is None else _day(end, "end")
    return Series(
        symbol=symbol,
        currency=known.currency,
        source=known.source,
        first=known.first,
        last=known.last,
        bars=known.bars(begin, close),
        events=[event for event in prices.events(symbol) if begin <= event.on <= close],
    )


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RuleError("There is no such day", field=field) from error

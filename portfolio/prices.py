"""The prices, splits, dividends and exchange rates that come with the package.

Files are read on first use, a few milliseconds each, and kept as lines: a day is found by binary
search on the line, and only the lines asked for are parsed. Reading blocks; call `preload` off
the event loop once, or ask from a thread. Sources and terms: `portfolio/data/SOURCES.md`.
"""

import gzip
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from importlib import resources
from typing import Final

from portfolio.domain.fx import RateTable
from portfolio.domain.quotes import Closes, CorporateEvent, Quote

SYMBOLS: Final = ("AAPL", "GOOG", "IBM", "MSFT")
CURRENCY: Final = "USD"
SOURCE: Final = "packaged sample prices"
RATES_SOURCE: Final = "European Central Bank"

_PRICES_FILE: Final = "us-stock-{}-2000-2013.csv.gz"
_EVENTS_FILE: Final = "us-stock-events-2000-2013.csv.gz"
_RATES_FILE: Final = "ecb-eur-reference-rates-1999-2026.csv.gz"
_AFTER_ANY_FIELD: Final = "~"  # sorts after the comma that follows a date


@dataclass(frozen=True, slots=True)
class Bar:
    """One trading day as traded: prices are not adjusted for later splits or dividends."""

    on: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int


class PriceHistory:
    """Daily prices of one instrument."""

    def __init__(self, symbol: str, currency: str, source: str, lines: Sequence[str]) -> None:
        """Take lines of `date,open,high,low,close,volume`, in the order of their dates."""
        self.symbol = symbol
        self.currency = currency
        self.source = source
        self._lines = lines

    @property
    def first(self) -> date:
        """The first day there is a price of."""
        return date.fromisoformat(self._lines[0][:10])

    @property
    def last(self) -> date:
        """The last day there is a price of."""
        return date.fromisoformat(self._lines[-1][:10])

    def quote(self, on: date) -> Quote | None:
        """Return the last close on or before a day, or None when it lies before the first."""
        place = bisect_right(self._lines, on.isoformat() + _AFTER_ANY_FIELD)
        if not place:
            return None
        bar = _bar(self._lines[place - 1])
        return Quote(bar.close, self.currency, bar.on, self.source)

    @cached_property
    def closes(self) -> Closes:
        """All closes at once."""
        days = tuple(date.fromisoformat(line[:10]).toordinal() for line in self._lines)
        stated = (line.rsplit(",", 2)[1] for line in self._lines)
        return Closes(self.currency, days, tuple(map(Decimal, stated)))

    def bars(self, start: date, end: date) -> tuple[Bar, ...]:
        """Return the trading days from `start` to `end`, both included, oldest first."""
        begin = bisect_left(self._lines, start.isoformat())
        stop = bisect_right(self._lines, end.isoformat() + _AFTER_ANY_FIELD)
        return tuple(_bar(line) for line in self._lines[begin:stop])


@cache
def history(symbol: str) -> PriceHistory | None:
    """Return the packaged prices of a symbol, or None when there are none."""
    if symbol not in SYMBOLS:
        return None
    lines = _lines(_PRICES_FILE.format(symbol.lower()))[1:]
    return PriceHistory(symbol, CURRENCY, SOURCE, lines)


def price_on(symbol: str, on: date) -> Quote | None:
    """Return the last packaged close of a symbol on or before a day."""
    known = history(symbol)
    return None if known is None else known.quote(on)


def closes(symbol: str) -> Closes | None:
    """Return all packaged closes of a symbol."""
    known = history(symbol)
    return None if known is None else known.closes


@cache
def events(symbol: str) -> tuple[CorporateEvent, ...]:
    """Return the splits and dividends of a symbol, oldest first; empty for an unknown one."""
    return tuple(event for event in _events() if event.symbol == symbol)


@cache
def ecb_rates() -> RateTable:
    """Return the packaged euro reference rates of the European Central Bank."""
    lines = _lines(_RATES_FILE)
    return RateTable("EUR", lines[0].split(",")[1:], lines[1:], RATES_SOURCE)


def preload() -> None:
    """Read every packaged file now, so that nothing later waits for the disk."""
    for symbol in SYMBOLS:
        history(symbol)
        events(symbol)
    ecb_rates()


@cache
def _events() -> tuple[CorporateEvent, ...]:
    return tuple(_event(line) for line in _lines(_EVENTS_FILE)[1:])


def _lines(name: str) -> tuple[str, ...]:
    packed = resources.files("portfolio").joinpath("data", name).read_bytes()
    return tuple(gzip.decompress(packed).decode("ascii").splitlines())


def _bar(line: str) -> Bar:
    on, first, high, low, close, volume = line.split(",")
    return Bar(
        date.fromisoformat(on),
        Decimal(first),
        Decimal(high),
        Decimal(low),
        Decimal(close),
        int(volume),
    )


def _event(line: str) -> CorporateEvent:
    on, symbol, kind, numerator, denominator, dividend = line.split(",")
    if kind == "split":
        return CorporateEvent(
            date.fromisoformat(on), symbol, "split", int(numerator), int(denominator)
        )
    return CorporateEvent(date.fromisoformat(on), symbol, "dividend", dividend=Decimal(dividend))

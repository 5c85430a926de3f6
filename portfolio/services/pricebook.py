"""All prices, splits and exchange rates that this planner knows, from whatever source.

A `PriceBook` is what is known at one moment. What is stored of an instrument is read when it is
first asked for, a few milliseconds, and kept; after a write there is another book, which reads
what was written of anew (`Prices.changed`). So a figure is computed from one book, and who keeps
a figure sees by the book whether it still holds.

The sample's ledger stands still: it has the packaged prices and rates alone.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from operator import itemgetter
from typing import Final, Protocol, TypeVar

from sqlalchemy import Connection

from portfolio import prices
from portfolio.domain.fx import LastKnown, RateTable
from portfolio.domain.quotes import (
    FILE,
    MANUAL,
    PACKAGED,
    Closes,
    CorporateEvent,
    Quote,
    rank,
)
from portfolio.providers import TITLES
from portfolio.storage import prices as store

T = TypeVar("T")
WORDS: Final[Mapping[str, str]] = {
    MANUAL: "entered by you",
    FILE: "loaded from a file",
    PACKAGED: prices.SOURCE,
    **TITLES,
}


ORIGINS: Final[Mapping[str, str]] = {said: name for name, said in WORDS.items()}


class Waits(Protocol):
    """Whoever runs a query in the calling thread."""

    def wait(self, query: Callable[[Connection], T]) -> T:
        """Run a query and return its result."""
        ...


@dataclass(frozen=True, slots=True)
class Track:
    """The closes of one instrument that count: one a day, ascending, whatever the source."""

    days: Sequence[int]
    prices: Sequence[Decimal]
    currencies: Sequence[str]
    sources: Sequence[str]

    def quote(self, on: date) -> Quote | None:
        """Return the last close on or before a day."""
        place = bisect_right(self.days, on.toordinal()) - 1
        return None if place < 0 else self.at(place)

    def at(self, place: int) -> Quote:
        """Return the close at a place."""
        said = WORDS.get(self.sources[place], self.sources[place])
        on = date.fromordinal(self.days[place])
        return Quote(self.prices[place], self.currencies[place], on, said)

    def closes(self) -> Closes | None:
        """Return all closes at once; None when they are in several currencies."""
        if len(set(self.currencies)) != 1:
            return None
        return Closes(self.currencies[0], self.days, self.prices)


class PriceBook:
    """What is known of prices and rates at one moment. Its methods may read: use a thread."""

    def __init__(self, reader: Waits | None = None) -> None:
        self._reader = reader
        self._tracks: dict[str, Track] = {}
        self._events: dict[str, tuple[CorporateEvent, ...]] = {}
        self._symbols: frozenset[str] | None = None
        self._rates: RateTable | None = None

    def without(self, symbols: Iterable[str], *, rates: bool = True) -> "PriceBook":
        """Return a book that reads what is stored of some instruments anew.

        With `rates` false, it reads the rates anew, too.
        """
        changed = frozenset(symbols)
        made = PriceBook(self._reader)
        made._tracks = {name: one for name, one in self._tracks.items() if name not in changed}
        made._events = {name: one for name, one in self._events.items() if name not in changed}
        made._symbols = None if self._symbols is None else self._symbols | changed
        made._rates = self._rates if rates else None
        return made

    def price_on(self, symbol: str, on: date) -> Quote | None:
        """Return the last price of an instrument on or before a day."""
        track = self.track(symbol)
        return prices.price_on(symbol, on) if track is None else track.quote(on)

    def closes(self, symbol: str) -> Closes | None:
        """Return all closes of an instrument; None without any, or in several currencies."""
        track = self.track(symbol)
        return prices.closes(symbol) if track is None else track.closes()

    def knows(self, symbol: str) -> bool:
        """Say whether there is any price of an instrument."""
        track = self.track(symbol)
        return bool(track.days) if track is not None else prices.history(symbol) is not None

    def track(self, symbol: str) -> Track | None:
        """Return the closes of an instrument; None when there are but packaged ones, or none."""
        if symbol not in self.symbols:
            return None
        found = self._tracks.get(symbol)
        if found is None:
            found = self._tracks[symbol] = merged(
                self._read(partial(store.closes, symbol=symbol)) or (), prices.closes(symbol)
            )
        return found

    def events(self, symbol: str) -> tuple[CorporateEvent, ...]:
        """Return the splits and dividends of an instrument, oldest first; the packaged count."""
        if symbol not in self.symbols:
            return prices.events(symbol)
        found = self._events.get(symbol)
        if found is None:
            stored = self._read(partial(store.events, symbol=symbol)) or ()
            known = {(one.on, one.kind): one for one in map(_event, stored)}
            known |= {(one.on, one.kind): one for one in prices.events(symbol)}
            found = self._events[symbol] = tuple(known[key] for key in sorted(known))
        return found

    @property
    def rates(self) -> RateTable:
        """The reference rates: the packaged ones, with those that were fetched since."""
        if self._rates is None:
            self._rates = prices.ecb_rates().with_days(self._read(store.rates) or {})
        return self._rates

    def last_known(self) -> LastKnown:
        """Return the rates such that the last one before a day stands in for it."""
        return LastKnown(self.rates)

    @property
    def symbols(self) -> frozenset[str]:
        """The instruments of which anything is stored."""
        if self._symbols is None:
            self._symbols = self._read(store.symbols) or frozenset()
        return self._symbols

    def _read(self, query: Callable[[Connection], T]) -> T | None:
        return None if self._reader is None else self._reader.wait(query)


PACKAGED_BOOK: Final = PriceBook()


class Prices:
    """The book of this moment; `changed` is called on the event loop after each commit."""

    def __init__(self) -> None:
        self.now = PriceBook()

    def read_from(self, reader: Waits) -> None:
        """Know what is stored, too."""
        self.now = PriceBook(reader)

    def of(self, *, sample: bool) -> PriceBook:
        """Return the book of a ledger: of the sample's, what came with the package."""
        return PACKAGED_BOOK if sample else self.now

    def changed(self, symbols: Iterable[str]) -> None:
        """Prices or events of some instruments were written."""
        self.now = self.now.without(symbols)

    def rates_changed(self) -> None:
        """Exchange rates were written."""
        self.now = self.now.without((), rates=False)


def merged(stored: Sequence[tuple[str, str, str, str]], packaged: Closes | None) -> Track:
    """Return the closes that count; `stored` are (day, source, close, currency) by day."""
    days: list[int] = []
    found: list[tuple[str, str, str, str]] = []
    last = ""
    for row in stored:
        if row[0] != last:
            last = row[0]
            days.append(date.fromisoformat(last).toordinal())
            found.append(row)
        elif rank(row[1]) >= rank(found[-1][1]):
            found[-1] = row
    track = Track(
        days,
        [Decimal(row[2]) for row in found],
        [row[3] for row in found],
        [row[1] for row in found],
    )
    return track if packaged is None else _over(track, packaged)


def _over(track: Track, packaged: Closes) -> Track:
    """Return the closes of a track, and packaged ones on days that it does not know."""
    known = frozenset(track.days)
    rows = list(zip(track.days, track.prices, track.currencies, track.sources, strict=True))
    rows += [
        (day, price, packaged.currency, PACKAGED)
        for day, price in zip(packaged.days, packaged.prices, strict=True)
        if day not in known
    ]
    rows.sort(key=itemgetter(0))
    return Track(*map(list, zip(*rows, strict=True)))


def _event(row: store.Event) -> CorporateEvent:
    on = date.fromisoformat(row.day)
    if row.kind == "split":
        return CorporateEvent(on, row.symbol, "split", row.numerator, row.denominator)
    return CorporateEvent(on, row.symbol, "dividend", dividend=Decimal(row.dividend))

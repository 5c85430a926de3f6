"""The ledgers as they are folded and valued; a change of a transaction costs what it touches.

What is derived from a ledger is kept by its revision. Of another revision only the transactions
that changed in between are read, and only their parts are folded (`domain.parts`). Inside a write
the book is that of what was written so far; it is kept for others once that is committed, which
the revision tells: it is never the same twice.
"""

import asyncio
import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Connection

from federation.writer import Reader
from portfolio.domain.conversion import Converter
from portfolio.domain.lots import Method
from portfolio.domain.overview import Measured, Overview, course, measured, overview
from portfolio.domain.parts import Key, Ledger
from portfolio.domain.timeline import Point, Running, Stretch, stretch
from portfolio.domain.transactions import Transaction
from portfolio.domain.valuation import Valuation, value_ledger
from portfolio.domain.worth import Grid
from portfolio.services.pricebook import PACKAGED_BOOK, PriceBook, Prices
from portfolio.storage import accounts
from portfolio.storage import ledger as store

T = TypeVar("T")
_KEPT_MAX: Final = 16  # figures of one ledger: some days and currencies
_GRIDS_MAX: Final = 8
_MANY: Final = 5000  # rows from which on the collector of garbage would only be in the way


@dataclass(slots=True)
class Shelf:
    """What is known of prices and rates on many days, whatever the ledger says."""

    prices: PriceBook = PACKAGED_BOOK
    _grids: dict[tuple[str, tuple[int, ...]], Grid] = field(default_factory=dict)
    _running: dict[str, Running] = field(default_factory=dict)

    def running(self, currency: str) -> Running:
        """Return the stretch of all days, as it stood when it was asked for last."""
        return self._running.setdefault(currency, Running())

    def grid(self, currency: str, days: tuple[int, ...]) -> Grid:
        """Return prices and rates in a currency on some days."""
        key = (currency, days)
        if key not in self._grids:
            if len(self._grids) >= _GRIDS_MAX:
                self._grids = {}
            converter = Converter(currency, self.prices.last_known())
            self._grids[key] = Grid(days, converter, self.prices.price_on, self.prices.closes)
        return self._grids[key]


@dataclass(slots=True)
class Book:
    """One ledger at one revision, and what it comes to. Its methods compute: use a thread."""

    revision: int
    ledger: Ledger
    shelf: Shelf = field(default_factory=Shelf)
    alone: bool = False
    _kept: dict[tuple[str, object], object] = field(default_factory=dict)

    @property
    def prices(self) -> PriceBook:
        """The prices and rates that all of it is computed with."""
        return self.shelf.prices

    @property
    def rows(self) -> Sequence[Transaction]:
        """All transactions."""
        return self.once("rows", None, lambda: self.ledger.rows)

    def valuation(self, on: date) -> Valuation:
        """Return all positions, each in its currency."""
        price_on, rates = self.prices.price_on, self.prices.last_known()
        return self.once("valuation", on, lambda: value_ledger(self.ledger, on, price_on, rates))

    def check(self) -> None:
        """Say whether every row fits what is held at its time.

        Raises:
            LedgerError: one does not.
            RateError: one is in another currency than its position, and no rate is known.
        """
        rates = self.prices.last_known()
        for part in self.ledger.parts.values():
            part.own(rates)

    def overview(self, on: date, currency: str) -> Overview:
        """Return what the ledger comes to in one currency."""
        return self.once(
            "overview",
            (on, currency),
            lambda: overview(
                self.measured(on, currency),
                self.course(on, currency),
                self.stretch(on, currency, date.min, on),
            ),
        )

    def stretch(self, on: date, currency: str, start: date, end: date) -> Stretch:
        """Return what lies between two days of the course."""

        def make() -> Stretch:
            points = self.course(on, currency)
            if start == date.min and end >= on:
                return self.shelf.running(currency).stretch(points)
            return stretch(points, start, end)

        return self.once("stretch", (on, currency, start, end), make)

    def course(self, on: date, currency: str) -> tuple[Point, ...]:
        """Return the worth of the ledger from day to day in one currency."""

        def grid_of(days: tuple[int, ...]) -> Grid:
            return self.shelf.grid(currency, days)

        return self.once(
            "course", (on, currency), lambda: course(self.measured(on, currency), grid_of)
        )

    def measured(self, on: date, currency: str) -> Measured:
        """Return the ledger brought into one currency."""

        def make() -> Measured:
            own, rates = self.valuation(on), self.prices.last_known()
            price_on = self.prices.price_on
            return measured(self.ledger, own, currency, price_on, rates, alone=self.alone)

        return self.once("measured", (on, currency), make)

    def part(self, account: str | None, symbol: str | None) -> "Book":
        """Return what of the ledger is of one account, one instrument, or both; None is any."""
        if account is None and symbol is None:
            return self

        def make() -> "Book":
            chosen = self.ledger.only(account, symbol)
            return Book(self.revision, chosen, self.shelf, alone=account is not None)

        return self.once("part", (account, symbol), make)

    def once(self, name: str, key: object, make: Callable[[], T]) -> T:
        """Return what `make` computed of this revision under this name and key, or compute it."""
        kept = self._kept
        if (name, key) not in kept:
            if len(kept) >= _KEPT_MAX:
                kept = self._kept = {}
            kept[name, key] = make()
        return cast("T", kept[name, key])


@dataclass(frozen=True, slots=True)
class _News:
    """What a connection sees of a ledger that another book does not know yet.

    `gone` and `rows` are what changed since that book; without `gone`, `rows` are all there are.
    """

    revision: int
    methods: Mapping[str, Method]
    rows: Sequence[Sequence[Any]]
    prices: PriceBook
    gone: Mapping[Key, set[str]] | None = None

    def told(self, known: Book | None) -> Book:
        """Return the book that knows it."""
        if known is None or self.gone is None:
            with _uncollected(len(self.rows)):
                ledger = Ledger.of(store.values(self.rows), self.methods)
            return Book(self.revision, ledger, self._shelf(known))
        if known.revision != self.revision:
            ledger = known.ledger.changed(self.gone, store.values(self.rows))
            return Book(self.revision, ledger, self._shelf(known))
        if known.prices is self.prices:
            return known
        return Book(self.revision, known.ledger, self._shelf(known))

    def _shelf(self, known: Book | None) -> Shelf:
        if known is not None and known.prices is self.prices:
            return known.shelf
        return Shelf(self.prices)


class Books:
    """My own ledger and that of the sample, each as of its latest revision that was asked for."""

    def __init__(self) -> None:
        self.prices = Prices()
        self._books: dict[bool, Book] = {}
        self._drafts: dict[bool, Book] = {}
        self._turn = asyncio.Lock()

    async def figure(self, reader: Reader, make: Callable[[Book], T], *, sample: bool) -> T:
        """Return what `make` computes of a ledger as it is now; one at a time, in a thread."""
        async with self._turn:
            known, news = await reader.run(lambda conn: self._look(conn, sample=sample))

            def compute() -> tuple[Book, T]:
                with _uncollected(len(news.rows)):
                    book = news.told(known)
                    made = make(book)
                if len(news.rows) > _MANY:
                    gc.freeze()  # the ledger stays: going through it again and again finds nothing
                return book, made

            self._books[sample], made = await asyncio.to_thread(compute)
            return made

    def at(self, conn: Connection, *, sample: bool) -> Book:
        """Return a ledger as a connection sees it, inside of a write as changed so far."""
        known, news = self._look(conn, sample=sample)
        book = self._drafts[sample] = news.told(known)
        return book

    def forget(self) -> None:
        """Drop all that is kept."""
        self._books, self._drafts = {}, {}

    def _look(self, conn: Connection, *, sample: bool) -> tuple[Book | None, _News]:
        """Return a book that is known, and what a connection sees that is not in it."""
        revision = store.revision(conn)
        now = self.prices.of(sample=sample)
        methods = {name: Method(method) for name, method in accounts.methods(conn).items()}
        for known in (self._drafts.get(sample), self._books.get(sample)):
            if known is None or known.ledger.methods != methods:
                continue
            if known.prices.rates is not now.rates:
                continue  # what was bought in another currency was folded with other rates
            touched = () if known.revision == revision else store.since(conn, known.revision)
            if touched is not None:
                gone: dict[Key, set[str]] = {}
                for one in touched:
                    if one.sample == sample:
                        key = (one.symbol, one.account, "" if one.symbol else one.currency)
                        gone.setdefault(key, set()).add(one.transaction)
                rows = store.read_some(conn, {name for names in gone.values() for name in names})
                return known, _News(revision, methods, rows, now, gone)
        return None, _News(revision, methods, store.read(conn, sample=sample), now)


@contextmanager
def _uncollected(rows: int) -> Iterator[None]:
    """Keep Python from looking for garbage among many new rows: a third of the time for none."""
    was = gc.isenabled()
    if rows > _MANY:
        gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()

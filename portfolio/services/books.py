"""The ledgers as they are folded and valued, kept until one of their transactions changes.

Everything derived from a whole ledger is computed here once per revision of the ledger, day and
currency, in a thread. What is kept was read from committed state; inside a transaction that has
changed the ledger the revision is another one, so nothing old is ever found there.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Connection, Row

from federation.writer import Reader
from portfolio import prices
from portfolio.domain.fx import LastKnown
from portfolio.domain.overview import Measured, Overview, course, measured, overview
from portfolio.domain.timeline import Point
from portfolio.domain.transactions import Transaction
from portfolio.domain.valuation import Valuation, value_portfolio
from portfolio.storage import transactions

T = TypeVar("T")
_KEPT_MAX: Final = 16  # figures of one ledger: some days and currencies


@dataclass(slots=True)
class Book:
    """One ledger at one revision, and what it comes to. Its methods compute: use a thread."""

    revision: int
    rows: Sequence[Transaction]
    _kept: dict[tuple[str, object], object] = field(default_factory=dict)

    def valuation(self, on: date) -> Valuation:
        """Return all positions, each in its currency."""
        return self.once("valuation", on, lambda: value_portfolio(self.rows, on, prices.price_on))

    def overview(self, on: date, currency: str) -> Overview:
        """Return what the ledger comes to in one currency."""
        return self.once(
            "overview",
            (on, currency),
            lambda: overview(self.measured(on, currency), self.course(on, currency)),
        )

    def course(self, on: date, currency: str) -> tuple[Point, ...]:
        """Return the worth of the ledger from day to day in one currency."""
        return self.once("course", (on, currency), lambda: course(self.measured(on, currency)))

    def measured(self, on: date, currency: str) -> Measured:
        """Return the ledger brought into one currency."""

        def make() -> Measured:
            rates = LastKnown(prices.ecb_rates())
            return measured(self.rows, self.valuation(on), currency, prices.price_on, rates)

        return self.once("measured", (on, currency), make)

    def part(self, account: str | None, symbol: str | None) -> "Book":
        """Return what of the ledger is of one account, one instrument, or both; None is any."""
        if account is None and symbol is None:
            return self

        def make() -> "Book":
            rows = [
                row
                for row in self.rows
                if account in {None, row.account} and symbol in {None, row.instrument}
            ]
            return Book(self.revision, rows)

        return self.once("part", (account, symbol), make)

    def once(self, name: str, key: object, make: Callable[[], T]) -> T:
        """Return what `make` computed of this revision under this name and key, or compute it."""
        kept = self._kept
        if (name, key) not in kept:
            if len(kept) >= _KEPT_MAX:
                kept = self._kept = {}
            kept[name, key] = make()
        return cast("T", kept[name, key])


class Books:
    """My own ledger and that of the sample, each as of its latest revision that was asked for."""

    def __init__(self) -> None:
        self._books: dict[bool, Book] = {}
        self._turn = asyncio.Lock()

    async def figure(self, reader: Reader, make: Callable[[Book], T], *, sample: bool) -> T:
        """Return what `make` computes of a ledger as it is now; one at a time, in a thread."""
        async with self._turn:
            known = self._books.get(sample)

            def read(conn: Connection) -> tuple[int, Sequence[Row[Any]]]:
                revision = transactions.revision(conn)
                same = known is not None and known.revision == revision
                return revision, () if same else transactions.rows(conn, sample=sample)

            revision, stored = await reader.run(read)

            def compute() -> tuple[Book, T]:
                book = known
                if book is None or book.revision != revision:
                    book = Book(revision, transactions.values(stored))
                return book, make(book)

            self._books[sample], made = await asyncio.to_thread(compute)
            return made

    def at(self, conn: Connection, *, sample: bool) -> Book | None:
        """Return a ledger if what is kept of it is of the revision that this connection sees."""
        book = self._books.get(sample)
        return book if book and book.revision == transactions.revision(conn) else None

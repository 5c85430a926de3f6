"""How a ledger did between two days, or an account or an instrument of it.

My own ledger as of today, the sample's as of the day it stands still. What is asked for is
computed once for each revision of the ledger (`books`), in a thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial

from portfolio.domain import money
from portfolio.domain.attribution import CASH, Parts, attribution
from portfolio.domain.conversion import Converter
from portfolio.domain.errors import RateError
from portfolio.domain.ledger import Method, Position
from portfolio.domain.overview import Measured
from portfolio.domain.parts import Ledger
from portfolio.domain.performance import Scope, View
from portfolio.domain.report import Report, report
from portfolio.domain.timeline import Stretch, stretch
from portfolio.domain.transactions import Transaction
from portfolio.services import quotes
from portfolio.services.books import Book
from portfolio.services.errors import RuleError
from portfolio.services.overview import Asked, asked_for
from portfolio.services.planner import Planner


@dataclass(frozen=True, slots=True)
class Question:
    """Which part of a ledger, between which days, with lots taken by which method."""

    asked: Asked
    start: date
    end: date
    account: str | None
    symbol: str | None
    method: Method | None


@dataclass(frozen=True, slots=True)
class Performance:
    """What a part of a ledger did, and what had to be left out of it."""

    question: Question
    scope: Scope
    report: Report
    stretch: Stretch
    unpriced: Mapping[str, str]
    prices_of: date | None
    rates_of: date | None


async def question(
    planner: Planner,
    *,
    sample: bool | None,
    start: str | None,
    end: str | None,
    account: str | None = None,
    symbol: str | None = None,
    method: str | None = None,
) -> Question:
    """Return what is asked for, its days checked; a start left out is the beginning.

    Raises:
        RuleError: a day that does not exist, or a start after the end.
    """
    asked = await asked_for(planner, sample=sample)
    last = asked.on if end is None else min(asked.on, quotes.day(end, "end"))
    first = date.min if start is None else quotes.day(start, "start")
    if end is not None and first > quotes.day(end, "end"):
        raise RuleError("The start lies after the end", field="start")
    chosen = None if method is None else Method(method)
    return Question(asked, min(first, last), last, account, symbol, chosen)


def positions_at(whole: Book, question: Question, on: date) -> tuple[Position, ...]:
    """Return what a part of a ledger comes to by the end of a day.

    Lots are taken by the method that is asked for; by that of each account, if none is.
    """
    return _asked(whole, question).until(on).positions(whole.prices.last_known())


def averaged(whole: Book, question: Question) -> dict[tuple[str, str], Position]:
    """Return the positions whose lots are one, in the currency of the settings.

    What such a lot cost was paid on many days, each with its own rate: it cannot be converted
    once it is an average. Without a rate a position is left out.
    """

    def make() -> dict[tuple[str, str], Position]:
        converter = Converter(question.asked.currency, whole.prices.last_known())
        found: dict[tuple[str, str], Position] = {}
        for part in _asked(whole, question).until(question.end).parts.values():
            try:
                positions = part.in_currency(converter).positions
            except RateError:
                continue
            found |= {
                (one.instrument, one.account): one
                for one in positions
                if one.method is Method.AVERAGE
            }
        return found

    return whole.once("averaged", question, make)


def _asked(whole: Book, question: Question) -> Ledger:
    ledger = whole.ledger
    if question.method is not None:
        make = partial(Ledger.of, whole.rows, question.method)
        ledger = whole.once("ledger", question.method, make)
    if question.account is None and question.symbol is None:
        return ledger
    return ledger.only(question.account, question.symbol)


async def performance(planner: Planner, question: Question) -> Performance:
    """Return how what is asked for did; of nothing, why there is no figure."""

    def make(book: Book) -> Performance:
        return book.once("performance", question, lambda: performance_of(book, question))

    return await planner.books.figure(planner.reader, make, sample=question.asked.sample)


def performance_of(whole: Book, question: Question) -> Performance:
    """Return how a part of a ledger did; computes, so use a thread."""
    book = whole.part(question.account, question.symbol)
    asked = question.asked
    ledger = book.measured(asked.on, asked.currency)
    found = stretch(book.course(asked.on, asked.currency), question.start, question.end)
    parts = _parts(whole, ledger, question, since_ever=found.whole)
    quoted = [
        one.quote.on
        for one in ledger.valuation.positions
        if one.position.quantity and one.quote is not None
    ]
    return Performance(
        question=question,
        scope=ledger.view.scope,
        report=report(found, question.start, question.end, _even(parts, found.gain)),
        stretch=found,
        unpriced=ledger.left_out,
        prices_of=max(quoted, default=None),
        rates_of=ledger.rates_of,
    )


def rows_of(ledger: Measured) -> tuple[Transaction, ...]:
    """Return the rows that are measured.

    Of one account alone, units that go to or come from another one are worth the day's price.
    """
    if not ledger.alone:
        return ledger.rows
    return tuple(_at_price(row, ledger.view) for row in ledger.rows)


def _at_price(row: Transaction, view: View) -> Transaction:
    quote = view.price_on(row.instrument, row.on) if row.pair and row.instrument else None
    if quote is None or quote.currency != row.currency:
        return row
    return replace(row, amount=money.product(row.quantity, quote.price))


def _parts(
    whole: Book, ledger: Measured, question: Question, *, since_ever: bool
) -> dict[str, Parts]:
    def until(on: date) -> dict[str, Parts]:
        return attribution(rows, positions_at(whole, question, on), on, ledger.view)

    rows = rows_of(ledger)
    parts = until(question.end)
    if since_ever:
        return parts
    before = until(question.start)
    return {name: one - before.get(name, Parts()) for name, one in parts.items()}


def _even(parts: Mapping[str, Parts], gain: Decimal) -> dict[str, Parts]:
    """Return parts without digits that nobody entered; the largest takes what that leaves.

    Their gains sum to that of the whole to the last digit.
    """
    tidied = {name: Parts(*map(money.tidy, one.each)) for name, one in parts.items()}
    if not tidied:
        return tidied
    with money.exact():
        left = money.tidy(gain) - sum((one.gain for one in tidied.values()), Decimal(0))
    largest = max(tidied, key=lambda name: (name == CASH, abs(tidied[name].gain)))
    return tidied | {largest: tidied[largest] + Parts(currency=left)}

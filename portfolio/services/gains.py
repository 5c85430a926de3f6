"""Lots that are open, and gains that were realised: what a tax return asks for.

Both are in the currency of the instrument; gains also in the one of the settings, proceeds and
costs each at the rate of its own day. Lots are taken by the method that is asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolio.domain import money
from portfolio.domain.errors import RateError
from portfolio.domain.ledger import Disposal, Position
from portfolio.domain.lots import Lot
from portfolio.domain.money import ZERO
from portfolio.domain.performance import View
from portfolio.domain.returns import NoNumber
from portfolio.domain.valuation import Quote
from portfolio.services.books import Book
from portfolio.services.performance import Question, averaged, positions_at
from portfolio.services.planner import Planner


@dataclass(frozen=True, slots=True)
class OpenLot:
    """What is left of one purchase (of a short sale: below zero), and its worth."""

    position: Position
    lot: Lot
    sign: int
    quote: Quote | None

    @property
    def quantity(self) -> Decimal:
        """What is left."""
        return self.lot.quantity * self.sign

    @property
    def cost(self) -> Decimal:
        """What was paid for it, charges included; of a short sale, below zero, what it brought."""
        with money.exact():
            return self.lot.cost * self.sign + self.lot.charges

    @property
    def value(self) -> Decimal | NoNumber:
        """What it is worth."""
        if self.quote is None or self.quote.currency != self.position.currency:
            name = self.position.instrument
            return NoNumber(f"No price of {name} in {self.position.currency} is known")
        return money.product(self.quantity, self.quote.price)


@dataclass(frozen=True, slots=True)
class Gain:
    """One sale, or buying back, and what it gained in the currency of the settings."""

    position: Position
    sale: Disposal
    converted: Decimal | NoNumber


@dataclass(frozen=True, slots=True)
class Sums:
    """All sales: gains in each currency, and together."""

    own: Mapping[str, Decimal]
    converted: Decimal | NoNumber


@dataclass(frozen=True, slots=True)
class Gains:
    """The sales of a time, in the order of their days, and their sums."""

    items: Sequence[Gain]
    sums: Sums


async def lots(planner: Planner, question: Question) -> Sequence[OpenLot]:
    """Return all open lots at the end of a day, by instrument and account, the oldest first."""

    def make(book: Book) -> Sequence[OpenLot]:
        return book.once("lots", question, lambda: _lots(book, question))

    return await planner.books.figure(planner.reader, make, sample=question.asked.sample)


async def gains(planner: Planner, question: Question) -> Gains:
    """Return what was sold between two days, and what that gained."""

    def make(book: Book) -> Gains:
        return book.once("gains", question, lambda: _gains(book, question))

    return await planner.books.figure(planner.reader, make, sample=question.asked.sample)


def _lots(book: Book, question: Question) -> Sequence[OpenLot]:
    found: list[OpenLot] = []
    for one in positions_at(book, question, question.end):
        quote = book.prices.price_on(one.instrument, question.end) if one.quantity else None
        found += [OpenLot(one, lot, 1, quote) for lot in one.lots]
        found += [OpenLot(one, lot, -1, quote) for lot in one.short_lots]
    return found


def _gains(book: Book, question: Question) -> Gains:
    view = View(question.asked.currency, book.prices.price_on, rates=book.prices.last_known())
    averages = averaged(book, question)
    items = [
        Gain(one, sale, _converted(one, sale, place, view, averages))
        for one in positions_at(book, question, question.end)
        for place, sale in enumerate(one.disposals)
        if question.start <= sale.on
    ]
    items.sort(key=lambda one: (one.sale.on, one.position.instrument, one.sale.transaction))
    own: dict[str, Decimal] = {}
    whole: Decimal | NoNumber = ZERO
    for one in items:
        currency = one.position.currency
        own[currency] = money.total(own.get(currency, ZERO), one.sale.gain)
        if isinstance(one.converted, NoNumber):
            whole = one.converted
        elif not isinstance(whole, NoNumber):
            whole = money.total(whole, one.converted)
    return Gains(items, Sums(dict(sorted(own.items())), whole))


def _converted(
    position: Position,
    sale: Disposal,
    place: int,
    view: View,
    averages: Mapping[tuple[str, str], Position],
) -> Decimal | NoNumber:
    """Return a gain with proceeds at the rate of the sale, each lot at that of its purchase.

    The average of many purchases is that of what each cost at the rate of its own day.
    """
    average = averages.get((position.instrument, position.account))
    if average is not None:
        return average.disposals[place].gain

    def at(amount: Decimal, on: date) -> Decimal:
        return view.converted(amount, position.currency, on)

    try:
        with money.exact():
            costs = sum((at(lot.cost, lot.acquired) for lot in sale.lots), ZERO)
            charges = sum((at(lot.charges, lot.acquired) for lot in sale.lots), ZERO)
            return (
                (at(sale.value, sale.on) - costs) * sale.side.sign
                - at(sale.charges, sale.on) - charges
            )  # fmt: skip
    except RateError as error:
        return NoNumber(str(error))

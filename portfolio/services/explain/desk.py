"""What explainers work with: the ledger, the question, and addresses of further figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import Final
from urllib.parse import urlencode

from portfolio.domain.attribution import successors
from portfolio.domain.explain import Explanation, Term, keyed
from portfolio.domain.explain_attribution import PartsTold, Span
from portfolio.domain.explain_position import PositionTold
from portfolio.domain.explain_returns import ReturnsTold, moving
from portfolio.domain.explain_rows import Told
from portfolio.domain.ledger import Position
from portfolio.domain.overview import Measured
from portfolio.domain.performance import View
from portfolio.domain.timeline import stretch
from portfolio.domain.transactions import Transaction
from portfolio.domain.valuation import Quote, Valued
from portfolio.services.allocation import Profile
from portfolio.services.books import Book
from portfolio.services.errors import NotFoundError, RuleError
from portfolio.services.performance import (
    Performance,
    Question,
    performance_of,
    positions_at,
    rows_of,
)

_OF_A_DAY: Final = {"value": "performance.series.value", "return": "performance.return"}
Params = Mapping[str, str]
"""What a figure is asked with, beside its name."""


@dataclass(slots=True)
class Ask:
    """A figure by its name, with what it is asked with; `account` and `symbol` are in there."""

    figure: str
    params: Params

    def need(self, name: str) -> str:
        """Return a parameter that this figure cannot do without.

        Raises:
            RuleError: it is missing.
        """
        if name not in self.params:
            raise RuleError(f"Say which {name}", field=name)
        return self.params[name]

    def day(self, name: str = "on") -> date:
        """Return the day that a parameter names.

        Raises:
            RuleError: it is missing or no day.
        """
        try:
            return date.fromisoformat(self.need(name))
        except ValueError as error:
            raise RuleError("There is no such day", field=name) from error


@dataclass
class Desk:
    """One figure being explained. `whole` is all of the ledger, `book` the part asked for."""

    whole: Book
    question: Question
    ask: Ask
    profiles: Mapping[str, Profile]
    told: Told = field(init=False)

    def __post_init__(self) -> None:
        """Take a fresh sheet, in the currency of the settings."""
        asked = self.question.asked
        known = self.whole.prices
        view = View(asked.currency, known.price_on, rates=known.last_known())
        self.told = Told(view, asked.on)

    @property
    def on(self) -> date:
        """The day of the valuation."""
        return self.question.asked.on

    @property
    def currency(self) -> str:
        """The currency of the settings."""
        return self.question.asked.currency

    @cached_property
    def book(self) -> Book:
        """The part of the ledger that is asked for."""
        return self.whole.part(self.question.account, self.question.symbol)

    @cached_property
    def measured(self) -> Measured:
        """The part in the currency of the settings."""
        return self.book.measured(self.on, self.currency)

    @cached_property
    def rows(self) -> dict[str, Transaction]:
        """All transactions by their ids."""
        return {row.id: row for row in self.whole.rows}

    @cached_property
    def own(self) -> dict[tuple[str, str], Valued]:
        """All positions in their own currencies."""
        return {
            (one.position.instrument, one.position.account): one
            for one in self.whole.valuation(self.on).positions
        }

    @cached_property
    def performance(self) -> Performance:
        """How the part did."""
        make = partial(performance_of, self.whole, self.question)
        return self.whole.once("performance", self.question, make)

    def link(self, figure: str, **params: object) -> str:
        """Return how another figure is asked for."""
        kept = {"figure": figure, "sample": str(self.question.asked.sample).lower()}
        return urlencode(kept | {name: str(value) for name, value in params.items()})

    def beside(self, figure: str, **params: object) -> str:
        """Return how another figure of the same time and part is asked for."""
        names = ("start", "end", "account", "symbol", "method")
        same = {name: self.ask.params[name] for name in names if name in self.ask.params}
        return self.link(figure, **{**same, **params})

    def position(self, symbol: str, account: str, *, own: bool = False) -> PositionTold:
        """Return a position, ready to be explained.

        Raises:
            NotFoundError: there is none.
        """
        found = self.own.get((symbol, account))
        if found is None:
            raise NotFoundError("There is no such position")
        if own:
            self.told = self.told.own(found.position.currency)

        def link(name: str) -> str:
            return self.link(f"position.{name}", symbol=symbol, account=account)

        return PositionTold(self.told, found.position, self.rows, link)

    def sold(self, position: Position, *, own: bool) -> PositionTold:
        """Return a position by another method of taking lots, ready to be explained."""
        if own:
            self.told = self.told.own(position.currency)
        link = partial(self.link, symbol=position.instrument, account=position.account)
        return PositionTold(self.told, position, self.rows, lambda name: link(f"position.{name}"))

    def quote(self, symbol: str) -> Quote:
        """Return the price of today.

        Raises:
            RuleError: there is none.
        """
        found = self.whole.prices.price_on(symbol, self.on)
        if found is None:
            raise RuleError(f"No price of {symbol} is known", field="figure")
        return found

    def returns(self) -> ReturnsTold:
        """Return the stretch that is asked for, ready to be explained."""
        self.told = Told(self.measured.view, self.on)
        found = stretch(
            self.book.course(self.on, self.currency), self.question.start, self.question.end
        )
        within = [row for row in rows_of(self.measured) if self.measured.alone or not row.pair]
        flows = moving(within, self.measured.view)

        def link(name: str, on: date) -> str:
            return self.beside(_OF_A_DAY[name], on=on)

        return ReturnsTold(self.told, flows, found, self.performance.report, link)

    def parts(self, name: str) -> PartsTold:
        """Return what one instrument, or cash, did, ready to be explained."""
        self.told = Told(self.measured.view, self.on)
        rows = {row.id: row for row in rows_of(self.measured)}
        report = self.performance.report
        if name not in report.parts:
            raise NotFoundError("It is not in this part of the ledger")
        name_of = successors(rows.values())
        members = frozenset(
            row.instrument for row in rows.values() if name_of(row.instrument) == name
        )
        found = report.parts[name]
        parts = ("realised", "unrealised", "income", "fees", "taxes", "currency_effect")
        siblings = dict(zip(parts, found.each, strict=True)) | {"gain": found.gain}
        link = partial(self._contribution, name)
        span = self._span()
        return PartsTold(self.told, name, members, rows, span, siblings, link)

    def _contribution(self, name: str, part: str) -> str:
        return self.beside(f"performance.contribution.{part}", of=name or "cash")

    def _span(self) -> Span:
        question, report = self.question, self.performance.report
        whole = not report.base and report.start == self.measured_start
        start = None if whole else report.start
        before: tuple[Position, ...] = ()
        if start is not None:
            before = positions_at(self.whole, question, start)
        return Span(start, question.end, before, positions_at(self.whole, question, question.end))

    @cached_property
    def measured_start(self) -> date | None:
        """The first day of the stretch, where it is that of the ledger."""
        found = stretch(
            self.book.course(self.on, self.currency), self.question.start, self.question.end
        )
        return found.points[0].on if found.whole and found.points else None

    def siblings(self, figures: Mapping[str, tuple[Decimal, str]]) -> dict[str, Term]:
        """Write other figures down as inputs: name, value, and how it is asked for."""
        return {
            name: self.told.sheet.put(
                name, value, self.told.unit, on=self.on, source="computed", figure=link
            )
            for name, (value, link) in figures.items()
        }

    def each(self, stem: str, key: str, value: Decimal, link: str) -> Term:
        """Write one of several figures of the same kind down."""
        return self.told.sheet.put(
            keyed(stem, key), value, self.told.unit, on=self.on, source="computed", figure=link
        )

    def explained(self, term: Term, text: str, unit: str | None = None) -> Explanation:
        """Return the figure that a term comes to."""
        return self.told.sheet.explained(term, self.told.unit if unit is None else unit, text)

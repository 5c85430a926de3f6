"""Explanations of the parts of a gain: what one instrument, or cash, did between two days."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolio.domain import cash
from portfolio.domain.attribution import CASH
from portfolio.domain.explain import Term, keyed, number
from portfolio.domain.explain_position import PositionTold
from portfolio.domain.explain_rows import Told, balanced
from portfolio.domain.ledger import Position
from portfolio.domain.money import ZERO
from portfolio.domain.performance import Scope, worth
from portfolio.domain.transactions import Kind, Transaction

PARTS = ("realised", "unrealised", "income", "fees", "taxes", "currency_effect")


@dataclass(slots=True)
class Span:
    """Two days with the positions at their ends; `start` None: since the beginning."""

    start: date | None
    end: date
    before: Sequence[Position]
    after: Sequence[Position]

    def has(self, on: date) -> bool:
        """Say whether a day lies in it."""
        return on <= self.end and (self.start is None or on > self.start)


@dataclass(slots=True)
class PartsTold:
    """One name of the parts of a gain; `rows` are all of the ledger by their ids."""

    told: Told
    name: str
    members: frozenset[str]
    rows: Mapping[str, Transaction]
    span: Span
    siblings: Mapping[str, Decimal]
    link: Callable[[str], str]

    def part(self, name: str) -> Term:
        """Return one of `PARTS`, or the gain."""
        return {
            "realised": self.realised,
            "unrealised": self.unrealised,
            "income": self.income,
            "fees": lambda: self.charged("fee", Kind.FEE),
            "taxes": lambda: self.charged("tax", Kind.TAX),
            "currency_effect": self.currency,
            "gain": self.gain,
        }[name]()

    def realised(self) -> Term:
        """Return what sales gained by prices alone, at the rates of their days."""
        for told in self._positions(self.span.after):
            for sale in told.position.disposals:
                if self.span.has(sale.on):
                    gain = self.told.converted(
                        told.sale_gross(sale), told.position.currency, sale.on
                    )
                    key = self.told.key(self.rows[sale.transaction])
                    self.told.sheet.step(keyed("gain", key), gain)
        return self.told.sheet.total("gain")

    def unrealised(self) -> Term:
        """Return worth less price paid of what is held at the end, less that at the start."""
        if self.name == CASH:
            return number(ZERO)
        after = self._standing("end", self.span.end, self.span.after)
        if self.span.start is None:
            return after
        return after - self._standing("start", self.span.start, self.span.before)

    def income(self) -> Term:
        """Return what was paid before fees and taxes."""
        paying = {Kind.DIVIDEND, Kind.INTEREST}
        for row in self._rows():
            if row.kind in paying:
                self._at("income", row, self.told.gross(row))
        for told in self._positions(self.span.after):
            for paid in told.position.incomes:
                row = self.rows[paid.transaction]
                if row.kind is Kind.MERGER and self.span.has(paid.on):
                    self._at("income", row, self.told.of_row(row, "amount", paid.gross))
        return self.told.sheet.total("income")

    def charged(self, name: str, kind: Kind) -> Term:
        """Return the fees, or the taxes, of all rows."""
        for row in self._rows():
            parts = []
            if getattr(row, name):
                parts.append((1, self.told.of_row(row, name, getattr(row, name))))
            if row.kind is kind:
                parts.append((1, self.told.gross(row)))
            if parts:
                self._at(f"{name}_paid", row, balanced(parts))
        return self.told.sheet.total(f"{name}_paid")

    def currency(self) -> Term:
        """Return what the other parts leave of the gain."""
        term = self._sibling("gain")
        for part in ("realised", "unrealised", "income"):
            term = term - self._sibling(part)
        return term + self._sibling("fees") + self._sibling("taxes")

    def gain(self) -> Term:
        """Return worth at the end less worth at the start, less money in, plus money out."""
        if self.name == CASH:
            return self._cash_gain()
        term = self._worth("end", self.span.end)
        if self.span.start is not None:
            term = term - self._worth("start", self.span.start)
        for row in self._rows():
            sign, flow = self.told.flow(row, Scope.HOLDINGS)
            if flow.number:
                key = keyed("flow", self.told.key(row))
                self.told.sheet.step(key, balanced([(-sign, flow)]))
        return term + self.told.sheet.total("flow")

    def _cash_gain(self) -> Term:
        """Return what money alone gained: balances at the end, less all that moved them."""
        term = self._balance("end", self.span.end)
        if self.span.start is not None:
            term = term - self._balance("start", self.span.start)
        for row in self.rows.values():
            if not self.span.has(row.on):
                continue
            signed = [(-1, flow) for flow in self._into_cash(row)]
            if signed:
                self.told.sheet.step(keyed("flow", self.told.key(row)), balanced(signed))
        return term + self.told.sheet.total("flow")

    def _into_cash(self, row: Transaction) -> list[Term]:
        """Return what came into cash from outside or from holdings, at the rate of the day."""
        found: list[tuple[int, Term]] = []
        if row.instrument:
            sign, term = self.told.flow(row, Scope.HOLDINGS)
            found.append((-sign, term))
        if row.kind in {Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.TRANSFER_IN, Kind.TRANSFER_OUT}:
            found.append(self.told.flow(row, Scope.PORTFOLIO))
        whole = balanced(found)
        return [whole] if whole.number else []

    def _balance(self, at: str, on: date) -> Term:
        past = [row for row in self.rows.values() if row.on <= on]
        for (account, currency), amount in cash.balances(past).items():
            term = self.told.sheet.put(
                keyed("balance", at, account, currency), amount, currency, on=on,
                source=f"all transactions until {on}",
            )  # fmt: skip
            self.told.sheet.step(
                keyed(f"cash_{at}", account, currency), self.told.converted(term, currency, on)
            )
        return self.told.sheet.total(f"cash_{at}")

    def _worth(self, at: str, on: date) -> Term:
        """Return quantity x price of all of this name, at the rate of a day."""
        past = [row for row in self.rows.values() if row.on <= on]
        found = worth(past, on, self.told.view)
        for (instrument, quantity, quote), account in zip(
            found.quotes, found.accounts, strict=True
        ):
            if instrument in self.members:
                held = self.told.sheet.put(
                    keyed(f"held_{at}", instrument, account), quantity, "units", on=on,
                    source=f"all transactions until {on}",
                )  # fmt: skip
                value = self.told.worth(instrument, held, quote, on)
                self.told.sheet.step(keyed(f"worth_{at}", instrument, account), value)
        return self.told.sheet.total(f"worth_{at}")

    def _standing(self, at: str, on: date, positions: Sequence[Position]) -> Term:
        """Return worth less price paid, both at the rate of a day."""
        value = self._worth(at, on)
        for told in self._positions(positions):
            if told.position.cost_gross:
                cost = self.told.converted(told.cost_gross(), told.position.currency, on)
                key = keyed(f"cost_{at}", told.position.instrument, told.position.account)
                self.told.sheet.step(key, cost)
        return value - self.told.sheet.total(f"cost_{at}")

    def _sibling(self, part: str) -> Term:
        return self.told.sheet.put(
            part,
            self.siblings[part],
            self.told.unit,
            on=self.span.end,
            source="the same answer",
            figure=self.link(part),
        )

    def _rows(self) -> list[Transaction]:
        """Return the rows of this name in the span."""
        return [
            row
            for row in self.rows.values()
            if row.instrument in self.members and self.span.has(row.on)
        ]

    def _at(self, name: str, row: Transaction, term: Term) -> None:
        key = keyed(name, self.told.key(row))
        self.told.sheet.step(key, self.told.converted(term, row.currency, row.on))

    def _positions(self, positions: Sequence[Position]) -> list[PositionTold]:
        """Return the positions of this name, each told in its own currency."""
        return [
            PositionTold(self.told.own(one.currency), one, self.rows, self.link)
            for one in positions
            if one.instrument in self.members and self.name != CASH
        ]

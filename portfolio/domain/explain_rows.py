"""What explanations are made of: transactions, prices and rates, each written down once.

Rates are written as they were published, against the pivot of their table (units of a currency
for 1 EUR), so that a cross rate is a quotient that can be done by hand.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.explain import Sheet, Term, keyed, number
from portfolio.domain.money import ONE, ZERO
from portfolio.domain.performance import Scope, View
from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.valuation import Quote

PAYING: Final = frozenset({Kind.BUY, Kind.COVER, Kind.FEE, Kind.TAX, Kind.WITHDRAWAL})
LEDGER: Final = "transaction"


@dataclass(slots=True)
class Told:
    """A sheet, and how rows, prices and rates are written on it, in one currency."""

    view: View
    on: date
    sheet: Sheet = field(default_factory=Sheet)
    _keys: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    @property
    def unit(self) -> str:
        """The currency of what is explained."""
        return self.view.currency

    def own(self, currency: str) -> "Told":
        """Return one that writes on the same sheet in another currency."""
        view = replace(self.view, currency=currency)
        return Told(view, self.on, self.sheet, self._keys, self._taken)

    def key(self, row: Transaction) -> str:
        """Return the key of a row, another one for each row."""
        if row.id not in self._keys:
            plain = " ".join(filter(None, (row.on.isoformat(), row.kind.value, row.instrument)))
            found, count = plain, 1
            while found in self._taken:
                count += 1
                found = f"{plain} {count}"
            self._taken.add(found)
            self._keys[row.id] = found
        return self._keys[row.id]

    def of_row(self, row: Transaction, name: str, value: Decimal, unit: str = "") -> Term:
        """Write down what a row says."""
        source = f"{LEDGER} {row.id}"
        unit = unit or row.currency
        return self.sheet.put(keyed(name, self.key(row)), value, unit, on=row.on, source=source)

    def quantity(self, row: Transaction) -> Term:
        """Write the quantity of a row down."""
        return self.of_row(row, "quantity", row.quantity, "units")

    def gross(self, row: Transaction) -> Term:
        """Return the value of a row before fee and tax, in its own currency."""
        if row.amount is not None:
            return self.of_row(row, "amount", row.amount)
        return self.quantity(row) * self.of_row(row, "price", row.price)

    def charged(self, row: Transaction, sign: int) -> Term:
        """Return the value of a row with its charges added (1), taken off (-1)."""
        term = self.gross(row)
        for name in ("fee", "tax"):
            value = getattr(row, name)
            if value:
                part = self.of_row(row, name, value)
                term = term + part if sign > 0 else term - part
        return term

    def charges(self, row: Transaction) -> Term:
        """Return fee and tax of a row together."""
        parts = [
            self.of_row(row, name, getattr(row, name))
            for name in ("fee", "tax")
            if getattr(row, name)
        ]
        return added(parts)

    def flow(self, row: Transaction, scope: Scope) -> tuple[int, Term]:
        """Return what a row brought into what is looked at (1) or took out of it (-1)."""
        incoming = row.kind in {Kind.TRANSFER_IN, Kind.DEPOSIT}
        if scope is Scope.PORTFOLIO:
            sign, term = (1 if incoming else -1), self.gross(row)
        elif row.kind in PAYING or incoming:
            sign, term = 1, self.charged(row, 1)
        elif row.kind is Kind.SPLIT:
            sign, term = 1, self.charges(row)
        else:
            sign, term = -1, self.charged(row, -1)
        return sign, self.converted(term, row.currency, row.on)

    def converted(self, term: Term, currency: str, on: date) -> Term:
        """Return an amount in the currency of the view, at the rate of a day."""
        rate = self.rate(currency, on)
        return term if rate is None else term * rate

    def rate(self, currency: str, on: date) -> Term | None:
        """Write the rate of a day down; None where none is needed."""
        if currency == self.view.currency or self.view.rates is None:
            return None
        found = self.view.rates.rate(currency, self.view.currency, on)
        name = keyed("rate", currency, self.view.currency, on)
        (base, part), (target, target_part) = map(money.major_unit, (currency, self.view.currency))
        if base == target:
            return self.sheet.step(name, number(part) / number(target_part))
        pivot = getattr(self.view.rates, "pivot", None)
        if pivot is None:
            unit = f"{self.view.currency} for 1 {currency}"
            return self.sheet.put(name, found.rate, unit, on=found.on, source=found.source)
        crossed = self._published(target, found.on, pivot) / self._published(base, found.on, pivot)
        if part != ONE:
            crossed *= number(part)
        if target_part != ONE:
            crossed /= number(target_part)
        return self.sheet.step(name, crossed)

    def _published(self, currency: str, on: date, pivot: str) -> Term:
        """Write down what was published: units of a currency for one of the pivot."""
        if currency == pivot or self.view.rates is None:
            return number(ONE)
        found = self.view.rates.rate(pivot, currency, on)
        return self.sheet.put(
            keyed("published", currency, on),
            found.rate,
            f"{currency} for 1 {pivot}",
            on=found.on,
            source=found.source,
        )

    def price(self, instrument: str, quote: Quote) -> Term:
        """Write a price down."""
        return self.sheet.put(
            keyed("price", instrument, quote.on),
            quote.price,
            quote.currency,
            on=quote.on,
            source=quote.source,
        )

    def worth(self, instrument: str, quantity: Term, quote: Quote, on: date) -> Term:
        """Return quantity x price, converted at the rate of a day."""
        return self.converted(quantity * self.price(instrument, quote), quote.currency, on)


def balanced(signed: Iterable[tuple[int, Term]]) -> Term:
    """Return the sum of terms that are added (1) or taken off (-1)."""
    whole = number(ZERO)
    for sign, term in signed:
        joined = whole + term if whole.text != "0" else term
        whole = joined if sign > 0 else whole - term
    return whole


def added(terms: Iterable[Term]) -> Term:
    """Return the sum of some terms; 0 of none."""
    whole: Term | None = None
    for term in terms:
        whole = term if whole is None else whole + term
    return number(ZERO) if whole is None else whole


Link = Callable[[str], str]
"""Return the address of another figure of the same thing, by its name."""

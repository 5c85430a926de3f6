"""What a gain is made of: prices, income, charges and the change of rates, for each instrument.

The parts of a ledger as of a day are sums since its beginning, in one currency:

- *realised*: proceeds less price paid, without charges, at the rate of the day of each sale
- *unrealised*: worth less price paid for what is held, without charges, at the day's rate
- *income*: dividends and interest before fees and taxes, at the rates of their days
- *fees*, *taxes*: at the rates of their days
- *currency*: what is left: the same money at another rate than on the day it was paid

so that gain = realised + unrealised + income - fees - taxes + currency. The parts of a stretch
of time are those at its end less those at its beginning; a gain that is realised within it
leaves the unrealised gain it was part of.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.ledger import Position
from portfolio.domain.money import ZERO
from portfolio.domain.performance import Scope, View, flow_of, worth
from portfolio.domain.transactions import Kind, Transaction

CASH: Final = ""  # the name of what no instrument did: interest, account fees, money in a currency


@dataclass(frozen=True, slots=True)
class Parts:
    """What a gain is made of; fees and taxes are positive and count against it."""

    realised: Decimal = ZERO
    unrealised: Decimal = ZERO
    income: Decimal = ZERO
    fees: Decimal = ZERO
    taxes: Decimal = ZERO
    currency: Decimal = ZERO

    @property
    def gain(self) -> Decimal:
        """All of it."""
        with money.exact():
            prices = self.realised + self.unrealised + self.currency
            return prices + self.income - self.fees - self.taxes

    def __add__(self, other: "Parts") -> "Parts":
        """Return two gains as one."""
        return Parts(*map(money.total, self.each, other.each))

    def __sub__(self, other: "Parts") -> "Parts":
        """Return what came after `other`."""
        return Parts(
            *(money.total(one, -two) for one, two in zip(self.each, other.each, strict=True))
        )

    @property
    def each(self) -> tuple[Decimal, ...]:
        """The parts in the order of the fields."""
        return (
            self.realised, self.unrealised, self.income, self.fees, self.taxes, self.currency
        )  # fmt: skip


def attribution(
    rows: Iterable[Transaction], positions: Iterable[Position], on: date, view: View
) -> dict[str, Parts]:
    """Return the parts of what each instrument, and `CASH`, has gained by the end of a day.

    What was merged into another instrument counts as that one. The sum over all is value less
    money put in, plus money taken out, of the whole scope.

    Args:
        rows: What is measured; later ones are left out.
        positions: What they come to by the end of the day, each in its own currency.
        on: The day.
        view: How the ledger is looked at.

    Raises:
        RateError: a rate is missing.
    """
    past = [row for row in rows if row.on <= on]
    name_of = successors(past)
    held = worth(past, on, view)
    values: dict[str, Decimal] = {}
    with money.exact():
        for name, quantity, quote in held.quotes:
            value = view.converted(quantity * quote.price, quote.currency, on)
            values[name_of(name)] = values.get(name_of(name), ZERO) + value
        gains = _gains(past, view, values, name_of)
        if view.scope is Scope.PORTFOLIO:
            put_in = sum((flow_of(row, view) for row in past), ZERO)
            gains[CASH] = held.value - put_in - sum(gains.values(), ZERO)
        found = {name: _Growing() for name in gains}
        for row in past:
            if name_of(row.instrument) in found:
                found[name_of(row.instrument)].take(row, view)
        for one in positions:
            if name_of(one.instrument) in found:
                found[name_of(one.instrument)].price(one, view, on)
        return {
            name: found[name].parts(gains[name], values.get(name, ZERO)) for name in sorted(found)
        }


@dataclass(slots=True)
class _Growing:
    """The parts of one instrument while its rows are gone through."""

    realised: Decimal = ZERO
    cost: Decimal = ZERO
    income: Decimal = ZERO
    fees: Decimal = ZERO
    taxes: Decimal = ZERO

    def take(self, row: Transaction, view: View) -> None:
        """Count the income and the charges of a row."""
        fee = row.fee + (row.gross if row.kind is Kind.FEE else ZERO)
        tax = row.tax + (row.gross if row.kind is Kind.TAX else ZERO)
        self.fees += view.converted(fee, row.currency, row.on)
        self.taxes += view.converted(tax, row.currency, row.on)
        if row.kind is Kind.INTEREST and not row.instrument:
            self.income += view.converted(row.gross, row.currency, row.on)

    def price(self, one: Position, view: View, on: date) -> None:
        """Count what a position was paid, what its sales gained, and what its lots cost."""
        for income in one.incomes:
            self.income += view.converted(income.gross, one.currency, income.on)
        for sale in one.disposals:
            self.realised += view.converted(sale.gain_gross, one.currency, sale.on)
        self.cost += view.converted(one.cost_gross, one.currency, on)

    def parts(self, gain: Decimal, value: Decimal) -> Parts:
        """Return them; the currency effect is what the others leave of the gain."""
        unrealised = value - self.cost
        known = self.realised + unrealised + self.income - self.fees - self.taxes
        return Parts(
            self.realised, unrealised, self.income, self.fees, self.taxes, gain - known
        )  # fmt: skip


def _gains(
    rows: Iterable[Transaction],
    view: View,
    values: Mapping[str, Decimal],
    name_of: Callable[[str], str],
) -> dict[str, Decimal]:
    """Return what each instrument is worth now and brought, less what it took."""
    outside = replace(view, scope=Scope.HOLDINGS)
    gains: dict[str, Decimal] = {}
    for row in rows:
        if row.instrument:
            name = name_of(row.instrument)
            gains[name] = gains.get(name, values.get(name, ZERO)) - flow_of(row, outside)
    return gains


def successors(rows: Iterable[Transaction]) -> Callable[[str], str]:
    """Return what names of an instrument the one that it has become by mergers."""
    into = {row.instrument: row.into for row in rows if row.kind is Kind.MERGER}

    def name_of(instrument: str) -> str:
        seen = set()
        while instrument in into and instrument not in seen:
            seen.add(instrument)
            instrument = into[instrument]
        return instrument

    return name_of

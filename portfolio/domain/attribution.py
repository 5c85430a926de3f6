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

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.ledger import Method, Position, positions
from portfolio.domain.money import ZERO
from portfolio.domain.performance import Scope, View, flow_of, worth
from portfolio.domain.transactions import Kind, Transaction

RateOn = Callable[[str, date], Decimal]
"""Return what one unit of a currency was worth on a day, in the currency of the view."""

CASH: Final = ""  # the name of what no instrument did: interest, account fees, money in a currency
_INCOME: Final = frozenset({Kind.DIVIDEND, Kind.INTEREST})


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


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger twice: as written, and converted row by row into the currency of the view."""

    rows: Sequence[Transaction]
    converted: Sequence[Transaction]
    view: View
    rate: RateOn


def attribution(ledger: Ledger, on: date, method: Method = Method.FIFO) -> dict[str, Parts]:
    """Return the parts of what each instrument, and `CASH`, has gained by the end of a day.

    Lots are matched in the currency of the instrument. The sum over all is value less money put
    in, plus money taken out, of the whole scope.

    Raises:
        LedgerError: the rows do not make a ledger.
        RateError: a rate is missing.
    """
    rows = [row for row in ledger.rows if row.on <= on]
    converted = [row for row in ledger.converted if row.on <= on]
    held = worth(converted, on, ledger.view)
    values = {name: money.product(quantity, quote.price) for name, quantity, quote in held.quotes}
    with money.exact():
        gains = _gains(converted, ledger.view, values)
        if ledger.view.scope is Scope.PORTFOLIO:
            gains[CASH] = held.value - _put_in(converted, ledger.view) - sum(gains.values(), ZERO)
        found = {name: _Growing() for name in gains}
        for row in rows:
            if row.instrument in found:
                found[row.instrument].take(row, ledger.rate)
        for one in positions(rows, on, method):
            found[one.instrument].price(one, ledger.rate, on)
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

    def take(self, row: Transaction, rate_on: RateOn) -> None:
        """Count the income and the charges of a row."""
        fee = row.fee + (row.gross if row.kind is Kind.FEE else ZERO)
        tax = row.tax + (row.gross if row.kind is Kind.TAX else ZERO)
        income = row.gross if row.kind in _INCOME else ZERO
        if fee or tax or income:
            rate = rate_on(row.currency, row.on)
            self.fees += fee * rate
            self.taxes += tax * rate
            self.income += income * rate

    def price(self, one: Position, rate: RateOn, on: date) -> None:
        """Count what a position's sales gained, and what its lots cost."""
        for sale in one.disposals:
            self.realised += sale.gain_gross * rate(one.currency, sale.on)
        if one.cost_gross:
            self.cost += one.cost_gross * rate(one.currency, on)

    def parts(self, gain: Decimal, value: Decimal) -> Parts:
        """Return them; the currency effect is what the others leave of the gain."""
        unrealised = value - self.cost
        known = self.realised + unrealised + self.income - self.fees - self.taxes
        return Parts(
            self.realised, unrealised, self.income, self.fees, self.taxes, gain - known
        )  # fmt: skip


def _gains(
    rows: Iterable[Transaction], view: View, values: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    """Return what each instrument is worth now and brought, less what it took."""
    outside = View(view.currency, view.price_on, Scope.HOLDINGS)
    gains: dict[str, Decimal] = {}
    for row in rows:
        if row.instrument:
            before = gains.get(row.instrument, values.get(row.instrument, ZERO))
            gains[row.instrument] = before - flow_of(row, outside)
    return gains


def _put_in(rows: Iterable[Transaction], view: View) -> Decimal:
    return sum((flow_of(row, view) for row in rows), ZERO)

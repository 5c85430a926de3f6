"""From transactions and prices to the flows and values that returns are made of.

What counts as a flow depends on what is looked at:

- *portfolio*: cash is inside. Deposits and withdrawals (and transfers) are flows; buys, sells,
  dividends, fees and taxes happen inside and show in the return.
- *holdings*: cash is outside, as for a single security or for a ledger without deposits. Buys
  are money in, sells and dividends money out, each after fees. Taxes count (`Taxes.IN`) or are
  added back (`Taxes.OUT`), because they depend on the person and not on the security.

Values are quantity x price of the day, converted at the rate of the day. Where no price is known
yet, the price of the last trade stands in, and says so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final

from portfolio.domain import cash, money
from portfolio.domain.errors import RateError
from portfolio.domain.fx import Rates
from portfolio.domain.ledger import Position
from portfolio.domain.money import ZERO
from portfolio.domain.returns import NoNumber, Period
from portfolio.domain.transactions import TRADES, Kind, Transaction, ordered
from portfolio.domain.valuation import PriceOn, Quote
from portfolio.domain.xirr import Payment

MOVES: Final = frozenset({Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.TRANSFER_IN, Kind.TRANSFER_OUT})


class Scope(StrEnum):
    """What is looked at."""

    PORTFOLIO = "portfolio"
    HOLDINGS = "holdings"


class Taxes(StrEnum):
    """Whether taxes count as a cost."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class View:
    """How a ledger is looked at. Without `rates`, every row must be in `currency`."""

    currency: str
    price_on: PriceOn
    scope: Scope = Scope.PORTFOLIO
    taxes: Taxes = Taxes.IN
    rates: Rates | None = None

    def converted(self, amount: Decimal, currency: str, on: date) -> Decimal:
        """Return an amount in the currency of the view.

        Raises:
            RateError: no rate for that day.
        """
        if currency == self.currency or not amount:
            return amount
        if self.rates is None:
            raise RateError(f"A rate of {currency} to {self.currency} is needed for {on}")
        return amount * self.rates.rate(currency, self.currency, on).rate


@dataclass(frozen=True, slots=True)
class Worth:
    """What a scope is worth at the end of a day, and the quotes that say so.

    `quotes` are instruments with what is held of them; `accounts`, in the same order, where.
    """

    on: date
    value: Decimal
    quotes: tuple[tuple[str, Decimal, Quote], ...]
    accounts: tuple[str, ...] = ()


def payments(
    transactions: Iterable[Transaction], on: date, view: View, *, since: date | None = None
) -> tuple[Payment, ...]:
    """Return what an investor paid in (< 0) and received, and the value at the end.

    `on` is the day of the final value. With `since`, the period starts at the end of that day,
    and what was there then counts as paid in.

    Raises:
        LedgerError: a quantity that is not held.
        RateError: a rate is missing.
    """
    rows = [row for row in ordered(transactions) if row.on <= on]
    with money.exact():
        result = [
            Payment(row.on, -flow)
            for row in rows
            if (since is None or row.on > since) and (flow := flow_of(row, view))
        ]
        if since is not None:
            result.insert(0, Payment(since, -worth(rows, since, view).value))
        result.append(Payment(on, worth(rows, on, view).value))
    return tuple(result)


def periods(
    transactions: Iterable[Transaction], days: Iterable[date], view: View
) -> tuple[Period, ...]:
    """Return one period per day given, for `returns.time_weighted`.

    The first begins with what was there before it. Days with a flow are added to `days`, so that
    no return is measured across a flow.

    Raises:
        RateError: a rate is missing.
    """
    rows = ordered(transactions)
    wanted = set(days)
    if not wanted:
        return ()
    first, last = min(wanted), max(wanted)
    with money.exact():
        wanted.update(row.on for row in rows if first <= row.on <= last and flow_of(row, view))
        book = _Book(view)
        place = 0
        while place < len(rows) and rows[place].on < first:
            book.apply(rows[place])
            place += 1
        before = book.worth(date.fromordinal(first.toordinal() - 1)).value
        result: list[Period] = []
        for day in sorted(wanted):
            inflow = outflow = ZERO
            while place < len(rows) and rows[place].on <= day:
                flow = flow_of(rows[place], view)
                inflow, outflow = inflow + max(flow, ZERO), outflow - min(flow, ZERO)
                book.apply(rows[place])
                place += 1
            end = book.worth(day).value
            result.append(Period(day, before, end, inflow, outflow))
            before = end
    return tuple(result)


def flow_of(row: Transaction, view: View) -> Decimal:
    """Return what a row brings into the scope (> 0) or takes out of it, in the view's currency."""
    with money.exact():
        moved = row.gross if row.kind in {Kind.TRANSFER_IN, Kind.DEPOSIT} else -row.gross
        if view.scope is Scope.PORTFOLIO:
            flow = moved if row.kind in MOVES else ZERO
        elif not row.instrument:
            flow = ZERO
        else:
            flow = (moved if row.kind in MOVES else ZERO) - cash.effect(row)
            if view.taxes is Taxes.OUT:
                flow -= row.tax + (row.gross if row.kind is Kind.TAX else ZERO)
        return view.converted(flow, row.currency, row.on)


def worth(transactions: Iterable[Transaction], on: date, view: View) -> Worth:
    """Return what the scope is worth at the end of a day.

    Raises:
        RateError: a rate is missing.
    """
    book = _Book(view)
    with money.exact():
        for row in ordered(row for row in transactions if row.on <= on):
            book.apply(row)
        return book.worth(on)


def average_capital(positions: Sequence[Position], on: date) -> Decimal | NoNumber:
    """Return the price paid for what was held, averaged over the days on which anything was.

    This is the capital that Ghostfolio's percentages stand on: gain / average capital. Charges
    are left out, and days on which nothing is held count neither way.
    """
    changes: dict[date, Decimal] = {}
    with money.exact():
        for position in positions:
            for lot in position.lots:
                changes[lot.acquired] = changes.get(lot.acquired, ZERO) + lot.cost
            for sale in position.disposals:
                for lot in sale.lots:
                    changes[lot.acquired] = changes.get(lot.acquired, ZERO) + lot.cost
                    changes[sale.on] = changes.get(sale.on, ZERO) - lot.cost
        capital = weighted = highest = ZERO
        days_invested = 0
        bounds = [*sorted(day for day in changes if day < on), on]
        for day, until in pairwise(bounds):
            capital += changes[day]
            highest = max(highest, capital)
            if capital > 0:
                weighted += capital * (until - day).days
                days_invested += (until - day).days
        if days_invested:
            return weighted / days_invested
        return highest if highest > 0 else NoNumber("Nothing was invested for as long as a day")


_Place = tuple[str, str]  # an instrument in an account; a split is of one account


@dataclass(slots=True)
class _Book:
    """Quantities and cash while the days go by; no lots, so it is fast."""

    view: View
    quantities: dict[_Place, Decimal] = field(default_factory=dict)
    money_in: dict[str, Decimal] = field(default_factory=dict)
    last_trades: dict[_Place, Quote] = field(default_factory=dict)

    def apply(self, row: Transaction) -> None:
        """Take in the next row."""
        currency, moved = cash.movement(row)
        self.money_in[currency] = self.money_in.get(currency, ZERO) + moved
        if not row.instrument:
            return
        place = (row.instrument, row.account)
        held = self.quantities.get(place, ZERO)
        if row.kind is Kind.MERGER:
            self._merge(place, held, row)
            return
        self.quantities[place] = CHANGES.get(row.kind, _same)(held, row)
        if row.kind in TRADES and row.quantity:
            price = row.gross / row.quantity
            self.last_trades[place] = Quote(price, row.currency, row.on, "last trade")
        if row.kind is Kind.SPLIT and place in self.last_trades:
            self.last_trades[place] = _split(self.last_trades[place], row)

    def _merge(self, place: _Place, held: Decimal, row: Transaction) -> None:
        """Turn what is held into another instrument; a fraction goes for the cash that is paid."""
        into = (row.into, row.account)
        after = self.quantities.get(into, ZERO) + _scaled(held, row)
        whole = after.to_integral_value(ROUND_FLOOR)
        self.quantities[into] = whole if row.gross else after
        self.quantities[place] = ZERO
        if place in self.last_trades:
            self.last_trades[into] = _split(self.last_trades[place], row)

    def worth(self, on: date) -> Worth:
        """Return what is there at the end of a day."""
        total = ZERO
        quotes: list[tuple[str, Decimal, Quote]] = []
        accounts: list[str] = []
        for (instrument, account), quantity in self.quantities.items():
            if abs(quantity) < money.DUST:
                continue
            traded = self.last_trades.get((instrument, account))
            quote = self.view.price_on(instrument, on) or traded
            if quote is None:
                continue
            quotes.append((instrument, quantity, quote))
            accounts.append(account)
            total += self.view.converted(quantity * quote.price, quote.currency, on)
        if self.view.scope is Scope.PORTFOLIO:
            for currency, amount in self.money_in.items():
                total += self.view.converted(amount, currency, on)
        return Worth(on, total, tuple(quotes), tuple(accounts))


def _split(quote: Quote, row: Transaction) -> Quote:
    """Return a price after a split or merger."""
    return replace(quote, price=quote.price * row.denominator / row.numerator)


def _more(held: Decimal, row: Transaction) -> Decimal:
    return held + row.quantity


def _less(held: Decimal, row: Transaction) -> Decimal:
    return held - row.quantity


def _scaled(held: Decimal, row: Transaction) -> Decimal:
    return held * row.numerator / row.denominator


def _same(held: Decimal, row: Transaction) -> Decimal:  # noqa: ARG001 - one signature for all
    return held


CHANGES: Final[Mapping[Kind, Callable[[Decimal, Transaction], Decimal]]] = {
    Kind.BUY: _more,
    Kind.COVER: _more,
    Kind.TRANSFER_IN: _more,
    Kind.SELL: _less,
    Kind.SHORT: _less,
    Kind.TRANSFER_OUT: _less,
    Kind.SPLIT: _scaled,
}

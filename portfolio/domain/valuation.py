"""What holdings are worth on a day, by prices that say how old they are and where they come from.

- value       = quantity x price (unadjusted price, quantity as split: never a mix)
- day gain    = value - value at the close before - purchases of the day + sales and net income
  of the day. A split inside it changes nothing.
- total gain  = unrealised + realised + income, all after charges
- weight      = value / value of all holdings that have a price

Amounts are in the currency of the holding. Sums are taken per currency; dated rates (`fx`)
are needed for anything across currencies.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from portfolio.domain import cash, money
from portfolio.domain.conversion import Converter
from portfolio.domain.folding import Methods
from portfolio.domain.fx import Rates
from portfolio.domain.lots import Method
from portfolio.domain.money import ZERO
from portfolio.domain.parts import Ledger
from portfolio.domain.position import Position
from portfolio.domain.quotes import PriceOn as PriceOn
from portfolio.domain.quotes import Quote as Quote
from portfolio.domain.transactions import Kind, Transaction, check


@dataclass(frozen=True, slots=True)
class Valued:
    """One position with its worth on a day; what needs a missing price is None.

    `day_base` is what the day gain was made with: the worth at the close before and purchases.
    """

    position: Position
    quote: Quote | None
    value: Decimal | None
    unrealised: Decimal | None
    day_gain: Decimal | None
    total_gain: Decimal | None
    weight: Decimal | None
    day_base: Decimal | None = None

    @property
    def day_return(self) -> Decimal | None:
        """The day gain as a fraction of what it was made with."""
        if self.day_gain is None or not self.day_base or self.day_base < 0:
            return None
        return money.quotient(self.day_gain, self.day_base)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the positions in one currency. `unpriced` names holdings that are left out."""

    currency: str
    value: Decimal
    cost: Decimal
    day_gain: Decimal
    unrealised: Decimal
    realised: Decimal
    income: Decimal
    total_gain: Decimal
    unpriced: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Valuation:
    """A portfolio as of a day."""

    on: date
    positions: tuple[Valued, ...]
    totals: tuple[Totals, ...]


def value_portfolio(
    transactions: Iterable[Transaction],
    on: date,
    price_on: PriceOn,
    method: Methods = Method.FIFO,
) -> Valuation:
    """Return every position with its worth as of a day, and the sums per currency.

    A quote in another currency than the position's is not used: it would need a rate.

    Raises:
        LedgerError: the transactions do not make a ledger.
    """
    rows = (check(row) for row in transactions if row.on <= on)
    return value_ledger(Ledger.of(rows, method), on, price_on)


def value_ledger(
    ledger: Ledger, on: date, price_on: PriceOn, rates: Rates | None = None
) -> Valuation:
    """Return what `value_portfolio` does, of a ledger whose rows are right by themselves.

    With `rates`, a position may have rows in several currencies, and a price in another one.

    Raises:
        LedgerError: a row does not fit what is held.
        RateError: no rate is known for a row in another currency than its position.
    """
    quoted: dict[str, PriceOn] = {}

    def in_currency(currency: str) -> PriceOn:
        if rates is None:
            return price_on
        if currency not in quoted:
            quoted[currency] = Converter(currency, rates).price_on(price_on)
        return quoted[currency]

    found = (
        (position, folded.rows)
        for part in ledger.until(on).parts.values()
        for folded in (part.own(rates),)
        for position in folded.positions
    )
    return valuation_of(found, on, in_currency)


def valuation_of(
    found: Iterable[tuple[Position, Sequence[Transaction]]],
    on: date,
    in_currency: Callable[[str], PriceOn],
) -> Valuation:
    """Return the worth of positions, each with the rows of its part, oldest first.

    `in_currency` returns the quotes to use for positions in a currency.
    """
    with money.exact():
        valued = sorted(
            (
                _valued(position, rows, on, in_currency(position.currency))
                for position, rows in found
            ),
            key=lambda one: (one.position.instrument, one.position.account),
        )
        totals = {
            currency: _totals(
                currency, [one for one in valued if one.position.currency == currency]
            )
            for currency in sorted({one.position.currency for one in valued})
        }
        weighed = tuple(_with_weight(one, totals[one.position.currency].value) for one in valued)
    return Valuation(on, weighed, tuple(totals.values()))


def _valued(
    position: Position, rows: Sequence[Transaction], on: date, price_on: PriceOn
) -> Valued:
    quote = price_on(position.instrument, on)
    if quote is not None and quote.currency != position.currency:
        quote = None
    if not position.quantity:
        value: Decimal | None = ZERO
    else:
        value = None if quote is None else position.quantity * quote.price
    unrealised = None if value is None else value - position.cost
    day_gain, day_base = _day(position, rows, price_on, quote, value)
    return Valued(
        position=position,
        quote=quote,
        value=value,
        unrealised=unrealised,
        day_gain=day_gain,
        total_gain=(
            None if unrealised is None else unrealised + position.realised + position.income
        ),
        weight=None,
        day_base=day_base,
    )


def _day(
    position: Position,
    rows: Sequence[Transaction],
    price_on: PriceOn,
    quote: Quote | None,
    value: Decimal | None,
) -> tuple[Decimal | None, Decimal | None]:
    """Return what was gained since the close before the quote's day, and what with.

    Both are None without prices, and on the day of a merger, which no price before knows of.
    """
    if value is None or quote is None:
        return (None, None) if position.quantity else (ZERO, None)
    before = price_on(position.instrument, date.fromordinal(quote.on.toordinal() - 1))
    since = before.on if before is not None else date.min
    recent = [
        row
        for row in rows[bisect_right(rows, since, key=lambda row: row.on) :]
        if (row.instrument, row.account) == (position.instrument, position.account)
    ]
    held = position.held(since)
    merged = position.first > since and not recent  # it came out of a merger
    if (held and before is None) or merged or any(row.kind is Kind.MERGER for row in recent):
        return None, None
    price_before = before.price if before is not None else ZERO
    value_before = held * price_before
    flows = [_flow(row, price_before) for row in recent]
    paid = -sum((flow for flow in flows if flow < 0), ZERO)
    return value - value_before + sum(flows, ZERO), value_before + paid


def _flow(row: Transaction, price: Decimal) -> Decimal:
    """Return what a row took out of the position (> 0) or put in; moved units at their value.

    What goes from one of my accounts to another is worth the price before in both.
    """
    moved = row.quantity * price if row.pair else row.gross
    if row.kind is Kind.TRANSFER_IN:
        return cash.effect(row) - moved
    return cash.effect(row) + (moved if row.kind is Kind.TRANSFER_OUT else ZERO)


def _with_weight(one: Valued, total: Decimal) -> Valued:
    if one.value is None or not total:
        return one
    return replace(one, weight=one.value / total)


def _totals(currency: str, valued: Sequence[Valued]) -> Totals:
    def total(values: Iterable[Decimal | None]) -> Decimal:
        return sum((value for value in values if value is not None), ZERO)

    priced = [one for one in valued if one.value is not None]
    return Totals(
        currency=currency,
        value=total(one.value for one in priced),
        cost=total(one.position.cost for one in priced),
        day_gain=total(one.day_gain for one in priced),
        unrealised=total(one.unrealised for one in priced),
        realised=total(one.position.realised for one in valued),
        income=total(one.position.income for one in valued),
        total_gain=total(one.total_gain for one in priced),
        unpriced=tuple(one.position.instrument for one in valued if one.value is None),
    )

"""A whole ledger at a glance: worth, gains and returns as of a day, in one currency.

- value, cost and gain are of the holdings that have a price; what has none is named in
  `left_out`, and counts in realised gains and income alone
- total gain = gain + realised + income, after fees and taxes
- a ledger with deposits or withdrawals has its cash inside (`Scope.PORTFOLIO`); one without is
  measured by what its holdings cost and brought (`Scope.HOLDINGS`)

A figure that cannot be computed is a `NoNumber` with the reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from portfolio.domain import cash, money
from portfolio.domain.conversion import Converter
from portfolio.domain.errors import RateError
from portfolio.domain.fx import Rates
from portfolio.domain.money import ZERO
from portfolio.domain.performance import Scope, View, payments
from portfolio.domain.returns import DAYS_A_YEAR, NoNumber
from portfolio.domain.timeline import Point, stretch, timeline, weekdays
from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.valuation import PriceOn, Valuation, Valued, value_portfolio
from portfolio.domain.xirr import xirr

Figure = Decimal | NoNumber
DAYS_MAX: Final = 6000  # 23 years of weekdays; a longer history is measured on fewer days
_NOTHING: Final = NoNumber("There are no transactions yet")


@dataclass(frozen=True, slots=True)
class Overview:
    """What a ledger comes to. Percentages are fractions: 0.05 for 5 %."""

    currency: str
    on: date
    value: Figure
    cost: Figure
    gain: Figure
    gain_share: Figure
    day_gain: Figure
    day_share: Figure
    realised: Decimal
    income: Decimal
    total_gain: Figure
    cash: Decimal
    money_weighted: Figure
    time_weighted: Figure
    holdings: int
    left_out: Mapping[str, str]
    prices_of: date | None
    rates_of: date | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A ledger ready to be measured in one currency.

    `rows` are those with a price and a rate, as they were written; `view` brings them into the
    one currency. `valuation` has its costs at the rates of their days.
    """

    on: date
    holdings: int
    view: View
    valuation: Valuation
    rows: tuple[Transaction, ...]
    left_out: Mapping[str, str]
    rates_of: date | None


def measured(
    transactions: Iterable[Transaction], own: Valuation, currency: str, price_on: PriceOn,
    rates: Rates,
) -> Measured:  # fmt: skip
    """Bring a ledger into one currency.

    Args:
        transactions: The ledger.
        own: Its valuation in the currencies of its holdings; its day is the day.
        currency: The one currency.
        price_on: Quotes, in any currency.
        rates: Exchange rates.
    """
    rows = [row for row in transactions if row.on <= own.on]
    converter = Converter(currency, rates)
    converted = converter.converted(rows)
    missing = {
        one.position.instrument: f"No price of {one.position.instrument} in "
        f"{one.position.currency} is known"
        for one in own.positions
        if one.value is None
    }
    quoted = converter.price_on(price_on)
    valuation = value_portfolio(
        converted.rows, own.on, lambda name, on: None if name in missing else quoted(name, on)
    )
    left_out = {
        **{
            one.position.instrument: f"No rate to {currency} is known for {own.on}"
            for one in valuation.positions
            if one.value is None
        },
        **missing,
        **converted.left_out,
    }
    moved = any(row.kind in {Kind.DEPOSIT, Kind.WITHDRAWAL} for row in converted.rows)
    foreign = next((row.currency for row in rows if row.currency != currency), None)
    scope = Scope.PORTFOLIO if moved else Scope.HOLDINGS
    return Measured(
        on=own.on,
        holdings=sum(bool(one.position.quantity) for one in own.positions),
        view=View(currency, price_on, scope, rates=rates),
        valuation=valuation,
        rows=tuple(row for row in rows if (row.instrument or row.currency) not in left_out),
        left_out=left_out,
        rates_of=None if foreign is None else _rates_day(rates, foreign, currency, own.on),
    )


def overview(ledger: Measured, points: tuple[Point, ...]) -> Overview:
    """Return what a ledger comes to; `points` is its `course`."""
    valued = ledger.valuation.positions
    priced = [one for one in valued if one.value is not None]
    quotes = [one.quote for one in priced if one.position.quantity and one.quote is not None]
    sums = _sums(priced)
    if ledger.holdings and not quotes:
        sums = dict.fromkeys(sums, NoNumber(". ".join(ledger.left_out.values())))
    with money.exact():
        funds = _cash(ledger)
        realised = sum((one.position.realised for one in valued), ZERO)
        income = sum((one.position.income for one in valued), ZERO)
        value, gain = sums["value"], sums["gain"]
        return Overview(
            currency=ledger.view.currency,
            on=ledger.on,
            value=value if isinstance(value, NoNumber) else value + funds,
            cost=sums["cost"],
            gain=gain,
            gain_share=_share(gain, sums["cost"], "Nothing is held"),
            day_gain=sums["day_gain"],
            day_share=_share(sums["day_gain"], sums["day_base"], "Nothing was held that day"),
            realised=realised,
            income=income,
            total_gain=gain if isinstance(gain, NoNumber) else gain + realised + income,
            cash=funds,
            money_weighted=_money_weighted(ledger),
            time_weighted=(
                stretch(points, date.min, ledger.on).time_weighted if points else _NOTHING
            ),
            holdings=ledger.holdings,
            left_out=ledger.left_out,
            prices_of=max((quote.on for quote in quotes), default=None),
            rates_of=ledger.rates_of,
        )


def course(ledger: Measured) -> tuple[Point, ...]:
    """Return the worth of a ledger at the close of each weekday since its first row."""
    if not ledger.rows:
        return ()
    first = min(row.on for row in ledger.rows)
    days = {first, *weekdays(first, ledger.on, DAYS_MAX)}
    return timeline(ledger.rows, days, ledger.view)


def _sums(priced: Sequence[Valued]) -> dict[str, Figure]:
    columns: dict[str, list[Decimal | None]] = {
        "value": [one.value for one in priced],
        "cost": [one.position.cost for one in priced],
        "gain": [one.unrealised for one in priced],
        "day_gain": [one.day_gain for one in priced],
        "day_base": [one.day_base for one in priced],
    }
    with money.exact():
        return {
            name: sum((value for value in column if value is not None), ZERO)
            for name, column in columns.items()
        }


def _share(part: Figure, whole: Figure, otherwise: str) -> Figure:
    if isinstance(part, NoNumber):
        return part
    if isinstance(whole, NoNumber) or whole <= 0:
        return NoNumber(otherwise)
    return part / whole


def _money_weighted(ledger: Measured) -> Figure:
    if not ledger.rows:
        return _NOTHING
    if (ledger.on - min(row.on for row in ledger.rows)).days < DAYS_A_YEAR:
        return NoNumber("Less than a year has passed: a return per year would mislead")
    return xirr(payments(ledger.rows, ledger.on, ledger.view))


def _cash(ledger: Measured) -> Decimal:
    if ledger.view.scope is not Scope.PORTFOLIO:
        return ZERO
    return sum(
        (
            ledger.view.converted(amount, currency, ledger.on)
            for (_, currency), amount in cash.balances(ledger.rows, ledger.on).items()
        ),
        ZERO,
    )


def _rates_day(rates: Rates, base: str, currency: str, on: date) -> date | None:
    try:
        return rates.rate(base, currency, on).on
    except RateError:
        return None

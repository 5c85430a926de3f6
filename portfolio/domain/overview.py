"""A whole ledger at a glance: worth, gains and returns as of a day, in one currency.

- value, cost and gain are of the holdings that have a price; what has none is named in
  `left_out`, and counts in realised gains and income alone
- total gain = gain + realised + income, after fees and taxes
- a ledger with deposits or withdrawals has its cash inside (`Scope.PORTFOLIO`); one without is
  measured by what its holdings cost and brought (`Scope.HOLDINGS`)

A figure that cannot be computed is a `NoNumber` with the reason.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Final

from portfolio.domain import cash, money
from portfolio.domain.conversion import Converter
from portfolio.domain.errors import RateError
from portfolio.domain.fx import Rates
from portfolio.domain.money import ZERO
from portfolio.domain.parts import Folded, Ledger, Part
from portfolio.domain.performance import Scope, View
from portfolio.domain.quotes import PriceOn
from portfolio.domain.returns import DAYS_A_YEAR, NoNumber, Period
from portfolio.domain.timeline import Point, Stretch, stretch, weekdays
from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.valuation import Valuation, Valued, valuation_of
from portfolio.domain.worth import Course, Days, Grid, days_of, differ, flow_days
from portfolio.domain.xirr import Payment, xirr

Figure = Decimal | NoNumber
DAYS_MAX: Final = 6000  # 23 years of weekdays; a longer history is measured on fewer days
GridOf = Callable[[tuple[int, ...]], Grid]
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

    `parts` are its parts with what each comes to in that currency, without those that have no
    rate; `rows` those with a price and a rate, as they were written; `view` brings them into the
    one currency. `valuation` has its costs at the rates of their days. `alone` says that other
    accounts of mine are not looked at.
    """

    on: date
    holdings: int
    view: View
    valuation: Valuation
    parts: tuple[tuple[Part, Folded], ...]
    left_out: Mapping[str, str]
    rates_of: date | None
    alone: bool = False

    @property
    def rows(self) -> tuple[Transaction, ...]:
        """All rows that are measured."""
        return tuple(
            row
            for part, _ in self.parts
            for row in part.rows
            if row.instrument not in self.left_out
        )

    @property
    def first(self) -> date | None:
        """The day of the first row that is measured."""
        found = (
            row.on
            for part, _ in self.parts
            for row in part.rows[: None if self.left_out else 1]
            if row.instrument not in self.left_out
        )
        return min(found, default=None)


def measured(
    ledger: Iterable[Transaction] | Ledger,
    own: Valuation,
    currency: str,
    price_on: PriceOn,
    rates: Rates,
    *,
    alone: bool = False,
) -> Measured:
    """Bring a ledger into one currency.

    Args:
        ledger: The ledger, as parts or as rows.
        own: Its valuation in the currencies of its holdings; its day is the day.
        currency: The one currency.
        price_on: Quotes, in any currency.
        rates: Exchange rates.
        alone: Whether the ledger is one of several accounts of mine.
    """
    whole = ledger if isinstance(ledger, Ledger) else Ledger.of(ledger)
    until = whole.until(own.on)
    converter = Converter(currency, rates)
    parts, left_out = _converted(until, converter)
    missing = {
        one.position.instrument: f"No price of {one.position.instrument} in "
        f"{one.position.currency} is known"
        for one in own.positions
        if one.value is None
    }
    quoted = converter.price_on(price_on)
    valuation = valuation_of(
        ((position, folded.rows) for _, folded in parts for position in folded.positions),
        own.on,
        lambda _: lambda name, on: None if name in missing else quoted(name, on),
    )
    unrated = {
        one.position.instrument: f"No rate to {currency} is known for {own.on}"
        for one in valuation.positions
        if one.value is None
    }
    moved = any(part.once("moved", partial(_moved, part)) for part, _ in parts)
    scope = Scope.PORTFOLIO if moved else Scope.HOLDINGS
    foreign = set().union(*(part.currencies for part in until.parts.values())) - {currency}
    return Measured(
        on=own.on,
        holdings=sum(bool(one.position.quantity) for one in own.positions),
        view=View(currency, price_on, scope, rates=rates),
        valuation=valuation,
        parts=parts,
        left_out={**unrated, **missing, **left_out},
        rates_of=_rates_day(rates, min(foreign), currency, own.on) if foreign else None,
        alone=alone,
    )


def overview(
    ledger: Measured, points: tuple[Point, ...], whole: Stretch | None = None
) -> Overview:
    """Return what a ledger comes to; `points` is its `course`, `whole` the stretch of all."""
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
            money_weighted=_money_weighted(ledger, points),
            time_weighted=(
                (whole or stretch(points, date.min, ledger.on)).time_weighted
                if points
                else _NOTHING
            ),
            holdings=ledger.holdings,
            left_out=ledger.left_out,
            prices_of=max((quote.on for quote in quotes), default=None),
            rates_of=ledger.rates_of,
        )


def course(ledger: Measured, grid_of: GridOf | None = None) -> tuple[Point, ...]:
    """Return the worth of a ledger at the close of each weekday since its first row.

    Days with money in or out are added, so that no return is measured across a flow. `grid_of`
    makes the days' grid, or finds the one that was made before.
    """
    first = ledger.first
    if first is None:
        return ()
    left_out = frozenset(ledger.left_out)
    scope = ledger.view.scope
    shown = _shown(first, ledger.on)
    beyond = frozenset[int]().union(
        *(_beyond(shown, part, folded, scope, alone=ledger.alone) for part, folded in ledger.parts)
    )
    days = _grid_days(shown, beyond)
    grid = _grid(ledger, days) if grid_of is None else grid_of(days)
    sums = grid.summed(
        [
            days_of(part, folded, grid, scope, left_out, alone=ledger.alone)
            for part, folded in ledger.parts
        ]
    )
    return _points(grid, sums, shown | beyond if beyond else shown)


@lru_cache(maxsize=8)
def _shown(first: date, last: date) -> frozenset[int]:
    """Return the days that have a point in any case."""
    days = weekdays(first, last, DAYS_MAX)
    return frozenset({first.toordinal(), *(day.toordinal() for day in days)})


def _beyond(
    shown: frozenset[int], part: Part, folded: Folded, scope: Scope, *, alone: bool
) -> frozenset[int]:
    """Return the other days on which money comes to a part or goes."""
    return part.once(
        ("beyond", shown, folded.currency, scope, alone),
        lambda: flow_days(part, folded, scope, alone=alone) - shown,
    )


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


def _money_weighted(ledger: Measured, points: Sequence[Point]) -> Figure:
    first = ledger.first
    if first is None or not points:
        return _NOTHING
    if (ledger.on - first).days < DAYS_A_YEAR:
        return NoNumber("Less than a year has passed: a return per year would mislead")
    with money.exact():
        paid = [
            Payment(point.on, point.period.outflow - point.period.inflow)
            for point in points
            if point.period.outflow or point.period.inflow
        ]
    return xirr([*paid, Payment(ledger.on, points[-1].value)])


def _cash(ledger: Measured) -> Decimal:
    if ledger.view.scope is not Scope.PORTFOLIO:
        return ZERO
    balances: dict[str, Decimal] = {}
    for part, _ in ledger.parts:
        for currency, amount in part.once("cash", partial(_balances, part)):
            if part.rows[0].instrument not in ledger.left_out:
                balances[currency] = balances.get(currency, ZERO) + amount
    return sum(
        (
            ledger.view.converted(amount, currency, ledger.on)
            for currency, amount in sorted(balances.items())
        ),
        ZERO,
    )


def _balances(part: Part) -> list[tuple[str, Decimal]]:
    return [(currency, amount) for (_, currency), amount in cash.balances(part.rows).items()]


def _moved(part: Part) -> bool:
    return any(row.kind in {Kind.DEPOSIT, Kind.WITHDRAWAL} for row in part.rows)


def _converted(
    ledger: Ledger, converter: Converter
) -> tuple[tuple[tuple[Part, Folded], ...], dict[str, str]]:
    """Return the parts that have rates, and of each instrument (or money) left out, why."""
    parts: list[tuple[Part, Folded]] = []
    left_out: dict[str, str] = {}
    for part in ledger.parts.values():
        try:
            parts.append((part, part.in_currency(converter)))
        except RateError as error:
            names = {row.instrument or row.currency for row in part.rows}
            left_out.update(dict.fromkeys(names, str(error)))
    kept = ((part, folded) for part, folded in parts if part.rows[0].instrument not in left_out)
    return tuple(kept), left_out


def _grid_days(shown: AbstractSet[int], beyond: AbstractSet[int]) -> tuple[int, ...]:
    """Return the days to look at: those to be shown, and all between if money moves on others.

    So a new flow seldom makes another grid.
    """
    wanted = shown | beyond
    if not beyond or len(shown) >= DAYS_MAX:
        return tuple(sorted(wanted))
    return tuple(range(min(wanted), max(wanted) + 1))


def _grid(ledger: Measured, days: Sequence[int]) -> Grid:
    rates = ledger.view.rates
    assert rates is not None  # noqa: S101 - `measured` sets them
    return Grid(days, Converter(ledger.view.currency, rates), ledger.view.price_on)


def _points(grid: Grid, sums: Days, shown: frozenset[int]) -> tuple[Point, ...]:
    """Return the points of the days shown; up to where nothing changed, those that were there."""
    start, points = _known_points(grid.known_course, sums, shown)
    rows = zip(
        grid.days[start:], grid.dates[start:], sums.value[start:], sums.inflow[start:],
        sums.outflow[start:], strict=True,
    )  # fmt: skip
    invested, before = (points[-1].invested, points[-1].value) if points else (ZERO, ZERO)
    with money.exact():
        for day, on, value, inflow, outflow in rows:
            if day not in shown:
                continue
            if inflow or outflow:
                invested += inflow - outflow
            points.append(Point(on, value, invested, Period(on, before, value, inflow, outflow)))
            before = value
    grid.known_course = Course(shown, sums, tuple(points))
    return grid.known_course.points


def _known_points(
    known: Course | None, sums: Days, shown: frozenset[int]
) -> tuple[int, list[Point]]:
    """Return the first place of a grid that is new, and the points before it."""
    if known is None or known.shown != shown:
        return 0, []
    columns = ((sums.value, known.sums.value), (sums.inflow, known.sums.inflow))
    same = min(differ(*pair) for pair in (*columns, (sums.outflow, known.sums.outflow)))
    if len(shown) == len(sums.value):
        return same, list(known.points[:same])
    return 0, []


def _rates_day(rates: Rates, base: str, currency: str, on: date) -> date | None:
    try:
        return rates.rate(base, currency, on).on
    except RateError:
        return None

"""What must hold for every ledger, whatever was traded (`hypothesis` writes them)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.domain import money
from portfolio.domain.allocation import Asset, allocated
from portfolio.domain.attribution import attribution
from portfolio.domain.fx import FixedRate, convert
from portfolio.domain.ledger import Method, positions
from portfolio.domain.overview import course, measured
from portfolio.domain.parts import Ledger
from portfolio.domain.performance import Scope, View, periods
from portfolio.domain.returns import TimeWeighted, time_weighted
from portfolio.domain.shares import apportioned
from portfolio.domain.timeline import Point, stretch
from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.valuation import Quote, value_portfolio

START = date(2020, 1, 6)
SMALL = Decimal("1e-15")
METHODS = (Method.FIFO, Method.LIFO, Method.HIFO, Method.AVERAGE)
amounts = st.decimals(min_value=1, max_value=10_000, places=2)
quick = settings(max_examples=40, deadline=None)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Transaction]:
    """Return trades, dividends and splits of two instruments; never more sold than held."""
    rows: list[Transaction] = []
    held = {"X": Decimal(0), "Y": Decimal(0)}
    for number in range(draw(st.integers(2, 12))):
        name = draw(st.sampled_from(("X", "Y")))
        kinds = [Kind.BUY, Kind.SELL, Kind.DIVIDEND, Kind.SPLIT] if held[name] else [Kind.BUY]
        kind = draw(st.sampled_from(kinds))
        plain = Transaction(
            f"{number:02}", kind, START + timedelta(days=number * 3), name, "USD",
            fee=draw(st.sampled_from((Decimal(0), Decimal("1.25")))),
        )  # fmt: skip
        if kind is Kind.SPLIT:
            row = replace(plain, numerator=draw(st.sampled_from((2, 3, 7))), fee=Decimal(0))
            held[name] *= row.numerator
        elif kind is Kind.DIVIDEND:
            row = replace(plain, amount=draw(amounts))
        else:
            quantity = draw(st.decimals(min_value="0.01", max_value=500, places=2))
            quantity = min(quantity, held[name]) if kind is Kind.SELL else quantity
            held[name] += quantity if kind is Kind.BUY else -quantity
            row = replace(plain, quantity=quantity, price=draw(amounts))
        rows.append(row)
    return rows


def quoted(instrument: str, on: date) -> Quote | None:
    """Return a price that moves from day to day, as any would."""
    step = (on - START).days * (7 if instrument == "X" else 11) % 13
    return Quote(Decimal(50 + step), "USD", on, "made up")


def points_of(rows: Sequence[Transaction]) -> tuple[Point, ...]:
    """Return the course of a ledger until some days after its last row."""
    own = value_portfolio(rows, rows[-1].on + timedelta(days=5), quoted)
    return course(measured(rows, own, "USD", quoted, FixedRate("EUR", "USD", Decimal(1))))


@quick
@given(ledgers())
def test_lots_keep_quantity_and_cost_whatever_the_method(rows: list[Transaction]) -> None:
    for method in METHODS:
        for one in positions(rows, method=method):
            own = [row for row in rows if row.instrument == one.instrument]
            bought = sum(
                (row.gross + row.charges for row in own if row.kind is Kind.BUY), Decimal(0)
            )
            taken = sum((lot.total for sale in one.disposals for lot in sale.lots), Decimal(0))
            with money.exact():
                left = sum((lot.total for lot in one.lots), Decimal(0))
                assert abs(bought - taken - left) < SMALL
                assert (
                    abs(sum((lot.quantity for lot in one.lots), Decimal(0)) - one.quantity) < SMALL
                )


@quick
@given(ledgers())
def test_the_parts_of_the_gain_are_the_gain(rows: list[Transaction]) -> None:
    view = View("USD", quoted, Scope.HOLDINGS)
    last = points_of(rows)[-1]

    found = attribution(rows, Ledger.of(rows).positions(), last.on, view)

    with money.exact():
        gain = sum((one.gain for one in found.values()), Decimal(0))
        assert abs(gain - (last.value - last.invested)) < SMALL
        assert all(abs(one.currency) < SMALL for one in found.values())  # there is but one


@quick
@given(ledgers(), st.integers(2, 9))
def test_a_split_today_changes_units_and_no_money(rows: list[Transaction], ratio: int) -> None:
    split = Transaction(
        "z", Kind.SPLIT, rows[-1].on + timedelta(days=1), "X", "USD", numerator=ratio
    )

    before = {one.instrument: one for one in positions(rows)}
    after = {one.instrument: one for one in positions([*rows, split])}

    for name, one in before.items():
        times = ratio if name == "X" else 1
        assert abs(after[name].quantity - one.quantity * times) < SMALL
        same = (one.cost, one.realised, one.income)
        assert (after[name].cost, after[name].realised, after[name].income) == same


@quick
@given(st.lists(st.decimals("-0.5", "0.5", places=3), min_size=2, max_size=9), st.data())
def test_the_time_weighted_return_does_not_see_the_flows(
    growths: list[Decimal], data: st.DataObject
) -> None:
    """The same growth each day, whatever is put in: the same return."""
    prices = [Decimal(100)]
    for growth in growths:
        prices.append(prices[-1] * (1 + growth))

    def on_day(_name: str, on: date) -> Quote:
        return Quote(prices[min((on - START).days, len(growths))], "USD", on, "made up")

    rows = [Transaction("0", Kind.BUY, START, "X", "USD", Decimal(1), Decimal(100))]
    for number in range(1, len(growths)):
        units = data.draw(st.integers(0, 50))
        if units:
            # at the close before, which is the start of the next day
            rows.append(
                Transaction(
                    str(number), Kind.BUY, START + timedelta(days=number), "X", "USD",
                    Decimal(units), prices[number - 1],
                )
            )  # fmt: skip
    view = View("USD", on_day, Scope.HOLDINGS)
    shown = [START + timedelta(days=day) for day in range(len(growths) + 1)]

    found = time_weighted(periods(rows, shown, view))

    assert isinstance(found, TimeWeighted)
    assert abs(found.total - (prices[-1] / 100 - 1)) < SMALL


@quick
@given(amounts, st.decimals("0.0001", "9999", places=4))
def test_an_amount_comes_back_from_another_currency(amount: Decimal, per_unit: Decimal) -> None:
    rates = FixedRate("EUR", "USD", per_unit)

    there = convert(amount, "EUR", "USD", START, rates)
    back = convert(there, "USD", "EUR", START, rates)

    assert abs(back - amount) < Decimal("1e-40")
    pence = convert(convert(amount, "GBP", "GBX", START, rates), "GBX", "GBP", START, rates)
    assert pence == amount


@quick
@given(st.lists(st.decimals("0.01", "100000", places=2), min_size=1, max_size=20))
def test_weights_sum_to_exactly_a_hundred(values: list[Decimal]) -> None:
    assets = [Asset(str(at), "", "USD", value) for at, value in enumerate(values)]

    weights = [one.weight for one in allocated(assets, lambda asset: (asset.symbol,))]

    assert sum(one for one in weights if isinstance(one, Decimal)) == 100
    whole = sum(values, Decimal(0))
    for one, value in zip(apportioned(values, whole), values, strict=True):
        assert abs(one - value * 100 / whole) < Decimal("0.01")


@quick
@given(ledgers(), st.data())
def test_the_gains_of_two_stretches_are_the_gain_of_both(
    rows: list[Transaction], data: st.DataObject
) -> None:
    points = points_of(rows)
    middle = data.draw(st.sampled_from(points)).on
    first, last = points[0].on, points[-1].on

    whole = stretch(points, first, last).gain
    parts = stretch(points, first, middle).gain
    if middle > first:
        parts += stretch(points, middle, last).gain

        assert abs(whole - parts) < SMALL

"""The course of a ledger from day to day, and what a stretch of it gained."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.domain.conversion import Converter
from portfolio.domain.fx import RateTable
from portfolio.domain.overview import course as worth_of
from portfolio.domain.overview import measured
from portfolio.domain.returns import NoNumber
from portfolio.domain.timeline import Point, Running, Stretch, stretch, thinned, weekdays
from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.valuation import Quote, value_portfolio
from portfolio.domain.worth import Grid
from tests.portfolio.domain.cases import near

RATES = RateTable("EUR", [], ["2020-01-01"], "test")
FRIDAY, MONDAY = date(2020, 1, 3), date(2020, 1, 6)


def row(kind: Kind, on: date, quantity: str, price: str) -> Transaction:
    return Transaction(f"{kind}{on}", kind, on, "X", "USD", Decimal(quantity), Decimal(price))


def quoted(_symbol: str, on: date) -> Quote | None:
    return Quote(Decimal(100 + on.day), "USD", on, "test")


def course(*rows: Transaction, last: date = date(2020, 1, 10)) -> tuple[Point, ...]:
    own = value_portfolio(rows, last, quoted)
    return worth_of(measured(rows, own, "USD", quoted, RATES))


def both(found: Stretch) -> tuple[Decimal, Decimal]:
    assert isinstance(found.share, Decimal)
    assert isinstance(found.time_weighted, Decimal)
    return found.share, found.time_weighted


def test_each_weekday_has_a_point_with_worth_and_money_put_in() -> None:
    points = course(row(Kind.BUY, FRIDAY, "2", "100"), row(Kind.SELL, MONDAY, "1", "106"))

    assert [point.on.day for point in points] == [3, 6, 7, 8, 9, 10]
    assert [int(point.value) for point in points] == [206, 106, 107, 108, 109, 110]
    assert [int(point.invested) for point in points] == [200, 94, 94, 94, 94, 94]


def test_a_purchase_on_a_weekend_has_a_point_of_its_own() -> None:
    saturday = date(2020, 1, 4)

    points = course(row(Kind.BUY, FRIDAY, "1", "103"), row(Kind.BUY, saturday, "1", "104"))

    assert saturday in [point.on for point in points]


def test_the_first_day_of_the_ledger_counts_from_its_morning() -> None:
    found = stretch(course(row(Kind.BUY, FRIDAY, "1", "100")), date.min, date(2020, 1, 10))

    assert found.gain == 10
    assert both(found) == (Decimal("0.1"), Decimal("0.1"))


def test_a_later_start_counts_from_the_close_of_that_day() -> None:
    points = course(row(Kind.BUY, FRIDAY, "1", "100"))

    found = stretch(points, MONDAY, date(2020, 1, 8))
    weekend = stretch(points, date(2020, 1, 5), date(2020, 1, 8))

    assert [point.on.day for point in found.points] == [6, 7, 8]
    assert found.gain == 2
    assert all(near(share, Decimal(2) / Decimal(106)) for share in both(found))
    assert weekend.gain == 5  # since Friday's close


def test_money_put_in_is_no_gain() -> None:
    points = course(row(Kind.BUY, FRIDAY, "1", "103"), row(Kind.BUY, MONDAY, "9", "106"))

    found = stretch(points, FRIDAY, MONDAY)

    assert found.gain == 3


def test_outside_of_the_ledger_there_is_no_percentage_but_a_reason() -> None:
    points = course(row(Kind.BUY, FRIDAY, "1", "100"))

    found = stretch(points, date(2019, 1, 1), date(2019, 12, 31))

    assert found.points == ()
    assert found.gain == 0
    assert isinstance(found.share, NoNumber)
    assert found.share.reason


def test_a_day_on_which_all_was_sold_again_has_a_percentage_of_what_was_paid() -> None:
    points = course(row(Kind.BUY, FRIDAY, "1", "100"), row(Kind.SELL, FRIDAY, "1", "110"))

    found = stretch(points, date.min, FRIDAY)

    assert found.gain == 10
    assert found.share == Decimal("0.1")


def test_the_last_day_is_there_even_on_a_weekend() -> None:
    assert [day.day for day in weekdays(FRIDAY, date(2020, 1, 5), 10)] == [3, 5]


@given(
    length=st.integers(0, 9000),
    most=st.integers(2, 500),
    start=st.dates(max_value=date(2100, 1, 1)),
)
def test_days_are_never_more_than_asked_for_and_end_with_the_last(
    length: int, most: int, start: date
) -> None:
    last = date.fromordinal(start.toordinal() + length)

    days = weekdays(start, last, most)

    assert len(days) <= most
    assert days[-1] == last
    assert all(one < other for one, other in pairwise(days))


@given(items=st.lists(st.integers(), unique=True), most=st.integers(2, 50))
def test_what_is_thinned_keeps_its_ends_and_its_order(items: list[int], most: int) -> None:
    found = thinned(items, most)

    assert len(found) == min(len(items), most)
    assert found == [one for one in items if one in found]
    if items:
        assert (found[0], found[-1]) == (items[0], items[-1])


TRADES = st.lists(
    st.tuples(st.sampled_from(("X", "Y")), st.integers(0, 30), st.integers(1, 9)),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(TRADES, st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=4))
def test_what_is_gone_on_with_is_what_is_computed_anew(
    trades: list[tuple[str, int, int]], later: list[tuple[int, int]]
) -> None:
    last, running = date(2020, 2, 5), Running()
    grids: dict[tuple[int, ...], Grid] = {}

    def grid_of(days: tuple[int, ...]) -> Grid:
        return grids.setdefault(days, Grid(days, Converter("USD", RATES), quoted))

    rows: list[Transaction] = []
    for symbol, day, quantity in [*trades, *(("X", *one) for one in later)]:
        on = date.fromordinal(FRIDAY.toordinal() + day)
        rows.append(
            Transaction(
                f"{len(rows)}", Kind.BUY, on, symbol, "USD", Decimal(quantity), Decimal(100 + day)
            )
        )
        ledger = measured(rows, value_portfolio(rows, last, quoted), "USD", quoted, RATES)
        points = worth_of(ledger, grid_of)

        assert points == worth_of(ledger)
        assert running.stretch(points) == stretch(points, date.min, last)
    assert running.stretch(()) == stretch((), date.min, last)

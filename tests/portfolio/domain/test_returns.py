"""Time-weighted return, drawdown and volatility against the published cases."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from portfolio.domain import money
from portfolio.domain.performance import Scope, View, periods
from portfolio.domain.returns import (
    NoNumber,
    Period,
    TimeWeighted,
    aggregated,
    annualised,
    chained,
    drawdown,
    month,
    semi_deviation,
    time_weighted,
    volatility,
    week,
    year,
)
from portfolio.domain.transactions import Kind, Transaction
from tests.portfolio.domain.cases import Case, cases, near, number

VIEW = View("EUR", lambda _symbol, _on: None, Scope.PORTFOLIO)


def cash_rows(activities: list[Case]) -> list[Transaction]:
    """A dividend paid out of the scope is interest that is withdrawn the same day."""
    result = []
    for place, one in enumerate(activities):
        kinds = {"dividend_paid_out": ("interest", "withdrawal")}.get(one["type"], (one["type"],))
        result += [
            Transaction(
                f"{place}{kind}",
                Kind(kind),
                date.fromisoformat(one["date"]),
                "",
                "EUR",
                amount=number(one["amount"]),
            )
            for kind in kinds
        ]
    return result


@pytest.mark.parametrize("case", cases("twr"))
def test_flows_do_not_change_the_time_weighted_return(case: Case) -> None:
    inputs, expected = case["inputs"], case["expected"]
    tolerance = case["tolerance"]
    if isinstance(inputs, list):
        actual = [annualised(number(one["twr"]), one["days"]) for one in inputs]
        assert near(actual, expected, tolerance)
        return
    if "subperiods" in inputs:
        start = date(2021, 6, 12)
        steps = [
            Period(
                start + timedelta(days=place),
                number(one["begin"]),
                number(one["end"]),
                number(one.get("inflow_at_start", 0)),
                number(one.get("outflow_at_end", 0)),
            )
            for place, one in enumerate(inputs["subperiods"])
        ]
    else:
        rows = cash_rows(inputs["activities"])
        bounds = [date.fromisoformat(day) for day in inputs.get("period", [])] or [
            rows[0].on,
            rows[-1].on,
        ]
        days = [bounds[0] + timedelta(days=n) for n in range((bounds[-1] - bounds[0]).days + 1)]
        steps = list(periods(rows, days, VIEW))

    result = time_weighted(steps)

    assert isinstance(result, TimeWeighted)
    check_series(result, expected, tolerance)


def check_series(result: TimeWeighted, expected: Case, tolerance: object) -> None:
    weekly = aggregated(result.series, week)
    actual: dict[str, object] = {
        "twr": result.total,
        "dates": [f"{one.on}" for one in result.series],
        "returns": [one.period for one in result.series],
        "daily_return": [one.period for one in result.series],
        "cumulative": [one.cumulative for one in result.series],
    }
    for name, wanted in expected.items():
        if name == "weekly_monday_start":
            assert near([one.period for one in weekly], wanted["returns"], tolerance)
            assert near([one.cumulative for one in weekly], wanted["cumulative"], tolerance)
        elif name == "dates":
            assert actual[name] == wanted
        elif name == "not":
            assert not near(result.total, wanted, tolerance)
        else:
            assert near(actual[name], wanted, tolerance), name


@pytest.mark.parametrize("case", cases("risk"))
def test_drawdown_and_volatility_are_those_of_the_published_cases(case: Case) -> None:
    inputs, expected = case["inputs"], case["expected"]
    tolerance = case.get("tolerance", "0.0000000001")
    if "cumulative" in inputs:
        fall = drawdown(
            [
                (date(2015, 1, 1) + timedelta(days=n), number(value))
                for n, value in enumerate(inputs["cumulative"])
            ]
        )
        assert not isinstance(fall, NoNumber)
        actual = {"max_drawdown": fall.depth, "longest_days_below_peak": fall.longest_days}
    else:
        returns = [number(one) for one in inputs["returns"]]
        actual = {"volatility": volatility(returns), "semi_deviation": semi_deviation(returns)}

    for name, wanted in expected.items():
        assert near(actual[name], wanted, tolerance), name


def test_volatility_is_that_of_the_whole_period_or_of_a_year() -> None:
    returns = [
        Decimal("0.005"),
        Decimal(-1) / 300,
        Decimal("-0.005"),
        Decimal("0.01"),
        Decimal("0.01"),
        Decimal("-0.005"),
    ]

    assert near(volatility(returns), "0.017736692475", "0.00000000001")
    assert near(semi_deviation(returns), "0.012188677034", "0.00000000001")
    per_day = money.quotient(number("0.017736692475"), Decimal(6).sqrt())
    assert near(volatility(returns, a_year=252), per_day * Decimal(252).sqrt(), "0.000000001")


def test_equal_returns_have_no_spread_and_one_return_has_no_number() -> None:
    assert near(volatility([Decimal("0.1")] * 20), 0)
    assert isinstance(volatility([Decimal("0.1")]), NoNumber)
    assert isinstance(volatility([Decimal("0.1"), Decimal(-1)]), NoNumber)
    assert isinstance(semi_deviation([Decimal("0.1"), Decimal(-2)]), NoNumber)


def test_a_drawdown_runs_from_peak_to_peak_or_to_the_last_day() -> None:
    start = date(2020, 1, 1)
    series = [
        (start + timedelta(days=n), Decimal(v))
        for n, v in enumerate(["0", "0.2", "0.1", "-0.4", "0.1"])
    ]

    fall = drawdown(series)

    assert not isinstance(fall, NoNumber)
    assert (fall.depth, fall.peak, fall.trough, fall.longest_days) == (
        Decimal("0.5"),
        date(2020, 1, 2),
        date(2020, 1, 4),
        3,
    )
    assert isinstance(drawdown([]), NoNumber)


def test_interest_on_nothing_is_no_return_and_is_named() -> None:
    rows = [Transaction("a", Kind.INTEREST, date(2012, 1, 2), "", "EUR", amount=Decimal(1))]
    days = [date(2012, 1, day) for day in range(1, 10)]

    result = time_weighted(periods(rows, days, VIEW))

    assert isinstance(result, TimeWeighted)
    assert result.total == 0
    assert result.warnings == ("Value appeared on 2012-01-02 while nothing was invested",)


def test_owing_more_than_owning_is_no_return() -> None:
    result = time_weighted([Period(date(2020, 1, 1), Decimal(-5), Decimal(10))])

    assert result == NoNumber("On 2020-01-01 more was owed than owned")


def test_a_year_is_365_days_and_no_time_is_no_year() -> None:
    assert annualised(Decimal("0.1"), 365) == Decimal("0.1")
    assert annualised(Decimal(-1), 100) == Decimal(-1)
    assert isinstance(annualised(Decimal("0.1"), 0), NoNumber)
    assert isinstance(annualised(Decimal("-1.5"), 10), NoNumber)


def test_months_and_years_link_to_the_same_total() -> None:
    steps = [
        Period(date(2020, 1, 1) + timedelta(days=n), Decimal(100), Decimal(100) + n % 7 - 3)
        for n in range(800)
    ]
    result = time_weighted(steps)
    assert isinstance(result, TimeWeighted)

    for key, count in ((month, 27), (year, 3)):
        groups = aggregated(result.series, key)
        assert len(groups) == count
        assert near(chained(one.period for one in groups), result.total)

"""The yearly money-weighted return, and when there is none."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import portfolio.domain.xirr as xirr_module
from portfolio.domain.performance import Scope, Taxes, View, payments, worth
from portfolio.domain.returns import NoNumber
from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.valuation import Quote
from portfolio.domain.xirr import Payment, net_present_value, xirr
from tests.portfolio.domain.cases import Case, cases, document, flows, near, number, rows

SMALL_STEPS = (Decimal("-1e-9"), Decimal("1e-9"))


def paid(*pairs: tuple[str, str]) -> list[Payment]:
    return [Payment(date.fromisoformat(day), Decimal(amount)) for day, amount in pairs]


@pytest.mark.parametrize("case", cases("xirr") + cases("end-to-end"))
def test_the_rate_is_that_of_the_published_cases(case: Case) -> None:
    rate = xirr(flows(case["inputs"]["cashflows"]))

    if case["expected"]["xirr"] is None:
        assert isinstance(rate, NoNumber)
        assert rate.reason
    else:
        assert near(rate, case["expected"]["xirr"], case["tolerance"])
    if "recomputed" in case:
        assert near(rate, case["recomputed"]["xirr"], "0.0000000001")


@pytest.mark.parametrize(
    ("case_id", "symbol", "scope", "taxes", "until"),
    [
        ("portfolio-one-deposit", None, Scope.PORTFOLIO, Taxes.IN, "2022-01-01"),
        ("portfolio-with-dividend-and-sale", None, Scope.PORTFOLIO, Taxes.IN, None),
        ("security-share-2", "share-2", Scope.HOLDINGS, Taxes.OUT, None),
        ("security-share-1", "share-1", Scope.HOLDINGS, Taxes.OUT, None),
        ("open-trade-share-2", "share-2", Scope.HOLDINGS, Taxes.IN, None),
    ],
)
def test_each_scope_sees_its_own_flows(
    case_id: str,
    symbol: str | None,
    scope: Scope,
    taxes: Taxes,
    until: str | None,
) -> None:
    whole = document("end-to-end")
    case = next(one for one in whole["cases"] if one["id"] == case_id)
    activities = [one for one in whole["activities"] if until is None or one["date"] < until]
    ledger = [one for one in rows(activities) if symbol in {None, one.instrument}]
    prices = whole["prices"]["2023-06-12"]
    end = date(2023, 6, 12)
    view = View(
        "USD", lambda name, on: Quote(number(prices[name]), "USD", on, "test"), scope, taxes
    )

    result = payments(ledger, end, view)

    assert [(one.on, one.amount) for one in result] == [
        (one.on, one.amount) for one in flows(case["inputs"]["cashflows"])
    ]


def test_the_end_to_end_portfolio_has_the_stated_worth() -> None:
    whole = document("end-to-end")
    expected = whole["expected_state_2023-06-12"]
    prices = whole["prices"]["2023-06-12"]
    view = View("USD", lambda name, on: Quote(number(prices[name]), "USD", on, "test"))

    state = worth(rows(whole["activities"]), date(2023, 6, 12), view)

    assert state.value == number(expected["total"])
    assert {name: quantity for name, quantity, _ in state.quotes} == {
        name: expected[name]["quantity"] for name in ("share-1", "share-2")
    }


def test_two_rates_that_fit_are_no_number_and_are_named() -> None:
    rate = xirr(paid(("2020-01-01", "-100"), ("2021-01-01", "230"), ("2022-01-01", "-132")))

    assert isinstance(rate, NoNumber)
    assert "10.3 % and 19.3 %" in rate.reason


def test_one_rate_at_which_the_worth_only_touches_zero_is_the_rate() -> None:
    # -100 (1.1 - x)^2 / 1.1^2 in x = 1 + r: both roots are 10 %, years of 365 days
    rate = xirr(paid(("2021-01-01", "-100"), ("2022-01-01", "220"), ("2023-01-01", "-121")))

    assert near(rate, "0.1", "0.000000001")


def test_payments_that_no_rate_balances_are_no_number() -> None:
    rate = xirr(paid(("2020-01-01", "-100"), ("2021-01-01", "200"), ("2022-01-01", "-101")))

    assert rate == NoNumber("No yearly rate balances these payments")


@pytest.mark.parametrize(
    "payments_",
    [
        [],
        paid(("2020-01-01", "-100")),
        paid(("2020-01-01", "-100"), ("2021-01-01", "0")),
        paid(("2020-01-01", "-100"), ("2020-01-01", "110")),
        paid(("2020-01-01", "100"), ("2021-01-01", "1")),
    ],
)
def test_payments_in_one_direction_or_on_one_day_are_no_number(payments_: list[Payment]) -> None:
    assert isinstance(xirr(payments_), NoNumber)


@pytest.mark.parametrize(
    ("first", "last", "days", "rate"),
    [
        ("-100", "110", 365, "0.1"),
        ("-100", "0.0001", 365, "-0.999999"),
        ("-100", "200", 730, "0.41421356237309504880"),
        ("-100", "110", 1, "1283305580313351.696789406688428"),
        ("100", "-110", 365, "0.1"),
        ("-200", "210", 364, "0.050140750290978294"),
    ],
)
def test_rates_near_total_loss_and_far_beyond_doubling_are_found(
    first: str, last: str, days: int, rate: str
) -> None:
    start = date(2010, 1, 1)

    result = xirr(
        [Payment(start, Decimal(first)), Payment(start + timedelta(days=days), Decimal(last))]
    )

    assert near(result, rate, "0.0000000001")


def test_the_order_of_payments_and_of_those_of_a_day_does_not_matter() -> None:
    inputs = paid(
        ("2020-01-01", "-100"), ("2020-06-01", "-50"), ("2020-06-01", "20"), ("2021-03-01", "160")
    )

    assert xirr(inputs) == xirr(list(reversed(inputs)))


def test_a_rate_is_found_among_many_changes_of_sign() -> None:
    start = date(2010, 1, 1)
    signs = [Decimal(30) if n % 3 == 2 else Decimal(-100) for n in range(150)]
    inputs = [Payment(start + timedelta(days=20 * n), amount) for n, amount in enumerate(signs)]
    inputs.append(Payment(start + timedelta(days=3100), Decimal(12000)))

    rate = xirr(inputs)

    assert isinstance(rate, Decimal)
    assert near(net_present_value(inputs, rate), 0)


@given(
    amounts=st.lists(st.integers(1, 10**6), min_size=1, max_size=12),
    final=st.integers(1, 10**8),
    gap=st.integers(365, 800),
)
def test_paying_in_and_taking_out_once_always_has_exactly_one_rate(
    amounts: list[int], final: int, gap: int
) -> None:
    start = date(2000, 1, 1)
    inputs = [Payment(start + timedelta(days=gap * n), Decimal(-a)) for n, a in enumerate(amounts)]
    inputs.append(Payment(start + timedelta(days=gap * len(amounts)), Decimal(final)))

    rate = xirr(inputs)

    assert isinstance(rate, Decimal)
    assert rate > -1
    width = (1 + rate) * Decimal("1e-12")
    assert net_present_value(inputs, rate - width) >= 0 >= net_present_value(inputs, rate + width)


def test_a_ledger_and_its_flows_agree_on_the_return_of_a_year() -> None:
    ledger = [
        Transaction("a", Kind.DEPOSIT, date(2020, 1, 1), "", "USD", amount=Decimal(1000)),
        Transaction("b", Kind.BUY, date(2020, 1, 1), "X", "USD", Decimal(10), Decimal(100)),
    ]
    view = View("USD", lambda _name, on: Quote(Decimal(110), "USD", on, "test"))

    assert near(xirr(payments(ledger, date(2020, 12, 31), view)), "0.1")
    since = payments(ledger, date(2020, 12, 31), view, since=date(2020, 6, 1))
    assert since[0] == Payment(date(2020, 6, 1), Decimal(-1100))
    assert near(xirr(since), 0)


def test_a_value_near_zero_just_before_the_crossing_is_no_second_rate() -> None:
    rate = xirr(
        paid(
            ("2010-01-04", "-2100"),
            ("2011-01-04", "3100"),
            ("2012-01-04", "-3100"),
            ("2013-01-04", "1600"),
        )
    )

    assert isinstance(rate, Decimal)
    assert rate < 0


@settings(max_examples=30)
@given(
    amounts=st.lists(st.integers(-10_000, 10_000).filter(bool), min_size=3, max_size=7),
    gap=st.integers(50, 700),
)
def test_every_rate_that_is_named_balances_the_payments(amounts: list[int], gap: int) -> None:
    start = date(2010, 1, 4)
    merged = [(gap * at, Decimal(amount)) for at, amount in enumerate(amounts)]
    flow = [Payment(start + timedelta(days=day), amount) for day, amount in merged]

    for root in xirr_module._all_roots(merged):
        rate = root.exp() - 1
        near_by = [net_present_value(flow, rate + step) for step in SMALL_STEPS]
        left = abs(net_present_value(flow, rate))

        assert left <= max(map(abs, near_by)) or left < Decimal("1e-6")

"""Exchange rates by day, cross rates, weekends and pence."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portfolio import prices
from portfolio.domain import money
from portfolio.domain.errors import AmountError, RateError
from portfolio.domain.fx import FixedRate, RateTable, convert
from portfolio.domain.ledger import positions
from portfolio.domain.transactions import Kind, Transaction
from tests.portfolio.domain.cases import document, near, number

FX: dict[str, Any] = {case["id"]: case for case in document("fx")["cases"]}
TABLE = RateTable(
    "EUR",
    ["USD", "XAU"],
    ["2020-01-02,1.1,", "2020-01-03,1.2,0.5", "2020-01-06,1.3,"],
    "test",
)


def test_cost_uses_the_rate_of_each_trade_and_value_that_of_the_valuation() -> None:
    case = FX["pp-usd-stock-in-eur-portfolio"]
    inputs, expected = case["inputs"], case["expected"]
    ledger, converted = [], []
    for place, buy in enumerate(inputs["buys"]):
        cost = number(buy["cost_eur"]) if "cost_eur" in buy else None
        if cost is None:
            rate = FixedRate("EUR", "USD", number(buy["usd_per_eur"]))
            cost = money.rounded(
                convert(number(buy["cost_usd"]), "USD", "EUR", date(2015, 1, 1), rate)
            )
        converted.append(cost)
        on = date.fromisoformat(buy["date"])
        quantity = number(buy["quantity"])
        ledger.append(Transaction(f"{place}", Kind.BUY, on, "X", "EUR", quantity, amount=cost))
    (position,) = positions(ledger)
    last = inputs["valuation"]
    rate = FixedRate("EUR", "USD", number(last["usd_per_eur"]))
    value = convert(
        position.quantity * number(last["price_usd"]), "USD", "EUR", date(2015, 8, 9), rate
    )

    assert converted == [number(one) for one in expected["converted"]]
    assert position.cost == number(expected["fifo_cost_eur"])
    assert money.rounded(value) == number(expected["market_value_eur"])
    gain = money.rounded(value) - position.cost
    assert gain == number(expected["gain_eur"])
    assert near(money.quotient(gain, position.cost), expected["gain_percent"])


def test_cross_rates_come_from_the_packaged_rates_of_the_day() -> None:
    case = FX["ecb-cross-rates"]

    for expected in case["expected"]:
        on = date.fromisoformat(expected["date"])
        rate = prices.ecb_rates().rate(expected["from"], expected["to"], on)
        assert near(rate.rate, expected["rate"], case["tolerance"])
        assert (rate.on, rate.source) == (on, "European Central Bank")


def test_pence_are_never_looked_up() -> None:
    case = FX["pence-is-fixed"]
    inputs = case["inputs"]
    no_day_at_all = RateTable("EUR", [], [], "nobody")

    amount = convert(
        number(inputs["amount"]), inputs["from"], inputs["to"], date(1900, 1, 1), no_day_at_all
    )

    assert amount == number(case["expected"]["amount"])
    assert no_day_at_all.rate("GBP", "GBX", date(1900, 1, 1)).rate == 100


def test_pence_to_another_currency_take_the_rate_of_the_pound() -> None:
    pounds = prices.ecb_rates().rate("GBP", "USD", date(2012, 8, 8))
    pence = prices.ecb_rates().rate("GBX", "USD", date(2012, 8, 8))

    assert near(pence.rate * 100, pounds.rate, "1e-25")


def test_a_weekend_has_the_rate_of_the_friday_before_and_says_so() -> None:
    rate = TABLE.rate("EUR", "USD", date(2020, 1, 5))

    assert (rate.rate, rate.on) == (Decimal("1.2"), date(2020, 1, 3))


def test_the_inverse_and_the_same_currency_need_no_second_rate() -> None:
    assert near(TABLE.rate("USD", "EUR", date(2020, 1, 6)).rate * Decimal("1.3"), 1)
    assert TABLE.rate("USD", "USD", date(1900, 1, 1)).rate == 1


def test_a_gap_in_a_column_is_filled_from_the_days_before() -> None:
    rate = TABLE.rate("XAU", "USD", date(2020, 1, 7))

    assert (rate.rate, rate.on) == (Decimal("2.4"), date(2020, 1, 3))


@pytest.mark.parametrize(
    ("base", "target", "on"),
    [
        ("EUR", "USD", date(2020, 1, 1)),
        ("EUR", "USD", date(2020, 1, 17)),
        ("EUR", "ZWL", date(2020, 1, 2)),
        ("XAU", "EUR", date(2020, 1, 2)),
    ],
)
def test_a_rate_that_is_not_known_is_refused_and_never_one(
    base: str, target: str, on: date
) -> None:
    with pytest.raises(RateError):
        TABLE.rate(base, target, on)


def test_an_entered_rate_serves_its_pair_both_ways_and_no_other() -> None:
    rate = FixedRate("GBP", "USD", Decimal("1.25"))

    assert convert(Decimal(100), "GBX", "USD", date(2020, 1, 1), rate) == Decimal("1.25")
    assert convert(Decimal(5), "USD", "GBP", date(2020, 1, 1), rate) == 4
    with pytest.raises(RateError):
        rate.rate("GBP", "EUR", date(2020, 1, 1))
    with pytest.raises(AmountError):
        FixedRate("GBP", "USD", Decimal(0)).rate("GBP", "USD", date(2020, 1, 1))

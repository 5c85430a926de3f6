"""Exchange rates by day, cross rates, weekends and pence."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portfolio import prices
from portfolio.domain import euro, money
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


@pytest.mark.parametrize(
    ("base", "target", "on", "rate", "source"),
    [
        # the rates that the Council fixed for good, whatever was published last before them
        ("EUR", "DEM", "2012-06-01", "1.95583", euro.SOURCE),
        ("EUR", "HRK", "2024-03-02", "7.53450", euro.SOURCE),
        ("HRK", "EUR", "2023-01-01", "0.13272280841462605348729179109", euro.SOURCE),
        ("FRF", "DEM", "2005-01-01", "0.29816436138344434162605170766", euro.SOURCE),
    ],
)
def test_what_became_the_euro_has_its_fixed_rate(
    base: str, target: str, on: str, rate: str, source: str
) -> None:
    found = prices.ecb_rates().rate(base, target, date.fromisoformat(on))

    assert near(found.rate, rate, "1e-20")
    assert (found.source, found.on.isoformat()) == (source, on)


def test_a_mark_in_dollars_goes_over_the_euro_of_the_day() -> None:
    day, table = date(2012, 6, 3), prices.ecb_rates()  # a Sunday: the rate of Friday

    dollars = table.rate("EUR", "USD", day)
    found = table.rate("DEM", "USD", day)

    assert found.on == dollars.on == date(2012, 6, 1)
    assert near(found.rate, money.quotient(dollars.rate, Decimal("1.95583")))
    assert found.source == table.source


def test_before_it_became_the_euro_a_currency_has_the_published_rate_or_none() -> None:
    table = RateTable("EUR", ["USD", "HRK"], ["2022-12-30,1.0666,7.5365"], "test")
    friday = table.rate("EUR", "HRK", date(2022, 12, 30))

    assert (friday.rate, friday.source) == (Decimal("7.5365"), "test")
    assert table.rate("EUR", "HRK", date(2022, 12, 31)) == friday
    # on a holiday after the change the dollar is that of Friday, and the kuna with it
    sunday = table.rate("HRK", "USD", date(2023, 1, 1))
    assert near(sunday.rate, money.quotient(Decimal("1.0666"), Decimal("7.5365")))
    assert sunday.on == friday.on
    with pytest.raises(RateError):
        table.rate("EUR", "DEM", date(1998, 12, 31))
    with pytest.raises(RateError):
        RateTable("USD", ["EUR"], ["2022-12-30,1.1"], "test").rate(
            "USD", "DEM", date(2022, 12, 30)
        )
    assert euro.fixed("USD", date(2030, 1, 1)) is None

"""A whole ledger at a glance: sums that add up, one currency, reasons where there is no figure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from portfolio.domain.errors import RateError
from portfolio.domain.fx import LastKnown, RateTable
from portfolio.domain.money import quotient
from portfolio.domain.overview import Figure, Overview, course, measured, overview
from portfolio.domain.returns import NoNumber
from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.valuation import Quote, value_portfolio
from tests.portfolio.domain.cases import near

START, END = date(2020, 1, 6), date(2021, 1, 8)
RATES = LastKnown(
    RateTable("EUR", ["USD"], ["2020-01-06,1.25", "2020-01-07,1.00", "2021-01-08,2.00"], "test")
)


def row(kind: Kind, on: date, quantity: str, price: str, **more: object) -> Transaction:
    plain = Transaction(f"{kind}{on}", kind, on, "X", "USD", Decimal(quantity), Decimal(price))
    return replace(plain, **more)  # type: ignore[arg-type]


def quoted(symbol: str, on: date) -> Quote | None:
    if symbol != "X":
        return None
    return Quote(Decimal(100 if on < END else 120), "USD", on, "test")


def seen(rows: Sequence[Transaction], currency: str = "USD", on: date = END) -> Overview:
    ledger = measured(rows, value_portfolio(rows, on, quoted), currency, quoted, RATES)
    return overview(ledger, course(ledger))


def reason(figure: Figure) -> str:
    assert isinstance(figure, NoNumber)
    return figure.reason


BUY = row(Kind.BUY, START, "10", "100", fee=Decimal(10))


def test_gain_realised_and_income_make_the_total() -> None:
    found = seen(
        [
            BUY,
            row(Kind.SELL, date(2020, 6, 1), "5", "110", fee=Decimal(5)),
            row(Kind.DIVIDEND, date(2020, 7, 1), "5", "1"),
        ]
    )

    assert near([found.value, found.cost, found.gain], [600, 505, 95])
    assert near([found.realised, found.income, found.total_gain], [40, 5, 140])
    assert near(found.gain_share, Decimal(95) / Decimal(505))
    assert near([found.day_gain, found.day_share], [100, "0.2"])
    assert (found.holdings, found.left_out, found.rates_of) == (1, {}, None)


def test_cost_has_the_rate_of_its_day_and_value_that_of_the_day_of_the_valuation() -> None:
    found = seen([BUY], "EUR")

    assert found.cost == Decimal(1010) / Decimal("1.25")
    assert found.value == 600
    assert found.rates_of == END


def test_after_the_last_rates_the_last_ones_stand_in_and_say_so() -> None:
    found = seen([BUY], "EUR", on=date(2023, 5, 1))

    assert found.value == 600
    assert found.rates_of == date(2021, 1, 8)


def test_a_currency_without_rates_is_left_out_with_the_reason() -> None:
    found = seen([BUY], "CHF")

    assert "CHF" in reason(found.value)
    assert set(found.left_out) == {"X"}
    assert found.holdings == 1


def test_what_has_no_price_is_named_and_left_out() -> None:
    found = seen([BUY, row(Kind.BUY, START, "7", "3", instrument="Y", id="y")])

    assert near([found.value, found.cost, found.holdings], [1200, 1010, 2])
    assert found.left_out == {"Y": "No price of Y in USD is known"}
    assert isinstance(found.money_weighted, Decimal)


def test_without_any_price_there_is_no_value_but_a_reason() -> None:
    found = seen([row(Kind.BUY, START, "7", "3", instrument="Y")])

    for figure in (found.value, found.cost, found.gain, found.day_gain, found.total_gain):
        assert reason(figure) == "No price of Y in USD is known"


def test_an_empty_ledger_is_worth_nothing_and_returns_nothing() -> None:
    found = seen([])

    assert near([found.value, found.gain, found.holdings], [0, 0, 0])
    for figure in (found.money_weighted, found.time_weighted):
        assert reason(figure) == "There are no transactions yet"
    assert reason(found.gain_share) == "Nothing is held"


def test_a_yearly_return_is_not_told_before_a_year_has_passed() -> None:
    soon, later = seen([BUY], on=date(2020, 12, 31)), seen([BUY])

    assert "Less than a year" in reason(soon.money_weighted)
    assert isinstance(soon.time_weighted, Decimal)
    assert isinstance(later.money_weighted, Decimal)


def test_a_ledger_with_deposits_has_its_cash_inside() -> None:
    paid_in = row(Kind.DEPOSIT, START, "0", "0", instrument="", amount=Decimal(2000))

    found = seen([paid_in, BUY])

    assert near([found.cash, found.value, found.gain], [990, 2190, 190])
    assert found.time_weighted == Decimal("0.095")


@pytest.mark.parametrize("currency", ["USD", "EUR"])
def test_the_last_point_of_the_course_is_the_value(currency: str) -> None:
    rows = [BUY, row(Kind.SPLIT, date(2020, 3, 2), "0", "0", numerator=2)]
    ledger = measured(rows, value_portfolio(rows, END, quoted), currency, quoted, RATES)

    points = course(ledger)

    assert points[-1].value == overview(ledger, points).value
    assert points[0].on == START


def test_cash_in_another_currency_has_the_rate_of_the_day_of_the_valuation() -> None:
    paid_in = row(Kind.DEPOSIT, START, "0", "0", instrument="", amount=Decimal(2000))

    found = seen([paid_in], "EUR")

    assert near([found.cash, found.value], [1000, 1000])
    ledger = measured([paid_in], value_portfolio([paid_in], END, quoted), "EUR", quoted, RATES)
    points = course(ledger)
    assert [points[0].value, points[1].value, points[-1].value] == [1600, 2000, 1000]
    assert points[-1].invested == 1600


def test_a_currency_that_is_no_longer_published_keeps_its_last_rate() -> None:
    table = RateTable("EUR", ["USD", "RUB"], ["2020-01-06,1.25,70", "2021-01-08,2.00,"], "test")

    rate = LastKnown(table).rate("RUB", "EUR", END)

    assert near([rate.rate], [quotient(Decimal(1), Decimal(70))])
    assert rate.on == START
    with pytest.raises(RateError):
        table.rate("RUB", "EUR", END)
    with pytest.raises(RateError):
        LastKnown(table).rate("RUB", "EUR", date(2020, 1, 5))

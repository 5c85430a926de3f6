"""What holdings are worth on a day, and what the day changed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.valuation import Quote, Valuation, value_portfolio
from tests.portfolio.domain.cases import near

CLOSES = {
    "X": {date(2020, 1, 2): "10", date(2020, 1, 3): "12", date(2020, 1, 6): "6.5"},
    "Y": {date(2020, 1, 2): "100", date(2020, 1, 6): "90"},
}


def price_on(symbol: str, on: date) -> Quote | None:
    known = {day: price for day, price in CLOSES.get(symbol, {}).items() if day <= on}
    return Quote(Decimal(known[max(known)]), "USD", max(known), "test") if known else None


def row(kind: str, symbol: str, on: date, quantity: int = 0, price: str = "0") -> Transaction:
    return Transaction(
        f"{kind}{symbol}{on}", Kind(kind), on, symbol, "USD", Decimal(quantity), Decimal(price)
    )


BOUGHT = [
    row("buy", "X", date(2020, 1, 2), 100, "10"),
    row("buy", "Y", date(2020, 1, 2), 10, "80"),
]


def of(result: Valuation, symbol: str) -> list[object]:
    (one,) = [one for one in result.positions if one.position.instrument == symbol]
    return [one.value, one.unrealised, one.day_gain, one.total_gain]


def test_value_gains_and_weights_as_of_a_day() -> None:
    result = value_portfolio(BOUGHT, date(2020, 1, 3), price_on)

    assert of(result, "X") == [1200, 200, 200, 200]
    assert of(result, "Y") == [1000, 200, Decimal(200), 200]
    assert near(result.positions[0].weight, "0.545454545454545454", "1e-15")
    (totals,) = result.totals
    assert [totals.value, totals.cost, totals.total_gain] == [2200, 1800, 400]


def test_a_price_says_its_day_its_age_and_where_it_comes_from() -> None:
    result = value_portfolio(BOUGHT, date(2020, 1, 5), price_on)
    quote = result.positions[1].quote

    assert quote is not None
    assert (quote.on, quote.age_days(date(2020, 1, 5)), quote.source) == (
        date(2020, 1, 2),
        3,
        "test",
    )


def test_a_split_inside_the_day_is_no_gain_and_no_loss() -> None:
    split = replace(row("split", "X", date(2020, 1, 6)), numerator=2)

    result = value_portfolio([*BOUGHT, split], date(2020, 1, 6), price_on)

    assert of(result, "X") == [1300, 300, 100, 300]


def test_trades_and_dividends_of_the_day_are_no_price_gain_but_count() -> None:
    ledger = [
        *BOUGHT,
        replace(row("buy", "X", date(2020, 1, 3), 50, "11"), fee=Decimal(1)),
        row("sell", "X", date(2020, 1, 3), 30, "13"),
        row("dividend", "X", date(2020, 1, 3), 100, "0.10"),
    ]

    result = value_portfolio(ledger, date(2020, 1, 3), price_on)

    # 120 x 12 - 100 x 10 - 551 + 390 + 10
    assert result.positions[0].day_gain == 289


def test_a_purchase_of_the_day_gains_from_its_price_to_the_close() -> None:
    result = value_portfolio(
        [row("buy", "X", date(2020, 1, 2), 100, "9")], date(2020, 1, 2), price_on
    )

    assert of(result, "X") == [1000, 100, 100, 100]


def test_what_was_sold_keeps_its_gain_and_has_no_weight() -> None:
    ledger = [*BOUGHT, row("sell", "X", date(2020, 1, 3), 100, "12")]

    result = value_portfolio(ledger, date(2020, 1, 6), price_on)

    assert of(result, "X") == [0, 0, 0, 200]
    assert result.positions[1].weight == 1


def test_a_holding_without_a_price_has_no_value_and_is_named() -> None:
    ledger = [*BOUGHT, row("buy", "Z", date(2020, 1, 2), 5, "3")]

    result = value_portfolio(ledger, date(2020, 1, 6), price_on)

    assert of(result, "Z") == [None, None, None, None]
    assert result.totals[0].unpriced == ("Z",)
    assert result.totals[0].value == 650 + 900


def test_a_price_in_another_currency_is_not_used() -> None:
    ledger = [replace(row("buy", "X", date(2020, 1, 2), 5, "3"), currency="EUR")]

    result = value_portfolio(ledger, date(2020, 1, 6), price_on)

    assert of(result, "X") == [None, None, None, None]


def test_sums_are_taken_per_currency() -> None:
    ledger = [*BOUGHT, replace(row("buy", "Z", date(2020, 1, 2), 5, "3"), currency="EUR")]

    result = value_portfolio(ledger, date(2020, 1, 6), price_on)

    assert [totals.currency for totals in result.totals] == ["EUR", "USD"]
    assert result.totals[0].value == 0

"""Flows and values behind returns: what each scope sees, in which currency, at which price."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from portfolio.domain.errors import RateError
from portfolio.domain.fx import FixedRate
from portfolio.domain.ledger import positions
from portfolio.domain.performance import (
    Scope,
    Taxes,
    View,
    average_capital,
    flow_of,
    periods,
    worth,
)
from portfolio.domain.returns import NoNumber, TimeWeighted, time_weighted
from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.valuation import Quote
from tests.portfolio.domain.cases import near

START = date(2020, 1, 1)


def row(kind: Kind, day: int, quantity: int = 0, price: str = "0", **more: object) -> Transaction:
    on = date(2020, 1, day)
    plain = Transaction(f"{kind}{day}", kind, on, "X", "USD", Decimal(quantity), Decimal(price))
    return replace(plain, **more)  # type: ignore[arg-type]


def quoted(symbol: str, on: date) -> Quote | None:
    return Quote(Decimal(100 + on.day), "USD", on, "test") if symbol == "X" else None


def nothing(_symbol: str, _on: date) -> Quote | None:
    return None


@pytest.mark.parametrize(
    ("scope", "taxes", "expected"),
    [
        (Scope.PORTFOLIO, Taxes.IN, ["1000", "0", "0", "0", "-50"]),
        (Scope.HOLDINGS, Taxes.IN, ["0", "506", "-244", "-7", "0"]),
        (Scope.HOLDINGS, Taxes.OUT, ["0", "503", "-247", "-10", "0"]),
    ],
)
def test_each_scope_has_its_own_flows(scope: Scope, taxes: Taxes, expected: list[str]) -> None:
    charges: dict[str, object] = {"fee": Decimal(3), "tax": Decimal(3)}
    ledger = [
        row(Kind.DEPOSIT, 1, instrument="", amount=Decimal(1000)),
        row(Kind.BUY, 2, 5, "100", **charges),
        row(Kind.SELL, 3, 2, "125", **charges),
        row(Kind.DIVIDEND, 4, 10, "1", tax=Decimal(3)),
        row(Kind.WITHDRAWAL, 5, instrument="", amount=Decimal(50)),
    ]
    view = View("USD", quoted, scope, taxes)

    assert [flow_of(one, view) for one in ledger] == [Decimal(one) for one in expected]


def test_fees_and_taxes_of_their_own_belong_to_the_security_they_name() -> None:
    fee, tax = row(Kind.FEE, 2, amount=Decimal(4)), row(Kind.TAX, 2, amount=Decimal(5))

    assert flow_of(fee, View("USD", quoted, Scope.HOLDINGS)) == 4
    assert flow_of(tax, View("USD", quoted, Scope.HOLDINGS)) == 5
    assert flow_of(tax, View("USD", quoted, Scope.HOLDINGS, Taxes.OUT)) == 0


def test_a_security_returns_what_its_price_does_however_much_is_bought_in_between() -> None:
    ledger = [
        row(Kind.BUY, 1, 5, "101"),
        row(Kind.BUY, 5, 50, "104"),
        row(Kind.SELL, 9, 30, "109"),
    ]
    days = [date(2020, 1, day) for day in range(1, 12)]

    result = time_weighted(periods(ledger, days, View("USD", quoted, Scope.HOLDINGS)))

    assert isinstance(result, TimeWeighted)
    # the purchase of day 5 at 104 gains a unit by the close, which its capital shares
    day_5 = Decimal(55 * 105) / (5 * 104 + 50 * 104)
    assert near(result.total, Decimal(104) / 101 * day_5 * Decimal(111) / 105 - 1)


def test_a_day_with_a_flow_is_never_measured_across() -> None:
    ledger = [row(Kind.BUY, 1, 5, "101"), row(Kind.SELL, 4, 5, "104")]

    result = periods(
        ledger, [date(2020, 1, 1), date(2020, 1, 10)], View("USD", quoted, Scope.HOLDINGS)
    )

    assert [one.on.day for one in result] == [1, 4, 10]
    assert [one.outflow for one in result] == [0, 520, 0]
    assert periods(ledger, [], View("USD", quoted)) == ()


def test_without_a_price_the_last_trade_stands_in_and_says_so() -> None:
    split = row(Kind.SPLIT, 3, numerator=2)
    ledger = [
        row(Kind.BUY, 1, 5, "100", instrument="Y"),
        row(Kind.BUY, 2, 5, "90", instrument="Y"),
    ]

    state = worth(ledger, date(2020, 1, 2), View("USD", nothing, Scope.HOLDINGS))
    after = worth(
        [*ledger, Transaction("s", Kind.SPLIT, split.on, "Y", "USD", numerator=2)],
        date(2020, 1, 3),
        View("USD", nothing, Scope.HOLDINGS),
    )

    assert state.value == 900
    assert [quote.source for _, _, quote in state.quotes] == ["last trade"]
    assert after.value == 900


def test_values_and_flows_are_converted_at_the_rate_of_their_day() -> None:
    ledger = [row(Kind.BUY, 1, 5, "100")]
    rates = FixedRate("EUR", "USD", Decimal("1.25"))

    view = View("EUR", quoted, Scope.HOLDINGS, rates=rates)

    assert flow_of(ledger[0], view) == 400
    assert worth(ledger, date(2020, 1, 5), view).value == 420


def test_a_second_currency_without_rates_is_refused() -> None:
    with pytest.raises(RateError):
        worth([row(Kind.BUY, 1, 5, "100")], START, View("EUR", quoted, Scope.HOLDINGS))


def test_average_capital_counts_only_days_on_which_something_was_held() -> None:
    ledger = [row(Kind.BUY, 1, 2, "136.6"), row(Kind.SELL, 9, 2, "142.9")]

    assert average_capital(positions(ledger), date(2020, 1, 31)) == Decimal("273.2")
    assert isinstance(average_capital([], START), NoNumber)
    assert isinstance(average_capital(positions(ledger[:1]), START), NoNumber)


def test_a_split_is_of_the_account_that_it_stands_in() -> None:
    rows = [
        Transaction("1", Kind.BUY, date(2020, 1, 2), "X", "USD", Decimal(10), Decimal(1)),
        Transaction(
            "2", Kind.BUY, date(2020, 1, 2), "X", "USD", Decimal(10), Decimal(1), account="B"
        ),
        Transaction(
            "3", Kind.SPLIT, date(2020, 1, 3), "X", "USD", numerator=2, denominator=1, account="B"
        ),
    ]

    found = worth(rows, date(2020, 1, 4), View("USD", lambda *_: None))

    assert [quantity for _, quantity, _ in found.quotes] == [10, 20]
    assert found.accounts == ("", "B")

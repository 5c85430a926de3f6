"""Splits, gains, dividends and fees against the published cases."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portfolio.domain import money
from portfolio.domain.ledger import Position, positions
from portfolio.domain.lots import Method
from portfolio.domain.performance import average_capital
from portfolio.domain.returns import NoNumber
from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.xirr import Payment, xirr
from tests.portfolio.domain.cases import Case, cases, near, number, row, rows

METHODS = {"FIFO": Method.FIFO, "AVG": Method.AVERAGE, "LIFO": Method.LIFO, "HIFO": Method.HIFO}


def only(
    transactions: list[Transaction], on: date | None = None, method: Method = Method.FIFO
) -> Position:
    (position,) = positions(transactions, on, method)
    return position


def split_case(inputs: Case) -> list[Transaction]:
    activities = [dict(one, type="BUY") for one in _listed(inputs, "buy")]
    activities += [dict(one, type="SELL") for one in _listed(inputs, "sell")]
    result = [row(one, place, symbol="X") for place, one in enumerate(activities)]
    symbol = result[0].instrument
    return result + [
        Transaction(
            id=f"split {one['date']}",
            kind=Kind.SPLIT,
            on=date.fromisoformat(one["date"]),
            instrument=symbol,
            currency="USD",
            numerator=one["numerator"],
            denominator=one["denominator"],
        )
        for one in inputs["splits"]
    ]


def _listed(inputs: Case, name: str) -> list[Any]:
    symbol = inputs["buy"].get("symbol", "X") if "buy" in inputs else "X"
    found = [inputs[name]] if name in inputs else inputs.get(f"{name}s", [])
    return [{"symbol": symbol, **one} for one in found]


@pytest.mark.parametrize("case", cases("splits"))
def test_a_split_changes_the_quantity_and_never_what_was_paid(case: Case) -> None:
    transactions = split_case(case["inputs"])
    position = only(transactions)
    closes = case["inputs"].get("unadjusted_closes", {})
    values = {
        day: only(transactions, date.fromisoformat(day)).quantity * number(close)
        for day, close in closes.items()
    }
    actual = {
        "quantity": position.quantity,
        "quantity_after_sale": position.quantity,
        "average_price": position.average_price,
        "cost": position.cost,
        "fifo_cost_remaining": position.cost,
        "realised": position.realised,
        **{f"value_{day}": value for day, value in values.items()},
    }
    if len(values) == 2:
        before, after = (values[day] for day in sorted(values))
        actual[f"one_day_return_{max(values)}"] = money.quotient(after, before) - 1

    for name, expected in case["expected"].items():
        assert near(actual[name], expected), name


@pytest.mark.parametrize("method", ["FIFO", "AVG"])
@pytest.mark.parametrize("case", cases("lots-gains"))
def test_gains_are_those_of_the_method(case: Case, method: str) -> None:
    position = only(rows(case["inputs"]["activities"]), method=METHODS[method])
    last = case["inputs"].get("last_price")
    actual = {
        "remaining_cost": position.cost,
        "realised": position.realised,
        "average_price": position.average_price,
        "quantity": position.quantity,
        "unrealised": None if last is None else position.quantity * number(last) - position.cost,
    }

    for name, expected in case["expected"][method].items():
        assert near(actual[name], expected, case["tolerance"]), name
    if not position.quantity:
        assert position.cost == 0


@pytest.mark.parametrize("case", cases("fees-net-gross"))
def test_gross_and_net_differ_by_exactly_the_fees(case: Case) -> None:
    inputs = case["inputs"]
    end = date.fromisoformat(inputs["valuation"]["date"])
    position = only(rows(inputs["activities"]), end)
    value = position.quantity * number(inputs["valuation"]["price"])
    gross = position.realised_gross + value - position.cost_gross
    net = position.realised + value - position.cost
    capital = average_capital([position], end)
    assert not isinstance(capital, NoNumber)
    actual = {
        "quantity": position.quantity,
        "average_price": position.average_price,
        "cost": position.cost_gross,
        "market_value": value,
        "fees": position.fees,
        "realised_gross": position.realised_gross,
        "unrealised_gross": value - position.cost_gross,
        "gain_gross": gross,
        "gain_net": net,
        "time_weighted_average_capital": capital,
        "return_on_average_capital_gross": money.quotient(gross, capital),
        "return_on_average_capital_net": money.quotient(net, capital),
    }

    for name, expected in case["expected"].items():
        assert near(actual[name], expected), name
    assert gross - net == position.fees + position.taxes


@pytest.mark.parametrize("case", cases("dividends"))
def test_dividends_are_income_beside_the_gain_in_price(case: Case) -> None:
    inputs = case["inputs"]
    day, price = valuation(inputs)
    position = only(rows(inputs["activities"]), day)
    value = position.quantity * price
    gross = position.realised_gross + value - position.cost_gross
    net = position.realised + value - position.cost
    actual: dict[str, object] = {
        "dividends": position.income_gross,
        "average_price": position.average_price,
        "price_gain_gross": gross,
        "price_gain_net_of_fees": net,
        "total_return_with_dividends_net": net + position.income,
        "capital_gain": net,
        "total_gain": net + position.income,
    }
    if "xirr" in case["expected"]:
        flows = [
            Payment(one.on, -one.gross if one.kind is Kind.BUY else one.gross)
            for one in rows(inputs["activities"])
        ]
        actual["xirr"] = xirr([*flows, Payment(day, value)])

    for name, expected in case["expected"].items():
        if name != "reinvested_return":  # needs the closes of the ex-days: test_prices
            assert near(actual[name], expected, case.get("tolerance", "0.000001")), name


def valuation(inputs: Case) -> tuple[date, Decimal]:
    if "valuation" in inputs:
        return date.fromisoformat(inputs["valuation"]["date"]), number(
            inputs["valuation"]["price"]
        )
    (name,) = (key for key in inputs if key.startswith("price_"))
    return date.fromisoformat(name.removeprefix("price_")), number(inputs[name])

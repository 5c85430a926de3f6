"""Plan against actual, in multiples of the risk that was planned."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.domain.errors import AmountError
from portfolio.domain.risk_reward import Exit, Side, realised_r
from portfolio.domain.trade_result import Execution, Planned, open_risk, trade_result
from tests.portfolio.domain.cases import Case, cases, near, number

START = datetime(2013, 1, 7, tzinfo=UTC)
LONG = Planned(Side.LONG, Decimal(100), Decimal(95))
PRICES = st.decimals(min_value="0.01", max_value="1000", places=2)
UNITS = st.integers(min_value=1, max_value=1000)


def _entry(quantity: int, price: str, day: int = 0, fees: str = "0") -> Execution:
    at = START + timedelta(days=day)
    return Execution(at, True, Decimal(quantity), Decimal(price), Decimal(fees))  # noqa: FBT003 - a fill


def _exit(quantity: int, price: str, day: int = 1, fees: str = "0") -> Execution:
    at = START + timedelta(days=day)
    return Execution(at, False, Decimal(quantity), Decimal(price), Decimal(fees))  # noqa: FBT003 - a fill


def _case_of(parameter: Any) -> Case:
    case: Case = parameter.values[0]
    return case


@pytest.mark.parametrize(
    "case", [one for one in cases("idea-risk-reward") if "exits" in _case_of(one)["inputs"]]
)
def test_a_trade_filled_as_planned_has_the_published_result(case: Case) -> None:
    inputs = case["inputs"]
    entry, stop = number(inputs["entry"]), number(inputs["stop"])
    exits = [_exit(each["quantity"], str(each["price"])) for each in inputs["exits"]]
    whole = sum(each["quantity"] for each in inputs["exits"])
    fees = str(inputs.get("fees", 0))

    found = trade_result(
        Planned(Side(inputs["side"].lower()), entry, stop),
        [_entry(whole, str(entry), fees=fees), *exits],
    )

    assert found is not None
    assert found.r is not None
    assert near(found.r, case["expected"]["realised_r"])


def test_slippage_and_fees_stand_apart_from_the_gain() -> None:
    found = trade_result(LONG, [_entry(50, "101", fees="5"), _exit(25, "111", fees="2")])

    assert found is not None
    assert (found.entered, found.left) == (Decimal(50), Decimal(25))
    assert found.slippage_r == Decimal("0.2")
    assert found.fees_r == Decimal(7) / 250
    # (10 x 25 - half of the entry's fee - 2) / (5 x 25)
    assert found.r == (250 - Decimal("2.5") - 2) / 125


def test_a_better_entry_than_planned_is_slippage_below_zero() -> None:
    short = Planned(Side.SHORT, Decimal(100), Decimal(104))

    found = trade_result(short, [_entry(10, "101")])

    assert found is not None
    assert found.slippage_r == Decimal("-0.25")
    assert (found.r, found.exit_price) == (None, None)


def test_without_an_entry_there_is_no_result() -> None:
    assert trade_result(LONG, []) is None


@pytest.mark.parametrize(
    "rows", [[_entry(10, "100"), _exit(11, "101")], [_entry(10, "100"), _entry(0, "100")]]
)
def test_fills_that_make_no_sense_are_refused(rows: list[Execution]) -> None:
    with pytest.raises(AmountError):
        trade_result(LONG, rows)


@given(entry=PRICES, risk=PRICES, exits=st.lists(st.tuples(UNITS, PRICES), min_size=1, max_size=5))
def test_it_agrees_with_the_r_of_a_trade_whose_fill_was_the_plan(
    entry: Decimal, risk: Decimal, exits: list[tuple[int, Decimal]]
) -> None:
    plan = Planned(Side.SHORT, entry, entry + risk)
    whole = sum(quantity for quantity, _ in exits)
    rows = [_entry(whole, str(entry))]
    rows += [_exit(quantity, str(price)) for quantity, price in exits]

    found = trade_result(plan, rows)

    assert found is not None
    assert found.r is not None
    wanted = realised_r(
        Side.SHORT, plan.entry, plan.stop, [Exit(Decimal(q), price) for q, price in exits]
    )
    assert abs(found.r - wanted) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("side", "entry", "stop", "risk"),
    [
        (Side.LONG, "100", "95", "51"),
        (Side.LONG, "100", "104", "1"),  # the stop locks a gain in
        (Side.SHORT, "100", "103", "31"),
        (Side.SHORT, "100", "98", "1"),
    ],
)
def test_open_risk_is_what_the_stop_loses_with_the_fee_of_getting_out(
    side: Side, entry: str, stop: str, risk: str
) -> None:
    found = open_risk(side, Decimal(entry), Decimal(stop), Decimal(10), Decimal(1))

    assert found == Decimal(risk)

"""Further cases of the kinds of the published ones, each with how its figures came about."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.domain.ledger import Position, positions
from portfolio.domain.lots import Lot, Method, take
from portfolio.domain.options import Action, Leg, LegKind, payoff
from portfolio.domain.returns import (
    NoNumber,
    Period,
    TimeWeighted,
    annualised,
    drawdown,
    time_weighted,
)
from portfolio.domain.risk_reward import Exit, Side, Sizing, Target, realised_r, risk_reward
from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.xirr import Payment, net_present_value, xirr
from tests.portfolio.domain.cases import near

D = Decimal


def row(kind: str, day: int, quantity: str, price: str, fee: str = "0") -> Transaction:
    on = date.fromordinal(date(2020, 1, 1).toordinal() + day)
    return Transaction(f"{day:04}", Kind(kind), on, "X", "USD", D(quantity), D(price), fee=D(fee))


def split(day: int, numerator: int, denominator: int) -> Transaction:
    on = date.fromordinal(date(2020, 1, 1).toordinal() + day)
    return Transaction(
        f"{day:04}", Kind.SPLIT, on, "X", "USD", numerator=numerator, denominator=denominator
    )


def only(*rows: Transaction, method: Method = Method.FIFO) -> Position:
    (position,) = positions(rows, None, method)
    return position


def test_a_reverse_split_leaves_a_fraction_that_can_be_sold() -> None:
    # 15 at 4 + fee 3 = 63; 1 for 10: 1.5 units of 42; 0.5 sold at 50: 25 - 21 = 4
    rest = only(row("buy", 0, "15", "4", "3"), split(1, 1, 10), row("sell", 2, "0.5", "50"))

    assert (rest.quantity, rest.cost, rest.realised) == (D(1), D(42), D(4))


def test_a_third_of_a_third_and_back_is_whole() -> None:
    # 10 : 3 : 7 * 3 * 7 are 10 again, with nothing left of what they cost
    back = only(
        row("buy", 0, "10", "9.99", "1"), split(1, 1, 3), split(2, 1, 7), split(3, 3, 1),
        split(4, 7, 1), row("sell", 5, "10", "10"),
    )  # fmt: skip

    assert (back.quantity, back.cost, back.lots) == (D(0), D(0), ())
    assert near(back.realised, "-0.9", "1e-18")


def test_what_was_sold_short_goes_through_a_split() -> None:
    # 10 short at 60, fee 2: brings 598; 3 for 1: 30 of 20; 12 bought back at 18, fee 1: costs 217
    # their part of what was brought: 598 * 12 / 30 = 239.2, gain 22.2
    left = only(row("short", 0, "10", "60", "2"), split(1, 3, 1), row("cover", 2, "12", "18", "1"))

    assert (left.quantity, left.cost) == (D(-18), D("-358.8"))
    assert left.realised == D("22.2")


def test_an_average_of_partial_sales_and_fees() -> None:
    # (100*10 + 10) + (50*16 + 5) = 1815 for 150, 12.1 each; 60 sold at 14, fee 6: 834 - 726 = 108
    # 1089 left for 90; + 30*9 + 3 = 1362 for 120, 11.35 each; 20 at 11: 220 - 227 = -7
    sold = only(
        row("buy", 0, "100", "10", "10"), row("buy", 1, "50", "16", "5"),
        row("sell", 2, "60", "14", "6"), row("buy", 3, "30", "9", "3"),
        row("sell", 4, "20", "11"), method=Method.AVERAGE,
    )  # fmt: skip

    assert [sale.gain for sale in sold.disposals] == [D(108), D(-7)]
    assert (sold.quantity, sold.cost, sold.average_cost) == (D(100), D(1135), D("11.35"))


def test_highest_first_counts_charges_and_takes_the_oldest_of_equals() -> None:
    # unit costs 10, 10.5 (10 and a fee of 1 for 2), 10.5: the second, then the third
    lots = [
        Lot(date(2020, 1, 1), D(2), D(20), D(0), "a"),
        Lot(date(2020, 1, 2), D(2), D(20), D(1), "b"),
        Lot(date(2020, 1, 3), D(2), D(21), D(0), "c"),
    ]

    taken = take(lots, D(5), Method.HIFO)

    assert [(lot.id, lot.quantity) for lot in taken.matched] == [
        ("b", D(2)), ("c", D(2)), ("a", D(1))
    ]  # fmt: skip
    assert [(lot.id, lot.total) for lot in taken.remaining] == [("a", D(10))]


def test_sold_out_and_bought_again_begins_anew_with_every_method() -> None:
    # 10 at 5 sold at 7: 20; then 4 at 9, fee 2: cost 38, first bought on the new day
    for method in (Method.FIFO, Method.LIFO, Method.HIFO, Method.AVERAGE):
        again = only(
            row("buy", 0, "10", "5"), row("sell", 1, "10", "7"), row("buy", 9, "4", "9", "2"),
            method=method,
        )  # fmt: skip

        assert (again.realised, again.cost, again.average_price) == (D(20), D(38), D(9))
        assert [lot.acquired for lot in again.lots] == [date(2020, 1, 10)]


IRON: list[tuple[LegKind, Action, str, str]] = [
    (LegKind.PUT, Action.BUY, "90", "1"),
    (LegKind.PUT, Action.SELL, "95", "2.5"),
    (LegKind.CALL, Action.SELL, "105", "2.4"),
    (LegKind.CALL, Action.BUY, "110", "0.9"),
]
STRADDLE = [(LegKind.CALL, Action.BUY, "100", "4"), (LegKind.PUT, Action.BUY, "100", "3.5")]
RATIO = [(LegKind.CALL, Action.BUY, "100", "5"), (LegKind.CALL, Action.SELL, "110", "2")]


@pytest.mark.parametrize(
    ("legs", "units", "cost", "most", "least", "breakevens"),
    [
        # credit 1 - 2.5 - 2.4 + 0.9 = -3 per unit; wings 5 wide: -2 at worst; 95 - 3, 105 + 3
        (IRON, [100] * 4, "-300", "300", "-200", ["92", "108"]),
        # pays 7.5; zero: 100 - 7.5 at the most; without an end above
        (STRADDLE, [100, 100], "750", None, "-750", ["92.5", "107.5"]),
        # one for 5, two sold for 2 each: pays 1; 9 at 110, then one is missing: 110 + 9
        (RATIO, [1, 2], "1", "9", None, ["101", "119"]),
    ],
)
def test_positions_with_several_breakevens(
    legs: list[tuple[LegKind, Action, str, str]],
    units: list[int],
    cost: str,
    most: str | None,
    least: str | None,
    breakevens: list[str],
) -> None:
    found = payoff(
        [
            Leg(kind, action, D(count), D(price), D(strike))
            for (kind, action, strike, price), count in zip(legs, units, strict=True)
        ]
    )

    assert found.net_cost == D(cost)
    assert found.max_profit == (None if most is None else D(most))
    assert found.max_loss == (None if least is None else D(least))
    assert found.breakevens == tuple(map(D, breakevens))


def linked(*periods: tuple[int, str, str, str, str]) -> TimeWeighted | NoNumber:
    return time_weighted(
        Period(date(2020, 1, day), D(begin), D(end), D(into), D(out))
        for day, begin, end, into, out in periods
    )


def test_flows_on_the_first_and_on_the_last_day() -> None:
    # 110/100, then (126.5 + 50 out) / (110 + 50 in) = 176.5/160
    found = linked((1, "0", "110", "100", "0"), (2, "110", "126.5", "50", "50"))

    assert isinstance(found, TimeWeighted)
    assert near(found.total, D("1.1") * D("176.5") / 160 - 1)


def test_out_of_all_and_in_again_links_what_was_invested() -> None:
    # 120/100, nothing for two days, 90/100: 1.2 * 0.9
    found = linked(
        (1, "0", "0", "100", "120"), (2, "0", "0", "0", "0"), (3, "0", "90", "100", "0")
    )

    assert isinstance(found, TimeWeighted)
    assert (found.total, found.warnings) == (D("0.08"), ())


def test_a_fall_that_stays_flat_lasts_until_the_end() -> None:
    days = [date(2020, 1, day) for day in range(1, 7)]
    found = drawdown(list(zip(days, map(D, ("0", "0.25", "0", "0", "0", "0")), strict=True)))

    assert not isinstance(found, NoNumber)
    assert (found.depth, found.trough, found.longest_days) == (D("0.2"), days[2], 4)


def test_a_return_of_two_years_and_of_a_loss_of_all() -> None:
    assert near(annualised(D("0.21"), 730), "0.1", "1e-20")
    assert annualised(D(-1), 400) == -1


def test_a_rate_near_total_loss_and_a_value_below_zero_at_the_end() -> None:
    # 1000 to 0.01 in two years of 365 days: sqrt(0.00001) - 1
    lost = xirr([Payment(date(2021, 1, 1), D(-1000)), Payment(date(2023, 1, 1), D("0.01"))])
    owed = xirr([Payment(date(2021, 1, 1), D(-1000)), Payment(date(2023, 1, 1), D(-5))])

    assert near(lost, D("0.00001").sqrt() - 1, "1e-15")
    assert isinstance(owed, NoNumber)


def test_flows_of_one_day_count_as_one() -> None:
    # -150 + 50 on the first day are -100; 121 after two years of 365 days: 10 %
    paid = [
        Payment(date(2021, 1, 1), D(-150)), Payment(date(2021, 1, 1), D(50)),
        Payment(date(2022, 1, 1), D(-30)), Payment(date(2022, 1, 1), D(30)),
        Payment(date(2023, 1, 1), D(121)),
    ]  # fmt: skip

    rate = xirr(paid)

    assert isinstance(rate, Decimal)
    assert near(rate, "0.1", "1e-17")
    assert near(net_present_value(paid, rate), "0", "1e-14")


def test_a_short_with_portions_fees_and_another_currency() -> None:
    # risk 4, rewards 6 and 12: half and half 9, 2.25 R; 8000 * 0.5 % * 1.6 / 4 = 16 units
    # risk 16 * 4 / 1.6 + 2 * 2 / 1.6 = 42.5; reward 16 * 9 / 1.6 - 2.5 = 87.5
    found = risk_reward(
        Side.SHORT, D(80), D(84), [Target(D(74), D("0.5")), D(68)],
        Sizing(equity=D(8000), risk_percent=D("0.5"), fee_per_order=D(2), rate=D("1.6")),
    )  # fmt: skip

    assert (found.rr, found.size, found.rr_of_targets) == (D("2.25"), D(16), (D("1.5"), D(3)))
    assert (found.risk_amount, found.reward_amount) == (D("42.5"), D("87.5"))
    assert near(found.breakeven_win_rate, D(4) / 13)


def test_the_result_of_a_short_counts_fees_and_a_gap_beyond_the_stop() -> None:
    # (80 - 70) * 6 + (80 - 86) * 4 - 4 = 32 over 4 * 10
    exits = [Exit(D(6), D(70)), Exit(D(4), D(86))]

    assert realised_r(Side.SHORT, D(80), D(84), exits, D(4)) == D("0.8")

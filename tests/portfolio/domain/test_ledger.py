"""Holdings are derived from transactions, whatever their order; what does not fit is refused."""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.domain import cash
from portfolio.domain.errors import CurrencyError, LedgerError, OversoldError
from portfolio.domain.ledger import holdings, positions
from portfolio.domain.lots import Method
from portfolio.domain.performance import View, periods
from portfolio.domain.returns import TimeWeighted, time_weighted
from portfolio.domain.risk_reward import Side
from portfolio.domain.transactions import Kind, Transaction, check, ordered
from portfolio.domain.valuation import Quote
from tests.portfolio.domain.cases import near

DAY = date(2020, 1, 1)


def made(
    kind: str, quantity: object = 0, price: object = 0, day: int = 0, **more: object
) -> Transaction:
    base = Transaction(
        id=str(more.pop("id", f"{kind}-{day}-{quantity}-{price}")),
        kind=Kind(kind),
        on=DAY + timedelta(days=day),
        instrument=str(more.pop("instrument", "X")),
        currency="USD",
        quantity=Decimal(str(quantity)),
        price=Decimal(str(price)),
    )
    return replace(base, **more)  # type: ignore[arg-type]


def test_selling_more_than_is_held_is_refused_with_the_numbers() -> None:
    ledger = [made("buy", 10, 5), made("sell", 12, 6, day=3)]

    with pytest.raises(OversoldError) as refused:
        positions(ledger)

    assert refused.value.message == "10 X are held on 2020-01-04; the sell is of 12"
    assert (refused.value.held, refused.value.asked) == (Decimal(10), Decimal(12))
    assert refused.value.transaction == ledger[1].id


def test_a_sale_before_the_purchase_is_refused_and_on_the_same_day_it_is_not() -> None:
    with pytest.raises(OversoldError):
        positions([made("buy", 10, 5, day=1), made("sell", 10, 6, day=0)])

    assert holdings([made("sell", 10, 6), made("buy", 10, 5)]) == ()


def test_the_end_of_a_day_does_not_depend_on_the_order_of_its_rows() -> None:
    day = [
        made("split", numerator=2, denominator=1, day=1),
        made("buy", 3, 7, day=1, id="b1"),
        made("buy", 3, 7, day=1, id="b2"),
        made("sell", 11, 9, day=1),
        made("dividend", 10, "0.5", day=1),
    ]
    before = [made("buy", 10, 10)]

    ends = {repr(positions([*order, *before])) for order in permutations(day)}

    assert len(ends) == 1


def test_rows_that_all_carry_a_time_go_by_time() -> None:
    ledger = [
        made("buy", 10, 5, at=time(9, 30)),
        made("sell", 10, 6, at=time(9, 31)),
        made("buy", 10, 7, at=time(9, 32)),
    ]

    (position,) = positions(reversed(ledger), method=Method.LIFO)

    assert position.realised == 10
    assert position.cost == 70


def test_one_row_without_a_time_puts_purchases_before_sales() -> None:
    ledger = [
        made("buy", 10, 5),
        made("sell", 10, 6, at=time(9, 31)),
        made("buy", 10, 7, at=time(9, 32)),
    ]

    assert [row.kind for row in ordered(ledger)] == [Kind.BUY, Kind.BUY, Kind.SELL]


def test_a_sale_on_the_day_of_a_split_is_of_split_shares() -> None:
    ledger = [
        made("buy", 10, 100),
        made("split", day=9, numerator=1, denominator=3),
        made("sell", 3, 350, day=9),
    ]

    (position,) = positions(ledger)

    assert position.quantity == Decimal("0.333333333333333333")
    assert near(position.realised, 1050 - 900, "0.000000000001")


def test_splits_that_undo_each_other_leave_whole_shares() -> None:
    splits = [
        made("split", day=1, numerator=1, denominator=3),
        made("split", day=2, numerator=3, denominator=1),
    ]
    ledger = [made("buy", 10, 100), *splits]

    assert positions(ledger)[0].quantity == 10
    assert holdings([*ledger, made("sell", 10, 90, day=3)]) == ()


def test_accounts_are_kept_apart() -> None:
    ledger = [
        made("buy", 10, 5, account="a"),
        made("buy", 1, 5, account="b"),
        made("sell", 2, 5, day=1, account="b"),
    ]

    with pytest.raises(OversoldError):
        positions(ledger)
    assert [(one.account, one.quantity) for one in positions(ledger[:2])] == [
        ("a", Decimal(10)),
        ("b", Decimal(1)),
    ]


def test_a_position_as_of_a_day_knows_nothing_later() -> None:
    ledger = [made("buy", 10, 5), made("sell", 10, 6, day=5)]

    assert positions(ledger, DAY + timedelta(days=4))[0].quantity == 10
    assert positions(ledger, DAY - timedelta(days=1)) == ()


def test_a_second_currency_in_one_position_is_refused() -> None:
    with pytest.raises(LedgerError) as refused:
        positions([made("buy", 1, 5), made("buy", 1, 5, day=1, currency="EUR")])

    assert refused.value.field == "currency"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (made("buy", 0, 5), "quantity"),
        (made("sell", -1, 5), "quantity"),
        (made("buy", 1, -5), "price"),
        (made("buy", 1, 5, fee=Decimal(-1)), "fee"),
        (made("buy", 1, 5, tax=Decimal(-1)), "tax"),
        (made("buy", 1, 5, instrument=""), "instrument"),
        (made("dividend", 0, 5), "amount"),
        (made("split"), "numerator"),
        (made("split", numerator=0), "numerator"),
        (made("split", numerator=2, denominator=0), "denominator"),
        (made("split", numerator=2_000_000), "numerator"),
        (made("deposit", instrument=""), "amount"),
        (made("transfer_in", 0, 5), "quantity"),
    ],
)
def test_a_row_that_is_not_right_by_itself_is_refused_by_field(
    row: Transaction, field: str
) -> None:
    with pytest.raises(LedgerError) as refused:
        check(row)

    assert refused.value.field == field


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(CurrencyError):
        check(made("buy", 1, 5, currency="usd"))


def test_what_was_sold_short_is_a_negative_quantity_with_its_gain_on_covering() -> None:
    ledger = [made("short", 10, 50, fee=Decimal(1)), made("cover", 4, 40, day=1, fee=Decimal(2))]

    (position,) = positions(ledger)

    assert position.quantity == -6
    assert position.cost_gross == -300
    assert position.cost == Decimal("-299.4")
    assert position.realised == 40 - 2 - Decimal("0.4")
    assert position.disposals[0].side is Side.SHORT
    assert position.average_price == 50


def test_covering_more_than_was_sold_short_is_refused() -> None:
    with pytest.raises(OversoldError, match="sold short"):
        positions([made("short", 10, 50), made("cover", 11, 40, day=1)])


def test_fees_and_taxes_of_their_own_reduce_the_income_of_their_instrument() -> None:
    ledger = [
        made("buy", 10, 5),
        made("dividend", 10, 1, day=1, tax=Decimal("1.5")),
        made("fee", amount=Decimal(2), day=2),
        made("tax", amount=Decimal(3), day=2),
        made("interest", amount=Decimal(4), day=3),
    ]

    (position,) = positions(ledger)

    assert (position.income, position.income_gross) == (Decimal("7.5"), Decimal(14))
    assert (position.fees, position.taxes) == (Decimal(2), Decimal("4.5"))


def test_cash_is_what_rows_bring_and_cost() -> None:
    ledger = [
        made("deposit", amount=Decimal(1000), instrument=""),
        made("buy", 10, 50, day=1, fee=Decimal(1)),
        made("sell", 4, 60, day=2, fee=Decimal(1), tax=Decimal(2)),
        made("dividend", 6, 1, day=3, tax=Decimal(1)),
        made("withdrawal", amount=Decimal(100), day=4, instrument=""),
        made("fee", amount=Decimal(5), day=4, instrument=""),
        made("transfer_in", 3, 10, day=4),
    ]

    assert cash.balances(ledger) == {("", "USD"): Decimal(1000 - 501 + 237 + 5 - 100 - 5)}
    assert cash.balances(ledger, DAY) == {("", "USD"): Decimal(1000)}


def test_a_transfer_moves_units_at_their_cost_without_a_gain() -> None:
    ledger = [
        made("buy", 10, 50, account="a"),
        made("transfer_out", 4, 50, day=1, account="a"),
        made("transfer_in", 4, 50, day=1, account="b"),
    ]

    source, target = positions(ledger)
    assert [source.quantity, source.cost, source.realised] == [6, 300, 0]
    assert [target.quantity, target.cost, target.realised] == [4, 200, 0]


# --- properties -------------------------------------------------------------------------------
AMOUNTS = st.decimals("0.01", "1000", places=2)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Transaction]:
    """Random buys, sells of what is held, dividends and splits of one share."""
    held = Decimal(0)
    rows: list[Transaction] = []
    for place in range(draw(st.integers(1, 14))):
        kind = draw(st.sampled_from(["buy", "buy", "sell", "dividend", "split"]))
        if kind == "sell" and held <= 0:
            kind = "buy"
        quantity = draw(AMOUNTS)
        if kind == "sell":
            quantity = min(quantity, held)
        row = made(
            kind,
            quantity,
            draw(AMOUNTS),
            day=place // 2,
            id=f"{place:03}",
            fee=draw(AMOUNTS) / 100,
        )
        if kind == "split":
            row = replace(row, quantity=Decimal(0), price=Decimal(0), numerator=2)
        try:
            holdings([*rows, row])
        except OversoldError:
            continue
        rows.append(row)
        held = sum((one.quantity for one in holdings(rows)), Decimal(0))
    return rows


@settings(max_examples=60)
@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_entry_never_matters(ledger: list[Transaction], chance: object) -> None:
    shuffled = list(ledger)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert positions(shuffled) == positions(ledger)


@settings(max_examples=60)
@given(ledgers(), st.decimals("0.01", "500", places=2))
def test_every_method_finds_the_same_total_gain(ledger: list[Transaction], price: Decimal) -> None:
    totals = []
    for method in (Method.FIFO, Method.LIFO, Method.HIFO, Method.AVERAGE):
        (position,) = positions(ledger, method=method) or (None,)
        assert position is not None
        totals.append(position.realised + position.quantity * price - position.cost)

    assert all(near(total, totals[0], "0.000000000001") for total in totals)


@settings(max_examples=40)
@given(ledgers(), st.data())
def test_putting_rows_into_accounts_leaves_the_return_of_the_whole_unchanged(
    ledger: list[Transaction], data: st.DataObject
) -> None:
    view = View("USD", lambda _name, on: Quote(Decimal(50 + on.day), "USD", on, "test"))
    deposit = made("deposit", amount=Decimal(10**7), instrument="", id="d")
    split_up: list[Transaction] = []
    for row in ledger:
        if row.kind is Kind.SPLIT:  # it is of one account, so each has one
            split_up += [replace(row, account="a"), replace(row, account="b", fee=Decimal(0))]
        else:
            split_up.append(replace(row, account=data.draw(st.sampled_from(["a", "b"]))))
    days = [DAY + timedelta(days=n) for n in range(12)]

    whole = time_weighted(periods([deposit, *ledger], days, view))
    parts = time_weighted(periods([deposit, *split_up], days, view))

    assert whole == parts


@settings(max_examples=60)
@given(ledgers(), st.integers(0, 9), st.decimals("1", "100000", places=2))
def test_a_deposit_is_neutral_on_its_day_and_on_all_others(
    ledger: list[Transaction], day: int, amount: Decimal
) -> None:
    """Neutral means: value and flow cancel on the day itself, in whatever the ledger does."""
    view = View("USD", lambda _name, on: Quote(Decimal(50 + on.day), "USD", on, "test"))
    days = [DAY + timedelta(days=n) for n in range(12)]
    start = made("deposit", amount=Decimal(10**6), instrument="", id="d")
    extra = made("deposit", amount=amount, instrument="", id="e", day=day)

    without = list(periods([start, *ledger], days, view))
    with_it = list(periods([start, extra, *ledger], days, view))

    for one, other in zip(without, with_it, strict=True):
        assert other.end - other.begin - other.inflow + other.outflow == (
            one.end - one.begin - one.inflow + one.outflow
        )
    flat = [replace(p, end=p.begin + p.inflow - p.outflow) for p in with_it]
    result = time_weighted(flat)
    assert isinstance(result, TimeWeighted)
    assert near(result.total, 0, "1e-30")


def test_every_lot_is_touched_about_once_by_any_method() -> None:
    ledger = [made("buy", 1, n % 50 + 1, day=n // 10, id=f"{n:05}") for n in range(2000)]
    ledger += [made("sell", 1, 60, day=300 + n // 10, id=f"s{n:05}") for n in range(1999)]

    for method in (Method.FIFO, Method.LIFO, Method.HIFO, Method.AVERAGE):
        (position,) = positions(ledger, method=method)
        assert sum(len(sale.lots) for sale in position.disposals) <= len(ledger)
        assert position.quantity == 1
        assert position.realised == sum(sale.gain for sale in position.disposals)

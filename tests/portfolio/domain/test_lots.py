"""Which lots a sale takes: the matching vectors, and what no method may do."""

from datetime import date
from decimal import Decimal as D

import pytest

from portfolio.domain.errors import LotError, OversoldError
from portfolio.domain.lots import Lot, LotPool, Method, take
from tests.portfolio.domain.cases import Case, cases, number


def lot(case: Case, place: int = 0) -> Lot:
    quantity = number(case["quantity"])
    return Lot(
        date.fromisoformat(case["acquired"]),
        quantity,
        quantity * number(case["unit_cost"]),
        id=str(place),
    )


def as_case(one: Lot) -> Case:
    return {"quantity": one.quantity, "unit_cost": one.unit_cost, "acquired": f"{one.acquired}"}


@pytest.mark.parametrize("case", cases("lot-matching"))
def test_a_sale_takes_the_lots_that_the_method_names(case: Case) -> None:
    inputs, expected = case["inputs"], case["expected"]
    lots = [lot(one, place) for place, one in enumerate(inputs["lots"])]
    method = Method(inputs["method"].lower())
    sells = [number(q) for q in inputs.get("sells", [inputs.get("sell")])]
    pool = LotPool(method, lots)
    if "error" in expected:
        with pytest.raises(OversoldError):
            [pool.take(quantity) for quantity in sells]
        return

    matched = [part for quantity in sells for part in pool.take(quantity)]

    pairs = [[one.quantity, one.unit_cost] for one in matched]
    wanted = [
        m if isinstance(m, list) else [m["quantity"], m["unit_cost"]] for m in expected["matched"]
    ]
    assert pairs == [[number(a), number(b)] for a, b in wanted]
    assert [as_case(one) for one in pool.lots] == [
        as_case(lot(one)) for one in expected["remaining"]
    ]


def test_more_than_is_held_is_refused_with_the_numbers_and_takes_nothing() -> None:
    pool = LotPool(Method.FIFO, [Lot(date(2020, 1, 1), D(5), D(50))])

    with pytest.raises(OversoldError) as refused:
        pool.take(D("5.000000000000000001"))

    assert (refused.value.held, refused.value.asked) == (D(5), D("5.000000000000000001"))
    assert pool.quantity == D(5)


def test_a_quantity_of_zero_or_less_is_refused() -> None:
    pool = LotPool(Method.LIFO, [Lot(date(2020, 1, 1), D(5), D(50))])

    for quantity in (D(0), D(-1)):
        with pytest.raises(LotError):
            pool.take(quantity)
    with pytest.raises(LotError):
        pool.add(Lot(date(2020, 1, 1), D(0), D(1)))


def test_a_chosen_lot_is_taken_and_the_others_stay() -> None:
    lots = [Lot(date(2020, 1, day), D(10), D(day * 10), id=f"lot {day}") for day in (1, 2, 3)]

    taken = take(lots, D(12), Method.SPECIFIC, {"lot 2": D(10), "lot 3": D(2)})

    assert [(one.id, one.quantity, one.cost) for one in taken.matched] == [
        ("lot 2", D(10), D(20)),
        ("lot 3", D(2), D(6)),
    ]
    assert [(one.id, one.quantity) for one in taken.remaining] == [
        ("lot 1", D(10)),
        ("lot 3", D(8)),
    ]


@pytest.mark.parametrize(
    "chosen",
    [{}, {"lot 1": D(11)}, {"nobody": D(5)}, {"lot 1": D(3)}, {"lot 1": D(6), "lot 2": D(-1)}],
)
def test_a_choice_that_does_not_fit_is_refused(chosen: dict[str, D]) -> None:
    lots = [Lot(date(2020, 1, day), D(10), D(10), id=f"lot {day}") for day in (1, 2)]

    with pytest.raises(LotError):
        take(lots, D(5) if chosen != {"lot 1": D(11)} else D(11), Method.SPECIFIC, chosen)


def test_average_lots_are_one_with_one_unit_cost() -> None:
    lots = [Lot(date(2020, 1, 1), D(10), D(100), D(1)), Lot(date(2020, 1, 2), D(30), D(500), D(3))]

    taken = take(lots, D(4), Method.AVERAGE)

    assert [(one.quantity, one.cost, one.charges) for one in taken.matched] == [
        (D(4), D(60), D("0.4"))
    ]
    assert [(one.quantity, one.cost, one.charges) for one in taken.remaining] == [
        (D(36), D(540), D("3.6"))
    ]


def test_the_dearest_lot_goes_first_charges_included_and_the_oldest_of_equals() -> None:
    lots = [
        Lot(date(2020, 1, 1), D(1), D(10), id="cheap but for its fee", charges=D(5)),
        Lot(date(2020, 1, 2), D(1), D(14), id="dear"),
        Lot(date(2020, 1, 3), D(1), D(14), id="as dear, younger"),
    ]

    taken = take(lots, D(3), Method.HIFO)

    assert [one.id for one in taken.matched] == [
        "cheap but for its fee",
        "dear",
        "as dear, younger",
    ]


@pytest.mark.parametrize("method", [m for m in Method if m is not Method.SPECIFIC])
def test_a_split_changes_quantities_and_no_cost(method: Method) -> None:
    pool = LotPool(method, [Lot(date(2020, 1, d), D(d), D(7)) for d in (1, 2, 3)])

    pool.split(3, 7)
    pool.split(7, 3)
    taken = pool.take(D(6))

    assert pool.quantity == 0
    assert pool.lots == ()
    assert sum(one.cost for one in taken) == D(21)

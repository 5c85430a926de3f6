"""Which lots a sale takes: the matching vectors, and what no method may do."""

from datetime import date
from decimal import Decimal

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
    pool = LotPool(Method.FIFO, [Lot(date(2020, 1, 1), Decimal(5), Decimal(50))])

    with pytest.raises(OversoldError) as refused:
        pool.take(Decimal("5.000000000000000001"))

    assert (refused.value.held, refused.value.asked) == (
        Decimal(5),
        Decimal("5.000000000000000001"),
    )
    assert pool.quantity == Decimal(5)


def test_a_quantity_of_zero_or_less_is_refused() -> None:
    pool = LotPool(Method.LIFO, [Lot(date(2020, 1, 1), Decimal(5), Decimal(50))])

    for quantity in (Decimal(0), Decimal(-1)):
        with pytest.raises(LotError):
            pool.take(quantity)
    with pytest.raises(LotError):
        pool.add(Lot(date(2020, 1, 1), Decimal(0), Decimal(1)))


def test_a_chosen_lot_is_taken_and_the_others_stay() -> None:
    lots = [
        Lot(date(2020, 1, day), Decimal(10), Decimal(day * 10), id=f"lot {day}")
        for day in (1, 2, 3)
    ]

    taken = take(lots, Decimal(12), Method.SPECIFIC, {"lot 2": Decimal(10), "lot 3": Decimal(2)})

    assert [(one.id, one.quantity, one.cost) for one in taken.matched] == [
        ("lot 2", Decimal(10), Decimal(20)),
        ("lot 3", Decimal(2), Decimal(6)),
    ]
    assert [(one.id, one.quantity) for one in taken.remaining] == [
        ("lot 1", Decimal(10)),
        ("lot 3", Decimal(8)),
    ]


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"lot 1": Decimal(11)},
        {"nobody": Decimal(5)},
        {"lot 1": Decimal(3)},
        {"lot 1": Decimal(6), "lot 2": Decimal(-1)},
    ],
)
def test_a_choice_that_does_not_fit_is_refused(chosen: dict[str, Decimal]) -> None:
    lots = [Lot(date(2020, 1, day), Decimal(10), Decimal(10), id=f"lot {day}") for day in (1, 2)]

    with pytest.raises(LotError):
        take(
            lots,
            Decimal(5) if chosen != {"lot 1": Decimal(11)} else Decimal(11),
            Method.SPECIFIC,
            chosen,
        )


def test_average_lots_are_one_with_one_unit_cost() -> None:
    lots = [
        Lot(date(2020, 1, 1), Decimal(10), Decimal(100), Decimal(1)),
        Lot(date(2020, 1, 2), Decimal(30), Decimal(500), Decimal(3)),
    ]

    taken = take(lots, Decimal(4), Method.AVERAGE)

    assert [(one.quantity, one.cost, one.charges) for one in taken.matched] == [
        (Decimal(4), Decimal(60), Decimal("0.4"))
    ]
    assert [(one.quantity, one.cost, one.charges) for one in taken.remaining] == [
        (Decimal(36), Decimal(540), Decimal("3.6"))
    ]


def test_the_dearest_lot_goes_first_charges_included_and_the_oldest_of_equals() -> None:
    lots = [
        Lot(
            date(2020, 1, 1),
            Decimal(1),
            Decimal(10),
            id="cheap but for its fee",
            charges=Decimal(5),
        ),
        Lot(date(2020, 1, 2), Decimal(1), Decimal(14), id="dear"),
        Lot(date(2020, 1, 3), Decimal(1), Decimal(14), id="as dear, younger"),
    ]

    taken = take(lots, Decimal(3), Method.HIFO)

    assert [one.id for one in taken.matched] == [
        "cheap but for its fee",
        "dear",
        "as dear, younger",
    ]


@pytest.mark.parametrize("method", [m for m in Method if m is not Method.SPECIFIC])
def test_a_split_changes_quantities_and_no_cost(method: Method) -> None:
    pool = LotPool(method, [Lot(date(2020, 1, d), Decimal(d), Decimal(7)) for d in (1, 2, 3)])

    pool.split(3, 7)
    pool.split(7, 3)
    taken = pool.take(Decimal(6))

    assert pool.quantity == 0
    assert pool.lots == ()
    assert sum(one.cost for one in taken) == Decimal(21)

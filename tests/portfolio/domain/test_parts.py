"""A ledger that follows its changes comes to the same as one that is read anew."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.domain.errors import LedgerError, RateError
from portfolio.domain.fx import LastKnown, RateTable
from portfolio.domain.lots import Method
from portfolio.domain.overview import course, measured, overview
from portfolio.domain.parts import Ledger, key_of
from portfolio.domain.performance import periods
from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.valuation import Quote, value_ledger
from tests.portfolio.domain.cases import near

START = date(2020, 1, 6)
END = START + timedelta(60)
RATES = LastKnown(RateTable("EUR", ["USD"], ["2020-01-01,1.25", "2020-02-03,1.50"], "test"))
KINDS = (
    Kind.BUY, Kind.BUY, Kind.BUY, Kind.SELL, Kind.DIVIDEND, Kind.SPLIT, Kind.DEPOSIT, Kind.FEE,
    Kind.MERGER, Kind.TRANSFER_OUT,
)  # fmt: skip


def quoted(symbol: str, on: date) -> Quote | None:
    return None if symbol == "Z" else Quote(Decimal(7 + on.day % 5), "USD", on, "test")


@st.composite
def transactions(draw: st.DrawFn) -> list[Transaction]:
    """Some rows; the second half of a transfer comes with the first."""
    kind = draw(st.sampled_from(KINDS))
    symbol = draw(st.sampled_from("XYZ"))
    account = draw(st.sampled_from("AB"))
    row = Transaction(
        id="",
        kind=kind,
        on=START + timedelta(draw(st.integers(0, 40))),
        instrument="" if kind is Kind.DEPOSIT else symbol,
        currency=draw(st.sampled_from(["USD", "USD", "EUR"])),
        quantity=Decimal(draw(st.integers(1, 9))),
        price=Decimal(draw(st.integers(1, 30))) / 4,
        account=account,
    )
    if kind is Kind.SPLIT:
        return [replace(row, numerator=3, denominator=2)]
    if kind is Kind.MERGER:
        return [replace(row, into="W", price=Decimal(0), denominator=2)]
    if kind is Kind.TRANSFER_OUT:
        out = replace(row, pair="with", price=Decimal(0))
        other = "A" if account == "B" else "B"
        return [out, replace(out, kind=Kind.TRANSFER_IN, account=other)]
    return [row]


EDITS = st.lists(st.tuples(transactions(), st.integers(0, 30), st.booleans()), max_size=14)


def figures(ledger: Ledger, *, account: str | None = None) -> tuple[object, ...]:
    """Return all that a ledger comes to."""
    shown = ledger.only(account, None)
    own = value_ledger(shown, END, quoted, RATES)
    found = measured(shown, own, "USD", quoted, RATES, alone=account is not None)
    points = course(found)
    return own, points, overview(found, points), sorted(found.rows, key=lambda row: row.id)


@settings(max_examples=30, deadline=None)
@given(edits=EDITS, method=st.sampled_from([Method.FIFO, Method.HIFO, Method.AVERAGE]))
def test_after_any_edits_it_is_as_if_read_anew(
    edits: Sequence[tuple[list[Transaction], int, bool]], method: Method
) -> None:
    rows: dict[str, Transaction] = {}
    ledger = Ledger.of((), method)
    for number, (drawn, place, removing) in enumerate(edits):
        added = [
            replace(row, id=f"{number:02}{half}", pair=row.pair and f"{row.pair} {number}")
            for half, row in enumerate(drawn)
        ]
        gone = [list(rows.values())[place]] if removing and place < len(rows) else []
        gone += [row for row in rows.values() if gone and row.pair and row.pair == gone[0].pair]
        ids = {row.id for row in gone}
        left = {name: row for name, row in rows.items() if name not in ids}
        left |= {row.id: row for row in added}
        try:
            Ledger.of(left.values(), method).positions(RATES)
        except LedgerError:
            continue
        where = {key_of(row): ids for row in gone}
        ledger = ledger.changed(where, added)
        rows = left
        ledger.positions(RATES)  # folded now, so that the next edit goes on from it
    anew = Ledger.of(rows.values(), method)

    assert figures(ledger) == figures(anew)
    assert figures(ledger, account="A") == figures(anew, account="A")


def bought(symbol: str, day: int, **more: object) -> Transaction:
    row = Transaction(
        f"{symbol}{day}", Kind.BUY, START + timedelta(day), symbol, "USD", Decimal(2), Decimal(5)
    )
    return replace(row, **more)  # type: ignore[arg-type]


def test_parts_that_did_not_change_are_the_same_objects() -> None:
    ledger = Ledger.of([bought("X", 0), bought("Y", 0)])

    changed = ledger.changed({}, [bought("X", 3)])

    assert changed.parts["Y", "", ""] is ledger.parts["Y", "", ""]
    assert len(changed.parts["X", "", ""].rows) == 2
    assert len(ledger.parts["X", "", ""].rows) == 1


def test_a_joined_part_is_shown_in_slices_and_folded_whole() -> None:
    out = bought("X", 1, id="out", kind=Kind.TRANSFER_OUT, pair="P", price=Decimal(0))
    come = replace(out, id="in", kind=Kind.TRANSFER_IN, account="B")
    ledger = Ledger.of([bought("X", 0), out, come, bought("Y", 0)])

    (position,) = ledger.only("B", None).positions(RATES)

    assert position.quantity == 2
    assert position.cost == 10
    assert position.lots[0].acquired == START
    assert [one.instrument for one in ledger.only(None, "Y").positions(RATES)] == ["Y"]


def test_rows_in_two_currencies_make_one_position_at_the_rates_of_their_days() -> None:
    (position,) = Ledger.of([bought("X", 0), bought("X", 1, currency="EUR")]).positions(RATES)

    assert position.currency == "USD"
    assert (position.quantity, position.cost) == (Decimal(4), Decimal("22.5"))


def test_without_a_rate_a_row_in_another_currency_is_refused() -> None:
    ledger = Ledger.of([bought("X", 0), bought("X", 1, currency="CHF")])

    with pytest.raises(RateError, match="CHF"):
        ledger.positions(RATES)


def test_cash_in_another_currency_has_the_rate_of_the_day() -> None:
    paid = Transaction("d", Kind.DEPOSIT, START, "", "EUR", amount=Decimal(100))
    ledger = Ledger.of([paid])
    own = value_ledger(ledger, END, quoted, RATES)
    found = measured(ledger, own, "USD", quoted, RATES)
    points = course(found)

    assert points[0].value == points[0].invested == 125
    assert points[-1].value == 150
    assert overview(found, points).cash == 150


def test_a_price_in_another_currency_is_brought_into_that_of_the_position() -> None:
    ledger = Ledger.of([bought("X", 0, currency="EUR")])

    (found,) = value_ledger(ledger, END, quoted, RATES).positions
    (without,) = value_ledger(ledger, END, quoted).positions

    quote = quoted("X", END)
    assert quote is not None
    assert near(found.value, 2 * quote.price / Decimal("1.5"))
    assert without.value is None


@settings(max_examples=30, deadline=None)
@given(st.lists(transactions(), max_size=10))
def test_the_course_is_that_of_going_through_all_rows_day_by_day(
    drawn: list[list[Transaction]],
) -> None:
    rows: list[Transaction] = []
    for number, some in enumerate(drawn):
        wanted = [replace(row, id=f"{number:02}", currency="USD") for row in some]
        if len(wanted) == 1 and wanted[0].kind is not Kind.MERGER:
            try:
                Ledger.of([*rows, *wanted]).positions()
            except LedgerError:
                continue
            rows += wanted
    own = value_ledger(Ledger.of(rows), END, quoted)
    found = measured(rows, own, "USD", quoted, RATES)
    points = course(found)

    days = [point.on for point in points]
    expected = periods(found.rows, days, found.view) if days else ()
    assert [point.on for point in points] == [one.on for one in expected]
    for point, one in zip(points, expected, strict=True):
        assert near(
            [point.value, point.period.inflow, point.period.outflow],
            [one.end, one.inflow, one.outflow],
        )

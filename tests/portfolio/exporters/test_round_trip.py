"""import(export(x)) = x, for each format as far as it can carry x."""

import json
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio import importers
from portfolio.domain import money
from portfolio.domain.transactions import Kind
from portfolio.exporters import EXPORTERS, About, Row, portfolio_performance
from portfolio.importers import Document, ImportedTransaction

TRADES = ("buy", "sell", "short", "cover")
_PLAIN = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), max_size=20)
TEXTS = st.lists(_PLAIN.filter(bool), max_size=3).map(" ".join)
NUMBERS = st.decimals(0, 10**9, allow_nan=False, places=None).map(
    lambda value: money.format_decimal(value.quantize(Decimal("0.00000001")).normalize())
)
POSITIVE = NUMBERS.filter(lambda text: Decimal(text) > 0)
SYMBOLS = st.sampled_from(["IBM", "BRK.B", "7203.T", "ES=F", "^GSPC", "BTC-USD"])
CURRENCIES = st.sampled_from(["USD", "EUR", "GBX", "JPY"])
TIMES = st.none() | st.times().map(lambda at: at.replace(microsecond=0)).filter(
    lambda at: at != time.min
)  # midnight sharp is no time


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """A transaction as it was written."""
    kind = draw(st.sampled_from([kind.value for kind in Kind]))
    at = draw(TIMES)
    row: dict[str, Any] = {
        "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "kind": kind,
        "date": draw(st.dates(date(1990, 1, 1), date(2030, 1, 1))).isoformat(),
        "time": None if at is None else at.isoformat(),
        "account": draw(st.sampled_from(["", "Broker", "Depot 2"])),
        "currency": draw(CURRENCIES),
        "note": draw(TEXTS),
        "reference": draw(st.sampled_from(["", "A-1", "77"])),
        "tags": draw(st.lists(st.sampled_from(["growth", "pension", "für Anna"]), unique=True)),
        "pair": "01ARZ3NDEKTSV4RRFFQ69G5FAW" if kind.startswith("transfer") else None,
        "symbol": None,
        "isin": None,
        "name": None,
    }
    if kind not in {"deposit", "withdrawal"}:
        row["symbol"] = draw(SYMBOLS if kind in {*TRADES, "split", "merger", "dividend"}
                             else st.none() | SYMBOLS)  # fmt: skip
    if row["symbol"] == "IBM":
        row |= {"isin": "US4592001014", "name": "International Business Machines"}
    row |= draw(_amounts(kind, row["symbol"]))
    return row


@st.composite
def _amounts(draw: st.DrawFn, kind: str, symbol: str | None) -> dict[str, Any]:
    if kind in {"split", "merger"}:
        ratio = {"numerator": draw(st.integers(2, 20)), "denominator": 1}
        return {**ratio, "into": "NEW"} if kind == "merger" else dict(ratio)
    units = kind in TRADES or (kind.startswith("transfer") and symbol)
    if kind in {"fee", "tax"} or not units:
        charges = kind in {"dividend", "interest"}
        return {
            "amount": draw(POSITIVE),
            "fee": draw(st.none() | NUMBERS) if charges else None,
            "tax": draw(st.none() | NUMBERS) if charges else None,
        }
    return {
        "quantity": draw(POSITIVE),
        "fee": draw(st.none() | NUMBERS),
        "tax": draw(st.none() | NUMBERS),
        draw(st.sampled_from(["price", "amount"])): draw(NUMBERS),
    }


def exported(form: str, written: Sequence[Row]) -> tuple[bytes, dict[str, int]]:
    """Export rows, in two pieces as pages come."""
    writer = EXPORTERS[form]()
    half = len(written) // 2
    text = writer.begin(About("2026-11-22T10:00:00.000Z", {"name": "Ann"}))
    text += writer.rows(written[:half]) + writer.rows(written[half:]) + writer.end()
    return text.encode(), writer.left_out


def imported(form: str, written: Sequence[Row]) -> Sequence[ImportedTransaction]:
    """Export rows and read them back, by the format that the file is found to be."""
    data, _ = exported(form, written)
    document = Document(data, "export")
    found = importers.read(document)
    assert importers.needs(document).what is None
    assert found.rejected == (), data.decode()
    return found.transactions


def _decimal(row: Row, name: str) -> Decimal:
    return Decimal(row.get(name) or 0)


def _gross(row: Row) -> Decimal:
    if row.get("amount") is not None:
        return _decimal(row, "amount")
    return _decimal(row, "quantity") * _decimal(row, "price")


def _identity(row: Row) -> tuple[object, ...]:
    at = row["time"]
    return (
        row["kind"],
        date.fromisoformat(row["date"]),
        None if at is None else time.fromisoformat(at),
        row["symbol"] or "",
        row["isin"] or "",
        row["account"],
        row["currency"],
    )


def _found(one: ImportedTransaction) -> tuple[object, ...]:
    return (one.kind, one.on, one.at, one.symbol, one.isin, one.account, one.currency)


@pytest.mark.parametrize("form", ["json", "csv"])
@settings(max_examples=40, deadline=None)
@given(written=st.lists(rows(), max_size=6))
def test_the_planners_own_formats_bring_everything_back(form: str, written: list[Row]) -> None:
    if not written and form == "csv":
        return

    found = imported(form, written)

    assert [_found(one) for one in found] == [_identity(row) for row in written]
    for one, row in zip(found, written, strict=True):
        for name in ("quantity", "price", "fee", "tax"):
            value = getattr(one, name)
            assert value == _decimal(row, name)
            if row.get(name) is not None:
                assert money.format_decimal(value) == row[name]  # digit by digit
        amount = None if one.amount is None else money.format_decimal(one.amount)
        assert amount == row.get("amount")
        assert (one.numerator, one.denominator) == (
            row.get("numerator", 1), row.get("denominator", 1),
        )  # fmt: skip
        assert (one.pair, list(one.tags)) == (row["pair"] or "", row["tags"])
        assert (one.into, one.reference, one.note) == (
            row.get("into", ""), row["reference"], row["note"],
        )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(written=st.lists(rows(), min_size=1, max_size=6))
def test_ghostfolio_brings_back_what_it_knows_and_counts_the_rest(written: list[Row]) -> None:
    known = [
        row for row in written if row["kind"] in {"buy", "sell", "dividend", "interest", "fee"}
    ]

    found = imported("ghostfolio", written)

    assert [_found(one) for one in found] == [_identity(row) for row in known]
    for one, row in zip(found, known, strict=True):
        gross = one.quantity * one.price if one.amount is None else one.amount
        assert abs(gross - _gross(row)) <= max(one.quantity, money.ONE) * Decimal("1e-18")
        assert one.note == row["note"]
        if row["kind"] != "fee":
            assert one.fee == _decimal(row, "fee") + _decimal(row, "tax")
        if row["kind"] in TRADES:
            assert one.quantity == _decimal(row, "quantity")
    data, left_out = exported("ghostfolio", written)
    assert sum(left_out.values()) == len(written) - len(known)
    assert json.loads(data)["meta"]["leftOut"] == left_out


@settings(max_examples=40, deadline=None)
@given(written=st.lists(rows(), min_size=1, max_size=6))
def test_portfolio_performance_brings_back_what_it_knows_and_counts_the_rest(
    written: list[Row],
) -> None:
    written = [row for row in written if portfolio_performance.moved(row) != 0]  # no amount
    data, left_out = exported("portfolio-performance", written)
    known = [row for row in written if _carried(row)]
    assert sum(left_out.values()) == len(written) - len(known)
    if not known:
        return

    found = importers.read(Document(data, "pp.csv"))

    assert found.rejected == ()
    assert [_found(one) for one in found.transactions] == [_identity(row) for row in known]
    for one, row in zip(found.transactions, known, strict=True):
        assert (one.quantity, one.amount) == (_decimal(row, "quantity"), _gross(row))
        assert (one.fee, one.tax) == (_decimal(row, "fee"), _decimal(row, "tax"))


def _carried(row: Row) -> bool:
    if row["kind"] in {"split", "merger", "short", "cover"}:
        return False
    charges = _decimal(row, "fee") + _decimal(row, "tax")
    received = row["kind"] in {"sell", "dividend", "interest", "transfer_out", "deposit"}
    return not received or _gross(row) >= charges


@pytest.mark.parametrize("form", ["csv", "portfolio-performance"])
@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1"])
def test_no_cell_is_computed_by_a_spreadsheet(form: str, evil: str) -> None:
    row = {
        "id": "x", "kind": "deposit", "date": "2020-01-31", "time": None, "account": evil,
        "currency": "EUR", "amount": "5", "note": evil,
    }  # fmt: skip

    data, _ = exported(form, [row])

    cells = data.decode().splitlines()[1].replace(";", ",").split(",")
    assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "@", "\t"))]
    assert [cell for cell in cells if cell.startswith("-")] == []

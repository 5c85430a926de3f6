"""Cells into numbers, days and times: what is certain, what the file decides, what is refused."""

from datetime import date, time
from decimal import Decimal

import pytest

from portfolio.importers import headers, values, words
from portfolio.importers.base import RowError
from portfolio.importers.document import Document


@pytest.mark.parametrize(
    ("cell", "mark", "expected"),
    [
        ("1234.50", ".", "1234.50"),
        ("1,234.50", ",", "1234.50"),
        ("1.234,50", ".", "1234.50"),
        ("1.234.567,8", ".", "1234567.8"),
        ("26,45", ".", "26.45"),
        ("0,250", ".", "0.250"),
        ("1,234", ",", "1.234"),
        ("1,234", ".", "1234"),
        ("1.234", ",", "1234"),
        ("1,234,567", ",", "1234567"),
        ("1'234.50", ".", "1234.50"),
        ("1 234,50", ".", "1234.50"),
        ("1\u00a0234,50 €", ",", "1234.50"),
        ("-$1,234.50", ".", "-1234.50"),
        ("$-30.93", ".", "-30.93"),
        ("(5.00)", ".", "-5.00"),
        ("5.00-", ".", "-5.00"),
        ("\u22125", ".", "-5"),
        ("USD 52.07", ".", "52.07"),
        ("1234567,5", ".", "1234567.5"),
        ("+3", ".", "3"),
        (".5", ".", "0.5"),
        ("0", ".", "0"),
        ("-0.00", ".", "0.00"),
    ],
)
def test_a_number_is_read_by_its_own_marks_first(cell: str, mark: str, expected: str) -> None:
    assert str(values.number(cell, mark)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell", ["abc", "1.2.3", "1,23,456", "12a", "1.234,567.8", "€", "1e", "--5"]
)
def test_what_is_no_number_is_refused_with_its_column_and_text(cell: str) -> None:
    with pytest.raises(RowError) as refused:
        values.number(cell, ".", "Amount")

    assert (refused.value.column, refused.value.text) == ("Amount", cell)


@pytest.mark.parametrize("cell", ["", "  ", "-", "--", "n/a"])
def test_an_empty_cell_is_no_number_and_no_zero(cell: str) -> None:
    assert values.number(cell, ".") is None


def test_the_decimal_mark_is_that_of_the_certain_cells() -> None:
    assert values.decimal_mark(["1,234", "5,5"]) == ","
    assert values.decimal_mark(["1,234", "5.5"]) == "."
    assert values.decimal_mark(["1,234", "1,234,567"]) == "."
    assert values.decimal_mark(["17", "-", ""]) == "."


@pytest.mark.parametrize("cells", [["1,234"], ["1.234", "5"], ["1,5", "2.5", "3.500"]])
def test_a_mark_that_the_cells_do_not_agree_about_is_asked_for(cells: list[str]) -> None:
    mark = values.decimal_mark(cells)

    assert mark is None
    with pytest.raises(RowError, match="Say which sign is the decimal mark") as refused:
        values.number("1,234", mark, "Price")
    assert (refused.value.column, refused.value.text) == ("Price", "1,234")
    assert values.number("2.50", mark) == Decimal("2.50")


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["01/02/2020", "17/02/2020"], "dmy"),
        (["01/02/2020", "02/17/2020"], "mdy"),
        (["01.02.2020"], "dmy"),
        (["01/02/2020", "03/04/2020"], None),
        (["01/01/2020"], "ymd"),
        (["2020-02-01"], "ymd"),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_whole_column(
    cells: list[str], order: str | None
) -> None:
    assert values.date_order(cells) == order


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("2020-02-01", None),
        ("20200201", None),
        ("2020/02/01 16:00", None),
        ("2020-02-01T00:00:00.000Z", None),
        ("01-02-2020", "dmy"),
        ("1.2.2020", "dmy"),
        ("02/01/2020 as of 01/31/2020", "mdy"),
        ("01-Feb-2020", None),
        ("1 février 2020", None),
        ("Feb 1, 2020", None),
        ("1. Februar 2020", None),
    ],
)
def test_a_day_is_read_in_all_its_forms(cell: str, order: str | None) -> None:
    assert values.day(cell, order) == date(2020, 2, 1)


@pytest.mark.parametrize(
    "cell", ["01/02/2020", "01/02/20", "2020-02-30", "31.02.2020", "yesterday", "", "202002"]
)
def test_a_day_that_is_not_certain_is_refused(cell: str) -> None:
    with pytest.raises(RowError):
        values.day(cell, None if cell == "01/02/2020" else "dmy", "Date")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2020-02-01T07:08:09.123Z", time(7, 8, 9, 123000)),
        ("01/02/2020 4:05 PM", time(16, 5)),
        ("01/02/2020 12:05 AM", time(0, 5)),
        ("18:33", time(18, 33)),
        ("2020-02-01T00:00", None),
        ("2020-02-01", None),
        ("25:00", None),
    ],
)
def test_a_time_is_taken_as_it_stands(cell: str, expected: time | None) -> None:
    assert values.clock(cell) == expected


def test_headers_of_several_languages_mean_the_same_fields() -> None:
    english = headers.fields(["Trade Date", "Action", "Ticker", "No. of shares", "Price / share"])
    german = headers.fields(["Buchungsdatum", "Typ", "Kürzel", "Stück", "Kurs"])
    french = headers.fields(["Date d'opération", "Sens", "Symbole", "Quantité", "Cours"])

    assert english == german == french
    assert headers.fields(["Description", "Name"])["name"] == (1,)


def test_type_words_mean_the_same_kind_in_every_spelling() -> None:
    assert {words.kind_of(word) for word in ("BUY - MARKET", "Market buy", "Kauf", "achat")} == {
        words.kind_of("buy")
    }
    assert words.kind_of("frobnicate") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_reads_the_same(encoding: str) -> None:
    table = Document("Datum;Stück;Gebühr\n2020-01-01;1;2\n".encode(encoding)).table

    assert table is not None
    assert table.header == ("Datum", "Stück", "Gebühr")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_titles_above_and_blank_lines_are_passed_over(delimiter: str) -> None:
    text = '"Transactions for account ...123"\n\nDate,Symbol,Quantity\n\n2020-01-01,A,1\n'
    table = Document(text.replace(",", delimiter).encode()).table

    assert table is not None
    assert [(line.number, line.cells) for line in table.lines] == [(5, ("2020-01-01", "A", "1"))]

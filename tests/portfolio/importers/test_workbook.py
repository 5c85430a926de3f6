"""Spreadsheets: their sheets are read like any table, and none of them can do harm."""

from decimal import Decimal

import pytest

from portfolio import importers
from portfolio.importers import Options, UnreadableError, workbook
from tests.portfolio.importers.telling import told
from tests.portfolio.importers.workbooks import DAY, MAIN, MOMENT, sheet
from tests.portfolio.importers.workbooks import workbook as made

HEAD: list[object] = ["Date", "Type", "Symbol", "Quantity", "Price", "Currency", "Fee"]
TRADES: list[list[object]] = [
    HEAD,
    [(45306, DAY), "buy", "SAP", 10, 123.45, "EUR", 9.9],
    [(45307.4375, MOMENT), "sell", "SAP", 4, 1.234, "EUR", None],
]


def test_a_sheet_is_read_with_its_days_and_exact_numbers() -> None:
    document = importers.opened(made({"Trades": TRADES}), "trades.xlsx")
    result = importers.read(document)

    assert importers.needs(document).what is None
    assert [told(row) for row in result.transactions] == [
        "2 buy 2024-01-15 SAP 10x123.45 EUR fee 9.9",
        "3 sell 2024-01-16 SAP 4x1.234 EUR",
    ]
    assert f"{result.transactions[1].at}" == "10:30:00"
    assert result.notes == ()


def test_what_a_number_carries_beyond_fifteen_digits_is_not_shown() -> None:
    rows: list[list[object]] = [
        HEAD,
        [(45306, DAY), "buy", "SAP", "0.30000000000000004", 100.1, "EUR", None],
    ]
    noisy: list[list[object]] = [HEAD, [(45306, DAY), "buy", "SAP", 0.1 + 0.2, 1e-7, "EUR", None]]
    (stated,) = importers.read(importers.opened(made({"A": rows}))).transactions
    (shown,) = importers.read(importers.opened(made({"A": noisy}))).transactions

    assert stated.quantity == Decimal("0.30000000000000004")
    assert (shown.quantity, shown.price) == (Decimal("0.3"), Decimal("0.0000001"))


def test_shared_strings_are_put_together_without_how_they_are_spoken() -> None:
    strings = (
        f"<sst {MAIN}><si><t>Date</t></si><si><r><t>Ty</t></r><r><t>pe</t></r>"
        "<rPh><t>no</t></rPh></si></sst>"
    )
    cells = '<c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c><c r="D1" t="b"><v>1</v></c>'
    text = f'<worksheet {MAIN}><sheetData><row r="7">{cells}</row></sheetData></worksheet>'
    (found,) = workbook.sheets(
        made({"A": [["x"]]}, parts={"xl/sharedStrings.xml": strings,
                                    "xl/worksheets/sheet1.xml": text})
    )  # fmt: skip

    assert [tuple(line) for line in found.records] == [(7, ("Date", "", "Type", "TRUE"))]


def test_the_sheet_of_a_known_broker_is_read_and_the_others_are_named() -> None:
    freetrade: list[list[object]] = [
        ["Title", "Type", "Timestamp", "Account Currency", "Total Amount", "Base FX Rate"],
        ["Top up", "TOP_UP", "2024-04-01T00:35:22Z", "GBP", 100, None],
    ]
    data = made({"Summary": [["Portfolio of", "Ann"]], "Own": TRADES, "Activity": freetrade,
                 "Secret": freetrade}, hidden=["Secret"])  # fmt: skip
    found = importers.read(importers.opened(data))
    named = importers.read(importers.opened(data, sheet="Own"), Options(sheet="Own"))

    assert (found.format, len(found.transactions)) == ("freetrade", 1)
    assert '"Own"' in found.notes[0]
    assert "Secret" not in found.notes[0]
    assert (named.format, len(named.transactions)) == ("generic", 2)
    with pytest.raises(UnreadableError, match="Summary, Own, Activity"):
        importers.opened(data, sheet="Secret")


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f"<worksheet {MAIN}><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (made({"A": [["x"]]}, parts={"xl/worksheets/sheet1.xml": BOMB}), "damaged"),
        (made({"A": [["x"]]}, parts={"xl/worksheets/sheet1.xml": "<worksheet"}), "damaged"),
        (made({"A": [["x"]]}, parts={"xl/_rels/workbook.xml.rels": "<x/>"}), "damaged"),
        (made({"A": [["x"]]})[:-30], "archive"),
        (made({"A": []}), "no sheet with anything"),
        (
            made(
                {"A": [["x"]]},
                parts={"xl/worksheets/sheet1.xml": sheet([["x"]]).replace('r="1"', 'r="900000"')},
            ),
            "too large",
        ),
        (
            made(
                {"A": [["x"]]},
                parts={"xl/worksheets/sheet1.xml": sheet([["x"]]).replace("A1", "ZZZ1")},
            ),
            "too large",
        ),
    ],
)
def test_a_workbook_that_is_damaged_or_does_harm_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        importers.read(importers.opened(data))


def test_a_part_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = made({"A": [["x" * 10_000]]})

    monkeypatch.setattr(workbook, "UNPACKED_MAX", 5_000)

    with pytest.raises(UnreadableError, match="too large"):
        importers.opened(data)


def test_an_archive_with_parts_beyond_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = made({"A": [["x"]]})

    monkeypatch.setattr(workbook, "PARTS_MAX", 3)

    with pytest.raises(UnreadableError, match="too large"):
        importers.opened(data)


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    start = f'<workbook {MAIN} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
    parts = {
        "xl/workbook.xml": start + 'relationships"><workbookPr date1904="1"/><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>'
    }
    (found,) = workbook.sheets(made({"A": [[(0, DAY), (43844, DAY), (0.5, MOMENT)]]}, parts=parts))

    assert found.records[0].cells == ("00:00:00", "2024-01-15", "12:00:00")

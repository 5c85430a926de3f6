"""Any other table, and what every importer owes: a reason for each row that is not taken over."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio import importers
from portfolio.domain.transactions import Kind
from portfolio.importers import IMPORTERS, Options, UnreadableError
from portfolio.importers.document import Document

HEAD = "Date,Type,Symbol,Quantity,Price,Currency,Fee\n"


def read(text: str, **options: object) -> importers.Imported:
    return importers.read(Document(text.encode()), Options(**options))  # type: ignore[arg-type]


def test_a_table_of_no_known_broker_is_read_by_its_words() -> None:
    result = read(
        "Depot 123, Umsätze\n\nHandelstag;Vorgang;ISIN;Bezeichnung;Anzahl;Kurs;Währung;Provision\n"
        "17.02.2020;Kauf;DE0007164600;SAP SE;10;123,45;EUR;9,90\n"
        "18.03.2020;Verkauf;DE0007164600;SAP SE;-4;100,00;EUR;9,90\n"
        "Summe;;;;;;;19,80\n"
    )

    bought, sold = result.transactions
    assert result.format == "generic"
    assert (bought.kind, bought.on, bought.quantity, bought.price, bought.fee) == (
        Kind.BUY, date(2020, 2, 17), Decimal(10), Decimal("123.45"), Decimal("9.90"),
    )  # fmt: skip
    assert (sold.kind, sold.quantity, sold.isin) == (Kind.SELL, Decimal(4), "DE0007164600")
    assert [row.reason for row in result.skipped] == ["A line of totals"]
    assert result.rejected == ()


@pytest.mark.parametrize(
    ("row", "reason", "column", "text"),
    [
        ("2020-02-17,buy,A,,5,USD,", "A buy needs a quantity", "Quantity", ""),
        ("2020-02-17,buy,A,ten,5,USD,", "This is not a number", "Quantity", "ten"),
        ("2020-02-17,buy,A,10,,USD,", "The amount is missing", "Price", ""),
        (
            "2020-02-17,buy,A,10,5,,",
            "The currency is not stated; choose it for the file",
            "Currency",
            "",
        ),
        (
            "2020-02-17,buy,A,10,5,usd,",
            '"usd" is not a currency code of ISO 4217 such as USD',
            "Currency",
            "usd",
        ),
        ("2020-02-17,lend,A,10,5,USD,", "This kind of transaction is not known", "Type", "lend"),
        ("2020-02-17,,A,10,5,USD,", "The kind of transaction is missing", "Type", ""),
        (",buy,A,10,5,USD,", "The day is missing", "Date", ""),
        (
            "17/02/20,buy,A,10,5,USD,",
            "This is not a day with a four-digit year",
            "Date",
            "17/02/20",
        ),
        ("2020-02-30,buy,A,10,5,USD,", "This day does not exist", "Date", "2020-02-30"),
        (
            "02/03/2020,buy,A,10,5,USD,",
            "Say whether the day or the month stands first",
            "Date",
            "02/03/2020",
        ),
        ("2020-02-17,split,A,,,USD,", "The ratio of the split is missing", "ratio", ""),
        ("2020-02-17,split,A,1,,USD,", "This is not the ratio of a split", "Quantity", "1"),
        ("2020-02-17,deposit,,,,USD,", "The amount is missing", "Price", ""),
        ("2020-02-17,buy,A,10,5,USD,x", "This is not a number", "Fee", "x"),
    ],
)
def test_a_row_that_is_not_understood_is_rejected_with_its_column_and_text(
    row: str, reason: str, column: str, text: str
) -> None:
    result = read(f"{HEAD}{row}\n2021-01-31,sell,A,1,5,USD,0\n")

    assert [(one.line, one.reason, one.column, one.text) for one in result.rejected] == [
        (2, reason, column, text)
    ]
    assert len(result.transactions) == 1


def test_what_a_person_decides_is_used() -> None:
    text = "When,What,Paper,Pieces,Each,Date added\n02/03/2020,Purchased,SAP,1.234,5,2020-01-01\n"
    columns = {
        "date": "When",
        "kind": "What",
        "symbol": "Paper",
        "quantity": "Pieces",
        "price": "Each",
    }
    options = Options(
        date_order="mdy",
        decimal_mark=",",
        currency="EUR",
        account="Depot",
        columns=columns,
        kinds={"purchased": Kind.BUY},
    )

    result = IMPORTERS[-1].read(
        Document(text.replace("Date added", "Date,Type,Symbol").encode()), options
    )

    (bought,) = result.transactions
    assert (bought.on, bought.quantity, bought.currency, bought.account) == (
        date(2020, 2, 3), Decimal(1234), "EUR", "Depot",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "ratio"),
    [("2:1", (2, 1)), ("3/2", (3, 2)), ("1 for 10", (1, 10)), ("0.5", (1, 2)), ("7", (7, 1))],
)
def test_a_split_is_read_as_two_whole_numbers(cell: str, ratio: tuple[int, int]) -> None:
    result = read(f"Date,Type,Symbol,Ratio\n2020-02-17,Split,A,{cell}\n")

    (split,) = result.transactions
    assert (split.kind, split.numerator, split.denominator) == (Kind.SPLIT, *ratio)


def test_without_a_type_column_the_sign_of_the_quantity_decides() -> None:
    result = read(
        "Date,Symbol,Quantity,Price,Currency\n2020-02-17,A,10,5,USD\n2020-02-18,A,-4,6,USD\n"
    )

    assert [row.kind for row in result.transactions] == [Kind.BUY, Kind.SELL]


def test_a_net_amount_gives_the_value_before_charges() -> None:
    result = read(
        "Date,Type,Symbol,Quantity,Amount,Fees,Taxes,Currency\n"
        "2020-02-17,Buy,A,10,-105,3,2,USD\n2020-02-18,Sell,A,10,95,3,2,USD\n"
    )

    assert [row.amount for row in result.transactions] == [100, 100]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Date, Type, Symbol"),
        (b"hello", "Date, Type, Symbol"),
        (b"\x00\x01\x02", "Date, Type, Symbol"),
        (b"a,b\n1,2\n", "Date, Type, Symbol"),
        (b"\xff\xfe", "Date, Type, Symbol"),
        (b"{}", "Ghostfolio"),
        (b"[1]", "Ghostfolio"),
        (b'{"activities": 5}', "Ghostfolio"),
        (b"<xml/>", "Flex queries"),
        (b"<!doctype html><html>", "web page"),
        (b"<client><version>1</version><securities/></client>", "CSV > All transactions"),
        (b"PK\x03\x04", "save the sheet"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "unpack"),
    ],
)
def test_a_file_of_no_known_form_is_refused_with_what_would_help(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        importers.read(Document(data))


@pytest.mark.parametrize(
    ("activity", "column"),
    [
        ('{"type":"GIFT"}', "type"),
        ('{"type":"BUY","quantity":"x","unitPrice":1,"fee":0}', "quantity"),
        ('{"type":"BUY","quantity":0,"unitPrice":1,"fee":0}', "quantity"),
        ('{"type":"BUY","quantity":-1,"unitPrice":1,"fee":0}', "quantity"),
        (
            '{"type":"BUY","quantity":1,"unitPrice":1,"fee":0,"date":"soon","currency":"USD"}',
            "date",
        ),
        (
            '{"type":"BUY","quantity":1,"unitPrice":1,"fee":0,"date":"2020-01-01","currency":"?"}',
            "currency",
        ),
        ("7", ""),
    ],
)
def test_an_activity_that_is_not_understood_is_rejected(activity: str, column: str) -> None:
    result = read(f'{{"activities": [{activity}]}}')

    assert result.transactions == ()
    assert [one.column for one in result.rejected] == [column]

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
        ("2020-02-17,split,A,1:1,,USD,", "This is not the ratio of a split", "Quantity", "1:1"),
        (
            "2020-02-17,split,A,9,,USD,",
            "This may be units that were added; a ratio is such as 2:1",
            "Quantity",
            "9",
        ),
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


def test_a_list_without_kinds_and_signs_may_be_of_holdings_and_is_asked_about() -> None:
    text = "Date,Symbol,Quantity,Price,Currency\n2020-02-17,A,10,5,USD\n2020-02-18,B,4,6,USD\n"
    said = Options(columns={"kind": ""})

    assert importers.needs(Document(text.encode())).what == "mapping"
    assert [row.column for row in read(text).rejected] == ["kind", "kind"]
    found = importers.needs(Document(text.encode()), said)
    assert (found.what, found.proposal.columns["kind"]) == (None, "")
    bought = importers.read(Document(text.encode()), said).transactions
    assert [row.kind for row in bought] == [Kind.BUY, Kind.BUY]


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
        (b"PK\x03\x04", "unpack it"),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
        (b"PK\x03\x04Index/Document.iwa", "Numbers"),
        (b"\xd0\xcf\x11\xe0", "password"),
        (b"\x89PNG\r\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
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


def effects(result: importers.Imported) -> list[str]:
    """Kind, units at a price in a currency, and the stated value."""
    return [
        f"{row.kind} {row.quantity.normalize():f} @ {row.price.normalize():f} {row.currency} "
        f"{'' if row.amount is None else f'{row.amount.normalize():f}'}".strip()
        for row in result.transactions
    ]


def test_pence_beside_a_value_in_pounds_become_pounds_and_the_sign_tells_the_side() -> None:
    result = read(
        "Trade date,Settle date,Reference,Description,Unit cost (p),Quantity,Value (£)\n"
        '17/02/2020,19/02/2020,B1,AVIVA,496.00,4,"-19.84"\n'
        '18/02/2020,20/02/2020,S1,AVIVA,500.00,2,"10.00"\n'
    )

    assert result.rejected == ()
    assert effects(result) == ["buy 4 @ 4.96 GBP", "sell 2 @ 5 GBP"]


def test_what_a_dealing_costs_is_in_a_value_that_states_the_currency_of_its_price() -> None:
    head = "Trade date,Settle date,Reference,Description,Unit cost (p),Quantity,Value (£)\n"
    result = read(f"{head}17/02/2020,19/02/2020,B1,AVIVA,496.00,4,-31.79\n")

    assert effects(result) == ["buy 4 @ 4.96 GBP 31.79"]


def test_a_total_is_in_the_currency_of_the_account_and_a_price_in_that_of_the_listing() -> None:
    result = read(
        "Title,Type,Timestamp,Account Currency,Total Amount,Buy / Sell,Ticker,Quantity,"
        "Instrument Currency,Price per Share,FX Rate\n"
        "Apple,ORDER,2021-02-03T10:00:00Z,GBP,100.45,BUY,AAPL,1,USD,135.00,0.7407\n"
        "Apple,DIVIDEND,2021-03-03T10:00:00Z,GBP,0.15,,AAPL,,USD,,0.7407\n"
        "Top up,TOP_UP,2021-02-01T10:00:00Z,GBP,200,,,,,,\n"
    )

    assert result.rejected == ()
    assert effects(result) == [
        "buy 1 @ 135 USD", "dividend 0 @ 0 GBP 0.15", "deposit 0 @ 0 GBP 200",
    ]  # fmt: skip


def test_zeros_that_only_fill_cells_are_no_amounts() -> None:
    head = "Date,Action,Activity Type,Symbol,Quantity,Price,Gross Amount,Net Amount,Currency\n"
    result = read(f"{head}2021-03-05,,Dividends,VFV,0,0,0,12.34,CAD\n")

    assert effects(result) == ["dividend 0 @ 0 CAD 12.34"]


def test_a_column_of_tickers_is_the_symbol_whatever_it_is_called() -> None:
    head = "Activity Date,Instrument,Description,Trans Code,Quantity,Price,Amount\n"
    result = read(f"{head}2024-01-15,AAPL,Apple Inc,Buy,2,$150.00,($300.00)\n", currency="USD")

    assert [(row.symbol, row.name) for row in result.transactions] == [("AAPL", "Apple Inc")]


def test_a_column_that_looks_like_a_charge_and_is_not_read_is_pointed_out() -> None:
    head = "Date,Type,Symbol,Quantity,Price,Currency,Special levy charge\n"

    assert read(f"{head}2020-02-17,buy,A,10,5,USD,0.00\n").notes == ()
    (note,) = read(f"{head}2020-02-17,buy,A,10,5,USD,1.50\n").notes
    assert "Special levy charge" in note


@pytest.mark.parametrize(
    ("currency", "amount", "wanted"),
    [
        ("GBX", "19.84", ["buy 4 @ 4.96 GBP"]),
        ("GBX", "1984", ["buy 4 @ 496 GBX"]),
        ("GBP", "19.84", ["buy 4 @ 4.96 GBP"]),
        ("GBP", "198400", []),
        ("USD", "198400", ["buy 4 @ 49600 USD"]),
    ],
)
def test_a_value_a_hundred_times_off_decides_the_unit_or_is_refused(
    currency: str, amount: str, wanted: list[str]
) -> None:
    head = "Date,Type,Symbol,Quantity,Price,Amount,Currency\n"
    result = read(f"{head}2020-02-17,buy,A,4,496,{amount},{currency}\n")

    assert effects(result) == wanted
    assert len(result.rejected) == 1 - len(wanted)


def test_money_in_and_money_out_may_have_columns_of_their_own() -> None:
    result = read(
        "Datum;Art;Wertpapier;Stück;Kurs;Soll;Haben;Währung\n"
        "17.02.2020;Kauf;SAP;10;5,00;50,00;;EUR\n18.02.2020;Einzahlung;;;;;100,00;EUR\n"
        "19.02.2020;Zinsen;;;;2,00;;EUR\n"
    )

    assert result.rejected == ()
    assert effects(result) == [
        "buy 10 @ 5 EUR", "deposit 0 @ 0 EUR 100", "fee 0 @ 0 EUR 2",
    ]  # fmt: skip


def test_of_several_columns_of_kinds_the_first_known_word_counts_and_a_cancelled_trade_goes() -> (
    None
):
    result = read(
        "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),"
        "Amount ($)\n"
        "02/17/2020,YOU BOUGHT VANGUARD INDEX FUNDS (VTI) (Cash),VTI,VANGUARD,Cash,2,50,1,0.5,"
        "-101.5\n"
        "02/18/2020,DIVIDEND RECEIVED VANGUARD (VTI) (Cash),VTI,VANGUARD,Cash,,,,,3.21\n"
        "02/19/2020,YOU BOUGHT VANGUARD,VTI,VANGUARD,Cash,3,50,1,0.5,-151.5\n"
        "02/20/2020,YOU BOUGHT VANGUARD (Cancelled),VTI,VANGUARD,Cash,3,50,1,0.5,151.5\n"
        "02/20/2020,YOU SOLD VANGUARD (Cancelled),VTI,VANGUARD,Cash,3,50,1,0.5,151.5\n",
        currency="USD",
    )

    assert effects(result) == ["buy 2 @ 50 USD", "dividend 0 @ 0 USD 3.21"]
    assert result.transactions[0].fee == Decimal("1.5")
    assert [row.line for row in result.skipped] == [4, 5]
    assert [(row.line, row.column) for row in result.rejected] == [(6, "Action")]


def test_orders_that_were_never_carried_out_are_left_aside() -> None:
    head = "date;status;type;isin;shares;price;amount;fee;tax;currency\n"
    row = "2020-02-17;{};Buy;US0378331005;2;50;-100;0;0;EUR\n"
    words = ("Executed", "Cancelled", "Rejected", "Half done")
    result = read(head + "".join(row.format(word) for word in words))

    assert len(result.transactions) == 1
    assert [one.line for one in result.skipped] == [3, 4]
    assert [(one.column, one.text) for one in result.rejected] == [("status", "Half done")]


@pytest.mark.parametrize(
    ("head", "row", "column"),
    [
        ("Price,Fee,Currency,Fee Currency", "5,1,USD,EUR", "Fee Currency"),
        ("Price (EUR),Fee,Currency", "5,1,USD", "Price (EUR)"),
        ("Price,Fee,Currency", "€5,1,USD", "Price"),
        ("Price,Fee,Currency", "5 XYZ,1,USD", "Price"),
        ("Price,Amount,Currency", "5,5000,USD", "Amount"),
        ("Price,Tax,Currency", "5,-1,USD", "Tax"),
    ],
)
def test_what_contradicts_itself_is_rejected(head: str, row: str, column: str) -> None:
    others = "2020-02-18,buy,A,1," + ",".join(
        {"Price": "5", "Price (EUR)": "5", "Currency": "USD", "Fee Currency": "USD"}.get(name, "1")
        if name != "Amount" else "5" for name in head.split(",")
    ).replace("USD", "EUR" if "(EUR)" in head else "USD")  # fmt: skip
    more = others.replace("02-18", "02-19")
    result = read(
        f"Date,Type,Symbol,Quantity,{head}\n2020-02-17,buy,A,1,{row}\n{others}\n{more}\n"
    )

    assert [(one.line, one.column) for one in result.rejected] == [(2, column)]
    assert len(result.transactions) == 2


@pytest.mark.parametrize(
    ("kind", "amount", "reason"),
    [
        ("dividend", "-5", "takes back a dividend"),
        ("deposit", "-5", "takes back a deposit"),
        ("dividend", "0", "The amount is missing"),
        ("fee", "7", "takes back a fee"),
    ],
)
def test_what_was_given_back_is_never_turned_round(kind: str, amount: str, reason: str) -> None:
    head = "Date,Type,Amount,Currency,Symbol\n2020-02-16,withdrawal,-1,EUR,\n"
    result = read(f"{head}2020-02-17,{kind},{amount},EUR,A\n")

    assert len(result.transactions) == 1
    assert [reason in one.reason for one in result.rejected] == [True]

"""What no file may do: fail in another way, or turn into what it does not say."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio import importers
from portfolio.domain.transactions import TRADES, Kind
from portfolio.importers import Document, Options, UnreadableError

MADE = Path(__file__).parent / "made"
SEEDS = {
    "generic": (
        "Broker report\nDate;Type;Symbol;Quantity;Price;Amount;Fee;Currency\n"
        "17.02.2020;Buy;SAP;10;123,45;1234,50;9,90;EUR\n"
        "18.02.2020;Dividend;SAP;;;12,34;;EUR\n19.02.2020;Fee;;;;-5,00;;EUR\n"
    ),
    "schwab": (
        "Date,Action,Symbol,Description,Quantity,Price,Fees & Comm,Amount\n"
        '01/05/2024,Buy,VTI,VANGUARD,10,$230.5,$1,"-$2,306.00"\n'
        "07/16/2024,MoneyLink Transfer,,Tfr BANK,,,,-$100.00\n"
    ),
    "xtb": (
        "ID;Type;Time;Symbol;Comment;Amount\n"
        "1;Stocks/ETF purchase;12.04.2024 13:01:45;SPYL.DE;OPEN BUY 34 @ 11.7480;-399.43\n"
        "2;Deposit;12.04.2024 13:00:22;;bank deposit;500\n"
    ),
    "flex": (
        '<FlexQueryResponse><Trade accountId="U1" tradeDate="20240115" buySell="BUY" '
        'assetCategory="STK" symbol="VT" currency="USD" quantity="10" tradePrice="5" '
        'ibCommission="-1" ibCommissionCurrency="USD"/><CashTransaction currency="USD" '
        'type="Dividends" amount="9.5" settleDate="20240115"/></FlexQueryResponse>'
    ),
    "ofx": (
        "OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM>"
        "<BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20110331<TRNAMT>0.01<FITID>1</STMTTRN>"
        "</BANKTRANLIST></STMTRS></OFX>"
    ),
    "made": (MADE / "wealthfolio.csv").read_text(),
    "json": (MADE / "ghostfolio-export.json").read_text(),
    "yahoo": (MADE / "yahoo-portfolio.csv").read_text(),
}
OF_THE_BROKER = {"schwab": {"USD"}, "xtb": {"CHF"}, "yahoo": {"USD", "EUR", "GBX"}}
PIECES = st.sampled_from([*'0123456789.,-;:"<>/@$€ \n', "EUR", "0", "'", "=1+1", "ten", "\x00"])


def read(text: str) -> importers.Imported | None:
    """The result, or None where the file is refused: nothing else may come out."""
    document = Document(text.encode())
    try:
        importers.needs(document)
        return importers.read(document, Options(currency="CHF"))
    except UnreadableError:
        return None


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(SEEDS)),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 4), PIECES), min_size=1, max_size=4),
)
def test_a_damaged_file_never_becomes_what_it_does_not_say(
    seed: str, damages: list[tuple[float, int, str]]
) -> None:
    text = SEEDS[seed]
    for where, length, piece in damages:
        place = int(where * len(text))
        text = text[:place] + piece + text[place + length :]

    result = read(text)

    for row in result.transactions if result else ():
        allowed = set(re.findall(r"[A-Z]{3}", text)) | {"EUR"} | {"CHF"}
        assert row.currency in allowed | OF_THE_BROKER.get(seed, set()) | {""}
        assert row.on != datetime.now(UTC).date()
        assert row.kind not in TRADES or row.quantity > 0
        value = row.amount if row.amount is not None else row.quantity * row.price
        assert value > 0 or row.kind in {*TRADES, Kind.SPLIT, Kind.TRANSFER_IN}
        assert value > 0 or re.search(r"0", text) is not None
        assert min(row.fee, row.tax, row.price, value) >= 0
        assert all(number.is_finite() for number in (row.quantity, row.price, value))
    for refused in (*result.rejected, *result.skipped) if result else ():
        assert refused.reason


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: text.encode("utf-16"))
    | st.builds(
        lambda head, tail: head.encode() + tail,
        st.sampled_from(
            ["Date,Type,Symbol,Quantity,Price\n", "<OFX>", "<FlexQueryResponse>",
             '{"activities": [', "Trades,Header,DataDiscriminator,Symbol\n", "PK\x03\x04"]
        ),
        st.binary(max_size=200),
    )
)  # fmt: skip
def test_no_bytes_make_an_importer_fail_in_another_way(data: bytes) -> None:
    document = Document(data)
    try:
        importers.needs(document)
        result = importers.read(document)
    except UnreadableError:
        return
    assert all(row.reason for row in (*result.rejected, *result.skipped))


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1"])
def test_a_formula_in_a_cell_stays_text_and_is_no_number(cell: str) -> None:
    head = "Date,Type,Symbol,Quantity,Price,Currency,Note\n"
    text = f'2020-02-17,buy,A,10,5,USD,"{cell}"\n'
    (bought,) = importers.read(Document((head + text).encode())).transactions
    number = f'2020-02-17,buy,A,10,"{cell}",USD,\n'
    refused = importers.read(Document((head + number).encode()))

    assert bought.note == cell.strip()
    assert refused.transactions == ()
    assert [row.column for row in refused.rejected] == ["Price"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                      "cp1252", "latin-1"])  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_in_every_encoding_with_every_delimiter(
    encoding: str, delimiter: str
) -> None:
    lines = [
        ["Datum", "Vorgang", "Wertpapier", "Stück", "Währung", "Kurs"],
        ["17.02.2020", "Kauf", "Müller é", "10", "EUR", '"1\'234,50"'],
        ["18.02.2020", "Verkauf", "Müller é", "(4)", "EUR", '"1 234,50"'],
    ]
    text = "Depotübersicht\n\n" + "\n".join(delimiter.join(line) for line in lines)

    result = importers.read(Document(text.encode(encoding)))

    assert result.rejected == ()
    assert [(row.name, f"{row.quantity}", f"{row.price}") for row in result.transactions] == [
        ("Müller é", "10", "1234.50"),
        ("Müller é", "4", "1234.50"),
    ]


def test_a_cell_that_is_never_closed_does_not_swallow_the_rows_below_it() -> None:
    text = (
        "Date,Type,Symbol,Quantity,Price,Currency,Note\n"
        '2020-02-17,buy,A,10,5,USD,"open\n2020-02-18,buy,A,10,5,USD,x\n2020-02-19,buy,A,1,5,USD,y\n'
    )

    with pytest.raises(UnreadableError, match="Line 2: a cell in quotation marks is not closed"):
        importers.read(Document(text.encode()))


def test_a_spreadsheet_s_days_count_only_when_the_whole_column_is_made_of_them() -> None:
    head = "Date,Type,Symbol,Quantity,Price,Currency\n"
    whole = importers.read(
        Document(f"{head}45123,buy,A,1,5,USD\n45124.5,buy,A,1,5,USD\n".encode())
    )
    mixed = importers.read(
        Document(f"{head}45123,buy,A,1,5,USD\n2020-01-02,buy,A,1,5,USD\n".encode())
    )

    assert [f"{row.on}" for row in whole.transactions] == ["2023-07-16", "2023-07-17"]
    assert [(row.column, row.text) for row in mixed.rejected] == [("Date", "45123")]


UNSEEN = sorted((Path(__file__).parent / "unseen").glob("*.csv"))
SWAPS = st.sampled_from(
    ["", "0", "-", "n/a", "x", "-1", "1e9", "1,234", "(5)", "2024-13-45", "31/02/24", "EUR", "USD",
     "Buy", "Sell", "Storno", '"', "\n", "99999999999999999999", "\u22125", "=A1", "12:30"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_cells_of_an_unseen_file_may_be_anything_and_never_fill_themselves(
    data: st.DataObject,
) -> None:
    path = data.draw(st.sampled_from(UNSEEN))
    lines = Document(path.read_bytes()).text.split("\n")
    mark = ";" if lines[-2].count(";") > lines[-2].count(",") else ","
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(lines) - 1))
        cells = lines[at].split(mark)
        cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(SWAPS)
        lines[at] = mark.join(cells)
    text = "\n".join(lines)
    document = Document(text.encode())
    try:
        importers.needs(document)
        result = importers.read(document)
    except UnreadableError:
        return

    stated = set(re.findall(r"[A-Z]{3}", text)) | {"GBP", "EUR", "CAD", "GBX"}
    for row in result.transactions:
        assert row.currency in stated
        assert row.on != datetime.now(UTC).date()
        value = row.amount if row.amount is not None else row.quantity * row.price
        assert row.kind not in TRADES or row.quantity > 0
        assert value > 0 or row.kind is Kind.SPLIT or (row.kind in TRADES and row.price == 0)
        assert min(row.fee, row.tax, row.price, value) >= 0
    seen = [row.line for row in (*result.rejected, *result.skipped)]
    assert len(seen) == len(set(seen)) or result.notes
    assert all(row.reason for row in result.rejected)


@pytest.mark.parametrize("path", UNSEEN, ids=lambda path: path.stem)
def test_line_ends_encodings_and_marks_change_nothing(path: Path) -> None:
    text = Document(path.read_bytes()).text.replace("\r\n", "\n")
    plain = importers.read(Document(text.encode()))
    variants = [
        text.replace("\n", "\r\n").encode(),
        text.encode("utf-16"),
        text.encode("utf-8-sig"),
        (text + "\n\n").encode(),
    ]
    if text.isascii() or not any(ord(c) > 255 for c in text):
        variants.append(text.encode("cp1252"))

    for variant in variants:
        found = importers.read(Document(variant))
        assert [replace(one, line=0) for one in found.transactions] == [
            replace(one, line=0) for one in plain.transactions
        ]


@pytest.mark.parametrize("path", UNSEEN, ids=lambda path: path.stem)
def test_no_row_of_a_file_is_lost(path: Path) -> None:
    document = Document(path.read_bytes())
    table = importers.read(document)
    told = {row.line for rows in (table.transactions, table.rejected, table.skipped)
            for row in rows}  # fmt: skip
    header = max(one.number for one in document.tables if one.number < min(told))

    assert told == {line.number for line in document.records if line.number > header}

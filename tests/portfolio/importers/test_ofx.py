"""OFX of banks and brokers, as SGML and as XML, and what a broken one is told."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio import importers
from portfolio.domain.transactions import Kind
from portfolio.importers import Document, Options, UnreadableError
from portfolio.importers.ofx_text import parsed

HEAD = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n"
SECURITIES = (
    "<SECLISTMSGSRSV1><SECLIST><STOCKINFO><SECINFO><SECID><UNIQUEID>458140100"
    "<UNIQUEIDTYPE>CUSIP</SECID><SECNAME>INTEL &amp; CO<TICKER>INTC</SECINFO></STOCKINFO>"
    "</SECLIST></SECLISTMSGSRSV1>"
)
SECID = "<SECID><UNIQUEID>458140100<UNIQUEIDTYPE>CUSIP</SECID>"
INVTRAN = "<INVTRAN><FITID>f1<DTTRADE>20120720103000.000[-4:EDT]<MEMO>A memo</INVTRAN>"


def broker(*entries: str, currency: str = "USD") -> importers.Imported:
    text = (
        f"{HEAD}<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><CURDEF>{currency}<INVACCTFROM>"
        "<BROKERID>b<ACCTID>77</INVACCTFROM><INVTRANLIST><DTSTART>20120101<DTEND>20121231"
        f"{''.join(entries)}</INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1>"
        f"{SECURITIES}</OFX>"
    )
    result = importers.read(Document(text.encode()))
    assert result.format == "ofx"
    return result


def buy(total: str = "-2571.45", units: str = "+100.0", price: str = "25.635") -> str:
    return (
        f"<BUYSTOCK><INVBUY>{INVTRAN}{SECID}<UNITS>{units}<UNITPRICE>{price}<COMMISSION>7.95"
        f"<FEES>0<TOTAL>{total}</INVBUY><BUYTYPE>BUY</BUYSTOCK>"
    )


def shown(row: importers.ImportedTransaction) -> str:
    amount = row.amount if row.amount is not None else row.quantity * row.price
    return f"{row.kind} {row.symbol} {row.quantity.normalize():f} {amount.normalize():f} {row.fee}"


def test_a_purchase_takes_its_ticker_from_the_list_and_its_value_from_the_total() -> None:
    result = broker(buy(), buy(total="-2571.44"))

    exact, rounded = result.transactions
    assert (exact.symbol, exact.name, exact.account, exact.reference) == (
        "INTC", "INTEL & CO", "77", "f1",
    )  # fmt: skip
    assert (f"{exact.on} {exact.at}", exact.amount, exact.fee) == (
        "2012-07-20 10:30:00", None, Decimal("7.95"),
    )  # fmt: skip
    assert rounded.amount == Decimal("2563.49")


def test_sales_income_reinvestments_splits_transfers_and_costs_are_taken() -> None:
    result = broker(
        f"<SELLSTOCK><INVSELL>{INVTRAN}{SECID}<UNITS>-8<UNITPRICE>137.16<COMMISSION>7.95"
        "<TOTAL>1089.33</INVSELL><SELLTYPE>SELL</SELLSTOCK>",
        f"<SELLSTOCK><INVSELL>{INVTRAN}{SECID}<UNITS>-8<UNITPRICE>10<TOTAL>80</INVSELL>"
        "<SELLTYPE>SELLSHORT</SELLSTOCK>",
        f"<BUYOPT><INVBUY>{INVTRAN}{SECID}<UNITS>2<UNITPRICE>1.5<TOTAL>-300</INVBUY>"
        "<OPTBUYTYPE>BUYTOCLOSE</BUYOPT>",
        f"<INCOME>{INVTRAN}{SECID}<INCOMETYPE>DIV<TOTAL>8.50<WITHHOLDING>1.50</INCOME>",
        f"<REINVEST>{INVTRAN}{SECID}<INCOMETYPE>DIV<TOTAL>-14.47<UNITS>4.909"
        "<UNITPRICE>2.9474</REINVEST>",
        f"<SPLIT>{INVTRAN}{SECID}<OLDUNITS>10<NEWUNITS>20<NUMERATOR>2<DENOMINATOR>1</SPLIT>",
        f"<TRANSFER>{INVTRAN}{SECID}<UNITS>5<TFERACTION>IN<AVGCOSTBASIS>3</TRANSFER>",
        f"<INVEXPENSE>{INVTRAN}{SECID}<TOTAL>-2</INVEXPENSE>",
        "<INVBANKTRAN><STMTTRN><TRNTYPE>DEP<DTPOSTED>20120731<TRNAMT>0.24<FITID>f2"
        "<NAME>INTEREST EARNED</STMTTRN></INVBANKTRAN>",
    )

    assert result.rejected == ()
    assert [shown(row) for row in result.transactions] == [
        "sell INTC 8 1097.28 7.95",
        "short INTC 8 80 0",
        "cover INTC 2 300 0",
        "dividend INTC 0 10 0",
        "dividend INTC 0 14.47 0",
        "buy INTC 4.909 14.47 0",
        "split INTC 0 0 0",
        "transfer_in INTC 5 15 0",
        "fee INTC 0 2 0",
        "interest  0 0.24 0",
    ]
    assert result.transactions[3].tax == Decimal("1.50")


@pytest.mark.parametrize(
    ("entry", "column"),
    [
        (buy(units="ten"), "UNITS"),
        (buy(units="-5"), "UNITS"),
        (buy(units=""), "UNITS"),
        (buy(total="", price=""), "TOTAL"),
        (buy().replace("<BUYTYPE>BUY", "<BUYTYPE>LEND"), "BUYTYPE"),
        (buy().replace("20120720103000", "20120732"), "DTTRADE"),
        (f"<INCOME>{INVTRAN}{SECID}<INCOMETYPE>MISC<TOTAL>8.50</INCOME>", "INCOMETYPE"),
        (f"<RETOFCAP>{INVTRAN}{SECID}<TOTAL>8.50</RETOFCAP>", "FITID"),
        (f"<GIFT>{INVTRAN}{SECID}<TOTAL>8.50</GIFT>", "FITID"),
        (f"<SPLIT>{INVTRAN}{SECID}<NUMERATOR>1<DENOMINATOR>1</SPLIT>", "NUMERATOR"),
        (f"<TRANSFER>{INVTRAN}{SECID}<UNITS>5<TFERACTION>IN</TRANSFER>", "AVGCOSTBASIS"),
    ],
)
def test_an_entry_that_is_not_understood_is_rejected(entry: str, column: str) -> None:
    result = broker(entry)

    assert result.transactions == ()
    assert [row.column for row in result.rejected] == [column]


def bank(*bookings: str, currency: str = "EUR") -> Document:
    return Document(
        f'<?xml version="1.0"?><?OFX OFXHEADER="200"?><OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>'
        f"<CURDEF>{currency}</CURDEF><BANKACCTFROM><ACCTID>9</ACCTID></BANKACCTFROM><BANKTRANLIST>"
        f"{''.join(bookings)}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>".encode()
    )


def booking(kind: str, amount: str) -> str:
    return (
        f"<STMTTRN><TRNTYPE>{kind}</TRNTYPE><DTPOSTED>20130618</DTPOSTED><TRNAMT>{amount}</TRNAMT>"
        "<FITID></FITID><NAME><![CDATA[ALDI < 5]]></NAME></STMTTRN>"
    )


def test_bookings_of_a_bank_are_read_from_xml_with_empty_and_quoted_values() -> None:
    result = importers.read(
        bank(booking("CREDIT", "10"), booking("DEBIT", "-4"), booking("INT", "-1"),
             booking("FEE", "-2"), booking("SRVCHG", "3"), booking("OTHER", "0"))
    )  # fmt: skip

    assert [(row.kind, f"{row.amount}") for row in result.transactions] == [
        (Kind.DEPOSIT, "10"), (Kind.WITHDRAWAL, "4"), (Kind.FEE, "1"), (Kind.FEE, "2"),
    ]  # fmt: skip
    assert {row.note for row in result.transactions} == {"ALDI < 5"}
    assert [row.text for row in result.rejected] == ["3", "0"]


def test_a_currency_that_the_bank_left_empty_is_asked_for() -> None:
    document = bank(booking("CREDIT", "10"), currency="")

    assert importers.needs(document).what == "currency"
    assert importers.read(document).transactions == ()
    (paid,) = importers.read(document, Options(currency="AUD")).transactions
    assert paid.currency == "AUD"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<OFX></OFX>", "no statement"),
        (
            "<OFX><STATUS><CODE>2000<SEVERITY>ERROR<MESSAGE>General Server Error</STATUS></OFX>",
            "General Server Error",
        ),
        ("<OFX>" + "<A>" * 99 + "</A>", "nested"),
    ],
)
def test_a_file_without_a_statement_says_why(text: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        importers.read(Document(f"{HEAD}{text}".encode()))


@given(st.text(st.sampled_from("<>/AB&;0 "), max_size=60))
def test_no_text_breaks_the_reader_of_tags(text: str) -> None:
    root = parsed(f"<OFX>{text}")

    assert all(tag and value for tag, value in root.leaves())

"""Interactive Brokers: Flex XML in invented rows, and what a person has to enter."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from portfolio import importers
from portfolio.domain import cash
from portfolio.domain.transactions import Kind, Transaction
from portfolio.importers import Document, UnreadableError

STOCK = 'assetCategory="STK" symbol="VT" isin="US9220427424" currency="USD"'


def flex(*elements: str) -> importers.Imported:
    text = (
        '<FlexQueryResponse><FlexStatements><FlexStatement accountId="U1"><Trades>'
        + "".join(f"<{element}/>" for element in elements)
        + "</Trades></FlexStatement></FlexStatements></FlexQueryResponse>"
    )
    result = importers.read(Document(text.encode()))
    assert result.format == "ibkr-flex-xml"
    return result


def trade(**changes: str) -> str:
    values = {
        "accountId": "U1", "tradeDate": "20240115", "dateTime": "20240115;103000",
        "buySell": "BUY", "quantity": "10", "tradePrice": "5", "ibCommission": "-1",
        "ibCommissionCurrency": "USD", "tradeID": "7",
    } | changes  # fmt: skip
    stated = " ".join(f'{name}="{value}"' for name, value in values.items())
    return f"Trade {STOCK if 'assetCategory' not in changes else ''} {stated}"


def moved(rows: Iterable[importers.ImportedTransaction]) -> list[tuple[str, str, Decimal]]:
    """Kind, currency and what it does to the cash of the account."""
    return [
        (row.kind.value, row.currency, cash.effect(Transaction(
            "x", row.kind, row.on, row.symbol, row.currency, row.quantity, row.price, row.fee,
            row.tax, row.amount)).normalize())
        for row in rows
    ]  # fmt: skip


def test_what_opens_by_a_sale_is_short_and_what_closes_by_a_purchase_covers() -> None:
    result = flex(
        trade(),
        trade(buySell="SELL", quantity="-10", openCloseIndicator="C"),
        trade(buySell="SELL", quantity="-10", openCloseIndicator="O"),
        trade(openCloseIndicator="C"),
        trade(openCloseIndicator="C;O"),
    )

    assert [row.kind for row in result.transactions] == [
        Kind.BUY, Kind.SELL, Kind.SHORT, Kind.COVER,
    ]  # fmt: skip
    assert [(row.column, row.text) for row in result.rejected] == [("openCloseIndicator", "C;O")]
    (first, *_) = result.transactions
    assert (f"{first.on} {first.at}", first.account, first.reference, first.isin) == (
        "2024-01-15 10:30:00", "U1", "7", "US9220427424",
    )  # fmt: skip


def test_options_count_in_contracts_and_commissions_go_where_they_were_paid() -> None:
    result = flex(
        trade(assetCategory="OPT", symbol="VT 1", currency="USD", multiplier="100"),
        trade(ibCommission="0.25"),
        trade(buySell="SELL", ibCommission="0.25"),
        trade(ibCommissionCurrency="CHF", ibCommission="-2", taxes="-0.5"),
        trade(ibCommissionCurrency="CHF", ibCommission="2"),
    )

    assert moved(result.transactions) == [
        ("buy", "USD", Decimal(-5001)),
        ("buy", "USD", Decimal("-49.75")),
        ("sell", "USD", Decimal("50.25")),
        ("buy", "USD", Decimal("-50.5")),
        ("fee", "CHF", Decimal(-2)),
    ]
    assert [row.text for row in result.rejected] == ["2"]


def test_an_exchange_of_currencies_leaves_one_and_enters_the_other() -> None:
    pair = {"assetCategory": "CASH", "symbol": "EUR.USD", "currency": "USD"}
    result = flex(
        trade(**pair, proceeds="-11"),
        trade(**pair, buySell="SELL", proceeds="11", ibCommission="0"),
        trade(**(pair | {"symbol": "EUR"}), proceeds="11"),
    )

    assert moved(result.transactions) == [
        ("withdrawal", "USD", Decimal(-11)),
        ("deposit", "EUR", Decimal(10)),
        ("fee", "USD", Decimal(-1)),
        ("withdrawal", "EUR", Decimal(-10)),
        ("deposit", "USD", Decimal(11)),
    ]
    assert [row.text for row in result.rejected] == ["EUR"]


def test_a_cancelled_trade_takes_its_original_with_it() -> None:
    result = flex(trade(), trade(), trade(buySell="BUY (Ca.)", quantity="-10", ibCommission="1"))

    assert len(result.transactions) == 1
    assert len(result.skipped) == 2


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"buySell": "GIFT"}, "buySell"),
        ({"quantity": ""}, "quantity"),
        ({"quantity": "ten"}, "quantity"),
        ({"tradePrice": ""}, "tradePrice"),
        ({"tradeDate": "2024", "dateTime": ""}, "tradeDate"),
        ({"tradeDate": "", "dateTime": ""}, "tradeDate"),
    ],
)
def test_a_trade_that_is_not_understood_is_rejected(changes: dict[str, str], column: str) -> None:
    result = flex(trade(**changes))

    assert result.transactions == ()
    assert [(row.column, row.text) for row in result.rejected] == [
        (column, changes.get(column, ""))
    ]


def action(description: str, quantity: str, symbol: str = "VT", proceeds: str = "0") -> str:
    return (
        f'CorporateAction accountId="U1" currency="USD" symbol="{symbol}" '
        f'description="{description}" reportDate="20240116" dateTime="20240115;202500" '
        f'quantity="{quantity}" proceeds="{proceeds}"'
    )


def test_a_split_and_a_change_of_name_are_taken_once_from_the_day_they_count() -> None:
    result = flex(
        action("VT(US9220427424) SPLIT 3 FOR 2 (VT, VT, US9220427424)", "5"),
        action("A(US0378331005) TENDERED TO US5949181045 1 FOR 1 (A, A, US0378331005)", "-9", "A"),
        action("A(US0378331005) TENDERED TO US5949181045 1 FOR 1 (B, B, US5949181045)", "9", "B"),
    )

    split, merger = result.transactions
    assert (split.kind, f"{split.on}", split.numerator, split.denominator) == (
        Kind.SPLIT, "2024-01-16", 3, 2,
    )  # fmt: skip
    assert (merger.kind, merger.symbol, merger.into, merger.into_isin) == (
        Kind.MERGER, "A", "B", "US5949181045",
    )  # fmt: skip
    assert [row.line for row in result.skipped] == [3]


def test_units_that_went_for_cash_are_a_sale_and_other_actions_need_a_person() -> None:
    result = flex(
        action("A(US0378331005) MERGED(Acquisition) FOR USD 2.86 PER SHARE (A, A, US0378331005)",
               "-10", "A", "28.60"),
        action("B(US5949181045) SPINOFF 1 FOR 4 (C, C, US4592001014)", "5", "C"),
        action("B(US5949181045) MERGED WITH US4592001014 2 FOR 1 (B, B, US5949181045)", "-5"),
        action("B(US5949181045) MERGED WITH US4592001014 2 FOR 1 (C, C, US4592001014)", "9"),
        action("no form at all", "5"),
    )  # fmt: skip

    assert moved(result.transactions) == [("sell", "USD", Decimal("28.6"))]
    assert [row.line for row in result.rejected] == [2, 3, 4, 5]
    assert all("by hand" in row.reason for row in result.rejected)


def test_days_with_the_month_first_are_asked_for() -> None:
    text = f"<FlexQueryResponse><{trade(tradeDate='01/02/2024')}/></FlexQueryResponse>"
    document = Document(text.encode())

    assert importers.needs(document).what == "date_order"
    assert importers.read(document).transactions == ()
    (bought,) = importers.read(document, importers.Options(date_order="mdy")).transactions
    assert f"{bought.on}" == "2024-01-02"


STATEMENT = """Statement,Header,Field Name,Field Value
Statement,Data,Title,Activity Statement
Account Information,Header,Field Name,Field Value
Account Information,Data,Base Currency,EUR
Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,C. Price,Proceeds,Comm/Fee,Basis,Realized P/L,MTM P/L,Code
Trades,Data,Order,Stocks,USD,VT,"2024-01-15, 10:30:00","1,000",98.5,99,-98500,-5,98505,0,500,O
Trades,Data,Trade,Stocks,USD,VT,"2024-01-15, 10:30:00","1,000",98.5,99,-98500,-5,98505,0,500,O
Trades,Data,Order,Equity and Index Options,USD,VT 19JAN24 90 P,"2024-01-16, 11:00:00",-2,0.53,0.5,106,-1.5,-104.5,0,0,O
Trades,Data,Order,Futures,USD,ESH4,"2024-01-16, 11:00:00",1,4800,4801,0,-2,0,0,50,O
Trades,SubTotal,,Stocks,USD,VT,,1000,,,-98500,-5,98505,0,500,
Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,,Proceeds,Comm in EUR,,,MTM in EUR,Code
Trades,Data,Order,Forex,USD,EUR.USD,"2024-01-17, 09:00:00","-1,000",1.09,,1090,-2,,,0.1,
Dividends,Header,Currency,Date,Description,Amount
Dividends,Data,USD,2024-03-20,VT(US9220427424) Cash Dividend USD 0.40 per Share (Ordinary Dividend),400
Dividends,Data,Total,,,400
Dividends,Data,Total in EUR,,,368
Withholding Tax,Header,Currency,Date,Description,Amount,Code
Withholding Tax,Data,USD,2024-03-20,VT(US9220427424) Cash Dividend USD 0.40 per Share - US Tax,-60,
Interest,Header,Currency,Date,Description,Amount
Interest,Data,EUR,2024-02-05,EUR Credit Interest for Jan-2024,3.21
Interest,Data,USD,2024-02-05,USD Debit Interest for Jan-2024,-1.5
Fees,Header,Subtitle,Currency,Date,Description,Amount
Fees,Data,Other Fees,EUR,2024-02-01,Snapshot,-1
Fees,Data,Total,,,,-1
Deposits & Withdrawals,Header,Currency,Settle Date,Description,Amount
Deposits & Withdrawals,Data,EUR,2024-01-02,Electronic Fund Transfer,5000
Deposits & Withdrawals,Data,Total,,,5000
Corporate Actions,Header,Asset Category,Currency,Report Date,Date/Time,Description,Quantity,Proceeds,Value,Realized P/L,Code
Corporate Actions,Data,Stocks,USD,2024-06-10,"2024-06-07, 20:25:00","VT(US9220427424) Split 2 for 1 (VT, VANGUARD, US9220427424)",1000,0,0,0,
Transfers,Header,Asset Category,Currency,Symbol,Date,Type,Direction,Xfer Company,Xfer Account,Qty,Xfer Price,Market Value,Realized P/L,Cash Amount,Code
Transfers,Data,Stocks,USD,VT,2024-07-01,ACATS,In,Other,1,5,--,500,0,0,
Financial Instrument Information,Header,Asset Category,Symbol,Description,Conid,Security ID,Listing Exch,Multiplier,Type,Code
Financial Instrument Information,Data,Stocks,VT,VANGUARD,1,US9220427424,ARCA,1,ETF,
"""  # noqa: E501 - lines of a file


def test_an_activity_statement_is_read_section_by_section() -> None:
    result = importers.read(Document(STATEMENT.encode()))

    assert result.format == "ibkr-statement"
    assert moved(result.transactions) == [
        ("buy", "USD", Decimal(-98505)),
        ("short", "USD", Decimal("104.5")),
        ("withdrawal", "EUR", Decimal(-1000)),
        ("deposit", "USD", Decimal(1090)),
        ("fee", "EUR", Decimal(-2)),
        ("dividend", "USD", Decimal(400)),
        ("tax", "USD", Decimal(-60)),
        ("interest", "EUR", Decimal("3.21")),
        ("fee", "USD", Decimal("-1.5")),
        ("fee", "EUR", Decimal(-1)),
        ("deposit", "EUR", Decimal(5000)),
        ("split", "USD", Decimal(0)),
    ]
    assert {row.isin for row in result.transactions if row.symbol == "VT"} == {"US9220427424"}
    split = result.transactions[-1]
    assert (f"{split.on}", split.numerator, split.denominator) == ("2024-06-10", 2, 1)
    assert [(row.line, row.text) for row in result.rejected] == [(9, "Futures"), (31, "")]
    assert {row.reason for row in result.skipped} == {
        "A line of totals", "A part of the order above",
    }  # fmt: skip


def test_a_history_is_in_the_base_currency_or_asks_for_it() -> None:
    history = (
        "Transaction History,Header,Date,Account,Description,Transaction Type,Symbol,Quantity,"
        "Price,Gross Amount ,Commission,Net Amount\n"
        "Transaction History,Data,2025-03-15,U1,ISHARES,Buy,CNX1,4.0,1000.0,-4000.0,-3.0,-4003.0\n"
        "Transaction History,Data,2025-03-16,U1,VT,Buy,VT,2.0,100.0,-180.0,-,-180.0\n"
        "Transaction History,Data,2025-03-17,U1,Gift,Gift,VT,2.0,100.0,-180.0,-,-180.0\n"
    )
    base = "Summary,Header,Field Name,Field Value\nSummary,Data,Base Currency,GBP\n"

    assert importers.needs(Document(history.encode())).what == "currency"
    assert importers.read(Document(history.encode())).transactions == ()
    result = importers.read(Document((base + history).encode()))
    assert moved(result.transactions) == [
        ("buy", "GBP", Decimal(-4003)),
        ("buy", "GBP", Decimal(-180)),
    ]
    assert [row.price for row in result.transactions] == [Decimal("1000.0"), Decimal(0)]
    assert [row.text for row in result.rejected] == ["Gift"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<FlexQueryResponse><Trade", "breaks off"),
        (
            '<!DOCTYPE a [<!ENTITY b "c">]><FlexQueryResponse>&b;</FlexQueryResponse>',
            "definitions",
        ),
        ("<a><FlexQueryResponse/></a>", "no FlexQueryResponse"),
    ],
)
def test_xml_that_is_broken_or_dangerous_is_refused(text: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        importers.read(Document(text.encode()))

"""Brokers' own tables: their headers, invented rows, and what each must refuse."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from portfolio import importers
from portfolio.domain import cash
from portfolio.domain.transactions import Kind, Transaction
from portfolio.importers import IMPORTERS
from portfolio.importers.document import Document

T212_OLD = (
    "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Currency (Price / share),"
    "Exchange rate,Result (GBP),Total (GBP),Withholding tax,Currency (Withholding tax),"
    "Charge amount (GBP),Transaction fee (GBP),Finra fee,Currency (Finra fee),Notes,ID\n"
)
T212_NEW = (
    "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Currency (Price / share),"
    "Exchange rate,Result,Currency (Result),Total,Currency (Total),Withholding tax,"
    "Currency (Withholding tax),Notes,ID,Currency conversion fee,"
    "Currency (Currency conversion fee)\n"
)
SCHWAB = "Date,Action,Symbol,Description,Quantity,Price,Fees & Comm,Amount\n"
REVOLUT = "Date,Ticker,Type,Quantity,Price per share,Total Amount,Currency,FX Rate\n"
REPUBLIC = (
    "datetime;date;account_type;category;type;asset_class;name;symbol;shares;price;amount;fee;tax;"
    "currency;original_amount;original_currency;fx_rate;description;transaction_id\n"
)
PARQET = (
    '"datetime";"date";"time";"price";"shares";"amount";"tax";"fee";"realizedgains";"type";'
    '"broker";"assettype";"identifier";"wkn";"originalcurrency";"currency";"fxrate";"holding";'
    '"holdingname"; \n'
)
SWISSQUOTE = (
    "Date;Order #;Transaction;Symbol;Name;ISIN;Quantity;Unit price;Costs;Accrued Interest;"
    "Net Amount;Balance;Currency\n"
)
COINBASE = (
    "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,"
    "Subtotal,Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\n"
)
FLEX_TRADES = (
    '"Buy/Sell","TradeDate","ISIN","Quantity","TradePrice","TradeMoney","CurrencyPrimary",'
    '"IBCommission","IBCommissionCurrency"\n'
)
FLEX_CASH = '"Type","SettleDate","ISIN","Description","Amount","CurrencyPrimary"\n'


def read(text: str, format_: str) -> importers.Imported:
    result = importers.read(Document(text.encode()))
    assert result.format == format_
    return result


def effects(rows: Iterable[importers.ImportedTransaction]) -> list[tuple[Kind, Decimal]]:
    """What each row moves on its account: the check that amounts, fees and signs fit together."""
    return [
        (row.kind, cash.effect(Transaction("x", row.kind, row.on, row.symbol or row.isin,
                                           row.currency, row.quantity, row.price, row.fee,
                                           row.tax, row.amount)))
        for row in rows
    ]  # fmt: skip


def test_trading_212_of_the_first_generation() -> None:
    result = read(
        T212_OLD
        + "Deposit,2020-06-24 04:06:06,,,,,,,,,9000.00,,,9000.00,,,,a note,1\n"
        + "Market buy,2020-06-24 14:33:50,US0378331005,AAPL,Apple,2,10.50,USD,1.25,,17.00,,,,"
        + "0.20,,GBP,,2\n"
        + "Dividend (Ordinary),2021-04-02 10:15:07,US0378331005,AAPL,Apple,2,0.20,USD,"
        + "Not available,,0.27,0.06,USD,,,,,,\n",
        "trading212",
    )

    assert result.rejected == ()
    deposit, bought, paid = result.transactions
    assert (deposit.kind, deposit.amount, deposit.currency) == (
        Kind.DEPOSIT,
        Decimal(9000),
        "GBP",
    )
    assert (bought.currency, bought.fee, bought.settled, bought.settled_currency) == (
        "USD", Decimal("0.25"), Decimal("17.00"), "GBP",
    )  # fmt: skip
    assert effects([paid]) == [(Kind.DIVIDEND, Decimal("0.34"))]
    assert (paid.settled, paid.reference, bought.reference) == (Decimal("0.27"), "", "2")


def test_trading_212_of_the_third_generation_and_its_halves_of_splits() -> None:
    result = read(
        T212_NEW
        + 'Market sell,2023-12-26 14:30:05.104,US0378331005,AAPL,"Apple",0.5,100,USD,1.25,-3.08,'
        + '"EUR",39.90,"EUR",,,,E1,0.10,"EUR"\n'
        + 'Interest on cash,2023-11-06 22:06:41.36,,,,,,,,,,0.01,"EUR",,,"Interest on cash",i,,\n'
        + 'Stock split close,2025-03-24 07:24:24.095,CA46500E8678,ISOU,"Iso",,E2,29.8,2.07,USD,'
        + '1.03,0.00,"EUR",59.68,"EUR",,,,\n',
        "trading212",
    )

    assert effects(result.transactions) == [
        (Kind.SELL, Decimal("49.875")),
        (Kind.INTEREST, Decimal("0.01")),
    ]
    assert [row.text for row in result.rejected] == ["Stock split close"]


def test_schwab_reads_both_orders_of_columns_and_the_day_that_counts() -> None:
    result = read(
        '"Transactions  for account ...123 as of 01/02/2024"\n'
        + SCHWAB
        + '01/05/2024,Buy,VTI,VANGUARD,10,$230.5,$1,"-$2,306.00"\n'
        + '"07/15/2024 as of 07/12/2024",Reinvest Dividend,VTI,VANGUARD,,,,$12.50\n'
        + "07/15/2024,Reinvest Shares,VTI,VANGUARD,0.05,$250.00,,-$12.50\n"
        + "07/16/2024,MoneyLink Transfer,,Tfr BANK,,,,-$100.00\n"
        + "07/17/2024,Stock Split,AVGO,BROADCOM,9,,,\n"
        + "07/18/2024,Stock Merger,LCID,LUCID,50,,,\n"
        + 'Transactions Total,,,,,,,"-$2,406.00"\n',
        "schwab",
    )

    assert effects(result.transactions) == [
        (Kind.BUY, Decimal("-2306.0")),
        (Kind.DIVIDEND, Decimal("12.50")),
        (Kind.BUY, Decimal("-12.5000")),
        (Kind.WITHDRAWAL, Decimal("-100.00")),
    ]
    assert [f"{row.on}" for row in result.transactions][1] == "2024-07-12"
    assert [row.text for row in result.rejected] == ["Stock Split", "Stock Merger"]
    assert len(result.skipped) == 1
    older = "Date,Action,Symbol,Description,Price,Quantity,Fees & Comm,Amount\n"
    old = read(f"{older}02/03/2021,Sell,VTI,VANGUARD,$33,90,$5,$2965\n", "schwab")
    assert effects(old.transactions) == [(Kind.SELL, Decimal(2965))]


def test_revolut_with_either_decimal_mark() -> None:
    result = read(
        REVOLUT
        + "2023-09-22T13:30:10.514Z,O,BUY - MARKET,1.5,$52.00,$78.00,USD,1.0665\n"
        + '2025-09-08T07:29:03.333Z,MSFT,SELL - MARKET,"0,5",€26.10,"€13,05",EUR,1\n'
        + "2019-12-13T08:40:00.835101Z,MSFT,DIVIDEND,,,$0.08,USD,1.1179\n"
        + "2019-12-02T08:23:08.459586Z,,CASH WITHDRAWAL,,,-$30.93,USD,1.1019\n"
        + "2021-09-01T07:40:54.539038Z,,CUSTODY FEE,,,-$0.01,USD,1.18\n"
        + "2022-08-25T08:27:46.419568Z,TSLA,STOCK SPLIT,0.164,,$0,USD,0.0947\n"
        + "2023-08-06T09:06:58.899860Z,WBD,TRANSFER FROM REVOLUT TRADING LTD,0.5,,$0,USD,1.1\n",
        "revolut",
    )

    assert effects(result.transactions) == [
        (Kind.BUY, Decimal("-78.000")),
        (Kind.SELL, Decimal("13.050")),
        (Kind.DIVIDEND, Decimal("0.08")),
        (Kind.WITHDRAWAL, Decimal("-30.93")),
        (Kind.FEE, Decimal("-0.01")),
    ]
    assert [row.text for row in result.rejected] == ["STOCK SPLIT"]
    assert len(result.skipped) == 1


def test_trade_republic_has_amounts_before_signed_fees() -> None:
    start = "2021-08-06T00:00:00.000000Z;2021-08-06;DEFAULT"
    result = read(
        REPUBLIC
        + f"{start};CASH;CUSTOMER_INPAYMENT;;;;;;352.450000;-2.45;;EUR;;;;in;a\n"
        + f"{start};TRADING;BUY;STOCK;SAP;DE0007164600;15.0;17.664;-264.96;-1.00;;EUR;;;;BUY;b\n"
        + f"{start};TRADING;SELL;STOCK;SAP;DE0007164600;-5.0;20;100.00;-1.00;-3.00;EUR;;;;SELL;c\n"
        + f"{start};CASH;DIVIDEND;STOCK;SAP;DE0007164600;10.0;;12.16;;-3.21;EUR;;;;;d\n"
        + f"{start};CASH;EARNINGS;FUND;Fund;LU0496786574;60.5;;0.000000;;-0.08;EUR;;;;V;e\n"
        + f"{start};CASH;CARD_TRANSACTION;;;;;;-12.80;;;EUR;;;;Shop;f\n"
        + f"{start};CORPORATE_ACTION;SPLIT;STOCK;N;US64110L1061;0.41;;;;;;;;;SPLIT;g\n"
        + f"{start};CASH;TAX_OPTIMIZATION;;;;;;0.0;;15.33;EUR;;;;T;h\n",
        "trade-republic",
    )

    assert effects(result.transactions) == [
        (Kind.DEPOSIT, Decimal("350.000000")),
        (Kind.BUY, Decimal("-265.9600")),
        (Kind.SELL, Decimal("96.000")),
        (Kind.DIVIDEND, Decimal("8.95")),
        (Kind.TAX, Decimal("-0.08")),
        (Kind.WITHDRAWAL, Decimal("-12.80")),
    ]
    assert [row.isin for row in result.transactions][1] == "DE0007164600"
    assert [row.reference for row in result.transactions] == ["a", "b", "c", "d", "e", "f"]
    assert [row.text for row in result.rejected] == ["SPLIT", "15.33"]


def test_parqet_ends_its_lines_with_a_delimiter_and_uses_decimal_commas() -> None:
    result = read(
        PARQET
        + '"2024-08-02T07:00:00.001Z";"02.08.2024";"09:00:00";28,03;17,838;500;0;1,5;;"Buy";"tr";'
        + '"Security";"LU2089238203";"A2PWMK";;"EUR";;;"Amundi"; \n'
        + '"2024-07-15T07:00:00.000Z";"15.07.2024";"09:00:00";0,24;40;9,66;2,48;0;;"Dividend";'
        + '"tr";"Security";"US7561091049";"899744";;"EUR";;;"Realty Income"; \n',
        "parqet",
    )

    assert result.rejected == ()
    bought, paid = result.transactions
    assert (bought.isin, bought.quantity, bought.price, bought.fee) == (
        "LU2089238203", Decimal("17.838"), Decimal("28.03"), Decimal("1.5"),
    )  # fmt: skip
    assert (paid.name, paid.tax, paid.account) == ("Realty Income", Decimal("2.48"), "tr")


def test_swissquote_keeps_money_as_what_really_moved() -> None:
    result = read(
        SWISSQUOTE
        + "10-08-2022 15:30:02;11;Buy;ORFN;O;US8863645383;200.0;19.85;5.96;0.00;-3975.96;1;USD\n"
        + "09-08-2022 10:37:37;12;Sell;VDEM;E;IE00B3VVMM84;10.0;55.50;5.00;0.00;550.00;1;USD\n"
        + "24-08-2022 07:00:15;00000000;Debit;;;;1.0;2000.00;2.00;0.00;-2002.00;1;CHF\n"
        + "30-06-2022 18:01:13;00000000;Custody Fees;;;;1.0;50.00;3.85;0.00;-53.85;1;CHF\n"
        + "30-06-2022 16:35:13;00000000;Dividend;VEUD;E;IE00B945VV12;1.0;486.58;0;0;486.58;1;EUR\n"
        + "23-08-2022 12:00:25;13;Forex credit;;;;1.0;1995.39;0.00;0.00;1995.39;1;EUR\n"
        + "01-01-2022 11:37:15;00000000;Interests;;;;1.0;0.01;0.00;0.00;-0.01;1;CHF\n"
        + "01-01-2022 11:37:15;00000000;Gift;;;;1.0;0.01;0.00;0.00;-0.01;1;CHF\n",
        "swissquote",
    )

    assert effects(result.transactions) == [
        (Kind.BUY, Decimal("-3975.960")),
        (Kind.SELL, Decimal("550.0000")),
        (Kind.WITHDRAWAL, Decimal("-2002.00")),
        (Kind.FEE, Decimal("-53.85")),
        (Kind.DIVIDEND, Decimal("486.58")),
        (Kind.DEPOSIT, Decimal("1995.39")),
        (Kind.FEE, Decimal("-0.01")),
    ]
    assert [row.reference for row in result.transactions][:3] == ["11", "12", ""]
    assert [row.text for row in result.rejected] == ["Gift"]


def test_coinbase_makes_two_of_a_conversion_and_of_a_reward() -> None:
    result = read(
        COINBASE
        + "a,2022-03-25 06:45:27 UTC,Buy,BTC,0.002,EUR,€40000,€80.00,€83.00,€3.00,Bought\n"
        + "b,2024-12-05 06:33:40 UTC,Convert,BTC,0.001,EUR,€90000,€90.00,€91,,"
        + "Converted 0.001 BTC to 45.5 XRP\n"
        + "c,2025-01-17 16:57:02 UTC,Staking Income,ETH,0.01,EUR,€3000,€30,€30,€0.00,\n"
        + "d,2024-12-05 06:33:40 UTC,Convert,BTC,0.001,EUR,€90000,€90.00,€91,,who knows\n",
        "coinbase",
    )

    assert [(row.kind, row.symbol, row.quantity) for row in result.transactions] == [
        (Kind.BUY, "BTC", Decimal("0.002")),
        (Kind.SELL, "BTC", Decimal("0.001")),
        (Kind.BUY, "XRP", Decimal("45.5")),
        (Kind.INTEREST, "ETH", Decimal("0.01")),
        (Kind.BUY, "ETH", Decimal("0.01")),
    ]
    assert [amount for _, amount in effects(result.transactions)] == [-83, 90, -90, 30, -30]
    assert [row.column for row in result.rejected] == ["Notes"]


def test_flex_trades_keep_a_commission_in_another_currency_as_a_fee() -> None:
    result = read(
        FLEX_TRADES
        + '"BUY","20230522","CH0111762537","7","282.7","1978.9","CHF","-5","CHF"\n'
        + '"SELL","20240126","US9220427424","-2","100","-200","USD","-1.5","CHF"\n'
        + '"SELL","20230522","","-8000","1.1173","-8938.4","USD","-1.79924","CHF"\n',
        "ibkr-flex-trades",
    )

    assert effects(result.transactions) == [
        (Kind.BUY, Decimal("-1983.9")),
        (Kind.SELL, Decimal(200)),
        (Kind.FEE, Decimal("-1.5")),
    ]
    assert [row.currency for row in result.transactions] == ["CHF", "USD", "CHF"]
    assert [row.reason for row in result.skipped] == ["An exchange of currency"]


def test_flex_cash_leaves_out_what_is_taken_back_with_what_takes_it_back() -> None:
    result = read(
        FLEX_CASH
        + '"Dividends","20230623","US9220427424","VT","137.23","USD"\n'
        + '"Withholding Tax","20230623","US9220427424","VT","-20.58","USD"\n'
        + '"Deposits/Withdrawals","20230623","","","-100","USD"\n'
        + '"Withholding Tax","20230701","US9220427424","VT","20.58","USD"\n'
        + '"Withholding Tax","20230701","US9220427424","VT","3.21","USD"\n'
        + '"Dividends","20230623","US9220427424","VT","-99","USD"\n',
        "ibkr-flex-cash",
    )

    assert effects(result.transactions) == [
        (Kind.DIVIDEND, Decimal("137.23")),
        (Kind.WITHDRAWAL, Decimal(-100)),
    ]
    assert [(row.line, row.reason) for row in result.skipped] == [
        (3, "Taken back in line 5"),
        (5, "Takes back line 3"),
    ]
    assert "delete it" in result.notes[0]
    assert [(row.line, row.column, row.text) for row in result.rejected] == [
        (6, "amount", "3.21"),
        (7, "amount", "-99"),
    ]


@pytest.mark.parametrize(
    "header",
    [
        T212_OLD,
        T212_NEW,
        SCHWAB,
        REVOLUT,
        REPUBLIC,
        PARQET,
        SWISSQUOTE,
        COINBASE,
        FLEX_TRADES,
        FLEX_CASH,
    ],
)
def test_a_header_is_recognised_by_exactly_one_format_beside_the_generic_one(header: str) -> None:
    found = [one.name for one in IMPORTERS if one.recognises(Document(header.encode()))]

    assert len(found) == 2
    assert found[-1] == "generic"


def test_wealthfolio_and_coinbase_read_their_other_generation_of_headers() -> None:
    activities = read(
        "date;symbol;quantity;activityType;unitPrice;currency;fee;amount;comment\n"
        "2024-01-15;AAPL;10;BUY;185.50;USD;4.95;;x\n"
        "2024-03-01;$CASH-USD;1;INTEREST;3;USD;0;3;\n2024-03-02;A;1;GIFT;3;USD;0;3;\n",
        "wealthfolio-activities",
    )
    older = read(
        '"Transactions"\nTimestamp,Transaction Type,Asset,Quantity Transacted,Spot Price Currency,'
        "Spot Price at Transaction,Subtotal,Total (inclusive of fees and/or spread),"
        "Fees and/or Spread,Notes\n2021-05-01T10:00:00Z,Buy,BTC,0.01,EUR,40000,400,405,5,Bought\n",
        "coinbase",
    )

    assert effects(activities.transactions) == [
        (Kind.BUY, Decimal("-1859.95")),
        (Kind.INTEREST, Decimal(3)),
    ]
    assert activities.transactions[1].symbol == ""
    assert [row.text for row in activities.rejected] == ["GIFT"]
    assert effects(older.transactions) == [(Kind.BUY, Decimal(-405))]


def test_every_format_has_a_name_of_its_own() -> None:
    names = [one.name for one in IMPORTERS]

    assert len(set(names)) == len(names)
    assert all(one.title for one in IMPORTERS)


def test_every_format_is_in_the_handbook_with_how_to_get_its_file() -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "import.md").read_text()

    assert [one.title for one in IMPORTERS if f"| {one.title} |" not in page] == []

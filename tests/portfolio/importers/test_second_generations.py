"""Formats beside those of `test_brokers`: Freetrade, and the second headers of XTB and Saxo."""

import pytest

from portfolio import importers
from portfolio.importers import Document, Options
from tests.portfolio.importers.telling import told

FREETRADE = (
    "Title,Type,Timestamp,Account Currency,Total Amount,Buy / Sell,Ticker,ISIN,Price per Share in "
    "Account Currency,Stamp Duty,Quantity,Venue,Order ID,Order Type,Instrument Currency,Total "
    "Shares Amount,Price per Share,FX Rate,Base FX Rate,FX Fee (BPS),FX Fee Amount,Dividend Ex "
    "Date,Dividend Pay Date,Dividend Eligible Quantity,Dividend Amount Per Share,Dividend Gross "
    "Distribution Amount,Dividend Net Distribution Amount,Dividend Withheld Tax Percentage,"
    "Dividend Withheld Tax Amount\n"
)
XTB = (
    "Account number;1;;;;;;\nCash Operations;;;;;;;\n"
    "Type;Ticker;Instrument;Time;Amount;ID;Comment;Product\n"
)
SAXO = (
    "Client ID,Trade Date,Value Date,Type,Instrument,Instrument ISIN,Instrument currency,Exchange "
    "Description,Instrument Symbol,Event,Booked Amount,Order ID,Conversion Rate\n"
)


def read(text: str, **options: object) -> importers.Imported:
    return importers.read(Document(text.encode()), Options(**options))  # type: ignore[arg-type]


def freetrade(**cells: str) -> str:
    names = FREETRADE.strip().split(",")
    assert cells.keys() <= {name.replace(" ", "_").replace("/", "") for name in names}
    return (
        ",".join(cells.get(name.replace(" ", "_").replace("/", ""), "") for name in names) + "\n"
    )


def order(**cells: str) -> str:
    usual = {"Title": "Apple", "Type": "ORDER", "Timestamp": "2024-01-24T15:16:15.350Z",
             "Account_Currency": "GBP", "Ticker": "AAPL", "ISIN": "US0378331005",
             "Quantity": "2", "Instrument_Currency": "USD", "Buy__Sell": "BUY"}  # fmt: skip
    return freetrade(**{**usual, **cells})


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (
            order(Total_Amount="160.80", Price_per_Share="100", Base_FX_Rate="1.25",
                  FX_Fee_Amount="0.80", FX_Rate="1.24"),
            "2 buy 2024-01-24 US0378331005 2x100 USD fee 1 settled 160.8 GBP",
        ),
        (
            order(Total_Amount="50.25", Price_per_Share="25", Instrument_Currency="GBP",
                  Stamp_Duty="0.25", Buy__Sell="BUY"),
            "2 buy 2024-01-24 US0378331005 2x25 GBP tax 0.25",
        ),
        (
            order(Type="DIVIDEND", Total_Amount="0.34", Buy__Sell="", Quantity="",
                  Dividend_Gross_Distribution_Amount="0.50", Dividend_Withheld_Tax_Amount="0.07"),
            "2 dividend 2024-01-24 US0378331005 =0.5 USD tax 0.07 settled 0.34 GBP",
        ),
        (
            freetrade(Title="Top up", Type="TOP_UP", Timestamp="2024-04-01T00:35:22.634Z",
                      Account_Currency="GBP", Total_Amount="100.00"),
            "2 deposit 2024-04-01 Top up =100 GBP",
        ),
    ],
)  # fmt: skip
def test_freetrade_keeps_the_listing_s_currency_and_what_was_settled(
    row: str, wanted: str
) -> None:
    result = read(FREETRADE + row)

    assert result.format == "freetrade"
    assert [told(one) for one in result.transactions] == [wanted]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (order(Total_Amount="", Price_per_Share="100"), "Total Amount"),
        (order(Total_Amount="160", Price_per_Share="100"), "FX Rate"),
        (order(Total_Amount="160", Price_per_Share="100", Buy__Sell="SWAP"), "Quantity"),
        (order(Type="FREESHARE_ORDER", Total_Amount="160", Price_per_Share="100"), "Type"),
        (order(Type="RIGHTS", Total_Amount="160"), "Type"),
    ],
)
def test_freetrade_refuses_what_it_does_not_say(row: str, column: str) -> None:
    result = read(FREETRADE + row)

    assert result.transactions == ()
    assert [one.column for one in result.rejected] == [column]


def test_xtb_with_tickers_reads_trades_from_their_comments() -> None:
    result = read(
        f"{XTB}Stock purchase;IS0M.DE;Italy;2025-10-01 10:00:00;-600,00;1;OPEN BUY 4 @ 150.00;X\n"
        "Stock sell;DTLE.UK;Treasury;2025-10-02 08:00:00;297,00;2;CLOSE BUY 100 @ 2.97;X\n"
        "Free funds interest tax;;;2025-11-02 10:00:00;-0,05;3;Tax;X\n"
        "Stock purchase;IS0M.DE;Italy;2025-10-01 10:00:00;600,00;4;OPEN BUY 4 @ 150.00;X\n"
        "Total;;;;296,95;;;\n",
        currency="EUR",
    )

    assert result.format == "xtb-cash"
    assert [told(one) for one in result.transactions] == [
        "4 buy 2025-10-01 IS0M.DE 4x150 EUR",
        "5 sell 2025-10-02 DTLE.UK 100x2.97 EUR",
        "6 tax 2025-11-02 =0.05 EUR",
    ]
    assert [(one.line, one.column) for one in result.rejected] == [(7, "Amount")]
    assert [one.reason for one in result.skipped] == ["A line of totals"]


def test_saxo_with_booked_amounts_reads_dutch_days_and_the_cost_between() -> None:
    result = read(
        f"{SAXO},02-mrt-2025,04-mrt-2025,Trade,All-World,IE00BK5BQT80,USD,LSE,VWRA:xlon,"
        'Sell 3 @ 140.00 USD,"419,00",,1\n'
        ",30-okt-2024,31-okt-2024,Trade,Meta,US30303M1027,USD,NASDAQ,META:xnas,"
        'Buy 1 @ 580.00 USD,"-581,00",,1\n'
        ",31-okt-2024,31-okt-2024,Trade,Meta,US30303M1027,USD,NASDAQ,META:xnas,"
        'Buy 1 @ 580.00 USD,"581,00",,1\n'
    )

    assert result.format == "saxo-booked"
    assert [told(one) for one in result.transactions] == [
        "2 sell 2025-03-02 IE00BK5BQT80 3x140 USD fee 1",
        "3 buy 2024-10-30 US30303M1027 1x580 USD fee 1",
    ]
    assert [(one.line, one.column) for one in result.rejected] == [(4, "Booked Amount")]

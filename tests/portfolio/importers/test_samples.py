"""Brokers' real files against totals that were added up from the files by hand, not by us.

The files are test data of other projects under their own licences and not part of this one; they
are read where they lie beside the checkout. Here are only numbers: how many rows are taken, left
aside and rejected, what all taken rows together move on the account (added up from the column of
amounts), and how many units remain of what was bought and sold.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from portfolio import importers
from portfolio.domain import cash
from portfolio.domain.transactions import Kind, Transaction
from portfolio.importers import Document, Options, UnreadableError

SAMPLES = Path(__file__).parents[4] / "shared" / "samples"
beside = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the files are not beside the checkout")

GHOSTFOLIO = "apache-2.0_export-to-ghostfolio/"
GAINS = "mit_capital-gains-calculator/"
OFX = "mit_ofxparse/"
PP = "epl-1.0_portfolio-performance/"


@dataclass(frozen=True)
class Hand:
    """What a person found in a file."""

    format: str
    rows: tuple[int, int, int]  # transactions, rows left aside, rows rejected
    cash: dict[str, str]
    units: dict[str, str] = field(default_factory=dict)
    options: Options = field(default_factory=Options)


BY_HAND = {
    GHOSTFOLIO + "coinbase-export.csv": Hand(
        "coinbase", (12, 0, 0), {"EUR": "-70", "USD": "-70"},
        {"BTC": "-0.00029567", "XRP": "156.145683", "ETH2": "0.17305191",
         "ETH": "-0.172991422088"},
    ),
    GHOSTFOLIO + "degiro-export.csv": Hand(
        "degiro-account", (55, 10, 4),
        {"EUR": "-10630.67", "USD": "-455.5708", "GBP": "19.84", "JPY": "0"},
        {"US9256521090": "1", "IE00B4L5Y983": "7", "AU000000FBR4": "500", "GB00BPQY8M80": "-4"},
    ),
    GHOSTFOLIO + "etoro-export.csv": Hand(
        "etoro", (23, 1, 4), {"USD": "-197.85"},
        {"OLED": "-0.102626", "AMD": "-0.051214", "SLAB": "0.219575", "SWKS": "0.888488"},
        Options(currency="USD"),
    ),
    GHOSTFOLIO + "ibkr-dividends-export.csv": Hand(
        "ibkr-flex-cash", (11, 0, 0), {"USD": "334.61", "CHF": "32.08", "JPY": "455"}
    ),
    GHOSTFOLIO + "ibkr-trades-export.csv": Hand(
        "ibkr-flex-trades", (8, 3, 0), {"CHF": "-1983.9", "USD": "-31583.529"},
        {"US9220427424": "323", "CH0111762537": "7"},
    ),
    GHOSTFOLIO + "parqet-export.csv": Hand(
        "parqet", (26, 0, 1), {"EUR": "-1616.17"},
        {"LU2089238203": "105.232424", "IE00BM67HT60": "3.11257", "DE0008404005": "-6"},
    ),
    GHOSTFOLIO + "revolut-invest-export.csv": Hand(
        "revolut", (8, 3, 1), {"USD": "-30.41", "EUR": "-70"},
        {"O": "1.63453043", "MA": "-0.1998348", "TSLA": "0.56217674", "MSFT": "0.76672417"},
    ),
    GHOSTFOLIO + "saxo-export.csv": Hand(
        "saxo", (27, 0, 3), {"USD": "513.73"},
        {"VWRA": "29", "NVDA": "3", "META": "1", "AMZN": "2"},
    ),
    GHOSTFOLIO + "schwab-export.csv": Hand(
        "schwab", (107, 3, 10), {"USD": "400074.19"},
        {"SPY": "7.0976", "FIHBX": "-507.208", "NFRIX": "34.681", "SWVXX": "46.23",
         "SNSXX": "4136.58", "SNAXX": "-496428.62", "VNQ": "4.4877", "GBDC": "10.32",
         "ARCC": "18.4207", "TCPC": "36.3353", "TSLX": "13.5303", "NMFC": "33.7106",
         "FMGIX": "10.006", "VEA": "0.0086", "VWO": "0.0025", "DGLRX": "4.546", "AVGO": "1"},
    ),
    GHOSTFOLIO + "swissquote-export.csv": Hand(
        "swissquote", (21, 0, 0), {"CHF": "62020.99", "EUR": "2481.97", "USD": "39220.25"},
        {"ORFN": "200", "XDWU": "640", "KROP": "850", "WENS": "3300", "VDEM": "-537",
         "VWRD": "-808", "VEUD": "-709", "WDSC": "-373"},
    ),
    GHOSTFOLIO + "trading212-export.csv": Hand(
        "trading212", (9, 0, 4), {"EUR": "31.01", "USD": "-3.546912668", "GBX": "17.674081412"},
        {"CSCO": "0.029053", "VICI": "0.041014", "ASTS": "0.29764", "ASTR": "-0.61254"},
    ),
    GHOSTFOLIO + "xtb-export.csv": Hand(
        "xtb", (38, 0, 8), {"EUR": "-17.68"},
        {"SPYL.DE": "214.5658", "ZAL.DE": "0", "GOOGL.US": "0", "FLOA.UK": "33.4798",
         "CSPX.UK": "0.3598"},
        Options(currency="EUR"),
    ),
    GAINS + "interactive_brokers__data__test_basic.csv": Hand(
        "ibkr-statement", (8, 4, 0), {"GBP": "3026.85"}, {"CNX1": "2"}
    ),
    GAINS + "schwab__data__schwab_transactions.csv": Hand(
        "schwab", (13, 0, 0), {"USD": "9479.3"}, {"VUAG": "30.5"}
    ),
    GAINS + "sharesight__data__inputs__All_Trades_Report_-_Test.csv": Hand(
        "sharesight", (9, 1, 4), {"USD": "-29.948", "GBP": "-13775"},
        {"FOO": "5", "BAR": "0", "BAZ": "0", "FUND1": "50"},
        Options(date_order="dmy"),
    ),
    GAINS + "trading212__data__2020__from_2020-09-11_to_2021-04-02.csv": Hand(
        "trading212", (8, 0, 0), {"GBP": "9008.08", "USD": "33979.38"},
        {"VNRG": "1", "GME": "0", "NVDA": "1"},
    ),
    GAINS + "vanguard__data__cash_report.csv": Hand(
        "vanguard-uk", (15, 4, 0), {"GBP": "23.59"}, {"FOO": "1550", "BAR": "293"}
    ),
    OFX + "checking.ofx": Hand("ofx", (3, 0, 0), {"USD": "-59.5"}),
    OFX + "fail_nice__date_missing.ofx": Hand("ofx", (0, 0, 3), {}),
    OFX + "fail_nice__decimal_error.ofx": Hand("ofx", (0, 0, 1), {}),
    OFX + "fidelity.ofx": Hand(
        "ofx", (17, 0, 0), {"USD": "-10526.67"},
        {"INTC": "100.911", "SDRL": "128", "HI": "115", "CLCT": "70.573", "XIN": "390.909",
         "SPY": "-8.035"},
    ),
    OFX + "multiple_accounts.ofx": Hand("ofx", (0, 0, 0), {}),
    OFX + "ofx-v102-empty-tags.ofx": Hand("ofx", (1, 0, 0), {"AUD": "12.34"}),
    OFX + "suncorp.ofx": Hand("ofx", (1, 0, 0), {"AUD": "-16.85"}),
    OFX + "td_ameritrade.ofx": Hand("ofx", (0, 0, 0), {}),
    OFX + "vanguard.ofx": Hand("ofx", (1, 0, 0), {"USD": "4212.3"}, {"012345678": "-42.123"}),
    PP + "ibflex__testIBFlexStatementFile01.xml": Hand(
        "ibkr-flex-xml", (22, 4, 0), {"CAD": "-2303.0356", "CHF": "-19.49", "USD": "-2.07"},
        {"GCM": "12000", "UUU": "12000", "UUU.TEN2": "-12000"},
    ),
    PP + "ibflex__testIBFlexStatementFile02.xml": Hand(
        "ibkr-flex-xml", (13, 0, 0), {"USD": "-5575.4878", "EUR": "-22257.680078"},
        {"ORCL": "100", "ORCL  170915P00050000": "0", "ORCL  171117C00050000": "-1"},
    ),
    PP + "ibflex__testIBFlexStatementFile04.xml": Hand(
        "ibkr-flex-xml", (1, 0, 0), {"USD": "-844.94505725"}, {"AVDE": "14"}
    ),
    PP + "ibflex__testIBFlexStatementFile06.xml": Hand(
        "ibkr-flex-xml", (4, 0, 0), {"EUR": "-1275.25", "USD": "-2850.98"}, {"MMM": "7"}
    ),
    PP + "ibflex__testIBFlexStatementFile08.xml": Hand(
        "ibkr-flex-xml", (3, 0, 0), {"USD": "5.31"}
    ),
    PP + "ibflex__testIBFlexStatementFile10.xml": Hand(
        "ibkr-flex-xml", (3, 0, 0), {"USD": "0.09554275", "EUR": "-133"}, {"UPST": "10"}
    ),
    PP + "ibflex__testIBFlexStatementFile12.xml": Hand(
        "ibkr-flex-xml", (17, 0, 1), {"CAD": "-1161.15", "USD": "-11803.39", "EUR": "996.32"},
        {"XXXXXCAD": "400", "XXXXXUSD": "285"},
    ),
    PP + "ibflex__testIBFlexStatementFile15.xml": Hand(
        "ibkr-flex-xml", (3, 0, 0), {"EUR": "9995.05"}, {"009086587": "23.342"}
    ),
    PP + "ibflex__testIBFlexStatementFile20.xml": Hand(
        "ibkr-flex-xml", (1, 2, 0), {"USD": "-2995.205"}, {"ARCC": "157"}
    ),
    PP + "ibflex__testIBFlexStatementFile26.xml": Hand(
        "ibkr-flex-xml", (4, 0, 0), {"USD": "223.799812", "EUR": "77.34"}, {"NET": "-1"}
    ),
    PP + "traderepublic__TransactionExport01.csv": Hand(
        "trade-republic", (323, 4, 12), {"EUR": "-789.55"},
        {"DE0001141794": "0", "XS1614198262": "0", "DE000BU22007": "0", "DE000HS88LK3": "0"},
    ),
}  # fmt: skip


def effect(row: importers.ImportedTransaction) -> Decimal:
    return cash.effect(
        Transaction("x", row.kind, row.on, row.symbol or row.isin or row.name, row.currency,
                    row.quantity, row.price, row.fee, row.tax, row.amount)
    )  # fmt: skip


def moved(rows: tuple[importers.ImportedTransaction, ...]) -> dict[str, Decimal]:
    """What all rows move together, by currency."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.kind not in {Kind.SPLIT, Kind.MERGER}:
            sums[row.currency] += effect(row)
    return dict(sums)


def units(rows: tuple[importers.ImportedTransaction, ...]) -> dict[str, Decimal]:
    """What was bought less what was sold, by symbol or ISIN."""
    signs = {Kind.BUY: 1, Kind.COVER: 1, Kind.SELL: -1, Kind.SHORT: -1}
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row.symbol or row.isin] += signs.get(row.kind, 0) * row.quantity
    return dict(sums)


@beside
@pytest.mark.parametrize("name", BY_HAND)
def test_a_real_file_comes_to_what_was_added_up_by_hand(name: str) -> None:
    hand = BY_HAND[name]

    document = Document((SAMPLES / name).read_bytes(), name)
    result = importers.read(document, hand.options)

    assert result.format == hand.format
    assert importers.needs(document, hand.options).what in {None, "currency"}
    assert moved(result.transactions) == {
        currency: Decimal(total) for currency, total in hand.cash.items()
    }
    remain = units(result.transactions)
    assert {key: remain[key] for key in hand.units} == {
        key: Decimal(total) for key, total in hand.units.items()
    }
    taken = (len(result.transactions), len(result.skipped), len(result.rejected))
    assert taken == hand.rows
    assert all(row.reason for row in (*result.skipped, *result.rejected))


@beside
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bank_small.ofx", "no statement of an account"),
        ("error_message.ofx", "General Server Error"),
    ],
)
def test_a_real_file_that_cannot_be_read_says_why(name: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        importers.read(Document((SAMPLES / OFX / name).read_bytes()))


@beside
def test_every_real_file_is_held_to_something() -> None:
    folders = (GHOSTFOLIO, GAINS, OFX, PP)
    found = {folder + path.name for folder in folders for path in (SAMPLES / folder).iterdir()}

    assert found == {*BY_HAND, OFX + "bank_small.ofx", OFX + "error_message.ofx"}

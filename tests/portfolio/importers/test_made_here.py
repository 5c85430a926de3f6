"""The same eight events in five formats: all must come to the same holdings."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portfolio import importers, prices
from portfolio.domain.dedup import Fingerprint, compare
from portfolio.domain.ledger import holdings
from portfolio.domain.transactions import Kind, Transaction
from portfolio.importers.document import Document

MADE = Path(__file__).parent / "made"
EXPECTED = json.loads((MADE / "expected.json").read_text(), parse_float=Decimal)
FILES = {
    "ghostfolio-export.json": "ghostfolio-json",
    "ghostfolio.csv": "ghostfolio-csv",
    "wealthfolio.csv": "wealthfolio",
    "portfolio-performance-account.csv": "portfolio-performance",
    "yahoo-portfolio.csv": "yahoo",
}


def read(name: str) -> importers.Imported:
    return importers.read(Document((MADE / name).read_bytes(), name))


def ledger(rows: tuple[importers.ImportedTransaction, ...]) -> list[Transaction]:
    """Resolved rows, with the split that some formats cannot carry."""
    result = [
        Transaction(
            f"{row.line}", row.kind, row.on, row.symbol, row.currency or "USD",
            row.quantity, row.price, row.fee, row.tax, row.amount,
            row.numerator, row.denominator,
        )
        for row in rows
    ]  # fmt: skip
    if all(row.kind is not Kind.SPLIT for row in rows):
        result.append(
            Transaction("split", Kind.SPLIT, date(2005, 2, 28), "AAPL", "USD", numerator=2)
        )
    return result


@pytest.mark.parametrize(("name", "format_"), FILES.items())
def test_every_format_comes_to_the_expected_holdings(name: str, format_: str) -> None:
    result = read(name)

    assert result.format == format_
    assert result.rejected == ()
    assert result.skipped == ()
    held = {one.instrument: one.quantity for one in holdings(ledger(result.transactions))}
    assert held == {
        symbol: wanted["quantity"] for symbol, wanted in EXPECTED["with_split_applied"].items()
    }
    value = sum(quantity * EXPECTED["prices"][symbol] for symbol, quantity in held.items())
    assert value == EXPECTED["with_split_applied_value"]
    kinds = [row.kind for row in result.transactions]
    assert kinds.count(Kind.BUY) == EXPECTED["buys"]
    assert kinds.count(Kind.SELL) == EXPECTED["sells"]
    if name != "yahoo-portfolio.csv":  # its format has no dividends
        rows = ledger(result.transactions)
        paid = sum(row.gross for row in rows if row.kind is Kind.DIVIDEND)
        assert paid == EXPECTED["dividends_total"]


@pytest.mark.parametrize("name", FILES)
def test_costs_and_fees_are_the_same_in_every_format(name: str) -> None:
    rows = ledger(read(name).transactions)

    assert {one.instrument: one.cost for one in holdings(rows)} == {
        "AAPL": Decimal("4754.2125"),
        "IBM": Decimal("5317.90"),
        "MSFT": Decimal("5625.95"),
    }
    assert sum(row.fee for row in rows) == Decimal("49.75")


@pytest.mark.parametrize("name", FILES)
def test_importing_a_file_twice_adds_nothing(name: str) -> None:
    prints = [
        Fingerprint("a", row.on, row.kind, row.symbol, row.quantity, row.price,
                    row.amount or Decimal(0), row.currency, row.fee, row.at, row.reference)
        for row in read(name).transactions
    ]  # fmt: skip

    assert compare(prints, prints).new == ()
    assert len(compare([], prints).new) == len(prints)


def test_the_split_that_is_missing_in_three_formats_is_in_the_packaged_events() -> None:
    assert any(e.on == date(2005, 2, 28) and e.kind == "split" for e in prices.events("AAPL"))


def test_the_german_export_of_portfolio_performance_reads_like_the_english_one() -> None:
    text = (
        "Datum;Typ;Wert;Buchungswährung;Bruttobetrag;Währung Bruttobetrag;Wechselkurs;Gebühren;"
        "Steuern;Stück;ISIN;WKN;Ticker-Symbol;Wertpapiername;Notiz\n"
        "2021-01-15T00:00;Kauf;-1.155,00;EUR;;;;3,00;2,00;10;DE0007164600;716460;SAP.DE;SAP;\n"
        "2021-05-17T00:00;Dividende;15,00;EUR;;;;;3,50;10;DE0007164600;716460;SAP.DE;SAP;\n"
        "2021-06-01T00:00;Einlage;2.000,00;EUR;;;;;;;;;;;Start\n"
        "2021-06-02T00:00;Gebühren;-1,50;EUR;;;;;;;;;;;\n"
    )

    result = importers.read(Document(text.encode("utf-8-sig")))

    assert result.format == "portfolio-performance-de"
    assert result.rejected == ()
    bought, paid, deposit, fee = result.transactions
    assert (bought.kind, bought.amount, bought.fee, bought.tax) == (
        Kind.BUY, Decimal("1150.00"), Decimal("3.00"), Decimal("2.00"),
    )  # fmt: skip
    assert (paid.kind, paid.amount, paid.tax) == (Kind.DIVIDEND, Decimal("18.50"), Decimal("3.50"))
    assert (deposit.kind, deposit.amount) == (Kind.DEPOSIT, Decimal("2000.00"))
    assert (fee.kind, fee.amount) == (Kind.FEE, Decimal("1.50"))

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

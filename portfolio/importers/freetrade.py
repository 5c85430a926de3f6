"""Freetrade's activity: totals in the currency of the account, prices in that of the listing.

An order states its price in both currencies. It is booked in the one of the listing, with the
total as what was settled; the charge for the exchange is of the account's currency and comes to
the listing's by the rate before it ("Base FX Rate"). A dividend is the gross distribution less
the tax withheld, both in the listing's currency. Shares given away have no price that was paid.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.money import ONE, ZERO
from portfolio.domain.transactions import Kind
from portfolio.importers import values
from portfolio.importers.base import ImportedTransaction, SkippedRow
from portfolio.importers.currencies import checked
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_SIDES: Final = {"BUY": Kind.BUY, "SELL": Kind.SELL}
_MONEY: Final = {
    "TOP_UP": Kind.DEPOSIT,
    "WITHDRAWAL": Kind.WITHDRAWAL,
    "INTEREST_FROM_CASH": Kind.INTEREST,
    "INTEREST_FROM_LENDING": Kind.INTEREST,
}
_STATEMENTS: Final = frozenset({"MONTHLY_STATEMENT", "TAX_CERTIFICATE", "CONTRACT_NOTE"})
_PLACES: Final = Decimal("0.000001")  # of a charge that was brought to another currency


def _read(row: Row) -> Iterable[ImportedTransaction]:
    word = row.text("kind")
    if word in _STATEMENTS:
        raise SkippedRow("A statement, no transaction")
    total = abs(row.number("net") or ZERO)
    if not total:
        raise row.wrong("net", "The amount is missing")
    if word == "FREESHARE_ORDER":
        raise row.wrong(
            "kind", "A share that was given away; enter it with the price it counts at"
        )
    if word == "ORDER":
        return [_order(row, total)]
    if word == "DIVIDEND":
        return [_dividend(row, total)]
    if word not in _MONEY:
        raise row.wrong("kind", "This kind of transaction is not known")
    currency = checked(row, row.text("cash_currency"))
    return [replace(_base(row, _MONEY[word], currency), symbol="", isin="", amount=total)]


def _base(row: Row, kind: Kind, currency: str) -> ImportedTransaction:
    return ImportedTransaction(
        line=row.line.number,
        kind=kind,
        on=row.day(),
        at=values.clock(row.text("date")),
        currency=currency,
        symbol=row.text("symbol"),
        isin=row.text("isin"),
        name=row.text("name"),
        account=row.sheet.options.account,
        reference=row.text("reference"),
    )


def _order(row: Row, total: Decimal) -> ImportedTransaction:
    kind = _SIDES.get(row.cell("Buy / Sell"))
    quantity, price = row.number("quantity"), row.number("price")
    if kind is None or not quantity or not price:
        raise row.wrong("quantity", "An order needs a side, a quantity and a price")
    listed = checked(row, row.text("currency"))
    cash = checked(row, row.text("cash_currency"))
    same = listed == cash
    rate = ONE if same else row.number_of("Base FX Rate") or row.number_of("FX Rate")
    if not rate:
        raise row.wrong("fx_rate", "The exchange rate is missing")
    return replace(
        _base(row, kind, listed),
        quantity=abs(quantity),
        price=abs(price),
        fee=_brought(row.number_of("FX Fee Amount"), rate),
        tax=_brought(row.number_of("Stamp Duty"), rate),
        settled=None if same else total,
        settled_currency="" if same else cash,
    )


def _brought(charge: Decimal | None, rate: Decimal) -> Decimal:
    """Return a charge of the account in the currency of the listing."""
    if not charge or rate == ONE:
        return abs(charge or ZERO)
    return money.tidy(money.product(abs(charge), abs(rate)).quantize(_PLACES))


def _dividend(row: Row, total: Decimal) -> ImportedTransaction:
    cash = checked(row, row.text("cash_currency"))
    listed = checked(row, row.text("currency") or cash)
    gross = row.number_of("Dividend Gross Distribution Amount")
    if listed == cash or not gross:
        tax = row.number_of("Dividend Withheld Tax Amount") if listed == cash else ZERO
        return replace(_base(row, Kind.DIVIDEND, cash), amount=total + abs(tax or ZERO),
                       tax=abs(tax or ZERO))  # fmt: skip
    return replace(
        _base(row, Kind.DIVIDEND, listed),
        amount=abs(gross),
        tax=abs(row.number_of("Dividend Withheld Tax Amount") or ZERO),
        settled=total,
        settled_currency=cash,
    )


IMPORTER: Final = TableFormat(
    name="freetrade",
    title="Freetrade",
    signature=("Title", "Type", "Timestamp", "Account Currency", "Total Amount", "Base FX Rate"),
    columns={
        "kind": "Type",
        "name": "Title",
        "date": "Timestamp",
        "net": "Total Amount",
        "gross": "",
        "cash_currency": "Account Currency",
        "currency": "Instrument Currency",
        "price": "Price per Share",
        "reference": "Order ID",
        "fx_rate": "FX Rate",
        "fee": "FX Fee Amount",
        "tax": "Stamp Duty",
    },
    order="ymd",
    mark=".",
    own_currency=True,
    read_row=_read,
)

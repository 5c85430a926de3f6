"""Saxo's transactions: what happened stands in the column "Event".

"Buy 3 @ 134.85 USD" has quantity, price and currency; the amount is what moved, so what is more
than their product is its cost. At a conversion rate of 1 the amount is in the currency of the
instrument; else it is in that of the account, which the file does not state: it is asked for.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from typing_extensions import override

from portfolio.domain import money
from portfolio.domain.transactions import Kind
from portfolio.importers import values, words
from portfolio.importers.base import Entry, ImportedTransaction, Needs, TakenBack
from portfolio.importers.currencies import checked
from portfolio.importers.document import Document
from portfolio.importers.options import Options
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_TRADE: Final = re.compile(r"(\S+) (-?[\d.,]+) @ ([\d.,]+) ([A-Za-z]{3})$")
_FEES: Final = ("custody fee", "service fee", "bewaarloon", "depotgebühr", "vault fee")
_COST_MOST: Final = Decimal("0.2")  # of a trade's value, or this many units of its currency
_COST_LEAST: Final = Decimal(50)


def _read(row: Row) -> Iterable[Entry]:
    amount = row.number("net")
    if not amount:
        raise row.wrong("net", "The amount is missing")
    event = row.text("kind")
    found = _TRADE.match(event)
    if found:
        return [_trade(row, found, amount)]
    kind = Kind.FEE if event.casefold() in _FEES else words.kind_of(event)
    if kind not in _MOVES:
        raise row.wrong("kind", "This kind of transaction is not known")
    if kind is Kind.INTEREST and amount < 0:
        kind = Kind.FEE
    entry = replace(_base(row, kind), amount=abs(amount), currency=_booked_in(row))
    if (amount > 0) == (kind in _PAID):
        return [TakenBack(entry, row.header("net"), row.text("net"))]
    return [entry]


_PAID: Final = frozenset({Kind.FEE, Kind.TAX, Kind.WITHDRAWAL})
_MOVES: Final = _PAID | {Kind.DIVIDEND, Kind.INTEREST, Kind.DEPOSIT}


def _booked_in(row: Row) -> str:
    """Return the currency of the amount."""
    if row.number("fx_rate") == 1:
        return checked(row, row.text("currency"))
    if not row.sheet.options.currency:
        raise row.wrong("fx_rate", "The amount is in the account's currency; choose it")
    return checked(row, row.sheet.options.currency)


def _base(row: Row, kind: Kind) -> ImportedTransaction:
    of_money = kind in {Kind.DEPOSIT, Kind.WITHDRAWAL}
    return ImportedTransaction(
        line=row.line.number,
        kind=kind,
        on=row.day(),
        currency="",
        symbol="" if of_money else row.text("symbol").partition(":")[0],
        isin="" if of_money else row.text("isin"),
        name="" if of_money else row.text("name"),
        account=row.text("account") or row.sheet.options.account,
        reference=row.text("reference"),
    )


def _trade(row: Row, found: re.Match[str], amount: Decimal) -> ImportedTransaction:
    kind = words.kind_of(found[1])
    if kind not in {Kind.BUY, Kind.SELL}:
        raise row.wrong("kind", "This kind of trade is not known")
    units = values.number(found[2], ".", row.header("kind"))
    price = values.number(found[3], ".", row.header("kind"))
    if not units or price is None:
        raise row.wrong("kind", "The quantity or the price is missing")
    if (amount > 0) == (kind is Kind.BUY):
        raise row.wrong("net", "The amount does not fit the trade")
    currency = checked(row, found[4])
    trade = replace(_base(row, kind), currency=currency, quantity=abs(units), price=price)
    product = money.product(abs(units), price)
    booked = _booked_in(row)
    if booked != currency:
        return replace(trade, settled=abs(amount), settled_currency=booked)
    cost = abs(amount) - product if kind is Kind.BUY else product - abs(amount)
    if not 0 <= cost <= max(product * _COST_MOST, _COST_LEAST):
        raise row.wrong("net", f"It does not fit quantity x price, {product.normalize():f}")
    return replace(trade, fee=cost)


class SaxoFormat(TableFormat):
    """The table, whose account has a currency of its own where something was converted."""

    @override
    def needs(self, document: Document, options: Options) -> Needs:
        """Return the account's currency, too, when an amount is in it."""
        found = TableFormat.needs(self, document, options)
        if found.what is not None or options.currency:
            return found
        rates = set(self.sheet(document, options).cells("fx_rate")) - {"", "1"}
        return replace(found, what="currency" if rates else None)


IMPORTER: Final = SaxoFormat(
    name="saxo",
    title="Saxo",
    signature=("Trade Date", "Type", "Instrument", "Instrument ISIN", "Event", "Amount"),
    columns={
        "kind": "Event",
        "net": "Amount",
        "gross": "",
        "name": "Instrument",
        "account": "Client ID",
        "fx_rate": "Conversion Rate",
    },
    own_currency=True,
    read_row=_read,
)
SECOND: Final = SaxoFormat(
    name="saxo-booked",
    title="Saxo (booked amounts)",
    signature=("Trade Date", "Type", "Instrument", "Instrument ISIN", "Event", "Booked Amount"),
    columns={**IMPORTER.columns, "net": "Booked Amount"},
    own_currency=True,
    read_row=_read,
)

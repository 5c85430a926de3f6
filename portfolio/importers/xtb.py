"""XTB's cash operations: quantity and price of a trade stand in its comment.

"OPEN BUY 34/42.5658 @ 11.7480": 34 units of an order of 42.5658, at a price in the currency of
the listing. The amount is in the currency of the account, which the file does not state: it is
asked for. Where quantity x price is not the amount, the listing is in another currency, and the
amount counts. Results of contracts for difference need a person.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import Kind
from portfolio.importers import values
from portfolio.importers.base import Entry, ImportedTransaction, TakenBack
from portfolio.importers.booking import kind_by_word
from portfolio.importers.currencies import currency_of
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_TRADE: Final = re.compile(r"(OPEN|CLOSE) (BUY|SELL) ([\d.]+)(?:/[\d.]+)? @ ([\d.]+)")
_SIDES: Final = {
    ("OPEN", "BUY"): Kind.BUY,
    ("CLOSE", "BUY"): Kind.SELL,
    ("OPEN", "SELL"): Kind.SHORT,
    ("CLOSE", "SELL"): Kind.COVER,
}
_KINDS: Final[dict[str, Kind | None]] = {
    "Free funds interests": Kind.INTEREST,
    "Free-funds Interest": Kind.INTEREST,
    "Free funds interests tax": Kind.TAX,
    "Free-funds Interest Tax": Kind.TAX,
    "Stamp duty": Kind.TAX,
    "Sec fee": Kind.FEE,
    "Transfer": Kind.DEPOSIT,
    "IKE cash transfer in": Kind.DEPOSIT,
    "IKZE cash transfer in": Kind.DEPOSIT,
}
_BY_SIGN: Final = frozenset({Kind.DEPOSIT, Kind.WITHDRAWAL})
_CONTRACTS: Final = ("profit/loss", "swap", "rollover", "close trade", "open trade")
_CLOSE: Final = Decimal("0.01")  # of the amount, by which its rounding may differ


def _read(row: Row) -> Iterable[Entry]:
    word = row.text("kind")
    amount = row.number("net")
    if not amount:
        raise row.wrong("net", "The amount is missing")
    found = _TRADE.match(row.text("note"))
    if found:
        return [_trade(row, found, amount)]
    if word.casefold().startswith(_CONTRACTS):
        raise row.wrong("kind", "A result of a contract for difference; enter it by hand")
    kind = kind_by_word(row, _KINDS)
    if kind in _BY_SIGN:
        kind = Kind.DEPOSIT if amount > 0 else Kind.WITHDRAWAL
    elif kind is Kind.INTEREST and amount < 0:
        kind = Kind.FEE
    entry = replace(_base(row, kind), amount=abs(amount))
    paid = kind in {Kind.FEE, Kind.TAX, Kind.WITHDRAWAL}
    if (amount > 0) == paid:
        return [TakenBack(entry, row.header("net"), row.text("net"))]
    return [entry]


def _base(row: Row, kind: Kind) -> ImportedTransaction:
    return ImportedTransaction(
        line=row.line.number,
        kind=kind,
        on=row.day(),
        at=values.clock(row.text("date")),
        currency=currency_of(row),
        symbol="" if kind in _BY_SIGN else row.text("symbol"),
        account=row.sheet.options.account,
        reference=row.text("reference"),
        note=row.text("note"),
    )


def _trade(row: Row, found: re.Match[str], amount: Decimal) -> ImportedTransaction:
    units = values.number(found[3], ".", row.header("note"))
    price = values.number(found[4], ".", row.header("note"))
    kind = _SIDES[found[1], found[2]]
    if not units or price is None:
        raise row.wrong("note", "The quantity or the price is missing")
    if (amount > 0) == (kind in {Kind.BUY, Kind.COVER}):
        raise row.wrong("net", "The amount does not fit the trade")
    product = money.product(units, price)
    same = abs(product - abs(amount)) <= abs(amount) * _CLOSE
    return replace(
        _base(row, kind),
        quantity=units,
        price=price if same else ZERO,
        amount=None if product == abs(amount) else abs(amount),
    )


IMPORTER: Final = TableFormat(
    name="xtb",
    title="XTB (cash operations)",
    signature=("ID", "Type", "Time", "Symbol", "Comment", "Amount"),
    columns={"date": "Time", "time": "", "net": "Amount", "note": "Comment", "reference": "ID"},
    order="dmy",
    mark=".",
    read_row=_read,
)
SECOND: Final = TableFormat(
    name="xtb-cash",
    title="XTB (cash operations, with tickers)",
    signature=("Type", "Ticker", "Instrument", "Time", "Amount", "ID", "Comment"),
    columns={
        "date": "Time", "time": "", "net": "Amount", "note": "Comment", "reference": "ID",
        "symbol": "Ticker", "name": "Instrument",
    },
    order="ymd",
    read_row=_read,
)  # fmt: skip

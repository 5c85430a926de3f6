"""Coinbase's transaction history. An exchange of one coin for another is two transactions.

"Converted 0.00363125 BTC to 156.145683 XRP": a sale of the first and a purchase of the second at
the same value. Rewards arrive as coins: they are income, and what was received is bought with it.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from portfolio.domain import money
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import Kind
from portfolio.importers import values
from portfolio.importers.amounts import standard
from portfolio.importers.base import ImportedTransaction
from portfolio.importers.booking import kind_by_word
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_KINDS: Final[dict[str, Kind | None]] = {
    "Advanced Trade Buy": Kind.BUY,
    "Advanced Trade Sell": Kind.SELL,
    "Advance Trade Buy": Kind.BUY,
    "Advance Trade Sell": Kind.SELL,
}
_REWARDS: Final = frozenset(
    {"Staking Income", "Rewards Income", "Learning Reward", "Inflation Reward", "Coinbase Earn"}
)
_CONVERTED: Final = re.compile(r"Converted ([\d.,]+) (\S+) to ([\d.,]+) (\S+)")


def _read(row: Row) -> Iterable[ImportedTransaction]:
    word = row.text("kind")
    if word == "Convert":
        return _converted(row)
    if word in _REWARDS:
        bought = standard(row, Kind.BUY)
        income = replace(bought, kind=Kind.INTEREST, fee=ZERO)
        return [income, replace(bought, fee=ZERO)]
    return [standard(row, kind_by_word(row, _KINDS))]


def _converted(row: Row) -> Iterable[ImportedTransaction]:
    found = _CONVERTED.match(row.text("note"))
    if not found:
        raise row.wrong("note", "It does not say what was converted into what")
    sold = standard(row, Kind.SELL)
    quantity = values.number(found[3], row.sheet.mark, row.header("note"))
    if not quantity:
        raise row.wrong("note", "It does not say how much was received")
    value = row.number("gross") or money.product(sold.quantity, sold.price)
    sold = replace(sold, amount=abs(value), fee=ZERO)
    bought = replace(
        sold,
        kind=Kind.BUY,
        symbol=found[4],
        quantity=quantity,
        price=ZERO,
        amount=abs(value),
        fee=ZERO,
    )
    return [sold, bought]


IMPORTER: Final = TableFormat(
    name="coinbase",
    title="Coinbase",
    signature=("Timestamp", "Transaction Type", "Asset", "Quantity Transacted", "Subtotal"),
    columns={
        "fee": "Fees and/or Spread",
        "currency": "Price Currency + Spot Price Currency",  # of the present and of older files
        "price": "Price at Transaction + Spot Price at Transaction",
    },
    order="ymd",
    mark=".",
    read_row=_read,
)

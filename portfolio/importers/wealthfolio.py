"""Wealthfolio's activities, both generations of headers.

`amount` is the value before fees. The ratio of a split stands in `amount` (their manual) or in
`quantity` (their sample). Cash is a symbol of its own, `$CASH-USD`.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from portfolio.domain.transactions import OF_AN_INSTRUMENT, Kind
from portfolio.importers.amounts import standard
from portfolio.importers.base import ImportedTransaction
from portfolio.importers.booking import kind_by_word
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_KINDS: Final[dict[str, Kind | None]] = {
    "CREDIT": Kind.DEPOSIT,
    "TRANSFER_IN": Kind.TRANSFER_IN,
    "TRANSFER_OUT": Kind.TRANSFER_OUT,
    "UNKNOWN": None,
}


def _read(row: Row) -> Iterable[ImportedTransaction]:
    transaction = standard(row, kind_by_word(row, _KINDS))
    if transaction.symbol.startswith("$CASH") and transaction.kind not in OF_AN_INSTRUMENT:
        return [replace(transaction, symbol="")]
    return [transaction]


IMPORTER: Final = TableFormat(
    name="wealthfolio",
    title="Wealthfolio",
    signature=("symbol", "quantity", "unitPrice", "currency", "fee", "amount", "fxRate"),
    columns={"gross": "amount", "net": ""},
    kinds=_KINDS,
    read_row=_read,
)
SECOND: Final = TableFormat(
    name="wealthfolio-activities",
    title="Wealthfolio (activities)",
    signature=("date", "symbol", "quantity", "activityType", "unitPrice", "currency", "fee"),
    columns={"gross": "amount", "net": ""},
    kinds=_KINDS,
    read_row=_read,
)

"""Revolut's trading statement. Amounts carry a currency sign; the currency has its own column.

A split states the shares added and is rejected with how to enter it; moves between Revolut's own
companies are no transactions.
"""

from collections.abc import Iterable
from typing import Final

from portfolio.domain.transactions import Kind
from portfolio.importers.amounts import standard
from portfolio.importers.base import ImportedTransaction, SkippedRow
from portfolio.importers.booking import kind_by_word
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_KINDS: Final[dict[str, Kind | None]] = {"DIVIDEND TAX (CORRECTION)": Kind.TAX}


def _read(row: Row) -> Iterable[ImportedTransaction]:
    word = row.text("kind").upper()
    if word.startswith("TRANSFER FROM REVOLUT"):
        raise SkippedRow("A move between Revolut's own companies")
    if word == "STOCK SPLIT":
        raise row.wrong("kind", "A split is stated as shares added; enter it with its ratio")
    return [standard(row, kind_by_word(row, _KINDS))]


IMPORTER: Final = TableFormat(
    name="revolut",
    title="Revolut",
    signature=("Date", "Ticker", "Type", "Quantity", "Price per share", "Total Amount", "FX Rate"),
    columns={"net": "Total Amount", "fx_rate": ""},
    kinds=_KINDS,
    order="ymd",
    read_row=_read,
)

"""Portfolio Performance's CSV export of an account or a portfolio, in English and German.

`Value` is what moved on the account, fees and taxes included, negative when paid. The gross
amount and its exchange rate belong to the currency of the security; the value in the account's
currency is complete by itself, so that one is taken. Where a file states no ticker, the ISIN, the
WKN or the name tells which security it is. There is no row for a split.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from portfolio.domain.transactions import Kind
from portfolio.importers.amounts import standard
from portfolio.importers.base import ImportedTransaction
from portfolio.importers.booking import kind_by_word
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_KINDS: Final[dict[str, Kind | None]] = {
    "Interest Charge": Kind.FEE,
    "Zinsbelastung": Kind.FEE,
    "Transfer (Inbound)": Kind.TRANSFER_IN,
    "Transfer (Outbound)": Kind.TRANSFER_OUT,
    "Umbuchung (Eingang)": Kind.TRANSFER_IN,
    "Umbuchung (Ausgang)": Kind.TRANSFER_OUT,
}


def _read(row: Row) -> Iterable[ImportedTransaction]:
    transaction = standard(row, kind_by_word(row, _KINDS))
    return [replace(transaction, symbol=transaction.symbol or row.cell("WKN"))]


ENGLISH: Final = TableFormat(
    name="portfolio-performance",
    title="Portfolio Performance",
    signature=("Date", "Type", "Value", "Transaction Currency", "Fees", "Taxes", "Shares"),
    columns={"net": "Value", "currency": "Transaction Currency", "gross": ""},
    kinds=_KINDS,
    read_row=_read,
)
GERMAN: Final = TableFormat(
    name="portfolio-performance-de",
    title="Portfolio Performance (deutsch)",
    signature=("Datum", "Typ", "Wert", "Buchungswährung", "Gebühren", "Steuern", "Stück"),
    columns={"net": "Wert", "currency": "Buchungswährung", "gross": ""},
    kinds=_KINDS,
    read_row=_read,
)

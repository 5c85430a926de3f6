"""Sharesight's "All Trades" report: prices and brokerage in the currency of the market.

"Value" is in the portfolio's own currency and left aside. Which of day and month stands first is
a setting of the account, so it is asked for where the column does not show it. Units of coins
stand there as a currency, which is none of ISO 4217: such rows are rejected.
"""

from collections.abc import Iterable
from typing import Final

from portfolio.domain.transactions import Kind
from portfolio.importers.base import Entry
from portfolio.importers.booking import booked
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_KINDS: Final[dict[str, Kind | None]] = {"Opening Balance": Kind.TRANSFER_IN}


def _read(row: Row) -> Iterable[Entry]:
    word = row.text("kind")
    if word in {"Split", "Consolidation", "Bonus", "Merge (cancel)", "Merge (buy)"}:
        raise row.wrong("kind", "A corporate action stated in units; enter it with its ratio")
    return booked(row, _KINDS)


IMPORTER: Final = TableFormat(
    name="sharesight",
    title="Sharesight (All Trades)",
    signature=("Market", "Code", "Type", "Date", "Quantity", "Price", "Brokerage", "Currency"),
    columns={
        "symbol": "Code",
        "name": "Name",
        "price": "Price *",
        "fee": "Brokerage *",
        "net": "",
        "gross": "",
        "note": "Comments",
    },
    read_row=_read,
)

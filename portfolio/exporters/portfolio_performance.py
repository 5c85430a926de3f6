"""Portfolio Performance's CSV of transactions, English: `Value` is what moved on the account.

A number such as 1.234 could be read as thousands: it gets a zero at its end.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.exporters.base import About, Row, gross, inert, leave_out, lines, number

HEADER: Final = (
    "Date", "Type", "Value", "Transaction Currency", "Gross Amount", "Currency Gross Amount",
    "Exchange Rate", "Fees", "Taxes", "Shares", "ISIN", "WKN", "Ticker Symbol", "Security Name",
    "Note", "Account",
)  # fmt: skip
DELIMITER: Final = ";"
KINDS: Final = {
    "buy": "Buy",
    "sell": "Sell",
    "dividend": "Dividend",
    "interest": "Interest",
    "fee": "Fees",
    "tax": "Taxes",
    "deposit": "Deposit",
    "withdrawal": "Removal",
    "transfer_in": "Delivery (Inbound)",
    "transfer_out": "Delivery (Outbound)",
}
_MONEY: Final = {"transfer_in": "Transfer (Inbound)", "transfer_out": "Transfer (Outbound)"}
_PAID: Final = frozenset({"buy", "transfer_in"})
_TAKEN: Final = frozenset({"fee", "tax", "withdrawal"})
_DOUBTFUL: Final = re.compile(r"-?[1-9]\d{0,2}\.\d{3}", re.ASCII)


class PortfolioPerformance:
    """A table with one row a transaction; accounts stand in a column of their own."""

    media_type = "text/csv"
    extension = "csv"

    def __init__(self) -> None:
        self.left_out: dict[str, int] = {}

    def begin(self, about: About) -> str:  # noqa: ARG002 - a table has no place for it
        """Return the header."""
        return lines([HEADER], DELIMITER)

    def rows(self, rows: Iterable[Row]) -> str:
        """Return one line for each transaction that the format knows."""
        return lines((cells for row in rows if (cells := self._cells(row))), DELIMITER)

    def end(self) -> str:
        """Return nothing: a table ends by itself."""
        return ""

    def _cells(self, row: Row) -> list[str] | None:
        kind, value = row["kind"], moved(row)
        if kind not in KINDS or value is None:
            leave_out(self.left_out, row)
            return None
        own = kind in {"fee", "tax"}
        word = KINDS[kind] if row.get("symbol") or kind not in _MONEY else _MONEY[kind]
        return [
            f"{row['date']}T{row.get('time') or '00:00'}",
            word,
            _number(value),
            row["currency"],
            "",
            "",
            "",
            "" if own else _number(number(row, "fee")),
            "" if own else _number(number(row, "tax")),
            _number(number(row, "quantity")),
            row.get("isin") or "",
            "",
            inert(row.get("symbol") or ""),
            inert(row.get("name") or ""),
            inert(row.get("note") or ""),
            inert(row.get("account") or ""),
        ]


def moved(row: Row) -> Decimal | None:
    """Return what moved on the account; None when charges took more than there was."""
    charges = money.total(number(row, "fee"), number(row, "tax"))
    if row["kind"] in _PAID or row["kind"] in _TAKEN:
        return -money.total(gross(row), charges)
    left = money.total(gross(row), -charges)
    return None if left < 0 else left


def _number(value: Decimal) -> str:
    text = money.format_decimal(value)
    return f"{text}0" if _DOUBTFUL.fullmatch(text) else text

"""The planner's own CSV: every member of a transaction in a column, numbers as they were entered.

A cell that a spreadsheet would compute has a `'` in front; so has one that begins with it, so
that taking one away gives back what was written.
"""

from collections.abc import Iterable
from typing import Final

from portfolio.exporters.base import About, Row, inert, lines

HEADER: Final = (
    "Date", "Time", "Kind", "Symbol", "ISIN", "Name", "Account", "Currency", "Quantity", "Price",
    "Amount", "Fee", "Tax", "Numerator", "Denominator", "Into", "Settled", "Settled currency",
    "Reference", "Pair", "Tags", "Note",
)  # fmt: skip
MEMBERS: Final = tuple(name.lower().replace(" ", "_") for name in HEADER)
TAG_SEPARATOR: Final = ";"


class PlannerCsv:
    """A table with one row a transaction."""

    media_type = "text/csv"
    extension = "csv"

    def __init__(self) -> None:
        self.left_out: dict[str, int] = {}

    def begin(self, about: About) -> str:  # noqa: ARG002 - a table has no place for it
        """Return the header."""
        return lines([HEADER])

    def rows(self, rows: Iterable[Row]) -> str:
        """Return one line for each transaction."""
        return lines([_cell(row, name) for name in MEMBERS] for row in rows)

    def end(self) -> str:
        """Return nothing: a table ends by itself."""
        return ""


def _cell(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    return inert(TAG_SEPARATOR.join(value) if name == "tags" else str(value))

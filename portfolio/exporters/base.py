"""What a writer of a format takes and gives.

A `Row` is a transaction as it was written (texts as entered; members without a value are absent
or None), with `id`, and `isin` and `name` of its instrument where they are known.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Protocol

from portfolio.domain import money
from portfolio.domain.money import ZERO

Row = Mapping[str, Any]
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "'")  # a spreadsheet would compute such a cell


@dataclass(frozen=True, slots=True)
class About:
    """What belongs to a whole export: when it was made, whose it is, what is no transaction."""

    exported: str
    person: Mapping[str, Any]
    ideas: Sequence[Mapping[str, Any]] = ()
    comments: Sequence[Mapping[str, Any]] = ()


class Writer(Protocol):
    """Writes one export; a new one for each. `left_out` counts by kind what it cannot carry."""

    media_type: str
    extension: str
    left_out: dict[str, int]

    def begin(self, about: About) -> str:
        """Return what stands before the rows."""
        ...

    def rows(self, rows: Iterable[Row]) -> str:
        """Return the next rows."""
        ...

    def end(self) -> str:
        """Return what stands after the rows."""
        ...


def number(row: Row, name: str) -> Decimal:
    """Return a number of a row; zero when it has none."""
    text = row.get(name)
    return ZERO if text is None else Decimal(text)


def gross(row: Row) -> Decimal:
    """Return the value of a row before fee and tax."""
    if row.get("amount") is not None:
        return number(row, "amount")
    return money.product(number(row, "quantity"), number(row, "price"))


def leave_out(left_out: dict[str, int], row: Row) -> None:
    """Count a row that cannot be carried."""
    left_out[row["kind"]] = left_out.get(row["kind"], 0) + 1


def inert(text: str) -> str:
    """Return text on one line of which a spreadsheet computes nothing.

    One `'` in front can be taken away.
    """
    line = " ".join(text.split())
    return f"'{line}" if line.startswith(FORMULA) else line


def lines(rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    """Return rows as CSV (RFC 4180)."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()

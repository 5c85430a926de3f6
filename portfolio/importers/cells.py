"""What stands in a cell, asked of whole columns: a day, a number, a currency, a type word.

None of these reads a value; they say whether `values` could. A share is of the cells that hold
something, so that a column with few rows filled in is still what it is.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final

from portfolio.domain.errors import DomainError
from portfolio.domain.instruments import is_isin
from portfolio.domain.money import check_currency
from portfolio.importers import values, words
from portfolio.importers.base import RowError
from portfolio.importers.short_days import is_short_day

DASHES: Final = frozenset({"-", "--", "\u2013", "\u2014", "n/a", "N/A", "null"})
EMPTY: Final = DASHES | {"", "none", "None"}
# What brokers write for a currency of which no other is meant.
ALIASES: Final[Mapping[str, str]] = {
    "CAN": "CAD", "CDN": "CAD", "STG": "GBP", "RMB": "CNY", "EURO": "EUR", "Euro": "EUR",
}  # fmt: skip
_BEHIND: Final = re.compile(
    r"\s+[\d.,]+\s*@\s*[\d.,]+\s*$|\s*[/,(-]?\s*\bISIN:?\s*[A-Z]{2}[A-Z0-9]{9}\d\)?\s*$"
)
_CLOCK: Final = re.compile(r"\d{1,2}:\d{2}")
_ISIN_LENGTH: Final = 12
_ISIN: Final = re.compile(r"\b[A-Z]{2}[A-Z0-9]{9}\d\b")


def share(cells: Iterable[str], test: Callable[[str], bool]) -> float:
    """Return which share of the cells that are not empty passes a test, 0 to 1."""
    full = [cell for cell in cells if cell not in EMPTY]
    return sum(map(test, full)) / len(full) if full else 0.0


def number(cell: str) -> Decimal | None:
    """Return the number in a cell as one with a decimal point, or None."""
    try:
        return values.number(cell, ".")
    except RowError:
        return None


def is_number(cell: str) -> bool:
    """Say whether a cell is a number, with either decimal mark and with any currency."""
    return number(cell) is not None


def is_day(cell: str) -> bool:
    """Say whether a cell begins with a day, in whatever order and with whatever year."""
    if cell.isdigit():
        return len(cell) == len("20200131") and cell[:2] in {"19", "20"}
    if is_short_day(cell):
        return True
    for order in ("dmy", "mdy"):
        try:
            values.day(cell, order)
        except RowError:
            continue
        return True
    return False


def is_clock(cell: str) -> bool:
    """Say whether a cell is a time of day alone."""
    return bool(_CLOCK.match(cell))


def is_currency(cell: str) -> bool:
    """Say whether a cell is a currency code."""
    try:
        return bool(check_currency(ALIASES.get(cell, cell)))
    except DomainError:
        return False


def is_kind(cell: str) -> bool:
    """Say whether a cell is a known type word."""
    return words.kind_of(cell) is not None


def isin_within(text: str) -> str:
    """Return the one ISIN that stands somewhere in a text; "" for none and for several."""
    if len(text) < _ISIN_LENGTH:
        return ""
    found = {one for one in _ISIN.findall(text) if is_isin(one)}
    return found.pop() if len(found) == 1 else ""


def plain_name(text: str) -> str:
    """Return the name of a security without what stands behind it: units at a price, its ISIN.

    "World ETF 100 @ 2500.00" and "World ETF 50 @ 3200" are one security.
    """
    text = text.partition("\n")[0].rstrip() or text
    if "@" not in text and "ISIN" not in text:
        return text
    return _BEHIND.sub("", text) or text

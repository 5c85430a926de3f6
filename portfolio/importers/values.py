"""Cells into numbers, days and times, decided from whole columns and never guessed.

Numbers: a cell with both marks has the last one as decimal mark; a mark that is not followed by
exactly three digits is decimal. Only "1,234" and "1.234" could be either: there the file's other
cells decide. Currency signs, codes, spaces and apostrophes (1'234.50) are dropped; (5) and 5- are
negative.

Days: year first, month by name, or two numbers and a year, whose order the whole column must
show (a 17 somewhere). If it does not, a person is asked. Years have four digits.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Final, Literal

from portfolio.importers.base import DateOrder, RowError

_NUMBER: Final = re.compile(r"\d[\d.,]*|[.,]\d+", re.ASCII)
_SIGNS: Final = re.compile(r"[\s'\u2019\u00a0\u202f\u2009$€£¥]|[A-Z]{3}", re.ASCII)
_EMPTY: Final = frozenset({"", "-", "--", "\u2014", "n/a", "N/A"})
_THREE: Final = 3
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d)", re.ASCII)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4})(?!\d)", re.ASCII)
_NAMED: Final = re.compile(r"(\d{1,2})[-\s./]*([^\W\d]{3,})[-\s./,]*(\d{4})(?!\d)")
_NAMED_FIRST: Final = re.compile(r"([^\W\d]{3,})\s+(\d{1,2}),?\s+(\d{4})(?!\d)")
_TIME: Final = re.compile(
    r"(?:^|[T\s;,])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(AM|PM)?", re.IGNORECASE
)
_MONTHS: Final = {
    word[:3]: number
    for number, words in enumerate(
        (
            "january januar janvier enero gennaio janeiro",
            "february februar fevrier febrero febbraio",
            "march marz maart mars marzo mrz",
            "april avril abril aprile",
            "may mai mayo maggio maio mei",
            "june juni giugno",
            "july juli luglio",
            "august agosto",
            "september septembre settembre",
            "october oktober octobre ottobre outubro",
            "november novembre noviembre",
            "december dezember decembre diciembre dicembre",
        ),
        start=1,
    )
    for word in words.split()
} | {"jui": 0, "ene": 1, "fev": 2, "feb": 2, "abr": 4, "avr": 4, "ago": 8, "dic": 12, "dez": 12}


def decimal_mark(cells: Iterable[str], delimiter: str) -> Literal[".", ","]:
    """Return the decimal mark that the unambiguous cells of a file show."""
    votes: Counter[str] = Counter()
    for cell in cells:
        mark = _certain_mark(_bare(cell)[0])
        if mark:
            votes[mark] += 1
    if votes["."] == votes[","]:
        return "," if delimiter == ";" else "."
    return "." if votes["."] > votes[","] else ","


def number(cell: str, mark: Literal[".", ","], column: str = "") -> Decimal | None:
    """Return the number in a cell, or None when the cell is empty or a dash.

    Raises:
        RowError: there is something else in it.
    """
    if cell.strip() in _EMPTY:
        return None
    bare, negative = _bare(cell)
    if not _NUMBER.fullmatch(bare):
        raise RowError("This is not a number", column=column, text=cell)
    decimal = _certain_mark(bare) or (mark if bare.count(mark) == 1 else "")
    whole, _, fraction = bare.rpartition(decimal) if decimal else (bare, "", "")
    if not re.fullmatch(r"\d{1,3}(?:([.,])\d{3}(?:\1\d{3})*)?|\d*", whole) or re.search(
        r"[.,]", fraction
    ):
        raise RowError("This is not a number", column=column, text=cell)
    plain = re.sub(r"[.,]", "", whole) or "0"
    value = Decimal(f"{plain}.{fraction}" if fraction else plain)
    return -value if negative and value else value


def date_order(cells: Iterable[str]) -> DateOrder | None:
    """Return the order of day and month that a column shows, or None when it could be both."""
    ambiguous = False
    for cell in cells:
        found = _YEAR_LAST.match(cell.strip())
        if not found:
            continue
        first, mark, second = int(found[1]), found[2], int(found[3])
        if first > 12 or mark == ".":  # noqa: PLR2004 - months
            return "dmy"
        if second > 12:  # noqa: PLR2004 - months
            return "mdy"
        ambiguous = ambiguous or first != second
    return None if ambiguous else "ymd"


def day(cell: str, order: DateOrder | None, column: str = "") -> date:
    """Return the day in a cell, whatever time follows it.

    Raises:
        RowError: no day, a two-digit year, a day that does not exist, or an order not known.
    """
    text = cell.strip()
    parts: tuple[int, int, int] | None = None
    if found := _YEAR_FIRST.match(text):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    elif found := _YEAR_LAST.match(text):
        parts = _ordered(int(found[1]), int(found[3]), int(found[4]), order, column, cell)
    elif (found := _NAMED.match(text)) and (month := _month(found[2])):
        parts = (int(found[3]), month, int(found[1]))
    elif (found := _NAMED_FIRST.match(text)) and (month := _month(found[1])):
        parts = (int(found[3]), month, int(found[2]))
    if parts is None:
        raise RowError("This is not a day with a four-digit year", column=column, text=cell)
    try:
        return date(*parts)
    except ValueError as error:
        raise RowError("This day does not exist", column=column, text=cell) from error


def clock(cell: str) -> time | None:
    """Return the time of day in a cell, as it stands there, or None; midnight sharp is none."""
    found = _TIME.search(cell.strip())
    if not found:
        return None
    hour = int(found[1])
    if found[5]:
        hour = hour % 12 + (12 if found[5].upper() == "PM" else 0)
    micro = int((found[4] or "0").ljust(6, "0")[:6])
    try:
        result = time(hour, int(found[2]), int(found[3] or 0), micro)
    except ValueError:
        return None
    return result if result != time.min else None


def _ordered(
    first: int, second: int, year: int, order: DateOrder | None, column: str, cell: str
) -> tuple[int, int, int]:
    if order == "mdy":
        return year, first, second
    if order == "dmy" or first == second:
        return year, second, first
    raise RowError("Say whether the day or the month stands first", column=column, text=cell)


def _month(word: str) -> int:
    plain = unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode()
    if plain.startswith("jui"):
        return 7 if plain.startswith("juil") else 6
    return _MONTHS.get(plain[:3], 0)


def _bare(cell: str) -> tuple[str, bool]:
    """Return the digits and marks of a cell, and whether it is negative."""
    text = cell.strip().replace("\u2212", "-")
    text = _SIGNS.sub("", text)
    negative = text.startswith("(") and text.endswith(")")
    text = text.strip("()")
    if text[:1] in {"-", "+"}:
        return text[1:], negative or text[0] == "-"
    if text[-1:] in {"-", "+"}:
        return text[:-1], negative or text[-1] == "-"
    return text, negative


def _certain_mark(bare: str) -> Literal[".", ",", ""]:
    """Return the decimal mark where a number leaves no doubt about it."""
    dots, commas = bare.count("."), bare.count(",")
    if dots and commas:
        return "." if bare.rfind(".") > bare.rfind(",") else ","
    if dots + commas != 1:
        return ""
    mark: Literal[".", ","] = "." if dots else ","
    before, after = bare.split(mark)
    certain = len(after) != _THREE or before in {"", "0"} or len(before) > _THREE
    return mark if certain else ""

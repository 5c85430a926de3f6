"""Days whose years have two digits (17/02/20), understood only in a column made of them alone.

The century is that of POSIX: 69 is 2069, 70 is 1970. Which of the three numbers is the day must be
shown by the whole column: all of its days have to exist in one order and in no other. A column
that could be read in two ways is asked about.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from portfolio.importers import values
from portfolio.importers.base import RowError
from portfolio.importers.options import DateOrder

_SHORT: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{2})(?!\d)", re.ASCII)
_NAMED: Final = re.compile(r"(\d{1,2})[-\s./]([^\W\d]{3,})[-\s./](\d{2})(?!\d)")
_CENTURY: Final = 70


def is_short_day(cell: str) -> bool:
    """Say whether a cell begins with a day whose year has two digits."""
    text = cell.strip()
    if _SHORT.match(text):
        return True
    found = _NAMED.match(text)
    return bool(found and values.month_named(found[2]))


def all_short(cells: Iterable[str]) -> bool:
    """Say whether all days of a column have two-digit years; text such as "Total" is no day."""
    full = {cell for cell in cells if cell[:1].isdigit()}
    return bool(full) and all(map(is_short_day, full))


def short_order(cells: Iterable[str]) -> DateOrder | None:
    """Return the one order in which all days of a column exist, or None when there are several."""
    left: list[DateOrder] = ["dmy", "mdy", "ymd"]
    found = [one for cell in set(cells) if (one := _SHORT.match(cell.strip()))]
    if not found:
        return "dmy"  # every month has its name
    if any(one[2] == "." for one in found):
        left = ["dmy"]
    elif any(one[2] == "/" for one in found):
        left.remove("ymd")  # no broker writes 20/02/17
    left = [order for order in left if all(_exists(one, order) for one in found)]
    return left[0] if len(left) == 1 else None


def short_day(cell: str, order: DateOrder | None, column: str = "") -> date:
    """Return the day in a cell.

    Raises:
        RowError: it is of another form, a day that does not exist, or its order is not known.
    """
    text = cell.strip()
    named, found = _NAMED.match(text), _SHORT.match(text)
    month = values.month_named(named[2]) if named else 0
    if named and month:
        parts = (_year(named[3]), month, int(named[1]))
    elif found and order is not None:
        parts = _parts(found, order)
    else:
        reason = "Say whether the day or the month stands first" if found else "This is not a day"
        raise RowError(reason, column=column, text=cell)
    try:
        return date(*parts)
    except ValueError as error:
        raise RowError("This day does not exist", column=column, text=cell) from error


def _parts(found: re.Match[str], order: DateOrder) -> tuple[int, int, int]:
    one, two, three = found[1], found[3], found[4]
    if order == "ymd":
        return _year(one), int(two), int(three)
    day, month = (one, two) if order == "dmy" else (two, one)
    return _year(three), int(month), int(day)


def _year(two: str) -> int:
    return int(two) + (1900 if int(two) >= _CENTURY else 2000)


def _exists(found: re.Match[str], order: DateOrder) -> bool:
    if order == "ymd" and len(found[1]) == 1:
        return False
    try:
        date(*_parts(found, order))
    except ValueError:
        return False
    return True

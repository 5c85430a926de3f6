"""Cells into numbers, days, times and currencies, decided from whole columns and never guessed.

Numbers: a cell with both marks has the last one as decimal mark; a mark that is not followed by
exactly three digits is decimal, one that comes twice groups. Only "1,234" and "1.234" could be
either: there the file's other cells decide, and where they do not agree a person is asked.
Currency signs and codes, spaces and apostrophes (1'234.50) are dropped; (5) and 5- are negative.
What has more than 18 decimals is rounded to 18, half to even.

Days: year first, month by name, or two numbers and a year, whose order the whole column must
show (a 17 somewhere). If it does not, a person is asked. Numbers of a spreadsheet (45123) and
years of two digits (17/02/20, those of 1970 to 2069) are days only when a whole column is made of
them.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from portfolio.domain import money
from portfolio.domain.money import DIGITS_AFTER_POINT, DIGITS_BEFORE_POINT, DUST, ISO_4217
from portfolio.importers.base import RowError
from portfolio.importers.options import DateOrder, DecimalMark

_PLAIN: Final = re.compile(r"-?\d{1,15}(?:\.(?:\d{1,2}|\d{4,18}))?", re.ASCII)
_NUMBER: Final = re.compile(r"\d[\d.,]*|[.,]\d+", re.ASCII)
_GROUPED: Final = re.compile(r"\d{1,3}(?:([.,])\d{3}(?:\1\d{3})*)?|\d*", re.ASCII)
_POWER: Final = re.compile(r"(.*\d)[eE]([+-]?\d{1,2})", re.ASCII)
_SPACES: Final = re.compile(r"[\s'\u2018\u2019\u00a0\u202f\u2009]")
_SIGN: Final = re.compile(
    r"(?:US|CA|C|A|AU|HK|NZ|S|R|NT)?\$|[€£¥₹₽₺₪₩฿]|kr\.?|zł|Kč|CHF", re.ASCII
)
_CODE: Final = re.compile(r"[A-Z]{3}|GBp|ZAc", re.ASCII)
_MINOR: Final = frozenset({"GBX", "GBp", "ILA", "ZAc", "ZAC"})
_OF_SIGN: Final = {
    "€": "EUR", "£": "GBP", "US$": "USD", "CA$": "CAD", "C$": "CAD", "A$": "AUD", "AU$": "AUD",
    "HK$": "HKD", "NZ$": "NZD", "S$": "SGD", "R$": "BRL", "NT$": "TWD", "₹": "INR", "₽": "RUB",
    "₺": "TRY", "₪": "ILS", "₩": "KRW", "฿": "THB", "zł": "PLN", "Kč": "CZK", "CHF": "CHF",
}  # fmt: skip
_SHARED_SIGN: Final = {
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "BRL", "ARS", "CLP",
                    "COP"}),
    "¥": frozenset({"JPY", "CNY"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "kr.": frozenset({"SEK", "NOK", "DKK", "ISK"}),
}  # fmt: skip
_EMPTY: Final = frozenset({"", "-", "--", "\u2013", "\u2014", "n/a", "N/A"})
_SERIAL: Final = re.compile(r"(\d{5})(?:[.,]\d+)?", re.ASCII)
_SERIALS: Final = range(32874, 54789)  # 1990-01-01 to 2049-12-31 as a spreadsheet counts days
_EPOCH: Final = date(1899, 12, 30)  # day 0 of a spreadsheet, for days after February 1900
_THREE: Final = 3
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d)", re.ASCII)
_YEAR_FIRST_LOOSE: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)", re.ASCII)
_WEEKDAY: Final = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+(?=\S)", re.IGNORECASE)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4})(?!\d)", re.ASCII)
_NAMED: Final = re.compile(r"(\d{1,2})[-\s./]*([^\W\d]{3,})[-\s./,]*(\d{4})(?!\d)")
_NAMED_FIRST: Final = re.compile(r"([^\W\d]{3,})[-\s./]+(\d{1,2})[-\s.,/]+(\d{4})(?!\d)")
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
} | {
    "jui": 0, "ene": 1, "fev": 2, "feb": 2, "mrt": 3, "abr": 4, "avr": 4, "maj": 5, "ago": 8,
    "aou": 8, "dic": 12, "dez": 12,
}  # fmt: skip


def decimal_mark(cells: Iterable[str]) -> DecimalMark | None:
    """Return the decimal mark that the cells of a file show, or None when they do not agree.

    None is also what cells show that could all be read either way, such as "1,234" alone; cells
    without any mark need none, whatever is returned for them.
    """
    found: set[str] = set()
    doubtful = False
    for cell in set(cells):
        comma, dot = "," in cell, "." in cell
        if not (comma or dot) or (found == {"."} and not comma):
            continue
        bare = _bare(cell)[0]
        if mark := _certain_mark(bare):
            found.add(mark)
            if len(found) > 1:
                return None
        elif _NUMBER.fullmatch(bare):
            doubtful = True
    if not found:
        return None if doubtful else "."
    return "." if "." in found else ","


def is_doubtful(cell: str) -> bool:
    """Say whether the number in a cell could be read with either decimal mark."""
    if "." not in cell and "," not in cell:
        return False
    bare = _bare(cell)[0]
    return bare.count(".") + bare.count(",") == 1 and not _certain_mark(bare)


def number(cell: str, mark: DecimalMark | None, column: str = "") -> Decimal | None:
    """Return the number in a cell, or None when the cell is empty or a dash.

    Raises:
        RowError: there is something else in it, or a mark that nobody has decided about.
    """
    if _PLAIN.fullmatch(cell):
        return Decimal(cell) + 0  # no minus zero
    if cell.strip() in _EMPTY:
        return None
    bare, negative = _bare(cell)
    power = _POWER.fullmatch(bare)
    if power:
        bare = power[1]
    if not _NUMBER.fullmatch(bare):
        raise RowError("This is not a number", column=column, text=cell)
    decimal: str = _certain_mark(bare)
    if not decimal and (bare.count(".") == 1 or bare.count(",") == 1):
        if mark is None:
            raise RowError("Say which sign is the decimal mark", column=column, text=cell)
        decimal = mark if mark in bare else ""
    whole, _, fraction = (
        bare.rpartition(decimal) if decimal in bare and decimal else (bare, "", "")
    )
    if not _GROUPED.fullmatch(whole) or "." in fraction or "," in fraction:
        raise RowError("This is not a number", column=column, text=cell)
    plain = whole.replace(".", "").replace(",", "") or "0"
    value = Decimal(f"{plain}.{fraction or 0}").scaleb(int(power[2]) if power else 0)
    if value.adjusted() >= DIGITS_BEFORE_POINT:
        raise RowError("This number is too large", column=column, text=cell)
    return _limited(value, fraction if not power else None, negative=negative)


def currency_in(cell: str) -> str | frozenset[str]:
    """Return the currency that a cell with a number states: its code, the codes that share its
    sign, or an empty text.
    """  # noqa: D205 - one sentence
    if cell[:1].isdigit() and cell[-1:].isdigit():
        return ""
    found = _CODE.search(cell)
    if found and (found[0] in ISO_4217 or found[0] in _MINOR):
        return money.check_currency(found[0])
    sign = _SIGN.search(cell)
    if not sign:
        return ""
    return _OF_SIGN[sign[0]] if sign[0] in _OF_SIGN else _SHARED_SIGN.get(sign[0], "")


def date_order(cells: Iterable[str]) -> DateOrder | None:
    """Return the order of day and month that a column shows, or None when it could be both.

    None is also what a column shows in which some days fit one order only and some the other.
    """
    ambiguous = False
    shown: set[DateOrder] = set()
    for cell in set(cells):
        found = _YEAR_LAST.match(cell.strip())
        if not found:
            continue
        first, mark, second = int(found[1]), found[2], int(found[3])
        if first > 12 or mark == ".":  # noqa: PLR2004 - months
            shown.add("dmy")
        elif second > 12:  # noqa: PLR2004 - months
            shown.add("mdy")
        ambiguous = ambiguous or first != second
    if len(shown) == 1:
        return shown.pop()
    return None if ambiguous else "ymd"


def serials(cells: Iterable[str]) -> bool:
    """Say whether a column is made of a spreadsheet's numbers of days and of nothing else."""
    some = False
    for cell in set(cells):
        if not cell:
            continue
        found = _SERIAL.fullmatch(cell)
        if not found or int(found[1]) not in _SERIALS:
            return False
        some = True
    return some


def serial_day(cell: str) -> date:
    """Return the day of a spreadsheet's number, as `serials` has recognised it."""
    return _EPOCH + timedelta(days=int(cell[:5]))


@lru_cache(maxsize=8192)
def day(cell: str, order: DateOrder | None, column: str = "") -> date:
    """Return the day in a cell, whatever time follows it.

    Raises:
        RowError: no day, a two-digit year, a day that does not exist, or an order not known.
    """
    text = _WEEKDAY.sub("", cell.strip(), count=1) if cell[:1].isalpha() else cell.strip()
    parts: tuple[int, int, int] | None = None
    if found := _YEAR_FIRST.match(text):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    elif found := _YEAR_FIRST_LOOSE.match(text):
        parts = (int(found[1]), int(found[3]), int(found[4]))
    elif found := _YEAR_LAST.match(text):
        parts = _ordered(int(found[1]), int(found[3]), int(found[4]), order, column, cell)
    elif (found := _NAMED.match(text)) and (month := month_named(found[2])):
        parts = (int(found[3]), month, int(found[1]))
    elif (found := _NAMED_FIRST.match(text)) and (month := month_named(found[1])):
        parts = (int(found[3]), month, int(found[2]))
    if parts is None:
        if _SERIAL.fullmatch(text):
            raise RowError(
                "This is a spreadsheet's number, no day; save the column as dates",
                column=column,
                text=cell,
            )
        raise RowError("This is not a day with a four-digit year", column=column, text=cell)
    try:
        return date(*parts)
    except ValueError as error:
        raise RowError("This day does not exist", column=column, text=cell) from error


@lru_cache(maxsize=8192)
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


def month_named(word: str) -> int:
    """Return the number of the month that a word begins the name of; 0 when it is none."""
    plain = unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode()
    if plain.startswith("jui"):
        return 7 if plain.startswith("juil") else 6
    return _MONTHS.get(plain[:3], 0)


def _bare(cell: str) -> tuple[str, bool]:
    """Return the digits and marks of a cell, and whether it is negative."""
    text = _SPACES.sub("", cell.replace("\u2212", "-"))
    text = _SIGN.sub("", text, count=1)
    found = _CODE.search(text)
    if found and (found[0] in ISO_4217 or found[0] in _MINOR):
        text = text[: found.start()] + text[found.end() :]
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text = text[1:-1]
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
    if dots > 1 or commas > 1:
        return "," if dots else "."
    if dots + commas != 1:
        return ""
    mark: Literal[".", ","] = "." if dots else ","
    before, after = bare.split(mark)
    certain = len(after) != _THREE or before in {"", "0"} or len(before) > _THREE
    return mark if certain else ""


def _limited(value: Decimal, fraction: str | None, *, negative: bool) -> Decimal:
    """Return a number with its sign, in plain digits and with at most 18 decimals."""
    if fraction == "":
        value = value.to_integral_value()
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent > 0:
        value = value.quantize(Decimal(1))
    elif -exponent > DIGITS_AFTER_POINT:
        with money.exact():
            value = value.quantize(DUST)
    return -value if negative and value else value

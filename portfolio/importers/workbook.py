"""Spreadsheets (`.xlsx`, ECMA-376) into sheets of text, to be read like any other table.

Only what a statement needs: the visible sheets, their cells, and which numbers are days. Values
are those that the file holds; formulas, macros and links are never looked at. Numbers keep the 15
digits that a spreadsheet shows; days become ISO 8601. Sizes are limited before anything is
unpacked, and XML with declarations of its own (entities) is refused.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from portfolio.importers.document import Document, Line, UnreadableError

PARTS_MAX: Final = 2_000  # files in a workbook; one with a hundred sheets has some 300
UNPACKED_MAX: Final = 256 * 1024 * 1024  # bytes of one part of it
ROWS_MAX: Final = 500_000
COLUMNS_MAX: Final = 500
MAGIC: Final = b"PK\x03\x04"
_DIGITS: Final = 15  # that a spreadsheet keeps of a number (IEEE 754)
_THREE: Final = 3
_DAYS: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_ASIDE: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
_OF_DAYS: Final = re.compile(r"[ymdhs]", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[A-Z]+")
_EPOCHS: Final = (datetime(1899, 12, 30), datetime(1904, 1, 1))  # noqa: DTZ001 - as it stands there
BROKEN: Final = "This spreadsheet cannot be read: it is damaged; save it anew or as CSV (UTF-8)"
TOO_LARGE: Final = "This spreadsheet is too large when unpacked; save the sheet as CSV (UTF-8)"


@dataclass(frozen=True, slots=True)
class _Style:
    """What a workbook says about its cells as a whole."""

    strings: tuple[str, ...]
    days: frozenset[int]  # places of the formats of days
    epoch: datetime


class SheetDocument(Document):
    """One sheet of a workbook: its rows are the records, each with its number there."""

    def __init__(self, data: bytes, name: str, sheet: str, records: tuple[Line, ...]) -> None:
        super().__init__(data, name)
        self.sheet = sheet
        self.others: tuple[str, ...] = ()  # further sheets that could be read
        self.__dict__ |= {"records": records, "text": "", "delimiter": ",", "json": None}


def is_workbook(data: bytes) -> bool:
    """Say whether a file is a spreadsheet of this kind."""
    if not data.startswith(MAGIC):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, RuntimeError):
        return False


def sheets(data: bytes, name: str = "") -> tuple[SheetDocument, ...]:
    """Return the visible sheets of a workbook that hold something.

    Raises:
        UnreadableError: it is damaged, too large, or says more than a workbook has to.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > PARTS_MAX:
                raise UnreadableError(TOO_LARGE)
            return tuple(_sheets(archive, data, name))
    except (zipfile.BadZipFile, ParseError, DefusedXmlException, KeyError, ValueError,
            RuntimeError, EOFError, OSError) as error:  # fmt: skip
        raise UnreadableError(BROKEN) from error


def _sheets(archive: zipfile.ZipFile, data: bytes, name: str) -> Iterator[SheetDocument]:
    style, targets = _style(archive), _targets(archive)
    for sheet, identifier in _listed(archive):
        records = tuple(_records(archive, targets[identifier], style))
        if records:
            yield SheetDocument(data, name, sheet, records)


def _part(archive: zipfile.ZipFile, path: str) -> IO[bytes]:
    """Return one part; what it says of its size is not believed.

    Raises:
        UnreadableError: it is too large.
    """
    with archive.open(path) as packed:
        unpacked = packed.read(UNPACKED_MAX + 1)
    if len(unpacked) > UNPACKED_MAX:
        raise UnreadableError(TOO_LARGE)
    return io.BytesIO(unpacked)


def _elements(archive: zipfile.ZipFile, path: str, *tags: str) -> Iterator[tuple[str, Any]]:
    """Return the elements of some names, each as it is complete, and free it afterwards."""
    for _, element in iterparse(_part(archive, path), events=("end",), forbid_dtd=True):
        tag = element.tag.rpartition("}")[2]
        if tag in tags:
            yield tag, element
            element.clear()


def _listed(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return the name and the reference of each visible sheet."""
    found = []
    for _, element in _elements(archive, "xl/workbook.xml", "sheet"):
        reference = next((text for key, text in element.attrib.items() if key.endswith("}id")), "")
        if element.get("state", "visible") == "visible":
            found.append((element.get("name", ""), reference))
    return found


def _targets(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Return the path of what each reference of the workbook stands for."""
    found = {}
    for _, element in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship"):
        target = element.get("Target", "")
        found[element.get("Id", "")] = target[1:] if target[:1] == "/" else f"xl/{target}"
    return found


def _style(archive: zipfile.ZipFile) -> _Style:
    names = set(archive.namelist())
    strings: tuple[str, ...] = ()
    if "xl/sharedStrings.xml" in names:
        strings = tuple(
            _text(element) for _, element in _elements(archive, "xl/sharedStrings.xml", "si")
        )
    days = frozenset(_formats_of_days(archive)) if "xl/styles.xml" in names else frozenset()
    newer = any(
        element.get("date1904") in {"1", "true"}
        for _, element in _elements(archive, "xl/workbook.xml", "workbookPr")
    )
    return _Style(strings, days, _EPOCHS[newer])


def _formats_of_days(archive: zipfile.ZipFile) -> Iterator[int]:
    """Return the places of the cell formats that show a number as a day or a time."""
    own: set[int] = set()
    for tag, element in _elements(archive, "xl/styles.xml", "numFmt", "cellXfs"):
        if tag == "numFmt":
            code = _ASIDE.sub("", element.get("formatCode", ""))
            if _OF_DAYS.search(code.replace("General", "")):
                own.add(int(element.get("numFmtId", "0")))
            continue
        for place, one in enumerate(element):
            if int(one.get("numFmtId", "0")) in own | _DAYS:
                yield place


def _text(element: Any) -> str:  # noqa: ANN401 - defusedxml's
    """Return the text of a string, of all its runs, without how it is pronounced."""
    parts = [
        part.text or "" for run in element
        for part in ((run,) if _tag(run) == "t" else run if _tag(run) == "r" else ())
        if _tag(part) == "t"
    ]  # fmt: skip
    return "".join(parts)


def _tag(element: Any) -> str:  # noqa: ANN401 - defusedxml's
    return str(element.tag).rpartition("}")[2]


def _records(archive: zipfile.ZipFile, path: str, style: _Style) -> Iterator[Line]:
    """Return the rows that hold something."""
    number = 0
    for _, row in _elements(archive, path, "row"):
        number = int(row.get("r", number + 1))
        if number > ROWS_MAX:
            raise UnreadableError(TOO_LARGE)
        cells: dict[int, str] = {}
        for cell in row:
            if _tag(cell) != "c":
                continue
            place = _column(cell.get("r", "")) if cell.get("r") else len(cells)
            if place >= COLUMNS_MAX:
                raise UnreadableError(TOO_LARGE)
            if text := _cell(cell, style).strip():
                cells[place] = text
        if cells:
            width = max(cells) + 1
            yield Line(number, tuple(cells.get(place, "") for place in range(width)))


def _column(reference: str) -> int:
    """Return the place of a column, "A" being 0."""
    found = _LETTERS.match(reference)
    place = 0
    for letter in found[0][:4] if found else "A":
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _cell(cell: Any, style: _Style) -> str:  # noqa: ANN401 - defusedxml's
    """Return what a cell shows, as text."""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return next((_text(part) for part in cell if _tag(part) == "is"), "")
    value = next((part.text or "" for part in cell if _tag(part) == "v"), "")
    if kind == "s":
        return style.strings[int(value)] if value else ""
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    if kind != "n" or not value:
        return value
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite():
        return value
    return _day(number, style) if int(cell.get("s", "0")) in style.days else _plain(number)


def _plain(number: Decimal) -> str:
    """Return a number as a spreadsheet shows it; never such that its point may be a group's."""
    digits = len(number.as_tuple().digits)
    if digits > _DIGITS:
        number = round(number, _DIGITS - 1 - number.adjusted())
    text = format(number.normalize(), "f")
    return f"{text}0" if len(text.partition(".")[2]) == _THREE else text


def _day(number: Decimal, style: _Style) -> str:
    """Return the day, the time of day, or both, that a number stands for."""
    if not 0 <= number < 2_958_466:  # noqa: PLR2004 - the year 10000
        return _plain(number)
    moment = style.epoch + timedelta(seconds=round(float(number) * 86_400))
    if number < 1:
        return moment.time().isoformat()
    whole = moment.time() == moment.time().min
    return moment.date().isoformat() if whole else moment.isoformat(sep=" ")

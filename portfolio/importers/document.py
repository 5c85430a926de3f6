"""A file as a person dropped it: bytes, and what they turn out to be.

Encodings: a byte order mark decides; else UTF-16 where every other byte is zero, else UTF-8 when
it is valid, else Windows-1252 (whose superset of Latin-1 brokers write). Delimiter: the one of
`; , tab |` that splits most lines into the same number of cells. The header is the first line in
which enough cells are known words, so titles above it need no rule of their own. Where no line
is one, a person says which it is, or that there is none.
"""

import codecs
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from portfolio.importers.headers import known, normalised

SIZE_MAX: Final = 64 * 1024 * 1024  # bytes; a hundred thousand rows are about 15 MiB
HEADER_LINES: Final = 40  # a title block of a broker's statement is shorter
HEADER_WORDS: Final = 3  # known words that make a line a header
TABLES: Final = 50  # of one file; a statement has one for each account or kind
_DIGIT: Final = re.compile(r"\d")
SAMPLE: Final = 60  # lines that tell the delimiter
DELIMITERS: Final = (";", ",", "\t", "|")

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableError(Exception):
    """The file cannot be read; the message says what was expected."""


class Line(NamedTuple):
    """One record of a table with its number in the file, counted from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the records below it, up to another header; `number` is the header's line.

    `rest` are the records from the next header on, which are of another table.
    """

    header: tuple[str, ...]
    lines: tuple[Line, ...]
    delimiter: str
    number: int = 0
    rest: tuple[Line, ...] = ()

    def column(self, *names: str) -> int | None:
        """Return the place of the first header of these names, compared without case or signs."""
        for name in names:
            place = _places(self.header).get(normalised(name))
            if place is not None:
                return place
        return None

    def has(self, *names: str) -> bool:
        """Say whether all these headers are there."""
        return all(self.column(name) is not None for name in names)


class Document:
    """One file and the views of it that importers share."""

    def __init__(self, data: bytes, name: str = "") -> None:
        if len(data) > SIZE_MAX:
            raise UnreadableError(f"The file is larger than {SIZE_MAX // 1024**2} MiB")
        self.data = data
        self.name = name

    @cached_property
    def text(self) -> str:
        """The file as text."""
        for mark, encoding in _MARKS:
            if self.data.startswith(mark):
                return self.data.decode(encoding, errors="replace")
        start = self.data[:400]
        if len(start) > 1 and start[1::2].count(0) * 10 > len(start[1::2]) * 9:
            return self.data.decode("utf-16-le", errors="replace")
        if len(start) > 1 and start[::2].count(0) * 10 > len(start[::2]) * 9:
            return self.data.decode("utf-16-be", errors="replace")
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError:
            return self.data.decode("cp1252", errors="replace")

    @cached_property
    def records(self) -> tuple[Line, ...]:
        """All records of a delimited file, without empty ones."""
        return tuple(_records(self.text, self.delimiter))

    @cached_property
    def delimiter(self) -> str:
        """The character that separates cells."""
        return _delimiter(self.text)

    @cached_property
    def table(self) -> Table | None:
        """The first table of the file, or None when no line looks like a header."""
        return next(iter(self.tables), None)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """All tables of the file, one below the other; the first header stands near the top."""
        found: list[Table] = []
        place = next(
            (n for n, line in enumerate(self.records[:HEADER_LINES]) if _is_header(line)), None
        )
        while place is not None and len(found) < TABLES:
            found.append(self._below(place))
            rest = len(found[-1].rest)
            place = len(self.records) - rest if rest else None
        return tuple(found)

    @cached_property
    def guessed(self) -> Table | None:
        """A table of whose header no word is known: the widest run of lines, or None.

        Its first line is taken for the header when it has no number in it.
        """
        widths = Counter(len(line.cells) for line in self.records[: HEADER_LINES * 2])
        width, lines = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(0, 0))
        if width < HEADER_WORDS or lines < 2:  # noqa: PLR2004 - a header and a line
            return None
        first = next(i for i, line in enumerate(self.records) if len(line.cells) == width)
        if any(character.isdigit() for character in "".join(self.records[first].cells)):
            return self._unnamed(first, width)
        return self._below(first)

    def table_at(self, line: int) -> Table | None:
        """Return the table whose header is that line of the file; 0: it has none."""
        if line == 0:
            width = max((len(one.cells) for one in self.records), default=0)
            return self._unnamed(0, width) if width else None
        place = next((i for i, one in enumerate(self.records) if one.number == line), None)
        return None if place is None else self._below(place)

    def _below(self, place: int) -> Table:
        header, lines = self.records[place], self.records[place + 1 :]
        end = next(
            (n for n, line in enumerate(lines)
             if not _DIGIT.search("".join(line.cells)) and line.cells != header.cells
             and _is_header(line)), len(lines)
        )  # fmt: skip
        return Table(header.cells, lines[:end], self.delimiter, header.number, lines[end:])

    def _unnamed(self, place: int, width: int) -> Table:
        names = tuple(f"Column {number}" for number in range(1, width + 1))
        return Table(names, self.records[place:], self.delimiter)

    @cached_property
    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """The file as JSON with exact numbers, or None when it is none."""
        if self.text.lstrip()[:1] not in {"{", "["}:
            return None
        try:
            return json.loads(self.text, parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            return None


def _is_header(line: Line) -> bool:
    return sum(map(known, line.cells)) >= HEADER_WORDS


def _delimiter(text: str) -> str:
    sample = "\n".join(text[: SAMPLE * 400].splitlines()[:SAMPLE])
    best, score = ",", 0
    for delimiter in DELIMITERS:
        widths = Counter(len(line.cells) for line in _records(sample, delimiter))
        width, lines = max(widths.items(), key=lambda item: item[0] * item[1], default=(0, 0))
        if width > 1 and width * lines > score:
            best, score = delimiter, width * lines
    return best


def _records(text: str, delimiter: str) -> Sequence[Line]:
    """Return the non-empty records; a cell that never ends makes the file unreadable."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    result: list[Line] = []
    number = 1
    try:
        for cells in reader:
            stripped = tuple(map(str.strip, cells))
            if any(stripped):
                result.append(Line(number, stripped))
            if reader.line_num > number:
                _check_closed(stripped, delimiter, number)
            number = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableError(
            f"Line {reader.line_num}: a cell is not closed or too long"
        ) from error
    return result


def _check_closed(cells: Sequence[str], delimiter: str, number: int) -> None:
    """Refuse a record in which a cell has swallowed other records."""
    for cell in cells:
        lines = cell.split("\n")[1:]
        if any(line.count(delimiter) + 1 >= max(len(cells), HEADER_WORDS) for line in lines):
            raise UnreadableError(f"Line {number}: a cell in quotation marks is not closed")


@lru_cache(maxsize=64)
def _places(header: tuple[str, ...]) -> dict[str, int]:
    """Return the first place of each header in its plain form."""
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        places.setdefault(normalised(cell), place)
    return places

"""A file as a person dropped it: bytes, and what they turn out to be.

Encodings: a byte order mark decides; else UTF-8 when it is valid, else Windows-1252 (whose
superset of Latin-1 brokers write). Delimiter: the one of `; , tab |` that splits most lines into
the same number of cells. The header is the first line in which enough cells are known words, so
titles above it need no rule of their own.
"""

import codecs
import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from portfolio.importers.headers import known, normalised

SIZE_MAX: Final = 64 * 1024 * 1024  # bytes; a hundred thousand rows are about 15 MiB
HEADER_LINES: Final = 40  # a title block of a broker's statement is shorter
HEADER_WORDS: Final = 3  # known words that make a line a header
DELIMITERS: Final = (";", ",", "\t", "|")

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableError(Exception):
    """The file cannot be read; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a table with its number in the file, counted from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the records below it."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]
    delimiter: str

    def column(self, *names: str) -> int | None:
        """Return the place of the first header of these names, compared without case or signs."""
        cleaned = [normalised(cell) for cell in self.header]
        for name in names:
            if normalised(name) in cleaned:
                return cleaned.index(normalised(name))
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
        """The table of the file, or None when no line looks like a header."""
        for place, line in enumerate(self.records[:HEADER_LINES]):
            words = sum(known(cell) for cell in line.cells)
            if words >= HEADER_WORDS:
                return Table(
                    tuple(cell.strip() for cell in line.cells),
                    self.records[place + 1 :],
                    self.delimiter,
                )
        return None

    @cached_property
    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """The file as JSON with exact numbers, or None when it is none."""
        if self.text.lstrip()[:1] not in {"{", "["}:
            return None
        try:
            return json.loads(self.text, parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            return None


def _delimiter(text: str) -> str:
    sample = "\n".join(text.splitlines()[:60])
    best, score = ",", 0
    for delimiter in DELIMITERS:
        widths = Counter(len(line.cells) for line in _records(sample, delimiter))
        width, lines = max(widths.items(), key=lambda item: item[0] * item[1], default=(0, 0))
        if width > 1 and width * lines > score:
            best, score = delimiter, width * lines
    return best


def _records(text: str, delimiter: str) -> Sequence[Line]:
    """Return the non-empty records; a cell that never ends makes the file unreadable."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, skipinitialspace=True)
    result: list[Line] = []
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                result.append(Line(number, tuple(cell.strip() for cell in cells)))
            number = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableError(
            f"Line {reader.line_num}: a cell is not closed or too long"
        ) from error
    return result

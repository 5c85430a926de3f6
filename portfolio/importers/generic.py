"""Any other table: columns found by their names in several languages, or mapped by a person.

It is asked last and recognises what has a day, an amount of something and a header, or columns
that look like them. What a person decides about a file (columns, type words, order of day and
month, currency) comes as `Options` and can be kept as a template.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from portfolio.importers import headers
from portfolio.importers.base import Imported, Needs, Rejected
from portfolio.importers.columns import located
from portfolio.importers.deciding import readable, table_needs
from portfolio.importers.document import Document, Table, UnreadableError
from portfolio.importers.guessing import guessed
from portfolio.importers.options import Options
from portfolio.importers.sheet import Sheet
from portfolio.importers.tabular import OTHER_TABLE, TableFormat

_FULL: Final = re.compile(r"[1-9]")  # a number that is not zero
_TABLE: Final = TableFormat(name="generic", title="Other CSV file", signature=())


@dataclass(frozen=True, slots=True)
class Generic:
    """A table of no known format."""

    name: str = _TABLE.name
    title: str = _TABLE.title

    def recognises(self, document: Document) -> bool:
        """Say whether a day and a number of something can be told from header or cells."""
        try:
            table = _table(document, Options())
            if table is None:
                return False
            if readable(located(table)):
                return True
            sheet = _TABLE.sheet_of(table, Options())
            found = guessed(sheet).keys() | sheet.places.keys()
            return "date" in found and not found.isdisjoint({"net", "gross", "quantity"})
        except UnreadableError:
            return False

    def needs(self, document: Document, options: Options) -> Needs:
        """Return what is open; columns that only their cells tell are proposed, not taken."""
        sheet = _demanded(document, options)
        told = {} if readable(sheet.places) else guessed(sheet)
        if not told:
            return table_needs(sheet)
        columns = {**options.columns, **{name: column for name, (column, _) in told.items()}}
        proposal = _demanded(document, replace(options, columns=columns))
        sure = {name: sure for name, (_, sure) in told.items()}
        return replace(table_needs(proposal, told=sure), what="mapping")

    def read(self, document: Document, options: Options) -> Imported:
        """Return the transactions of the table.

        Raises:
            UnreadableError: it is not known which columns hold the day and the amount.
        """
        sheet = _demanded(document, options)
        if not readable(sheet.places):
            names = ", ".join(cell for cell in sheet.table.header if cell)[:300]
            raise UnreadableError(
                f"Say which columns hold the day and the quantity or amount; there are: {names}"
            )
        found = _TABLE.read_sheet(sheet)
        found = replace(found, notes=(*found.notes, *_unread_charges(sheet)))
        return _with_others(found, document, sheet.table)


IMPORTER: Final = Generic()


def _demanded(document: Document, options: Options) -> Sheet:
    sheet = _sheet(document, options)
    if sheet is None:
        raise UnreadableError("There is no line with the names of columns")
    return sheet


def _sheet(document: Document, options: Options) -> Sheet | None:
    table = _table(document, options)
    return None if table is None else _TABLE.sheet_of(table, options)


def _unread_charges(sheet: Sheet) -> Iterator[str]:
    """Return a warning for each column that looks like a charge and belongs to no field."""
    taken = {place for places in sheet.places.values() for place in places}
    for place, header in enumerate(sheet.table.header):
        if place in taken or not headers.CHARGE.search(header):
            continue
        cells = (line.cells[place] for line in sheet.table.lines if place < len(line.cells))
        if any(_FULL.search(cell) for cell in cells):
            yield f'The column "{header}" looks like a charge and was not read; say what it is'


def _table(document: Document, options: Options) -> Table | None:
    if options.header is not None:
        return document.table_at(options.header)
    first = next((one for one in document.tables if readable(located(one))), None)
    return first or document.table or document.guessed


def _with_others(found: Imported, document: Document, read: Table) -> Imported:
    """Return what was read with the records of other tables of the file, which were not.

    What may be transactions is rejected: two tables of one file often tell the same twice.
    """
    rejected, notes = list(found.rejected), list(found.notes)
    skipped: list[Rejected] = []
    others = {line.number for one in document.tables if one.number > read.number
              for line in one.lines if readable(located(one))}  # fmt: skip
    for row in found.skipped:
        (rejected if row.reason == OTHER_TABLE and row.line in others else skipped).append(row)
    notes += [
        f"Another table begins in line {one.number} and was not read; to read it instead, "
        f"choose line {one.number} as that of the names of the columns"
        for one in document.tables
        if one.number != read.number and readable(located(one))
    ]
    return replace(
        found, rejected=tuple(rejected), skipped=tuple(skipped), notes=tuple(notes)
    )  # fmt: skip

"""Any other table: columns found by their names in several languages, or mapped by a person.

It is asked last and recognises what has a day, an amount of something and a header. What a person
decides about a file (columns, type words, order of day and month, currency) comes as `Options`
and can be kept as a template.
"""

from dataclasses import dataclass
from typing import Final

from portfolio.importers import headers
from portfolio.importers.base import Imported, Options
from portfolio.importers.document import Document, UnreadableError
from portfolio.importers.tabular import TableFormat

_TABLE: Final = TableFormat(name="generic", title="Other CSV file", signature=())


@dataclass(frozen=True, slots=True)
class Generic:
    """A table of no known format."""

    name: str = _TABLE.name
    title: str = _TABLE.title

    def recognises(self, document: Document) -> bool:
        """Say whether a day and a number of something can be told from the header."""
        try:
            if document.table is None:
                return False
        except UnreadableError:
            return False
        found = headers.fields(document.table.header)
        return "date" in found and bool(
            {"quantity", "net", "gross", "price", "ratio"} & found.keys()
        )

    def read(self, document: Document, options: Options) -> Imported:
        """Return the transactions of the table."""
        return _TABLE.read(document, options)


IMPORTER: Final = Generic()

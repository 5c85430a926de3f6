"""Tables into transactions: what all formats with a header and rows have in common.

A format says which headers make it certain, which column is which where its words are its own,
and what its type words mean. Everything else (synonyms in several languages, decimal marks, the
order of day and month, signs, totals at the end) is decided here, once for all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from portfolio.domain.transactions import Kind
from portfolio.importers import headers
from portfolio.importers.base import Entry, Imported, Needs, Rejected, SkippedRow
from portfolio.importers.booking import booked
from portfolio.importers.cells import is_day
from portfolio.importers.collecting import collected
from portfolio.importers.deciding import table_needs
from portfolio.importers.document import HEADER_WORDS, Document, Table, UnreadableError
from portfolio.importers.options import DateOrder, DecimalMark, Options
from portfolio.importers.sheet import Row, Sheet, sheet_of

_TOTALS: Final = (
    "total", "totals", "transactionstotal", "grandtotal", "subtotal", "gesamt", "gesamtsumme",
    "summe", "totaal", "somme", "totale", "suma",
)  # fmt: skip
OTHER_TABLE: Final = "In another table of the file"
_REMARK: Final = 2  # cells with text in a line that is no record
_DONE: Final = frozenset(
    headers.normalised(word)
    for word in (
        "executed",
        "filled",
        "completed",
        "complete",
        "settled",
        "done",
        "success",
        "successful",
        "booked",
        "confirmed",
        "processed",
        "closed",
        "final",
        "cleared",
        "posted",
        "ok",
        "distributed",
        "settled/closed",
        "paid",
        "credited",
        "finished",
        "fulfilled",
        "fully executed",
        "fully filled",
        "traded",
        "ausgeführt",
        "erledigt",
        "gebucht",
        "abgerechnet",
        "exécuté",
        "exécutée",
        "terminé",
        "ejecutada",
        "ejecutado",
        "completado",
        "eseguito",
        "eseguita",
        "uitgevoerd",
        "voltooid",
    )
)
_NEVER: Final = frozenset(
    headers.normalised(word)
    for word in (
        "cancelled",
        "canceled",
        "rejected",
        "expired",
        "failed",
        "pending",
        "open",
        "declined",
        "reverted",
        "working",
        "queued",
        "unfilled",
        "new",
        "storniert",
        "gelöscht",
        "abgelehnt",
        "abgelaufen",
        "offen",
        "verfallen",
        "annulé",
        "annulée",
        "rejeté",
        "expiré",
        "en attente",
        "cancelada",
        "cancelado",
        "rechazada",
        "pendiente",
        "annullato",
        "scaduto",
        "rifiutato",
        "geannuleerd",
        "verlopen",
        "geweigerd",
    )
)

Read = Callable[[Row], Iterable[Entry]]


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A format that is one table.

    `signature` are headers that only this format has together. `columns` says which header is
    which field, before any synonym; an empty one takes a synonym away. `kinds` are type words of
    its own; None means the row is no transaction. `order` and `mark` are the format's where it
    has one for all its files, `currency` that of every row, for a broker that knows only one.
    `own_currency` says that `read_row` finds the currency in a way of its own.
    """

    name: str
    title: str
    signature: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, Kind | None] = field(default_factory=dict)
    order: DateOrder | None = None
    mark: DecimalMark | None = None
    currency: str = ""
    own_currency: bool = False
    read_row: Read | None = None

    def recognises(self, document: Document) -> bool:
        """Say whether the header has all words of the signature."""
        try:
            return document.table is not None and document.table.has(*self.signature)
        except UnreadableError:
            return False

    def needs(self, document: Document, options: Options) -> Needs:
        """Return what a person has to decide about the table."""
        sheet = self.sheet(document, options)
        return table_needs(
            sheet,
            own_currency=self.own_currency or bool(self.currency),
            own_kinds=self.read_row is not None,
        )

    def read(self, document: Document, options: Options) -> Imported:
        """Return the transactions of the table."""
        return self.read_sheet(self.sheet(document, options))

    def read_sheet(self, sheet: Sheet) -> Imported:
        """Return the transactions of a sheet; records of a further table are left aside."""
        found = collected(self.name, (Row(sheet, line) for line in sheet.table.lines), self._rows)
        if not sheet.table.rest:
            return found
        left = tuple(Rejected(number, cells, OTHER_TABLE) for number, cells in sheet.table.rest)
        return replace(found, skipped=(*found.skipped, *left))

    def sheet(self, document: Document, options: Options) -> Sheet:
        """Return the table with its columns found.

        Raises:
            UnreadableError: there is no table.
        """
        table = document.table
        if table is None:
            raise UnreadableError("There is no line with the names of columns")
        return self.sheet_of(table, options)

    def sheet_of(self, table: Table, options: Options) -> Sheet:
        """Return one table as a sheet of this format."""
        decided = replace(options, currency=options.currency or self.currency)
        sheet = sheet_of(table, self.columns, decided, self.order, self.mark)
        return replace(sheet, strict=self.read_row is None)

    def _rows(self, row: Row) -> Iterable[Entry]:
        check_line(row)
        check_status(row)
        if self.read_row is not None:
            return self.read_row(row)
        return booked(row, self.kinds)


def check_line(row: Row) -> None:
    """Leave aside a line that is no record: totals, a remark, the names of the columns again.

    Raises:
        SkippedRow: as said.
    """
    if row.text("date")[:1].isdigit() and len(row.cells) - row.cells.count("") > _REMARK:
        if headers.normalised(row.cells[0]) in _TOTALS:
            raise SkippedRow("A line of totals")
        return
    full = [cell for cell in row.cells if cell]
    first = headers.normalised(full[0])
    if first in _TOTALS:
        raise SkippedRow("A line of totals")
    if len(full) > 1 and row.cells == row.sheet.table.header:
        raise SkippedRow("The names of the columns")
    if len(full) > _REMARK or len(row.sheet.table.header) <= HEADER_WORDS:
        return
    day = row.text("date")
    if not day or not is_day(day):
        reason = "A line of totals" if first.startswith(_TOTALS) else "A remark, no record"
        raise SkippedRow(reason)


def check_status(row: Row) -> None:
    """Leave aside an order that was never carried out.

    Raises:
        SkippedRow: its status says so.
        RowError: its status is not known.
    """
    status = row.text("status")
    if not status:
        return
    clean = headers.normalised(status)
    if clean in _NEVER:
        raise SkippedRow(f"An order that was not carried out: {status}")
    if clean not in _DONE:
        raise row.wrong("status", "This status is not known")

"""Tables into transactions: what all formats with a header and rows have in common.

A format says which headers make it certain, which column is which where its words are its own,
and what its type words mean. Everything else (synonyms in several languages, decimal marks, the
order of day and month, signs, totals at the end) is decided here, once for all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from portfolio.domain.money import ZERO
from portfolio.domain.transactions import TRADES, Kind
from portfolio.importers import headers, words
from portfolio.importers.amounts import standard
from portfolio.importers.base import (
    Entry,
    Imported,
    Needs,
    RowError,
    SkippedRow,
    TakenBack,
)
from portfolio.importers.collecting import collected
from portfolio.importers.deciding import table_needs
from portfolio.importers.document import Document, Table, UnreadableError
from portfolio.importers.options import DateOrder, DecimalMark, Options
from portfolio.importers.sheet import Row, Sheet, sheet_of

_TOTALS: Final = (
    "total", "totals", "transactionstotal", "grandtotal", "subtotal", "gesamt", "gesamtsumme",
    "summe", "totaal", "somme", "totale", "suma",
)  # fmt: skip
_RECEIVED: Final = frozenset({Kind.DIVIDEND, Kind.DEPOSIT})
_PAID: Final = frozenset({Kind.FEE, Kind.TAX, Kind.WITHDRAWAL})

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
        """Return the transactions of a sheet."""
        return collected(self.name, (Row(sheet, line) for line in sheet.table.lines), self._rows)

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
        return sheet_of(table, self.columns, decided, self.order, self.mark)

    def _rows(self, row: Row) -> Iterable[Entry]:
        if headers.normalised(row.line.cells[0]) in _TOTALS:
            raise SkippedRow("A line of totals")
        check_status(row)
        if self.read_row is not None:
            return self.read_row(row)
        return booked(row, kind_by_word(row, self.kinds))


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


def booked(row: Row, kind: Kind) -> list[Entry]:
    """Return a row as a transaction, or as one that takes back another where its sign says so.

    Interest below zero is a cost. A purchase of less than nothing is refused.
    """
    if kind in TRADES:
        if kind is Kind.BUY and (row.number("quantity") or ZERO) < 0:
            raise row.wrong("quantity", "A purchase of less than nothing")
        return [standard(row, kind)]
    flow = row.number("net")
    flow = row.number("gross") if flow is None else flow
    if kind is Kind.INTEREST and flow is not None and flow < 0:
        return [standard(row, Kind.FEE)]
    transaction = standard(row, kind)
    if flow and ((kind in _RECEIVED and flow < 0) or _refunded(row, kind, above=flow > 0)):
        name = "gross" if row.number("net") is None else "net"
        return [TakenBack(transaction, row.header(name), row.text(name))]
    return [transaction]


def _refunded(row: Row, kind: Kind, *, above: bool) -> bool:
    return kind in _PAID and above and row.sheet.signed


def kind_by_word(row: Row, own: Mapping[str, Kind | None]) -> Kind:
    """Return the kind of a row.

    Raises:
        RowError: the word is not known.
        SkippedRow: the format says that such rows are no transactions.
    """
    words_there = [word for word in row.texts("kind") if word]
    if not words_there:
        if "kind" in row.sheet.places:
            raise row.wrong("kind", "The kind of transaction is missing")
        return _by_sign(row)
    for word in words_there:
        clean = headers.normalised(word)
        for table in (row.sheet.options.kinds, own):
            for name, kind in table.items():
                if headers.normalised(name) == clean:
                    if kind is None:
                        raise SkippedRow(f"{word}: no transaction")
                    return kind
        found = words.kind_of(word)
        if found is not None:
            return found
    place = next(
        place for place in row.sheet.places["kind"] if row.cells[place : place + 1] > ("",)
    )
    raise RowError(
        "This kind of transaction is not known",
        column=row.sheet.table.header[place],
        text=words_there[0],
    )


def _by_sign(row: Row) -> Kind:
    """Return what a row is in a table that has no column for it: what is sold has a minus.

    Where only amounts have signs, what is paid has it. Without any sign it may be a list of what
    is held; a person says that all of it was bought by taking the column of kinds away.

    Raises:
        RowError: there is no sign, and nobody has said so.
    """
    if not row.sheet.sided and "kind" not in row.sheet.options.columns:
        raise RowError(
            "Nothing says whether this was bought or sold; say which column does", column="kind"
        )
    quantity = row.number("quantity") or ZERO
    brought = row.sheet.signed and (row.number("net") or row.number("gross") or ZERO) > 0
    return Kind.SELL if quantity < 0 or brought else Kind.BUY

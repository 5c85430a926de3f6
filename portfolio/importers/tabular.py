"""Tables into transactions: what all formats with a header and rows have in common.

A format says which headers make it certain, which column is which where its words are its own,
and what its type words mean. Everything else (synonyms in several languages, decimal marks, the
order of day and month, signs, totals at the end) is decided here, once for all.

Amounts: price x quantity where there is a price. Else the gross value; else it is worked out
from the net one, which includes fee and tax (off what is received, on top of what is paid).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from portfolio.domain import money
from portfolio.domain.errors import CurrencyError, DomainError
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import SPLIT_PART_MAX, TRADES, Kind
from portfolio.importers import headers, values, words
from portfolio.importers.base import (
    DateOrder,
    Imported,
    ImportedTransaction,
    Options,
    Rejected,
    RowError,
    SkippedRow,
)
from portfolio.importers.document import Document, Line, Table, UnreadableError

NUMBERS: Final = ("quantity", "price", "gross", "net", "fee", "tax")
PAID: Final = frozenset({Kind.BUY, Kind.COVER, Kind.TRANSFER_IN})
_TOTALS: Final = ("total", "totals", "transactionstotal", "gesamt", "summe", "totaal", "somme")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with what its columns as wholes have shown."""

    table: Table
    places: Mapping[str, int]
    mark: Literal[".", ","]
    order: DateOrder | None
    options: Options


@dataclass(frozen=True, slots=True)
class Row:
    """One record, its cells by field; reading a cell that is not understood raises `RowError`."""

    sheet: Sheet
    line: Line

    def text(self, name: str) -> str:
        """Return the cell of a field; empty when the table has no such column."""
        return self._at(self.sheet.places.get(name))

    def cell(self, header: str) -> str:
        """Return the cell below a header; empty when the table has no such column."""
        return self._at(self.sheet.table.column(header))

    def _at(self, place: int | None) -> str:
        return self.line.cells[place] if place is not None and place < len(self.line.cells) else ""

    def header(self, name: str) -> str:
        """Return what stands above a field."""
        place = self.sheet.places.get(name)
        return name if place is None else self.sheet.table.header[place]

    def number(self, name: str) -> Decimal | None:
        """Return the number in a cell, or None when it is empty."""
        return values.number(self.text(name), self.sheet.mark, self.header(name))

    def day(self, name: str = "date") -> date:
        """Return the day in a cell."""
        if not self.text(name):
            raise RowError("The day is missing", column=self.header(name))
        return values.day(self.text(name), self.sheet.order, self.header(name))

    def wrong(self, name: str, reason: str) -> RowError:
        """Return the error that points at a cell."""
        return RowError(reason, column=self.header(name), text=self.text(name))


Read = Callable[[Row], Iterable[ImportedTransaction]]


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A format that is one table.

    `signature` are headers that only this format has together. `columns` says which header is
    which field, before any synonym; an empty one takes a synonym away. `kinds` are type words of
    its own; None means the row is no transaction. `currency` is that of every row, for a broker
    that knows only one.
    """

    name: str
    title: str
    signature: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, Kind | None] = field(default_factory=dict)
    order: DateOrder | None = None
    currency: str = ""
    read_row: Read | None = None

    def recognises(self, document: Document) -> bool:
        """Say whether the header has all words of the signature."""
        try:
            return document.table is not None and document.table.has(*self.signature)
        except UnreadableError:
            return False

    def read(self, document: Document, options: Options) -> Imported:
        """Return the transactions of the table."""
        sheet = self._sheet(document, options)
        return collected(self.name, (Row(sheet, line) for line in sheet.table.lines), self._rows)

    def _sheet(self, document: Document, options: Options) -> Sheet:
        table = document.table
        if table is None:
            raise UnreadableError("There is no line with the names of columns")
        places = headers.fields(table.header)
        for name, header in {**self.columns, **options.columns}.items():
            place = table.column(header) if header else None
            if place is None:
                places.pop(name, None)
            else:
                places = {k: v for k, v in places.items() if v != place} | {name: place}
        cells = {
            name: [line.cells[place] for line in table.lines if place < len(line.cells)]
            for name, place in places.items()
        }
        numbers = (cell for name in NUMBERS for cell in cells.get(name, ()))
        return Sheet(
            table,
            places,
            options.decimal_mark or values.decimal_mark(numbers, table.delimiter),
            options.date_order or self.order or values.date_order(cells.get("date", ())),
            replace(options, currency=options.currency or self.currency),
        )

    def _rows(self, row: Row) -> Iterable[ImportedTransaction]:
        if self.read_row is not None:
            return self.read_row(row)
        return [standard(row, self.kind(row))]

    def kind(self, row: Row) -> Kind:
        """Return what a row is, by its type word or, without such a column, by its sign."""
        return kind_by_word(row, self.kinds)


def collected(
    name: str, rows: Iterable[Row], read: Callable[[Row], Iterable[ImportedTransaction]]
) -> Imported:
    """Return what reading each row gives, its refusals gathered beside it."""
    transactions: list[ImportedTransaction] = []
    rejected: list[Rejected] = []
    skipped: list[Rejected] = []
    for row in rows:
        cells, number = row.line.cells, row.line.number
        try:
            if headers.normalised(cells[0]) in _TOTALS:
                raise SkippedRow("A line of totals")  # noqa: TRY301 - same path as of the reader
            transactions.extend(read(row))
        except RowError as error:
            rejected.append(Rejected(number, cells, error.reason, error.column, error.text))
        except DomainError as error:
            rejected.append(Rejected(number, cells, error.message, error.field or ""))
        except SkippedRow as reason:
            skipped.append(Rejected(number, cells, str(reason)))
    return Imported(name, tuple(transactions), tuple(rejected), tuple(skipped))


def kind_by_word(row: Row, own: Mapping[str, Kind | None]) -> Kind:
    """Return the kind of a row.

    Raises:
        RowError: the word is not known.
        SkippedRow: the format says that such rows are no transactions.
    """
    word = row.text("kind")
    if not word:
        if "kind" in row.sheet.places:
            raise row.wrong("kind", "The kind of transaction is missing")
        return Kind.SELL if (row.number("quantity") or ZERO) < 0 else Kind.BUY
    clean = headers.normalised(word)
    for table in (row.sheet.options.kinds, own):
        for name, kind in table.items():
            if headers.normalised(name) == clean:
                if kind is None:
                    raise SkippedRow(f"{word}: no transaction")
                return kind
    found = words.kind_of(word)
    if found is None:
        raise row.wrong("kind", "This kind of transaction is not known")
    return found


def standard(row: Row, kind: Kind) -> ImportedTransaction:
    """Return a row as a transaction of a kind, by the fields of its table.

    Raises:
        RowError: something that the kind needs is missing or not understood.
    """
    numerator, denominator = ratio(row) if kind is Kind.SPLIT else (1, 1)
    fee, tax = (abs(row.number(name) or ZERO) for name in ("fee", "tax"))
    quantity = price = ZERO
    amount: Decimal | None = None
    if kind in {Kind.FEE, Kind.TAX}:
        amount, fee, tax = own_charge(row, kind), ZERO, ZERO
    elif kind is not Kind.SPLIT:
        quantity, price = (abs(row.number(name) or ZERO) for name in ("quantity", "price"))
        if kind in TRADES and not quantity:
            raise row.wrong("quantity", f"A {kind} needs a quantity")
        amount = value_of(row, kind, quantity, fee + tax)
    return ImportedTransaction(
        line=row.line.number,
        kind=kind,
        on=row.day(),
        at=values.clock(row.text("time")) or values.clock(row.text("date")),
        symbol=row.text("symbol"),
        isin=row.text("isin"),
        name=row.text("name"),
        quantity=quantity,
        price=price,
        amount=amount,
        fee=fee,
        tax=tax,
        currency=currency_of(row, needed=kind is not Kind.SPLIT),
        numerator=numerator,
        denominator=denominator,
        account=row.text("account") or row.sheet.options.account,
        reference=row.text("reference"),
        note=row.text("note"),
    )


def value_of(row: Row, kind: Kind, quantity: Decimal, charges: Decimal) -> Decimal | None:
    """Return the value before charges where it is not just quantity x price.

    Raises:
        RowError: neither a price nor a value is there.
    """
    price, gross, net = (row.number(name) for name in ("price", "gross", "net"))
    if price is not None and quantity:
        return None
    if gross is not None:
        return abs(gross)
    if net is not None:
        return abs(net) - charges if kind in PAID else abs(net) + charges
    if price is not None and kind not in TRADES:
        return abs(price)
    raise row.wrong("net" if "net" in row.sheet.places else "price", "The amount is missing")


def own_charge(row: Row, kind: Kind) -> Decimal:
    """Return the amount of a fee or tax that is a row of its own, from whichever column has it.

    Raises:
        RowError: no column has it.
    """
    quantity, price = row.number("quantity"), row.number("price")
    product = quantity * price if quantity and price else None
    for value in (row.number("gross"), row.number("net"), product, row.number(kind.value), price):
        if value:
            return abs(value)
    raise row.wrong("net", "The amount is missing")


def currency_of(row: Row, *, needed: bool = True) -> str:
    """Return the currency of a row in its one spelling; a split needs none.

    Raises:
        RowError: it is not stated or not known.
    """
    stated = row.text("currency") or row.sheet.options.currency
    if not stated and not needed:
        return ""
    if not stated:
        raise row.wrong("currency", "The currency is not stated; choose it for the file")
    try:
        return money.check_currency(stated)
    except CurrencyError as error:
        raise row.wrong("currency", error.message) from error


def ratio(row: Row) -> tuple[int, int]:
    """Return a split as (new, old) from "2:1", "2/1", "2 for 1" or a number of units for one.

    Raises:
        RowError: no ratio, or none that a split can have.
    """
    for name in ("ratio", "net", "gross", "quantity"):
        text = row.text(name).casefold().replace("for", ":").replace("/", ":")
        if not text:
            continue
        parts = [values.number(part, row.sheet.mark, row.header(name)) for part in text.split(":")]
        if len(parts) > 2 or not all(parts):  # noqa: PLR2004 - new and old
            continue
        whole = (
            Fraction(parts[0] or 0) / Fraction(parts[-1] or 1)
            if parts[1:]
            else Fraction(parts[0] or 0)
        )
        if 0 < whole != 1 and max(whole.numerator, whole.denominator) <= SPLIT_PART_MAX:
            return whole.numerator, whole.denominator
        raise row.wrong(name, "This is not the ratio of a split")
    raise row.wrong("ratio", "The ratio of the split is missing")

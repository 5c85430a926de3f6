"""Tables of prices: a day and a close in each row, perhaps a symbol and a currency.

Read as all other tables: delimiters, encodings, decimal commas and the order of day and month are
told from the file as a whole, and asked for where it cannot tell. A table without a header has a
day and a price in its first two columns. What is adjusted for dividends is no price that anything
was traded at: such a column is not taken for the close.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from portfolio.importers import headers, values
from portfolio.importers.base import Rejected, RowError
from portfolio.importers.currencies import currency_of
from portfolio.importers.document import Document, Table, UnreadableError
from portfolio.importers.options import Decision, Options
from portfolio.importers.sheet import Row, sheet_of

HEADER_LINES: Final = 30  # a title and some notes stand before a header, no more
_CLOSE: Final = (
    "close", "closing price", "close/last", "last close", "closing", "schlusskurs", "schluss",
    "schlußkurs", "clôture", "cours de clôture", "dernier", "cierre", "precio de cierre",
    "último cierre", "chiusura", "prezzo di chiusura", "slotkoers", "slot", "fecho", "fechamento",
    "zamknięcie", "stängningskurs", "last", "last price", "letzter", "zuletzt", "letzter kurs",
    "ultimo", "último", "laatst", "nav", "net asset value", "rücknahmepreis", "anteilwert",
    "price", "unit price", "share price", "kurs", "preis", "cours", "prix", "precio", "prezzo",
    "koers", "prijs", "preço", "index", "indexstand", "value", "wert", "valeur", "valor", "stand",
)  # fmt: skip
_RANKS: Final = {headers.normalised(word): rank for rank, word in enumerate(_CLOSE)}


@dataclass(frozen=True, slots=True)
class StatedPrice:
    """One row: the close of a day. Symbol and currency are empty where the row says none.

    `among` are the currencies of a sign that several share, such as $; empty without one.
    """

    number: int
    cells: tuple[str, ...]
    on: date
    close: Decimal
    symbol: str
    currency: str
    among: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PriceTable:
    """What came out of a file; `needs` is what a person has to decide before there is anything."""

    rows: tuple[StatedPrice, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    needs: Decision | None = None
    with_symbols: bool = False


def read(document: Document, options: Options) -> PriceTable:
    """Return the prices of a file.

    Raises:
        UnreadableError: no columns of days and closes are found in it.
    """
    table, places = _found(document)
    columns = {name: f"#{place + 1}" for name, place in places.items()}
    columns |= dict.fromkeys(_NEVER, "")
    sheet = sheet_of(table, columns, options, None, None)
    if sheet.order is None:
        return PriceTable(needs="date_order")
    if sheet.mark is None and any(map(values.is_doubtful, sheet.cells("price"))):
        return PriceTable(needs="decimal_mark")
    rows: list[StatedPrice] = []
    rejected: list[Rejected] = []
    for line in table.lines:
        row = Row(sheet, line)
        try:
            rows.append(_row(row))
        except RowError as error:
            rejected.append(
                Rejected(line.number, line.cells, error.reason, error.column, error.text)
            )
    return PriceTable(tuple(rows), tuple(rejected), None, "symbol" in sheet.places)


def _row(row: Row) -> StatedPrice:
    on, close = row.day(), row.number("price")
    if close is None:
        raise row.wrong("price", "The price is missing")
    symbol = row.text("symbol").strip()
    currency = currency_of(row, needed=False, priced=True)
    sign = values.currency_in(row.text("price"))
    among = sign if isinstance(sign, frozenset) else frozenset[str]()
    return StatedPrice(row.line.number, row.line.cells, on, close, symbol, currency, among)


def _found(document: Document) -> tuple[Table, dict[str, int]]:
    for line in document.records[:HEADER_LINES]:
        places = dict(_named(line.cells))
        if {"date", "price"} <= places.keys():
            table = document.table_at(line.number)
            if table is not None:
                return table, places
    bare = document.table_at(0)
    if bare is not None and _is_bare(bare):
        return bare, {"date": 0, "price": 1}
    raise UnreadableError("There are no columns with a day and a closing price")


def _named(cells: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Yield the columns that a line of headers names; of several closes the most certain."""
    closes: list[tuple[int, int]] = []
    for place, cell in enumerate(cells):
        meaning = headers.meaning(cell)
        rank = _RANKS.get(headers.normalised(cell))
        if rank is None and meaning is not None and meaning[0] == "price":
            rank = len(_RANKS)
        if rank is not None:
            closes.append((rank, place))
        elif meaning is not None and meaning[0] in {"date", "symbol", "currency"}:
            yield meaning[0], place
    if closes:
        yield "price", min(closes)[1]


def _is_bare(table: Table) -> bool:
    """Say whether each row begins with a day and a number: a table that needs no header."""
    lines = [line.cells for line in table.lines if len(line.cells) > 1]
    order = values.date_order(cells[0] for cells in lines)
    mark = values.decimal_mark(cells[1] for cells in lines)
    try:
        for cells in lines[:HEADER_LINES]:
            values.day(cells[0], order or "dmy")
            values.number(cells[1], mark or ".")
    except RowError:
        return False
    return bool(lines)


_NEVER: Final = ("quantity", "gross", "net", "debit", "credit", "fee", "tax", "kind", "isin")

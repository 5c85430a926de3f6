"""A table with what its columns as wholes have shown, and its rows by field.

Which column is which comes from the words above it, from the format, or from a person; the
decimal mark and the order of day and month come from all cells together. Reading a cell that is
not understood raises `RowError` with its column and text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Final

from portfolio.domain.money import ZERO
from portfolio.domain.transactions import Kind
from portfolio.importers import headers, short_days, values
from portfolio.importers.base import RowError
from portfolio.importers.cells import DASHES, EMPTY, isin_within, share
from portfolio.importers.columns import (
    MONEY,
    NUMBERS,
    Places,
    currencies_beside,
    located,
    other_days,
)
from portfolio.importers.document import Line, Table
from portfolio.importers.options import DateOrder, DecimalMark, Options
from portfolio.importers.pairs import split_pair
from portfolio.importers.words import takes_back

TEXTS: Final = ("time", "date", "symbol", "isin", "name", "account", "reference", "note")
_TELLS: Final = re.compile(r"[A-Za-z$€£¥₹₽₺₪₩฿ł]")
_TICKER: Final = re.compile(r"[A-Z][A-Z0-9]{0,5}(?:[.-][A-Z]{1,3})?")
_FULL: Final = re.compile(r"[1-9]")  # a number that is not zero
_PAIR_NAMES: Final = frozenset({"pair", "market", "currencypair", "tradingpair", "assetpair"})
_MOSTLY: Final = 0.5
_PAIRS: Final[tuple[Mapping[str, Kind], ...]] = tuple(
    {bought: Kind.BUY, sold: Kind.SELL} for bought, sold in ("BS", "KV", "AV", "CV")
)  # buy and sell in English, German, Italian and French, Portuguese and Spanish


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table, the columns of its fields, and what was decided about all of its cells.

    `telling` are the fields of money whose headers or cells may state a currency, each with the
    one of its header; `beside` are the columns with their currencies, where they have such. In a
    `signed` table what is paid stands below zero; a `two_sided` one has money in and money out in
    columns of their own; a `sided` one tells what is bought from what is sold by signs, be they of
    amounts or of quantities (`quantities_signed`). `letters` are type words of one letter each.
    In a `strict` table a total must be what price and charges come to; formats with a meaning of
    their own for it are not. In an `undoing` one some rows take back others. `mixed` are charges
    of both signs, and whether what is paid stands below zero. `pick` takes the cells of `TEXTS`.
    """

    table: Table
    places: Places
    mark: DecimalMark | None
    order: DateOrder | None
    options: Options
    telling: Mapping[str, str] = field(default_factory=dict)
    signed: bool = False
    mixed: Mapping[str, bool] = field(default_factory=dict)
    serials: bool = False
    short_years: bool = False
    other_days: tuple[int, ...] = ()
    pairs: bool = False
    strict: bool = False
    undoing: bool = False
    beside: Mapping[str, int] = field(default_factory=dict)
    quantities_signed: bool = False
    prices_signed: bool = False
    letters: Mapping[str, Kind] = field(default_factory=dict)
    two_sided: bool = False
    sided: bool = False
    known: dict[str, Decimal | None] = field(default_factory=dict)
    pick: Callable[[tuple[str, ...]], tuple[str, ...]] = tuple

    def number(self, cell: str, column: str) -> Decimal | None:
        """Return the number in a cell; equal cells are read once and kept in `known`."""
        try:
            return self.known[cell]
        except KeyError:
            value = self.known[cell] = values.number(cell, self.mark, column)
            return value

    def cells(self, name: str) -> Iterable[str]:
        """Return all cells of a field."""
        for place in self.places.get(name, ()):
            for line in self.table.lines:
                if place < len(line.cells):
                    yield line.cells[place]


class Row:
    """One record, its cells by field."""

    __slots__ = ("cells", "line", "sheet")

    def __init__(self, sheet: Sheet, line: Line) -> None:
        self.sheet = sheet
        self.line = line
        self.cells = line.cells

    @property
    def number_in_file(self) -> int:
        """The line the row stands on."""
        return self.line.number

    def text(self, name: str) -> str:
        """Return the cell of a field; empty when the table has no such column."""
        places = self.sheet.places.get(name)
        if not places:
            return ""
        try:
            return self.cells[places[0]]
        except IndexError:
            return ""

    def named(self) -> tuple[str, ...]:
        """Return the cells of `TEXTS` at once, empty where there is none or but a dash."""
        missing = len(self.sheet.table.header) - len(self.cells)
        found = self.sheet.pick((*self.cells, *("",) * max(missing, 0), ""))
        return found if DASHES.isdisjoint(found) else tuple(
            "" if cell in DASHES else cell for cell in found
        )  # fmt: skip

    def texts(self, name: str) -> list[str]:
        """Return the cells of a field that stands in several columns."""
        return [self.at(place) for place in self.sheet.places.get(name, ())]

    def cell(self, header: str) -> str:
        """Return the cell below a header; empty when the table has no such column."""
        place = self.sheet.table.column(header)
        return "" if place is None else self.at(place)

    def at(self, place: int) -> str:
        """Return the cell of a column; empty when the record is too short for it."""
        return self.cells[place] if place < len(self.cells) else ""

    def pair(self) -> tuple[str, str] | None:
        """Return the coin and the currency of the row, in a table of an exchange's pairs."""
        if not self.sheet.pairs:
            return None
        return split_pair(self.text("symbol"), joined=True)

    def beside(self, name: str) -> str:
        """Return what stands in the column with the currency of a field; "" without one."""
        place = self.sheet.beside.get(name)
        cell = "" if place is None else self.at(place)
        return "" if cell in DASHES else cell

    def isin_within(self) -> str:
        """Return the ISIN in the name or the symbol, where no column is made of them."""
        if "isin" in self.sheet.places:
            return ""
        return isin_within(self.text("symbol")) or isin_within(self.text("name"))

    def header(self, name: str) -> str:
        """Return what stands above a field."""
        places = self.sheet.places.get(name)
        return self.sheet.table.header[places[0]] if places else name

    def number(self, name: str) -> Decimal | None:
        """Return the number of a field, or None when its cells are empty; several add up.

        Where money in and out stand in two columns, the net amount is the one less the other.
        """
        sheet = self.sheet
        places = sheet.places.get(name)
        if not places:
            return self._in_and_out() if name == "net" and sheet.two_sided else None
        if len(places) == 1:
            cell = self.at(places[0])
            if not cell:
                return None
            known = sheet.known.get(cell)
            return sheet.number(cell, sheet.table.header[places[0]]) if known is None else known
        found = [sheet.number(self.at(place), sheet.table.header[place]) for place in places]
        stated = [abs(value) for value in found if value is not None]
        return sum(stated, ZERO) if stated else None

    def _in_and_out(self) -> Decimal | None:
        into, out_of = self.number("credit"), self.number("debit")
        if into is None and out_of is None:
            return None
        return abs(into or ZERO) - abs(out_of or ZERO)

    def number_of(self, header: str) -> Decimal | None:
        """Return the number below a header of the format's own."""
        cell = self.cell(header)
        return self.sheet.number(cell, header) if cell else None

    def day(self, name: str = "date") -> date:
        """Return the day in a cell."""
        text = self.text(name)
        if text in EMPTY:
            others = self.sheet.other_days if name == "date" else ()
            text = next((day for at in others if (day := self.at(at)) not in EMPTY), "")
        if not text:
            raise RowError("The day is missing", column=self.header(name))
        if self.sheet.serials and name == "date":
            return values.serial_day(text)
        if self.sheet.short_years and name == "date":
            return short_days.short_day(text, self.sheet.order, self.header(name))
        return values.day(text, self.sheet.order, self.header(name))

    def wrong(self, name: str, reason: str) -> RowError:
        """Return the error that points at a cell."""
        return RowError(reason, column=self.header(name), text=self.text(name))


def sheet_of(
    table: Table, columns: Mapping[str, str], options: Options, order: DateOrder | None,
    mark: DecimalMark | None,
) -> Sheet:  # fmt: skip
    """Return a table as a sheet.

    `columns` are the format's own names of columns, those of `options` come before them. An
    order of days or a decimal mark of the format stands before what the cells show, a person's
    decision before both.
    """
    places = located(table, columns, options.columns)
    if "symbol" not in places and "symbol" not in options.columns:
        places |= _tickers(table, places)
    beside = currencies_beside(table, places)
    if (
        beside
        and places.get("currency", (-1,))[0] in beside.values()
        and _named_alike(table, places["currency"][0])
    ):
        places.pop("currency")  # it is that of one amount among several
    bare = Sheet(table, places, None, None, options)
    cells = {name: list(bare.cells(name)) for name in places}
    days = cells.get("date", [])
    decided = options.decimal_mark or mark
    two_sided = "net" not in places and not {"debit", "credit"}.isdisjoint(places)
    flows = (cell for name in ("net", "gross") for cell in cells.get(name, ()))
    signed = two_sided or any(map(_below, flows))
    short = short_days.all_short(days)
    shown = short_days.short_order(days) if short else values.date_order(days)
    by_quantity = any(map(_below, cells.get("quantity", ())))
    return Sheet(
        table,
        places,
        decided or values.decimal_mark(cell for name in NUMBERS for cell in cells.get(name, ())),
        options.date_order or order or shown,
        options,
        telling=dict(_telling(table, places, beside, cells)),
        two_sided=two_sided,
        signed=signed,
        sided=signed or by_quantity,
        quantities_signed=by_quantity,
        short_years=short,
        undoing=any(map(takes_back, {*cells.get("kind", ()), *cells.get("note", ())})),
        pairs=_of_pairs(table, places, cells.get("symbol", ())),
        other_days=other_days(table, places),
        prices_signed=any(map(_below, cells.get("price", ()))),
        letters=_letters(cells.get("kind", ())),
        beside=beside,
        mixed=dict(_mixed(cells)),
        serials=values.serials(days),
        pick=itemgetter(*(places.get(name, (-1,))[0] for name in TEXTS)),
    )


def _of_pairs(table: Table, places: Places, symbols: Sequence[str]) -> bool:
    """Say whether the symbols are pairs of an exchange; joined ones only under such a name.

    Beside a column of currencies "BTC-USD" is the coin's ticker, as Yahoo writes it.
    """
    if not symbols:
        return False
    tickers = "currency" in places
    named = headers.normalised(table.header[places["symbol"][0]]) in _PAIR_NAMES

    def is_pair(cell: str) -> bool:
        return not (tickers and "-" in cell) and split_pair(cell, joined=named) is not None

    return share(symbols, is_pair) >= _MOSTLY


def _letters(kinds: Iterable[str]) -> Mapping[str, Kind]:
    """Return what single letters mean where a column is made of one of the usual pairs of them."""
    there = {cell.upper() for cell in kinds if cell}
    return next((dict(pair) for pair in _PAIRS if there == pair.keys()), {})


def _named_alike(table: Table, place: int) -> bool:
    """Say whether several columns are called as one is."""
    wanted = headers.normalised(table.header[place])
    return sum(headers.normalised(cell) == wanted for cell in table.header) > 1


def _tickers(table: Table, places: Places) -> dict[str, tuple[int, ...]]:
    """Return a column of names in which only tickers stand."""
    taken = {p for name, columns in places.items() if name != "name" for p in columns}
    for place, header in enumerate(table.header):
        if place not in taken and (headers.meaning(header) or ("",))[0] == "name":
            cells = [line.cells[place] for line in table.lines if place < len(line.cells)]
            full = [cell for cell in cells if cell]
            if full and all(map(_TICKER.fullmatch, full)):
                return {"symbol": (place,)}
    return {}


def _telling(
    table: Table, places: Places, beside: Mapping[str, int], cells: Mapping[str, list[str]]
) -> Iterator[tuple[str, str]]:
    """Return the fields of money whose headers or cells state a currency, with the header's."""
    for name in MONEY:
        if name in places:
            stated = headers.currency_named(table.header[places[name][0]])
            if stated or name in beside or _TELLS.search(" ".join(cells[name])):
                yield name, stated


def _mixed(cells: Mapping[str, list[str]]) -> Iterator[tuple[str, bool]]:
    for name in ("fee", "tax"):
        full = [cell for cell in cells.get(name, ()) if _FULL.search(cell)]
        below = sum(map(_below, full))
        if 0 < below < len(full):
            yield name, below * 2 > len(full)


def _below(cell: str) -> bool:
    """Say whether the number in a cell is below zero, as far as its signs show."""
    return len(cell) > 1 and ("-" in cell or "(" in cell[:1])

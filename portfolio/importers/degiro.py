"""DEGIRO's export of transactions: one row per trade, in any of its languages.

The columns are told by their places, as the headers are translated and those of currencies are
empty: day, time, product, ISIN, two exchanges, quantity, price, value in the currency of the
listing, value in that of the account, rate, costs, total, order. The generation of 2023 names the
currency of the account in the headers ("Value EUR") and states the cost of an automatic exchange.
Costs are of the account's currency: a fee of their own where the trade is in another one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import Kind
from portfolio.importers import headers, values
from portfolio.importers.base import Entry, Imported, ImportedTransaction, Needs, RowError
from portfolio.importers.collecting import collected
from portfolio.importers.currencies import checked
from portfolio.importers.document import Document, Table, UnreadableError
from portfolio.importers.options import DecimalMark, Options
from portfolio.importers.sheet import Row, sheet_of

_PRICE: Final = 7
_LOCAL: Final = 9
_WITH_EMPTY: Final = 19  # columns where each currency has one without a header
_DAY, _TIME, _NAME, _ISIN, _UNITS = 0, 1, 2, 3, 6
_ID: Final = 9  # characters that the id of an order has at least; no other cell at the end has


@dataclass(frozen=True, slots=True)
class DegiroTransactions:
    """The file "Transactions"."""

    name: str = "degiro-transactions"
    title: str = "DEGIRO (transactions)"

    def recognises(self, document: Document) -> bool:
        """Say whether the columns stand where DEGIRO has them."""
        try:
            table = document.table
        except UnreadableError:
            return False
        return table is not None and _is_transactions(table)

    def needs(self, document: Document, options: Options) -> Needs:  # noqa: ARG002 - as all
        """Return that nothing is open: the file says everything."""
        return Needs(None, proposal=options)

    def read(self, document: Document, options: Options) -> Imported:
        """Return the trades, with what they cost."""
        if document.table is None:
            raise UnreadableError("There is no line with the names of columns")
        sheet = sheet_of(document.table, {}, options, "dmy", None)
        sheet = replace(sheet, mark=options.decimal_mark or _mark(document.table))
        rows = (Row(sheet, line) for line in document.table.lines)
        return collected(self.name, rows, _read)


IMPORTER: Final = DegiroTransactions()


def _is_transactions(table: Table) -> bool:
    header = table.header
    return (
        len(header) > _LOCAL + 1
        and "isin" in headers.normalised(header[_ISIN])
        and not header[_PRICE + 1]
        and not header[_LOCAL + 1]
        and headers.meaning(header[_UNITS]) is not None
    )


def _mark(table: Table) -> DecimalMark | None:
    cells = (cell for line in table.lines for cell in line.cells[_UNITS:17])
    return values.decimal_mark(cells)


def _read(row: Row) -> Iterable[Entry]:
    cells = row.line.cells
    units = _number(row, _UNITS)
    if not units:
        raise RowError("The quantity is missing", column=row.sheet.table.header[_UNITS])
    price, local = _number(row, _PRICE), _number(row, _LOCAL)
    if price is None:
        raise RowError("The price is missing", column=row.sheet.table.header[_PRICE])
    currency = checked(row, cells[_PRICE + 1])
    product = money.product(abs(units), abs(price))
    value = abs(local) if local and cells[_LOCAL + 1] == cells[_PRICE + 1] else product
    if product and not product / 2 <= value <= product * 2:
        raise RowError(
            "It does not fit quantity x price", column=row.sheet.table.header[_LOCAL],
            text=cells[_LOCAL],
        )  # fmt: skip
    trade = ImportedTransaction(
        line=row.line.number,
        kind=Kind.BUY if units > 0 else Kind.SELL,
        on=values.day(cells[_DAY], "dmy", row.sheet.table.header[_DAY]),
        at=values.clock(cells[_TIME]),
        currency=currency,
        isin=cells[_ISIN],
        name=cells[_NAME],
        quantity=abs(units),
        price=abs(price),
        amount=None if value == product else value,
        account=row.sheet.options.account,
        reference=_order(row),
    )
    fee, fee_currency, total = _costs(row)
    if fee_currency not in {"", currency} and total is not None:
        paid = abs(total) - fee if units > 0 else abs(total) + fee
        trade = replace(trade, settled=paid, settled_currency=checked(row, fee_currency))
    if not fee:
        return [trade]
    if fee_currency == currency:
        return [replace(trade, fee=fee)]
    own = replace(
        trade, kind=Kind.FEE, quantity=ZERO, price=ZERO, amount=fee, settled=None,
        settled_currency="", currency=checked(row, fee_currency),
    )  # fmt: skip
    return [trade, own]


def _costs(row: Row) -> tuple[Decimal, str, Decimal | None]:
    """Return the costs, their currency, and the total that moved."""
    header, cells = row.sheet.table.header, row.line.cells
    if len(header) >= _WITH_EMPTY and not header[12]:
        stated = cells[15] or cells[17]
        return abs(_number(row, 14) or ZERO), stated, _number(row, 16)
    fee, total, currency = ZERO, None, ""
    for place in range(13, len(header)):
        named = header[place][-3:] if header[place][-3:].isupper() else ""
        word = headers.normalised(header[place].removesuffix(named))
        if not word or _is_order(word):
            continue
        if any(part in word for part in _TOTAL):
            total, currency = _number(row, place), named
        else:
            fee += abs(_number(row, place) or ZERO)
            currency = currency or named
    return fee, currency, total


_TOTAL: Final = ("total", "totaal", "gesamt", "totale", "razem", "celkem")


def _is_order(word: str) -> bool:
    return word.startswith(("order", "idord", "idda", "orden", "ordre"))


def _order(row: Row) -> str:
    """Return the id of the order, which stands last, before or behind empty headers."""
    return next((cell for cell in reversed(row.line.cells) if len(cell) >= _ID), "")


def _number(row: Row, place: int) -> Decimal | None:
    cells = row.line.cells
    if place >= len(cells):
        return None
    return row.sheet.number(cells[place], row.sheet.table.header[place])

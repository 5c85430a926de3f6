"""DEGIRO's account statement: every booking of money, in any of its languages.

What a booking is stands in its description ("Koop 1 @ 33,9 USD", "Dividendbelasting"). The two
columns of amounts have their currencies first. A trade's numbers count the way in which they
multiply to what moved, so that "1.500" is never guessed. Costs join the trade of their order when
they are in its currency. Moves to and from flatexDEGIRO Bank and reservations are no transactions;
an exchange of currencies is money out of one and into another.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.money import ZERO, major_unit
from portfolio.domain.transactions import TRADES, Kind
from portfolio.importers import headers, values
from portfolio.importers.base import (
    Entry,
    Imported,
    ImportedTransaction,
    Needs,
    RowError,
    SkippedRow,
    TakenBack,
)
from portfolio.importers.collecting import collected
from portfolio.importers.currencies import checked
from portfolio.importers.document import Document, Line, Table, UnreadableError
from portfolio.importers.options import DecimalMark, Options
from portfolio.importers.sheet import Row, sheet_of

_WIDTH: Final = 12
_DAY, _TIME, _NAME, _ISIN, _TEXT, _CURRENCY, _CHANGE, _ORDER = 0, 1, 3, 4, 5, 7, 8, 11
_TRADE: Final = re.compile(
    r"^(?:(?P<why>[^:@]*?)\s*:\s*)?"
    r"(?P<side>koop|verkoop|buy|sell|kauf|verkauf|achat|vente|compra|venta|venda|acquisto|vendita)"
    r"\s+(?P<units>\d[\d.,\s]*?)\s+(?:.*?)@\s*(?P<price>[\d.,]+)\s+(?P<currency>[A-Z]{3})",
    re.IGNORECASE,
)
_BOUGHT: Final = frozenset({"koop", "buy", "kauf", "achat", "compra", "acquisto"})
_INTERNAL: Final = re.compile(
    r"cash sweep|flatexdegiro|processed flatex|reservation|reserva|réservation|reservierung",
    re.IGNORECASE,
)
_EXCHANGE: Final = re.compile(
    r"valuta (?:credit|debit)|^fx (?:credit|debit)|währungswechsel|divisa|devises|cambio valuta",
    re.IGNORECASE,
)
_WORDS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"dividendbelasting|dividend tax|dividendensteuer|imp[ôo]ts? sur|withholding", Kind.TAX),
        (r"retenci[óo]n|ritenuta|imposto", Kind.TAX),
        (r"stamp duty|transaction tax|transaktionssteuer|beurstaks|taxe? sur|ftt\b|impuesto",
         Kind.TAX),
        (r"kosten|fees?\b|gebühr|frais|comiss|costes|costi|commission|einrichtung", Kind.FEE),
        (r"dividend|coupon", Kind.DIVIDEND),
        (r"geldmarktfonds|money market|fonds monétaires|fundo monet", Kind.INTEREST),
        (r"\brente\b|interest|zinsen|intérêts|inter[eé]s|interess|courtesy|kulanz|promotion",
         Kind.INTEREST),
        (r"withdrawal|terugstorting|auszahlung|retrait|retirada|levantamento|prelievo|opname",
         Kind.WITHDRAWAL),
        (r"deposit|storting|einzahlung|dépôt|versement|^ingreso$|depósito|deposito|bonifico",
         Kind.DEPOSIT),
    )
)  # fmt: skip
_CLOSE: Final = Decimal("0.01")  # of the value, by which rounding may move a product
_CENT: Final = Decimal("0.011")


@dataclass(frozen=True, slots=True)
class DegiroAccount:
    """The file "Account statement"."""

    name: str = "degiro-account"
    title: str = "DEGIRO (account statement)"

    def recognises(self, document: Document) -> bool:
        """Say whether the columns stand where DEGIRO has them."""
        try:
            table = document.table
        except UnreadableError:
            return False
        return table is not None and _is_account(table)

    def needs(self, document: Document, options: Options) -> Needs:  # noqa: ARG002 - as all
        """Return that nothing is open: the file says everything."""
        return Needs(None, proposal=options)

    def read(self, document: Document, options: Options) -> Imported:
        """Return the bookings that are transactions."""
        if document.table is None:
            raise UnreadableError("There is no line with the names of columns")
        table = replace(document.table, lines=tuple(_joined(document.table.lines)))
        sheet = sheet_of(table, {}, options, "dmy", None)
        changes = [line.cells[_CHANGE] for line in table.lines if len(line.cells) > _CHANGE]
        sheet = replace(sheet, mark=options.decimal_mark or values.decimal_mark(changes))
        rows = [Row(sheet, line) for line in table.lines]
        found = collected(self.name, rows, _read)
        return replace(found, transactions=tuple(_with_costs(found.transactions)))


IMPORTER: Final = DegiroAccount()


def _is_account(table: Table) -> bool:
    header = table.header
    return (
        len(header) == _WIDTH
        and "isin" in headers.normalised(header[_ISIN])
        and bool(header[_CURRENCY])
        and not header[_CHANGE]
        and not header[10]
    )


def _joined(lines: Sequence[Line]) -> Iterator[Line]:
    """Return lines with the ids of orders whole: a long one is broken onto a line of its own."""
    waiting: Line | None = None
    for line in lines:
        rest = line.cells[_ORDER] if len(line.cells) > _ORDER else ""
        if waiting is not None and rest and not any(line.cells[:_ORDER]):
            cells = (*waiting.cells[:_ORDER], waiting.cells[_ORDER] + rest)
            waiting = Line(waiting.number, cells)
            continue
        if waiting is not None:
            yield waiting
        waiting = line if len(line.cells) >= _WIDTH else Line(
            line.number, line.cells + ("",) * (_WIDTH - len(line.cells))
        )  # fmt: skip
    if waiting is not None:
        yield waiting


def _read(row: Row) -> Iterable[Entry]:
    cells = row.line.cells
    text = cells[_TEXT]
    if _INTERNAL.search(text):
        raise SkippedRow("A move between DEGIRO and its bank")
    trade = _TRADE.match(text)
    change = row.sheet.number(cells[_CHANGE], "") if cells[_CHANGE] else None
    if trade:
        return [_traded(row, trade, change)]
    if not change:
        raise _wrong(row, _CHANGE, "The amount is missing")
    if _EXCHANGE.search(text):
        return [_booked(row, Kind.DEPOSIT if change > 0 else Kind.WITHDRAWAL, change)]
    kind = next((kind for pattern, kind in _WORDS if pattern.search(text)), None)
    if kind is None:
        raise _wrong(row, _TEXT, "This kind of booking is not known")
    if kind is Kind.INTEREST and change < 0:
        kind = Kind.FEE
    entry = _booked(row, kind, change)
    paid = kind in {Kind.FEE, Kind.TAX, Kind.WITHDRAWAL}
    if (change > 0) == paid:
        return [TakenBack(entry, text, cells[_CHANGE])]
    return [entry]


def _booked(row: Row, kind: Kind, change: Decimal) -> ImportedTransaction:
    cells = row.line.cells
    of_money = kind in {Kind.DEPOSIT, Kind.WITHDRAWAL}
    return ImportedTransaction(
        line=row.line.number,
        kind=kind,
        on=values.day(cells[_DAY], "dmy", row.sheet.table.header[_DAY]),
        at=values.clock(cells[_TIME]),
        currency=checked(row, cells[_CURRENCY]),
        isin="" if of_money else cells[_ISIN],
        name="" if of_money else cells[_NAME],
        amount=abs(change),
        account=row.sheet.options.account,
        reference=cells[_ORDER],
        note=cells[_TEXT],
    )


def _traded(row: Row, found: re.Match[str], change: Decimal | None) -> ImportedTransaction:
    """Return a trade from its description and what it moved."""
    if found["why"] and not (change == 0 and _is_zero(found["price"])):
        raise _wrong(row, _TEXT, "A corporate action; enter it by hand")
    kind = Kind.BUY if found["side"].casefold() in _BOUGHT else Kind.SELL
    if change is None or ((change > 0) == (kind is Kind.BUY) and change):
        raise _wrong(row, _CHANGE, "The amount does not fit the trade")
    major, factor = major_unit(checked(row, found["currency"]))
    base = _booked(row, kind, change)
    if major != base.currency:
        raise _wrong(row, _TEXT, f"The trade is in {major}, the booking in {base.currency}")
    marks: tuple[DecimalMark, ...] = (".", ",")
    fitting = {
        (units, price): mark
        for mark in sorted(marks, key=lambda one: one == row.sheet.mark)
        for units in _reading(found["units"], mark)
        for price in _reading(found["price"], mark)
        if abs(units * price * factor - abs(change)) <= max(abs(change) * _CLOSE, _CENT)
    }
    if len(fitting) > 1:  # "1.500 @ 7,996" can be both: then as the amounts are written
        fitting = {both: mark for both, mark in fitting.items() if mark == row.sheet.mark}
    if len(fitting) != 1:
        raise _wrong(row, _TEXT, "Quantity x price is not what was booked")
    ((units, price),) = fitting
    price = money.product(price, factor)
    exact = money.product(units, price) == abs(change)
    return replace(
        base, quantity=units, price=price, amount=None if exact else abs(change), note=""
    )


def _reading(text: str, mark: DecimalMark) -> list[Decimal]:
    """Return what a number means with that decimal mark, if it can be one."""
    try:
        value = values.number(text, mark)
    except RowError:
        return []
    return [] if value is None else [value]


def _is_zero(text: str) -> bool:
    return not text.strip("0.,")


def _wrong(row: Row, place: int, reason: str) -> RowError:
    header = row.sheet.table.header
    column = header[place] or header[place - 1]
    return RowError(reason, column=column, text=row.line.cells[place])


def _with_costs(rows: Sequence[ImportedTransaction]) -> list[ImportedTransaction]:
    """Return rows with the costs of an order in its trade, where both are in one currency."""
    trades = {
        (row.reference, row.isin, row.currency): place
        for place, row in reversed(list(enumerate(rows)))
        if row.kind in TRADES and row.reference
    }
    result: list[ImportedTransaction | None] = list(rows)
    for place, row in enumerate(rows):
        at = trades.get((row.reference, row.isin, row.currency))
        if row.kind is Kind.FEE and at is not None and (trade := result[at]):
            result[at] = replace(trade, fee=trade.fee + (row.amount or ZERO))
            result[place] = None
    return [row for row in result if row is not None]

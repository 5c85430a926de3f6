"""Loading prices from a file: what can be taken is, other rows come back with their reasons."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.domain import instruments as rules
from portfolio.domain.money import format_decimal
from portfolio.domain.quotes import FILE
from portfolio.importers.base import Rejected
from portfolio.importers.document import Document, UnreadableError
from portfolio.importers.options import Options
from portfolio.importers.price_table import PriceTable, StatedPrice, read
from portfolio.services import entered_prices
from portfolio.services.errors import RuleError
from portfolio.services.planner import Planner
from portfolio.storage import prices
from portfolio.storage.prices import Close
from portfolio.storage.values import instant

ROWS_MAX: Final = 20_000  # of one file; 80 years of daily prices
SYMBOLS_MAX: Final = 500  # instruments in one file
REJECTED_TOLD: Final = 100  # rows that come back with their reasons; the rest are counted
_QUESTIONS: Final = {
    "date_order": "Say whether the day or the month stands first in this file",
    "decimal_mark": "Say which sign is the decimal mark in this file",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file: rows taken, rows that said what was known, and those rejected."""

    taken: int
    known: int
    symbols: tuple[str, ...]
    first: date | None
    last: date | None
    rejected: tuple[Rejected, ...] = field(default_factory=tuple)


def parse(content: bytes, name: str, options: Options) -> PriceTable:
    """Return what is in a file; computes, so use a thread.

    Raises:
        RuleError: it cannot be read, is too long, or something has to be decided about it.
    """
    try:
        found = read(Document(content, name), options)
    except UnreadableError as error:
        raise RuleError(str(error), field="content_base64") from error
    if found.needs is not None:
        raise RuleError(_QUESTIONS[found.needs], field=found.needs)
    if len(found.rows) > ROWS_MAX:
        raise RuleError(f"A file has up to {ROWS_MAX} prices", field="content_base64")
    if not found.rows and not found.rejected:
        raise RuleError("There are no rows in this file", field="content_base64")
    return found


def load(planner: Planner, tx: Tx, table: PriceTable, symbol: str | None, name: str) -> Loaded:
    """Store the prices of a file that can be taken, as one write that can be undone.

    Args:
        planner: The planner.
        tx: The transaction.
        table: What was read.
        symbol: Whose prices they are; None: the file says it row by row.
        name: The name of the file.

    Raises:
        RuleError: neither the file nor the caller says whose prices they are.
    """
    if symbol is None and not table.with_symbols:
        raise RuleError("Say which instrument these prices are of", field="symbol")
    taker = _Taker(planner, tx.conn, symbol, instant(tx.now))
    for row in table.rows:
        taker.take(row)
    made = list(taker.found.values())
    was = {(one.symbol, one.day): one for one in entered_prices.standing(tx, made)}
    fresh = [one for one in made if not _same(was.get((one.symbol, one.day)), one)]
    if fresh:
        before = [was[key] for one in fresh if (key := (one.symbol, one.day)) in was]
        prices.put(tx.conn, fresh)
        text = f"{len(fresh)} prices loaded from {name}"
        entered_prices.told(planner, tx, "prices.loaded", text, fresh, before)
    days = sorted(one.day for one in made)
    return Loaded(
        taken=len(fresh),
        known=len(made) - len(fresh),
        symbols=tuple(sorted({one.symbol for one in made})),
        first=date.fromisoformat(days[0]) if days else None,
        last=date.fromisoformat(days[-1]) if days else None,
        rejected=tuple(sorted((*table.rejected, *taker.rejected), key=lambda one: one.line)),
    )


class _Taker:
    """Takes rows one by one; of two rows of one day that say the same, one is enough."""

    def __init__(self, planner: Planner, conn: Connection, symbol: str | None, now: str) -> None:
        self.found: dict[tuple[str, str], Close] = {}
        self.rejected: list[Rejected] = []
        self._planner = planner
        self._conn = conn
        self._symbol = symbol
        self._now = now
        self._today = planner.clock().date()
        self._currencies: dict[str, str | None] = {}

    def take(self, row: StatedPrice) -> None:
        """Take a row, or say why not."""
        made = self._made(row)
        if isinstance(made, Rejected):
            self.rejected.append(made)
            return
        before = self.found.setdefault((made.symbol, made.day), made)
        if not _same(before, made):
            self.rejected.append(_refused(row, "Another row has a different price of this day"))

    def _made(self, row: StatedPrice) -> Close | Rejected:
        symbol = row.symbol or self._symbol or ""
        if self._symbol is not None and symbol != self._symbol:
            return _refused(row, f"This row is not of {self._symbol}", "symbol", row.symbol)
        if not rules.is_symbol(symbol):
            return _refused(row, "This is not a symbol", "symbol", row.symbol)
        if symbol not in self._currencies:
            if len(self._currencies) >= SYMBOLS_MAX:
                return _refused(row, f"A file has up to {SYMBOLS_MAX} instruments")
            usual = entered_prices.currency_of(self._planner, self._conn, symbol)
            self._currencies[symbol] = usual
        currency = row.currency or self._currencies[symbol]
        if not currency:
            return _refused(row, "Nothing says in which currency this price is", "currency")
        if row.among and currency not in row.among:
            return _refused(row, f"This price is not in {currency}", "price")
        wrong = entered_prices.refusal(row.on, row.close, self._today)
        if wrong is not None:
            shown = row.on.isoformat() if wrong[0] == "date" else format_decimal(row.close)
            return _refused(row, wrong[1], wrong[0], shown)
        day, close = row.on.isoformat(), format_decimal(row.close)
        return Close(symbol, day, FILE, close, currency, self._now)


def _same(one: Close | None, other: Close) -> bool:
    return one is not None and (one.close, one.currency) == (other.close, other.currency)


def _refused(row: StatedPrice, reason: str, column: str = "", text: str = "") -> Rejected:
    return Rejected(row.number, row.cells, reason, column, text)

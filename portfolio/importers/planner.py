"""The planner's own exports, JSON and CSV: what was written comes back as it was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from portfolio.domain import money
from portfolio.domain.errors import DomainError
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import Kind
from portfolio.importers.base import Imported, ImportedTransaction, Needs, Rejected, RowError
from portfolio.importers.document import Document, UnreadableError
from portfolio.importers.options import Options

FORMAT: Final = "portfolio-planner-export/"
TAG_SEPARATOR: Final = ";"
HEADER: Final = (
    "Date", "Time", "Kind", "Symbol", "ISIN", "Name", "Account", "Currency", "Quantity", "Price",
    "Amount", "Fee", "Tax", "Numerator", "Denominator", "Into", "Settled", "Settled currency",
    "Reference",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlannerJson:
    """The whole export; of it the transactions."""

    name: str = "planner-json"
    title: str = "Portfolio Planner (JSON)"

    def recognises(self, document: Document) -> bool:
        """Say whether it names the planner's format."""
        found = document.json
        return isinstance(found, dict) and str(found.get("format")).startswith(FORMAT)

    def needs(self, document: Document, options: Options) -> Needs:  # noqa: ARG002 - as all
        """Return that nothing is open: the export says everything."""
        return Needs(None, proposal=options)

    def read(self, document: Document, options: Options) -> Imported:
        """Return the transactions; rejected ones are numbered by their place in the list."""
        listed = document.json.get("transactions") if self.recognises(document) else None
        if not isinstance(listed, list):
            raise UnreadableError("There is no list of transactions")
        rows = (
            (place, row if isinstance(row, dict) else {}) for place, row in enumerate(listed, 1)
        )
        return _collected(self.name, rows, options)


@dataclass(frozen=True, slots=True)
class PlannerCsv:
    """The table of transactions."""

    name: str = "planner-csv"
    title: str = "Portfolio Planner (CSV)"

    def recognises(self, document: Document) -> bool:
        """Say whether the header is that of the planner's export."""
        try:
            table = document.table
        except UnreadableError:
            return False
        return table is not None and table.header[: len(HEADER)] == HEADER

    def needs(self, document: Document, options: Options) -> Needs:  # noqa: ARG002 - as all
        """Return that nothing is open: the export says everything."""
        return Needs(None, proposal=options)

    def read(self, document: Document, options: Options) -> Imported:
        """Return the transactions."""
        table = document.table if self.recognises(document) else None
        if table is None:
            raise UnreadableError("There is no header of the planner's export")
        names = [name.lower().replace(" ", "_") for name in table.header]
        rows = (
            (line.number, dict(zip(names, map(_plain, line.cells), strict=False)))
            for line in table.lines
        )
        return _collected(self.name, rows, options)


JSON: Final = PlannerJson()
CSV: Final = PlannerCsv()


def _plain(cell: str) -> str | None:
    """Return a cell without the sign that keeps a spreadsheet from computing it."""
    return cell.removeprefix("'") or None


def _collected(
    name: str, rows: Iterable[tuple[int, Mapping[str, Any]]], options: Options
) -> Imported:
    transactions: list[ImportedTransaction] = []
    rejected: list[Rejected] = []
    for line, row in rows:
        try:
            transactions.append(_transaction(line, row, options))
        except RowError as error:
            cells = tuple("" if value is None else str(value) for value in row.values())
            rejected.append(Rejected(line, cells, error.reason, error.column, error.text))
    return Imported(name, tuple(transactions), tuple(rejected))


def _transaction(line: int, row: Mapping[str, Any], options: Options) -> ImportedTransaction:
    kind = _parsed(row, "kind", Kind, "This kind of transaction is not known")
    amount, settled = _number(row, "amount"), _number(row, "settled")
    currency = _text(row, "currency")
    if currency:
        _parsed(row, "currency", money.check_currency, "This is not a currency code of ISO 4217")
    return ImportedTransaction(
        line=line,
        kind=kind,
        on=_parsed(row, "date", date.fromisoformat, "There is no such day"),
        currency=currency,
        at=_parsed(row, "time", time.fromisoformat, "There is no such time")
        if row.get("time")
        else None,
        symbol=_text(row, "symbol"),
        isin=_text(row, "isin"),
        name=_text(row, "name"),
        quantity=_number(row, "quantity") or ZERO,
        price=_number(row, "price") or ZERO,
        amount=amount,
        fee=_number(row, "fee") or ZERO,
        tax=_number(row, "tax") or ZERO,
        numerator=_whole(row, "numerator"),
        denominator=_whole(row, "denominator"),
        account=_text(row, "account") or options.account,
        reference=_text(row, "reference"),
        note=_text(row, "note"),
        settled=settled,
        settled_currency=_text(row, "settled_currency"),
        into=_text(row, "into"),
        pair=_text(row, "pair"),
        tags=_tags(row.get("tags")),
    )


def _tags(stated: object) -> tuple[str, ...]:
    """Return the tags of a list, or of a cell."""
    listed = stated if isinstance(stated, list) else str(stated or "").split(TAG_SEPARATOR)
    return tuple(str(tag) for tag in listed if tag)


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _number(row: Mapping[str, Any], name: str) -> Decimal | None:
    if row.get(name) is None:
        return None
    value: Decimal = _parsed(
        row, name, money.parse_decimal, "This is not a number such as 1234.50"
    )
    return value


def _whole(row: Mapping[str, Any], name: str) -> int:
    return 1 if row.get(name) is None else _parsed(row, name, int, "This is not a whole number")


def _parsed(row: Mapping[str, Any], name: str, parse: Any, reason: str) -> Any:  # noqa: ANN401 - as `parse` says
    """Return what `parse` makes of a member.

    Raises:
        RowError: nothing.
    """
    stated = _text(row, name)
    try:
        return parse(stated)
    except (ValueError, DomainError) as error:
        raise RowError(reason, column=name, text=stated) from error

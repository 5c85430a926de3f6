"""Yahoo Finance's portfolio CSV: quotes and lots in one table, old and new headers.

The columns `Date` and `Time` are those of the quote; the trade has `Trade Date` (yyyymmdd). There
is no column for the currency: it is that of the listing, told by the symbol's suffix. Cash has
the symbol `$$CASH_TX`, its amount stands in `Quantity`. An empty type is a purchase. A row
without a quantity is only watched.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from portfolio.domain.transactions import Kind
from portfolio.importers.base import ImportedTransaction, RowError, SkippedRow
from portfolio.importers.booking import kind_by_word
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

CASH: Final = "$$CASH_TX"
LISTINGS: Final[Mapping[str, str]] = {
    "": "USD", "L": "GBX", "IL": "USD", "DE": "EUR", "F": "EUR", "SG": "EUR", "MU": "EUR",
    "BE": "EUR", "DU": "EUR", "HM": "EUR", "HA": "EUR", "PA": "EUR", "AS": "EUR", "BR": "EUR",
    "LS": "EUR", "MI": "EUR", "MC": "EUR", "VI": "EUR", "HE": "EUR", "IR": "EUR", "AT": "EUR",
    "SW": "CHF", "VX": "CHF", "ST": "SEK", "CO": "DKK", "OL": "NOK", "IC": "ISK", "WA": "PLN",
    "PR": "CZK", "BD": "HUF", "TO": "CAD", "V": "CAD", "CN": "CAD", "NE": "CAD", "AX": "AUD",
    "NZ": "NZD", "HK": "HKD", "T": "JPY", "KS": "KRW", "KQ": "KRW", "SS": "CNY", "SZ": "CNY",
    "TW": "TWD", "TWO": "TWD", "SI": "SGD", "NS": "INR", "BO": "INR", "JK": "IDR", "KL": "MYR",
    "BK": "THB", "SA": "BRL", "MX": "MXN", "BA": "ARS", "SN": "CLP", "JO": "ZAC", "TA": "ILA",
    "IS": "TRY", "SR": "SAR",
}  # fmt: skip


def _read(row: Row) -> Iterable[ImportedTransaction]:
    symbol = row.text("symbol")
    quantity = row.number("quantity")
    if not quantity:
        raise SkippedRow("Only watched: no quantity")
    cash = symbol == CASH
    kind = kind_by_word(row, {}) if row.text("kind") else Kind.BUY
    price = row.number("price")
    if not cash and price is None:
        raise row.wrong("price", "The price is missing")
    if kind is Kind.BUY and quantity < 0:
        kind = Kind.SHORT
    return [
        ImportedTransaction(
            line=row.line.number,
            kind=kind,
            on=row.day(),
            currency=row.sheet.options.currency or _listing(row, "" if cash else symbol),
            symbol="" if cash else symbol,
            quantity=abs(quantity) if price is not None else abs(quantity) * 0,
            price=abs(price or quantity * 0),
            amount=abs(quantity) if cash else None,
            fee=abs(row.number("fee") or quantity * 0),
            account=row.sheet.options.account,
            note=row.text("note"),
        )
    ]


def _listing(row: Row, symbol: str) -> str:
    """Return the currency of a listing; crypto pairs name theirs after a dash."""
    base, dot, suffix = symbol.rpartition(".")
    if not dot and "-" in symbol and len(symbol.rpartition("-")[2]) == 3:  # noqa: PLR2004 - a code
        return symbol.rpartition("-")[2]
    if not dot or (base and len(suffix) == 1 and suffix not in LISTINGS):
        return LISTINGS[""]
    if suffix not in LISTINGS:
        raise RowError(
            "The currency of this listing is not known; choose it for the file",
            column=row.header("symbol"),
            text=symbol,
        )
    return LISTINGS[suffix]


IMPORTER: Final = TableFormat(
    name="yahoo",
    title="Yahoo Finance portfolio",
    signature=("Symbol", "Trade Date", "Purchase Price", "Quantity", "Commission"),
    columns={
        "date": "Trade Date",
        "price": "Purchase Price",
        "fee": "Commission",
        "kind": "Transaction Type",
        "time": "",
    },
    order="ymd",
    mark=".",
    own_currency=True,
    read_row=_read,
)

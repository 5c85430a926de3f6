"""Charles Schwab's transaction history, older and newer column orders.

Days are month first; "as of" names the day that counts. Amounts are dollars. A split states the
shares added, not its ratio, which only the holding before it could tell: such a row is rejected,
with how to enter it. "Reinvest Dividend" is the dividend, "Reinvest Shares" the purchase.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from portfolio.domain.transactions import Kind
from portfolio.importers import values
from portfolio.importers.amounts import standard
from portfolio.importers.base import ImportedTransaction
from portfolio.importers.booking import kind_by_word
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_KINDS: Final[dict[str, Kind | None]] = {
    "Cash In Lieu": Kind.DIVIDEND,
    "Special Non Qual Div": Kind.DIVIDEND,
    "Pr Yr Div Reinvest": Kind.DIVIDEND,
    "Long Term Cap Gain Reinvest": Kind.DIVIDEND,
    "Short Term Cap Gain Reinvest": Kind.DIVIDEND,
    "Advisor Fee": Kind.FEE,
    "Name Change": None,
}
_BY_SIGN: Final = frozenset({"MoneyLink Transfer", "Internal Transfer", "Wire Funds", "Journal"})


def _read(row: Row) -> Iterable[ImportedTransaction]:
    if row.text("kind") in _BY_SIGN and row.number("net"):
        kind = Kind.DEPOSIT if (row.number("net") or 0) > 0 else Kind.WITHDRAWAL
    elif "split" in row.text("kind").casefold():
        raise row.wrong("kind", "A split is stated as shares added; enter it with its ratio")
    else:
        kind = kind_by_word(row, _KINDS)
    transaction = standard(row, kind)
    _, as_of, counts = row.text("date").partition(" as of ")
    if as_of:
        transaction = replace(transaction, on=values.day(counts, "mdy", row.header("date")))
    return [transaction]


IMPORTER: Final = TableFormat(
    name="schwab",
    title="Charles Schwab",
    signature=("Date", "Action", "Symbol", "Description", "Quantity", "Price", "Fees & Comm"),
    columns={"net": "Amount"},
    order="mdy",
    mark=".",
    currency="USD",
    read_row=_read,
)

"""eToro's account activity, the sheet of that name saved as CSV.

All amounts are in the currency of the account, which the sheet does not state: it is asked for.
"Details" has the instrument with the currency of its listing ("NKE/USD"). A position that opens
costs its amount, one that closes brings it. Contracts for difference, copied portfolios and
corporate actions need a person.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from portfolio.domain.transactions import TRADES, Kind
from portfolio.importers import values
from portfolio.importers.base import Entry, ImportedTransaction, SkippedRow, TakenBack
from portfolio.importers.booking import kind_by_word
from portfolio.importers.currencies import currency_of
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_KINDS: Final[dict[str, Kind | None]] = {
    "Open Position": Kind.BUY,
    "Position closed": Kind.SELL,
    "Interest Payment": Kind.INTEREST,
    "Withdraw Request": Kind.WITHDRAWAL,
    "Withdraw Fee": Kind.FEE,
    "Withdrawal Fee": Kind.FEE,
    "Withdrawal Conversion Fee": Kind.FEE,
    "Deposit Conversion Fee": Kind.FEE,
    "Conversion Fee": Kind.FEE,
    "Overnight fee": Kind.FEE,
    "Weekend fee": Kind.FEE,
    "Overnight refund": Kind.FEE,
    "Commission": Kind.FEE,
    "SDRT": Kind.TAX,
    "Stamp Duty": Kind.TAX,
}
_OF_MONEY: Final = frozenset({Kind.DEPOSIT, Kind.WITHDRAWAL})
_PAID: Final = frozenset({Kind.FEE, Kind.TAX, Kind.WITHDRAWAL})


def _read(row: Row) -> Iterable[Entry]:
    kind = kind_by_word(row, _KINDS)
    amount = row.number("net")
    if amount is None:
        raise row.wrong("net", "The amount is missing")
    if not amount and kind is Kind.FEE:
        raise SkippedRow("A fee of nothing")
    details = row.cell("Details")
    symbol, slash, _ = details.partition("/")
    entry = ImportedTransaction(
        line=row.line.number,
        kind=kind,
        on=row.day(),
        at=values.clock(row.text("date")),
        currency=currency_of(row),
        symbol=symbol if slash and kind not in _OF_MONEY else "",
        amount=abs(amount),
        account=row.sheet.options.account,
        reference=row.cell("Position ID").strip("-"),
        note="" if slash else details,
    )
    if kind in TRADES:
        return [_trade(row, entry)]
    if not amount:
        raise row.wrong("net", "The amount is missing")
    if kind is Kind.INTEREST and amount < 0:
        return [replace(entry, kind=Kind.FEE)]
    if (amount > 0) == (kind in _PAID):
        return [TakenBack(entry, row.header("net"), row.text("net"))]
    return [entry]


def _trade(row: Row, entry: ImportedTransaction) -> ImportedTransaction:
    if row.cell("Asset type").upper() == "CFD":
        raise row.wrong("kind", "A contract for difference; enter it by hand")
    units = row.number("quantity")
    if not units or not entry.symbol:
        raise row.wrong("quantity", f"A {entry.kind} needs a quantity and an instrument")
    return replace(entry, quantity=abs(units))


IMPORTER: Final = TableFormat(
    name="etoro",
    title="eToro (account activity)",
    signature=("Date", "Type", "Details", "Amount", "Realized Equity Change", "Balance"),
    columns={"net": "Amount", "quantity": "Units", "name": "", "reference": "Position ID"},
    order="dmy",
    read_row=_read,
)

"""Swissquote's transactions. Money alone is stated as one unit at the amount.

An exchange of currencies is two bookings of the same order: money out of one currency and into
another, kept as withdrawal and deposit.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from portfolio.domain.money import ZERO
from portfolio.domain.transactions import TRADES, Kind
from portfolio.importers.amounts import standard
from portfolio.importers.base import ImportedTransaction
from portfolio.importers.booking import kind_by_word
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_KINDS: Final[dict[str, Kind | None]] = {
    "Debit": Kind.WITHDRAWAL,
    "Payment": Kind.DEPOSIT,
    "Credit": Kind.DEPOSIT,
    "Forex credit": Kind.DEPOSIT,
    "Forex debit": Kind.WITHDRAWAL,
    "Fx credit comp.": Kind.DEPOSIT,
    "Fx debit comp.": Kind.WITHDRAWAL,
    "Custody Fees": Kind.FEE,
    "Interests": Kind.INTEREST,
    "Capital Gain": Kind.DIVIDEND,
}
_NO_ORDER: Final = "00000000"


def _read(row: Row) -> Iterable[ImportedTransaction]:
    kind = kind_by_word(row, _KINDS)
    net = row.number("net")
    if not net:
        raise row.wrong("net", "The amount is missing")
    if kind is Kind.INTEREST and net < 0:
        kind = Kind.FEE
    transaction = standard(row, kind)
    if transaction.reference == _NO_ORDER:
        transaction = replace(transaction, reference="")
    if kind in TRADES:
        return [transaction]
    if kind is Kind.FEE:
        return [replace(transaction, amount=abs(net))]
    paid = kind is Kind.WITHDRAWAL
    amount = abs(net) - transaction.fee if paid else abs(net) + transaction.fee
    return [replace(transaction, quantity=ZERO, price=ZERO, amount=amount)]


IMPORTER: Final = TableFormat(
    name="swissquote",
    title="Swissquote",
    signature=("Date", "Order #", "Transaction", "Symbol", "Unit price", "Costs", "Net Amount"),
    columns={"net": "Net Amount", "fee": "Costs", "reference": "Order #"},
    kinds=_KINDS,
    order="dmy",
    mark=".",
    read_row=_read,
)

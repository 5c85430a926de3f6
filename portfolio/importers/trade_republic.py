"""Trade Republic's transaction export: one row per booking, the symbol is the ISIN.

The amount is before fee and tax; those are signed, negative when paid. It is what counts: the
accrued interest of a bond is in it, but not in its price. The end of a bond or a
warrant is a sale of its units for what was paid, booked in two rows. A split states the shares
added, an exercise without money needs a decision: such rows are rejected with their reason. Card
payments and transfers of money are withdrawals and deposits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from portfolio.domain import money
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import TRADES, Kind
from portfolio.importers.amounts import standard
from portfolio.importers.base import ImportedTransaction, SkippedRow
from portfolio.importers.booking import kind_by_word
from portfolio.importers.instruments import with_isin
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_KINDS: Final[dict[str, Kind | None]] = {
    "DISTRIBUTION": Kind.DIVIDEND,
    "DIVIDEND_EQUIVALENT_PAYMENT": Kind.DIVIDEND,
    "INTEREST_PAYMENT": Kind.INTEREST,
    "BENEFITS_SAVEBACK": Kind.INTEREST,
    "REDEMPTION": Kind.SELL,
    "FINAL_MATURITY": Kind.SELL,
    "TILG": Kind.SELL,
    "WARRANT_EXERCISE": Kind.SELL,
}
_BY_SIGN: Final = frozenset(
    {
        "CARD_TRANSACTION", "CUSTOMER_INBOUND", "CUSTOMER_INPAYMENT", "CUSTOMER_OUTBOUND_REQUEST",
        "TRANSFER_INBOUND", "TRANSFER_INSTANT_INBOUND", "TRANSFER_INSTANT_OUTBOUND",
        "TRANSFER_OUTBOUND", "GIFT",
    }
)  # fmt: skip
_ONLY_TAX: Final = frozenset(
    {"EARNINGS", "PRE_DETERMINED_TAX_BASE", "TAX_OPTIMIZATION", "SEC_ACCOUNT"}
)
_ENDED: Final = frozenset({"FINAL_MATURITY", "TILG"})  # with the money: a sale of the units
_UNITS_GONE: Final = frozenset({"FINAL_MATURITY", "REDEMPTION", "WARRANT_EXERCISE"})
_REASONS: Final[Mapping[str, str]] = {
    "SPLIT": "A split is stated as shares added; enter it with its ratio",
    "PRIVATE_MARKET_BUY": "A pre-payment; enter the purchase once units were booked",
}


def _read(row: Row) -> Iterable[ImportedTransaction]:
    word = row.text("kind")
    if word in _REASONS:
        raise row.wrong("kind", _REASONS[word])
    amount, tax = row.number("gross") or ZERO, row.number("tax") or ZERO
    if word in _UNITS_GONE and not amount and _paid_for(row):
        raise SkippedRow("The units of an end that is booked with its money")
    if word in _ONLY_TAX:
        if not tax:
            raise SkippedRow(f"{word}: no money moved")
        if tax > 0:
            raise row.wrong("tax", "A refund of tax; enter it by hand")
        return [with_isin(standard(row, Kind.TAX))]
    if word in _BY_SIGN:
        if not amount:
            raise row.wrong("gross", "The amount is missing")
        kind = Kind.DEPOSIT if amount > 0 else Kind.WITHDRAWAL
    else:
        kind = kind_by_word(row, _KINDS)
    booked = with_isin(standard(row, kind))
    if amount and kind in TRADES and booked.amount is None:
        exact = abs(amount) == money.product(booked.quantity, booked.price)
        return [booked if exact else replace(booked, amount=abs(amount))]
    return [booked]


def _paid_for(row: Row) -> bool:
    """Say whether the money for units that ended is booked in a row of its own."""
    (kind,), (symbol,), (gross,) = (row.sheet.places[name] for name in ("kind", "symbol", "gross"))
    return any(
        line.cells[kind] in _ENDED and line.cells[symbol] == row.text("symbol")
        and bool(row.sheet.number(line.cells[gross], "amount"))
        for line in row.sheet.table.lines
        if len(line.cells) > max(kind, symbol, gross)
    )  # fmt: skip


IMPORTER: Final = TableFormat(
    name="trade-republic",
    title="Trade Republic",
    signature=("datetime", "account_type", "category", "type", "symbol", "shares", "amount"),
    columns={
        "date": "datetime",
        "gross": "amount",
        "net": "",
        "kind": "type",
        "reference": "transaction_id",
        "account": "account_type",
        "symbol": "symbol",
        "note": "description",
        "name": "name",
    },
    order="ymd",
    read_row=_read,
)

"""Trade Republic's transaction export: one row per booking, the symbol is the ISIN.

The amount is before fee and tax; those are signed, negative when paid. A split states the shares
added, a worthless maturity and an exercise need a decision: such rows are rejected with their
reason. Card payments and transfers of money are withdrawals and deposits.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from portfolio.domain.money import ZERO
from portfolio.domain.transactions import Kind
from portfolio.importers.amounts import standard
from portfolio.importers.base import ImportedTransaction, SkippedRow
from portfolio.importers.instruments import with_isin
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat, kind_by_word

_KINDS: Final[dict[str, Kind | None]] = {
    "DISTRIBUTION": Kind.DIVIDEND,
    "DIVIDEND_EQUIVALENT_PAYMENT": Kind.DIVIDEND,
    "INTEREST_PAYMENT": Kind.INTEREST,
    "BENEFITS_SAVEBACK": Kind.INTEREST,
    "REDEMPTION": Kind.SELL,
}
_BY_SIGN: Final = frozenset(
    {
        "CARD_TRANSACTION", "CUSTOMER_INBOUND", "CUSTOMER_INPAYMENT", "CUSTOMER_OUTBOUND_REQUEST",
        "TRANSFER_INBOUND", "TRANSFER_INSTANT_INBOUND", "TRANSFER_INSTANT_OUTBOUND",
        "TRANSFER_OUTBOUND", "GIFT",
    }
)  # fmt: skip
_ONLY_TAX: Final = frozenset({"EARNINGS", "PRE_DETERMINED_TAX_BASE", "TAX_OPTIMIZATION"})
_REASONS: Final[Mapping[str, str]] = {
    "SPLIT": "A split is stated as shares added; enter it with its ratio",
    "FINAL_MATURITY": "The end of a security; enter what was paid for it as a sale",
    "WARRANT_EXERCISE": "An exercise; enter what was paid for it as a sale",
    "PRIVATE_MARKET_BUY": "A pre-payment; enter the purchase once units were booked",
}


def _read(row: Row) -> Iterable[ImportedTransaction]:
    word = row.text("kind")
    if word in _REASONS:
        raise row.wrong("kind", _REASONS[word])
    amount, tax = row.number("gross") or ZERO, row.number("tax") or ZERO
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
    return [with_isin(standard(row, kind))]


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
        "note": "description",
        "name": "name",
    },
    order="ymd",
    read_row=_read,
)

"""Interactive Brokers' Flex queries as CSV: one file of trades, one of cash.

Trades without an ISIN are exchanges of currency, no transactions of an instrument. A commission in
another currency than the trade is a fee of its own. Withheld tax is a row of its own.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from portfolio.domain import money
from portfolio.domain.errors import CurrencyError
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import Kind
from portfolio.importers.amounts import standard
from portfolio.importers.base import ImportedTransaction, SkippedRow
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat, kind_by_word

_CASH: Final[dict[str, Kind | None]] = {
    "Payment In Lieu Of Dividends": Kind.DIVIDEND,
    "Broker Interest Received": Kind.INTEREST,
    "Broker Interest Paid": Kind.FEE,
    "Bond Interest Received": Kind.INTEREST,
    "Other Fees": Kind.FEE,
}
_BY_SIGN: Final = frozenset({"Deposits/Withdrawals", "Deposits & Withdrawals"})


def _trade(row: Row) -> Iterable[ImportedTransaction]:
    if not row.text("isin"):
        raise SkippedRow("An exchange of currency")
    transaction = standard(row, kind_by_word(row, {}))
    paid_in = row.cell("IBCommissionCurrency")
    if not transaction.fee or not paid_in or paid_in == transaction.currency:
        return [transaction]
    try:
        currency = money.check_currency(paid_in)
    except CurrencyError as error:
        raise row.wrong("fee", error.message) from error
    fee = replace(
        transaction,
        kind=Kind.FEE,
        quantity=ZERO,
        price=ZERO,
        amount=transaction.fee,
        fee=ZERO,
        currency=currency,
    )
    return [replace(transaction, fee=ZERO), fee]


def _cash(row: Row) -> Iterable[ImportedTransaction]:
    amount = row.number("net")
    if not amount:
        raise row.wrong("net", "The amount is missing")
    if row.text("kind") in _BY_SIGN:
        kind = Kind.DEPOSIT if amount > 0 else Kind.WITHDRAWAL
    else:
        kind = kind_by_word(row, _CASH)
    if kind is Kind.TAX and amount > 0:
        raise row.wrong("net", "A refund of tax; enter it by hand")
    if kind is Kind.DIVIDEND and amount < 0:
        raise row.wrong("net", "A dividend taken back; delete the one it corrects")
    return [standard(row, kind)]


TRADES: Final = TableFormat(
    name="ibkr-flex-trades",
    title="Interactive Brokers Flex (trades)",
    signature=("Buy/Sell", "TradeDate", "ISIN", "Quantity", "TradePrice", "IBCommission"),
    order="ymd",
    mark=".",
    read_row=_trade,
)
CASH: Final = TableFormat(
    name="ibkr-flex-cash",
    title="Interactive Brokers Flex (cash)",
    signature=("Type", "SettleDate", "ISIN", "Description", "Amount", "CurrencyPrimary"),
    columns={"date": "SettleDate"},
    order="ymd",
    mark=".",
    read_row=_cash,
)

"""Interactive Brokers' Flex queries as CSV: one file of trades, one of cash.

The columns are those of the XML under names of their own, as many as the query was given. Without
the symbol, an exchange of currencies does not say which ones; such rows are left aside.
"""

from collections.abc import Iterable
from typing import Final

from portfolio.importers import ibkr
from portfolio.importers.base import Entry
from portfolio.importers.headers import normalised
from portfolio.importers.records import Record
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_ATTRIBUTES: Final = (
    "accountId", "currency", "assetCategory", "symbol", "description", "isin", "multiplier",
    "tradeID", "transactionID", "reportDate", "dateTime", "tradeDate", "tradeTime", "settleDate",
    "quantity", "tradePrice", "tradeMoney", "proceeds", "taxes", "ibCommission",
    "ibCommissionCurrency", "openCloseIndicator", "buySell", "levelOfDetail", "amount", "type",
    "cost", "accruedInt",
)  # fmt: skip
_NAMES: Final = {normalised(name): name for name in _ATTRIBUTES} | {
    "clientaccountid": "accountId",
    "currencyprimary": "currency",
    "assetclass": "assetCategory",
    "costbasis": "cost",
}


def _record(row: Row, tag: str) -> Record:
    stated: dict[str, str] = {}
    for place, header in enumerate(row.sheet.table.header):
        name = _NAMES.get(normalised(header))
        if name and place < len(row.line.cells):
            stated.setdefault(name, row.line.cells[place])
    return Record(row.line.number, tag, stated, row.sheet.order)


def _trade(row: Row) -> Iterable[Entry]:
    return ibkr.trade(_record(row, "Trade"), row.sheet.options.account)


def _cash(row: Row) -> Iterable[Entry]:
    return ibkr.cash(_record(row, "CashTransaction"), row.sheet.options.account)


TRADES: Final = TableFormat(
    name="ibkr-flex-trades",
    title="Interactive Brokers Flex (trades)",
    signature=("Buy/Sell", "TradeDate", "Quantity", "TradePrice", "IBCommission"),
    columns={"date": "TradeDate"},
    mark=".",
    read_row=_trade,
)
CASH: Final = TableFormat(
    name="ibkr-flex-cash",
    title="Interactive Brokers Flex (cash)",
    signature=("Type", "SettleDate", "Description", "Amount", "CurrencyPrimary"),
    columns={"date": "SettleDate"},
    mark=".",
    read_row=_cash,
)

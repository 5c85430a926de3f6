"""Interactive Brokers' activity statement and transaction history as CSV: sections in one file.

Each line begins with its section and with Header, Data, SubTotal, Total or Notes; the columns of
a section are those of its last Header line. The sections of transactions are taken (English
statements), all others are figures about them and left aside. Symbols get their ISIN from the
section of financial instruments. The transaction history states every amount in the base
currency of its summary; prices stay in the currency of the listing, so its amounts count.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from portfolio.domain.instruments import is_isin
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import TRADES, Kind
from portfolio.importers import ibkr
from portfolio.importers.base import (
    Entry,
    Imported,
    ImportedTransaction,
    Needs,
    RowError,
    SkippedRow,
    TakenBack,
)
from portfolio.importers.collecting import collected
from portfolio.importers.document import Document, UnreadableError
from portfolio.importers.headers import normalised
from portfolio.importers.ibkr_actions import Actions
from portfolio.importers.options import Options
from portfolio.importers.records import Record

_HISTORY: Final = "Transaction History"
_CASH: Final = {
    "Dividends": "Dividends",
    "Payment In Lieu Of Dividends": "Payment In Lieu Of Dividends",
    "Withholding Tax": "Withholding Tax",
    "871(m) Withholding": "Withholding Tax",
    "Interest": "Broker Interest Received",
    "Broker Interest Received": "Broker Interest Received",
    "Broker Interest Paid": "Broker Interest Paid",
    "Fees": "Other Fees",
    "Other Fees": "Other Fees",
    "Advisor Fees": "Advisor Fees",
    "Transaction Fees": "Other Fees",
    "Sales Tax": "Sales Tax",
    "Deposits & Withdrawals": "Deposits & Withdrawals",
    "Commission Adjustments": "Commission Adjustments",
}
_ACTIONS: Final = "Corporate Actions"
_BY_HAND: Final = frozenset({"Transfers", "Grant Activity", "Debit Card Activity"})
_TAKEN: Final = frozenset({"Trades", _ACTIONS, _HISTORY, *_CASH, *_BY_HAND})
_NAMES: Final = {
    "tprice": "tradePrice", "tradeprice": "tradePrice", "proceeds": "proceeds",
    "notionalvalue": "notional", "commfee": "ibCommission",
    "datetime": "dateTime", "date": "settleDate", "settledate": "settleDate",
    "reportdate": "reportDate", "assetcategory": "assetCategory", "currency": "currency",
    "symbol": "symbol", "quantity": "quantity", "code": "code", "amount": "amount",
    "description": "description", "account": "accountId", "transactiontype": "type",
    "price": "price", "grossamount": "gross", "commission": "commission", "netamount": "net",
    "datadiscriminator": "level",
}  # fmt: skip
_ASSETS: Final = {"Stocks": "STK", "Equity and Index Options": "OPT", "Forex": "CASH"}
_OF: Final = re.compile(r"^\s*([^()]+?)\s*\(([A-Z0-9]{9,12})\)")
_HISTORY_KINDS: Final = {
    "buy": Kind.BUY, "sell": Kind.SELL,
    "dividend": Kind.DIVIDEND, "payment in lieu": Kind.DIVIDEND,
    "foreign tax withholding": Kind.TAX, "sales tax": Kind.TAX, "credit interest": Kind.INTEREST,
    "investment interest received": Kind.INTEREST, "debit interest": Kind.FEE,
    "investment interest paid": Kind.FEE, "other fee": Kind.FEE, "commission adjustment": Kind.FEE,
    "transaction fee": Kind.TAX, "deposit": Kind.DEPOSIT, "withdrawal": Kind.WITHDRAWAL,
    "electronic fund transfer": Kind.DEPOSIT,
}  # fmt: skip
_NO_TRANSACTION: Final = {
    "adjustment": "A translation of currencies, no money moved",
    "forex trade component": "A side of an exchange of currency, stated net in the base currency",
}


@dataclass(frozen=True, slots=True)
class Instrument:
    """What the section of financial instruments says of a symbol."""

    isin: str
    multiplier: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement in CSV."""

    name: str = "ibkr-statement"
    title: str = "Interactive Brokers activity statement (CSV)"

    def recognises(self, document: Document) -> bool:
        """Say whether a section of transactions with a header is there."""
        if b",Header," not in document.data[: 1 << 20]:
            return False
        try:
            return any(
                line.cells[0] in _TAKEN and line.cells[1] == "Header"
                for line in document.records
                if len(line.cells) > 1
            )
        except UnreadableError:
            return False

    def needs(self, document: Document, options: Options) -> Needs:
        """Return whether the base currency is open, which only a history without summary lacks."""
        records, base, _ = _sections(document)
        open_ = not (base or options.currency) and any(one.tag == _HISTORY for one in records)
        return Needs("currency" if open_ else None, proposal=options)

    def read(self, document: Document, options: Options) -> Imported:
        """Return the transactions of all sections."""
        records, base, instruments = _sections(document)
        base = base or options.currency
        actions = Actions(_action(record) for record in records if record.tag == _ACTIONS)

        def read_one(record: Record) -> Iterable[Entry]:
            account = record.text("accountId") or options.account
            if record.tag == _HISTORY:
                return _history(record, account, base)
            if "total" in " ".join(list(record.values.values())[:2]).casefold():
                raise SkippedRow("A line of totals")
            if record.tag in _BY_HAND:
                raise record.wrong("description", f"{record.tag}: enter it by hand")
            if record.tag == "Trades":
                return _trade(record, account, instruments)
            if record.tag == _ACTIONS:
                return actions.read(_action(record), account)
            return _cash(record, account)

        return collected(self.name, records, read_one)


IMPORTER: Final = Statement()


def _sections(document: Document) -> tuple[list[Record], str, dict[str, Instrument]]:
    """Return the rows of transactions, the base currency, and what is said of instruments."""
    header: tuple[str, ...] = ()
    records: list[Record] = []
    instruments: dict[str, Instrument] = {}
    base = ""
    for number, cells in document.records:
        if len(cells) < 3:  # noqa: PLR2004 - section, kind of line and a value
            continue
        section, kind = cells[0], cells[1]
        if kind == "Header":
            header = cells
        elif kind != "Data":
            continue
        elif cells[2] == "Base Currency" and len(cells) > 3:  # noqa: PLR2004 - name and value
            base = cells[3]
        elif section == "Financial Instrument Information":
            _know(instruments, dict(zip(map(normalised, header), cells, strict=False)))
        elif section in _TAKEN:
            records.append(Record(number, section, _stated(header[2:], cells[2:])))
    return records, base, instruments


def _stated(header: tuple[str, ...], cells: tuple[str, ...]) -> dict[str, str]:
    """Return cells by name; "Comm in EUR" gives the currency of the commission, too."""
    stated: dict[str, str] = {}
    for name, cell in zip(header, cells, strict=False):
        text = "" if cell in {"-", "--"} else cell
        if name.startswith("Comm in "):
            stated |= {"ibCommission": text, "ibCommissionCurrency": name.removeprefix("Comm in ")}
        else:
            stated[_NAMES.get(normalised(name), name)] = text
    return stated


def _know(instruments: dict[str, Instrument], row: dict[str, str]) -> None:
    """Keep an instrument under each of its symbols."""
    found = Instrument(row.get("securityid", ""), row.get("multiplier", ""))
    for symbol in row.get("symbol", "").split(","):
        instruments[symbol.strip()] = found


def _trade(record: Record, account: str, instruments: dict[str, Instrument]) -> Iterable[Entry]:
    """Return a trade; what it sold the lots of, and its executions, stand beside it."""
    if record.text("level") not in {"", "Order"}:
        raise SkippedRow("A part of the order above")
    asset = record.text("assetCategory")
    if "Futures" in asset or asset.startswith("CFD"):
        raise record.wrong("assetCategory", "Only the gain of these is paid; enter it by hand")
    quantity = record.amount("quantity")
    known = instruments.get(record.text("symbol"), Instrument("", ""))
    codes = {code.strip() for code in record.text("code").split(";")}
    side = "BUY" if (quantity > 0) != ("Ca" in codes) else "SELL"
    stated = {
        **record.values,
        "buySell": f"{side} (Ca.)" if "Ca" in codes else side,
        "assetCategory": "CASH" if asset == "Forex" else asset,
        "isin": known.isin if is_isin(known.isin) else "",
        "multiplier": known.multiplier or ("100" if "Options" in asset else "1"),
        "openCloseIndicator": ";".join(sorted(codes & {"O", "C"})),
    }
    return ibkr.trade(replace(record, values=stated), account)


def _cash(record: Record, account: str) -> Iterable[Entry]:
    """Return a row of one of the sections about money."""
    found = _OF.match(record.text("description"))
    stated = {**record.values, "type": _CASH[record.tag]}
    if found and record.tag not in {"Deposits & Withdrawals", "Fees", "Other Fees"}:
        stated |= {"symbol": found[1], "isin": found[2]}
    return ibkr.cash(replace(record, tag="CashTransaction", values=stated), account)


def _action(record: Record) -> Record:
    """Return a corporate action under the names of the Flex query."""
    found = re.search(r"\(([^(),]+),[^()]*\)\s*$", record.text("description"))
    symbol = found[1].strip() if found else ""
    return replace(record, values={**record.values, "symbol": symbol})


def _history(record: Record, account: str, base: str) -> Iterable[Entry]:
    """Return a row of the transaction history."""
    word = record.text("type").casefold()
    if word in _NO_TRANSACTION:
        raise SkippedRow(_NO_TRANSACTION[word])
    kind = _HISTORY_KINDS.get(word)
    if kind is None:
        raise record.wrong("type", "This kind of transaction is not known")
    if not base:
        raise RowError(
            "The base currency is not stated; choose it for the file", column="Currency"
        )
    gross, net = record.number("gross"), record.number("net")
    amount = net if gross is None else gross
    if not amount:
        raise record.wrong("gross", "The amount is missing")
    row = _named(record, account, kind, replace(record, values={"c": base}).currency("c"))
    if kind in TRADES:
        quantity = record.amount("quantity")
        fee = -(record.number("commission") or ZERO)
        rebate = -min(fee, ZERO)
        value = abs(amount) + (rebate if kind is Kind.SELL else -rebate)
        row = replace(row, quantity=abs(quantity), amount=value, fee=max(fee, ZERO))
        price = abs(record.number("price") or ZERO)
        return [replace(row, price=price, amount=None) if row.quantity * price == value else row]
    row = replace(row, amount=abs(amount))
    if kind is Kind.INTEREST and amount < 0:
        return [replace(row, kind=Kind.FEE)]
    back = amount < 0 if kind in {Kind.DIVIDEND, Kind.DEPOSIT} else amount > 0
    if back and kind is not Kind.INTEREST:
        return [TakenBack(row, "gross", record.text("gross"))]
    return [row]


def _named(record: Record, account: str, kind: Kind, currency: str) -> ImportedTransaction:
    found = _OF.match(record.text("description"))
    of_money = kind in {Kind.DEPOSIT, Kind.WITHDRAWAL}
    return ImportedTransaction(
        line=record.number_in_file,
        kind=kind,
        on=record.day("settleDate"),
        currency=currency,
        symbol="" if of_money else record.text("symbol"),
        isin=found[2] if found and is_isin(found[2]) and not of_money else "",
        name=record.text("description") if kind in TRADES else "",
        account=account,
        note="" if kind in TRADES else record.text("description"),
    )

"""What entries of Interactive Brokers' Flex queries mean, as XML or as CSV.

Trades: what opens with a sale is a short sale, what closes with a purchase covers one. Options
and futures count in contracts, at the price of a whole one. A commission in another currency than
the trade is a fee of its own, one that is paid out (a rebate) belongs to the value. An exchange
of currencies takes money out of one and puts it into another.

Cash: withheld tax is a row of its own, and what comes back undoes an earlier one.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.instruments import is_isin
from portfolio.domain.money import ONE, ZERO
from portfolio.domain.transactions import Kind
from portfolio.importers import values
from portfolio.importers.base import Entry, ImportedTransaction, SkippedRow, TakenBack
from portfolio.importers.records import Record

_BY_TYPE: Final = {
    "dividends": Kind.DIVIDEND,
    "payment in lieu of dividends": Kind.DIVIDEND,
    "withholding tax": Kind.TAX,
    "871(m) withholding": Kind.TAX,
    "sales tax": Kind.TAX,
    "broker interest received": Kind.INTEREST,
    "bond interest received": Kind.INTEREST,
    "broker interest paid": Kind.FEE,
    "bond interest paid": Kind.FEE,
    "other fees": Kind.FEE,
    "broker fees": Kind.FEE,
    "advisor fees": Kind.FEE,
    "commission adjustments": Kind.FEE,
}
_BY_SIGN: Final = frozenset({"deposits/withdrawals", "deposits & withdrawals"})
_INCOME: Final = frozenset({Kind.DIVIDEND, Kind.INTEREST})
_CLOCK: Final = re.compile(r"(?:^|[;,T ])\s*(\d{2}):?(\d{2}):?(\d{2})$", re.ASCII)


def trade(record: Record, account: str) -> Iterable[Entry]:
    """Return a trade of securities, or the two sides of an exchange of currencies."""
    if record.text("levelOfDetail").upper() not in {"", "EXECUTION", "TRADE"}:
        raise SkippedRow("A sum of executions")
    word = record.text("buySell").upper()
    side, cancelled, _ = word.partition(" (CA")
    if side not in {"BUY", "SELL"}:
        raise record.wrong("buySell", "It is neither a purchase nor a sale")
    if not record.text("isin", "symbol"):
        raise SkippedRow("An exchange of currency")
    if record.text("assetCategory").upper() == "CASH":
        return _exchange(record, account, side)
    if cancelled:  # it gives the commission back, too: what is undone had it with a minus
        charged = f"-{record.text('ibCommission').lstrip('-')}"
        record = replace(record, values={**record.values, "ibCommission": charged})
    result = _security(record, account, _kind(record, side))
    fees = _foreign_fee(record, result)
    if cancelled:
        return [TakenBack(one, "buySell", record.text("buySell")) for one in (result, *fees)]
    return [result, *fees]


def _kind(record: Record, side: str) -> Kind:
    opens = set(record.text("openCloseIndicator").upper()) & {"O", "C"}
    if opens == {"O", "C"}:
        raise record.wrong(
            "openCloseIndicator",
            "It closes a position and opens another; enter it as two trades",
        )
    if side == "BUY":
        return Kind.COVER if opens == {"C"} else Kind.BUY
    return Kind.SHORT if opens == {"O"} else Kind.SELL


def _security(record: Record, account: str, kind: Kind) -> ImportedTransaction:
    quantity = abs(record.amount("quantity"))
    currency = record.currency("currency")
    fee = ZERO
    commission = record.number("ibCommission") or ZERO
    if record.text("ibCommissionCurrency") in {"", record.text("currency")}:
        fee = -commission
    tax = abs(record.number("taxes") or ZERO)
    price, value = _value(record, quantity, max(fee, ZERO) + tax)
    if fee < 0:  # a rebate makes a purchase cheaper and a sale better
        value, fee = value + (fee if kind in {Kind.BUY, Kind.COVER} else -fee), ZERO
    return replace(
        _named(record, account, kind),
        currency=currency,
        quantity=quantity,
        price=price,
        amount=None if value == money.product(quantity, price) else value,
        fee=fee,
        tax=tax,
    )


def _value(record: Record, quantity: Decimal, charges: Decimal) -> tuple[Decimal, Decimal]:
    """Return the price of one unit or contract, and the value before charges."""
    price, multiplier = record.number("tradePrice"), record.number("multiplier") or ONE
    stated = record.number("proceeds")
    stated = record.number("tradeMoney") if stated is None else stated
    accrued = abs(record.number("accruedInt") or ZERO)
    if price is not None:
        each = money.product(abs(price), multiplier)
        value = money.product(each, quantity) if stated is None else abs(stated)
        return each, value + accrued
    if stated is not None:
        return ZERO, abs(stated) + accrued
    cost = record.number("cost")
    if cost is not None and record.text("buySell").upper() == "BUY":
        return ZERO, abs(cost) - charges
    raise record.wrong("tradePrice", "The price is missing")


def _foreign_fee(record: Record, of: ImportedTransaction) -> list[ImportedTransaction]:
    """Return the commission that was paid in another currency than the trade's."""
    commission = record.number("ibCommission")
    if not commission or record.text("ibCommissionCurrency") in {"", record.text("currency")}:
        return []
    if commission > 0:
        raise record.wrong("ibCommission", "A rebate in another currency; enter it by hand")
    return [
        replace(
            of,
            kind=Kind.FEE,
            quantity=ZERO,
            price=ZERO,
            amount=-commission,
            fee=ZERO,
            tax=ZERO,
            currency=record.currency("ibCommissionCurrency"),
        )
    ]


def _exchange(record: Record, account: str, side: str) -> list[Entry]:
    """Return money out of one currency and into another, and what it cost."""
    base, dot, counter = record.text("symbol").partition(".")
    if not dot or counter != record.text("currency"):
        raise record.wrong("symbol", "It does not say which currencies were exchanged")
    first = replace(record, values={**record.values, "base": base}).currency("base")
    second = record.currency("currency")
    units = abs(record.amount("quantity"))
    value = abs(record.amount("proceeds" if record.text("proceeds") else "tradeMoney"))
    row = replace(_named(record, account, Kind.DEPOSIT), symbol="", isin="")
    (into, more), (out_of, less) = (first, units), (second, value)
    if side == "SELL":
        (into, more), (out_of, less) = (out_of, less), (into, more)
    paid = replace(row, kind=Kind.WITHDRAWAL, currency=out_of, amount=less)
    received = replace(row, currency=into, amount=more)
    commission = record.number("ibCommission") or ZERO
    if not commission:
        return [paid, received]
    if commission > 0:
        raise record.wrong("ibCommission", "A rebate; enter it by hand")
    fee = replace(
        row,
        kind=Kind.FEE,
        currency=record.currency("ibCommissionCurrency"),
        amount=-commission,
    )
    return [paid, received, fee]


def cash(record: Record, account: str) -> Iterable[Entry]:
    """Return a dividend, tax, interest, fee, deposit or withdrawal."""
    amount = record.amount("amount")
    word = record.text("type")
    clean = word.casefold()
    if clean in _BY_SIGN:
        kind: Kind | None = Kind.DEPOSIT if amount > 0 else Kind.WITHDRAWAL
    else:
        kind = _BY_TYPE.get(clean)
    if kind is None:
        raise record.wrong("type", "This kind of transaction is not known")
    back = kind is Kind.DIVIDEND and amount < 0
    if kind is Kind.INTEREST and amount < 0:
        kind = Kind.FEE
    elif kind in {Kind.FEE, Kind.TAX} and amount > 0:
        back = True
    row = replace(
        _named(record, account, kind, "settleDate", "dateTime", "reportDate"),
        currency=record.currency("currency"),
        amount=abs(amount),
        at=None,
    )
    if clean in _BY_SIGN:
        row = replace(row, symbol="", isin="")
    return [TakenBack(row, "amount", record.text("amount")) if back else row]


def transaction_tax(record: Record, account: str) -> Iterable[Entry]:
    """Return a tax on a trade that stands in a section of its own."""
    amount = record.amount("taxAmount")
    row = replace(
        _named(record, account, Kind.TAX, "date", "dateTime", "reportDate"),
        currency=record.currency("currency"),
        amount=abs(amount),
        at=None,
        note=record.text("taxDescription"),
    )
    return [TakenBack(row, "taxAmount", record.text("taxAmount")) if amount > 0 else row]


def _named(record: Record, account: str, kind: Kind, *days: str) -> ImportedTransaction:
    """Return what all entries have: day, time, instrument, account, reference."""
    isin = record.text("isin")
    return ImportedTransaction(
        line=record.number_in_file,
        kind=kind,
        on=record.day(*(days or ("tradeDate", "dateTime", "reportDate"))),
        currency="",
        at=clock(record),
        symbol=record.text("symbol"),
        isin=isin if is_isin(isin) else "",
        name=record.text("description") if record.tag != "CashTransaction" else "",
        account=record.text("accountId") or account,
        reference=record.text("tradeID", "transactionID"),
        note=record.text("description") if record.tag == "CashTransaction" else "",
    )


def clock(record: Record) -> time | None:
    """Return the time of a trade: "20220125;105910", "093406", "2013-03-05, 19:45:00"."""
    for name in ("tradeTime", "dateTime"):
        text = record.text(name)
        if name == "dateTime" and not re.search(r"[;,T ]", text):
            continue
        found = _CLOCK.search(text)
        if found:
            return values.clock(f"{found[1]}:{found[2]}:{found[3]}")
    return None

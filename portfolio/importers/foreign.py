"""Rows in two currencies: the price in that of the listing, the total in that of the account.

A trade stays in the currency of its listing, with the total as what was settled. A charge in the
account's currency is brought to the listing's by the rate that the row itself shows: quantity x
price against the total less charges. Where the row does not say in which of the two currencies a
charge is, the stated rate must tell, or the row is refused. What is no trade is booked as it
arrived, in the account's currency.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from portfolio.domain import money
from portfolio.domain.money import ONE, ZERO
from portfolio.domain.transactions import TRADES, Kind
from portfolio.importers.base import ImportedTransaction
from portfolio.importers.currencies import checked, told
from portfolio.importers.sheet import Row

_PAID: Final = frozenset({Kind.BUY, Kind.COVER})
_INCOME: Final = frozenset({Kind.DIVIDEND, Kind.INTEREST})
_TOTALS: Final = ("net", "debit", "credit")
_RATE: Final = Decimal("0.03")  # how far a rate of the day may be from the one of the trade
_EXACT: Final = Decimal("0.0005")  # how far the rounding of a rate moves a total
_CENT: Final = Decimal("0.02")
_PLACES: Final = Decimal("0.000001")  # of a charge that was brought to another currency


class Both(NamedTuple):
    """The two currencies of a row, and the total in the second."""

    listed: str
    cash: str
    total: Decimal


def both(row: Row, kind: Kind) -> Both | None:
    """Return the two currencies of a row; None when it is in one."""
    sheet = row.sheet
    if "cash_currency" not in sheet.places and sheet.telling.keys().isdisjoint(_TOTALS):
        return None
    net = row.number("net")
    if not net or kind not in TRADES | _INCOME:
        return None
    if kind in TRADES and not (row.number("quantity") and row.number("price")):
        return None
    cash = row.text("cash_currency") or next(
        (found for name in _TOTALS if (found := told(row, name))), ""
    )
    listed = told(row, "price") or row.text("currency")
    if not cash or not listed or listed == cash:
        return None
    listed, cash = checked(row, listed), checked(row, cash)
    if money.major_unit(listed)[0] == money.major_unit(cash)[0]:
        return None
    return Both(listed, cash, abs(net))


def converted(row: Row, found: ImportedTransaction, pair: Both) -> ImportedTransaction:
    """Return a row with its amounts in one currency and what was settled in the other.

    Raises:
        RowError: the total does not fit the stated rate, or a charge may be in either currency.
    """
    if found.kind not in TRADES:
        charges = [_in_cash(row, name, pair) for name in ("fee", "tax")]
        return replace(found, currency=pair.cash, amount=pair.total + sum(charges, ZERO))
    price = abs(row.number("price") or ZERO)
    value = money.product(found.quantity, price)
    fee = _charge(row, "fee", pair, value, found)
    tax = _charge(row, "tax", pair, value, found)
    _check_rate(row, value, pair, found)
    return replace(
        found, currency=pair.listed, price=price, fee=fee, tax=tax,
        settled=pair.total, settled_currency=pair.cash,
    )  # fmt: skip


def _named(row: Row, name: str) -> str:
    """Return the currency that a charge states, or an empty text."""
    stated = row.text("fee_currency") if name == "fee" else ""
    return checked(row, stated) if stated else told(row, name)


def _in_cash(row: Row, name: str, pair: Both) -> Decimal:
    value = abs(row.number(name) or ZERO)
    if value and _named(row, name) != pair.cash:
        raise row.wrong(name, f"It is not said whether this {name} is in {pair.cash}")
    return value


def _charge(
    row: Row, name: str, pair: Both, value: Decimal, found: ImportedTransaction
) -> Decimal:
    """Return a charge in the currency of the listing."""
    stated: Decimal = getattr(found, name)
    if not stated:
        return ZERO
    currency = _named(row, name) or _shown(row, pair, value, found)
    if currency == pair.listed:
        return stated
    if currency != pair.cash:
        raise row.wrong(name, f"It is not said in which currency this {name} is")
    before = _before(pair.total, found)
    if before <= 0:
        raise row.wrong(name, "It is more than the total")
    return money.tidy(money.quotient(money.product(stated, value), before).quantize(_PLACES))


def _before(total: Decimal, found: ImportedTransaction) -> Decimal:
    """Return a total before charges in its currency."""
    charges = found.fee + found.tax
    return total - charges if found.kind in _PAID else total + charges


def _shown(row: Row, pair: Both, value: Decimal, found: ImportedTransaction) -> str:
    """Return in which currency the charges must be for the total to fit the stated rate."""
    rate = row.number("fx_rate")
    if not rate:
        return ""
    charges = found.fee + found.tax if found.kind in _PAID else -(found.fee + found.tax)
    near: dict[str, Decimal] = {}
    for factor in (abs(rate), ONE / abs(rate)):
        for currency, total in (
            (pair.cash, value * factor + charges),
            (pair.listed, (value + charges) * factor),
        ):
            off = abs(total - pair.total)
            near[currency] = min(off, near.get(currency, off))
    best, other = sorted(near, key=lambda currency: near[currency])
    fits = near[best] <= max(_CENT, pair.total * _EXACT)
    return best if fits and near[other] > 2 * near[best] and near[other] > _CENT else ""


def _check_rate(row: Row, value: Decimal, pair: Both, found: ImportedTransaction) -> None:
    """Refuse a total that is far from what the stated rate makes of quantity x price."""
    rate = row.number("fx_rate")
    if not rate or rate == ONE or not value:
        return
    share = _before(pair.total, found) / value
    if all(abs(share / factor - 1) > _RATE for factor in (abs(rate), ONE / abs(rate))):
        raise row.wrong("net", f"It does not fit quantity x price, {value.normalize():f}")

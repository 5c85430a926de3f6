"""In which currency the amounts of a row are: what its columns, headers and cells say together.

None is ever assumed. What nobody says was decided for the file, or the row is refused; so is a row
whose columns contradict each other.
"""

from collections.abc import Collection
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.errors import CurrencyError
from portfolio.domain.money import ONE, ZERO
from portfolio.importers import cells, values
from portfolio.importers.base import RowError
from portfolio.importers.sheet import Row

_NET: Final = frozenset({"net", "debit", "credit"})
_CENT: Final = Decimal("0.02")
_NEAR: Final = Decimal("0.005")  # how far charges and rounding may move a total
_CHARGES: Final = frozenset({"fee", "tax"})


def stated_by(row: Row, name: str) -> str | frozenset[str]:
    """Return the currency of an amount: that of its cell, of the one beside it, of its header.

    It may be a sign that several currencies share; an empty text when nothing says it.

    Raises:
        RowError: what stands beside it is no currency.
    """
    cell = row.text(name)
    if not cell or name not in row.sheet.telling:
        return ""
    if near := row.beside(name):
        try:
            return money.check_currency(cells.ALIASES.get(near, near))
        except CurrencyError as error:
            above = row.sheet.table.header[row.sheet.beside[name]]
            raise RowError(error.message, column=above or row.header(name), text=near) from error
    return values.currency_in(cell) or row.sheet.telling[name]


def told(row: Row, name: str) -> str:
    """Return the one currency that an amount states, or an empty text."""
    stated = stated_by(row, name)
    return stated if isinstance(stated, str) else ""


def currency_of(row: Row, *, needed: bool = True, priced: bool = False) -> str:
    """Return the currency of a row in its one spelling; a split needs none.

    It stands in its own column, in the header or the cell of an amount, or was decided for the
    file. `priced` says that the value is price x quantity, so that the net amount, which may be
    of another currency, is not looked at.

    Raises:
        RowError: it is not stated or not known, or two columns contradict each other.
    """
    code, shared = _combined(row, priced=priced)
    if not code and (decided := row.sheet.options.currency):
        code = checked(row, decided)
        if shared and code not in shared:
            raise row.wrong("price", f"The row is not in {code}")
    if not code and needed:
        raise row.wrong("currency", "The currency is not stated; choose it for the file")
    _check_fee(row, code)
    return code


def _combined(row: Row, *, priced: bool) -> tuple[str, Collection[str]]:
    """Return the currency that a row states, and the currencies that share a sign in it."""
    listed, cash = (_code(row, name) for name in ("currency", "cash_currency"))
    stated = listed or cash if priced else cash or listed  # a total is in the account's currency
    pair = None if stated else row.pair()
    code = checked(row, stated) if stated else pair[1] if pair else ""
    shared: Collection[str] = ()
    for name in row.sheet.telling:
        if (priced and name in _NET) or (name in _CHARGES and not row.number(name)):
            continue
        found = stated_by(row, name)
        if isinstance(found, frozenset):
            shared = found
            if code and code not in found:
                raise row.wrong(name, f"The row is in {code}")
        elif found and code and found != code:
            code = found if name == "price" and _is_of_price(row) else major_of(code, found)
            if not code:
                raise _contradiction(row, name, found)
        else:
            code = code or found
    if not code and priced and _product_is_total(row):
        code = told(row, "net")
    return code, shared


def _code(row: Row, name: str) -> str:
    cell = row.text(name)
    return "" if cell in cells.DASHES else cell


def _is_of_price(row: Row) -> bool:
    """Say whether quantity x price is the total, so that the price's own currency is the row's.

    A column of currencies may say in which one the instrument is listed or kept elsewhere.
    """
    return not told(row, "net") and _product_is_total(row)


def _product_is_total(row: Row) -> bool:
    quantity, price, net = (row.number(name) for name in ("quantity", "price", "net"))
    if not quantity or not price or not net:
        return False
    product = abs(money.product(quantity, price))
    return abs(product - abs(net)) <= max(_CENT, product * _NEAR)


def _contradiction(row: Row, name: str, told: str) -> RowError:
    reason = f"This is in {told}, the row in another currency"
    near = row.beside(name)
    if not near:
        return row.wrong(name, reason)
    above = row.sheet.table.header[row.sheet.beside[name]]
    return RowError(reason, column=above or row.header(name), text=near)


def scaled(row: Row, currency: str, price: Decimal) -> str:
    """Return the currency of a row whose price was brought to its value: pounds, not pence.

    Raises:
        RowError: the value may be pence where the price is pounds.
    """
    major, factor = money.major_unit(currency)
    if factor != ONE and price < abs(row.number("price") or ZERO):
        return major
    if major in money.MINOR_UNITS.values() and price > abs(row.number("price") or ZERO):
        raise row.wrong("price", "The value is a hundred times quantity x price")
    return currency


def major_of(one: str, other: str) -> str:
    """Return the currency of two that are its pence and itself; empty when they are not."""
    major, minor = money.major_unit(one)[0], money.major_unit(other)[0]
    return major if major == minor else ""


def _check_fee(row: Row, currency: str) -> None:
    """Refuse a fee that says it is in another currency than the row."""
    stated = row.text("fee_currency")
    if stated and row.number("fee") and checked(row, stated) != currency:
        raise row.wrong("fee_currency", f"The fee is in another currency than the row, {currency}")


def checked(row: Row, code: str) -> str:
    """Return a currency in its one spelling.

    Raises:
        RowError: it is not known.
    """
    try:
        return money.check_currency(cells.ALIASES.get(code, code))
    except CurrencyError as error:
        raise row.wrong("currency", error.message) from error

"""The amounts of a row: from the columns there are to quantity, price, value, charges, currency.

Price x quantity where there is a price. Else the gross value; else it is worked out from the net
one, which includes fee and tax (off what is received, on top of what is paid). Where a value
stands beside a price and is the same but for its rounding, or a hundred times or a hundredth of
it (pence, bonds in percent, contracts of options), the value is what counts: it is what moved.
Where the two do not fit at all, the row is refused.
"""

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction
from typing import Final

from portfolio.domain import money
from portfolio.domain.errors import CurrencyError
from portfolio.domain.money import HUNDRED, ONE, ZERO
from portfolio.domain.transactions import OF_MONEY_ALONE, SPLIT_PART_MAX, TRADES, Kind
from portfolio.importers import values
from portfolio.importers.base import ImportedTransaction, RowError
from portfolio.importers.sheet import Row

PAID: Final = frozenset({Kind.BUY, Kind.COVER, Kind.TRANSFER_IN})
_CHARGES: Final = frozenset({Kind.FEE, Kind.TAX})
_NET: Final = frozenset({"net", "debit", "credit"})
_APART: Final = Decimal(2)  # a price and a value further apart than this contradict each other
_ROUNDED: Final = Decimal("0.01")  # how far the rounding of a price may move a value
_CENT: Final = Decimal("0.02")  # or rounding to whole cents
_HUNDREDFOLD: Final = Decimal("0.05")  # how far from 100 or 0.01 charges may move the ratio


def standard(row: Row, kind: Kind) -> ImportedTransaction:
    """Return a row as a transaction of a kind, by the fields of its table.

    Raises:
        RowError: something that the kind needs is missing or not understood.
    """
    numerator = denominator = 1
    fee = tax = quantity = price = ZERO
    amount: Decimal | None = None
    if kind is Kind.SPLIT:
        numerator, denominator = ratio(row)
    elif kind in _CHARGES:
        amount = own_charge(row, kind)
    else:
        fee, tax = charge(row, "fee"), charge(row, "tax")
        quantity = abs(row.number("quantity") or ZERO)
        if kind in TRADES and not quantity:
            raise row.wrong("quantity", f"A {kind} needs a quantity")
        price, amount = value_of(row, kind, quantity, fee + tax)
    alone = kind in OF_MONEY_ALONE
    moment, day, symbol, isin, name, account, reference, note = row.named()
    scaled = bool(quantity and price) and price != abs(row.number("price") or ZERO)
    currency = currency_of(
        row, needed=kind is not Kind.SPLIT, priced=amount is None and not scaled
    )
    if scaled:
        currency = _scaled(row, currency, price)
    return ImportedTransaction(
        row.line.number,
        kind,
        row.day(),
        currency,
        values.clock(moment) or values.clock(day),
        "" if alone else symbol,
        "" if alone else isin,
        name,
        quantity,
        price,
        amount,
        fee,
        tax,
        numerator,
        denominator,
        account or row.sheet.options.account,
        reference,
        note,
    )


def charge(row: Row, name: str) -> Decimal:
    """Return a fee or tax beside something else; none when its cell is empty.

    Some brokers write what is paid below zero, some above: most rows of the file show which.

    Raises:
        RowError: it has the other sign, so it was given back.
    """
    stated = row.number(name)
    if not stated:
        return ZERO
    if name in row.sheet.mixed and (stated < 0) != row.sheet.mixed[name]:
        raise row.wrong(name, f"A {name} that was given back; enter this row by hand")
    return abs(stated)


def value_of(
    row: Row, kind: Kind, quantity: Decimal, charges: Decimal
) -> tuple[Decimal, Decimal | None]:
    """Return the price of a unit, and the value before charges where it is not just the product.

    Raises:
        RowError: neither a price nor a value is there, or they contradict each other.
    """
    price, gross, net = row.number("price"), row.number("gross"), row.number("net")
    name = "gross" if gross else "net"
    if gross:
        stated: Decimal | None = abs(gross)
    elif net:
        stated = abs(net) - charges if kind in PAID else abs(net) + charges
    else:
        stated = None
    if price is not None and quantity:
        if stated and _same_unit(row, name):
            return _in_pence(row, name, (quantity, abs(price)), stated)
        return _fitting(row, kind, (quantity, abs(price)), stated)
    each = abs(price or ZERO)
    if stated is not None and stated >= 0:
        return each, stated
    if price is not None and kind not in TRADES:
        return each, each
    raise row.wrong("net" if "net" in row.sheet.places else "price", "The amount is missing")


def _told(row: Row, name: str) -> str:
    """Return the currency that the cell or the header of an amount states, or an empty text."""
    if name not in row.sheet.telling or not row.text(name):
        return ""
    told = values.currency_in(row.text(name)) or row.sheet.telling[name]
    return told if isinstance(told, str) else ""


def _same_unit(row: Row, name: str) -> bool:
    """Say whether a value and its price state one currency, be it pence and pounds."""
    value, price = _told(row, name), row.text("currency") or _told(row, "price")
    return bool(value and price) and money.major_unit(value)[0] == money.major_unit(price)[0]


def _in_pence(
    row: Row, name: str, both: tuple[Decimal, Decimal], stated: Decimal
) -> tuple[Decimal, Decimal | None]:
    """Return the price in the unit of a value in the same currency, and that value.

    Raises:
        RowError: the two have nothing to do with each other.
    """
    units = (_told(row, "price") or row.text("currency"), _told(row, name))
    price = money.product(both[1], money.major_unit(units[0])[1])
    price = money.quotient(price, money.major_unit(units[1])[1])
    product = money.product(both[0], price)
    if not product / _APART <= stated <= product * _APART:
        raise row.wrong(name, f"It does not fit quantity x price, {product.normalize():f}")
    return price, None if product == stated else stated


def _fitting(
    row: Row, kind: Kind, both: tuple[Decimal, Decimal], stated: Decimal | None
) -> tuple[Decimal, Decimal | None]:
    """Return the price and, where quantity x price cannot be the value, the stated one.

    Raises:
        RowError: the two have nothing to do with each other.
    """
    price, product = both[1], money.product(*both)
    if not stated or not product or stated == product:
        return price, None
    share = stated / product
    rate = row.number("fx_rate")
    near = _ROUNDED if kind in TRADES else ONE  # a dividend per share is rounded beyond measure
    rounded = abs(share - 1) <= near or abs(stated - product) <= _CENT
    if rounded and rate in {None, ZERO, ONE}:
        return price, stated
    if ONE / _APART <= share <= _APART:
        return price, None
    for factor in (abs(rate), ONE / abs(rate)) if rate else ():
        if factor / _APART <= share <= factor * _APART:
            return price, None
    for factor in (HUNDRED, ONE / HUNDRED):
        if abs(share / factor - 1) <= _HUNDREDFOLD:
            scaled = money.product(price, factor)
            return scaled, None if money.product(both[0], scaled) == stated else stated
    raise row.wrong(
        "gross" if row.text("gross") else "net",
        f"It does not fit quantity x price, {product.normalize():f}",
    )


def own_charge(row: Row, kind: Kind) -> Decimal:
    """Return the amount of a fee or tax that is a row of its own, from whichever column has it.

    Raises:
        RowError: no column has it.
    """
    quantity, price = row.number("quantity"), row.number("price")
    product = quantity * price if quantity and price else None
    for value in (row.number("gross"), row.number("net"), product, row.number(kind.value), price):
        if value:
            return abs(value)
    raise row.wrong("net", "The amount is missing")


def currency_of(row: Row, *, needed: bool = True, priced: bool = False) -> str:
    """Return the currency of a row in its one spelling; a split needs none.

    It stands in its own column, in the header or the cell of an amount, or was decided for the
    file. `priced` says that the value is price x quantity, so that the net amount, which may be
    of another currency, is not looked at.

    Raises:
        RowError: it is not stated or not known, or two columns contradict each other.
    """
    cash = "" if priced else row.text("cash_currency")  # a total is in the account's currency
    stated = cash or row.text("currency") or row.text("cash_currency")
    code = checked(row, stated) if stated else ""
    shared: Collection[str] = ()
    for name, above in row.sheet.telling.items():
        if priced and name in _NET:
            continue
        cell = row.text(name)
        told = (values.currency_in(cell) or above) if cell else ""
        if isinstance(told, frozenset):
            shared = told
            if code and code not in told:
                raise row.wrong(name, f"The row is in {code}")
        elif told and code and told != code:
            code = _major(code, told)
            if not code:
                raise row.wrong(name, f"This is in {told}, the row in another currency")
        else:
            code = code or told
    if not code and (decided := row.sheet.options.currency):
        code = checked(row, decided)
        if shared and code not in shared:
            raise row.wrong("price", f"The row is not in {code}")
    if not code and needed:
        raise row.wrong("currency", "The currency is not stated; choose it for the file")
    _check_fee(row, code)
    return code


def _scaled(row: Row, currency: str, price: Decimal) -> str:
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


def _major(one: str, other: str) -> str:
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
        return money.check_currency(code)
    except CurrencyError as error:
        raise row.wrong("currency", error.message) from error


def ratio(row: Row) -> tuple[int, int]:
    """Return a split as (new, old) from "2:1", "2/1", "2 for 1" or a number of units for one.

    Raises:
        RowError: no ratio, or none that a split can have.
    """
    for name in ("ratio", "net", "gross", "quantity"):
        found = parse_ratio(row, name)
        if found is None:
            continue
        if 0 < found != 1 and max(found.numerator, found.denominator) <= SPLIT_PART_MAX:
            return found.numerator, found.denominator
        raise row.wrong(name, "This is not the ratio of a split")
    raise RowError("The ratio of the split is missing", column=row.header("ratio"))


def parse_ratio(row: Row, name: str) -> Fraction | None:
    """Return the ratio in a cell, new for old, or None when there is none in it."""
    text = row.text(name).casefold().replace("for", ":").replace("/", ":")
    if not text:
        return None
    parts = [values.number(part, row.sheet.mark, row.header(name)) for part in text.split(":")]
    if len(parts) > 2 or not all(parts):  # noqa: PLR2004 - new and old
        return None
    return Fraction(parts[0] or 0) / (Fraction(parts[-1] or 1) if parts[1:] else 1)

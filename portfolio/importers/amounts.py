"""The amounts of a row: from the columns there are to quantity, price, value, charges, currency.

What the row is worth stands in `worth`, in which currency in `currencies`, and rows in two of
them in `foreign`.
"""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

from portfolio.domain import money
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import OF_MONEY_ALONE, SPLIT_PART_MAX, TRADES, Kind
from portfolio.importers import values
from portfolio.importers.base import ImportedTransaction, RowError
from portfolio.importers.cells import plain_name
from portfolio.importers.currencies import checked, currency_of, scaled
from portfolio.importers.foreign import Both, both, converted
from portfolio.importers.sheet import Row
from portfolio.importers.worth import untold_charges, value_of

_PARTS: Final = re.compile(r"[:/]|for", re.IGNORECASE)
Numbers = tuple[Decimal, Decimal, Decimal | None, Decimal, Decimal]
_NOTHING: Final[Numbers] = (ZERO, ZERO, None, ZERO, ZERO)
_CHARGES: Final = frozenset({Kind.FEE, Kind.TAX})


def standard(row: Row, kind: Kind) -> ImportedTransaction:
    """Return a row as a transaction of a kind, by the fields of its table.

    Raises:
        RowError: something that the kind needs is missing or not understood.
    """
    numerator = denominator = 1
    fee = tax = quantity = price = ZERO
    amount: Decimal | None = None
    pair: Both | None = None
    if kind is Kind.SPLIT:
        numerator, denominator = ratio(row)
    elif kind in _CHARGES:
        amount = own_charge(row, kind)
    else:
        fee, tax = charge(row, "fee"), charge(row, "tax")
        quantity = abs(row.number("quantity") or ZERO)
        if kind in TRADES and not quantity:
            raise row.wrong("quantity", f"A {kind} needs a quantity")
        pair = both(row, kind)
        if pair is None:
            fee, tax = untold_charges(row, kind, fee, tax)
            price, amount = value_of(row, kind, quantity, fee + tax)
    if pair is not None:
        found = _bare(row, kind, numbers=(quantity, price, amount, fee, tax))
        return converted(row, found, pair)
    currency = _currency(row, kind, quantity, price, valued=amount is not None)
    if kind in OF_MONEY_ALONE:
        amount = money.product(quantity, price) if amount is None else amount
        quantity = price = ZERO
    parts = (numerator, denominator)
    return _bare(row, kind, currency, (quantity, price, amount, fee, tax), parts)


def of_money(row: Row, kind: Kind, amount: Decimal, currency: str) -> ImportedTransaction:
    """Return a row that moved money of a stated amount, with the charge beside it."""
    numbers = (ZERO, ZERO, amount, charge(row, "fee"), ZERO)
    return _bare(row, kind, checked(row, currency), numbers)


def _bare(
    row: Row, kind: Kind, currency: str = "", numbers: Numbers = _NOTHING,
    parts: tuple[int, int] = (1, 1),
) -> ImportedTransaction:  # fmt: skip
    """Return a row with its numbers, when it was, what it names and what it notes."""
    moment, day, symbol, isin, name, account, reference, note = row.named()
    pair = row.pair()
    alone = kind in OF_MONEY_ALONE
    return ImportedTransaction(
        row.line.number,
        kind,
        row.day(),
        currency,
        values.clock(moment) or values.clock(day),
        "" if alone else pair[0] if pair else symbol,
        "" if alone else isin or row.isin_within(),
        plain_name(name),
        *numbers,
        *parts,
        account or row.sheet.options.account,
        reference,
        note,
    )


def _currency(row: Row, kind: Kind, quantity: Decimal, price: Decimal, *, valued: bool) -> str:
    """Return the currency of a row, be its price in pence and brought to pounds."""
    changed = bool(quantity and price) and price != abs(row.number("price") or ZERO)
    code = currency_of(row, needed=kind is not Kind.SPLIT, priced=not valued and not changed)
    return scaled(row, code, price) if changed else code


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


def ratio(row: Row) -> tuple[int, int]:
    """Return a split as (new, old) from "2:1", "2/1", "2 for 1" or a number of units for one.

    Raises:
        RowError: no ratio, or none that a split can have.
    """
    for name in ("ratio", "net", "gross", "quantity"):
        found = parse_ratio(row, name)
        if found is None:
            continue
        plain = not _PARTS.search(row.text(name))
        if plain and name != "ratio" and row.sheet.strict:
            raise row.wrong(name, "This may be units that were added; a ratio is such as 2:1")
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

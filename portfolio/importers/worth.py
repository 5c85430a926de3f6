"""What a row is worth: price x quantity, the gross value, or the net one less its charges.

Price x quantity where there is a price. Else the gross value; else it is worked out from the net
one, which includes fee and tax (off what is received, on top of what is paid), unless quantity x
price shows that it does not. Where a value stands beside a price and is the same but for its
rounding, or a hundred times or a hundredth of it (pence, bonds in percent, contracts of options),
the value is what counts: it is what moved. Where the two do not fit, the row is refused.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.money import HUNDRED, ONE, ZERO
from portfolio.domain.transactions import TRADES, Kind
from portfolio.importers.currencies import told
from portfolio.importers.sheet import Row

PAID: Final = frozenset({Kind.BUY, Kind.COVER, Kind.TRANSFER_IN})
_APART: Final = Decimal(2)  # a price and a value further apart than this contradict each other
_ROUNDED: Final = Decimal("0.01")  # how far the rounding of a price may move a value
_CENT: Final = Decimal("0.02")  # or rounding to whole cents
_HUNDREDFOLD: Final = Decimal("0.05")  # how far from 100 or 0.01 charges may move the ratio
_COSTS: Final = Decimal("0.1")  # of a trade's value, the most that it costs
_SMALL: Final = Decimal(30)  # units of a currency, the least that brokers take for small trades
_MOST_WITHHELD: Final = Decimal("0.5")  # of a dividend
_CHARGED: Final = TRADES | {Kind.DIVIDEND, Kind.INTEREST}
_NO_RATE: Final = frozenset({None, ZERO, ONE})


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
        stated = _before(kind, abs(net), charges)
        if quantity and price and row.sheet.strict:
            stated = min(stated, abs(net), key=_from(money.product(quantity, abs(price))))
    else:
        stated = None
    if quantity and price is not None and (price or not stated):
        if stated and _same_unit(row, name):
            return _in_pence(row, name, (quantity, abs(price)), stated)
        return _fitting(row, kind, (quantity, abs(price)), stated)
    each = abs(price or ZERO)
    if stated is not None and stated >= 0:
        return each, stated
    if price is not None and kind not in TRADES:
        return each, each
    raise row.wrong("net" if "net" in row.sheet.places else "price", "The amount is missing")


def _before(kind: Kind, net: Decimal, charges: Decimal) -> Decimal:
    """Return a total before charges."""
    return net - charges if kind in PAID else net + charges


def _from(product: Decimal) -> Callable[[Decimal], Decimal]:
    """Return how far a value is from quantity x price; some totals are without the charges."""
    return lambda value: abs(value - product)


def _costs_within(row: Row, kind: Kind, product: Decimal, stated: Decimal) -> bool:
    """Say whether a total holds what the trade cost, in a table that states it nowhere."""
    if not {"fee", "tax"}.isdisjoint(row.sheet.places):
        return False
    cost = stated - product if kind in PAID else product - stated
    return ZERO < cost <= max(product * _COSTS, _SMALL)


def untold_charges(row: Row, kind: Kind, fee: Decimal, tax: Decimal) -> tuple[Decimal, Decimal]:
    """Return the charges of a row whose gross and net value stand beside each other.

    Where no charge is stated, it is what lies between the two: withheld of income, the cost of a
    trade.

    Raises:
        RowError: stated charges do not lead from the one to the other, or what lies between is
            more than a charge.
    """
    if not row.sheet.strict or "gross" not in row.sheet.places:
        return fee, tax
    gross, net = abs(row.number("gross") or ZERO), abs(row.number("net") or ZERO)
    if not gross or not net or kind not in _CHARGED:
        return fee, tax
    if row.number("fx_rate") not in _NO_RATE:
        return fee, tax
    if told(row, "gross") != told(row, "net") or row.text("cash_currency") not in {
        "", row.text("currency"),
    }:  # fmt: skip
        return fee, tax
    between = net - gross if kind in PAID else gross - net
    off = abs(between - fee - tax)
    if off <= _CENT or abs(between) <= _CENT:
        return fee, tax
    if fee or tax or between < 0 or between > max(gross * _MOST_WITHHELD, _SMALL):
        raise row.wrong(
            "net", f"It is not the gross value, {gross.normalize():f}, with the charges stated"
        )
    return (between, tax) if kind in TRADES else (fee, between)


def _same_unit(row: Row, name: str) -> bool:
    """Say whether a value and its price state one currency, be it pence and pounds."""
    value, price = told(row, name), row.text("currency") or told(row, "price")
    return bool(value and price) and money.major_unit(value)[0] == money.major_unit(price)[0]


def _in_pence(
    row: Row, name: str, both: tuple[Decimal, Decimal], stated: Decimal
) -> tuple[Decimal, Decimal | None]:
    """Return the price in the unit of a value in the same currency, and that value.

    Raises:
        RowError: the two have nothing to do with each other.
    """
    units = (told(row, "price") or row.text("currency"), told(row, name))
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
    one_currency = rate in _NO_RATE
    if one_currency and (
        rounded or (kind in TRADES and _costs_within(row, kind, product, stated))
    ):
        return price, stated
    if ONE / _APART <= share <= _APART and not (one_currency and row.sheet.strict):
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

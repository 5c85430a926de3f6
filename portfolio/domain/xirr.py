"""Money-weighted return: the yearly rate at which all payments are worth zero together (XIRR).

Investor's view: money in is negative, money out and the final value are positive;

    sum of amount / (1 + r)^(days / 365) = 0        days since the first payment, act/365F

With x = (1 + r)^(-1/365) this is a polynomial in x with whole exponents, so each value is exact
to the digits of the context and can be repeated by hand. Payments of one day count as one.

How many rates there are is looked at before any is given: no change of sign means no rate, one
change means exactly one (Descartes). A rate at which the account is never overdrawn, so that money
is invested from the first to the last day, is the only one, too (Soper 1959). Else the whole range
is searched; if several rates fit, none of them is *the* return, and the reason is given instead of
a number.
"""

import decimal
import math
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from portfolio.domain.money import ONE, ZERO
from portfolio.domain.returns import DAYS_A_YEAR, NoNumber
from portfolio.domain.values import value

_CONTEXT: Final = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emax=decimal.MAX_EMAX,
    Emin=decimal.MIN_EMIN,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero],
)
_TOLERANCE: Final = Decimal("1e-18")  # of the logarithmic yearly rate
_STEPS_MAX: Final = 300
_SEARCH_STEP: Final = Decimal("0.125")  # of the logarithmic yearly rate
_SEARCH_END: Final = Decimal(14)  # rates from -99.9999 % to 120 million percent
_REFINE_STEPS: Final = 80
_TOUCHING: Final = Decimal("1e-24")  # of all that was paid: as good as zero, at 34 digits
_NEAR: Final = Decimal("1e-10")  # of the logarithmic yearly rate: what a guess is believed
_GUESS_STEPS: Final = 30
_GUESS_TOLERANCE: Final = 1e-7  # the step after it would be smaller than 1e-12
_RATE_MAX: Final = 14.0
_DAYS: Final = 365.0


@value
class Payment:
    """Money that moved on a day, as the investor sees it: paid in < 0, received > 0."""

    on: date
    amount: Decimal


def xirr(payments: Iterable[Payment]) -> Decimal | NoNumber:
    """Return the yearly rate, 0.05 for 5 %, or the reason why there is none."""
    with decimal.localcontext(_CONTEXT):
        merged = _merged(payments)
        changes = _sign_changes(merged)
        if not changes:
            return NoNumber("Money must have gone in and come out for a yearly return")
        if len(merged) > 1 and merged[-1][0] == merged[0][0]:
            return NoNumber("All payments are on one day: no time has passed")
        if changes == 1:
            roots = [_only_root(merged)]
        else:
            sure = _sure_root(merged)
            roots = _all_roots(merged) if sure is None else [sure]
        if not roots:
            return NoNumber("No yearly rate balances these payments")
        if len(roots) > 1:
            rates = " and ".join(f"{_percent(root)} %" for root in roots)
            return NoNumber(f"Several yearly rates balance these payments: {rates}")
        return roots[0].exp() - ONE


def net_present_value(payments: Iterable[Payment], rate: Decimal) -> Decimal:
    """Return what all payments are worth on the first day at a yearly rate above -1."""
    with decimal.localcontext(_CONTEXT):
        return _value(_merged(payments), (ONE + rate).ln())


def _merged(payments: Iterable[Payment]) -> list[tuple[int, Decimal]]:
    """Return (days since the first, amount) with one entry a day and none of zero, in order."""
    days: dict[int, Decimal] = {}
    for payment in payments:
        day = payment.on.toordinal()
        days[day] = days[day] + payment.amount if day in days else payment.amount
    rows = [(day, amount) for day, amount in sorted(days.items()) if amount]
    return [(day - rows[0][0], amount) for day, amount in rows]


def _sign_changes(rows: Sequence[tuple[int, Decimal]]) -> int:
    signs = [amount > 0 for _, amount in rows]
    return sum(one != other for one, other in pairwise(signs))


def _value(rows: Sequence[tuple[int, Decimal]], log_rate: Decimal) -> Decimal:
    """Return the sum of the discounted payments (Horner's scheme, from the last)."""
    discount = (-log_rate / DAYS_A_YEAR).exp()
    powers: dict[int, Decimal] = {0: ONE}
    total = ZERO
    later = rows[-1][0]
    for day, amount in reversed(rows):
        days = later - day
        if days not in powers:
            powers[days] = discount**days
        total = total * powers[days] + amount
        later = day
    return total


def _values(
    rows: Sequence[tuple[int, Decimal]], one: Decimal, other: Decimal
) -> tuple[Decimal, Decimal]:
    """Return what `_value` does for two rates at once."""
    discounts = (-one / DAYS_A_YEAR).exp(), (-other / DAYS_A_YEAR).exp()
    powers: dict[int, tuple[Decimal, Decimal]] = {}
    first = second = ZERO
    later = rows[-1][0]
    for day, amount in reversed(rows):
        days = later - day
        if days not in powers:
            powers[days] = discounts[0] ** days, discounts[1] ** days
        power, other_power = powers[days]
        first, second = first * power + amount, second * other_power + amount
        later = day
    return first, second


def _only_root(rows: Sequence[tuple[int, Decimal]]) -> Decimal:
    """Return the one root that a single change of sign promises, however far away it lies."""
    low, high = -ONE, ONE
    at_zero = _value(rows, ZERO)
    if not at_zero:
        return ZERO
    while (_value(rows, low) > 0) == (_value(rows, high) > 0):
        low, high = low * 2, high * 2
    return _root_between(rows, low, high)


def _sure_root(rows: Sequence[tuple[int, Decimal]]) -> Decimal | None:
    """Return a root when there can be no other, or None when that is not certain."""
    root = _root_near(rows, _guess(rows))
    if root is None:
        low, high = -_SEARCH_STEP, _SEARCH_STEP
        while (_value(rows, low) > 0) == (_value(rows, high) > 0):
            low, high = low * 2, high * 2
            if high > _SEARCH_END:
                return None
        root = _root_between(rows, low, high)
    return root if _is_never_overdrawn(rows, root) else None


def _root_near(rows: Sequence[tuple[int, Decimal]], near: Decimal) -> Decimal | None:
    """Return a root that a guess is next to; None where it is not."""
    low, high = near - _NEAR, near + _NEAR
    at_low, at_high = _values(rows, low, high)
    if (at_low > 0) == (at_high > 0):
        return None
    middle = low - at_low * (high - low) / (at_high - at_low)
    at_left, at_right = _values(rows, middle - _TOLERANCE / 2, middle + _TOLERANCE / 2)
    return middle if (at_left > 0) != (at_right > 0) else _root_between(rows, low, high)


def _is_never_overdrawn(rows: Sequence[tuple[int, Decimal]], log_rate: Decimal) -> bool:
    """Say whether the balance of an account with this rate keeps its sign until the last day."""
    growth = (log_rate / DAYS_A_YEAR).exp()
    powers: dict[int, Decimal] = {}
    before, balance = rows[0]
    invested = balance < 0
    for day, amount in rows[1:]:
        if (balance < 0) != invested or not balance:
            return False
        days = day - before
        if days not in powers:
            powers[days] = growth**days
        balance, before = balance * powers[days] + amount, day
    return True


def _guess(rows: Sequence[tuple[int, Decimal]]) -> Decimal:
    """Return about where a root lies (Newton, in floats); only a place to look at first."""
    steps = [
        (later - day, day, float(amount))
        for (day, amount), later in zip(
            rows, [*(day for day, _ in rows[1:]), rows[-1][0]], strict=True
        )
    ][::-1]
    rate = 0.0
    for _ in range(_GUESS_STEPS):
        try:
            step = _newton_step(steps, rate)
        except (OverflowError, ZeroDivisionError):
            return ZERO
        if not math.isfinite(step):
            return ZERO
        rate = max(-_RATE_MAX, min(_RATE_MAX, rate + step))
        if abs(step) < _GUESS_TOLERANCE:
            break
    return Decimal(rate)


def _newton_step(steps: Sequence[tuple[int, int, float]], rate: float) -> float:
    """Return how far a logarithmic rate seems to be from the root, by worth over its slope.

    `steps` are days until the payment after, days since the first, and the amount; the last first.
    """
    discount = math.exp(-rate / _DAYS)
    powers: dict[int, float] = {}
    worth = slope = 0.0
    for gap, day, amount in steps:
        power = powers.get(gap)
        if power is None:
            power = powers[gap] = discount**gap
        worth = worth * power + amount
        slope = slope * power + amount * day
    return worth * _DAYS / slope


def _all_roots(rows: Sequence[tuple[int, Decimal]]) -> list[Decimal]:
    """Return every root of the search range; a minimum between two points is looked into."""
    count = int(_SEARCH_END * 2 / _SEARCH_STEP)
    points = [-_SEARCH_END + _SEARCH_STEP * place for place in range(count + 1)]
    values = [_value(rows, point) for point in points]
    roots: list[Decimal] = []
    for place in range(1, len(points)):
        left, right = values[place - 1], values[place]
        if not right:
            roots.append(points[place])
        elif left and (left > 0) != (right > 0):
            roots.append(_root_between(rows, points[place - 1], points[place]))
        elif (
            place + 1 < len(points)
            and left
            and (values[place + 1] > 0) == (right > 0)
            and abs(right) <= min(abs(left), abs(values[place + 1]))
        ):
            roots.extend(_pair_around(rows, points[place - 1], points[place + 1]))
    return sorted(roots)


def _pair_around(
    rows: Sequence[tuple[int, Decimal]], low: Decimal, high: Decimal
) -> list[Decimal]:
    """Return the two roots beside a dip towards zero that ends on the other side, or none.

    Where it ends in zero they are one.
    """
    left, right = low, high
    middle = (left + right) / 2
    positive = _value(rows, low) > 0
    for _ in range(_REFINE_STEPS):
        third = (right - left) / 3
        one, other = left + third, right - third
        if abs(_value(rows, one)) < abs(_value(rows, other)):
            right = other
        else:
            left = one
        middle = (left + right) / 2
        if (_value(rows, middle) > 0) != positive:
            return [_root_between(rows, low, middle), _root_between(rows, middle, high)]
    size = sum(abs(amount) for _, amount in rows)
    return [middle] if abs(_value(rows, middle)) < _TOUCHING * size else []


def _root_between(rows: Sequence[tuple[int, Decimal]], low: Decimal, high: Decimal) -> Decimal:
    """Return the root in a bracket: regula falsi (Illinois), halving when that is slow."""
    at_low, at_high = _value(rows, low), _value(rows, high)
    for step in range(_STEPS_MAX):
        if not at_low or not at_high or high - low < _TOLERANCE:
            break
        width = high - low
        middle = low - at_low * width / (at_high - at_low)
        if step % 3 == 2 or not low < middle < high:  # noqa: PLR2004 - every third step halves
            middle = (low + high) / 2
        at_middle = _value(rows, middle)
        if (at_middle > 0) == (at_low > 0):
            low, at_low, at_high = middle, at_middle, at_high / 2
        else:
            high, at_high, at_low = middle, at_middle, at_low / 2
    return low if not at_low else high if not at_high else (low + high) / 2


def _percent(log_rate: Decimal) -> str:
    return format(((log_rate.exp() - ONE) * 100).quantize(Decimal("0.1")), "f")

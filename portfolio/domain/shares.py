"""Parts of a whole as percentages that add up: what rounding leaves goes to the largest rest.

Rounding each percentage by itself, 1/3 three times shows 99.99. With *largest remainders* (the
Hamilton method) every figure is rounded down first, and the hundredths still missing go to those
that lost most by it; equal ones in their given order.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.money import HUNDRED, ZERO

PLACES: Final = 2


def apportioned(
    parts: Sequence[Decimal], whole: Decimal, total: Decimal = HUNDRED, places: int = PLACES
) -> tuple[Decimal, ...]:
    """Return `total` x part / whole for each part, rounded, so that they sum as the exact ones do.

    The sum is that of all exact shares rounded half up: `total` itself, if the parts are the
    whole.

    Raises:
        AmountError: the whole is zero.

    >>> [str(one) for one in apportioned([Decimal(1)] * 3, Decimal(3))]
    ['33.34', '33.33', '33.33']
    """
    with money.exact():
        exact = [money.quotient(part * total, whole) for part in parts]
        unit = money.ONE.scaleb(-places)
        floors = [one.quantize(unit, rounding=ROUND_FLOOR) for one in exact]
        goal = money.rounded(sum(parts, ZERO) * total / whole, places)
        missing = int((goal - sum(floors, ZERO)) / unit)
        by_rest = sorted(range(len(parts)), key=lambda at: floors[at] - exact[at])
        for at in by_rest[:missing]:
            floors[at] += unit
        return tuple(floors)

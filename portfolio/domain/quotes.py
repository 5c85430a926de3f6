"""Prices that say of which day they are and where they come from.

Several sources may know the price of one day. What a person entered counts before what they
loaded from a file, that before what a provider said, and that before what came with the package
(`rank`). It is decided for each day by itself: the last day that any source knows is the price.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

MANUAL: Final = "manual"
FILE: Final = "file"
PACKAGED: Final = "packaged"
_RANKS: Final = {MANUAL: 3, FILE: 2, PACKAGED: 0}
_PROVIDER: Final = 1


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of one unit at the close of a day, and where it comes from."""

    price: Decimal
    currency: str
    on: date
    source: str

    def age_days(self, on: date) -> int:
        """Return how many days old this price is."""
        return (on - self.on).days


@dataclass(frozen=True, slots=True)
class Closes:
    """All closes of an instrument: days as ordinals, ascending, and a price for each."""

    currency: str
    days: Sequence[int]
    prices: Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class CorporateEvent:
    """A split (`numerator` for `denominator`) or a dividend per share, by its ex-date."""

    on: date
    symbol: str
    kind: Literal["split", "dividend"]
    numerator: int = 1
    denominator: int = 1
    dividend: Decimal = Decimal(0)


def rank(source: str) -> int:
    """Return which of several sources counts: that with the highest rank; providers are equal."""
    return _RANKS.get(source, _PROVIDER)


PriceOn = Callable[[str, date], Quote | None]
"""Return the last quote of an instrument on or before a day."""

ClosesOf = Callable[[str], Closes | None]
"""Return all closes of an instrument at once; None when there are none."""

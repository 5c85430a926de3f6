"""Prices that say of which day they are and where they come from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


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


PriceOn = Callable[[str, date], Quote | None]
"""Return the last quote of an instrument on or before a day."""

ClosesOf = Callable[[str], Closes | None]
"""Return all closes of an instrument at once; None when there are none."""

"""Exchange rates by day, and amounts turned from one currency into another.

Rates are those of a publisher against one pivot (the ECB: units of a currency for 1 EUR).
A day without publication (weekend, TARGET holiday) has the rate of the last day before it, up to
`STALE_DAYS` back. Between two currencies of a table the rate is the cross rate of the same day:
(to per pivot) / (from per pivot). Pence and their like (`money.MINOR_UNITS`) are a fixed
hundredth of their currency and never looked up.

Every conversion says which rate of which day it used, so that it can be repeated by hand.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from portfolio.domain import money
from portfolio.domain.errors import AmountError, RateError
from portfolio.domain.money import ONE

STALE_DAYS: Final = 10  # the ECB's longest pause is five days; a longer one means no rate


@dataclass(frozen=True, slots=True)
class Rate:
    """How many units of `target` one unit of `base` is worth, of which day, by whom."""

    base: str
    target: str
    rate: Decimal
    on: date
    source: str


class Rates(Protocol):
    """Anything that knows rates by day."""

    def rate(self, base: str, target: str, on: date) -> Rate:
        """Return the rate between two currencies on a day; RateError when there is none."""
        ...


class RateTable:
    """Rates of one publisher against one pivot currency, a line a day, oldest first."""

    def __init__(
        self, pivot: str, currencies: Sequence[str], lines: Sequence[str], source: str
    ) -> None:
        """Take lines of `date,rate,rate,…` in the order of `currencies`; a gap is empty."""
        self.pivot = pivot
        self.source = source
        self._columns = {code: place for place, code in enumerate(currencies, start=1)}
        self._lines = lines

    @property
    def currencies(self) -> frozenset[str]:
        """All currencies with a column, and the pivot."""
        return frozenset(self._columns) | {self.pivot}

    @property
    def last(self) -> date:
        """The last day with rates."""
        return date.fromisoformat(self._lines[-1][:10])

    def rate(self, base: str, target: str, on: date) -> Rate:
        """Return how many units of `target` one unit of `base` is worth on a day.

        Raises:
            RateError: a currency without a column, or no publication in the days before.
        """
        base_major, base_part = money.major_unit(base)
        target_major, target_part = money.major_unit(target)
        with money.exact():
            if base_major == target_major:
                return Rate(base, target, base_part / target_part, on, "fixed")
            line = self._line(base_major, target_major, on)
            crossed = self._per_pivot(line, target_major) / self._per_pivot(line, base_major)
            published = date.fromisoformat(line[0])
            return Rate(base, target, crossed * base_part / target_part, published, self.source)

    def _line(self, base: str, target: str, on: date) -> list[str]:
        """Return the last line on or before a day that has both currencies."""
        columns = []
        for code in (base, target):
            if code not in self.currencies:
                raise RateError(f"{self.source} publishes no rate of {code}", field="currency")
            if code != self.pivot:
                columns.append(self._columns[code])
        place = bisect_right(self._lines, f"{on.isoformat()}~")
        while place:
            place -= 1
            fields = self._lines[place].split(",")
            if (on - date.fromisoformat(fields[0])).days > STALE_DAYS:
                break
            if all(fields[column] for column in columns):
                return fields
        raise RateError(f"No rate of {base} to {target} is known for {on}", field="on")

    def _per_pivot(self, line: Sequence[str], code: str) -> Decimal:
        return ONE if code == self.pivot else Decimal(line[self._columns[code]])


@dataclass(frozen=True, slots=True)
class LastKnown:
    """A table whose last day stands in for all days after it; the rate says of which day it is.

    What is owned keeps a value this way while no newer rates have been read.
    """

    table: RateTable

    def rate(self, base: str, target: str, on: date) -> Rate:
        """Return the rate of a day, or of the last day there is.

        Raises:
            RateError: as the table does.
        """
        return self.table.rate(base, target, min(on, self.table.last))


@dataclass(frozen=True, slots=True)
class FixedRate:
    """One rate for every day: units of `target` for one unit of `base`, typed in by a person."""

    base: str
    target: str
    per_unit: Decimal
    source: str = "entered"

    def rate(self, base: str, target: str, on: date) -> Rate:
        """Return the rate, its inverse, or 1 between equal currencies.

        Raises:
            RateError: another pair.
            AmountError: the entered rate is not above zero.
        """
        if self.per_unit <= 0:
            raise AmountError("A rate must be above zero", field="rate")
        pairs = {
            (self.base, self.target): self.per_unit,
            (self.target, self.base): money.quotient(ONE, self.per_unit),
        }
        (base_major, base_part), (target_major, target_part) = map(
            money.major_unit, (base, target)
        )
        known = ONE if base_major == target_major else pairs.get((base_major, target_major))
        if known is None:
            raise RateError(f"No rate of {base} to {target} is known for {on}", field="on")
        with money.exact():
            return Rate(base, target, known * base_part / target_part, on, self.source)


def convert(amount: Decimal, base: str, target: str, on: date, rates: Rates) -> Decimal:
    """Return an amount in another currency by the rate of a day; unrounded.

    Raises:
        RateError: no rate is known.
    """
    with money.exact():
        return amount * rates.rate(base, target, on).rate

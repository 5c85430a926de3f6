"""Exchange rates by day, and amounts turned from one currency into another.

Rates are those of a publisher against one pivot (the ECB: units of a currency for 1 EUR).
A day without publication (weekend, TARGET holiday) has the rate of the last day before it, up to
`STALE_DAYS` back. Between two currencies of a table the rate is the cross rate of the same day:
(to per pivot) / (from per pivot). Pence and their like (`money.MINOR_UNITS`) are a fixed
hundredth of their currency and never looked up.

Every conversion says which rate of which day it used, so that it can be repeated by hand.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from portfolio.domain import euro, money
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
        self._read: dict[str, _Published] = {}

    @property
    def currencies(self) -> frozenset[str]:
        """All currencies with a column, and the pivot."""
        return frozenset(self._columns) | {self.pivot}

    @property
    def last(self) -> date:
        """The last day with rates."""
        return date.fromisoformat(self._lines[-1][:10])

    def with_days(self, days: Mapping[str, Mapping[str, str]]) -> "RateTable":
        """Return the table with further days, or with other rates of days that it has.

        `days` are {ISO 8601 day: {currency: rate}}, the rates as published.
        """
        if not days:
            return self
        codes = sorted({code for said in days.values() for code in said} | set(self._columns))
        lines = {line[:10]: line for line in self._widened(codes)}
        for day, said in days.items():
            lines[day] = ",".join((day, *(said.get(code, "") for code in codes)))
        return RateTable(self.pivot, codes, [lines[day] for day in sorted(lines)], self.source)

    def said_on(self, day: str) -> dict[str, str]:
        """Return the rates of one day as they were published; empty when there are none."""
        place = bisect_right(self._lines, day)  # a line is longer than its day: it sorts after
        if place == len(self._lines) or self._lines[place][:10] != day:
            return {}
        fields = self._lines[place].split(",")
        return {code: fields[at] for code, at in self._columns.items() if fields[at]}

    def rate(
        self, base: str, target: str, on: date, *, stale_days: int | None = STALE_DAYS
    ) -> Rate:
        """Return how many units of `target` one unit of `base` is worth on a day.

        Args:
            base: One currency.
            target: The other one.
            on: The day.
            stale_days: How old the publication may be; None: of any age.

        Raises:
            RateError: a currency without a column, or no publication in the days before.
        """
        base_major, base_part = money.major_unit(base)
        target_major, target_part = money.major_unit(target)
        with money.exact():
            if base_major == target_major:
                return Rate(base, target, base_part / target_part, on, "fixed")
            day = self._day(base_major, target_major, on, stale_days)
            published = date.fromordinal(day)
            crossed = self._per_pivot(target_major, day) / self._per_pivot(base_major, day)
            settled = all(
                one == self.pivot or self._fixed(one, day) for one in (base_major, target_major)
            )
            source = euro.SOURCE if settled else self.source
            return Rate(base, target, crossed * base_part / target_part, published, source)

    def _widened(self, codes: Sequence[str]) -> Iterator[str]:
        """Yield the lines with the columns of `codes`, in their order."""
        places = [self._columns.get(code) for code in codes]
        for line in self._lines:
            fields = line.split(",")
            yield ",".join((fields[0], *("" if at is None else fields[at] for at in places)))

    def _fixed(self, code: str, day: int) -> Decimal | None:
        """Return the rate of a currency that had become the euro by a day."""
        return euro.fixed(code, date.fromordinal(day)) if self.pivot == "EUR" else None

    def _day(self, base: str, target: str, on: date, stale_days: int | None) -> int:
        """Return the last day on or before another on which both currencies were published."""
        day = on.toordinal()
        oldest = 0 if stale_days is None else day - stale_days
        codes = [code for code in (base, target) if code != self.pivot]
        while day >= oldest:
            columns = [self._column(code) for code in codes if self._fixed(code, day) is None]
            days = [column.last(day) for column in columns] or [day]
            if None in days:
                break
            if days.count(days[0]) == len(days):
                found = days[0]
                if found is None or found < oldest:
                    break
                return found
            day = min(one for one in days if one is not None)
        raise RateError(f"No rate of {base} to {target} is known for {on}", field="on")

    def _column(self, code: str) -> "_Published":
        """Return all that was published of a currency; read once, on first use."""
        if code not in self._read:
            if code not in self._columns:
                raise RateError(f"{self.source} publishes no rate of {code}", field="currency")
            place = self._columns[code]
            found = _Published([], [])
            for line in self._lines:
                fields = line.split(",")
                if fields[place]:
                    found.days.append(date.fromisoformat(fields[0]).toordinal())
                    found.rates.append(fields[place])
            self._read[code] = found
        return self._read[code]

    def _per_pivot(self, code: str, day: int) -> Decimal:
        if code == self.pivot:
            return ONE
        fixed = self._fixed(code, day)
        return self._column(code).rate(day) if fixed is None else fixed


@dataclass(frozen=True, slots=True)
class _Published:
    """The rates of one currency against the pivot, by days (proleptic Gregorian ordinals)."""

    days: list[int]
    rates: list[str]

    def last(self, day: int) -> int | None:
        """Return the last day with a rate on or before a day."""
        place = bisect_right(self.days, day)
        return self.days[place - 1] if place else None

    def rate(self, day: int) -> Decimal:
        """Return the rate of a day that has one."""
        return Decimal(self.rates[bisect_right(self.days, day) - 1])


class LastKnown:
    """A table whose last publication before a day stands in for it, however old; it says its day.

    What is owned keeps a value this way while no newer rates have been read, and after a
    currency is no longer published. Each rate is looked up once.
    """

    def __init__(self, table: RateTable) -> None:
        self._table = table
        self.pivot = table.pivot
        self._known: dict[tuple[str, str, date], Rate] = {}

    def rate(self, base: str, target: str, on: date) -> Rate:
        """Return the rate of a day, or the last one before it.

        Raises:
            RateError: there is none before that day.
        """
        found = self._known.get((base, target, on))
        if found is None:
            found = self._table.rate(base, target, on, stale_days=None)
            self._known[base, target, on] = found
        return found


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

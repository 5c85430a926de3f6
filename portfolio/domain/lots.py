"""Lots: what was bought when for how much, and which of it a sale takes.

A lot carries its whole cost, not a unit cost: a sale takes the lot's cost in proportion and
leaves the exact rest, so no residue stays when everything is sold.

Methods:
- *FIFO*: the oldest first (ties: in the order added)
- *LIFO*: the newest first
- *HIFO*: the highest unit cost first, charges included; ties: the oldest
- *average*: all lots are one, with one unit cost; its date is that of the oldest
- *specific*: the seller names lots and quantities; who names none sells the oldest first

`add`, `take` and `split` compute exactly whoever calls; `put`, `pull`, `merge` and `scale` are for
callers that have entered `money.exact()` once for many rows.
"""

from bisect import insort_left
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portfolio.domain import money
from portfolio.domain.errors import LotError, OversoldError
from portfolio.domain.money import DUST, ZERO
from portfolio.domain.values import value


class Method(StrEnum):
    """Which lots a sale takes first."""

    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"
    AVERAGE = "average"
    SPECIFIC = "specific"


@value
class Lot:
    """A quantity that came in at once. `cost` is price x quantity, `charges` fees and taxes."""

    acquired: date
    quantity: Decimal
    cost: Decimal
    charges: Decimal = ZERO
    id: str = ""

    @property
    def total(self) -> Decimal:
        """What was paid in all."""
        return self.cost + self.charges

    @property
    def unit_cost(self) -> Decimal:
        """What one unit cost, charges included."""
        with money.exact():
            return self.total / self.quantity


@dataclass(frozen=True, slots=True)
class Taken:
    """What a sale took, in the order it was taken, and what is left, oldest first."""

    matched: tuple[Lot, ...]
    remaining: tuple[Lot, ...]


class LotPool:
    """The lots of one holding, ready to be taken by one method.

    The lot to be taken next always stands at one end, so adding and taking cost no more than
    the lots touched (HIFO: one insertion into a sorted list).
    """

    def __init__(self, method: Method = Method.FIFO, lots: Iterable[Lot] = ()) -> None:
        self.method = method
        self.quantity = ZERO
        self._lots: deque[Lot] | list[Lot] = [] if method is Method.HIFO else deque()
        self._next = -1 if method in {Method.LIFO, Method.HIFO} else 0
        for lot in sorted(lots, key=lambda lot: lot.acquired):
            self.add(lot)

    @property
    def lots(self) -> tuple[Lot, ...]:
        """What is held, oldest first."""
        return tuple(sorted(self._lots, key=lambda lot: lot.acquired))

    @property
    def cost(self) -> Decimal:
        """Price x quantity of all that is held, without charges."""
        with money.exact():
            return sum((lot.cost for lot in self._lots), ZERO)

    @property
    def charges(self) -> Decimal:
        """Fees and taxes paid for all that is held."""
        with money.exact():
            return sum((lot.charges for lot in self._lots), ZERO)

    def copy(self) -> "LotPool":
        """Return a pool with the same lots that goes its own way from here."""
        other = LotPool(self.method)
        other.quantity, other._lots = self.quantity, self._lots.copy()
        return other

    def add(self, lot: Lot) -> None:
        """Put in a lot, no older than those that are there.

        Raises:
            LotError: its quantity is not above zero.
        """
        with money.exact():
            self.put(lot)

    def put(self, lot: Lot) -> None:
        """Put in a lot, as `add` does."""
        if lot.quantity <= 0:
            raise LotError("A lot needs a quantity above zero", field="quantity")
        self.quantity += lot.quantity
        if self.method is Method.AVERAGE and self._lots:
            self._lots[0] = _merged(self._lots[0], lot)
        elif self.method is Method.HIFO:
            insort_left(self._lots, lot, key=_cheapest_first)
        else:
            self._lots.append(lot)

    def merge(self, lots: Iterable[Lot]) -> None:
        """Put in lots of any age, each in its place."""
        held = sorted([*self._lots, *lots], key=lambda lot: lot.acquired)
        self.empty()
        for lot in held:
            self.put(lot)

    def empty(self) -> tuple[Lot, ...]:
        """Take everything out, oldest first."""
        lots = self.lots
        self._lots.clear()
        self.quantity = ZERO
        return lots

    def take(
        self, quantity: Decimal, chosen: Mapping[str, Decimal] | None = None
    ) -> tuple[Lot, ...]:
        """Take a quantity out and return the parts taken; all or nothing.

        Args:
            quantity: above zero.
            chosen: for `Method.SPECIFIC`, the quantity of each lot by its id; None: the oldest.

        Raises:
            OversoldError: more than is held.
            LotError: a quantity that is not above zero, or a choice that does not fit it.
        """
        with money.exact():
            return self.pull(quantity, chosen)

    def pull(
        self, quantity: Decimal, chosen: Mapping[str, Decimal] | None = None
    ) -> tuple[Lot, ...]:
        """Take a quantity out, as `take` does."""
        if quantity <= 0:
            raise LotError("The quantity must be above zero", field="quantity")
        if quantity > self.quantity and quantity - self.quantity >= DUST:
            raise OversoldError(
                f"{money.format_decimal(quantity)} asked for, "
                f"{money.format_decimal(money.tidy(self.quantity))} held",
                held=money.tidy(self.quantity),
                asked=quantity,
            )
        if self.method is Method.SPECIFIC and chosen is not None:
            parts = self._take_chosen(quantity, chosen)
        else:
            parts = self._take_next(quantity)
        self.quantity = self.quantity - quantity if self._lots else ZERO
        return tuple(parts)

    def split(self, numerator: int, denominator: int) -> None:
        """Turn each `denominator` units into `numerator`; what was paid stays the same."""
        with money.exact():
            self.scale(numerator, denominator)

    def scale(self, numerator: int, denominator: int) -> None:
        """Change all quantities by a ratio, as `split` does."""
        scaled = [
            replace(lot, quantity=lot.quantity * numerator / denominator) for lot in self._lots
        ]
        self._lots = scaled if isinstance(self._lots, list) else deque(scaled)
        self.quantity = self.quantity * numerator / denominator

    def _take_next(self, quantity: Decimal) -> list[Lot]:
        lots, at = self._lots, self._next
        parts: list[Lot] = []
        left = quantity
        while left >= DUST and lots:
            lot = lots[at]
            if lot.quantity - left >= DUST:
                part, lots[at] = _cut(lot, left)
                parts.append(part)
                break
            parts.append(lot)
            left -= lot.quantity
            if isinstance(lots, deque) and not at:
                lots.popleft()
            else:
                lots.pop()
        return parts

    def _take_chosen(self, quantity: Decimal, chosen: Mapping[str, Decimal]) -> list[Lot]:
        if abs(sum(chosen.values(), ZERO) - quantity) >= DUST:
            raise LotError("The chosen lots do not add up to the quantity sold", field="lots")
        held = {lot.id: lot for lot in self._lots}
        parts: list[Lot] = []
        for name, asked in chosen.items():
            lot = held.get(name)
            if lot is None or asked <= 0 or asked - lot.quantity >= DUST:
                raise LotError(f'Lot "{name}" does not hold that much', field="lots")
            if lot.quantity - asked < DUST:
                parts.append(held.pop(name))
            else:
                part, held[name] = _cut(lot, asked)
                parts.append(part)
        self._lots = deque(held.values())
        return parts


def take(
    lots: Sequence[Lot],
    quantity: Decimal,
    method: Method = Method.FIFO,
    chosen: Mapping[str, Decimal] | None = None,
) -> Taken:
    """Return what a sale takes from these lots and what it leaves.

    Raises:
        OversoldError: more than is held.
        LotError: a quantity or choice that does not fit.
    """
    pool = LotPool(method, lots)
    return Taken(matched=pool.take(quantity, chosen), remaining=pool.lots)


def _cut(lot: Lot, quantity: Decimal) -> tuple[Lot, Lot]:
    """Return the part of a lot with this quantity, and the rest with all that remains of it."""
    whole = lot.quantity
    cost = lot.cost * quantity / whole
    charges = left = lot.charges
    if charges:
        charges = charges * quantity / whole
        left -= charges
    return (
        Lot(lot.acquired, quantity, cost, charges, lot.id),
        Lot(lot.acquired, whole - quantity, lot.cost - cost, left, lot.id),
    )


def _merged(one: Lot, other: Lot) -> Lot:
    return Lot(
        one.acquired,
        one.quantity + other.quantity,
        one.cost + other.cost,
        one.charges + other.charges,
        one.id,
    )


def _cheapest_first(lot: Lot) -> tuple[Decimal, int]:
    return lot.total / lot.quantity, -lot.acquired.toordinal()

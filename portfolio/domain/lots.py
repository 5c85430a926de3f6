"""Lots: what was bought when for how much, and which of it a sale takes.

A lot carries its whole cost, not a unit cost: a sale takes the lot's cost in proportion and
leaves the exact rest, so no residue stays when everything is sold.

Methods:
- *FIFO*: the oldest first (ties: in the order added)
- *LIFO*: the newest first
- *HIFO*: the highest unit cost first, charges included; ties: the oldest
- *average*: all lots are one, with one unit cost; its date is that of the oldest
- *specific*: the seller names lots and quantities
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


class Method(StrEnum):
    """Which lots a sale takes first."""

    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"
    AVERAGE = "average"
    SPECIFIC = "specific"


@dataclass(frozen=True, slots=True)
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

    def add(self, lot: Lot) -> None:
        """Put in a lot, no older than those that are there.

        Raises:
            LotError: its quantity is not above zero.
        """
        if lot.quantity <= 0:
            raise LotError("A lot needs a quantity above zero", field="quantity")
        with money.exact():
            self.quantity += lot.quantity
            if self.method is Method.AVERAGE and self._lots:
                self._lots[0] = _merged(self._lots[0], lot)
            elif self.method is Method.HIFO:
                insort_left(self._lots, lot, key=_cheapest_first)
            else:
                self._lots.append(lot)

    def take(
        self, quantity: Decimal, chosen: Mapping[str, Decimal] | None = None
    ) -> tuple[Lot, ...]:
        """Take a quantity out and return the parts taken; all or nothing.

        Args:
            quantity: above zero.
            chosen: for `Method.SPECIFIC`, the quantity of each lot by its id.

        Raises:
            OversoldError: more than is held.
            LotError: a quantity that is not above zero, or a choice that does not fit it.
        """
        if quantity <= 0:
            raise LotError("The quantity must be above zero", field="quantity")
        with money.exact():
            if quantity - self.quantity >= DUST:
                raise OversoldError(
                    f"{money.format_decimal(quantity)} asked for, "
                    f"{money.format_decimal(money.tidy(self.quantity))} held",
                    held=money.tidy(self.quantity),
                    asked=quantity,
                )
            if self.method is Method.SPECIFIC:
                parts = self._take_chosen(quantity, chosen or {})
            else:
                parts = self._take_next(quantity)
            self.quantity = self.quantity - quantity if self._lots else ZERO
        return tuple(parts)

    def split(self, numerator: int, denominator: int) -> None:
        """Turn each `denominator` units into `numerator`; what was paid stays the same."""
        with money.exact():
            scaled = [
                replace(lot, quantity=lot.quantity * numerator / denominator) for lot in self._lots
            ]
            self._lots = scaled if isinstance(self._lots, list) else deque(scaled)
            self.quantity = self.quantity * numerator / denominator

    def _take_next(self, quantity: Decimal) -> list[Lot]:
        if isinstance(self._lots, deque) and self.method is not Method.LIFO:
            pop, put_back = self._lots.popleft, self._lots.appendleft
        else:
            pop, put_back = self._lots.pop, self._lots.append
        parts: list[Lot] = []
        left = quantity
        while left >= DUST and self._lots:
            lot = pop()
            if lot.quantity - left < DUST:
                part = lot
            else:
                part, rest = _cut(lot, left)
                put_back(rest)
            parts.append(part)
            left -= part.quantity
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
    cost = lot.cost * quantity / lot.quantity
    charges = lot.charges * quantity / lot.quantity
    part = replace(lot, quantity=quantity, cost=cost, charges=charges)
    rest = replace(
        lot,
        quantity=lot.quantity - quantity,
        cost=lot.cost - cost,
        charges=lot.charges - charges,
    )
    return part, rest


def _merged(one: Lot, other: Lot) -> Lot:
    return replace(
        one,
        quantity=one.quantity + other.quantity,
        cost=one.cost + other.cost,
        charges=one.charges + other.charges,
    )


def _cheapest_first(lot: Lot) -> tuple[Decimal, int]:
    return lot.total / lot.quantity, -lot.acquired.toordinal()

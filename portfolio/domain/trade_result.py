"""What came of a trade beside its plan, in multiples of the risk that was planned (R).

- 1 R            the distance from planned entry to planned stop, as they were when it was opened
- actual R       gain of all exits after their fees and their share of the entries' fees, over
                 1 R x the quantity that was taken off
- entry slippage (average entry - planned entry) x side, over 1 R: above zero is worse than planned
- planned R      the reward of the plan over its risk, weighted by the portions of its targets

Quantities are units (option contracts x multiplier), prices and fees in the instrument's currency.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from portfolio.domain import money
from portfolio.domain.errors import AmountError
from portfolio.domain.money import ZERO
from portfolio.domain.risk_reward import Side


@dataclass(frozen=True, slots=True)
class Execution:
    """One fill. `opens` says which way it moved the position; fees include taxes on the trade."""

    at: datetime
    opens: bool
    quantity: Decimal
    price: Decimal
    fees: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan as it was when the trade was opened."""

    side: Side
    entry: Decimal
    stop: Decimal
    plan_r: Decimal | None = None

    @property
    def risk(self) -> Decimal:
        """1 R of one unit."""
        return money.total(max(self.entry, self.stop), -min(self.entry, self.stop))


@dataclass(frozen=True, slots=True)
class TradeResult:
    """What came of it so far; figures without an exit are None."""

    opened: datetime
    last: datetime
    entered: Decimal
    left: Decimal
    entry_price: Decimal
    exit_price: Decimal | None
    fees: Decimal
    fees_r: Decimal
    slippage_r: Decimal
    r: Decimal | None


def trade_result(planned: Planned, executions: Iterable[Execution]) -> TradeResult | None:
    """Return plan against actual, None before the first entry.

    Raises:
        AmountError: more was taken off than was entered, or a quantity is not above zero.
    """
    rows = sorted(executions, key=lambda one: one.at)
    if any(one.quantity <= 0 for one in rows):
        raise AmountError("Every fill needs a quantity above zero", field="fills")
    entries = [one for one in rows if one.opens]
    exits = [one for one in rows if not one.opens]
    if not entries:
        return None
    with money.exact():
        entered, closed = _units(entries), _units(exits)
        if closed > entered:
            raise AmountError("More would be taken off than was entered", field="fills")
        entry_price = _average(entries, entered)
        fees = sum((one.fees for one in rows), ZERO)
        per_unit = planned.risk
        return TradeResult(
            opened=entries[0].at,
            last=rows[-1].at,
            entered=entered,
            left=entered - closed,
            entry_price=entry_price,
            exit_price=_average(exits, closed) if exits else None,
            fees=fees,
            fees_r=fees / (per_unit * entered),
            slippage_r=(entry_price - planned.entry) * planned.side.sign / per_unit,
            r=_r(planned, entries, exits) if exits else None,
        )


def open_risk(
    side: Side, entry: Decimal, stop: Decimal, quantity: Decimal, fee: Decimal = ZERO
) -> Decimal:
    """Return what is lost when the stop is hit now; never below the fee of getting out.

    A stop beyond the entry locks a gain in: nothing is at risk then but the fee.
    """
    with money.exact():
        return max((entry - stop) * side.sign * quantity, ZERO) + fee


def _r(planned: Planned, entries: Sequence[Execution], exits: Sequence[Execution]) -> Decimal:
    entered, closed = _units(entries), _units(exits)
    entry_price = _average(entries, entered)
    shared_fees = sum((one.fees for one in entries), ZERO) * closed / entered
    gain = sum(((x.price - entry_price) * planned.side.sign * x.quantity for x in exits), ZERO)
    gain -= shared_fees + sum((x.fees for x in exits), ZERO)
    return gain / (planned.risk * closed)


def _units(rows: Iterable[Execution]) -> Decimal:
    return sum((one.quantity for one in rows), ZERO)


def _average(rows: Iterable[Execution], units: Decimal) -> Decimal:
    return sum((one.price * one.quantity for one in rows), ZERO) / units

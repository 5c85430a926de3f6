"""Risk, reward and size of a planned trade, and the R multiple of a finished one.

One unit risks the distance from entry to stop; that distance is *R*. Its reward is the distance
from entry to target. With several targets, each takes its portion of the size, and the reward of
the idea is the weighted one.

- risk/reward  rr = reward per unit / risk per unit, before fees
- size         = equity x risk % / risk per unit, or equity x capital % / entry, rounded down to
  whole steps (fees do not shrink it: the step does so more); capital = size x entry
- risk amount  = size x risk per unit + the fees of two orders (in and out); the reward amount is
  after the same fees; `rr_after_fees` is their quotient
- break-even win rate = risk / (risk + reward): the share of such trades that must reach the target
- realised R   = gain of all exits after fees / (distance entry to stop x quantity)

Prices and fees are in the currency of the instrument. `rate` says how many units of it make one
unit of the base currency (the ECB's way: 1.25 USD for 1 EUR); equity, capital, risk and reward
amounts are in the base currency.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from portfolio.domain import money
from portfolio.domain.errors import AmountError, DomainError
from portfolio.domain.money import HUNDRED, ONE, ZERO

ORDERS_PER_TRADE: Final = 2


class Side(StrEnum):
    """Which way the price must go for the trade to gain."""

    LONG = "long"
    SHORT = "short"

    @property
    def sign(self) -> Decimal:
        """+1 when a rising price gains, -1 when a falling one does."""
        return ONE if self is Side.LONG else -ONE


@dataclass(frozen=True, slots=True)
class Target:
    """A price at which a portion of the size is taken off; the portions sum to 1."""

    price: Decimal
    portion: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sizing:
    """What decides the size: itself, or `equity` with `risk_percent` or `capital_percent`."""

    size: Decimal | None = None
    equity: Decimal | None = None
    risk_percent: Decimal | None = None
    capital_percent: Decimal | None = None
    fee_per_order: Decimal = ZERO
    rate: Decimal = ONE
    step: Decimal = ONE


@dataclass(frozen=True, slots=True)
class RiskReward:
    """The figures of a planned trade; those that need a missing input are None.

    Per-unit figures without `_base` are in the currency of the instrument, all amounts are in
    the base currency.
    """

    risk_per_unit: Decimal
    risk_per_unit_base: Decimal
    reward_per_unit: Decimal | None
    rr: Decimal | None
    rr_of_targets: tuple[Decimal, ...]
    breakeven_win_rate: Decimal | None
    size: Decimal | None
    capital: Decimal | None
    fees: Decimal | None
    risk_amount: Decimal | None
    reward_amount: Decimal | None
    rr_after_fees: Decimal | None


@dataclass(frozen=True, slots=True)
class Exit:
    """One closing fill of a trade."""

    quantity: Decimal
    price: Decimal


def distance(price: Decimal, level: Decimal) -> Decimal | None:
    """Return how far a price has to go to a level, as a fraction of it: above zero is up."""
    with money.exact():
        return level / price - ONE if price > 0 else None


def level_problem(
    side: Side, entry: Decimal | None, stop: Decimal | None, targets: Sequence[Decimal]
) -> tuple[str, str] | None:
    """Return (field, sentence) for the first level that stands on the wrong side, or None."""
    below, above = ("below", "above") if side is Side.LONG else ("above", "below")
    sign = side.sign
    with money.exact():
        if entry is not None and stop is not None and (entry - stop) * sign <= 0:
            return "stop", f"For a {side}, the stop must be {below} the entry"
        for target in targets:
            if entry is not None and (target - entry) * sign <= 0:
                return "targets", f"For a {side}, every target must be {above} the entry"
            if stop is not None and (target - stop) * sign <= 0:
                return "targets", f"For a {side}, every target must be {above} the stop"
    return None


def risk_reward(
    side: Side,
    entry: Decimal,
    stop: Decimal,
    targets: Sequence[Target | Decimal] = (),
    sizing: Sizing | None = None,
) -> RiskReward:
    """Return the figures of a planned trade.

    Raises:
        DomainError: a level on the wrong side, portions that do not sum to 1, or a rate, equity,
            size or percentage that is not above zero. The message names the rule.
    """
    planned = _with_portions(targets)
    problem = level_problem(side, entry, stop, [target.price for target in planned])
    if problem is not None:
        raise DomainError(problem[1], field=problem[0])
    sizing = sizing or Sizing()
    _check_sizing(sizing)
    with money.exact():
        risk = abs(entry - stop)
        rewards = [abs(target.price - entry) for target in planned]
        reward = (
            sum((r * (t.portion or ZERO) for r, t in zip(rewards, planned, strict=True)), ZERO)
            if planned
            else None
        )
        size = _size(sizing, risk, entry)
        fees = None if size is None else sizing.fee_per_order * ORDERS_PER_TRADE / sizing.rate
        risk_amount = None if size is None or fees is None else size * risk / sizing.rate + fees
        reward_amount = (
            None
            if size is None or fees is None or reward is None
            else size * reward / sizing.rate - fees
        )
        return RiskReward(
            risk_per_unit=risk,
            risk_per_unit_base=risk / sizing.rate,
            reward_per_unit=reward,
            rr=None if reward is None else reward / risk,
            rr_of_targets=tuple(r / risk for r in rewards),
            breakeven_win_rate=None if reward is None else risk / (risk + reward),
            size=size,
            capital=None if size is None else size * entry / sizing.rate,
            fees=fees,
            risk_amount=risk_amount,
            reward_amount=reward_amount,
            rr_after_fees=(
                reward_amount / risk_amount if risk_amount and reward_amount is not None else None
            ),
        )


def realised_r(
    side: Side, entry: Decimal, stop: Decimal, exits: Sequence[Exit], fees: Decimal = ZERO
) -> Decimal:
    """Return the gain of a trade in multiples of what its stop risked; fees count as loss.

    Raises:
        DomainError: no exit, an exit without quantity, or a stop on the wrong side.
    """
    problem = level_problem(side, entry, stop, ())
    if problem is not None:
        raise DomainError(problem[1], field=problem[0])
    if not exits or any(one.quantity <= 0 for one in exits):
        raise AmountError("Every exit needs a quantity above zero", field="exits")
    with money.exact():
        gain = sum(((x.price - entry) * side.sign * x.quantity for x in exits), ZERO) - fees
        return gain / (abs(entry - stop) * sum((x.quantity for x in exits), ZERO))


def _with_portions(targets: Sequence[Target | Decimal]) -> tuple[Target, ...]:
    """Return targets that all state their portion; unstated ones share the rest equally."""
    stated = [t if isinstance(t, Target) else Target(t) for t in targets]
    if any(t.portion is not None and not ZERO < t.portion <= ONE for t in stated):
        raise AmountError("A target's portion must be above 0 and at most 1", field="targets")
    with money.exact():
        left = ONE - sum((t.portion for t in stated if t.portion is not None), ZERO)
        open_ones = sum(t.portion is None for t in stated)
        if stated and (left < 0 or (left == 0) == bool(open_ones)):
            raise AmountError("The portions of the targets must sum to 1", field="targets")
        return tuple(
            t if t.portion is not None else Target(t.price, left / open_ones) for t in stated
        )


def _check_sizing(sizing: Sizing) -> None:
    for name in ("size", "equity", "risk_percent", "capital_percent", "rate", "step"):
        value: Decimal | None = getattr(sizing, name)
        if value is not None and value <= 0:
            raise AmountError(f"The {name.replace('_', ' ')} must be above zero", field=name)
    if sizing.risk_percent is not None and sizing.risk_percent > HUNDRED:
        raise AmountError("The risk percent cannot exceed 100", field="risk_percent")
    if sizing.fee_per_order < 0:
        raise AmountError("The fee cannot be negative", field="fee_per_order")


def _size(sizing: Sizing, risk: Decimal, entry: Decimal) -> Decimal | None:
    """Return the size that was given, or the one that a percentage of the equity allows."""
    if sizing.size is not None:
        return sizing.size
    share, per_unit = (
        (sizing.capital_percent, entry)
        if sizing.risk_percent is None
        else (sizing.risk_percent, risk)
    )
    if sizing.equity is None or share is None:
        return None
    budget = sizing.equity * share / HUNDRED
    return money.floor_to_step(budget * sizing.rate / per_unit, sizing.step)

"""Option legs: what a position is worth at expiry, and theoretical values before it.

At expiry a position is piecewise linear in the price of the underlying, with its bends at the
strikes. So profit, loss and break-evens are exact, not read off a grid: extremes lie at 0, at a
strike or at infinity, and break-evens between two bends on a straight line.

`units` are units of the underlying: contracts x multiplier. Amounts include no fees.

Before expiry: Black-Scholes-Merton for European options with a continuous dividend yield; rates
and volatility per year, 0.2 for 20 %. The normal distribution is summed as a series in decimals,
so that model values are as repeatable as all other figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final

from portfolio.domain import money
from portfolio.domain.errors import AmountError
from portfolio.domain.money import ONE, ZERO

_PI: Final = Decimal("3.14159265358979323846264338327950288419716939937510582097494")
_FAR_OUT: Final = 12  # standard deviations; the tail beyond is below 1e-32


class LegKind(StrEnum):
    """What a leg consists of."""

    STOCK = "stock"
    CALL = "call"
    PUT = "put"


class Action(StrEnum):
    """Which side of a leg is taken."""

    BUY = "buy"
    SELL = "sell"


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg. `price` is paid or received per unit: a stock's price, an option's premium."""

    kind: LegKind
    action: Action
    units: Decimal
    price: Decimal
    strike: Decimal | None = None

    @property
    def signed_units(self) -> Decimal:
        """Units, negative when sold."""
        return self.units if self.action is Action.BUY else -self.units


@dataclass(frozen=True, slots=True)
class Payoff:
    """A position at expiry. `max_profit` and `max_loss` (<= 0 or so) are None when unlimited.

    `net_cost` is what is paid at the start; a credit is negative. `points` are (price, gain) at
    zero, at every strike and one point beyond, enough to draw the whole line.
    """

    net_cost: Decimal
    max_profit: Decimal | None
    max_loss: Decimal | None
    breakevens: tuple[Decimal, ...]
    points: tuple[tuple[Decimal, Decimal], ...]

    @property
    def reward_to_risk(self) -> Decimal | None:
        """Greatest gain over greatest loss; None when one is unlimited or nothing is at risk."""
        if self.max_profit is None or self.max_loss is None or self.max_loss >= 0:
            return None
        return money.quotient(self.max_profit, -self.max_loss)


@dataclass(frozen=True, slots=True)
class ModelValue:
    """A theoretical value and how it moves: per unit, per 1 of volatility or rate, per year."""

    price: Decimal
    delta: Decimal
    gamma: Decimal
    vega: Decimal
    theta: Decimal
    rho: Decimal


@dataclass(frozen=True, slots=True)
class Market:
    """What an option's value depends on besides its own terms."""

    spot: Decimal
    rate: Decimal
    volatility: Decimal
    years: Decimal
    dividend_yield: Decimal = ZERO


def gain_at(legs: Sequence[Leg], underlying: Decimal) -> Decimal:
    """Return the gain of all legs at expiry for a price of the underlying."""
    with money.exact():
        return sum(
            ((_worth(leg, underlying) - leg.price) * leg.signed_units for leg in legs), ZERO
        )


def payoff(legs: Sequence[Leg]) -> Payoff:
    """Return extremes, break-evens and the line of a position at expiry.

    Raises:
        AmountError: no leg, units or price out of range, or an option without a strike.
    """
    _check(legs)
    with money.exact():
        bends = sorted({ZERO, *(leg.strike for leg in legs if leg.strike is not None)})
        beyond = bends[-1] * 2 or max(leg.price for leg in legs) * 2 or ONE
        points = [(price, gain_at(legs, price)) for price in [*bends, beyond]]
        slope = sum((leg.signed_units for leg in legs if leg.kind is not LegKind.PUT), ZERO)
        at_bends = [gain for _, gain in points[:-1]]
        return Payoff(
            net_cost=sum((leg.price * leg.signed_units for leg in legs), ZERO),
            max_profit=None if slope > 0 else max(at_bends),
            max_loss=None if slope < 0 else min(at_bends),
            breakevens=_breakevens(points, slope),
            points=tuple(points),
        )


def black_scholes(kind: LegKind, strike: Decimal, market: Market) -> ModelValue:
    """Return the value of a European call or put.

    Raises:
        AmountError: spot, strike, volatility or time is not above zero, or it is a stock.
    """
    if kind is LegKind.STOCK:
        raise AmountError("A share has no option value", field="kind")
    for name in ("spot", "volatility", "years"):
        if getattr(market, name) <= 0:
            raise AmountError(f"The {name} must be above zero", field=name)
    if strike <= 0:
        raise AmountError("The strike must be above zero", field="strike")
    with money.exact():
        root = market.years.sqrt()
        spread = market.volatility * root
        drift = market.rate - market.dividend_yield + market.volatility**2 / 2
        upper = ((market.spot / strike).ln() + drift * market.years) / spread
        lower = upper - spread
        sign = ONE if kind is LegKind.CALL else -ONE
        carry = (-market.dividend_yield * market.years).exp()
        discount = (-market.rate * market.years).exp()
        share = sign * market.spot * carry * normal(sign * upper)
        bond = sign * strike * discount * normal(sign * lower)
        bell = _density(upper) * carry
        return ModelValue(
            price=share - bond,
            delta=sign * carry * normal(sign * upper),
            gamma=bell / (market.spot * spread),
            vega=market.spot * bell * root,
            theta=-market.spot * bell * market.volatility / (2 * root)
            - market.rate * bond
            + market.dividend_yield * share,
            rho=bond * market.years,
        )


def assignment_cost(
    strike: Decimal, units: Decimal, premium_net: Decimal, *, charges: Decimal, roll_in: bool
) -> Decimal:
    """Return what shares cost that came by assignment of a sold put.

    The broker books the option as closed at 0 and the shares as bought at the strike. Whether
    the premium kept (after its commission) lowers the cost of the shares, or stays a gain of the
    option, is a choice (`roll_in`); tax rules differ.
    """
    with money.exact():
        return strike * units + charges - (premium_net if roll_in else ZERO)


def normal(x: Decimal) -> Decimal:
    """Return the standard normal distribution at x, to at least 30 digits.

    1/2 + density(x) * (x + x^3/3 + x^5/(3*5) + …): all terms of one sign, so nothing cancels.
    """
    with money.exact():
        if abs(x) > _FAR_OUT:
            return ONE if x > 0 else ZERO
        term = total = x
        odd = ONE
        while abs(term) > Decimal("1e-40"):
            odd += 2
            term *= x * x / odd
            total += term
        return ONE / 2 + _density(x) * total


def _density(x: Decimal) -> Decimal:
    return (-x * x / 2).exp() / (2 * _PI).sqrt()


def _worth(leg: Leg, underlying: Decimal) -> Decimal:
    if leg.strike is None:
        return underlying
    moneyness = underlying - leg.strike
    return max(moneyness if leg.kind is LegKind.CALL else -moneyness, ZERO)


def _breakevens(
    points: Sequence[tuple[Decimal, Decimal]], last_slope: Decimal
) -> tuple[Decimal, ...]:
    """Return every price above 0 at which the line meets zero."""
    found: set[Decimal] = set()
    for (left, at_left), (right, at_right) in pairwise(points[:-1]):
        if not at_right:
            found.add(right)
        if at_left * at_right < 0:
            found.add(left - at_left * (right - left) / (at_right - at_left))
    price, gain = points[-2]
    if last_slope and -gain / last_slope > 0:
        found.add(price - gain / last_slope)
    return tuple(sorted(money.tidy(one) for one in found if one > 0))


def _check(legs: Sequence[Leg]) -> None:
    if not legs:
        raise AmountError("A position needs a leg", field="legs")
    for leg in legs:
        if leg.units <= 0 or leg.price < 0:
            raise AmountError("A leg needs units above zero and no negative price", field="legs")
        if (leg.kind is LegKind.STOCK) != (leg.strike is None):
            raise AmountError("An option needs a strike, a share has none", field="legs")
        if leg.strike is not None and leg.strike <= 0:
            raise AmountError("A strike must be above zero", field="legs")

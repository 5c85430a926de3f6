"""What a plan may say beyond its levels: kind of entry, portions, size rule, legs, and the rest.

All of it is optional. Portions are percent of the size, one for each target, in their order.

- *limit* and *market* entries have one level; a market entry may leave it out until it is traded
- a *zone* runs from `entry` to `entry_to`; risk and reward are taken from the edge that is worse
  for the trade (a long's upper one), so that nothing is promised that a fill could take back
- a size rule is *fixed* (the size itself), *percent* (of the portfolio's value is bought) or
  *risk* (percent of the portfolio's value that the stop may lose)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from portfolio.domain import money
from portfolio.domain.errors import Problem
from portfolio.domain.money import HUNDRED, ONE, ZERO
from portfolio.domain.options import Action, Leg, LegKind
from portfolio.domain.risk_reward import Side, Target, level_problem

CONVICTIONS: Final = range(1, 6)
TAGS_MAX: Final = 20
TAG_LENGTH: Final = 40  # characters
LEGS_MAX: Final = 8
CONTRACT_UNITS: Final = Decimal(100)  # of the underlying, by a listed option, unless it says so


class EntryType(StrEnum):
    """How the position is entered."""

    LIMIT = "limit"
    MARKET = "market"
    ZONE = "zone"


class SizingMode(StrEnum):
    """What decides the size."""

    FIXED = "fixed"
    PERCENT = "percent"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class SizeRule:
    """What decides the size; `value` is in percent, and None for a fixed size."""

    mode: SizingMode
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PlannedLeg:
    """One leg; `quantity` counts contracts (of a stock, units), `premium` is that of a unit."""

    right: LegKind
    side: Action
    quantity: Decimal = ONE
    strike: Decimal | None = None
    expiry: date | None = None
    premium: Decimal | None = None
    multiplier: Decimal | None = None

    @property
    def units(self) -> Decimal:
        """Units of the underlying."""
        usual = ONE if self.right is LegKind.STOCK else CONTRACT_UNITS
        return money.product(self.quantity, self.multiplier or usual)


@dataclass(frozen=True, slots=True)
class PlanDetails:
    """The optional half of a plan."""

    entry_type: EntryType = EntryType.LIMIT
    entry_to: Decimal | None = None
    portions: tuple[Decimal, ...] = ()
    sizing: SizeRule | None = None
    fee: Decimal | None = None
    conviction: int | None = None
    horizon: date | None = None
    tags: tuple[str, ...] = ()
    legs: tuple[PlannedLeg, ...] = ()


def worst_entry(side: Side, entry: Decimal | None, details: PlanDetails) -> Decimal | None:
    """Return the price that risk is measured from: of a zone, the edge that is worse."""
    if entry is None or details.entry_type is not EntryType.ZONE or details.entry_to is None:
        return entry
    pick = max if side is Side.LONG else min
    return pick(entry, details.entry_to)


def with_portions(
    targets: Sequence[Decimal], portions: Sequence[Decimal]
) -> tuple[Target | Decimal, ...]:
    """Return targets with their portions as fractions; portions that do not fit count for none."""
    if len(portions) != len(targets) or sum(portions, ZERO) != HUNDRED:
        return tuple(targets)
    with money.exact():
        pairs = zip(targets, portions, strict=True)
        return tuple(Target(price, portion / HUNDRED) for price, portion in pairs)


def strategy(legs: Iterable[PlannedLeg]) -> list[Leg] | Problem:
    """Return legs as their payoff is computed, or what is missing for it."""
    found = []
    for number, leg in enumerate(legs, 1):
        if leg.premium is None:
            return Problem("legs", f"Leg {number} needs its price for a payoff")
        found.append(Leg(leg.right, leg.side, leg.units, leg.premium, leg.strike))
    return found or Problem("legs", "This idea has no option legs")


def problems(
    side: Side,
    entry: Decimal | None,
    stop: Decimal | None,
    targets: Sequence[Decimal],
    details: PlanDetails,
) -> Iterable[Problem]:
    """Yield everything that is wrong with the details of a plan, each with its reason."""
    yield from _zone_problems(side, entry, stop, targets, details)
    yield from _portion_problems(targets, details.portions)
    yield from _sizing_problems(details)
    if details.conviction is not None and details.conviction not in CONVICTIONS:
        yield Problem("conviction", "Conviction goes from 1 to 5")
    yield from _tag_problems(details.tags)
    if len(details.legs) > LEGS_MAX:
        yield Problem("legs", f"An idea has at most {LEGS_MAX} legs")
    for number, leg in enumerate(details.legs, 1):
        for reason in _leg_problems(leg):
            yield Problem("legs", f"Leg {number}: {reason}")


def _zone_problems(
    side: Side,
    entry: Decimal | None,
    stop: Decimal | None,
    targets: Sequence[Decimal],
    details: PlanDetails,
) -> Iterable[Problem]:
    other = details.entry_to
    if details.entry_type is not EntryType.ZONE:
        if other is not None:
            yield Problem("entry_to", "Only an entry zone has a second edge")
        return
    if entry is not None and other is None:
        yield Problem("entry_to", "An entry zone needs its second edge")
    if other is None:
        return
    if other <= 0:
        yield Problem("entry_to", "The entry zone must be above zero")
    elif entry is None:
        yield Problem("entry", "An entry zone needs its first edge")
    elif other == entry:
        yield Problem("entry_to", "The edges of an entry zone must differ")
    elif level_problem(side, entry, stop, targets) is None:
        wrong = level_problem(side, other, stop, targets)
        if wrong is not None:
            yield Problem("entry_to", f"{wrong[1]}, at both edges of the zone")


def _portion_problems(
    targets: Sequence[Decimal], portions: Sequence[Decimal]
) -> Iterable[Problem]:
    if not portions:
        return
    if len(portions) != len(targets):
        yield Problem("portions", "Each target needs one portion")
    elif any(portion <= 0 for portion in portions):
        yield Problem("portions", "Every portion must be above zero")
    elif sum(portions, ZERO) != HUNDRED:
        yield Problem("portions", "The portions of the targets must sum to 100")


def _sizing_problems(details: PlanDetails) -> Iterable[Problem]:
    rule = details.sizing
    by_percent = rule is not None and rule.mode is not SizingMode.FIXED
    if rule and by_percent and (rule.value is None or not ZERO < rule.value <= HUNDRED):
        yield Problem("sizing", f"Sizing by {rule.mode} needs a percentage up to 100")
    if details.fee is not None and details.fee < 0:
        yield Problem("fee", "The fee cannot be negative")


def _tag_problems(tags: Sequence[str]) -> Iterable[Problem]:
    if len(tags) > TAGS_MAX:
        yield Problem("tags", f"An idea has at most {TAGS_MAX} tags")
    if any(not 1 <= len(tag) <= TAG_LENGTH or tag != tag.strip() for tag in tags):
        yield Problem("tags", f"A tag has 1 to {TAG_LENGTH} characters, no space at its ends")
    if len({tag.casefold() for tag in tags}) < len(tags):
        yield Problem("tags", "The same tag is there twice")


def _leg_problems(leg: PlannedLeg) -> Iterable[str]:
    is_stock = leg.right is LegKind.STOCK
    if leg.quantity <= 0:
        yield "its quantity must be above zero"
    if leg.multiplier is not None and leg.multiplier <= 0:
        yield "its multiplier must be above zero"
    if leg.premium is not None and leg.premium < 0:
        yield "its price cannot be negative"
    if is_stock and (leg.strike is not None or leg.expiry is not None):
        yield "a share has neither strike nor expiry"
    if not is_stock and leg.strike is None:
        yield "an option needs a strike"
    if not is_stock and leg.expiry is None:
        yield "an option needs its expiry"
    if leg.strike is not None and leg.strike <= 0:
        yield "the strike must be above zero"

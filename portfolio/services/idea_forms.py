"""From what a person writes into an idea to what is stored, and back to the domain's view.

What all members may see and what only some may see part here, and never travel together: the
size, the fee, the account and the numbers of contracts are amounts; the plan says in which ratio
legs stand and, of a size rule, the percentage.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import gcd
from typing import Any, Final

from portfolio.domain.errors import IdeaError, Problem
from portfolio.domain.ideas import IdeaDraft, IdeaState, Side
from portfolio.domain.money import format_decimal, parse_decimal
from portfolio.domain.options import Action, LegKind
from portfolio.domain.plan_details import (
    EntryType,
    PlanDetails,
    PlannedLeg,
    SizeRule,
    SizingMode,
)

AMOUNTS: Final = ("size", "account", "fee", "leg_quantities", "fills")
WRITTEN_AMOUNTS: Final = AMOUNTS[:-1]  # a person writes fills as transactions
BLANK: Final[Mapping[str, Any]] = {
    "isin": None,
    "mic": None,
    "entry": None,
    "stop": None,
    "targets": [],
    "thesis": "",
    "state": IdeaState.DRAFT.value,
}
DETAILS: Final = (
    "entry_type", "entry_to", "portions", "sizing", "conviction", "horizon", "tags", "legs",
)  # fmt: skip
BLANK_AMOUNTS: Final[Mapping[str, Any]] = {"size": None, "account": None}
_TERMS: Final = ("right", "side", "strike", "expiry", "premium", "multiplier")


def stored(written: Mapping[str, Any]) -> dict[str, Any]:
    """Return written members as they are stored: amounts taken out of sizing and legs.

    Raises:
        DomainError: a quantity that is no number.
        IdeaError: a fixed size rule without a size.
    """
    found = dict(written)
    rule = found.get("sizing")
    if rule and rule.get("mode") == SizingMode.FIXED:
        found["sizing"] = {"mode": rule["mode"]}
        if rule.get("value") is not None:
            found["size"] = rule["value"]
    if "legs" in found:
        legs = found["legs"] or []
        found["leg_quantities"] = [leg.get("quantity") or "1" for leg in legs] or None
        found["legs"] = _with_ratios(legs, found["leg_quantities"] or []) or None
    for name in ("portions", "tags"):
        if name in found:
            found[name] = list(found[name] or []) or None
    return found


def split(written: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return plan and amounts of what was written; details that say nothing are left out."""
    fields = {
        name: value
        for name, value in written.items()
        if name not in AMOUNTS and not (name in DETAILS and value is None)
    }
    amounts = {
        name: written.get(name)
        for name in AMOUNTS
        if name in BLANK_AMOUNTS or written.get(name) is not None
    }
    return fields, amounts


def draft_of(fields: Mapping[str, Any], amounts: Mapping[str, Any] | None) -> IdeaDraft:
    """Return an idea as the domain sees it.

    Raises:
        DomainError: a number that is none.
        ValueError: a side or a state that does not exist; only a friend's planner can send one.
    """
    return IdeaDraft(
        symbol=fields.get("symbol") or "",
        side=Side(fields.get("side") or ""),
        currency=fields.get("currency") or "",
        state=IdeaState(fields.get("state") or IdeaState.DRAFT),
        isin=fields.get("isin"),
        mic=fields.get("mic"),
        entry=_number(fields, "entry"),
        stop=_number(fields, "stop"),
        targets=_numbers(fields, "targets"),
        size=_number(amounts or {}, "size"),
        thesis=fields.get("thesis") or "",
        details=_details(fields, amounts or {}),
    )


def quantities(
    legs: Sequence[Mapping[str, Any]], amounts: Mapping[str, Any] | None
) -> Sequence[str | None]:
    """Return how many of each leg, None where I may not see it or it fits the legs no more."""
    stated = (amounts or {}).get("leg_quantities") or ()
    if len(stated) != len(legs) or ratios(stated) != [leg.get("ratio") for leg in legs]:
        return [None] * len(legs)
    return list(stated)


def ratios(stated: Sequence[str]) -> list[str]:
    """Return quantities divided by their greatest common divisor: 3 and 6 are 1 and 2."""
    numbers = [parse_decimal(text, field="legs") for text in stated]
    if not numbers or any(number <= 0 for number in numbers):
        return [format_decimal(number) for number in numbers]
    places = max(-min(int(number.as_tuple().exponent), 0) for number in numbers)
    whole = [int(number.scaleb(places)) for number in numbers]
    return [str(number // gcd(*whole)) for number in whole]


def _with_ratios(legs: Sequence[Mapping[str, Any]], stated: Sequence[str]) -> list[dict[str, Any]]:
    pairs = zip(legs, ratios(stated), strict=True)
    return [
        {
            **{name: leg[name] for name in _TERMS if leg.get(name) is not None},
            "ratio": ratio,
        }
        for leg, ratio in pairs
    ]


def _details(fields: Mapping[str, Any], amounts: Mapping[str, Any]) -> PlanDetails:
    rule = fields.get("sizing")
    legs = fields.get("legs") or ()
    counts = quantities(legs, amounts)
    return PlanDetails(
        entry_type=EntryType(fields.get("entry_type") or EntryType.LIMIT),
        entry_to=_number(fields, "entry_to"),
        portions=_numbers(fields, "portions"),
        sizing=rule and SizeRule(SizingMode(rule["mode"]), _number(rule, "value")),
        fee=_number(amounts, "fee"),
        conviction=fields.get("conviction"),
        horizon=_day(fields, "horizon"),
        tags=tuple(fields.get("tags") or ()),
        legs=tuple(_leg(leg, count) for leg, count in zip(legs, counts, strict=True)),
    )


def _leg(leg: Mapping[str, Any], count: str | None) -> PlannedLeg:
    quantity = count or leg.get("ratio") or "1"
    return PlannedLeg(
        right=LegKind(leg.get("right") or ""),
        side=Action(leg.get("side") or ""),
        quantity=parse_decimal(quantity, field="legs"),
        strike=_number(leg, "strike", "legs"),
        expiry=_day(leg, "expiry", "legs"),
        premium=_number(leg, "premium", "legs"),
        multiplier=_number(leg, "multiplier", "legs"),
    )


def _number(source: Mapping[str, Any], name: str, field: str | None = None) -> Decimal | None:
    text = source.get(name)
    return None if text is None else parse_decimal(text, field=field or name)


def _numbers(source: Mapping[str, Any], name: str) -> tuple[Decimal, ...]:
    return tuple(parse_decimal(text, field=name) for text in source.get(name) or ())


def _day(source: Mapping[str, Any], name: str, field: str | None = None) -> date | None:
    text = source.get(name)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise IdeaError([Problem(field or name, "There is no such day")]) from error

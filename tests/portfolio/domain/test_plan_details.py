"""The optional half of a plan: what is right, what is refused and why, and what it changes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portfolio.domain import money
from portfolio.domain.errors import Problem, TransitionError
from portfolio.domain.ideas import IdeaDraft, IdeaState, Side, figures, transition, validate
from portfolio.domain.options import Action, LegKind, payoff
from portfolio.domain.plan_details import (
    EntryType,
    PlanDetails,
    PlannedLeg,
    SizeRule,
    SizingMode,
    strategy,
)
from portfolio.domain.risk_reward import Sizing

LONG = IdeaDraft(
    "IBM", Side.LONG, "USD",
    entry=Decimal(100), stop=Decimal(95), targets=(Decimal(110), Decimal(120)),
)  # fmt: skip
SHORT = replace(LONG, side=Side.SHORT, stop=Decimal(105), targets=(Decimal(90), Decimal(80)))
CALL = PlannedLeg(
    LegKind.CALL, Action.BUY, strike=Decimal(100), expiry=date(2013, 6, 21), premium=Decimal(2)
)
SHARES = PlannedLeg(LegKind.STOCK, Action.BUY, Decimal(100), premium=Decimal(100))


def _with(draft: IdeaDraft, **details: Any) -> IdeaDraft:
    return replace(draft, details=PlanDetails(**details))


def _faults(draft: IdeaDraft) -> list[tuple[str, str]]:
    return [(problem.field, problem.message) for problem in validate(draft)]


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"entry_type": EntryType.MARKET},
        {"entry_type": EntryType.ZONE, "entry_to": Decimal(99)},
        {"entry_type": EntryType.ZONE, "entry_to": Decimal(101)},
        {"portions": (Decimal("33.3"), Decimal("66.7"))},
        {"sizing": SizeRule(SizingMode.FIXED)},
        {"sizing": SizeRule(SizingMode.RISK, Decimal("0.5"))},
        {"conviction": 1},
        {"conviction": 5},
        {"tags": ("a", "b c")},
        {"legs": (CALL, SHARES)},
        {"fee": Decimal(0)},
    ],
    ids=str,
)
def test_what_is_right_is_taken(details: dict[str, Any]) -> None:
    for draft in (LONG, SHORT):
        assert _faults(_with(draft, **details)) == []


@pytest.mark.parametrize(
    ("details", "field", "reason"),
    [
        ({"entry_to": Decimal(99)}, "entry_to", "Only an entry zone has a second edge"),
        ({"entry_type": EntryType.ZONE}, "entry_to", "An entry zone needs its second edge"),
        (
            {"entry_type": EntryType.ZONE, "entry_to": Decimal(100)},
            "entry_to",
            "The edges of an entry zone must differ",
        ),
        (
            {"entry_type": EntryType.ZONE, "entry_to": Decimal(0)},
            "entry_to",
            "The entry zone must be above zero",
        ),
        (
            {"entry_type": EntryType.ZONE, "entry_to": Decimal(94)},
            "entry_to",
            "For a long, the stop must be below the entry, at both edges of the zone",
        ),
        (
            {"entry_type": EntryType.ZONE, "entry_to": Decimal(111)},
            "entry_to",
            "For a long, every target must be above the entry, at both edges of the zone",
        ),
        ({"portions": (Decimal(100),)}, "portions", "Each target needs one portion"),
        ({"portions": (Decimal(0), Decimal(100))}, "portions", "Every portion must be above zero"),
        (
            {"portions": (Decimal(50), Decimal(51))},
            "portions",
            "The portions of the targets must sum to 100",
        ),
        (
            {"sizing": SizeRule(SizingMode.RISK)},
            "sizing",
            "Sizing by risk needs a percentage up to 100",
        ),
        (
            {"sizing": SizeRule(SizingMode.PERCENT, Decimal(0))},
            "sizing",
            "Sizing by percent needs a percentage up to 100",
        ),
        ({"fee": Decimal(-1)}, "fee", "The fee cannot be negative"),
        ({"conviction": 0}, "conviction", "Conviction goes from 1 to 5"),
        ({"conviction": 6}, "conviction", "Conviction goes from 1 to 5"),
        ({"tags": ("a",) * 2}, "tags", "The same tag is there twice"),
        (
            {"tags": (" a",)},
            "tags",
            "A tag has 1 to 40 characters, no space at its ends",
        ),
        (
            {"legs": (replace(CALL, strike=None),)},
            "legs",
            "Leg 1: an option needs a strike",
        ),
        (
            {"legs": (CALL, replace(CALL, expiry=None))},
            "legs",
            "Leg 2: an option needs its expiry",
        ),
        (
            {"legs": (replace(SHARES, strike=Decimal(1)),)},
            "legs",
            "Leg 1: a share has neither strike nor expiry",
        ),
        (
            {"legs": (replace(CALL, quantity=Decimal(0)),)},
            "legs",
            "Leg 1: its quantity must be above zero",
        ),
        ({"legs": (CALL,) * 9}, "legs", "An idea has at most 8 legs"),
    ],
    ids=str,
)
def test_each_fault_has_its_reason(details: dict[str, Any], field: str, reason: str) -> None:
    assert (field, reason) in _faults(_with(LONG, **details))


@pytest.mark.parametrize(("draft", "to", "risk"), [(LONG, 102, 7), (SHORT, 98, 7), (LONG, 98, 5)])
def test_risk_of_a_zone_is_measured_from_its_worse_edge(
    draft: IdeaDraft, to: int, risk: int
) -> None:
    found = figures(_with(draft, entry_type=EntryType.ZONE, entry_to=Decimal(to)))

    assert found is not None
    assert found.risk_per_unit == risk


def test_portions_weigh_the_reward() -> None:
    even, late = figures(LONG), figures(_with(LONG, portions=(Decimal(20), Decimal(80))))

    assert even is not None
    assert late is not None
    assert (even.rr, late.rr) == (Decimal(3), Decimal("3.6"))


def test_fees_count_once_the_size_is_known() -> None:
    found = figures(replace(_with(LONG, fee=Decimal(5)), size=Decimal(100)))

    assert found is not None
    assert (found.rr, found.rr_after_fees) == (
        Decimal(3),
        money.quotient(Decimal(1490), Decimal(510)),
    )


@pytest.mark.parametrize(
    ("sizing", "size"),
    [({"risk_percent": Decimal(1)}, 100), ({"capital_percent": Decimal(10)}, 50)],
)
def test_a_size_follows_from_what_is_risked_or_bought(
    sizing: dict[str, Decimal], size: int
) -> None:
    found = figures(LONG, Sizing(equity=Decimal(50_000), **sizing))

    assert found is not None
    assert found.size == size


def test_at_the_market_an_idea_is_ready_without_an_entry_but_not_without_a_stop() -> None:
    market = replace(_with(LONG, entry_type=EntryType.MARKET), entry=None)

    assert transition(market, IdeaState.READY).state is IdeaState.READY
    with pytest.raises(TransitionError, match="needs its stop"):
        transition(replace(market, stop=None), IdeaState.READY)
    with pytest.raises(TransitionError, match="needs its entry"):
        transition(replace(LONG, entry=None), IdeaState.READY)


def test_contracts_count_their_multiplier_and_shares_do_not() -> None:
    legs = strategy((SHARES, replace(CALL, side=Action.SELL, strike=Decimal(110))))

    assert isinstance(legs, list)
    found = payoff(legs)
    assert (found.max_profit, found.max_loss, found.breakevens) == (
        Decimal(1200),
        Decimal(-9800),
        (Decimal(98),),
    )
    mini = strategy((replace(CALL, multiplier=Decimal(10)),))
    assert isinstance(mini, list)
    assert payoff(mini).max_loss == -20


@pytest.mark.parametrize("legs", [(), (replace(CALL, premium=None),)])
def test_legs_without_a_price_have_no_payoff(legs: tuple[PlannedLeg, ...]) -> None:
    assert isinstance(strategy(legs), Problem)

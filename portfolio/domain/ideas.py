"""Ideas: planned trades with their five states and the rules of each.

    draft ──▶ watching ⇄ ready ──▶ open ──▶ closed ──▶ watching
      └──────────────────▲                     ▲
    draft, watching and ready may be closed too: an idea that never traded.

- *draft*: being written; only the instrument and the side must be there.
- *watching*: worth an eye; a watching idea may go back to draft.
- *ready*: could be ordered this minute, so entry and stop must be known (at the market: the stop).
- *open*: it is a position now. Only a ready idea can be opened: a trade without entry and stop
  has no risk that could be measured. An open idea can only be closed.
- *closed*: done, with or without a trade. It can be taken up again, as `watching`: the plan
  starts anew and needs its own entry; a finished trade is never re-opened, because its result in
  R has been counted.

What a state needs, every later change of the idea must keep: the stop of an open idea can be
moved but not removed. Levels on the wrong side are refused in every state, as soon as the two
levels in question are known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from portfolio.domain import instruments, money, plan_details
from portfolio.domain.errors import CurrencyError, IdeaError, Problem, TransitionError
from portfolio.domain.money import ZERO
from portfolio.domain.plan_details import EntryType, PlanDetails, with_portions, worst_entry
from portfolio.domain.risk_reward import RiskReward as RiskReward
from portfolio.domain.risk_reward import Side as Side
from portfolio.domain.risk_reward import Sizing as Sizing
from portfolio.domain.risk_reward import level_problem
from portfolio.domain.risk_reward import realised_r as realised_r
from portfolio.domain.risk_reward import risk_reward as risk_reward

THESIS_LENGTH: Final = 20_000  # characters; with four bytes each it still fits one event's content
TARGETS_MAX: Final = 8


class IdeaState(StrEnum):
    """Where an idea stands."""

    DRAFT = "draft"
    WATCHING = "watching"
    READY = "ready"
    OPEN = "open"
    CLOSED = "closed"


TRANSITIONS: Final[Mapping[IdeaState, tuple[IdeaState, ...]]] = {
    IdeaState.DRAFT: (IdeaState.WATCHING, IdeaState.READY, IdeaState.CLOSED),
    IdeaState.WATCHING: (IdeaState.DRAFT, IdeaState.READY, IdeaState.CLOSED),
    IdeaState.READY: (IdeaState.WATCHING, IdeaState.OPEN, IdeaState.CLOSED),
    IdeaState.OPEN: (IdeaState.CLOSED,),
    IdeaState.CLOSED: (IdeaState.WATCHING,),
}
REQUIRED: Final[Mapping[IdeaState, tuple[str, ...]]] = {
    IdeaState.DRAFT: (),
    IdeaState.WATCHING: (),
    IdeaState.READY: ("entry", "stop"),
    IdeaState.OPEN: ("entry", "stop"),
    IdeaState.CLOSED: (),
}


@dataclass(frozen=True, slots=True)
class IdeaDraft:
    """What a person writes into an idea; the rules are in `validate`."""

    symbol: str
    side: Side
    currency: str
    state: IdeaState = IdeaState.DRAFT
    isin: str | None = None
    mic: str | None = None
    entry: Decimal | None = None
    stop: Decimal | None = None
    targets: tuple[Decimal, ...] = ()
    size: Decimal | None = None
    thesis: str = ""
    details: PlanDetails = field(default_factory=PlanDetails)


def validate(draft: IdeaDraft) -> tuple[Problem, ...]:
    """Return everything that is wrong with an idea in the state it claims; empty when right."""
    return (
        *_naming_problems(draft),
        *_number_problems(draft),
        *_missing_problems(draft, draft.state),
        *_level_problems(draft),
        *plan_details.problems(draft.side, draft.entry, draft.stop, draft.targets, draft.details),
    )


def check(draft: IdeaDraft) -> IdeaDraft:
    """Return the idea when it is right, its currency in the one spelling.

    Raises:
        IdeaError: with all problems.
    """
    problems = validate(draft)
    if problems:
        raise IdeaError(problems)
    return replace(draft, currency=money.check_currency(draft.currency))


def transition(draft: IdeaDraft, to: IdeaState) -> IdeaDraft:
    """Return the idea in its new state; moving to the state it is in changes nothing.

    Raises:
        TransitionError: the step is not in the table, or the new state needs what is missing.
    """
    if to is draft.state:
        return draft
    allowed = TRANSITIONS[draft.state]
    if to not in allowed:
        raise TransitionError([Problem("state", _not_allowed(draft.state, allowed, to))])
    problems = validate(replace(draft, state=to))
    if problems:
        raise TransitionError(problems)
    return replace(draft, state=to)


def figures(draft: IdeaDraft, sizing: Sizing | None = None) -> RiskReward | None:
    """Return risk and reward of an idea, or None while entry or stop is missing or wrong."""
    entry = worst_entry(draft.side, draft.entry, draft.details)
    if entry is None or draft.stop is None or validate(draft):
        return None
    if sizing is None and draft.size is not None:
        sizing = Sizing(size=draft.size, fee_per_order=draft.details.fee or ZERO)
    targets = with_portions(draft.targets, draft.details.portions)
    return risk_reward(draft.side, entry, draft.stop, targets, sizing)


def _not_allowed(state: IdeaState, allowed: tuple[IdeaState, ...], to: IdeaState) -> str:
    choices = " or ".join([", ".join(allowed[:-1]), allowed[-1]] if allowed[1:] else allowed)
    article = "An" if state is IdeaState.OPEN else "A"
    return f"{article} {state} idea cannot become {to}; it can become {choices}"


def _naming_problems(draft: IdeaDraft) -> Iterable[Problem]:
    if not draft.symbol:
        yield Problem("symbol", "An idea needs the symbol of what is traded")
    elif not instruments.is_symbol(draft.symbol):
        yield Problem("symbol", "A symbol has up to 32 letters, digits and signs, such as BRK.B")
    if draft.isin is not None and not instruments.is_isin(draft.isin):
        yield Problem("isin", "This is not an ISIN: 12 characters, the last a check digit")
    if draft.mic is not None and not instruments.is_mic(draft.mic):
        yield Problem("mic", "A market code has four letters or digits, such as XNAS")
    try:
        money.check_currency(draft.currency)
    except CurrencyError as error:
        yield Problem("currency", error.message)
    if len(draft.thesis) > THESIS_LENGTH:
        yield Problem("thesis", f"A thesis has at most {THESIS_LENGTH:,} characters")


def _number_problems(draft: IdeaDraft) -> Iterable[Problem]:
    for name in ("entry", "stop", "size"):
        value: Decimal | None = getattr(draft, name)
        if value is not None and value <= 0:
            yield Problem(name, f"The {name} must be above zero")
    if any(target <= 0 for target in draft.targets):
        yield Problem("targets", "Every target must be above zero")
    if len(set(draft.targets)) < len(draft.targets):
        yield Problem("targets", "The same target is there twice")
    if len(draft.targets) > TARGETS_MAX:
        yield Problem("targets", f"An idea has at most {TARGETS_MAX} targets")


def _missing_problems(draft: IdeaDraft, state: IdeaState) -> Iterable[Problem]:
    at_market = draft.details.entry_type is EntryType.MARKET
    for name in REQUIRED[state]:
        if getattr(draft, name) is None and not (name == "entry" and at_market):
            article = "An" if state is IdeaState.OPEN else "A"
            yield Problem(name, f"{article} {state} idea needs its {name}")


def _level_problems(draft: IdeaDraft) -> Iterable[Problem]:
    problem = level_problem(draft.side, draft.entry, draft.stop, draft.targets)
    if problem is not None:
        yield Problem(*problem)

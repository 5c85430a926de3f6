"""A track record: which trades count, since when, and what they come to in R.

An idea is told in *steps*: its plan (again whenever a level of it changes), its opening, its
close. A step is worth something only when somebody else held it before the outcome could be
known, so a trade counts when

- the plan that it was opened with was held by a witness strictly before the same witness heard
  of the opening, and
- it does not state an opening from before that: of a back-dated one the outcome was known, and
- its close was heard by a witness, and states a result in R.

Every trade that does not count says why. A step whose terms are not shown is a missing number: it
is counted among `missing`, never left out of the sum of numbers.

Figures follow Van Tharp's textbook use of R: expectancy = hit rate x average win - miss rate x
average loss, which is the mean R of all trades that count; a result of exactly 0 R is no hit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from portfolio.domain import money
from portfolio.domain.errors import AmountError
from portfolio.domain.money import ZERO, parse_decimal

LEVELS: Final = ("symbol", "side", "currency", "entry", "entry_type", "entry_to", "stop")
TERMS: Final = (*LEVELS, "isin", "mic", "targets", "portions", "legs", "state", "result")
AT_MARKET: Final = "market"
A_DAY: Final = timedelta(days=1)  # a fill states the day at its exchange, which may be another


class Step(StrEnum):
    """What a number of the journal stands for."""

    PLANNED = "planned"
    OPENED = "opened"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Told:
    """One step of an idea, and who held it since when.

    `held` names each witness with the moment of its receipt by its own clock; `terms` are None
    where the author does not show them. `number` is that of the journal.
    """

    number: int | None
    idea: str
    step: Step
    terms: Mapping[str, Any] | None
    held: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Trade:
    """One idea from its plan to its close, as far as it got.

    `since` and `witness` name the earliest receipt of the plan that it was opened with. `reason`
    says why it does not count, None when it does. `changed`: levels were changed between the
    first plan and the opening. `amended`: its close was told more than once. `late`: nobody heard
    of the opening before the day on which it says that it was over.
    """

    idea: str
    numbers: tuple[int, ...]
    symbol: str | None
    side: str | None
    r: Decimal | None
    plan_r: Decimal | None
    opened: datetime | None
    closed: datetime | None
    since: datetime | None
    witness: str | None
    changed: bool
    amended: bool
    late: bool
    reason: str | None

    @property
    def counts(self) -> bool:
        """Whether it is part of the figures."""
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Summary:
    """What the trades that count come to. Figures without a trade are None; R is a multiple."""

    counted: int
    left_out: int
    missing: int
    wins: int
    hit_rate: Decimal | None
    average_r: Decimal | None
    average_win: Decimal | None
    average_loss: Decimal | None
    expectancy: Decimal | None
    profit_factor: Decimal | None
    best: Decimal | None
    worst: Decimal | None
    total_r: Decimal
    drawdown_r: Decimal
    time_in_trade: timedelta | None
    equity: tuple[tuple[datetime, Decimal], ...]


def next_steps(
    last: Step | None, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Step, ...]:
    """Return the steps that a change of an idea makes.

    Args:
        last: The step told last, None for an idea that is told for the first time.
        before: Its terms at that step.
        after: Its terms now.
    """
    state = after.get("state")
    if last is None:
        more = {"open": (Step.OPENED,), "closed": (Step.CLOSED,)}.get(str(state), ())
        return (Step.PLANNED, *more)
    if state == "closed":
        same = last is Step.CLOSED and before.get("result") == after.get("result")
        return () if same else (Step.CLOSED,)
    if state == "open":
        return () if last is Step.OPENED else (Step.OPENED,)
    if last is Step.PLANNED and levels(before) == levels(after):
        return ()
    return (Step.PLANNED,)


def terms_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an idea's fields is committed to: no thesis, no tags, no amounts."""
    return {name: fields[name] for name in TERMS if fields.get(name) is not None}


def levels(terms: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what a plan must have in common with the trade that was opened with it."""
    return tuple(terms.get(name) for name in LEVELS)


def trades(told: Iterable[Told]) -> tuple[Trade, ...]:
    """Return the trades; steps come in the order in which they were told."""
    rounds: list[list[Told]] = []
    current: dict[str, list[Told]] = {}
    for one in told:
        steps = current.get(one.idea)
        ended = steps is not None and steps[-1].step is Step.CLOSED
        if steps is None or (ended and one.step is Step.PLANNED):
            steps = current[one.idea] = []
            rounds.append(steps)
        steps.append(one)
    return tuple(_trade(steps) for steps in rounds)


def summary(found: Sequence[Trade], missing: int = 0) -> Summary:
    """Return what trades come to; `missing` numbers are not shown by their author."""
    counted = sorted(
        (one for one in found if one.counts), key=lambda one: (one.closed, one.numbers)
    )
    results = [one.r for one in counted if one.r is not None]
    with money.exact():
        wins = [r for r in results if r > 0]
        losses = [-r for r in results if r <= 0]
        equity, lowest = _equity(counted)
        times = [one.closed - one.opened for one in counted if one.closed and one.opened]
        hit = _ratio(Decimal(len(wins)), len(results))
        lost = sum(losses, ZERO)
        return Summary(
            counted=len(counted),
            left_out=len(found) - len(counted),
            missing=missing,
            wins=len(wins),
            hit_rate=hit,
            average_r=_mean(results),
            average_win=_mean(wins),
            average_loss=_mean(losses),
            expectancy=_mean(results),
            profit_factor=money.tidy(sum(wins, ZERO) / lost) if lost else None,
            best=max(results, default=None),
            worst=min(results, default=None),
            total_r=sum(results, ZERO),
            drawdown_r=lowest,
            time_in_trade=sum(times, timedelta()) / len(times) if times else None,
            equity=equity,
        )


def _trade(steps: Sequence[Told]) -> Trade:
    plans = [one for one in steps if one.step is Step.PLANNED]
    opened = next((one for one in steps if one.step is Step.OPENED), None)
    closes = [one for one in steps if one.step is Step.CLOSED]
    closed = closes[-1] if closes else None
    shown = next((one.terms for one in reversed(steps) if one.terms is not None), {})
    came: Mapping[str, Any] = (closed.terms if closed and closed.terms else {}).get("result") or {}
    plan, reason = _plan_of(plans, opened)
    since, heard = _earliest(plan), _earliest(opened)
    began, ended = _moment(came.get("opened")), _moment(came.get("closed"))
    if since is not None and _is_before(began, since[1]):
        reason = reason or "back_dated"
    return Trade(
        idea=steps[0].idea,
        numbers=tuple(one.number for one in steps if one.number is not None),
        symbol=shown.get("symbol"),
        side=shown.get("side"),
        r=_number(came.get("r")),
        plan_r=_number(came.get("plan_r")),
        opened=began,
        closed=ended,
        since=None if since is None else since[1],
        witness=None if since is None else since[0],
        changed=len(plans) > 1,
        amended=len(closes) > 1,
        late=heard is not None and _is_before(ended, heard[1]),
        reason=reason or _why_not_closed(closed, came),
    )


def _plan_of(plans: Sequence[Told], opened: Told | None) -> tuple[Told | None, str | None]:
    """Return the plan that a trade was opened with, and why it does not count, if so."""
    plan = plans[-1] if plans else None
    if plan is None:
        return None, "no_plan"
    if opened is None:
        return plan, "not_opened"
    if plan.terms is None or opened.terms is None:
        return plan, "not_shown"
    if not _is_plan_of(plan.terms, opened.terms):
        return plan, "another_plan"
    for witness, at in plan.held.items():
        if witness in opened.held and at < opened.held[witness]:
            return plan, None
    return plan, "not_witnessed"


def _is_plan_of(plan: Mapping[str, Any], opened: Mapping[str, Any]) -> bool:
    if plan.get("entry_type") == AT_MARKET:  # its entry is what the first fills were
        plan, opened = {**plan, "entry": None}, {**opened, "entry": None}
    return levels(plan) == levels(opened)


def _is_before(stated: datetime | None, heard: datetime) -> bool:
    """Say whether a stated day is over when something was heard, wherever the exchange is."""
    return stated is not None and stated.astimezone(UTC).date() < (heard - A_DAY).date()


def _why_not_closed(closed: Told | None, came: Mapping[str, Any]) -> str | None:
    if closed is None:
        return "not_closed"
    if closed.terms is None:
        return "not_shown"
    if _number(came.get("r")) is None or _moment(came.get("closed")) is None:
        return "no_result"
    return None if closed.held else "not_witnessed"


def _earliest(told: Told | None) -> tuple[str, datetime] | None:
    if told is None or not told.held:
        return None
    return min(told.held.items(), key=lambda held: (held[1], held[0]))


def _equity(
    counted: Sequence[Trade],
) -> tuple[tuple[tuple[datetime, Decimal], ...], Decimal]:
    """Return the sum of R after each close, and the deepest fall below an earlier high."""
    curve: list[tuple[datetime, Decimal]] = []
    at, high, lowest = ZERO, ZERO, ZERO
    for one in counted:
        if one.closed is None or one.r is None:
            continue
        at += one.r
        high = max(high, at)
        lowest = max(lowest, high - at)
        curve.append((one.closed, at))
    return tuple(curve), lowest


def _mean(values: Sequence[Decimal]) -> Decimal | None:
    return _ratio(sum(values, ZERO), len(values))


def _ratio(value: Decimal, count: int) -> Decimal | None:
    return money.tidy(value / count) if count else None


def _number(value: object) -> Decimal | None:
    try:
        return parse_decimal(value) if isinstance(value, str) else None
    except AmountError:
        return None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None

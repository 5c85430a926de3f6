"""What all open ideas together may lose at their stops: per currency, and in one.

Counted are my own open ideas of one ledger. What is held is known from their fills; without
fills, from the size of the plan. A stop beyond the entry leaves nothing at risk. Ideas that lack
a stop, an entry or a size are named and not counted; so are those without an exchange rate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection

from portfolio.domain import money
from portfolio.domain.errors import DomainError
from portfolio.domain.ideas import IdeaState
from portfolio.domain.money import ZERO
from portfolio.domain.plan_details import worst_entry
from portfolio.domain.trade_result import open_risk
from portfolio.services import holdings, sizing, trades
from portfolio.services.idea_forms import draft_of
from portfolio.services.planner import Planner
from portfolio.services.profile import read_preferences
from portfolio.storage import positions
from portfolio.storage.positions import Position


@dataclass(frozen=True, slots=True)
class AtRisk:
    """One open idea: what its stop would lose; `reason` says why there is no figure."""

    idea: Position
    quantity: Decimal | None
    risk: Decimal | None
    converted: Decimal | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class OpenRisk:
    """All of them; `total` and `share` of the portfolio's value are in `currency`."""

    currency: str
    total: Decimal
    share: Decimal | None
    portfolio: Decimal | None
    by_currency: dict[str, Decimal]
    ideas: tuple[AtRisk, ...]


def total(planner: Planner, conn: Connection, *, sample: bool) -> OpenRisk:
    """Return what all open ideas of a ledger may lose."""
    currency = read_preferences(conn).currency
    found = positions.open_ideas(conn, planner.me.did, sample=sample)
    rows = tuple(_at_risk(planner, conn, one, currency) for one in found)
    owned = sizing.equity(planner, conn, sample=sample)
    with money.exact():
        whole = sum((row.converted for row in rows if row.converted is not None), ZERO)
        return OpenRisk(
            currency=currency,
            total=whole,
            share=None if owned is None else whole / owned.value,
            portfolio=None if owned is None else owned.value,
            by_currency=_by_currency(rows),
            ideas=rows,
        )


def _by_currency(rows: Iterable[AtRisk]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for row in rows:
        if row.risk is not None:
            key = row.idea.fields.get("currency") or ""
            sums[key] = money.total(sums.get(key, ZERO), row.risk)
    return dict(sorted(sums.items()))


def _at_risk(planner: Planner, conn: Connection, idea: Position, currency: str) -> AtRisk:
    try:
        draft = draft_of(idea.fields, idea.amounts)
    except (DomainError, ValueError):
        return AtRisk(idea, None, None, None, "It cannot be read")
    held = trades.open_quantity(conn, idea)
    planned = worst_entry(draft.side, draft.entry, draft.details)
    quantity, entry = held if held is not None else (draft.size, planned)
    if draft.state is not IdeaState.OPEN or draft.stop is None or entry is None:
        return AtRisk(idea, quantity, None, None, "It has no stop or no entry")
    if quantity is None:
        return AtRisk(idea, None, None, None, "Its size is not known")
    risk = open_risk(draft.side, entry, draft.stop, quantity, draft.details.fee or ZERO)
    on = holdings.valuation_day(planner, sample_ledger=idea.sample)
    rate = sizing.rate(planner, draft.currency, currency, on)
    if rate is None:
        return AtRisk(idea, quantity, risk, None, "No exchange rate is known")
    return AtRisk(idea, quantity, risk, money.product(risk, rate), None)

"""Sizes from rules: so many units as a percentage of my portfolio's value buys, or may lose.

The size is computed when its owner writes the rule or a level it depends on, from the value of
their portfolio on that day, and stays until they write again: a plan does not change by itself.
Only the owner's planner computes it; a friend sees the rule, and the size if they may.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection

from portfolio.domain import ideas as rules
from portfolio.domain import money
from portfolio.domain.errors import DomainError, RateError
from portfolio.domain.ideas import IdeaDraft
from portfolio.domain.money import ZERO
from portfolio.domain.plan_details import SizingMode, worst_entry
from portfolio.domain.risk_reward import Sizing
from portfolio.services import holdings
from portfolio.services.idea_forms import draft_of
from portfolio.services.planner import Planner
from portfolio.services.profile import read_preferences

DEPENDS_ON: Final = frozenset(
    {"sizing", "entry", "entry_to", "entry_type", "stop", "side", "currency", "fee"}
)


@dataclass(frozen=True, slots=True)
class Equity:
    """What a portfolio is worth on a day, in the currency of the settings."""

    value: Decimal
    currency: str
    on: date


async def prepare(planner: Planner) -> None:
    """Value my portfolio in a thread, so that a size finds it done."""
    currency = (await planner.reader.run(read_preferences)).currency
    on = holdings.valuation_day(planner, sample_ledger=False)
    await planner.books.figure(
        planner.reader, lambda book: book.overview(on, currency), sample=False
    )


def equity(planner: Planner, conn: Connection, *, sample: bool) -> Equity | None:
    """Return what my portfolio, or the sample's, is worth; None when that is not known."""
    currency = read_preferences(conn).currency
    on = holdings.valuation_day(planner, sample_ledger=sample)
    book = planner.books.at(conn, sample=sample)
    value = book.overview(on, currency).value if book.rows else None
    return Equity(value, currency, on) if isinstance(value, Decimal) and value > 0 else None


def rate(planner: Planner, base: str, currency: str, on: date) -> Decimal | None:
    """Return how many units of a currency one unit of the base makes, None when not known."""
    try:
        return planner.prices.now.last_known().rate(base, currency, on).rate
    except RateError:
        return None


def size_of(
    planner: Planner,
    conn: Connection,
    fields: Mapping[str, Any],
    amounts: Mapping[str, Any],
    *,
    sample: bool,
) -> str | None:
    """Return the size that an idea's rule gives, None where something for it is missing."""
    try:
        draft = draft_of(fields, amounts)
    except (DomainError, ValueError):
        return None
    owned = equity(planner, conn, sample=sample)
    found = None if owned is None else _computed(planner, draft, owned)
    return None if not found else money.format_decimal(money.tidy(found))


def _computed(planner: Planner, draft: IdeaDraft, owned: Equity) -> Decimal | None:
    rule = draft.details.sizing
    entry = worst_entry(draft.side, draft.entry, draft.details)
    per_base = rate(planner, owned.currency, draft.currency, owned.on)
    if rule is None or entry is None or per_base is None or rule.value is None:
        return None
    sizing = Sizing(
        equity=owned.value,
        risk_percent=rule.value if rule.mode is SizingMode.RISK else None,
        capital_percent=rule.value if rule.mode is SizingMode.PERCENT else None,
        fee_per_order=draft.details.fee or ZERO,
        rate=per_base,
    )
    if draft.stop is None and rule.mode is SizingMode.PERCENT:
        with money.exact():
            return money.floor_to_step(owned.value * rule.value / 100 * per_base / entry)
    figures = rules.figures(draft, sizing)
    return None if figures is None else figures.size

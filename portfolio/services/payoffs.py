"""What the option legs of an idea come to at expiry."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from portfolio.domain.errors import Problem
from portfolio.domain.options import Payoff
from portfolio.domain.options import payoff as line_of
from portfolio.domain.plan_details import strategy
from portfolio.services import ideas
from portfolio.services.errors import RuleError
from portfolio.services.idea_forms import draft_of, quantities


@dataclass(frozen=True, slots=True)
class Shape:
    """The payoff of an idea's legs, counted as many as there are or in their ratio."""

    payoff: Payoff
    counted: Literal["quantity", "ratio"]
    currency: str
    expiries: tuple[str, ...]


def payoff(conn: Connection, position: str) -> Shape:
    """Return extremes, break-evens and the line of an idea's legs at expiry.

    Raises:
        NotFoundError: there is no such idea here.
        RuleError: it has no legs, or a leg lacks its price.
    """
    idea = ideas.get(conn, position)
    try:
        draft = draft_of(idea.fields, idea.amounts)
    except ValueError as error:
        raise RuleError("Its legs cannot be read", field="legs") from error
    legs = strategy(draft.details.legs)
    if isinstance(legs, Problem):
        raise RuleError(legs.message, field=legs.field)
    counts = quantities(idea.fields.get("legs") or (), idea.amounts)
    return Shape(
        payoff=line_of(legs),
        counted="ratio" if None in counts else "quantity",
        currency=draft.currency,
        expiries=tuple(
            sorted({leg.expiry.isoformat() for leg in draft.details.legs if leg.expiry})
        ),
    )

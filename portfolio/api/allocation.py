"""Allocation: how what is owned is spread, with weights that sum to exactly 100."""

from typing import Any, Literal

from pydantic import Field

from portfolio.api.context import Context
from portfolio.api.fields import Out
from portfolio.api.figures import reasons
from portfolio.api.ideas import Account
from portfolio.api.op import op
from portfolio.domain.allocation import Slice
from portfolio.domain.returns import NoNumber
from portfolio.services import allocation, instruments
from portfolio.services.holdings import text

By = Literal["class", "currency", "region", "tag", "account", "symbol"]


class Group(Out):
    """What is owned of one class, currency, …; weights are rounded by largest remainders."""

    key: str | None = Field(description="null: not known of these")
    name: str | None
    value: str
    weight_percent: str | None
    symbols: tuple[str, ...]
    cash: bool = Field(description="cash is in it")


class Unpriced(Out):
    """A holding that is in no group, and why."""

    symbol: str
    reason: str


class Allocation(Out):
    """What is owned, in groups, the greatest first; the weights sum to exactly 100.

    A holding with several tags is divided among them in equal parts.
    """

    sample: bool
    currency: str
    as_of: str
    account: str | None
    by: By
    value: str
    items: tuple[Group, ...]
    unpriced: tuple[Unpriced, ...]
    reasons: dict[str, str]


@op("GET", "/allocation")
async def read_allocation(
    context: Context,
    *,
    by: By = "class",
    account: Account | None = None,
    sample: bool | None = None,
) -> Allocation:
    """Read how what is owned is spread over classes, currencies, regions, tags or accounts."""
    found = await allocation.allocation(context.planner, of_sample=sample, account=account, by=by)
    weights = {"weight_percent": found.slices[0].weight} if found.slices else {}
    return Allocation.model_validate(
        {
            "sample": found.asked.sample,
            "currency": found.asked.currency,
            "as_of": found.asked.on.isoformat(),
            "account": account,
            "by": by,
            "value": text(found.value),
            "items": [_group(one, by) for one in found.slices],
            "unpriced": [
                {"symbol": name, "reason": why} for name, why in sorted(found.unpriced.items())
            ],
            "reasons": reasons(weights),
        }
    )


def _group(one: Slice, by: By) -> dict[str, Any]:
    return {
        "key": one.key or None,
        "name": instruments.name(one.key) if by == "symbol" else None,
        "value": text(one.value),
        "weight_percent": None if isinstance(one.weight, NoNumber) else text(one.weight),
        "symbols": [symbol for symbol in one.symbols if symbol],
        "cash": "" in one.symbols,
    }


ROUTES = (read_allocation,)

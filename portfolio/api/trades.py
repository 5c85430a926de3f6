"""Ideas carried out: opened and closed with fills; payoff, open risk, copies of friends' ideas."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import DecimalText, In, Out, Ulid, absent
from portfolio.api.idea_details import Day
from portfolio.api.ideas import Account, Idea, idea_of, sent
from portfolio.api.op import op
from portfolio.domain.money import quotient
from portfolio.services import copies, open_risk, payoffs, sizing, trades
from portfolio.services.holdings import percent, text
from portfolio.services.open_risk import AtRisk

Time = Annotated[
    str, StringConstraints(pattern=r"^[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?$"),
    Field(examples=["15:30"]),
]  # fmt: skip


class FillIn(In):
    """One execution; it becomes a transaction. `date` left out is today."""

    quantity: DecimalText
    price: DecimalText
    date: Day = absent()
    time: Time | None = None
    fee: DecimalText | None = None
    tax: DecimalText | None = None
    account: Account | None = Field(None, description="left out, the idea's account")
    note: Annotated[str, StringConstraints(max_length=2000)] | None = None


class Fills(In):
    """What was executed."""

    fills: Annotated[tuple[FillIn, ...], Field(max_length=50, strict=False)] = ()


class PayoffPoint(Out):
    """The gain of all legs at expiry for one price of the underlying."""

    price: str
    gain: str


class Payoff(Out):
    """A position at expiry: straight lines between the points, exact at each, without fees.

    Beyond the last point the line goes on as between the last two. `counted` says whether legs
    count as many as there are, or in the ratio that everybody sees.
    """

    counted: Literal["quantity", "ratio"]
    currency: str
    net_cost: str = Field(description="what is paid at the start; a credit is negative")
    max_gain: str | None = Field(description="null when it is unlimited")
    max_loss: str | None = Field(description="null when it is unlimited; below zero otherwise")
    reward_to_risk: str | None
    breakevens: tuple[str, ...]
    points: tuple[PayoffPoint, ...]
    expiries: tuple[str, ...] = Field(
        description="more than one: the figures take all legs to one day, at their inner worth"
    )


class IdeaAtRisk(Out):
    """What one open idea loses at its stop, in its own currency and converted."""

    id: Ulid
    symbol: str
    currency: str
    quantity: str | None
    risk: str | None
    converted: str | None
    share_percent: str | None = Field(description="of the portfolio's value")
    reason: str | None = Field(description="why there is no figure")


class CurrencyRisk(Out):
    """What is at risk in one currency."""

    currency: str
    risk: str


class OpenRisk(Out):
    """What all my open ideas together lose when every stop is hit."""

    currency: str
    total: str
    share_percent: str | None = Field(description="of the portfolio's value; null without one")
    portfolio: str | None
    by_currency: tuple[CurrencyRisk, ...]
    ideas: tuple[IdeaAtRisk, ...]


@op("POST", "/positions/ideas/{id}/open", errors=("forbidden", "rule", "conflict"), status=200)
async def open_idea(context: Context, id: Ulid, body: Fills) -> Idea:  # noqa: A002 - as in the path
    """Trigger a ready idea into a position; of an open one, add further entries.

    Fills become transactions: purchases of a long, short sales of a short.
    """
    fills = [sent(fill) for fill in body.fills]

    def work(tx: Tx) -> Idea:
        opened = trades.enter(context.planner, tx, id, fills)
        return idea_of(context.planner, tx.conn, opened)

    return await context.write(work)


@op("POST", "/positions/ideas/{id}/close", errors=("forbidden", "rule", "conflict"), status=200)
async def close_idea(context: Context, id: Ulid, body: Fills) -> Idea:  # noqa: A002 - as in the path
    """Take an open idea off, in part or whole; with nothing left it is closed."""
    fills = [sent(fill) for fill in body.fills]

    def work(tx: Tx) -> Idea:
        closed = trades.leave(context.planner, tx, id, fills)
        return idea_of(context.planner, tx.conn, closed)

    return await context.write(work)


@op("POST", "/positions/ideas/{id}/copy", errors=("rule",))
async def copy_idea(context: Context, id: Ulid) -> Created[Idea]:  # noqa: A002 - as in the path
    """Copy a friend's idea as my own draft; the link to its author stays on this planner."""

    def work(tx: Tx) -> Created[Idea]:
        made = copies.copy(context.planner, tx, id)
        found = idea_of(context.planner, tx.conn, made)
        return Created(found, f"/positions/ideas/{made.id}")

    return await context.write(work)


@op("GET", "/positions/ideas/{id}/payoff", errors=("rule",))
async def read_payoff(context: Context, id: Ulid) -> Payoff:  # noqa: A002 - as in the path
    """Read what the option legs of an idea come to at expiry."""
    found = await context.read(lambda conn: payoffs.payoff(conn, id))
    shape = found.payoff
    return Payoff(
        counted=found.counted,
        currency=found.currency,
        net_cost=text(shape.net_cost) or "0",
        max_gain=text(shape.max_profit),
        max_loss=text(shape.max_loss),
        reward_to_risk=text(shape.reward_to_risk),
        breakevens=tuple(text(one) or "0" for one in shape.breakevens),
        points=tuple(
            PayoffPoint(price=text(price) or "0", gain=text(gain) or "0")
            for price, gain in shape.points
        ),
        expiries=found.expiries,
    )


@op("GET", "/ideas/risk")
async def read_open_risk(context: Context, *, sample: bool = False) -> OpenRisk:
    """Read what all my open ideas together may lose at their stops."""
    await sizing.prepare(context.planner)

    def read(conn: Connection) -> open_risk.OpenRisk:
        return open_risk.total(context.planner, conn, sample=sample)

    found = await context.read(read)
    return OpenRisk(
        currency=found.currency,
        total=text(found.total) or "0",
        share_percent=text(percent(found.share)),
        portfolio=text(found.portfolio),
        by_currency=tuple(
            CurrencyRisk(currency=currency, risk=text(risk) or "0")
            for currency, risk in found.by_currency.items()
        ),
        ideas=tuple(_at_risk(row, found) for row in found.ideas),
    )


def _at_risk(row: AtRisk, whole: open_risk.OpenRisk) -> IdeaAtRisk:
    return IdeaAtRisk.model_validate(
        {
            "id": row.idea.id,
            "symbol": row.idea.fields.get("symbol") or "",
            "currency": row.idea.fields.get("currency") or "",
            "quantity": text(row.quantity),
            "risk": text(row.risk),
            "converted": text(row.converted),
            "share_percent": _share(row, whole),
            "reason": row.reason,
        }
    )


def _share(row: AtRisk, whole: open_risk.OpenRisk) -> str | None:
    if row.converted is None or not whole.portfolio:
        return None
    return text(percent(quotient(row.converted, whole.portfolio)))


ROUTES = (open_idea, close_idea, copy_idea, read_payoff, read_open_risk)

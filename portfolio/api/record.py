"""Track records: what came of shared ideas in R, counted from the moment a witness held the plan.

Mine counts by the receipts of friends' planners, a friend's by when it arrived at this planner.
What that proves, and what not: `docs/track-record.md`. Sample ideas never count.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from portfolio.api.context import Context
from portfolio.api.fields import Did, Instant, Out, instant
from portfolio.api.ideas import text
from portfolio.api.op import op
from portfolio.domain import money
from portfolio.domain.record import Summary, Trade
from portfolio.services import record
from portfolio.services.profile import read_profile

_PLACES = 4

Reason = Literal[
    "no_plan",
    "not_opened",
    "not_shown",
    "another_plan",
    "back_dated",
    "not_witnessed",
    "not_closed",
    "no_result",
]


class RecordTrade(Out):
    """One shared idea from plan to close. `reason` says why it does not count, null when it does.

    `since` and `witness` name the earliest word that somebody held the plan, by their clock.
    """

    position_id: str | None = Field(description="null where the idea is not here any more")
    numbers: tuple[int, ...] = Field(description="of the journal")
    symbol: str | None
    side: str | None
    r: str | None
    plan_r: str | None
    opened: Instant | None
    closed: Instant | None
    since: Instant | None
    witness: Did | None
    changed: bool = Field(description="levels were changed between the first plan and the opening")
    amended: bool = Field(description="its result was changed after the close")
    late: bool = Field(description="its opening was heard of only when it was over, as it states")
    reason: Reason | None


class EquityPoint(Out):
    """The sum of R after a close."""

    at: Instant
    r: str


class TrackRecord(Out):
    """A person's record. Figures are multiples of the planned risk (R), null without a trade."""

    person: Did
    journal: bool = Field(description="false: nothing can be said of ideas left out")
    numbers: int = Field(description="entries of the journal")
    missing: int = Field(description="entries whose idea is not shown")
    twice: tuple[int, ...] = Field(description="numbers that were written twice")
    counted: int
    left_out: int
    wins: int
    hit_rate: str | None = Field(description="percent")
    average_r: str | None
    average_win: str | None
    average_loss: str | None
    expectancy: str | None
    profit_factor: str | None
    best: str | None
    worst: str | None
    total_r: str
    drawdown_r: str
    days_in_trade: str | None = Field(description="on average")
    equity: tuple[EquityPoint, ...]
    trades: tuple[RecordTrade, ...]
    witnesses: tuple[Did, ...]


class Author(Out):
    """Whose record it is."""

    did: Did
    name: str


class Journal(Out):
    """The journal as its author signed it: lines of a native batch, byte by byte."""

    doc: str
    lines: tuple[str, ...]


class ShownEntry(Out):
    """The terms behind one number."""

    n: int
    terms: dict[str, Any]


class ShownIdea(Out):
    """The terms behind numbers of one idea, and what salts their digests."""

    doc: str
    salt: str
    entries: tuple[ShownEntry, ...]


class Witness(Out):
    """Who signed receipts, with the identity records that list their devices."""

    name: str | None
    identities: tuple[str, ...]


class RecordExport(Out):
    """A record with its proof; `portfolio verify-record` checks it offline."""

    format: Literal["portfolio-planner track record"]
    version: Literal[1]
    author: Author
    made: Instant
    journal: Journal
    ideas: tuple[ShownIdea, ...]
    receipts: tuple[dict[str, Any], ...]
    witnesses: dict[str, Witness]


@op("GET", "/record", errors=("not-found",))
async def read_record(context: Context, *, did: Did | None = None) -> TrackRecord:
    """Read my track record, or what is known here of a friend's."""
    planner = context.planner
    if did is None or did == planner.me.did:
        return _record(await context.read(lambda conn: record.own(planner, conn)))
    return _record(await context.read(lambda conn: record.of_friend(planner, conn, did)))


@op("GET", "/record/export", errors=("not-found",))
async def export_record(context: Context) -> RecordExport:
    """Export my record with its proof: the journal, what is behind its numbers, and receipts."""
    planner = context.planner
    now = instant(planner.clock())
    found = await context.read(
        lambda conn: record.export(planner, conn, read_profile(conn).name, now)
    )
    return RecordExport.model_validate(found)


def _record(found: record.Record) -> TrackRecord:
    return TrackRecord.model_validate(
        {
            "person": found.person,
            "journal": found.journal,
            "numbers": found.numbers,
            "twice": found.twice,
            **_figures(found.summary),
            "trades": tuple(_trade(one) for one in found.trades),
            "witnesses": found.witnesses,
        }
    )


def _figures(found: Summary) -> dict[str, Any]:
    rate = None if found.hit_rate is None else found.hit_rate * 100
    named = {
        "hit_rate": rate,
        "average_r": found.average_r,
        "average_win": found.average_win,
        "average_loss": found.average_loss,
        "expectancy": found.expectancy,
        "profit_factor": found.profit_factor,
        "best": found.best,
        "worst": found.worst,
        "total_r": found.total_r,
        "drawdown_r": found.drawdown_r,
        "days_in_trade": _days(found.time_in_trade),
    }
    return {
        "missing": found.missing,
        "counted": found.counted,
        "left_out": found.left_out,
        "wins": found.wins,
        **{name: _rounded(value) for name, value in named.items()},
        "equity": tuple({"at": instant(at), "r": _rounded(r)} for at, r in found.equity),
    }


def _trade(one: Trade) -> dict[str, Any]:
    return {
        "position_id": one.idea,
        "numbers": one.numbers,
        "symbol": one.symbol,
        "side": one.side,
        "r": _rounded(one.r),
        "plan_r": _rounded(one.plan_r),
        "opened": _moment(one.opened),
        "closed": _moment(one.closed),
        "since": _moment(one.since),
        "witness": one.witness,
        "changed": one.changed,
        "amended": one.amended,
        "late": one.late,
        "reason": one.reason,
    }


def _rounded(value: Decimal | None) -> str | None:
    return None if value is None else text(money.tidy(money.rounded(value, _PLACES)))


def _days(value: timedelta | None) -> Decimal | None:
    return None if value is None else Decimal(round(value.total_seconds())) / 86400


def _moment(value: datetime | None) -> str | None:
    return None if value is None else instant(value)


ROUTES = (read_record, export_record)

"""What a plan may say beyond its levels: as it is sent, and as it is answered.

All of it is optional: an idea that was written before these members existed answers them as
null or empty. What tells how much money is in a trade is absent unless its amounts are shown.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import Connection

from portfolio.api.fields import DecimalText, Did, In, Instant, Out, Ulid, absent
from portfolio.domain import money
from portfolio.domain.money import rounded
from portfolio.domain.risk_reward import RiskReward
from portfolio.services import copies, trades
from portfolio.services.holdings import percent, text
from portfolio.services.idea_forms import quantities
from portfolio.services.ideas import Market as Found
from portfolio.services.pricebook import ORIGINS
from portfolio.storage import pictures
from portfolio.storage.idea_links import Origin
from portfolio.storage.positions import Position

Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    Field(examples=["2013-03-01"]),
]
Percentages = Annotated[tuple[DecimalText, ...], Field(max_length=8, strict=False)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=40)]
EntryType = Literal["limit", "market", "zone"]
Right = Literal["call", "put", "stock"]
Detail = Literal["percent", "quantities", "amounts"]


R_PLACES: Final = 4
MINUTES: Final = 60  # of an hour


class SizingIn(In):
    """What decides the size.

    `fixed`: `value` is the size. `percent`: so many percent of my portfolio's value are bought.
    `risk`: so many percent of it may be lost at the stop.
    """

    mode: Literal["fixed", "percent", "risk"]
    value: DecimalText | None = None


class LegIn(In):
    """One leg: an option, or shares beside options (`stock`: no strike, no expiry).

    `premium` is the price of one unit of the underlying; `multiplier` units belong to a contract
    (100 for an option, 1 for a stock, when left out).
    """

    right: Right
    side: Literal["buy", "sell"]
    quantity: DecimalText = "1"
    strike: DecimalText | None = None
    expiry: Day | None = None
    premium: DecimalText | None = None
    multiplier: DecimalText | None = None


class DetailsIn(In):
    """The optional members of an idea; null takes one away."""

    entry_type: EntryType | None = None
    entry_to: DecimalText | None = Field(None, description="the other edge of an entry zone")
    portions: Percentages | None = Field(
        None, description="percent of the size for each target, in their order; sum 100"
    )
    sizing: SizingIn | None = None
    fee: DecimalText | None = Field(None, description="of one order; counts as an amount")
    conviction: Annotated[int, Field(ge=1, le=5)] | None = None
    horizon: Day | None = None
    tags: Annotated[tuple[Tag, ...], Field(max_length=20, strict=False)] | None = None
    legs: Annotated[tuple[LegIn, ...], Field(max_length=8, strict=False)] | None = None


class Sizing(Out):
    """What decides the size; `value` of a fixed one is absent unless its amounts are shown."""

    mode: str
    value: str | None = absent()


class Leg(Out):
    """One leg. `ratio` says how it stands to the others; `quantity` is how many there are."""

    right: str
    side: str
    ratio: str
    quantity: str | None = absent()
    strike: str | None
    expiry: str | None
    premium: str | None
    multiplier: str | None


class Attachment(Out):
    """A picture; its bytes are read by its digest, below the idea's `attachments`."""

    digest: str
    media_type: str
    width: int
    height: int
    bytes: int
    name: str
    here: bool = Field(description="false while its bytes have not arrived on this planner")


class Fill(Out):
    """One execution that belongs to the idea; `transaction_id` is absent for a friend."""

    kind: str
    date: str
    time: str | None
    quantity: str
    price: str
    fee: str | None
    transaction_id: Ulid | None = absent()


class Result(Out):
    """What came of the trade so far, in R: gain after fees over what the stop risked.

    `plan_r` is what the plan promised, `entry_slippage_r` what worse entries than planned cost.
    Prices, fees and fills are absent unless its amounts are shown.
    """

    opened: Instant | None
    closed: Instant | None
    r: str | None = Field(description="null before the first exit")
    plan_r: str | None = Field(description="null without targets")
    hours: str | None = Field(description="from the first fill to the last; null before that")
    entry_price: str | None = absent()
    exit_price: str | None = absent()
    open_quantity: str | None = absent()
    entry_slippage_r: str | None = absent()
    fees: str | None = absent()
    fees_r: str | None = absent()
    fills: tuple[Fill, ...] = absent()


class CopiedFrom(Out):
    """The friend's idea that this one began as; known on my planner alone."""

    idea: Ulid
    owner: Did
    at: Instant


class Figures(Out):
    """Risk and reward per unit, and of the whole where the size is known.

    `rr` is before fees, weighted by the portions of the targets. Of a zone, the entry is the
    edge that is worse for the trade.
    """

    risk_per_unit: str
    reward_per_unit: str | None
    rr: str | None
    rr_of_targets: tuple[str, ...]
    breakeven_win_rate: str | None
    capital: str = absent()
    risk_amount: str = absent()
    reward_amount: str = absent()
    fees: str = absent()
    rr_after_fees: str = absent()


class Market(Out):
    """The last price of the instrument, and how far it has to go to each level, in percent.

    Above zero is up. As of today; of the sample, as of the day on which it stands still.
    """

    price: str
    date: str
    age_days: int = Field(description="days from that day to the one it is measured on")
    source: str = Field(description="where the price comes from, in words")
    origin: str = Field(description="the same for programs, as in the list of prices")
    to_entry_percent: str | None = Field(description="null without entry")
    to_stop_percent: str | None = Field(description="null without stop")
    to_targets_percent: tuple[str | None, ...]


class DetailsOut(Out):
    """The optional members of an idea, as they are answered."""

    entry_type: str
    entry_to: str | None
    portions: tuple[str, ...]
    sizing: Sizing | None
    fee: str | None = absent()
    conviction: int | None
    horizon: str | None
    tags: tuple[str, ...]
    legs: tuple[Leg, ...]
    attachments: tuple[Attachment, ...]
    result: Result | None = Field(description="null before the idea was opened")
    copied_from: CopiedFrom | None
    detail: Detail = Field(description="how much of it I see")


def details_of(conn: Connection, found: Position) -> dict[str, Any]:
    """Return the optional members of an idea as they are answered."""
    fields, amounts = found.fields, found.amounts
    shown = amounts is not None
    return {
        "entry_type": fields.get("entry_type") or "limit",
        **{name: fields.get(name) for name in ("entry_to", "conviction", "horizon")},
        **{name: tuple(fields.get(name) or ()) for name in ("portions", "tags")},
        "sizing": _sizing(fields.get("sizing"), amounts),
        **({"fee": (amounts or {}).get("fee")} if shown else {}),
        "legs": _legs(fields.get("legs") or (), amounts),
        "attachments": pictures_of(conn, found),
        "result": _result(trades.result(conn, found)),
        "copied_from": _origin(copies.origin(conn, found.id) if found.role == "owner" else None),
        "detail": found.detail,
    }


def figures_of(figures: RiskReward | None) -> Figures | None:
    """Return risk and reward as they are answered."""
    if figures is None:
        return None
    names = ("capital", "risk_amount", "reward_amount", "fees", "rr_after_fees")
    sums = {name: text(getattr(figures, name)) for name in names}
    return Figures.model_validate(
        {
            "risk_per_unit": text(figures.risk_per_unit),
            "reward_per_unit": text(figures.reward_per_unit),
            "rr": text(figures.rr),
            "rr_of_targets": tuple(text(ratio) for ratio in figures.rr_of_targets),
            "breakeven_win_rate": text(figures.breakeven_win_rate),
            **{name: value for name, value in sums.items() if value is not None},
        }
    )


def market_of(found: Found | None) -> Market | None:
    """Return where the market stands, as it is answered."""
    if found is None:
        return None
    return Market(
        price=money.format_decimal(found.quote.price),
        date=found.quote.on.isoformat(),
        age_days=found.quote.age_days(found.on),
        source=found.quote.source,
        origin=ORIGINS.get(found.quote.source, ""),
        to_entry_percent=text(percent(found.to_entry)),
        to_stop_percent=text(percent(found.to_stop)),
        to_targets_percent=tuple(text(percent(share)) for share in found.to_targets),
    )


def pictures_of(conn: Connection, found: Position) -> tuple[dict[str, Any], ...]:
    """Return the pictures of an idea, and which of them are here."""
    here = pictures.here(conn, found.id)
    return tuple(
        {
            **{name: one.get(name) for name in ("digest", "media_type", "width", "height")},
            "bytes": one.get("bytes"),
            "name": one.get("name") or "",
            "here": one.get("digest") in here,
        }
        for one in found.fields.get("attachments") or ()
    )


def _legs(
    legs: Sequence[Mapping[str, Any]], amounts: Mapping[str, Any] | None
) -> tuple[dict[str, Any], ...]:
    counts = quantities(legs, amounts)
    return tuple(
        {
            **{name: leg.get(name) or "" for name in ("right", "side")},
            "ratio": leg.get("ratio") or "1",
            **({} if count is None else {"quantity": count}),
            **{name: leg.get(name) for name in ("strike", "expiry", "premium", "multiplier")},
        }
        for leg, count in zip(legs, counts, strict=True)
    )


def _origin(found: Origin | None) -> dict[str, str] | None:
    return None if found is None else {"idea": found.idea, "owner": found.owner, "at": found.at}


def _result(found: trades.Traded | None) -> dict[str, Any] | None:
    if found is None:
        return None
    told = {name: getattr(found, name) for name in ("opened", "closed", "r", "plan_r")}
    sums = found.sums
    if sums is None:
        return {**told, "hours": _hours(found.opened, found.closed)}
    figures = {
        "entry_price": sums.entry_price,
        "exit_price": sums.exit_price,
        "open_quantity": sums.left,
        "entry_slippage_r": rounded(sums.slippage_r, R_PLACES),
        "fees": sums.fees,
        "fees_r": rounded(sums.fees_r, R_PLACES),
    }
    return {
        **told,
        "hours": _hours(found.opened, found.closed),
        **{name: text(value) for name, value in figures.items()},
        "fills": tuple(_fill(one) for one in found.fills or ()),
    }


def _fill(fill: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: fill.get(name) or "" for name in ("kind", "date", "quantity", "price")}
    known = fill.get("transaction_id")
    link = {} if known is None else {"transaction_id": known}
    return {**shown, "time": fill.get("time"), "fee": fill.get("fee"), **link}


def _hours(opened: str | None, closed: str | None) -> str | None:
    if opened is None or closed is None:
        return None
    try:
        passed = datetime.fromisoformat(closed) - datetime.fromisoformat(opened)
    except ValueError:
        return None
    return text(rounded(Decimal(passed // timedelta(minutes=1)) / MINUTES, 2))


def _sizing(
    rule: Mapping[str, Any] | None, amounts: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    if rule is None:
        return None
    if rule["mode"] != "fixed":
        return {"mode": rule["mode"], "value": rule.get("value")}
    return {"mode": "fixed"} | ({} if amounts is None else {"value": amounts.get("size")})

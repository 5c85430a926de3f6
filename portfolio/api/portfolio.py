"""The whole portfolio: worth, gains and returns, and how it came there.

All figures are in the currency of the settings. My own ledger is taken as of today, that of the
sample as of the day on which it stands still; the two never mix. How each figure is computed:
`docs/conventions.md`.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from portfolio.api.context import Context
from portfolio.api.fields import Out, ascii_digits
from portfolio.api.figures import amount, percentage, reasons
from portfolio.api.op import op
from portfolio.api.positions import Day
from portfolio.domain.timeline import Point
from portfolio.services import overview
from portfolio.services.holdings import text

Points = Annotated[int, Field(ge=2, le=2000), BeforeValidator(ascii_digits)]


class Portfolio(Out):
    """What a ledger comes to. Of each figure that is null, `reasons` says why, by its name."""

    sample: bool
    currency: str
    as_of: str
    value: str | None = Field(description="of what has a price, and cash")
    cost: str | None = Field(description="of what has a price, at the rates of its days")
    gain: str | None
    gain_percent: str | None
    day_gain: str | None = Field(description="since the close before the day of each price")
    day_percent: str | None
    realised: str
    income: str
    total_gain: str | None = Field(description="gain, realised and income together")
    cash: str = Field(description="0 in a ledger without deposits: cash is no part of it")
    return_percent: str | None = Field(description="money-weighted (XIRR), per year")
    time_weighted_percent: str | None = Field(description="since the first transaction")
    holdings: int
    unpriced: tuple[str, ...] = Field(description="left out of value, cost, gain and returns")
    price_date: str | None = Field(description="of the newest price; null when there is none")
    rate_date: str | None = Field(description="of the exchange rates; null when none was needed")
    reasons: dict[str, str]


class Close(Out):
    """The close of a day: worth, and money put in less taken out since the beginning."""

    date: str
    value: str
    invested: str


class History(Out):
    """The worth from day to day, oldest first, and what the days from first to last gained.

    `gain_percent` is the gain over the average capital. A null says why in `reasons`.
    """

    sample: bool
    currency: str
    as_of: str
    items: tuple[Close, ...]
    gain: str
    gain_percent: str | None
    time_weighted_percent: str | None
    reasons: dict[str, str]


@op("GET", "/portfolio")
async def read_portfolio(context: Context, *, sample: bool | None = None) -> Portfolio:
    """Read what all holdings come to; `sample` left out: my own, or the sample's without any."""
    asked, found = await overview.overview(context.planner, sample=sample)
    figures = {
        "value": found.value,
        "cost": found.cost,
        "gain": found.gain,
        "day_gain": found.day_gain,
        "total_gain": found.total_gain,
    }
    shares = {
        "gain_percent": found.gain_share,
        "day_percent": found.day_share,
        "return_percent": found.money_weighted,
        "time_weighted_percent": found.time_weighted,
    }
    return Portfolio.model_validate(
        {
            "sample": asked.sample,
            "currency": asked.currency,
            "as_of": asked.on.isoformat(),
            **{name: amount(figure) for name, figure in figures.items()},
            **{name: percentage(figure) for name, figure in shares.items()},
            "realised": text(found.realised),
            "income": text(found.income),
            "cash": text(found.cash),
            "holdings": found.holdings,
            "unpriced": sorted(found.left_out),
            "price_date": None if found.prices_of is None else found.prices_of.isoformat(),
            "rate_date": None if found.rates_of is None else found.rates_of.isoformat(),
            "reasons": reasons(figures | shares),
        }
    )


@op("GET", "/portfolio/history", errors=("rule",))
async def read_portfolio_history(
    context: Context,
    *,
    start: Day | None = None,
    end: Day | None = None,
    sample: bool | None = None,
    points: Points = 400,
) -> History:
    """Read the worth from day to day; both days are included. Left out: all there is.

    A start after the first transaction counts from the close of that day. Of more days than
    `points`, evenly spread ones are told; the last one always is.
    """
    found = await overview.history(
        context.planner, sample=sample, start=start, end=end, points=points
    )
    shares = {
        "gain_percent": found.stretch.share,
        "time_weighted_percent": found.stretch.time_weighted,
    }
    return History.model_validate(
        {
            "sample": found.asked.sample,
            "currency": found.asked.currency,
            "as_of": found.asked.on.isoformat(),
            "items": [_close(point) for point in found.shown],
            "gain": text(found.stretch.gain),
            **{name: percentage(figure) for name, figure in shares.items()},
            "reasons": reasons(shares),
        }
    )


def _close(point: Point) -> dict[str, str | None]:
    return {
        "date": point.on.isoformat(),
        "value": text(point.value),
        "invested": text(point.invested),
    }


ROUTES = (read_portfolio, read_portfolio_history)

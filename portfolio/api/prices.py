"""Prices of instruments, from the history that comes with the planner."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from portfolio.api.context import Context
from portfolio.api.fields import Out
from portfolio.api.op import op
from portfolio.api.positions import Day
from portfolio.services import quotes
from portfolio.services.quotes import Series

InstrumentId = Annotated[str, StringConstraints(min_length=1, max_length=32)]


class Price(Out):
    """One trading day, as traded: not adjusted for later splits or dividends."""

    date: str
    open: str
    high: str
    low: str
    close: str
    volume: int


class CorporateAction(Out):
    """A split, `numerator` for `denominator`, or a dividend per unit, by its ex-date."""

    date: str
    kind: str
    numerator: int
    denominator: int
    dividend: str


class Prices(Out):
    """Daily prices of an instrument, oldest first."""

    symbol: str
    currency: str
    source: str
    first: str
    last: str
    age_days: int = Field(description="days from the last price to today")
    items: tuple[Price, ...]
    events: tuple[CorporateAction, ...]


@op("GET", "/instruments/{id}/prices", errors=("rule",))
async def read_prices(
    context: Context,
    id: InstrumentId,  # noqa: A002 - the name in the path
    *,
    start: Day | None = None,
    end: Day | None = None,
) -> Prices:
    """Read daily prices by symbol; both days are included. Left out: all there are."""
    today = context.now().date()
    series = await context.read(lambda _conn: quotes.series(id, start, end))
    return _prices(series, today)


def _prices(series: Series, today: date) -> Prices:
    return Prices(
        symbol=series.symbol,
        currency=series.currency,
        source=series.source,
        first=series.first.isoformat(),
        last=series.last.isoformat(),
        age_days=(today - series.last).days,
        items=tuple(
            Price(
                date=bar.on.isoformat(),
                open=str(bar.open),
                high=str(bar.high),
                low=str(bar.low),
                close=str(bar.close),
                volume=bar.volume,
            )
            for bar in series.bars
        ),
        events=tuple(
            CorporateAction(
                date=event.on.isoformat(),
                kind=event.kind,
                numerator=event.numerator,
                denominator=event.denominator,
                dividend=str(event.dividend),
            )
            for event in series.events
        ),
    )


ROUTES = (read_prices,)

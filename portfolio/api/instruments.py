"""Instruments and their prices, from the history that comes with the planner."""

import asyncio
from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from portfolio.api.context import Context
from portfolio.api.fields import LIMIT_DEFAULT, Cursor, Limit, Out
from portfolio.api.ideas import text
from portfolio.api.op import op
from portfolio.api.paging import Page, page, read_cursor
from portfolio.api.positions import Day
from portfolio.services import instruments, quotes
from portfolio.services.holdings import percent
from portfolio.services.planner import Planner
from portfolio.services.quotes import Series

InstrumentId = Annotated[str, StringConstraints(min_length=1, max_length=32)]
Text = Annotated[str, StringConstraints(max_length=80)]


class Instrument(Out):
    """Something one can own. What is null is not known here."""

    symbol: str
    name: str | None
    currency: str | None
    isin: str | None
    mic: str | None
    price: str | None = Field(description="the last one there is")
    price_date: str | None
    day_percent: str | None = Field(description="change since the close before the price's day")


class Price(Out):
    """One trading day, as traded: not adjusted for later dividends, for splits if asked for."""

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
    adjusted: bool = Field(description="whether prices are divided by the splits after their day")
    items: tuple[Price, ...]
    events: tuple[CorporateAction, ...]


@op("GET", "/instruments")
async def list_instruments(
    context: Context,
    *,
    q: Text = "",
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor | None = None,
) -> Page[Instrument]:
    """List instruments with prices and those of my ledger and ideas; best match of `q` first."""
    start = read_cursor(cursor, int)
    skipped = 0 if start is None else int(start[0])
    found = await context.read(lambda conn: instruments.search(context.planner, conn, q.strip()))
    shown = list(enumerate(found))[skipped : skipped + limit + 1]
    return page(
        shown,
        limit,
        item=lambda row: _instrument(context.planner, row[1]),
        key=lambda row: (row[0] + 1,),
    )


@op("GET", "/instruments/{id}/prices", errors=("rule",))
async def read_prices(
    context: Context,
    id: InstrumentId,  # noqa: A002 - the name in the path
    *,
    start: Day | None = None,
    end: Day | None = None,
    adjusted: bool = False,
) -> Prices:
    """Read daily prices by symbol; both days are included. Left out: all there are.

    404 when there are none. `adjusted=true` divides the prices before a split by it.
    """
    today = context.now().date()

    def read() -> Prices:
        return _prices(quotes.series(id, start, end, adjusted=adjusted), today)

    return await asyncio.to_thread(read)


def _instrument(planner: Planner, found: instruments.Instrument) -> Instrument:
    market = instruments.market(planner, found.symbol)
    return Instrument(
        symbol=found.symbol,
        name=found.name,
        currency=found.currency,
        isin=found.isin,
        mic=found.mic,
        price=None if market is None else text(market.quote.price),
        price_date=None if market is None else market.quote.on.isoformat(),
        day_percent=None if market is None else text(percent(market.day_return)),
    )


def _prices(series: Series, today: date) -> Prices:
    return Prices(
        symbol=series.symbol,
        currency=series.currency,
        source=series.source,
        first=series.first.isoformat(),
        last=series.last.isoformat(),
        age_days=(today - series.last).days,
        adjusted=series.adjusted,
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


ROUTES = (list_instruments, read_prices)

"""Instruments and their prices, from the history that comes with the planner."""

import asyncio
from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import LIMIT_DEFAULT, CursorByNumber, In, Limit, Out
from portfolio.api.ideas import CurrencyCode, Isin, Mic, Symbol, sent
from portfolio.api.op import op
from portfolio.api.paging import Page, page, read_cursor
from portfolio.api.positions import Day
from portfolio.api.transactions import Tags
from portfolio.domain.money import format_decimal
from portfolio.services import instruments, quotes
from portfolio.services.holdings import percent, text
from portfolio.services.planner import Planner
from portfolio.services.pricebook import ORIGINS
from portfolio.services.quotes import Series, Traded

InstrumentId = Annotated[str, StringConstraints(min_length=1, max_length=32)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Region = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Class = Literal["share", "fund", "bond", "option", "crypto", "cash", "manual", "other"]
Text = Annotated[str, StringConstraints(max_length=80)]


class InstrumentIn(In):
    """What to write down of an instrument. `unit` is 100 for one that is quoted in pence."""

    model_config = ConfigDict(validate_by_alias=True)

    symbol: Symbol
    name: Name | None = None
    kind: Class = Field(default="share", alias="class")
    currency: CurrencyCode | None = None
    isin: Isin | None = None
    mic: Mic | None = None
    unit: Literal[1, 100] = 1
    region: Region | None = None
    tags: Tags = ()


class InstrumentPatch(In):
    """What to change (RFC 7396); null takes a value away. The symbol stays."""

    model_config = ConfigDict(validate_by_alias=True)

    name: Name | None = None
    kind: Class | None = Field(default=None, alias="class")
    currency: CurrencyCode | None = None
    isin: Isin | None = None
    mic: Mic | None = None
    unit: Literal[1, 100] | None = None
    region: Region | None = None
    tags: Tags | None = None


class Instrument(Out):
    """Something one can own. What is null is not known here."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: str = Field(description="names it in paths; its symbol while nothing is written down")
    symbol: str
    name: str | None
    currency: str | None
    isin: str | None
    mic: str | None
    kind: Class | None = Field(alias="class")
    unit: int = Field(description="100 when its price is in hundredths, such as pence")
    region: str | None
    tags: tuple[str, ...]
    price: str | None = Field(description="the last one there is")
    price_currency: str | None
    price_date: str | None
    price_age_days: int | None = Field(description="days from its day to today")
    price_source: str | None = Field(description="where it comes from, in words")
    price_origin: str | None = Field(description="the same for programs, as in the list of prices")
    day_percent: str | None = Field(description="change since the close before the price's day")


class Price(Out):
    """One trading day, as traded: not adjusted for later dividends, for splits if asked for.

    All but the close is null where the source tells no more.
    """

    date: str
    open: str | None
    high: str | None
    low: str | None
    close: str
    volume: int | None
    currency: str
    source: str = Field(description="where it comes from, in words")
    origin: str = Field(description="the same for programs: manual, file, packaged or a provider")


class CorporateAction(Out):
    """A split, `numerator` for `denominator`, or a dividend per unit, by its ex-date."""

    date: str
    kind: str
    numerator: int
    denominator: int
    dividend: str


class Prices(Out):
    """Daily prices of an instrument, oldest first; one a day, by the source that counts.

    What was entered counts before what was loaded from a file, that before what a provider said,
    and that before what comes with the package. Currency and source are those of the last price.
    """

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
    cursor: CursorByNumber | None = None,
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


@op("POST", "/instruments", errors=("rule", "conflict"), etag=True)
async def add_instrument(context: Context, body: InstrumentIn) -> Created[Instrument]:
    """Write an instrument down: what it is called, its class, currency, region and tags."""

    def work(tx: Tx) -> Created[Instrument]:
        made = instruments.create(context.planner, tx, sent(body))
        return Created(_instrument(context.planner, made), f"/instruments/{made.id}")

    return await context.write(work)


@op("GET", "/instruments/{id}", etag=True)
async def read_instrument(context: Context, id: InstrumentId) -> Instrument:  # noqa: A002 - as in the path
    """Read an instrument by its id or symbol."""
    found = await context.read(lambda conn: instruments.get(context.planner, conn, id))
    return _instrument(context.planner, found)


@op("PATCH", "/instruments/{id}", etag=True, errors=("rule", "conflict"))
async def change_instrument(
    context: Context,
    id: InstrumentId,  # noqa: A002 - the name in the path
    body: InstrumentPatch,
) -> Instrument:
    """Change what is written down of an instrument, by its id or symbol."""

    def work(tx: Tx) -> Instrument:
        found = instruments.get(context.planner, tx.conn, id)
        context.if_match(_instrument(context.planner, found))
        changed = instruments.change(context.planner, tx, id, sent(body))
        return _instrument(context.planner, changed)

    return await context.write(work)


@op("GET", "/instruments/{id}/prices", errors=("rule",))
async def read_prices(
    context: Context,
    id: InstrumentId,  # noqa: A002 - the name in the path
    *,
    start: Day | None = None,
    end: Day | None = None,
    adjusted: bool = False,
) -> Prices:
    """Read daily prices by id or symbol; both days are included. Left out: all there are.

    404 when there are none. `adjusted=true` divides the prices before a split by it.
    """
    today = context.now().date()

    known = context.planner.prices.now
    symbol = await context.read(lambda conn: instruments.symbol_of(conn, id))

    def read() -> Prices:
        return _prices(quotes.series(known, symbol, start, end, adjusted=adjusted), today)

    return await asyncio.to_thread(read)


def _instrument(planner: Planner, found: instruments.Instrument) -> Instrument:
    market = instruments.market(planner, found.symbol)
    today = planner.clock().date()
    return Instrument.model_validate(
        {
            "id": found.id,
            "symbol": found.symbol,
            "name": found.name,
            "currency": found.currency,
            "isin": found.isin,
            "mic": found.mic,
            "class": found.kind,
            "unit": found.unit,
            "region": found.region,
            "tags": found.tags,
            "price": None if market is None else text(market.quote.price),
            "price_currency": None if market is None else market.quote.currency,
            "price_date": None if market is None else market.quote.on.isoformat(),
            "price_age_days": None if market is None else market.quote.age_days(today),
            "price_source": None if market is None else market.quote.source,
            "price_origin": None if market is None else ORIGINS[market.quote.source],
            "day_percent": None if market is None else text(percent(market.day_return)),
        }
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
        items=tuple(map(_price, series.days)),
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


def _price(one: Traded) -> Price:
    bar = one.bar
    return Price(
        date=one.quote.on.isoformat(),
        open=None if bar is None else str(bar.open),
        high=None if bar is None else str(bar.high),
        low=None if bar is None else str(bar.low),
        close=format_decimal(one.quote.price),
        volume=None if bar is None else bar.volume,
        currency=one.quote.currency,
        source=one.quote.source,
        origin=one.source,
    )


ROUTES = (
    list_instruments,
    add_instrument,
    read_instrument,
    change_instrument,
    read_prices,
)

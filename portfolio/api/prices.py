"""Prices that a person enters, and where else prices come from."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Annotated, Final, Literal

from pydantic import Base64Bytes, Field, StringConstraints, ValidationError
from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.api.context import Context
from portfolio.api.dispatch import field_errors
from portfolio.api.fields import DecimalText, In, Instant, Out
from portfolio.api.ideas import CurrencyCode, Symbol
from portfolio.api.instruments import InstrumentId
from portfolio.api.op import op
from portfolio.api.positions import Day
from portfolio.api.problems import ProblemError
from portfolio.api.uploads import Form
from portfolio.domain.money import check_currency, parse_decimal
from portfolio.domain.quotes import MANUAL
from portfolio.importers.options import Options
from portfolio.providers import PROVIDERS, ecb
from portfolio.providers.base import Fault
from portfolio.services import entered_prices, fetched_prices, instruments, price_files
from portfolio.services.errors import RuleError
from portfolio.services.fetched_prices import State
from portfolio.services.planner import Planner
from portfolio.services.pricebook import WORDS
from portfolio.services.profile import read_preferences
from portfolio.storage.values import instant

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
TROUBLES_TOLD: Final = 100
CELL_MAX: Final = 200  # characters of a cell that come back
CELLS_MAX: Final = 20


class PriceIn(In):
    """The price of one unit at the close of a day, as traded."""

    price: DecimalText
    currency: CurrencyCode | None = Field(
        default=None, description="left out: that of the instrument's other prices"
    )


class EnteredPrice(Out):
    """A price that was entered."""

    symbol: str
    date: str
    close: str
    currency: str
    source: str
    origin: str


@op("PUT", "/instruments/{id}/prices/{date}", errors=("rule",))
async def enter_price(
    context: Context,
    id: InstrumentId,  # noqa: A002 - as in the path
    date: Day,
    body: PriceIn,
) -> EnteredPrice:
    """Enter the price of a day, or another one in its place; it counts before other sources."""
    price = parse_decimal(body.price, field="price")

    def work(tx: Tx) -> EnteredPrice:
        symbol = instruments.get(context.planner, tx.conn, id).symbol
        made = entered_prices.enter(context.planner, tx, symbol, date, price, body.currency)
        return EnteredPrice(
            symbol=made.symbol,
            date=made.day,
            close=made.close,
            currency=made.currency,
            source=WORDS[MANUAL],
            origin=MANUAL,
        )

    return await context.write(work)


@op("DELETE", "/instruments/{id}/prices/{date}", errors=("rule",))
async def remove_price(
    context: Context,
    id: InstrumentId,  # noqa: A002 - as in the path
    date: Day,
) -> None:
    """Take the price of a day away that was entered or loaded from a file.

    What another source says of that day counts then. Prices of a provider, and those that come
    with the package, stay: another one can be entered in their place.
    """

    def work(tx: Tx) -> None:
        symbol = instruments.get(context.planner, tx.conn, id).symbol
        entered_prices.take_away(context.planner, tx, symbol, date)

    await context.write(work)


class PriceFileIn(In):
    """A table of prices: a day and a close in each row, perhaps a symbol and a currency."""

    name: Name
    content_base64: Base64Bytes
    symbol: Symbol | None = Field(
        default=None, description="whose prices they are; left out: a column says it"
    )
    currency: CurrencyCode | None = Field(
        default=None, description="where the file says none; left out: the instrument's"
    )
    date_order: Literal["ymd", "dmy", "mdy"] | None = None
    decimal_mark: Literal[".", ","] | None = None


class RejectedPrice(Out):
    """A row that was not taken over, and why."""

    line: int
    reason: str
    column: str
    text: str = Field(description="what was not understood")
    cells: tuple[str, ...]


class LoadedPrices(Out):
    """What became of a file of prices."""

    taken: int = Field(description="prices that are new or were changed")
    known: int = Field(description="prices that were there already, as they are in the file")
    rejected: int
    symbols: tuple[str, ...]
    first: str | None
    last: str | None
    rejections: tuple[RejectedPrice, ...] = Field(description="the first 100 of them")


def file_of_form(form: Form) -> PriceFileIn:
    """Return the body that a form stands for.

    Raises:
        ProblemError: `invalid`, as for JSON.
    """
    if len(form.files) != 1:
        raise ProblemError("invalid", "A form has one file")
    ((name, content),) = form.files
    try:
        found = PriceFileIn.model_validate({"content_base64": b"", "name": name, **form.fields})
    except ValidationError as error:
        raise ProblemError("invalid", errors=field_errors(error)) from None
    return found.model_copy(update={"content_base64": content})


@op("POST", "/prices/files", errors=("rule",), uploads=file_of_form, status=200)
async def load_prices(context: Context, body: PriceFileIn) -> LoadedPrices:
    """Load prices from a file; rows that cannot be taken come back with their reasons.

    They count before what providers say, and after what was entered by hand. A file that can be
    read in two ways is refused with `errors` that name `date_order` or `decimal_mark`: say it and
    send it again. The same file again changes nothing. The body is JSON or a form with one file.
    """
    options = Options(
        date_order=body.date_order,
        decimal_mark=body.decimal_mark,
        currency="" if body.currency is None else check_currency(body.currency),
    )
    table = await asyncio.to_thread(price_files.parse, body.content_base64, body.name, options)

    def work(tx: Tx) -> LoadedPrices:
        planner = context.planner
        symbol = None if body.symbol is None else instruments.symbol_of(tx.conn, body.symbol)
        return _loaded(price_files.load(planner, tx, table, symbol, body.name))

    return await context.write(work)


class Trouble(Out):
    """An instrument that a provider cannot tell prices of."""

    symbol: str
    error: Fault
    detail: str = Field(description="the same in words")
    next_try: Instant | None


class ProviderState(Out):
    """Somebody whom prices or exchange rates can be asked of, and how that goes."""

    name: str
    title: str
    kind: Literal["prices", "rates"]
    on: bool = Field(description="whether it is asked by itself, as the settings say")
    asking: bool = Field(description="whether somebody waits for it just now")
    last_success: Instant | None
    last_failure: Instant | None = Field(description="null: it answered since")
    error: Fault | None
    detail: str | None = Field(description="the last error in words; old prices stay meanwhile")
    next_try: Instant | None
    known_until: str | None = Field(description="of rates: the last day there are any of")
    troubles: tuple[Trouble, ...]


class ProviderStates(Out):
    """All providers."""

    items: tuple[ProviderState, ...]


class RefreshIn(In):
    """Whom to ask now, and for which instruments; none: all that I own or plan with."""

    provider: Literal["yahoo", "ecb"]
    symbols: Annotated[tuple[Symbol, ...], Field(max_length=50, strict=False)] = ()


@op("GET", "/prices/providers")
async def list_providers(context: Context) -> ProviderStates:
    """List who can be asked for prices and exchange rates, when they last answered or failed."""
    return await context.read(partial(_states, context.planner))


@op("POST", "/prices/refresh", errors=("rule",), outside=True, status=200)
async def refresh_prices(context: Context, body: RefreshIn) -> ProviderStates:
    """Ask for fresh prices or rates as soon as may be; the answer does not wait for them.

    A provider of prices must be turned on in the settings first: it learns what I ask about. One
    that asked to be left alone is not asked earlier than it said.
    """
    preferences = await context.read(read_preferences)
    if body.provider not in {ecb.NAME, preferences.price_provider}:
        raise RuleError("Turn this provider on in the settings first", field="provider")
    context.planner.price_desk.ask(body.provider, frozenset(body.symbols))
    return await context.read(partial(_states, context.planner))


def _states(planner: Planner, conn: Connection) -> ProviderStates:
    preferences = read_preferences(conn)
    every = timedelta(hours=preferences.price_hours)
    found = [
        _state(
            planner,
            fetched_prices.state(
                conn, name, one.title, on=preferences.price_provider == name, every=every
            ),
            "prices",
        )
        for name, one in PROVIDERS.items()
    ]
    rates = fetched_prices.state(
        conn, ecb.NAME, ecb.TITLE, on=preferences.rates_refresh, every=fetched_prices.RATES_EVERY
    )
    return ProviderStates(items=(*found, _state(planner, rates, "rates")))


def _state(planner: Planner, found: State, kind: Literal["prices", "rates"]) -> ProviderState:
    whole = found.whole
    return ProviderState(
        name=found.name,
        title=found.title,
        kind=kind,
        on=found.on,
        asking=found.name in planner.price_desk.waiting,
        last_success=whole.succeeded,
        last_failure=whole.failed,
        error=whole.error,
        detail=whole.detail,
        next_try=None if found.next_try is None else instant(found.next_try),
        known_until=planner.prices.now.rates.last.isoformat() if kind == "rates" else None,
        troubles=tuple(
            Trouble(symbol=one.symbol, error=one.error, detail=one.detail or "", next_try=one.due)
            for one in found.troubled[:TROUBLES_TOLD]
        ),
    )


def _loaded(found: price_files.Loaded) -> LoadedPrices:
    return LoadedPrices(
        taken=found.taken,
        known=found.known,
        rejected=len(found.rejected),
        symbols=found.symbols,
        first=None if found.first is None else found.first.isoformat(),
        last=None if found.last is None else found.last.isoformat(),
        rejections=tuple(
            RejectedPrice(
                line=one.line,
                reason=one.reason,
                column=one.column,
                text=one.text[:CELL_MAX],
                cells=tuple(cell[:CELL_MAX] for cell in one.cells[:CELLS_MAX]),
            )
            for one in found.rejected[: price_files.REJECTED_TOLD]
        ),
    )


ROUTES = (
    enter_price,
    remove_price,
    load_prices,
    list_providers,
    refresh_prices,
)

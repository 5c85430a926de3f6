"""What prices are to be fetched, what was told, and how it went; `price_feed` does the asking."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.domain.money import format_decimal
from portfolio.providers import ecb
from portfolio.providers.base import OF_THE_PROVIDER, Instrument, Provider, ProviderError, Told
from portfolio.services import entered_prices, instruments
from portfolio.services.planner import Planner
from portfolio.storage import instruments as written_down
from portfolio.storage import positions, price_asks, prices
from portfolio.storage.price_asks import WHOLE, Ask
from portfolio.storage.prices import Close, Event
from portfolio.storage.values import instant

BACKOFF_S: Final = 60.0  # after a provider's first failure; twice as long after each further one
BACKOFF_MAX_S: Final = 6 * 3600.0
TROUBLE_MAX_S: Final = 7 * 86_400.0  # for one instrument that a provider cannot tell
RATES_EVERY: Final = timedelta(hours=24)
_AGAIN: Final = timedelta(days=10)  # of prices that are there are read again: some are corrected
_BEFORE: Final = timedelta(days=10)  # the first trade: a price on or before it
_WATCHED: Final = timedelta(days=400)  # of prices of what is not traded: a chart of a year


@dataclass(frozen=True, slots=True)
class Wanted:
    """One instrument whose prices are due: what the provider calls it, and since when."""

    instrument: Instrument
    ticker: str
    start: date


@dataclass(frozen=True, slots=True)
class _Needed:
    """An instrument that prices are needed of: since when, and whether they go on."""

    first: date
    currency: str | None
    lasting: bool


def due(
    planner: Planner,
    conn: Connection,
    provider: Provider,
    every: timedelta,
    asked: frozenset[str] | None,
) -> list[Wanted]:
    """Return what is to be fetched now.

    Args:
        planner: The planner.
        conn: A connection.
        provider: Whom to ask.
        every: How old prices become before they are asked for again.
        asked: What a person asks for now (an empty set: everything); None: nobody does.
    """
    now = planner.clock()
    asks = price_asks.of(conn, provider.name)
    if resting(asks.get(WHOLE), now, asked=asked is not None):
        return []
    known = instruments.known(planner, conn)
    found = []
    for symbol, needed in sorted(_needed(planner, conn, now.date()).items()):
        one = known.get(symbol)
        kind, mic = (None, None) if one is None else (one.kind, one.mic)
        currency = needed.currency or (None if one is None else one.currency)
        instrument = Instrument(symbol, kind, mic, currency)
        ticker = provider.ticker(instrument)
        wish = asked is not None and (not asked or symbol in asked)
        if ticker is not None and (wish or _is_due(asks.get(symbol), needed, every, now)):
            start = _start(conn, provider.name, symbol, needed)
            found.append(Wanted(instrument, ticker, start))
    return found


def resting(whole: Ask | None, now: datetime, *, asked: bool) -> bool:
    """Say whether a provider is left alone; a person's wish ends that, but not a provider's."""
    if whole is None or whole.due is None or instant(now) >= whole.due:
        return False
    return not asked or whole.error == "busy"


def rates_due(conn: Connection, now: datetime, *, asked: bool) -> bool:
    """Say whether exchange rates are to be fetched now."""
    whole = price_asks.of(conn, ecb.NAME).get(WHOLE)
    if resting(whole, now, asked=asked):
        return False
    if asked or whole is None or whole.succeeded is None or whole.error is not None:
        return True
    return instant(now - RATES_EVERY) >= whole.succeeded


def _needed(planner: Planner, conn: Connection, today: date) -> dict[str, _Needed]:
    """Return the instruments of my ledger, of my ideas, and those that are written down."""
    found: dict[str, _Needed] = {}
    for idea in positions.live_ideas(conn, planner.me.did):
        if not idea.sample and idea.fields.get("symbol"):
            said = idea.fields.get("currency")
            found[idea.fields["symbol"]] = _Needed(today - _WATCHED, said, lasting=True)
    for stored in written_down.everything(conn):
        found[stored.symbol] = _Needed(today - _WATCHED, stored.currency, lasting=True)
    for one in price_asks.traded(conn, planner.me.did):
        first = date.fromisoformat(one.first) - _BEFORE
        watched = found.get(one.symbol)
        lasting = one.held or (watched is not None and watched.lasting)
        found[one.symbol] = _Needed(first, one.currency, lasting=lasting)
    return found


def _is_due(ask: Ask | None, needed: _Needed, every: timedelta, now: datetime) -> bool:
    if ask is None:
        return True
    if ask.error is not None:
        return ask.due is None or instant(now) >= ask.due
    if ask.succeeded is None:
        return True
    return needed.lasting and instant(now - every) >= ask.succeeded


def _start(conn: Connection, provider: str, symbol: str, needed: _Needed) -> date:
    there = price_asks.span(conn, symbol, provider)
    if there is None or date.fromisoformat(there[0]) > needed.first + _AGAIN:
        return needed.first
    return date.fromisoformat(there[1]) - _AGAIN


def store(planner: Planner, tx: Tx, provider: str, one: Instrument, told: Told) -> bool:
    """Store what a provider told; return whether anything is new.

    Pages hear of it by `entered_prices.written`, which the caller calls when it is done.
    """
    now = instant(tx.now)
    said = {
        on.isoformat(): Close(
            one.symbol, on.isoformat(), provider, format_decimal(price), told.currency, now
        )
        for on, price in told.closes
    }
    was = prices.of_source(tx.conn, one.symbol, provider, said)
    fresh = [
        close
        for day, close in said.items()
        if day not in was or (was[day].close, was[day].currency) != (close.close, close.currency)
    ]
    prices.put(tx.conn, fresh)
    before = {(row.day, row.kind): row for row in prices.events(tx.conn, one.symbol)}
    events = [
        Event(
            one.symbol,
            event.on.isoformat(),
            event.kind,
            provider,
            event.numerator,
            event.denominator,
            format_decimal(event.dividend),
            now,
        )
        for event in told.events
    ]
    new = [
        event
        for event in events
        if (row := before.get((event.day, event.kind))) is None
        or replace(row, fetched=now) != event
    ]
    prices.put_events(tx.conn, new)
    price_asks.put(tx.conn, Ask(provider, one.symbol, succeeded=now))
    answered(tx, provider)
    if fresh or new:
        tx.after_commit(partial(planner.prices.changed, {one.symbol}))
    return bool(fresh or new)


def store_rates(planner: Planner, tx: Tx, days: Mapping[str, Mapping[str, str]]) -> int:
    """Store rates that are not known already; return how many days had any."""
    known = planner.prices.now.rates
    new = {day: rates for day, rates in days.items() if known.said_on(day) != rates}
    prices.put_rates(tx.conn, new, instant(tx.now))
    answered(tx, ecb.NAME)
    if new:
        tx.after_commit(planner.prices.rates_changed)
        entered_prices.announced(planner, tx, set())
    return len(new)


def answered(tx: Tx, provider: str) -> None:
    """Note that a provider answered, whatever it said."""
    price_asks.put(tx.conn, Ask(provider, WHOLE, succeeded=instant(tx.now)))


def failed(
    tx: Tx, provider: str, symbol: str, error: ProviderError, every: timedelta, chance: float
) -> None:
    """Note that asking failed; of the provider as a whole, or of one instrument alone.

    `every` and `chance` as for `rest_s`.
    """
    place = WHOLE if error.fault in OF_THE_PROVIDER else symbol
    before = price_asks.of(tx.conn, provider).get(place, Ask(provider, place))
    price_asks.put(
        tx.conn,
        replace(
            before,
            failed=instant(tx.now),
            error=error.fault,
            detail=error.detail,
            tries=before.tries + 1,
            due=instant(tx.now + timedelta(seconds=rest_s(error, before.tries, every, chance))),
        ),
    )
    if place != WHOLE:
        answered(tx, provider)


def rest_s(error: ProviderError, tries: int, every: timedelta, chance: float) -> float:
    """Return how long to leave a provider, or one instrument of it, alone after a failure.

    Args:
        error: What went wrong; what it asks for itself counts.
        tries: Failures before this one.
        every: The usual time between two calls.
        chance: 0 to 1; spreads the end over half to one and a half times.
    """
    if error.fault not in OF_THE_PROVIDER:
        usual, most = every.total_seconds(), TROUBLE_MAX_S
    else:
        usual, most = BACKOFF_S, BACKOFF_MAX_S
    grown = min(usual * 2.0 ** min(tries, 20), most)
    return max(grown * (0.5 + chance), error.retry_s or 0.0)


@dataclass(frozen=True, slots=True)
class State:
    """How asking a provider goes: as a whole, and the instruments that it cannot tell."""

    name: str
    title: str
    on: bool
    whole: Ask
    next_try: datetime | None
    troubled: tuple[Ask, ...]


def state(conn: Connection, name: str, title: str, *, on: bool, every: timedelta) -> State:
    """Return how asking a provider goes."""
    asks = price_asks.of(conn, name)
    whole = asks.pop(WHOLE, Ask(name, WHOLE))
    troubled = tuple(ask for _, ask in sorted(asks.items()) if ask.error is not None)
    return State(name, title, on, whole, _next(whole, every) if on else None, troubled)


def _next(whole: Ask, every: timedelta) -> datetime | None:
    if whole.error is not None and whole.due is not None:
        return datetime.fromisoformat(whole.due)
    if whole.succeeded is None:
        return None
    return datetime.fromisoformat(whole.succeeded) + every

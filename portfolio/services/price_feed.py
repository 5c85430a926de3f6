"""Fetching prices and exchange rates by themselves, slowly and politely, beside everything else.

Nothing is asked for unless the person turned it on or pressed the button. One call at a time, no
faster than a token bucket gives; what was fetched is stored, so that it is asked for again only
after the interval of the settings. A provider that fails is left alone for longer and longer, with
chance in it so that planners do not all come back at once, or for as long as it asks
(`Retry-After`); meanwhile the old prices stay, with their age. How it goes stands in the store:
a restart asks no sooner.
"""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

import aiohttp
import structlog
from sqlalchemy import Connection

from federation.buckets import TokenBucket
from federation.writer import Tx
from portfolio.providers import PROVIDERS, ecb, fetching
from portfolio.providers.base import OF_THE_PROVIDER, Provider, ProviderError
from portfolio.services import entered_prices
from portfolio.services import fetched_prices as work
from portfolio.services.fetched_prices import Wanted
from portfolio.services.planner import Planner
from portfolio.services.profile import read_preferences

LOOK_S: Final = 30.0  # the longest nap: settings and clocks change
CALLS_A_SECOND: Final = 0.5
CALLS_AT_ONCE: Final = 3.0  # after a pause
T = TypeVar("T")
_RNG: Final = random.SystemRandom()

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """Where providers are asked, and how patiently; tests point it at this machine."""

    urls: Mapping[str, str] = field(default_factory=dict)
    version: str = "0"
    timeout_s: float = fetching.TIMEOUT_S
    calls_a_second: float = CALLS_A_SECOND
    bytes_max: int = fetching.ANSWER_BYTES_MAX

    def url(self, name: str, usual: str) -> str:
        """Return where a provider is asked."""
        return self.urls.get(name) or usual


class PriceFeed:
    """Asks the providers until cancelled. `wake` may be called from the event loop only."""

    def __init__(
        self,
        planner: Planner,
        config: FeedConfig,
        *,
        monotonic_s: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = _RNG.random,
    ) -> None:
        self._planner = planner
        self._config = config
        self._monotonic_s = monotonic_s
        self._chance = chance
        self._bucket = TokenBucket(
            config.calls_a_second, CALLS_AT_ONCE, CALLS_AT_ONCE, monotonic_s()
        )

    async def run(self) -> None:
        """Ask for what is due, now and then whenever something may be."""
        desk = self._planner.price_desk
        while True:
            desk.awake.clear()
            try:
                await self.round()
            except Exception:
                log.exception("prices were not fetched")
            try:
                async with asyncio.timeout(LOOK_S):
                    await desk.awake.wait()
            except TimeoutError:
                continue

    async def round(self) -> None:
        """Ask for all that is due, one after the other."""
        preferences = await self._planner.reader.run(read_preferences)
        asked = self._planner.price_desk.take()
        if not asked and not preferences.rates_refresh and preferences.price_provider is None:
            return
        timeout_s = self._config.timeout_s
        async with fetching.session(self._config.version, timeout_s=timeout_s) as client:
            if preferences.rates_refresh or ecb.NAME in asked:
                await self._rates(client, asked=ecb.NAME in asked)
            for name, provider in PROVIDERS.items():
                if preferences.price_provider == name:
                    every = timedelta(hours=preferences.price_hours)
                    await self._prices(client, provider, every, asked.get(name))

    async def _rates(self, client: aiohttp.ClientSession, *, asked: bool) -> None:
        now = self._planner.clock()
        look = partial(work.rates_due, now=now, asked=asked)
        if not await self._planner.reader.run(look):
            return
        base = self._config.url(ecb.NAME, ecb.BASE_URL)
        last = self._planner.prices.now.rates.last
        try:
            body = await self._fetched(client, ecb.url(base, last, now.date()))
            days = await asyncio.to_thread(ecb.read, body, now.date())
        except ProviderError as error:
            await self._failed(ecb.NAME, "", error, work.RATES_EVERY)
            return
        store = partial(_with_tx, work.store_rates, self._planner, days)
        await self._planner.writer.run(store)

    async def _prices(
        self,
        client: aiohttp.ClientSession,
        provider: Provider,
        every: timedelta,
        asked: frozenset[str] | None,
    ) -> None:
        def look(conn: Connection) -> list[Wanted]:
            return work.due(self._planner, conn, provider, every, asked)

        fresh: set[str] = set()
        for wanted in await self._planner.reader.run(look):
            try:
                if await self._asked(client, provider, wanted):
                    fresh.add(wanted.instrument.symbol)
            except ProviderError as error:
                await self._failed(provider.name, wanted.instrument.symbol, error, every)
                if error.fault in OF_THE_PROVIDER:
                    break
        if fresh:
            announce = partial(_with_tx, entered_prices.announced, self._planner, fresh)
            await self._planner.writer.run(announce)

    async def _asked(
        self, client: aiohttp.ClientSession, provider: Provider, wanted: Wanted
    ) -> bool:
        """Ask for one instrument and store what is told; return whether anything is new."""
        today = self._planner.clock().date()
        base = self._config.url(provider.name, provider.base_url)
        body = await self._fetched(client, provider.url(base, wanted.ticker, wanted.start, today))
        told = await asyncio.to_thread(provider.read, body, wanted.instrument, today)
        return await self._planner.writer.run(
            lambda tx: work.store(self._planner, tx, provider.name, wanted.instrument, told)
        )

    async def _fetched(self, client: aiohttp.ClientSession, url: str) -> bytes:
        """Return an answer, once the bucket has a token."""
        wait_s = self._bucket.take(self._monotonic_s())
        while wait_s:
            await asyncio.sleep(wait_s)
            wait_s = self._bucket.take(self._monotonic_s())
        return await fetching.fetch(
            client, url, self._planner.clock(), bytes_max=self._config.bytes_max
        )

    async def _failed(
        self, provider: str, symbol: str, error: ProviderError, every: timedelta
    ) -> None:
        log.info("no prices", provider=provider, fault=error.fault)
        chance = self._chance()
        await self._planner.writer.run(
            lambda tx: work.failed(tx, provider, symbol, error, every, chance)
        )


def _with_tx(do: Callable[..., T], planner: Planner, what: object, tx: Tx) -> T:
    return do(planner, tx, what)

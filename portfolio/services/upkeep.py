"""What a planner does by itself as time passes and things change.

Shares end when their time is over, by the grant that takes them back; what a friend shared until
a time is hidden here by our own clock; shares of a tag or of the portfolio take new positions in;
documents that tell how many alone follow the amounts; results of trades follow the ledger; alerts
are told; pictures that friends name are fetched. All of it is found again from what is stored, so
a restart loses nothing: the first look after it does what fell due.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import orjson
import structlog

from federation.writer import Tx
from portfolio.events.telling import updated
from portfolio.live import Hub
from portfolio.services import alerts, share_documents, shares, standing, trades
from portfolio.services.attachments import Fetcher
from portfolio.services.planner import Planner
from portfolio.storage import positions, sharing
from portfolio.storage.values import instant

LOOK_S: Final = 30.0  # the longest nap: a clock that was set, or a machine that slept, is noticed
SETTLE_S: Final = 0.2  # several changes of one moment are looked at together
PRICES: Final = '"type":"prices_changed"'
HEARD: Final = ('"type":"position_updated"', '"type":"position_shared"')

log = structlog.get_logger()


def attend(planner: Planner, tx: Tx, changed: Iterable[str] | None = None) -> str | None:
    """Do all that is due now; return when the next share ends, None when none does.

    `changed` are the ideas whose alerts may be new; None is all of them.
    """
    now = instant(tx.now)
    trades.attend(planner, tx)
    shares.expire(planner, tx)
    standing.attend(planner, tx)
    for position in sharing.hide(tx.conn, planner.me.did, now):
        updated(tx, position, planner.me.did, ("hidden",))
    for position in positions.with_quantities(tx.conn, planner.me.did):
        share_documents.sync_quantities(planner, tx, position)
    alerts.attend(planner, tx, changed)
    return sharing.next_end(tx.conn, now)


class Upkeep:
    """Looks after a planner until cancelled. `wake` may be called from the event loop only."""

    def __init__(self, planner: Planner, hub: Hub) -> None:
        self._planner = planner
        self._hub = hub
        self._awake = asyncio.Event()
        self._named = asyncio.Event()
        self._changed: set[str] = set()
        self._all = True

    def wake(self) -> None:
        """Prices came in, or something else that no message tells of: look at everything."""
        self._all = True
        self._awake.set()

    async def run(self) -> None:
        """Look now, then whenever a position changed, a share ends, or half a minute passed."""
        fetcher = Fetcher(self._planner)
        with self._hub.watching(self._heard):
            async with asyncio.TaskGroup() as group:
                group.create_task(self._attending())
                group.create_task(self._fetching(fetcher))

    async def _attending(self) -> None:
        while True:
            self._awake.clear()
            end = await self._attend()
            await self._nap(end)

    async def _fetching(self, fetcher: Fetcher) -> None:
        while True:
            self._named.clear()
            try:
                await fetcher.fetch()
            except Exception:
                log.exception("pictures were not fetched")
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._named.wait()
            except TimeoutError:
                continue

    async def _attend(self) -> str | None:
        changed = None if self._all else frozenset(self._changed)
        self._changed, self._all = set(), False
        try:
            return await self._planner.writer.run(partial(_attend, self._planner, changed))
        except Exception:
            log.exception("upkeep failed")
            return None

    async def _nap(self, end: str | None) -> None:
        left = LOOK_S
        if end is not None:
            until = datetime.fromisoformat(end) - self._planner.clock().astimezone(UTC)
            left = min(LOOK_S, max(until / timedelta(seconds=1), 0.0) + 0.01)
        try:
            async with asyncio.timeout(left):
                await self._awake.wait()
                await asyncio.sleep(SETTLE_S)
        except TimeoutError:
            self._all = True  # a day may have begun, a clock may have been set

    def _heard(self, text: str) -> None:
        if any(kind in text for kind in HEARD):
            self._changed.add(str(orjson.loads(text)["data"].get("id")))
            self._awake.set()
            self._named.set()
        elif PRICES in text:
            self.wake()


def _attend(planner: Planner, changed: Iterable[str] | None, tx: Tx) -> str | None:
    return attend(planner, tx, changed)

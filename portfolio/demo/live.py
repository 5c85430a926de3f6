"""A person's page, as far as the demo needs one: what arrives on the live socket, and when."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import orjson

from portfolio.demo.planner import Planner
from portfolio.demo.processes import DemoError

Message = Mapping[str, Any]
RECONNECT_EVERY_S: Final = 0.05
KEEP: Final = 10_000


@dataclass(slots=True)
class LivePage:
    """The messages of one planner; reconnects, and asks for what it missed, like the page."""

    planner: Planner
    arrived: list[tuple[float, Message]] = field(default_factory=list)
    last: int | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def run(self) -> None:
        """Stay connected until cancelled."""
        async with aiohttp.ClientSession() as session:
            while True:
                with contextlib.suppress(aiohttp.ClientError, OSError):
                    await self._connected(session)
                self.ready.clear()
                await asyncio.sleep(RECONNECT_EVERY_S)

    async def _connected(self, session: aiohttp.ClientSession) -> None:
        url = f"{self.planner.addresses.page}/api/v1/live"
        query = {} if self.last is None else {"since": str(self.last)}
        headers = {"Authorization": f"Bearer {self.planner.token}"}
        async with session.ws_connect(url, params=query, headers=headers) as socket:
            async for frame in socket:
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    return
                await self._take(orjson.loads(frame.data))

    async def _take(self, message: Message) -> None:
        self.last = message["n"]
        if message["type"] == "hello":
            self.ready.set()
        async with self.news:
            self.arrived.append((time.perf_counter(), message))
            del self.arrived[:-KEEP]
            self.news.notify_all()

    async def wait_for(
        self, condition: Callable[[Message], bool], what: str, timeout_s: float = 10.0
    ) -> tuple[float, Message]:
        """Return the first message that fits, with the moment it arrived (perf_counter).

        Raises:
            DemoError: none came within `timeout_s`.
        """
        try:
            async with asyncio.timeout(timeout_s), self.news:
                while True:
                    for moment, message in self.arrived:
                        if condition(message):
                            return moment, message
                    await self.news.wait()
        except TimeoutError:
            name = self.planner.name
            raise DemoError(f"{name}'s page waited {timeout_s:.0f} s for {what}") from None


@contextlib.asynccontextmanager
async def watching(*planners: Planner) -> AsyncIterator[list[LivePage]]:
    """Open a live page for each planner; all are connected when the block begins."""
    pages = [LivePage(planner) for planner in planners]
    tasks = [asyncio.ensure_future(page.run()) for page in pages]  # noqa: TID251 - spans a yield
    try:
        async with asyncio.timeout(10):
            for page in pages:
                await page.ready.wait()
        yield pages
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

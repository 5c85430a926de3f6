"""Two complete planners in this process: real nodes, real sockets, the app listener."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from keys import keystore
from keys.identity import new_words
from portfolio.app import Running, serve
from portfolio.home import create, write_directly
from portfolio.services.access import issue
from portfolio.services.planner import Planner
from portfolio.services.profile import Profile
from portfolio.settings import Address, Settings

SOON_S = 10.0
LOOK_S = 0.02
ANY_PORT = Address(host="127.0.0.1", port=0)


@dataclass
class Side:
    """One planner of a pair, asked over its REST API."""

    name: str
    home: Path
    planner: Planner
    url: str
    token: str
    session: aiohttp.ClientSession
    live: list[dict[str, Any]] = field(default_factory=list)

    @property
    def did(self) -> str:
        return self.planner.me.did

    async def call(
        self, method: str, path: str, body: Any = None, status: int | None = None, **headers: str
    ) -> Any:
        """Call the API; check the status (default: it is no error), return the JSON."""
        sent = {"Authorization": f"Bearer {self.token}", **headers}
        async with self.session.request(
            method, f"{self.url}/api/v1{path}", json=body, headers=sent
        ) as answer:
            text = await answer.text()
            if status is None:
                assert answer.status < 400, f"{method} {path}: {answer.status} {text}"
            else:
                assert answer.status == status, f"{method} {path}: {answer.status} {text}"
            return await answer.json(content_type=None) if text else None

    async def get(self, path: str, status: int | None = None) -> Any:
        return await self.call("GET", path, status=status)

    async def post(self, path: str, body: Any, status: int | None = None) -> Any:
        return await self.call("POST", path, body, status=status)

    async def heard(self, kind: str, **data: Any) -> dict[str, Any]:
        """Wait for a live message whose data holds all of `data`; return the data."""

        async def look() -> dict[str, Any] | None:
            for message in self.live:
                found: dict[str, Any] = message["data"]
                if message["type"] == kind and data.items() <= found.items():
                    return found
            return None

        found: dict[str, Any] = await until(look, f"{self.name} to hear {kind} {data}")
        return found

    async def listen(self, started: asyncio.Event) -> None:
        """Keep every live message."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.url}/api/v1/live"
        async with self.session.ws_connect(url, headers=headers) as socket:
            async for message in socket:
                self.live.append(message.json())
                started.set()


async def until(look: Callable[[], Awaitable[Any]], what: str) -> Any:
    """Wait until `look` finds something; return it."""
    try:
        async with asyncio.timeout(SOON_S):
            while not (found := await look()):  # noqa: ASYNC110 - it is another planner that changes
                await asyncio.sleep(LOOK_S)
            return found
    except TimeoutError:
        raise AssertionError(f"waited in vain for {what}") from None


@asynccontextmanager
async def side(
    name: str, folder: Path, words: str | None = None, **options: Any
) -> AsyncIterator[Side]:
    """Run a complete planner; its home is made unless it is there."""
    home = folder / name.lower()
    settings = Settings(
        **{"home": home, "app": ANY_PORT, "federation": ANY_PORT, "lan": False, **options}
    )
    now = datetime.now(UTC)
    if not keystore.has_key(home):
        said, person = words or new_words(), Profile(name)
        create(home, settings.database_url, said, person, passphrase=None, now=now)
    token, _ = write_directly(
        settings.database_url, lambda tx: issue(tx, "token", "test", os.urandom), now
    )
    ready: asyncio.Future[Running] = asyncio.get_running_loop().create_future()

    async def on_ready(running: Running) -> None:
        ready.set_result(running)

    serving = asyncio.create_task(serve(settings, None, on_ready=on_ready))
    await asyncio.wait((serving, ready), return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        await serving
    running = await ready
    async with aiohttp.ClientSession() as session:
        made = Side(name, home, running.planner, running.url, token, session)
        listening = asyncio.Event()
        ear = asyncio.create_task(made.listen(listening))
        await listening.wait()
        try:
            yield made
        finally:
            running.stop()
            await serving
            ear.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ear


@asynccontextmanager
async def circle(folder: Path, *names: str) -> AsyncIterator[tuple[Side, ...]]:
    """Run several planners whose people are friends, each through a real invite."""
    async with AsyncExitStack() as stack:
        sides = [await stack.enter_async_context(side(name, folder)) for name in names]
        for at, one in enumerate(sides):
            for other in sides[at + 1 :]:
                await befriend(one, other)
        yield tuple(sides)


async def befriend(one: Side, other: Side) -> None:
    """Make two people friends through a real invite."""
    invite = await one.post("/friends/invites", {})
    await other.post("/friends", {"invite": invite["invite"]})
    for here, there in ((one, other), (other, one)):
        await until(partial(_are_friends, here, there), "friendship")


async def _are_friends(here: Side, there: Side) -> bool:
    listed = (await here.get("/friends"))["items"]
    return any(one["did"] == there.did and one["state"] == "friend" for one in listed)

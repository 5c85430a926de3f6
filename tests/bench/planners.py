"""Two planners and a directory in processes of their own, and the times that people would feel."""

import asyncio
import itertools
import signal
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp

from portfolio.demo.live import LivePage, Message, watching
from portfolio.demo.planner import Planner, until
from portfolio.demo.processes import Process
from portfolio.demo.world import World, opened
from portfolio.settings import DATABASE_FILE

SAMPLES = 300
WARM_UP = 20
IN_FLIGHT = 32
COMMENTS = 3000
AWAY = 5000
POLL_S = 0.005
CATCH_UP_S = 120.0
IDEA = {"symbol": "IBM", "side": "long", "currency": "USD", "entry": "203.00", "stop": "196.50"}
Figures = dict[str, Any]


def spread(milliseconds: list[float]) -> dict[str, float]:
    """Return median and 99th percentile, in milliseconds."""
    cuts = statistics.quantiles(milliseconds, n=100, method="inclusive")
    return {"p50": round(cuts[49], 2), "p99": round(cuts[98], 2)}


async def measure(home: Path) -> Figures:
    """Measure everything that needs two planners."""
    async with opened(home, any_ports=True) as world:
        await world.befriend()
        bob_did = (await world.bob.get("/me"))["did"]
        figures: Figures = {}
        async with watching(world.bob) as (page,):
            figures["share_ms"], idea = await _shares(world, page, bob_did)
            figures["comment_ms"] = await _comments(world, page, idea)
            figures["comments_per_s"] = await _throughput(world, page, idea)
        figures["ws_connect_ms"] = await _connects(world.bob)
        figures["rss_mib"] = _memory(world)
        figures["catch_up_events_per_s"] = await _catch_up(world, idea)
        figures["reconnect_ms"], figures["start_ms"] = await _restart(world.bob)
        return figures


async def _timed(
    page: LivePage, act: Callable[[], Awaitable[str]], kind: str
) -> tuple[float, str]:
    page.arrived.clear()
    began = time.perf_counter()
    identifier = await act()

    def about(message: Message) -> bool:
        return message["type"] == kind and identifier in message["data"].values()

    moment, _ = await page.wait_for(about, kind)
    return (moment - began) * 1000, identifier


async def _shares(world: World, page: LivePage, did: str) -> tuple[dict[str, float], str]:
    body = {"friend_ids": [did], "role": "commenter", "amounts": False}
    times, idea = [], ""
    for _ in range(WARM_UP + SAMPLES):
        idea = (await world.alice.post("/positions/ideas", IDEA))["id"]

        async def share(idea: str = idea) -> str:
            await world.alice.post(f"/positions/ideas/{idea}/share", body)
            return idea

        took, _ = await _timed(page, share, "position_shared")
        times.append(took)
    return spread(times[WARM_UP:]), idea


async def _comments(world: World, page: LivePage, idea: str) -> dict[str, float]:
    numbers = itertools.count()

    async def comment() -> str:
        body = {"text": f"Comment number {next(numbers)}"}
        return str((await world.alice.post(f"/positions/{idea}/comments", body))["id"])

    times = [(await _timed(page, comment, "comment_added"))[0] for _ in range(WARM_UP + SAMPLES)]
    return spread(times[WARM_UP:])


async def _write(planner: Planner, idea: str, numbers: Iterator[int], limit: int) -> None:
    for number in numbers:
        if number >= limit:
            return
        await planner.post(f"/positions/{idea}/comments", {"text": f"Under load, {number}"})


async def _throughput(world: World, page: LivePage, idea: str) -> float:
    page.arrived.clear()
    numbers = itertools.count()
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(IN_FLIGHT):
            group.create_task(_write(world.alice, idea, numbers, COMMENTS))

    async def all_there() -> bool:
        arrived = [message for _, message in page.arrived if message["type"] == "comment_added"]
        return len(arrived) >= COMMENTS

    await until(all_there, 60.0, "Bob to have all comments")
    return round(COMMENTS / (max(t for t, _ in page.arrived) - began), 1)


async def _connects(planner: Planner) -> dict[str, float]:
    url = f"{planner.addresses.page}/api/v1/live"
    headers = {"Authorization": f"Bearer {planner.token}"}
    times = []
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(50):
            began = time.perf_counter()
            async with session.ws_connect(url) as socket:
                await socket.receive()
                times.append((time.perf_counter() - began) * 1000)
    return spread(times)


def _memory(world: World) -> dict[str, float]:
    def rss(process: Process | None) -> float:
        if process is None:
            return 0.0
        status = Path(f"/proc/{process.pid}/status").read_text()
        kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        return round(int(kib) / 1024, 1)

    directory = world.directory.command.process if world.directory else None
    return {"node": rss(world.alice.command.process), "directory": rss(directory)}


async def _catch_up(world: World, idea: str) -> float:
    """Bob sleeps while Alice writes; the time runs from his first progress to the last event.

    How far he is, is read from his database: asking him would be more work for him.
    """
    with closing(sqlite3.connect(world.bob.home / DATABASE_FILE)) as store:
        known = _stored(store)
        world.bob.command.signal(signal.SIGSTOP)
        numbers = itertools.count()
        async with asyncio.TaskGroup() as group:
            for _ in range(IN_FLIGHT):
                group.create_task(_write(world.alice, idea, numbers, AWAY))
        world.bob.command.signal(signal.SIGCONT)
        async with asyncio.timeout(CATCH_UP_S):
            first = await _reached(store, known + 1)
            began = time.perf_counter()
            last = await _reached(store, known + AWAY)
            return round((last - first) / (time.perf_counter() - began), 1)


async def _reached(store: sqlite3.Connection, count: int) -> int:
    """Wait until a planner holds so many events; return how many it holds then."""
    while True:
        stored = _stored(store)
        if stored >= count:
            return stored
        await asyncio.sleep(POLL_S)


def _stored(store: sqlite3.Connection) -> int:
    """Return how many events a planner holds without a gap."""
    return int(store.execute("SELECT sum(seq) FROM streams").fetchone()[0])


async def _restart(planner: Planner) -> tuple[float, float]:
    """Milliseconds from a start to the first answer, and to a waiting page being live again."""
    page = LivePage(planner)
    await planner.stop()
    watch = asyncio.ensure_future(page.run())
    began = time.perf_counter()
    await planner.restart()
    start_ms = (time.perf_counter() - began) * 1000
    async with asyncio.timeout(10):
        await page.ready.wait()
    reconnect_ms = (time.perf_counter() - began) * 1000
    watch.cancel()
    return round(reconnect_ms, 1), round(start_ms, 1)

"""Nothing acknowledged is lost, nothing happens twice: planners killed again and again.

The client does what a page does: it repeats a write with its Idempotency-Key until it is
acknowledged. At the end both planners hold exactly what was acknowledged, each once.
"""

import asyncio
import collections
import contextlib
import random
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from portfolio.demo.planner import Planner, RefusedByPlannerError, until
from portfolio.demo.processes import DemoError
from portfolio.demo.world import World, opened
from tests.e2e.crashing import POINTS
from tests.nursery import Nursery

pytestmark = pytest.mark.asyncio(loop_scope="module")

KILLS = 50  # of each planner
WRITERS = 2  # at each planner
SEED = 20130301
IDEA = {"symbol": "IBM", "side": "long", "currency": "USD", "entry": "203.00", "stop": "196.50"}


@dataclass
class Load:
    """People who write comments at both planners, and what was acknowledged to them."""

    world: World
    idea: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    stopped: bool = False

    async def write(self, planner: Planner, writer: int) -> None:
        """Write one comment after the other until stopped; each until it is acknowledged."""
        number = 0
        while not self.stopped:
            number += 1
            text = f"{planner.name} {writer} wrote number {number}"
            self.acknowledged[text] = await self._acknowledged(planner, text)
            await asyncio.sleep(0.02)

    async def _acknowledged(self, planner: Planner, text: str) -> str:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError):
                try:
                    comment = await planner.call(
                        "POST", f"/positions/{self.idea}/comments", {"text": text}, key
                    )
                    return str(comment["id"])
                except RefusedByPlannerError as refused:
                    if refused.status not in {409, 429, 503}:
                        raise
            await asyncio.sleep(0.05)


async def comments(planner: Planner, idea: str) -> dict[str, list[str]]:
    """Return the ids of all comments at a planner by their text."""
    found: dict[str, list[str]] = collections.defaultdict(list)
    path = f"/positions/{idea}/comments?limit=200"
    cursor = ""
    while True:
        page = await planner.get(path + cursor)
        for comment in page["items"]:
            found[comment["text"]].append(comment["id"])
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


async def converged(load: Load) -> None:
    """Wait until both planners hold exactly what was acknowledged, each once, with its id."""
    expected = {text: [identifier] for text, identifier in load.acknowledged.items()}

    async def equal() -> bool:
        return all(
            [await comments(p, load.idea) == expected for p in (load.world.alice, load.world.bob)]
        )

    try:
        await until(equal, 60.0, "both planners to hold the same")
    except DemoError:
        for planner in (load.world.alice, load.world.bob):
            held = await comments(planner, load.idea)
            assert set(held) == set(expected), planner.name
            assert {t: ids for t, ids in held.items() if len(ids) != 1} == {}, planner.name
            assert held == expected, planner.name


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(
    tmp_path_factory: pytest.TempPathFactory, nursery: Nursery
) -> AsyncIterator[World]:
    """Two friends; each test has an idea of its own."""
    with nursery.at_work():
        async with opened(tmp_path_factory.mktemp("crashes"), any_ports=True) as made:
            await made.befriend()
            yield made


@contextlib.asynccontextmanager
async def shared_idea(world: World) -> AsyncIterator[Load]:
    """An idea that both may comment on, with people writing at both."""
    bob = (await world.bob.get("/me"))["did"]
    idea = (await world.alice.post("/positions/ideas", IDEA))["id"]
    share = {"friend_ids": [bob], "role": "commenter", "amounts": False}
    await world.alice.post(f"/positions/ideas/{idea}/share", share)
    load = Load(world, idea)

    async def there() -> bool:
        with contextlib.suppress(RefusedByPlannerError):
            return bool(await world.bob.get(f"/positions/ideas/{idea}"))
        return False

    await until(there, 30.0, "Bob to have the idea")
    async with asyncio.TaskGroup() as group:
        for planner in (world.alice, world.bob):
            for writer in range(WRITERS):
                group.create_task(load.write(planner, writer))
        yield load
        load.stopped = True
    await converged(load)


@pytest.mark.timeout(400)
async def test_a_hundred_kills_at_random_moments_lose_nothing(world: World) -> None:
    rng = random.Random(SEED)

    async def kill(planner: Planner) -> None:
        for _ in range(KILLS):
            await asyncio.sleep(rng.uniform(0.0, 0.5))
            planner.command.kill()
            await planner.command.ended()
            await planner.restart()

    async with shared_idea(world) as load, asyncio.TaskGroup() as group:
        group.create_task(kill(load.world.alice))
        group.create_task(kill(load.world.bob))

    assert len(load.acknowledged) > KILLS


@pytest.mark.timeout(120)
@pytest.mark.parametrize("point", sorted(POINTS))
async def test_a_crash_at_each_commit_point_loses_nothing(world: World, point: str) -> None:
    crashing = str(Path(__file__).with_name("crashing.py"))

    async with shared_idea(world) as load:
        for times, planner in ((7, load.world.alice), (12, load.world.bob)):
            await planner.stop()
            planner.command.program = (crashing, point, str(times))
            with contextlib.suppress(DemoError):  # it may go before it was seen to be ready
                await planner.restart()
            async with asyncio.timeout(90):
                assert await planner.command.ended() == -9
            planner.command.program = ("-m", "portfolio")
            await planner.restart()

    assert load.acknowledged

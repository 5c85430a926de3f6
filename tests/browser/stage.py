"""The stage that every browser test plays on: made once, put back before each test module.

Making it takes four commands, three processes and two logins. Putting it back takes the three
processes alone: their homes are laid down again as they were, byte by byte, so that nothing of
one module reaches the next.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, StorageState

from portfolio.demo.world import World, opened
from tests.browser.screens import look
from tests.browser.viewer import seated


@dataclass(slots=True)
class Stage:
    """A directory, Alice and Bob as friends, and a browser profile in which both are logged in."""

    world: World
    profile: StorageState
    kept: Path  # the three homes, as they were when nobody had done anything

    async def put_back(self) -> World:
        """Start everybody anew from the kept homes."""
        await self.stop()
        for home in self.kept.iterdir():
            await asyncio.to_thread(_laid_down, home, self.kept.parent / home.name)
        await self.world.start()
        return self.world

    async def stop(self) -> None:
        """Stop all three, so that nothing of them changes on disk any more."""
        async with asyncio.TaskGroup() as group:
            for planner in (self.world.alice, self.world.bob):
                group.create_task(planner.stop())
            if self.world.directory is not None:
                group.create_task(self.world.directory.command.stop())


def _laid_down(home: Path, place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(home, place)


@asynccontextmanager
async def set_up(root: Path, browser: Browser) -> AsyncIterator[Stage]:
    """Make a stage below `root`, past the welcome; nobody runs until it is put back."""
    async with opened(root, any_ports=True) as world:
        await world.befriend()
        for planner in (world.alice, world.bob):
            await planner.call("PATCH", "/settings", {"welcomed": True})
        stage = Stage(world, await _logged_in(browser, world), root / "kept")
        await stage.stop()
        for name in ("alice", "bob", "directory"):
            await asyncio.to_thread(shutil.copytree, root / name, stage.kept / name)
        yield stage


async def _logged_in(browser: Browser, world: World) -> StorageState:
    """Return the cookies of both, and nothing that a page has kept: a fresh window that is in."""
    async with look(browser) as context:
        async with asyncio.TaskGroup() as group:
            for planner in (world.alice, world.bob):
                group.create_task(seated(context, planner))
        cookies = (await context.storage_state()).get("cookies", [])
    return {"cookies": cookies, "origins": []}

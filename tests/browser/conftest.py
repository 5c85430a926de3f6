"""Planners in processes of their own, and people in front of their pages.

The browser, and the world that was made for it (a directory, Alice, Bob), live as long as the
process that tests; each module begins with the world as it was made. All tests share one event
loop, since the browser does. In each test Alice and Bob have a window of their own: of two tabs
in one window the one behind is painted once a second, and every click there takes two. Both
windows open the same profile, in which both are logged in.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import pytest
import pytest_asyncio

pytest.importorskip("playwright", reason="the dev dependencies are not installed")

from playwright.async_api import Browser, BrowserContext, StorageState, expect

from portfolio.demo.planner import Planner, RefusedByPlannerError, until
from portfolio.demo.world import World
from tests.browser.chromium import executable, launched
from tests.browser.page import PageMissingError, ensure_built
from tests.browser.screens import look
from tests.browser.stage import Stage, set_up
from tests.browser.viewer import SOON_MS, Viewer, seated
from tests.nursery import Nursery

CLEAR_S = 30.0


@dataclass(slots=True)
class Pair:
    """Alice and Bob side by side."""

    world: World
    alice: Viewer
    bob: Viewer


@pytest.fixture(scope="session", autouse=True)
def _page_and_browser() -> None:
    if executable() is None:
        pytest.skip("no Chromium: apt-get install chromium, or set CHROMIUM to one")
    try:
        ensure_built()
    except PageMissingError as error:
        pytest.fail(str(error), pytrace=False)
    expect.set_options(timeout=SOON_MS)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser, nursery: Nursery
) -> AsyncIterator[Stage]:
    with nursery.at_work():
        async with set_up(tmp_path_factory.mktemp("stage"), browser) as made:
            yield made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(stage: Stage) -> AsyncIterator[World]:
    """Alice and Bob as friends, past the welcome, and nothing that an earlier module left."""
    yield await stage.put_back()
    await stage.stop()


@pytest.fixture(scope="session")
def profile(stage: Stage) -> StorageState:
    """A browser profile in which both are logged in, each by a login link."""
    return stage.profile


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A fresh profile."""
    async with look(browser) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def pair(world: World, browser: Browser, profile: StorageState) -> AsyncIterator[Pair]:
    """Both logged in, without ideas or news; at the end no page may have stumbled."""
    await _clear(world)
    async with look(browser, profile) as window, look(browser, profile) as other:
        alice = await seated(window, world.alice, log_in=False)
        bob = await seated(other, world.bob, log_in=False)
        yield Pair(world, alice, bob)
        assert (alice.faults, bob.faults) == ([], [])


async def _clear(world: World) -> None:
    for planner in (world.alice, world.bob):
        for idea in (await planner.get("/positions/ideas"))["items"]:
            if idea["role"] == "owner":
                await planner.call("DELETE", f"/positions/ideas/{idea['id']}")
    for planner in (world.alice, world.bob):
        await until(partial(_has_read_all, planner), CLEAR_S, f"{planner.name} to have read all")


async def _has_read_all(planner: Planner) -> bool:
    found = await planner.get("/notifications")
    if found["unread"] > 0:
        with suppress(RefusedByPlannerError):  # gone meanwhile with what it was about
            await planner.call("PATCH", "/notifications", {"read_to": found["items"][0]["id"]})
    return bool(found["unread"] == 0)

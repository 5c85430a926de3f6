"""Planners in processes of their own, and people in front of their pages.

The world (a directory, Alice, Bob) and the browser live as long as a test module; each test has
a browser context of its own, in which both are logged in side by side, as in one profile.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

pytest.importorskip("playwright", reason="the dev dependencies are not installed")

from playwright.async_api import Browser, BrowserContext, expect

from portfolio.demo.world import World, opened
from tests.browser.chromium import executable, launched
from tests.browser.page import PageMissingError, ensure_built
from tests.browser.viewer import SOON_MS, Viewer, seated

DESKTOP = {"width": 1280, "height": 860}


@dataclass(slots=True)
class Pair:
    """Alice and Bob in one browser profile."""

    world: World
    context: BrowserContext
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Alice and Bob as friends, past the welcome."""
    async with opened(tmp_path_factory.mktemp("world"), any_ports=True) as made:
        await made.befriend()
        for planner in (made.alice, made.bob):
            await planner.call("PATCH", "/settings", {"welcomed": True})
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context(
        viewport=DESKTOP, locale="en-GB", timezone_id="Europe/Berlin", reduced_motion="reduce"
    )
    try:
        yield made
    finally:
        await made.close()


@pytest_asyncio.fixture(loop_scope="module")
async def pair(world: World, context: BrowserContext) -> AsyncIterator[Pair]:
    """Both logged in; at the end no page may have stumbled."""
    alice = await seated(context, world.alice)
    bob = await seated(context, world.bob)
    yield Pair(world, context, alice, bob)
    assert (alice.faults, bob.faults) == ([], [])

"""A third person: found by handle, away while there is news, and blocked."""

import contextlib
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from portfolio.demo.planner import Addresses, Planner, until
from portfolio.demo.processes import DemoError, free_port
from portfolio.demo.world import World
from tests.browser.conftest import Pair
from tests.browser.screens import look
from tests.browser.viewer import Viewer, seated
from tests.portfolio.desk import IDEA

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

AWAY_CHANGES = ("201", "202", "203")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def carol(
    world: World, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Viewer]:
    """Carol, whom everybody finds by her handle."""
    ports: set[int] = set()
    addresses = Addresses(free_port(0, ports), free_port(0, ports))
    home = tmp_path_factory.mktemp("third") / "carol"
    async with Planner("Carol", home, addresses) as planner, look(browser) as window:
        await planner.prepare()
        await planner.start(*world.options())
        await planner.call("PATCH", "/settings", {"welcomed": True, "visibility": "everyone"})
        await planner.call("PATCH", "/me", {"handle": "carol"})
        viewer = await seated(window, planner)
        yield viewer
        assert viewer.faults == []


async def _ask_by_handle(viewer: Viewer, handle: str) -> None:
    await viewer.open("/friends?new")
    await viewer.page.get_by_role("tab", name="By handle").click()
    await viewer.page.get_by_role("textbox", name="Handle").fill(handle)
    await viewer.button("Ask").click()


async def test_a_handle_that_nobody_has_is_told_at_its_field(pair: Pair) -> None:
    await _ask_by_handle(pair.alice, "nobody-at-all")

    field = pair.alice.page.get_by_role("textbox", name="Handle")
    await expect(field).to_have_attribute("aria-invalid", "true")


async def test_somebody_found_by_handle_accepts_and_is_a_friend(pair: Pair, carol: Viewer) -> None:
    await carol.open("/friends")

    async def listed() -> bool:
        return bool((await carol.planner.get("/health"))["details"]["directory"] == "connected")

    async def asked() -> bool:
        """Ask; a handle that was just taken may be in the directory a moment later only."""
        await _ask_by_handle(pair.alice, "carol")
        with contextlib.suppress(DemoError):
            await until(heard, 3, "Carol to hear of it")
        return await heard()

    async def heard() -> bool:
        return bool((await carol.planner.get("/friends"))["items"])

    await until(listed, 30, "Carol's planner to be in the directory")
    await until(asked, 60, "Carol to be asked")
    await carol.button("Accept").click()

    for viewer, friend in ((pair.alice, "Carol"), (carol, "Alice")):
        await expect(viewer.page.get_by_role("link", name=friend, exact=True)).to_be_visible()


async def test_who_has_it_counts_what_waits_for_who_is_away(pair: Pair, carol: Viewer) -> None:
    idea = await pair.world.alice.post("/positions/ideas", {**IDEA, "symbol": "MSFT"})
    dids = [await pair.bob.did(), await carol.did()]
    share = {"friend_ids": dids, "role": "viewer", "amounts": False}
    await pair.world.alice.post(f"/positions/{idea['id']}/share", share)
    await pair.alice.open(f"/ideas/{idea['id']}")
    holders = pair.alice.page.get_by_test_id("who-has-it").get_by_role("listitem")
    await expect(holders.filter(has_text="Carol")).to_contain_text("delivered")

    await carol.planner.stop()
    for stop in AWAY_CHANGES:
        path = f"/positions/ideas/{idea['id']}"
        await pair.world.alice.call("PATCH", path, {"stop": stop, "entry": "210"})

    await expect(holders.filter(has_text="Bob")).to_contain_text(re.compile(r"delivered \d\d:"))
    await expect(holders.filter(has_text="Carol")).to_contain_text(
        re.compile(r"away, \d waiting"), timeout=20_000
    )
    await carol.planner.restart()
    await expect(holders.filter(has_text="Carol")).to_contain_text("delivered", timeout=20_000)


async def test_who_is_blocked_sees_nothing_and_comes_back_by_an_invite_only(
    pair: Pair, carol: Viewer
) -> None:
    await carol.open("/friends")
    await pair.alice.open(f"/friends/{await carol.did()}")
    await pair.alice.button("Block").click()
    sure = pair.alice.page.get_by_role("dialog", name="Block Carol?")
    await sure.get_by_role("button", name="Block").click()

    await expect(pair.alice.text("Carol is blocked").first).to_be_visible()
    await pair.alice.open("/friends")
    row = pair.alice.page.get_by_role("listitem").filter(has_text="Carol")
    await row.get_by_role("button", name="Unblock and remove").click()
    await expect(row).to_have_count(0)

"""axe on every screen, in light and dark, on a desktop and a phone: no violation."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, StorageState

from portfolio.demo.story import tell
from portfolio.demo.world import World
from tests.browser.screens import VARIANTS, Variant, addresses, look, routes, settled
from tests.browser.viewer import Viewer, seated

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

DIALOGS = (
    ("/friends?new", None),
    ("/ideas?new", None),
    ("/transactions?new", None),
    ("/accounts?new", None),
    ("/instruments?edit=AAPL", None),
    ("/feed", "?"),
    ("/feed", "/"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(world: World) -> World:
    """The demo's story: filled screens."""
    await tell(world)
    return world


@pytest_asyncio.fixture(loop_scope="session", params=VARIANTS, ids=lambda variant: variant.name)
async def alice(
    request: pytest.FixtureRequest, browser: Browser, profile: StorageState, told: World
) -> AsyncIterator[Viewer]:
    variant: Variant = request.param
    async with look(browser, profile, variant) as context:
        viewer = await seated(context, told.alice, log_in=False)
        yield viewer
        assert viewer.faults == []


async def _violations(page: Page) -> list[str]:
    found: dict[str, Any] = (await Axe().run(page)).response
    return [
        f"{one['id']}: {one['help']} {[node['target'] for node in one['nodes'][:4]]}"
        for one in found["violations"]
    ]


async def _fits(page: Page) -> list[str]:
    beyond = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{beyond} px wider than the window"] if beyond > 0 else []


async def test_every_screen_has_an_address_here(told: World) -> None:
    assert sorted(await addresses(told)) == sorted(routes())


async def test_no_screen_violates_a_rule_or_is_wider_than_the_window(
    alice: Viewer, told: World
) -> None:
    found: dict[str, list[str]] = {}
    for path in (await addresses(told)).values():
        await alice.page.goto(alice.url(path))
        await settled(alice.page)
        found[path] = [*await _violations(alice.page), *await _fits(alice.page)]

    assert {path: faults for path, faults in found.items() if faults} == {}


async def test_no_dialog_violates_a_rule(alice: Viewer) -> None:
    found: dict[str, list[str]] = {}
    for path, key in DIALOGS:
        await alice.open(path)
        await settled(alice.page)
        if key is not None:
            await alice.page.keyboard.press(key)
        await alice.page.get_by_role("dialog").first.wait_for()
        found[f"{path} {key or ''}"] = await _violations(alice.page)

    assert {path: faults for path, faults in found.items() if faults} == {}

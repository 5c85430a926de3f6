"""Pictures of every screen in four variants: `python -m tests.browser.shots [FOLDER]`.

Two real planners that were told the demo's story; `.shots/` unless told otherwise. A screen that
is missing, or stumbles, ends it with the reason.
"""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page, expect

from portfolio.demo.story import tell
from portfolio.demo.world import World, opened
from tests.browser.chromium import launched
from tests.browser.page import ensure_built
from tests.browser.screens import VARIANTS, Variant, addresses, look, routes, settled
from tests.browser.viewer import SOON_MS, seated

FOLDER: Final = Path(__file__).resolve().parents[2] / ".shots"
DIALOGS: Final = {
    "invite": "/friends?new",
    "new-idea": "/ideas?new",
    "trade": "/transactions?new",
    "new-account": "/accounts?new",
    "edit-instrument": "/instruments?edit=AAPL",
}
SETTLE_MS: Final = 600  # the chart draws itself on a canvas, which tells nobody when it is done


async def main(folder: Path) -> None:
    """Take them all."""
    expect.set_options(timeout=SOON_MS)
    with tempfile.TemporaryDirectory() as home:
        async with opened(Path(home) / "world", any_ports=True) as world, launched() as browser:
            await tell(world)
            places = await addresses(world)
            missing = set(routes()) ^ set(places)
            if missing:
                raise SystemExit(f"screens and tests/browser/screens.py differ: {sorted(missing)}")
            for variant in VARIANTS:
                await _shoot(browser, world, places, variant, folder)


async def _shoot(
    browser: Browser, world: World, places: Mapping[str, str], variant: Variant, folder: Path
) -> None:
    async with look(browser, variant=variant) as context:
        stranger = await context.new_page()
        await stranger.goto(world.alice.addresses.page)
        await _take(stranger, folder / f"login-{variant.name}.png")
        alice = await seated(context, world.alice)
        shown = {_name(route): path for route, path in places.items()} | DIALOGS
        for name, path in shown.items():
            await alice.page.goto(alice.url(path))
            await settled(alice.page)
            await _take(alice.page, folder / f"{name}-{variant.name}.png")


async def _take(page: Page, file: Path) -> None:
    await page.wait_for_timeout(SETTLE_MS)
    await page.screenshot(path=file, full_page=True)
    print(file)


def _name(route: str) -> str:
    named = {"": "home", "ideas/:id": "idea", "friends/:did": "friend"}
    named |= {"instruments": "instruments-list"}
    named |= {"import/:id": "import-review", "record/:did": "record-of-friend"}
    return named.get(route, route.partition("/")[0])


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    chosen.mkdir(parents=True, exist_ok=True)
    ensure_built()
    asyncio.run(main(chosen))

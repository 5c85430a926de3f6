"""Every screen of the page, with an address to look at it; and the four variants of each."""

import base64
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    StorageState,
    ViewportSize,
    expect,
)

from portfolio.demo.world import World

ROUTES: Final = (
    Path(__file__).resolve().parents[2] / "portfolio" / "web" / "src" / "screens" / "routes.ts"
)
DESKTOP: Final[ViewportSize] = {"width": 1280, "height": 860}
PHONE: Final[ViewportSize] = {"width": 360, "height": 780}


@dataclass(frozen=True, slots=True)
class Variant:
    """How a screen is looked at."""

    scheme: str
    size: str

    @property
    def name(self) -> str:
        """Its name in file names and in messages."""
        return f"{self.size}-{self.scheme}"


@asynccontextmanager
async def look(
    browser: Browser, profile: StorageState | None = None, variant: Variant | None = None
) -> AsyncIterator[BrowserContext]:
    """Open a browser profile that looks like `variant`; a light desktop unless told otherwise."""
    chosen = variant or Variant("light", "desktop")
    phone = chosen.size == "phone"
    made = await browser.new_context(
        color_scheme="dark" if chosen.scheme == "dark" else "light",
        viewport=PHONE if phone else DESKTOP,
        has_touch=phone,
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
        storage_state=profile,
    )
    try:
        yield made
    finally:
        await made.close()


UNKNOWN_FILE: Final = """When;What;Paper;Pieces;At;Costs
04.01.2013;bought;AAPL;10;527,00;9,95
28.01.2013;bought;IBM;12;204,93;9,95
12.02.2013;sold;AAPL;4;467,90;9,95
13.02.2013;bought;MSFT;40;28,03;9,95
15.02.2013;bought;GOOG;2;792,89;9,95
19.02.2013;swapped;IBM;1;200,98;0,00
31.02.2013;sold;IBM;2;201,10;9,95
"""
VARIANTS: Final = tuple(
    Variant(scheme, size) for size in ("desktop", "phone") for scheme in ("light", "dark")
)


def routes() -> tuple[str, ...]:
    """The paths that the page itself says it has (`src/screens/routes.ts`)."""
    return tuple(re.findall(r'\{ path: "([^"]*)"', ROUTES.read_text()))


async def addresses(world: World) -> Mapping[str, str]:
    """Where Alice, told the demo's story, sees each of the routes."""
    shared = (await world.alice.get("/shares"))["items"]
    talked_about = next(share["position_id"] for share in shared if share["symbol"] == "AAPL")
    bob = (await world.bob.get("/me"))["did"]
    return {
        "": "/",
        "holdings": "/holdings",
        "instruments/:symbol": "/instruments/AAPL",
        "accounts": "/accounts",
        "instruments": "/instruments",
        "changes": "/changes",
        "transactions": "/transactions",
        "ideas": "/ideas",
        "ideas/:id": f"/ideas/{talked_about}",
        "import": "/import",
        "import/:id": f"/import/{await _draft(world)}",
        "performance": "/performance",
        "gains": "/gains",
        "income": "/income",
        "allocation": "/allocation",
        "record": "/record",
        "record/:did": f"/record/{bob}",
        "shared": "/shared",
        "feed": "/feed",
        "friends": "/friends",
        "friends/:did": f"/friends/{bob}",
        "inbox": "/inbox",
        "settings": "/settings",
        "details": "/details",
        "welcome": "/welcome",
    }


async def _draft(world: World) -> str:
    """Let Alice drop a file that nobody knows by name; return the import that waits for her."""
    content = base64.b64encode(UNKNOWN_FILE.encode()).decode()
    files = [{"name": "statement-2013.csv", "content_base64": content}]
    made = await world.alice.call("POST", "/imports", {"files": files})
    return str(made["id"])


async def settled(page: Page) -> None:
    """Wait until a screen shows what it has: a heading, no skeleton, no empty chart.

    Raises:
        AssertionError: There is no such screen, or it stumbled.
    """
    await expect(page.get_by_role("heading", level=1).first).to_be_attached()
    await expect(page.locator("[aria-busy=true], .mantine-Skeleton-root")).to_have_count(0)
    for wrong in ("There is no such page", "This screen stumbled"):
        assert await page.get_by_text(wrong).count() == 0, f"{page.url}: {wrong}"
    await page.evaluate("document.fonts.ready")

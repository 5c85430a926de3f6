"""A person in front of their planner's page."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from portfolio.commands.access import login_link
from portfolio.commands.reach import ask
from portfolio.demo.planner import Planner

SOON_MS: Final = 20_000
LOADED_MS: Final = 60_000  # the first load reads the whole page, on a machine that may be busy
# What the browser itself says about requests that were cut or refused on purpose.
EXPECTED: Final = re.compile(r"Failed to load resource|WebSocket connection to|ERR_")


@dataclass  # no slots: Playwright keeps its wrappers of `hear` and `stumble` in the instance
class Viewer:
    """One page of one planner, in a context that others may share."""

    planner: Planner
    page: Page
    faults: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Whose planner it is."""
        return self.planner.name

    def url(self, path: str = "/") -> str:
        """The address of a screen."""
        return self.planner.addresses.page + path

    async def did(self) -> str:
        """Who they are, for paths."""
        return str((await self.planner.get("/me"))["did"])

    async def log_in(self) -> None:
        """Open a fresh login link: what `portfolio login` prints, without its process."""
        issued = await asyncio.to_thread(ask, self.planner.home, "POST", "/session/codes")
        await self.page.goto(login_link(self.url(""), issued["secret"]))
        await self.is_live()

    async def open(self, path: str) -> None:
        """Go to a screen by its address and wait until it hears its planner."""
        await self.page.goto(self.url(path))
        await self.is_live()

    async def is_live(self) -> None:
        """Wait until the page is there and connected."""
        await self.connection("live", LOADED_MS)

    async def connection(self, state: str, within_ms: float = SOON_MS) -> None:
        """Wait for the connection badge to say so."""
        badge = self.page.get_by_test_id("connection")
        await expect(badge).to_have_attribute("data-state", state, timeout=within_ms)

    async def mark(self) -> None:
        """Leave a mark that a reload would wipe away."""
        await self.page.evaluate("window.notReloaded = true")

    async def was_not_reloaded(self) -> None:
        """Check that the mark is still there."""
        assert await self.page.evaluate("window.notReloaded === true"), "the page was reloaded"

    def button(self, name: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        """Find a button by its name."""
        return (within or self.page).get_by_role("button", name=name, exact=isinstance(name, str))

    def heading(self, name: str | re.Pattern[str]) -> Locator:
        """Find a heading by its name."""
        return self.page.get_by_role("heading", name=name)

    def text(self, wanted: str | re.Pattern[str]) -> Locator:
        """Find a text."""
        return self.page.get_by_text(wanted)

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what the console calls an error, unless it is about the network."""
        if message.type == "error" and not EXPECTED.search(message.text):
            self.faults.append(message.text)

    def stumble(self, error: Any) -> None:
        """Keep an exception that nobody caught."""
        self.faults.append(str(error))


async def seated(context: BrowserContext, planner: Planner, *, log_in: bool = True) -> Viewer:
    """Open a page for a planner; logged in unless told otherwise."""
    page = await context.new_page()
    page.set_default_timeout(SOON_MS)
    page.set_default_navigation_timeout(LOADED_MS)
    viewer = Viewer(planner, page)
    page.on("console", viewer.hear)
    page.on("pageerror", viewer.stumble)
    if log_in:
        await viewer.log_in()
    return viewer

"""The walk as an animated picture: `python -m tests.browser.clip [FOLDER]`.

Alice and Bob side by side, each with a planner of their own: she shares an idea, it appears on his
page; he comments; she drags the stop, his line follows; she takes it back, and it is gone. Beside
the clip come the still pictures of the README. All go to `docs/pictures/`.
"""

import asyncio
import io
import re
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont
from playwright.async_api import Browser, expect

from portfolio.demo.story import tell
from portfolio.demo.world import World, opened
from tests.browser.chromium import launched
from tests.browser.page import ensure_built
from tests.browser.screens import Variant, addresses, look, settled
from tests.browser.viewer import SOON_MS, Viewer, seated

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WIDTH, HEIGHT = 470, 700  # of each page
BAR: Final = 30
LOOK_MS, STEP_MS = 1_700, 100
MAX_BYTES: Final = 3_000_000
STILLS: Final = (("home", "", "light"), ("idea", "ideas/:id", "dark"))
IDEA: Final = {
    "symbol": "AAPL", "side": "long", "currency": "USD", "entry": "450.50", "stop": "419.00",
    "targets": ["510.00", "560.00"], "size": "25", "state": "draft",
    "thesis": "**The day everyone gave up.** At 450 the whole company costs ten times earnings.",
}  # fmt: skip


@dataclass
class Film:
    """Frames of both pages, each with how long it is seen."""

    alice: Viewer
    bob: Viewer
    frames: list[Image.Image] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)

    async def shoot(self, told: str, ms: int = LOOK_MS) -> None:
        """Take both pages as they are now, with a word on what happens."""
        frame = Image.new("RGB", (2 * WIDTH + 6, HEIGHT + BAR), "#1e1b18")
        draw = ImageDraw.Draw(frame)
        draw.text(
            (WIDTH + 3, 8), told, fill="#b9bbf5", font=ImageFont.load_default(14), anchor="ma"
        )
        for place, viewer in enumerate((self.alice, self.bob)):
            taken = Image.open(io.BytesIO(await viewer.page.screenshot())).convert("RGB")
            frame.paste(taken, (place * (WIDTH + 6), BAR))
            at, anchor = ((12, 8), "la") if place == 0 else ((2 * WIDTH - 6, 8), "ra")
            title = f"{viewer.name}'s planner"
            draw.text(at, title, fill="#ecebe8", font=ImageFont.load_default(14), anchor=anchor)
        self.frames.append(frame)
        self.lasts.append(ms)

    def save(self, file: Path) -> None:
        """Write the clip, at the best quality that stays below `MAX_BYTES`."""
        first, *rest = self.frames
        for quality in (80, 65, 50, 35, 20):
            first.save(
                file, save_all=True, append_images=rest, duration=self.lasts, loop=0,
                quality=quality, method=6, minimize_size=True,
            )  # fmt: skip
            if file.stat().st_size <= MAX_BYTES:
                return
        raise SystemExit(f"{file} is over {MAX_BYTES} bytes at any quality")


async def main(folder: Path) -> None:
    """Take the stills and the clip."""
    expect.set_options(timeout=SOON_MS)
    with tempfile.TemporaryDirectory() as home:
        async with opened(Path(home) / "world", any_ports=True) as world, launched() as browser:
            await tell(world)
            await _stills(browser, world, folder)
            for planner in (world.alice, world.bob):
                for idea in (await planner.get("/positions/ideas"))["items"]:
                    if idea["role"] == "owner":
                        await planner.call("DELETE", f"/positions/ideas/{idea['id']}")
                await planner.call("PATCH", "/settings", {"checklist": False})
            await _clip(browser, world, folder)


async def _stills(browser: Browser, world: World, folder: Path) -> None:
    places = await addresses(world)
    for name, route, scheme in STILLS:
        async with look(browser, variant=Variant(scheme, "desktop")) as context:
            alice = await seated(context, world.alice)
            await alice.page.goto(alice.url(places[route]))
            await settled(alice.page)
            await alice.page.wait_for_timeout(600)  # a canvas tells nobody when it is drawn
            taken = Image.open(io.BytesIO(await alice.page.screenshot())).convert("RGB")
            taken.save(folder / f"{name}.webp", quality=88, method=6)


async def _clip(browser: Browser, world: World, folder: Path) -> None:
    idea = (await world.alice.post("/positions/ideas", IDEA))["id"]
    async with look(browser) as window, look(browser) as other:
        film = Film(await seated(window, world.alice), await seated(other, world.bob))
        for viewer in (film.alice, film.bob):
            await viewer.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        await film.alice.open(f"/ideas/{idea}")
        await film.bob.open("/shared")
        for viewer in (film.alice, film.bob):
            await settled(viewer.page)
        await film.alice.page.locator("canvas").first.wait_for()
        await film.shoot("Alice has an idea")
        await _share(film)
        await _talk(film)
        await _drag(film)
        await _take_back(film)
        film.save(folder / "walk.webp")
        print(folder / "walk.webp", len(film.frames), "frames")


async def _share(film: Film) -> None:
    alice, bob = film.alice, film.bob
    await alice.button("Share").first.click()
    dialog = alice.page.get_by_role("dialog")
    await dialog.get_by_role("checkbox", name=re.compile("Bob")).check()
    await expect(dialog.get_by_text("This is what Bob sees")).to_be_visible()
    await film.shoot("She shares it with Bob")
    await dialog.get_by_role("button", name="Share with Bob").click()
    await expect(bob.page.get_by_role("link", name="AAPL")).to_be_visible()
    await film.shoot("It is on Bob's page, at once")
    await alice.page.keyboard.press("Escape")
    await alice.page.get_by_role("status").get_by_role("button", name="Close").click()
    await bob.page.get_by_role("link", name="AAPL").click()
    await settled(bob.page)
    await bob.page.locator("canvas").first.wait_for()
    await bob.page.mouse.move(0, 0)
    await film.shoot("Bob opens it")


async def _talk(film: Film) -> None:
    alice, bob = film.alice, film.bob
    write = bob.page.get_by_label("Write a comment")
    await write.scroll_into_view_if_needed()
    await alice.page.get_by_label("Write a comment").scroll_into_view_if_needed()
    for part in ("Why so ", "far away? ", "435 is ", "the January low."):
        await write.press_sequentially(part)
        await film.shoot("Bob asks", 2 * STEP_MS)
    await bob.page.keyboard.press("Control+Enter")
    said = alice.page.get_by_role("article", name="Comment by Bob")
    await expect(said).to_be_visible()
    await said.scroll_into_view_if_needed()
    await film.shoot("Alice reads it at once")


async def _drag(film: Film) -> None:
    alice, bob = film.alice, film.bob
    name = re.compile("^Stop at")
    line = alice.page.get_by_role("slider", name=name)
    await bob.page.mouse.move(0, 0)
    for viewer in (alice, bob):
        chart = viewer.page.locator("canvas").first
        await chart.evaluate("node => node.scrollIntoView({ block: 'center' })")
    box = await line.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await alice.page.mouse.move(x, y)
    await alice.page.mouse.down()
    for step in range(1, 7):
        await alice.page.mouse.move(x, y + 4 * step)
        await film.shoot("Alice drags her stop", STEP_MS)
    await alice.page.mouse.up()
    await expect(bob.page.get_by_test_id("moves")).to_contain_text("Alice moved the stop")
    await film.shoot("Bob's line follows, and says who moved it")


async def _take_back(film: Film) -> None:
    alice, bob = film.alice, film.bob
    await alice.button("Share").first.click()
    await alice.button("Take back", alice.page.get_by_role("dialog")).click()
    sure = alice.page.get_by_role("dialog", name=re.compile("Take it back from Bob"))
    await film.shoot("Alice takes it back")
    await sure.get_by_role("button", name="Take back").click()
    await expect(bob.text("This idea is not here")).to_be_visible()
    await expect(sure).to_have_count(0)
    await alice.page.keyboard.press("Escape")
    holder = alice.page.get_by_test_id("who-has-it").get_by_role("listitem").filter(has_text="Bob")
    await expect(holder).to_contain_text("confirmed deletion")
    await holder.scroll_into_view_if_needed()
    await film.shoot("Gone; Bob's planner has signed for it", 2 * LOOK_MS)


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    chosen.mkdir(parents=True, exist_ok=True)
    ensure_built()
    asyncio.run(main(chosen))

"""The page in Chromium against two real planners: first sight, from click to pixel, size, memory.

Times are taken inside the pages by their own clocks, which on one machine are one clock; what
Playwright needs to click and to look is not in them.
"""

import asyncio
import re
import statistics
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page, StorageState, expect

from portfolio.demo.story import tell
from portfolio.demo.world import World, opened
from tests.bench.planners import spread
from tests.browser.chromium import executable, launched
from tests.browser.page import ensure_built
from tests.browser.screens import look
from tests.browser.viewer import SOON_MS, Viewer, seated

OPENINGS: Final = 7  # of Home, each in a profile that has nothing cached
CLICKS: Final = 120
WARM_UP: Final = 10
UPDATES: Final = 1_000
FLUSH: Final = 100  # updates after which the page is asked whether it followed
IDEA: Final = {
    "symbol": "IBM", "side": "long", "currency": "USD",
    "entry": "203.00", "stop": "196.50", "targets": ["215.00"],
}  # fmt: skip
Figures = dict[str, Any]

# When Home shows what the portfolio is worth, and how long its main thread was busy until then.
WATCH_HOME: Final = """
window.bench = { shown: null, busyUntil: 0 };
new PerformanceObserver((list) => list.getEntries().forEach((task) => {
  window.bench.busyUntil = Math.max(window.bench.busyUntil, task.startTime + task.duration);
})).observe({ type: "longtask", buffered: true });
new MutationObserver((_, observer) => {
  if (document.querySelector("[data-testid=portfolio-value]")?.textContent) {
    window.bench.shown = performance.now();
    observer.disconnect();
  }
}).observe(document, { childList: true, subtree: true, characterData: true });
"""
HOME: Final = """() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0].startTime;
  return { paint, interactive: Math.max(window.bench.shown, window.bench.busyUntil) };
}"""
LOADED: Final = """() => performance.getEntriesByType("resource").map(
  ({ name, encodedBodySize }) => ({ name: new URL(name).pathname, size: encodedBodySize })
)"""
CLICKED: Final = """() => document.addEventListener("click", () => {
  window.clicked = performance.timeOrigin + performance.now();
}, { capture: true })"""
# Resolves after the frame that has the text in it was handed to the screen.
PAINTED: Final = """(text) => { window.painted = new Promise((resolve) => {
  const all = () => [...document.querySelectorAll("article")];
  const look = () => all().some((one) => one.textContent.includes(text));
  const observer = new MutationObserver(() => {
    if (!look()) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
      port2.postMessage(null);
    });
  });
  observer.observe(document.body, { childList: true, subtree: true, characterData: true });
}); }"""


async def measure() -> Figures:
    """Measure everything of the page; nothing where there is no Chromium."""
    if executable() is None:
        return {}
    await asyncio.to_thread(ensure_built)
    expect.set_options(timeout=SOON_MS)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with opened(Path(folder), any_ports=True) as world, launched() as browser:
            await tell(world)
            alice, bob = [await _profile(browser, world, name) for name in ("alice", "bob")]
            figures = await _home(browser, world, alice)
            figures |= await _side_by_side(browser, world, alice, bob)
            return figures


async def _profile(browser: Browser, world: World, name: str) -> StorageState:
    async with look(browser) as context:
        await seated(context, getattr(world, name))
        return await context.storage_state()


async def _home(browser: Browser, world: World, profile: StorageState) -> Figures:
    """Home on the sample, opened with an empty cache each time; medians."""
    times, loaded = [], []
    for _ in range(OPENINGS):
        async with look(browser, profile) as context:
            viewer = await seated(context, world.alice, log_in=False)
            await viewer.page.add_init_script(WATCH_HOME)
            await viewer.open("/")
            await expect(viewer.page.locator("canvas").first).to_be_visible()
            times.append(await viewer.page.evaluate(HOME))
            loaded = await viewer.page.evaluate(LOADED)
    return {
        "home_ms": {
            name: round(statistics.median(time[name] for time in times))
            for name in ("paint", "interactive")
        },
        "page_kb": _sizes(loaded),
    }


def _sizes(loaded: list[Any]) -> dict[str, float]:
    """What Home fetches, compressed, in kB (1,000 bytes) by kind; the chart comes by itself."""

    def total(pattern: str) -> float:
        sizes = [float(one["size"]) for one in loaded if re.search(pattern, one["name"])]
        return round(sum(sizes) / 1000, 1)

    return {
        "js": total(r"/(?!chart-)[^/]*\.js$"),
        "chart_js": total(r"/chart-[^/]*\.js$"),
        "css": total(r"\.css$"),
        "font": total(r"\.woff2$"),
    }


async def _side_by_side(
    browser: Browser, world: World, of_alice: StorageState, of_bob: StorageState
) -> Figures:
    idea = (await world.alice.post("/positions/ideas", IDEA))["id"]
    bob_did = (await world.bob.get("/me"))["did"]
    share = {"friend_ids": [bob_did], "role": "commenter", "amounts": False}
    await world.alice.post(f"/positions/{idea}/share", share)
    async with look(browser, of_alice) as window, look(browser, of_bob) as other:
        alice = await seated(window, world.alice, log_in=False)
        bob = await seated(other, world.bob, log_in=False)
        await bob.open("/shared")
        await bob.page.get_by_role("link", name="IBM").first.wait_for()
        for viewer in (alice, bob):
            await viewer.open(f"/ideas/{idea}")
            await expect(viewer.page.get_by_label("Write a comment")).to_be_visible()
        figures: Figures = {"click_to_pixel_ms": await _clicks(alice, bob)}
        figures["page_mib"] = await _memory(bob, world, idea)
        return figures


async def _clicks(alice: Viewer, bob: Viewer) -> dict[str, float]:
    """From Alice's click on "Comment" to the frame of Bob's page that shows it."""
    await alice.page.evaluate(CLICKED)
    times = []
    for number in range(WARM_UP + CLICKS):
        text = f"Comment number {number}."
        await alice.page.get_by_label("Write a comment").fill(text)
        await bob.page.evaluate(PAINTED, text)
        await alice.button("Comment").click()
        painted = await bob.page.evaluate("window.painted")
        times.append(painted - await alice.page.evaluate("window.clicked"))
    return spread(times[WARM_UP:])


async def _memory(bob: Viewer, world: World, idea: str) -> dict[str, float]:
    """What lives in Bob's page before and after it followed Alice's stop a thousand times."""
    before = await _live_mib(bob.page)
    for number in range(1, UPDATES + 1):
        stop = f"{190 + number / FLUSH:.2f}"
        await world.alice.call("PATCH", f"/positions/ideas/{idea}", {"stop": stop})
        if number % FLUSH == 0:
            moves = bob.page.get_by_test_id("moves")
            await expect(moves).to_contain_text(f"to {stop}")
    return {"before": before, "after_1000_updates": await _live_mib(bob.page)}


async def _live_mib(page: Page) -> float:
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.collectGarbage")
    used = (await session.send("Runtime.getHeapUsage"))["usedSize"]
    await session.detach()
    return round(float(used) / 2**20, 1)


if __name__ == "__main__":
    print(asyncio.run(measure()))

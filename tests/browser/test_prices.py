"""Prices on the page: entered, loaded from a file, undone, and fetched once that is turned on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, FilePayload, expect

from portfolio.demo.planner import Addresses, Planner
from portfolio.demo.processes import free_port
from tests.browser.screens import Variant, look, settled
from tests.browser.viewer import Viewer, seated
from tests.portfolio.providers.recorded_server import Recorded, recorded_server

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

AMBIGUOUS = "Date,Close\n05/06/2026,250.5\n06/07/2026,251.5\n07/07/2026,abc\n"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[Recorded]:
    async with recorded_server() as made:
        made.say("eurofxref-hist-90d", "ecb-90d.xml")
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planner(
    tmp_path_factory: pytest.TempPathFactory, server: Recorded
) -> AsyncIterator[Planner]:
    """A planner that has bought something of which nobody here knows a price."""
    home: Path = tmp_path_factory.mktemp("prices") / "dora"
    ports: set[int] = set()
    addresses = Addresses(free_port(0, ports), free_port(0, ports))
    async with Planner("Dora", home, addresses) as made:
        await made.prepare()
        await made.start("--no-lan", "--yahoo-url", server.url, "--ecb-url", server.url)
        await made.call("PATCH", "/settings", {"welcomed": True, "currency": "CHF"})
        bought = {"kind": "buy", "symbol": "ROG", "quantity": "10", "price": "200"}
        bought |= {"currency": "CHF", "date": "2026-01-05"}
        await made.call("POST", "/transactions", bought)
        yield made


@pytest_asyncio.fixture(loop_scope="session", params=["light-desktop", "dark-phone"])
async def dora(
    request: pytest.FixtureRequest, browser: Browser, planner: Planner
) -> AsyncIterator[Viewer]:
    scheme, _, size = request.param.partition("-")
    async with look(browser, variant=Variant(scheme, size)) as context:
        viewer = await seated(context, planner)
        yield viewer
        assert viewer.faults == []


async def _is_sound(viewer: Viewer) -> None:
    found = (await Axe().run(viewer.page)).response["violations"]
    assert [one["help"] for one in found] == []
    beyond = await viewer.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert beyond <= 0


async def test_a_price_is_entered_changed_undone_and_removed(dora: Viewer) -> None:
    await dora.open("/instruments/ROG")
    await expect(dora.heading("No price yet")).to_be_visible()
    await _is_sound(dora)

    await dora.button("Enter a price").click()
    await dora.page.get_by_label("Price", exact=True).fill("251.50")
    await _is_sound(dora)
    await dora.page.keyboard.press("Enter")

    said = dora.text("entered by you · today").filter(visible=True)
    await expect(said).to_be_visible()
    own = dora.page.get_by_role("region", name="My own prices")
    await expect(own.get_by_role("listitem")).to_have_count(1)
    await settled(dora.page)
    await _is_sound(dora)

    await own.get_by_role("button", name="Change the price of").click()
    await dora.page.get_by_label("Price", exact=True).fill("260")
    await dora.button("Save price").click()
    await expect(own.get_by_text("260.00")).to_be_visible()
    await dora.button("Undo").last.click()
    await expect(own.get_by_text("251.50")).to_be_visible()

    await own.get_by_role("button", name="Remove the price of").click()
    await expect(dora.heading("No price yet")).to_be_visible()


async def test_a_file_that_can_be_read_in_two_ways_is_asked_about_and_undone(
    dora: Viewer,
) -> None:
    await dora.open("/instruments/ROG")
    await dora.button("Load prices from a file").click()
    file = FilePayload(name="rog.csv", mimeType="text/csv", buffer=AMBIGUOUS.encode())
    dialog = dora.page.get_by_role("dialog")
    await dialog.locator("input[type=file]").set_input_files(files=[file])
    await dialog.get_by_label("the day: 31/12/2026").check()
    await _is_sound(dora)
    await dora.button("Read it this way").click()

    await expect(dialog.get_by_text("2 prices loaded")).to_be_visible()
    await expect(dialog.get_by_text("This is not a number")).to_be_visible()
    await _is_sound(dora)
    await dora.button("Undo this file").click()

    await expect(dora.heading("No price yet")).to_be_visible()


async def test_a_provider_is_asked_once_it_is_turned_on_and_says_how_it_went(
    dora: Viewer, server: Recorded
) -> None:
    server.asked.clear()
    await dora.open("/settings")
    await expect(dora.page.get_by_label("Ask Yahoo Finance for prices")).not_to_be_checked()
    await dora.button("Fetch rates now").click()
    await expect(dora.text("Rates are known until 20 Nov 2026.")).to_be_visible()
    assert [one for one in server.asked if "chart" in one] == []

    await dora.page.get_by_label("Ask Yahoo Finance for prices").check()
    await dora.button("Fetch prices now").click()
    for _ in range(100):
        if any("/v8/finance/chart/ROG?" in one for one in server.asked):
            break
        await dora.page.wait_for_timeout(100)
    else:
        pytest.fail("Yahoo was not asked")
    await expect(dora.text("It does not know this symbol")).to_be_visible()
    await _is_sound(dora)

    await dora.page.get_by_label("Ask Yahoo Finance for prices").uncheck()
    await expect(dora.button("Fetch prices now")).to_have_count(0)

"""Everything by keyboard: jumps, the sheet that lists them, search, and what takes them away."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Pair

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

JUMPS = {
    "o": "/holdings",
    "t": "/transactions",
    "i": "/ideas",
    "s": "/shared",
    "f": "/feed",
    "p": "/friends",
    "n": "/inbox",
    ",": "/settings",
    "h": "/",
}


async def test_g_and_a_letter_go_to_each_place(pair: Pair) -> None:
    page = pair.alice.page
    await pair.alice.open("/")
    for letter, path in JUMPS.items():
        await page.keyboard.press("g")
        await page.keyboard.press(letter)
        await expect(page).to_have_url(pair.alice.url(path))
        await expect(page.get_by_role("heading", level=1).first).to_be_attached()


async def test_keys_rest_while_somebody_writes(pair: Pair) -> None:
    page = pair.alice.page
    await pair.alice.open("/friends?new")
    await page.get_by_label("For whom?").fill("")
    await page.get_by_label("For whom?").press_sequentially("gh?")

    await expect(page.get_by_label("For whom?")).to_have_value("gh?")
    await expect(page).to_have_url(re.compile(r"/friends\?new"))


async def test_the_sheet_lists_the_keys_and_esc_closes_it(pair: Pair) -> None:
    page = pair.alice.page
    await pair.alice.open("/inbox")
    await page.keyboard.press("?")

    sheet = page.get_by_role("dialog")
    await expect(sheet.get_by_text("Friends")).to_be_visible()
    await expect(sheet.get_by_text("Mark all as read")).to_be_visible()  # this screen's own
    await page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)


@pytest.mark.parametrize("keys", ["/", "Control+k"])
async def test_the_palette_finds_a_friend(pair: Pair, keys: str) -> None:
    page = pair.alice.page
    await pair.alice.open("/feed")
    await page.keyboard.press(keys)
    await page.get_by_role("dialog").wait_for()
    await page.keyboard.type("Bob")
    await page.keyboard.press("Enter")

    await expect(page).to_have_url(re.compile(r"/friends/did"))
    await expect(pair.alice.heading("Bob").first).to_be_visible()


async def test_the_feed_is_walked_and_opened_by_keys(pair: Pair) -> None:
    page = pair.alice.page
    await pair.alice.open("/feed")
    entry = page.get_by_role("link", name=re.compile("Bob is your friend now"))
    await entry.focus()
    await page.keyboard.press("Enter")

    await expect(page).to_have_url(re.compile(r"/friends/did"))

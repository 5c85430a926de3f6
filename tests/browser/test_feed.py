"""What happened: in the feed by day and with a line, in the inbox until it is read."""

import re

import pytest
from playwright.async_api import Locator, expect

from portfolio.demo.planner import until
from tests.browser.conftest import Pair
from tests.browser.viewer import Viewer
from tests.portfolio.desk import IDEA

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]


async def _shared(pair: Pair, symbol: str) -> str:
    idea = await pair.world.alice.post("/positions/ideas", {**IDEA, "symbol": symbol})
    share = {"friend_ids": [await pair.bob.did()], "role": "commenter", "amounts": False}
    await pair.world.alice.post(f"/positions/{idea['id']}/share", share)
    return str(idea["id"])


def _entry(viewer: Viewer, text: str) -> Locator:
    return viewer.page.get_by_role("article").filter(has_text=re.compile(text))


async def test_changes_appear_as_they_happen_and_steps_of_one_move_are_one_entry(
    pair: Pair,
) -> None:
    idea = await _shared(pair, "IBM")
    await pair.bob.open("/feed")
    await pair.bob.mark()
    await expect(_entry(pair.bob, "shared IBM with you")).to_be_visible()

    for stop in ("200", "201", "202.5"):
        await pair.world.alice.call("PATCH", f"/positions/ideas/{idea}", {"stop": stop})

    entry = _entry(pair.bob, "Alice changed IBM")
    await expect(entry).to_have_count(1)
    await expect(entry).to_contain_text(re.compile(r"Stop.*199\.50.*202\.50"))
    await pair.bob.was_not_reloaded()


async def test_a_line_says_where_one_left_off(pair: Pair) -> None:
    idea = await _shared(pair, "MSFT")
    await pair.bob.open("/feed")
    await expect(_entry(pair.bob, "shared MSFT with you")).to_be_visible()
    await expect(pair.bob.page.get_by_test_id("looked")).to_have_count(0)
    await pair.bob.page.goto("about:blank")

    await pair.world.alice.post(f"/positions/{idea}/comments", {"text": "Look at this"})
    await pair.bob.open("/feed")

    await expect(_entry(pair.bob, "commented on MSFT")).to_contain_text("Look at this")
    await expect(pair.bob.page.get_by_test_id("looked")).to_contain_text("1 new since")


async def test_the_feed_shows_one_kind_and_one_person_and_everything_again(pair: Pair) -> None:
    idea = await _shared(pair, "AAPL")
    await pair.world.alice.post(f"/positions/{idea}/comments", {"text": "Mine"})
    await pair.alice.open("/feed")
    await expect(_entry(pair.alice, "You shared AAPL")).to_be_visible()

    await pair.alice.page.get_by_text("Comments", exact=True).click()
    await expect(_entry(pair.alice, "You commented on AAPL")).to_be_visible()
    await expect(_entry(pair.alice, "You shared AAPL")).to_have_count(0)

    await pair.alice.page.get_by_role("combobox", name="Person").click()
    await pair.alice.page.get_by_role("option", name="Bob").click()
    await pair.alice.page.get_by_role("link", name="Show everything").click()
    await expect(_entry(pair.alice, "You shared AAPL")).to_be_visible()


async def test_the_inbox_marks_what_is_unread_and_all_of_it_as_read(pair: Pair) -> None:
    await _shared(pair, "AAPL")
    await _shared(pair, "IBM")
    await pair.bob.open("/inbox")
    unread = pair.bob.page.get_by_role("img", name="unread", exact=True)
    await expect(unread).to_have_count(2)
    await expect(pair.bob.text("2 unread messages")).to_be_visible()

    await _entry(pair.bob, "shared AAPL").get_by_role("button", name="Read up to here").click()
    await expect(unread).to_have_count(1)
    await expect(pair.bob.page.get_by_role("link", name=re.compile("^Inbox"))).to_contain_text("1")

    await pair.bob.button("Mark all as read").click()
    await expect(unread).to_have_count(0)

    async def all_read() -> bool:  # the page shows it before the planner has answered
        return bool((await pair.world.bob.get("/notifications"))["unread"] == 0)

    await until(all_read, 10, "all to be read")
    await expect(pair.bob.button("Mark all as read")).to_be_disabled()


async def test_what_is_gone_says_so_and_leads_nowhere(pair: Pair) -> None:
    idea = await _shared(pair, "GOOG")
    await pair.bob.open("/inbox")
    await expect(_entry(pair.bob, "shared GOOG with you")).to_be_visible()

    await pair.world.alice.call("DELETE", f"/positions/ideas/{idea}")

    gone = _entry(pair.bob, "took a share back").first
    await expect(gone).to_be_visible()
    await expect(gone.get_by_role("link")).to_have_count(0)
    await expect(_entry(pair.bob, "GOOG")).to_have_count(0)

"""Planners that die, hang or are cut off: the page says so at once and goes on by itself."""

import re
import signal
import time

import pytest
import pytest_asyncio
from playwright.async_api import expect

from portfolio.demo.planner import until
from tests.browser.conftest import Pair
from tests.browser.viewer import Viewer
from tests.portfolio.desk import IDEA

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

TOLD_S = 2.0
SLACK_S = 0.5  # a browser, two planners and a directory share two processors with the test


@pytest_asyncio.fixture(loop_scope="session")
async def idea(pair: Pair) -> str:
    """An idea of Alice's that Bob may comment on, open on both pages."""
    made = await pair.world.alice.post("/positions/ideas", {**IDEA, "symbol": "AAPL"})
    share = {"friend_ids": [await pair.bob.did()], "role": "commenter", "amounts": False}
    await pair.world.alice.post(f"/positions/{made['id']}/share", share)
    await pair.bob.open("/shared")
    await pair.bob.page.get_by_role("link", name="AAPL").click()
    await pair.alice.open(f"/ideas/{made['id']}")
    for viewer in (pair.alice, pair.bob):
        await expect(viewer.page.get_by_label("Write a comment")).to_be_visible()
        await viewer.mark()
    return str(made["id"])


async def _told_in_time(viewer: Viewer, began: float) -> None:
    await viewer.connection("reconnecting", 4_000)
    took = time.monotonic() - began
    assert took <= TOLD_S + SLACK_S, f"told after {took:.2f} s"


@pytest.mark.usefixtures("idea")
async def test_a_killed_planner_is_told_and_caught_up_with_when_it_is_back(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    began = time.monotonic()
    pair.world.alice.command.kill()
    await _told_in_time(alice, began)

    draft = alice.page.get_by_label("Write a comment")
    await draft.fill("Half a thought")
    await bob.page.get_by_label("Write a comment").fill("Are you there?")
    await bob.button("Comment").click()
    await expect(bob.page.get_by_role("article", name="Comment by You")).to_be_visible()

    await pair.world.alice.command.ended()
    await pair.world.alice.restart()
    await alice.is_live()
    await expect(alice.page.get_by_role("article", name="Comment by Bob")).to_contain_text(
        "Are you there?"
    )
    await expect(draft).to_have_value("Half a thought")
    await alice.was_not_reloaded()

    await alice.page.reload()  # the draft outlives the page as well
    await expect(draft).to_have_value("Half a thought")
    await alice.button("Comment").click()
    await expect(bob.page.get_by_role("article", name="Comment by Alice")).to_contain_text(
        "Half a thought"
    )
    await bob.was_not_reloaded()


@pytest.mark.usefixtures("idea")
async def test_a_planner_that_hangs_is_told_without_a_closed_connection(pair: Pair) -> None:
    began = time.monotonic()
    pair.world.alice.command.signal(signal.SIGSTOP)
    try:
        await _told_in_time(pair.alice, began)
    finally:
        pair.world.alice.command.signal(signal.SIGCONT)
    await pair.alice.is_live()
    await pair.alice.was_not_reloaded()


async def test_a_browser_without_network_catches_up_with_what_it_missed(
    pair: Pair, idea: str
) -> None:
    began = time.monotonic()
    await pair.bob.page.context.set_offline(True)
    await _told_in_time(pair.bob, began)
    await pair.world.alice.post(f"/positions/{idea}/comments", {"text": "Said in between"})
    await pair.world.alice.call("PATCH", f"/positions/ideas/{idea}", {"stop": "201"})

    await pair.bob.page.context.set_offline(False)
    await pair.bob.is_live()
    await expect(pair.bob.page.get_by_role("article", name="Comment by Alice")).to_contain_text(
        "Said in between"
    )
    await expect(pair.bob.text("201.00").first).to_be_visible()
    await pair.bob.was_not_reloaded()


async def test_what_waits_for_a_friend_who_is_away_is_told(pair: Pair, idea: str) -> None:
    holder = pair.alice.page.get_by_test_id("who-has-it").get_by_role("listitem")
    await expect(holder.filter(has_text="Bob")).to_contain_text("delivered")
    await pair.world.bob.stop()

    await pair.world.alice.call("PATCH", f"/positions/ideas/{idea}", {"stop": "202"})
    await expect(holder.filter(has_text="Bob")).to_contain_text(re.compile("away|waiting"))

    await pair.world.bob.restart()
    await expect(holder.filter(has_text="Bob")).to_contain_text("delivered", timeout=20_000)
    await pair.bob.is_live()
    await expect(pair.bob.text("202.00").first).to_be_visible()
    await pair.bob.was_not_reloaded()


async def test_what_two_wrote_without_knowing_is_settled_by_a_click(pair: Pair, idea: str) -> None:
    path = f"/positions/ideas/{idea}"
    alice, bob = pair.world.alice, pair.world.bob
    await alice.call("PUT", f"/positions/{idea}/share/{await pair.bob.did()}", {"role": "editor"})

    async def may_edit() -> bool:
        return bool((await bob.get(path))["role"] == "editor")

    await until(may_edit, 10, "Bob's new role")
    await bob.stop()
    await alice.call("PATCH", path, {"stop": "201"})
    await alice.stop()
    await bob.restart()
    await bob.call("PATCH", path, {"stop": "202"})
    await alice.restart()

    for viewer in (pair.alice, pair.bob):
        card = viewer.page.get_by_test_id("conflict")
        await expect(card).to_contain_text("changed the stop at the same time", timeout=20_000)
        await expect(card.get_by_role("button")).to_have_count(2)
    card = pair.alice.page.get_by_test_id("conflict")
    await card.get_by_role("button", name=re.compile(r"^202\.00")).click()
    for viewer in (pair.alice, pair.bob):
        await expect(viewer.page.get_by_test_id("conflict")).to_have_count(0)
        await viewer.was_not_reloaded()
    assert (await bob.get(path))["stop"] == "202"


@pytest.mark.usefixtures("idea")
async def test_what_the_planner_refuses_is_taken_back_with_the_reason(pair: Pair) -> None:
    field = pair.alice.page.get_by_label("Stop", exact=True)
    await field.fill("999")  # above the entry of a long
    await pair.alice.page.keyboard.press("Enter")

    await expect(pair.alice.page.get_by_role("alert").first).to_be_visible()
    await expect(field).to_have_value("199.50")

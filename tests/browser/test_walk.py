"""The walk, in two pages side by side: one idea, two planners, no reload."""

import re

import pytest
from playwright.async_api import Locator, Response, expect

from portfolio.demo.planner import until
from tests.browser.conftest import Pair
from tests.browser.viewer import Viewer
from tests.portfolio.desk import IDEA

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

TIME = r"\d\d:\d\d:\d\d"


def _holder(viewer: Viewer, name: str) -> Locator:
    return viewer.page.get_by_test_id("who-has-it").get_by_role("listitem").filter(has_text=name)


def _comment(viewer: Viewer, who: str) -> Locator:
    return viewer.page.get_by_role("article", name=f"Comment by {who}")


async def _write_idea(alice: Viewer) -> str:
    await alice.open("/ideas")
    await alice.page.keyboard.press("i")
    form = alice.page.get_by_role("dialog")
    await form.get_by_label("Symbol").fill("AAPL")
    await form.get_by_label("Entry").fill("450")
    await form.get_by_label("Stop").fill("419")
    await form.get_by_label("Target", exact=True).fill("520")
    await form.get_by_role("button", name="Save as draft").click()
    await expect(alice.page).to_have_url(re.compile(r"/ideas/[0-9A-Z]{26}$"))
    return alice.page.url.rpartition("/")[2]


async def _share(alice: Viewer) -> None:
    await alice.button("Share").first.click()
    dialog = alice.page.get_by_role("dialog")
    await dialog.get_by_role("checkbox", name=re.compile("Bob")).check()
    await expect(dialog.get_by_text("This is what Bob sees")).to_be_visible()
    await dialog.get_by_role("button", name="Share with Bob").click()
    await expect(dialog.get_by_text("Every friend has it already")).to_be_visible()
    await alice.page.keyboard.press("Escape")


async def _revoke(alice: Viewer) -> None:
    await alice.button("Share").first.click()
    await alice.button("Take back", alice.page.get_by_role("dialog")).click()
    sure = alice.page.get_by_role("dialog", name=re.compile("Take it back from Bob"))
    await sure.get_by_role("button", name="Take back").click()
    await expect(sure).to_have_count(0)
    await alice.page.keyboard.press("Escape")


async def _drag(viewer: Viewer, line: Locator, pixels: int) -> None:
    await expect(line).to_be_visible()
    await line.scroll_into_view_if_needed()
    box = await line.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await viewer.page.mouse.move(x, y)
    await viewer.page.mouse.down()
    await viewer.page.mouse.move(x, y + pixels, steps=8)
    await viewer.page.mouse.up()


async def test_an_idea_goes_the_whole_way_between_two_pages(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    await bob.open("/shared")
    await expect(bob.text("Nothing is shared with you yet")).to_be_visible()
    await bob.mark()
    idea = await _write_idea(alice)
    await alice.mark()

    await _share(alice)
    await _it_appears(bob)
    await _they_talk(alice, bob)
    await _a_line_moves(pair, idea)
    await _a_comment_is_edited_and_deleted(alice, bob)
    await expect(_holder(alice, "Bob")).to_contain_text(re.compile(f"delivered {TIME}"))

    await _revoke(alice)
    await expect(bob.text("This idea is not here")).to_be_visible()
    await expect(_holder(alice, "Bob")).to_contain_text(re.compile(f"confirmed deletion {TIME}"))

    await bob.page.get_by_role("link", name="Shared with me").click()
    await _share(alice)
    await expect(bob.page.get_by_role("link", name="AAPL")).to_be_visible()
    for viewer in (alice, bob):
        await viewer.was_not_reloaded()


async def _it_appears(bob: Viewer) -> None:
    await expect(bob.page.get_by_role("link", name="AAPL")).to_be_visible()
    await expect(bob.text("1 new change")).to_be_visible()
    await expect(bob.page.get_by_role("link", name=re.compile("Inbox"))).to_contain_text("1")
    await bob.page.get_by_role("link", name="Feed", exact=True).click()
    await expect(bob.text(re.compile("shared AAPL with you"))).to_be_visible()
    await bob.page.get_by_role("link", name=re.compile("shared AAPL with you")).click()
    await expect(bob.page.get_by_label("Write a comment")).to_be_visible()
    # What was opened is no news any more.
    await expect(bob.page.get_by_role("link", name="Inbox", exact=True)).to_be_visible()


async def _they_talk(alice: Viewer, bob: Viewer) -> None:
    await bob.page.get_by_label("Write a comment").fill("Why so tight?")
    await bob.button("Comment").click()
    await expect(_comment(alice, "Bob")).to_contain_text("Why so tight?")

    await alice.button("Reply to Bob").click()
    await alice.page.get_by_label("Reply", exact=True).fill("Below it I am wrong.")
    await alice.page.keyboard.press("Control+Enter")
    await expect(_comment(bob, "Alice")).to_contain_text("Below it I am wrong.")


async def _a_line_moves(pair: Pair, idea: str) -> None:
    alice, bob = pair.alice, pair.bob
    await _drag(alice, alice.page.get_by_role("slider", name=re.compile("^Stop at")), 24)

    async def moved() -> bool:
        return bool((await pair.world.bob.get(f"/positions/ideas/{idea}"))["stop"] != "419")

    await until(moved, 10, "the moved stop")
    stop = f"{float((await pair.world.bob.get(f'/positions/ideas/{idea}'))['stop']):.2f}"
    told = f"Alice moved the stop from 419.00 to {stop}"
    await expect(bob.page.get_by_test_id("moves")).to_contain_text(told)
    await expect(bob.page.get_by_test_id("announcer")).to_have_text(told)
    await bob.page.get_by_role("tab", name="History").click()
    await expect(bob.page.get_by_role("listitem").filter(has_text=told).last).to_be_visible()
    await bob.page.get_by_role("tab", name=re.compile("Comments")).click()


async def _a_comment_is_edited_and_deleted(alice: Viewer, bob: Viewer) -> None:
    await bob.button("Comment actions").click()
    await bob.page.get_by_role("menuitem", name="Edit").click()
    await bob.page.get_by_label("Edit comment").fill("Why so wide?")
    await bob.button("Save").click()
    await expect(_comment(alice, "Bob")).to_contain_text("Why so wide?")
    await expect(_comment(alice, "Bob")).to_contain_text("edited")

    await bob.button("Comment actions").click()
    await bob.page.get_by_role("menuitem", name="Delete").click()
    await expect(_comment(alice, "Bob")).to_have_count(0)
    await expect(_comment(alice, "You")).to_contain_text("Below it I am wrong.")  # the reply stays


async def test_who_may_only_view_reads_along_and_writes_nothing(pair: Pair) -> None:
    idea = await pair.world.alice.post("/positions/ideas", {**IDEA, "symbol": "IBM"})
    share = {"friend_ids": [await pair.bob.did()], "role": "viewer", "amounts": False}
    await pair.world.alice.post(f"/positions/{idea['id']}/share", share)
    await pair.bob.open("/shared")
    await pair.bob.page.get_by_role("link", name="IBM").click()

    await expect(pair.bob.heading(re.compile("IBM")).first).to_be_visible()
    await expect(pair.bob.text("You may read along here")).to_be_visible()
    await expect(pair.bob.page.get_by_label("Write a comment")).to_have_count(0)
    await expect(pair.bob.page.get_by_role("slider")).to_have_count(0)
    await expect(pair.bob.button("Share")).to_have_count(0)
    await expect(pair.bob.text("Size")).to_have_count(0)  # an amount, and not shared


async def test_an_editors_line_moves_on_the_owners_chart(pair: Pair) -> None:
    idea = await pair.world.alice.post(
        "/positions/ideas",
        {**IDEA, "symbol": "AAPL", "entry": "450", "stop": "419", "targets": ["520"]},
    )
    share = {"friend_ids": [await pair.bob.did()], "role": "editor", "amounts": False}
    await pair.world.alice.post(f"/positions/{idea['id']}/share", share)
    await pair.alice.open(f"/ideas/{idea['id']}")
    await pair.bob.open("/shared")
    await pair.bob.page.get_by_role("link", name="AAPL").click()

    line = pair.bob.page.get_by_role("slider", name=re.compile("^Stop at"))
    await line.focus()
    for _ in range(3):
        await pair.bob.page.keyboard.press("PageDown")

    told = pair.alice.page.get_by_test_id("moves")
    await expect(told).to_contain_text("Bob moved the stop from 419.00 to 418.70")
    await pair.world.alice.call("DELETE", f"/positions/ideas/{idea['id']}")
    await expect(pair.bob.text("This idea is not here")).to_be_visible()


async def test_who_deletes_an_idea_is_asked_and_nothing_of_it_is_read_again(pair: Pair) -> None:
    alice = pair.alice
    missed: list[str] = []

    def hear(answer: Response) -> None:
        if answer.status == 404:
            missed.append(answer.url)

    alice.page.on("response", hear)
    await _write_idea(alice)
    await alice.button("More actions").click()
    await alice.page.get_by_role("menuitem", name="Delete idea").click()
    await alice.button(re.compile("^Delete"), alice.page.get_by_role("dialog")).click()

    await expect(alice.page).to_have_url(alice.url("/ideas"))
    await expect(alice.text(re.compile("AAPL.*deleted|deleted.*AAPL")).first).to_be_visible()
    await alice.page.wait_for_load_state("networkidle")
    assert missed == []

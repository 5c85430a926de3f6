"""Friends through the page: invites, the safety number, what they see, and how it ends."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from portfolio.demo.planner import Addresses, Planner, until
from portfolio.demo.processes import free_port
from tests.browser.conftest import Pair
from tests.browser.screens import look
from tests.browser.viewer import Viewer, seated
from tests.portfolio.desk import IDEA

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]


async def _shared(pair: Pair, symbol: str) -> str:
    """An idea of Alice's that Bob sees; return its id."""
    idea = await pair.world.alice.post("/positions/ideas", {**IDEA, "symbol": symbol})
    share = {"friend_ids": [await pair.bob.did()], "role": "viewer", "amounts": False}
    await pair.world.alice.post(f"/positions/{idea['id']}/share", share)
    return str(idea["id"])


async def test_both_are_logged_in_side_by_side_in_one_profile(pair: Pair) -> None:
    context = pair.alice.page.context
    beside = await seated(context, pair.world.bob, log_in=False)
    for viewer, friend in ((pair.alice, "Bob"), (beside, "Alice")):
        await viewer.open("/friends")
        await expect(viewer.page.get_by_role("link", name=friend, exact=True)).to_be_visible()
        await expect(viewer.text("online")).to_be_visible()

    names = {cookie["name"] for cookie in await context.cookies()}
    assert len(names) == 2  # one for each planner, on the same host
    assert beside.faults == []


async def test_an_invite_made_on_one_page_makes_friends_on_the_other(
    pair: Pair, browser: Browser, tmp_path: Path
) -> None:
    ports: set[int] = set()
    addresses = Addresses(free_port(0, ports), free_port(0, ports))
    async with (
        Planner("Carol", tmp_path / "carol", addresses) as planner,
        look(browser) as window,
    ):
        await planner.prepare()
        await planner.start(*pair.world.options())
        await planner.call("PATCH", "/settings", {"welcomed": True})
        carol = await seated(window, planner)

        await pair.alice.open("/friends?new")
        dialog = pair.alice.page.get_by_role("dialog")
        await dialog.get_by_label("For whom?").fill("Carol")
        await dialog.get_by_role("button", name="Create invite").click()
        await expect(dialog.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
        invite = await dialog.get_by_test_id("invite").inner_text()

        await carol.open("/friends?new")
        await carol.page.get_by_role("tab", name="I have an invite").click()
        await carol.page.get_by_role("textbox", name="Invite").fill(f"  {invite}\n")
        await carol.button("Accept invite").click()

        await expect(carol.page.get_by_role("link", name="Alice", exact=True)).to_be_visible()
        await expect(dialog.get_by_text("Carol has accepted it")).to_be_visible()
        await pair.alice.page.keyboard.press("Escape")
        await expect(pair.alice.page.get_by_role("link", name="Carol", exact=True)).to_be_visible()

        await _used_invite_is_refused(pair.bob, invite)
        await pair.world.alice.call("DELETE", f"/friends/{await carol.did()}?confirm=true")
        assert carol.faults == []


async def _used_invite_is_refused(bob: Viewer, invite: str) -> None:
    await bob.open("/friends?new")
    await bob.page.get_by_role("tab", name="I have an invite").click()
    await bob.page.get_by_role("textbox", name="Invite").fill(invite)
    await bob.button("Accept invite").click()
    await expect(bob.page.get_by_role("textbox", name="Invite")).to_have_attribute(
        "aria-invalid", "true"
    )


async def test_an_open_invite_is_listed_and_taken_back(pair: Pair) -> None:
    await pair.world.alice.post("/friends/invites", {"name": "Dave"})

    await pair.alice.open("/friends")
    row = pair.alice.page.get_by_role("listitem").filter(has_text="For Dave")
    await row.get_by_role("button", name="Take back").click()

    await expect(row).to_have_count(0)

    async def taken_back() -> bool:  # the page shows it before the planner has answered
        return not (await pair.world.alice.get("/friends/invites"))["items"]

    await until(taken_back, 10, "the invite to be taken back")


async def test_what_is_no_invite_is_refused_with_a_next_step(pair: Pair) -> None:
    await pair.alice.open("/friends#not-an-invite")
    await pair.alice.button("Accept invite").click()

    field = pair.alice.page.get_by_role("textbox", name="Invite")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(pair.alice.text(re.compile("Correct it and try again"))).to_be_visible()


async def test_both_see_one_safety_number_and_remember_that_they_compared_it(pair: Pair) -> None:
    numbers = []
    for viewer, friend in ((pair.alice, pair.bob), (pair.bob, pair.alice)):
        await viewer.open(f"/friends/{await friend.did()}")
        numbers.append(await viewer.page.get_by_test_id("safety-number").inner_text())
    groups = re.findall(r"\d+", numbers[0])
    assert [len(group) for group in groups] == [5] * 12
    assert numbers[0] == numbers[1]

    await pair.alice.button("We compared it, it is the same").click()
    await expect(pair.alice.button("Not sure any more")).to_be_visible()
    await pair.alice.page.reload()
    await expect(pair.alice.button("Not sure any more")).to_be_visible()


async def test_a_friend_is_renamed_and_the_name_taken_back(pair: Pair) -> None:
    await pair.alice.open(f"/friends/{await pair.bob.did()}")

    await pair.alice.button("Rename").click()
    await pair.alice.page.get_by_label("Name", exact=True).fill("Robert")
    await pair.alice.button("Save").click()
    await expect(pair.alice.heading("Robert").first).to_be_visible()

    await pair.alice.button("Undo").click()
    await expect(pair.alice.heading("Bob").first).to_be_visible()


async def test_what_a_friend_can_see_is_listed_changed_and_taken_back(pair: Pair) -> None:
    idea = await _shared(pair, "AAPL")
    await pair.bob.open("/shared")
    await pair.bob.mark()
    await expect(pair.bob.page.get_by_role("link", name="AAPL")).to_be_visible()

    await pair.alice.open(f"/friends/{await pair.bob.did()}")
    await pair.alice.page.get_by_label("What they may do with AAPL").select_option("editor")
    await expect(pair.alice.text("Role of Bob in AAPL changed")).to_be_visible()

    async def may_edit() -> bool:
        found = await pair.world.bob.get(f"/positions/ideas/{idea}")
        return bool(found["role"] == "editor")

    await until(may_edit, 10, "Bob's new role")

    await pair.alice.button("Take back AAPL").click()
    await expect(pair.alice.text("Bob no longer sees AAPL")).to_be_visible()
    await expect(pair.bob.page.get_by_role("link", name="AAPL")).to_have_count(0)
    await pair.bob.was_not_reloaded()


async def test_removing_a_friend_first_lists_what_is_taken_back(pair: Pair) -> None:
    await _shared(pair, "MSFT")
    await pair.alice.open(f"/friends/{await pair.bob.did()}")
    await expect(pair.alice.page.get_by_label("What they may do with MSFT")).to_be_visible()
    await pair.bob.open("/friends")

    await pair.alice.button("Remove friend").click()
    dialog = pair.alice.page.get_by_role("dialog")
    await expect(dialog.get_by_role("listitem").filter(has_text="MSFT")).to_be_visible()
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(pair.bob.page.get_by_role("link", name="Alice", exact=True)).to_be_visible()

    await pair.alice.button("Remove friend").click()
    await dialog.get_by_role("button", name="Remove friend").click()
    await expect(pair.alice.page).to_have_url(re.compile(r"/friends$"))
    await expect(pair.alice.page.get_by_role("link", name="Bob", exact=True)).to_have_count(0)
    await expect(pair.bob.page.get_by_role("link", name="Alice", exact=True)).to_have_count(0)
    await pair.world.befriend()

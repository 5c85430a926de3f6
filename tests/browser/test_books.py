"""What the books are kept with: accounts, instruments, and the way back from every write."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Pair
from tests.browser.screens import settled

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]


async def test_an_account_is_opened_renamed_closed_and_brought_back(pair: Pair) -> None:
    alice, page = pair.alice, pair.alice.page
    await alice.open("/")
    await page.keyboard.press("g")
    await page.keyboard.press("c")
    await alice.button("Add account").first.click()
    await page.get_by_label("Name").fill("North Bank")
    await alice.button("Add").click()
    await expect(page.get_by_role("button", name="North Bank")).to_be_visible()

    await page.get_by_role("button", name="North Bank").click()
    await page.get_by_label("Name").fill("Northern Bank")
    await alice.button("Save").click()
    renamed = page.get_by_role("button", name="Northern Bank")
    await expect(renamed).to_be_visible()
    await alice.button("Add account").first.click()
    await page.get_by_label("Name").fill("Northern Bank")
    await alice.button("Add").click()
    await expect(page.get_by_role("alert").get_by_text("of that name already")).to_be_visible()
    await page.keyboard.press("Escape")

    await renamed.click()
    await alice.button("Close account").click()
    await expect(renamed).to_have_count(0)
    toast = page.get_by_role("status").filter(has_text="Account Northern Bank closed")
    await toast.get_by_role("link", name="See all").click()
    await alice.button("Undo: Account Northern Bank closed").click()
    await expect(alice.text("Taken back.")).to_be_visible()

    names = [one["name"] for one in (await alice.planner.get("/accounts"))["items"]]
    assert "Northern Bank" in names


async def test_an_account_with_transactions_says_why_it_cannot_be_closed(pair: Pair) -> None:
    alice, page = pair.alice, pair.alice.page
    deposit = {"kind": "deposit", "date": "2013-01-02", "amount": "50", "account": "Full"}
    await alice.planner.call("POST", "/transactions", {**deposit, "currency": "EUR"})
    await alice.open("/accounts")

    await page.get_by_role("button", name="Full").click()

    await expect(alice.text("It holds 1 transaction")).to_be_visible()
    await expect(alice.button("Close account")).to_have_count(0)
    await page.get_by_role("link", name="Show transactions").click()
    await expect(alice.text("1 transaction")).to_be_visible()


async def test_an_instrument_gets_a_region_and_counts_there(pair: Pair) -> None:
    alice, page = pair.alice, pair.alice.page
    await alice.open("/instruments")
    await page.get_by_label("Search symbol, name, ISIN").fill("microsoft")
    await alice.button("Edit MSFT").click()
    await page.get_by_label("ISIN", exact=True).fill("US5949181044")
    await alice.button("Save").click()
    await expect(alice.text("The check digit of this ISIN is not right")).to_be_visible()

    await page.get_by_label("ISIN", exact=True).fill("US5949181045")
    await page.get_by_role("dialog").get_by_label("Region").fill("North America")
    await alice.button("Save").click()
    row = page.get_by_role("row").filter(has_text="MSFT")
    await expect(row).to_contain_text("North America")
    await expect(alice.text(re.compile("^1 instrument$"))).to_be_visible()

    await row.get_by_role("link").click()
    await settled(page)
    await expect(page).to_have_url(alice.url("/instruments/MSFT"))


async def test_what_friends_received_is_asked_about_before_it_is_undone(pair: Pair) -> None:
    alice, page = pair.alice, pair.alice.page
    idea = await alice.planner.call(
        "POST", "/positions/ideas", {"symbol": "IBM", "side": "long", "currency": "USD"}
    )
    path = f"/positions/{idea['id']}"
    bob = await pair.bob.did()
    await alice.planner.call("POST", f"{path}/share", {"friend_ids": [bob]})
    await alice.planner.call("POST", f"{path}/comments", {"text": "Too early?"})
    await alice.open("/changes")
    write = page.get_by_role("listitem").filter(has_text="Comment added").first
    while not await write.get_by_text("Received by Bob").count():
        await page.reload()
        await write.wait_for()

    await write.get_by_role("button").click()
    await alice.button("Take back").click()

    await expect(alice.text(re.compile("Bob had received it already"))).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text="Comment deleted")).to_be_visible()
    assert (await alice.planner.get(f"{path}/comments"))["items"] == []


async def test_a_sale_opens_to_the_lots_it_took_and_its_figures_to_their_sums(pair: Pair) -> None:
    alice, page = pair.alice, pair.alice.page
    trade = {"symbol": "GOOG", "currency": "USD", "account": "Depot"}
    for kind, date, quantity, price in (
        ("buy", "2011-01-03", "10", "600"),
        ("buy", "2012-01-03", "10", "650"),
        ("sell", "2012-06-01", "15", "570"),
    ):
        row = {**trade, "kind": kind, "date": date, "quantity": quantity, "price": price}
        await alice.planner.call("POST", "/transactions", row)
    await alice.open("/gains")
    await settled(page)

    await expect(page.get_by_label("Realised").get_by_text("2012")).to_be_visible()
    await page.get_by_text("Method", exact=True).click()
    bars = page.get_by_label("Realised").get_by_role("listitem")
    await expect(bars.filter(has_text="Last in, first out")).to_contain_text("$950.00")
    await expect(bars.filter(has_text="First in, first out")).to_contain_text("$700.00")

    await page.get_by_role("table", name="Sales").get_by_role("button", name="1 Jun 2012").click()
    taken = page.get_by_role("dialog").get_by_role("table")
    await expect(taken.get_by_role("row")).to_have_count(3)
    await expect(taken).to_contain_text("515 days")
    await page.keyboard.press("Escape")

    async with page.expect_download() as started:
        await alice.button("Export").click()
    saved = await (await started.value).path()
    assert "2012-06-01,GOOG,Depot,long,USD,15,8550,9250,0,0,-700" in saved.read_text("utf-8-sig")

    await alice.open("/instruments/GOOG")
    lots = page.get_by_role("table", name="Open lots")
    await expect(lots.get_by_role("row")).to_have_count(2)
    await lots.get_by_text("$3,250.00").click()
    await expect(page.get_by_role("dialog").get_by_text("650")).not_to_have_count(0)

"""What the books are kept with: accounts, instruments, and the way back from every write."""

import json
import re
from typing import Final

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Pair
from tests.browser.screens import settled

# How many rows stand in the page at its top, and wherever one scrolls to.
SCROLLED: Final = """async () => {
  const height = document.documentElement.scrollHeight;
  const counts = [];
  for (let step = 0; step <= 40; step += 1) {
    window.scrollTo(0, (height * step) / 40);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    counts.push(document.querySelectorAll("main tbody tr").length);
  }
  return { height, least: Math.min(...counts), most: Math.max(...counts) };
}"""

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


async def test_the_portfolio_is_shared_previewed_and_taken_back(pair: Pair) -> None:
    alice, page = pair.alice, pair.alice.page
    await alice.planner.call("PATCH", "/instruments/IBM", {"tags": ["core"]})
    buy = {"kind": "buy", "symbol": "IBM", "currency": "USD", "account": "Depot"}
    row = {**buy, "date": "2012-02-01", "quantity": "7", "price": "190"}
    await alice.planner.call("POST", "/transactions", row)
    await alice.open("/holdings")
    await page.get_by_role("combobox", name="Tag", exact=True).click()
    await page.get_by_role("option", name="core").click()
    await alice.button("Share…").click()
    await page.get_by_role("menuitem", name="Everything tagged “core”").click()
    dialog = page.get_by_role("dialog")
    preview = dialog.get_by_test_id("preview").filter(has_text="IBM")
    await expect(preview).to_be_visible()
    await expect(preview.get_by_text("Quantity")).to_have_count(0)

    await dialog.get_by_role("checkbox", name=re.compile("Bob")).check()
    await alice.button("Share with Bob", dialog).click()
    follower = dialog.get_by_role("region", name="Who follows it").get_by_role("listitem")
    await expect(follower).to_contain_text("percent and R only")
    given = (await alice.planner.get("/shares/following"))["items"]
    assert [(one["tag"], one["detail"]) for one in given] == [("core", "percent")]

    await follower.get_by_role("button", name=re.compile("Stop sharing")).click()
    await alice.button("Take back").last.click()
    await expect(follower).to_have_count(0)
    assert (await alice.planner.get("/shares/following"))["items"] == []


async def test_legs_are_written_and_their_payoff_can_be_read_without_sight(pair: Pair) -> None:
    alice, page = pair.alice, pair.alice.page
    idea = await alice.planner.call(
        "POST", "/positions/ideas", {"symbol": "IBM", "side": "long", "currency": "USD"}
    )
    await alice.open(f"/ideas/{idea['id']}")
    await alice.button("Add option legs").click()
    dialog = page.get_by_role("dialog")
    await alice.button("Add leg", dialog).click()
    for number, strike, price in ((1, "200", "5"), (2, "210", "2")):
        leg = dialog.get_by_role("group", name=f"Leg {number}")
        await leg.get_by_label("Strike").fill(strike)
        await leg.get_by_label("Expiry").fill("2013-06-21")
        await leg.get_by_label("Price").fill(price)
        await expect(alice.button("Save", dialog)).to_be_enabled(enabled=number == 2)
    await alice.button("Save", dialog).click()

    await expect(page.get_by_role("img", name=re.compile("^Gain of the legs"))).to_be_visible()
    figures = page.get_by_role("region", name="Option legs").get_by_role("definition")
    await expect(figures.filter(has_text="700")).to_have_count(1)
    await expect(figures.filter(has_text="203")).to_have_count(1)
    await page.get_by_text("Show as table").last.click()
    table = page.get_by_role("table").last
    await expect(table.get_by_role("row").filter(has_text="203")).to_contain_text("0.00")


async def test_fifty_thousand_transactions_stand_in_few_rows_of_the_page(pair: Pair) -> None:
    alice, page = pair.alice, pair.alice.page
    row = {"kind": "deposit", "date": "2013-01-02", "amount": "50", "account": "", "note": ""}
    one = await alice.planner.call("POST", "/transactions", {**row, "currency": "EUR"})
    many = [{**one, "id": f"01K0000000000000000{at:07}"} for at in range(50_000)]
    answer = json.dumps({"items": many, "next": None})
    await page.route(
        re.compile(r"/api/v1/transactions\?"),
        lambda route: route.fulfill(body=answer, content_type="application/json"),
    )
    await alice.open("/transactions")
    await expect(
        alice.text("50,000 transactions").or_(alice.text("50000 transactions"))
    ).to_be_visible()

    shown = await page.evaluate(SCROLLED)

    assert shown["height"] > 2_000_000
    assert 10 < shown["least"] <= shown["most"] < 100

"""The first minute: the login link, the welcome, and what an empty planner shows."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect

from portfolio.demo.planner import Addresses, Planner
from portfolio.demo.processes import free_port, run_once
from tests.browser.screens import look, settled
from tests.browser.viewer import Viewer, seated

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planner(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Planner]:
    """A planner as `portfolio init` makes it, by itself."""
    home: Path = tmp_path_factory.mktemp("first") / "dora"
    ports: set[int] = set()
    addresses = Addresses(free_port(0, ports), free_port(0, ports))
    async with Planner("Dora", home, addresses) as made:
        await made.prepare()
        await made.start("--no-lan")
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def dora(planner: Planner, context: BrowserContext) -> AsyncIterator[Viewer]:
    viewer = await seated(context, planner, log_in=False)
    yield viewer
    assert viewer.faults == []


async def test_a_login_link_opens_the_welcome_and_leaves_no_code_behind(dora: Viewer) -> None:
    await dora.planner.call("PATCH", "/settings", {"welcomed": False})

    await dora.page.goto(await dora.planner.login_link())

    await expect(dora.page).to_have_url(dora.url("/welcome"))
    await settled(dora.page)
    assert "login" not in dora.page.url


async def test_three_steps_lead_to_a_filled_home(browser: Browser, tmp_path: Path) -> None:
    home, ports = tmp_path / "erin", set[int]()
    printed = await run_once(("init", "--home", str(home), "--name", "Erin"))
    words = printed.strip().splitlines()[-1].split()
    addresses = Addresses(free_port(0, ports), free_port(0, ports))
    async with Planner("Erin", home, addresses) as planner, look(browser) as window:
        await planner.prepare()
        await planner.start("--no-lan")
        erin = await seated(window, planner, log_in=False)
        await erin.page.goto(await planner.login_link())
        await erin.page.get_by_label("Your name").fill("Erin of York")
        await erin.button("Next").click()

        field = erin.page.get_by_label(re.compile("Type or paste them"))
        await field.fill(" ".join(reversed(words)))
        await erin.button("Check them").click()
        await expect(erin.text(re.compile("These are not the words"))).to_be_visible()
        await field.fill(" ".join(words))
        await erin.button("Check them").click()
        await expect(erin.text(re.compile("These are your words"))).to_be_visible()
        await erin.button("Next").click()

        await erin.button("Open my planner").click()
        await expect(erin.page.get_by_test_id("portfolio-value")).to_contain_text("£")
        assert (await planner.get("/me"))["name"] == "Erin of York"

        await erin.button("Remove it").click()  # one click takes the sample away
        await expect(erin.page.get_by_test_id("portfolio-value")).to_have_count(0)
        assert (await planner.get("/transactions"))["items"] == []
        assert erin.faults == []


async def test_an_unknown_path_says_so_and_leads_home(dora: Viewer) -> None:
    await dora.planner.call("PATCH", "/settings", {"welcomed": True})
    await dora.log_in()
    answer = await dora.page.goto(dora.url("/nowhere/at-all"))

    assert answer is not None
    assert answer.status == 404
    await dora.page.get_by_role("main").get_by_role("link").click()
    await expect(dora.page).to_have_url(dora.url("/"))


async def test_a_link_works_once(dora: Viewer, browser: Browser) -> None:
    link = await dora.planner.login_link()
    await dora.page.goto(link)
    await settled(dora.page)
    elsewhere = await browser.new_context(locale="en-GB")
    try:
        page = await elsewhere.new_page()
        await page.goto(link)
        await expect(page.get_by_text("This login link no longer works")).to_be_visible()
        await expect(page.get_by_label("Login link or code")).to_be_visible()

        await page.get_by_label("Login link or code").fill(await dora.planner.login_link())
        await page.get_by_role("button", name="Log in").click()
        await expect(page.get_by_role("heading", level=1).first).to_be_visible()
        await expect(page.get_by_label("Login link or code")).to_have_count(0)
    finally:
        await elsewhere.close()


async def test_who_is_not_logged_in_is_back_where_they_were_after_logging_in(
    dora: Viewer,
) -> None:
    await dora.planner.call("PATCH", "/settings", {"welcomed": True})
    await dora.page.goto(dora.url("/friends"))
    await dora.page.get_by_label("Login link or code").fill(await dora.planner.login_link())
    await dora.button("Log in").click()

    await expect(dora.heading("Friends").first).to_be_visible()


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/ideas", "New idea"),
        ("/shared", "Invite a friend"),
        ("/feed", "Invite a friend"),
        ("/friends", "Invite a friend"),
        ("/inbox", "Invite a friend"),
    ],
)
async def test_an_empty_screen_says_what_will_be_here_and_holds_a_button(
    dora: Viewer, path: str, button: str
) -> None:
    await dora.planner.call("PATCH", "/settings", {"welcomed": True})
    await dora.log_in()
    await dora.open(path)
    await settled(dora.page)

    main = dora.page.get_by_role("main")
    way = main.get_by_role("button", name=button).or_(main.get_by_role("link", name=button))
    await expect(way.first).to_be_visible()


async def test_german_is_complete_on_every_screen_that_needs_no_data(dora: Viewer) -> None:
    await dora.planner.call("PATCH", "/settings", {"welcomed": True, "language": "de"})
    try:
        await dora.log_in()
        await dora.open("/friends")
        await expect(dora.heading("Freunde").first).to_be_visible()
        await dora.page.get_by_role("link", name="Neues").click()
        await expect(dora.heading("Neues").first).to_be_visible()
        assert await dora.page.evaluate("document.documentElement.lang") == "de"
    finally:
        await dora.planner.call("PATCH", "/settings", {"language": "en"})

"""Fetching: off until it is turned on, patient with a provider that fails, and stored once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio.api.prices import _states
from portfolio.services import entered_prices, instruments, transactions
from portfolio.services.price_feed import FeedConfig, PriceFeed
from portfolio.services.profile import change_preferences
from portfolio.storage import price_asks
from tests.portfolio.desk import Desk, desk
from tests.portfolio.providers.recorded_server import Answer, Recorded, recorded_server

PURCHASE = {
    "kind": "buy",
    "symbol": "VOD",
    "quantity": "100",
    "price": "0.90",
    "currency": "GBP",
    "date": "2026-11-16",
}


@pytest.fixture
async def server() -> AsyncIterator[Recorded]:
    async with recorded_server() as made:
        made.say("VOD.L", "vod-pence.json")
        made.say("AAPL", "aapl-split-2005.json")
        made.say("eurofxref-hist-90d", "ecb-90d.xml")
        yield made


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk("Alice", tmp_path) as made:
        written = {"symbol": "VOD", "currency": "GBP", "mic": "XLON", "kind": "share"}
        await made.write(instruments.create, written)
        yield made


def _feed(home: Desk, server: Recorded, **how: Any) -> PriceFeed:
    config = FeedConfig(
        {"yahoo": server.url, "ecb": server.url}, **{"calls_a_second": 1000.0, **how}
    )
    return PriceFeed(home.planner, config, chance=lambda: 0.5)


async def _set(home: Desk, **changes: Any) -> None:
    await home.planner.writer.run(lambda tx: change_preferences(tx, changes))


def _later(home: Desk, **by: float) -> None:
    home.planner.clock.now += timedelta(**by)  # type: ignore[attr-defined]


async def _yahoo(home: Desk) -> Any:
    return (await home.read(_reading)).items[0]


def _reading(planner: Any, conn: Any) -> Any:
    return _states(planner, conn)


async def test_nothing_is_asked_for_while_nobody_turned_it_on(
    home: Desk, server: Recorded
) -> None:
    await _feed(home, server).round()

    assert server.asked == []
    state = await _yahoo(home)
    assert (state.on, state.last_success, state.next_try) == (False, None, None)


async def test_what_is_fetched_is_stored_told_and_not_asked_for_again(
    home: Desk, server: Recorded
) -> None:
    feed = _feed(home, server)
    await _set(home, price_provider="yahoo")
    await feed.round()

    quote = home.planner.prices.now.price_on("VOD", date(2026, 11, 22))
    assert quote is not None
    assert (quote.price, quote.currency, quote.on) == (
        Decimal("93.88"), "GBX", date(2026, 11, 20),
    )  # fmt: skip
    assert quote.source == "Yahoo Finance"
    assert [kind for kind, _ in await home.live()].count("prices_changed") == 1
    state = await _yahoo(home)
    assert state.error is None
    assert state.last_success < state.next_try

    await feed.round()
    assert len(server.asked) == 1
    _later(home, hours=12)
    await feed.round()
    assert len(server.asked) == 2
    assert [kind for kind, _ in await home.live()].count("prices_changed") == 1


async def test_what_is_held_is_asked_for_since_its_first_trade(
    home: Desk, server: Recorded
) -> None:
    await home.write(transactions.record, PURCHASE)
    await _set(home, price_provider="yahoo")
    await _feed(home, server).round()

    (asked,) = server.asked
    assert "/v8/finance/chart/VOD.L?period1=1793923200&" in asked
    assert "events=div%2Csplits" in asked or "events=div,splits" in asked


async def test_a_price_of_ones_own_stays_before_a_fetched_one(
    home: Desk, server: Recorded
) -> None:
    await home.write(entered_prices.enter, "VOD", "2026-11-20", Decimal("1.11"), "GBP")
    await _set(home, price_provider="yahoo")
    await _feed(home, server).round()

    quote = home.planner.prices.now.price_on("VOD", date(2026, 11, 22))
    assert quote is not None
    assert (quote.price, quote.source) == (Decimal("1.11"), "entered by you")


@pytest.mark.parametrize(
    ("answer", "fault", "rest_s"),
    [
        (Answer(status=429, headers={"Retry-After": "7200"}), "busy", 7200),
        (Answer(status=429), "busy", 60),
        (
            Answer(status=429, headers={"Retry-After": "Sun, 22 Nov 2026 13:00:00 GMT"}),
            "busy",
            10_790,
        ),
        (Answer(status=500), "broken", 60),
        (Answer(status=403), "refused", 60),
        (Answer(status=302, headers={"Location": "http://127.0.0.1:1/"}), "redirected", 60),
        (Answer(b"x" * 3000), "too-large", 60),
        (Answer(b"{}", wait_s=5), "slow", 60),
    ],
)
async def test_a_provider_that_fails_is_left_alone_and_the_old_price_stays(
    home: Desk, server: Recorded, answer: Answer, fault: str, rest_s: int
) -> None:
    feed = _feed(home, server, timeout_s=0.4, bytes_max=2500)
    await _set(home, price_provider="yahoo")
    await feed.round()
    _later(home, hours=13)
    server.say("VOD.L", answer)

    await feed.round()

    state = await _yahoo(home)
    assert state.error == fault
    assert state.detail
    rest = price_asks.WHOLE
    whole = (await home.fetch(price_asks.of, "yahoo"))[rest]
    assert whole.tries == 1
    quote = home.planner.prices.now.price_on("VOD", date(2026, 11, 22))
    assert quote is not None
    assert quote.age_days(date(2026, 11, 23)) == 3

    before = len(server.asked)
    _later(home, seconds=rest_s - 30 if fault == "busy" and rest_s > 7000 else 30)
    if rest_s != 10_790:  # that moment is past after the 13 hours
        await feed.round()
        assert len(server.asked) == before
    _later(home, seconds=100)
    server.say("VOD.L", "vod-pence.json")
    await feed.round()
    assert len(server.asked) == before + 1
    assert (await _yahoo(home)).error is None


async def test_each_failure_doubles_the_rest_up_to_six_hours(home: Desk, server: Recorded) -> None:
    server.say("VOD.L", Answer(status=503))
    feed = _feed(home, server)
    await _set(home, price_provider="yahoo")
    rests = []
    for _ in range(11):
        await feed.round()
        whole = (await home.fetch(price_asks.of, "yahoo"))[price_asks.WHOLE]
        rests.append(_seconds(whole.failed, whole.due))
        _later(home, hours=12)

    assert rests[:4] == [60, 120, 240, 480]
    assert rests[-1] == 6 * 3600


def _seconds(start: str | None, end: str | None) -> int:
    assert start is not None
    assert end is not None
    return round((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())


async def test_one_that_it_cannot_tell_does_not_stop_the_others(
    home: Desk, server: Recorded
) -> None:
    for symbol, currency in (("AAPL", "EUR"), ("GONE", "USD"), ("TRASH", "USD")):
        await home.write(instruments.create, {"symbol": symbol, "currency": currency})
    server.say("TRASH", Answer(b"<html>captive portal</html>"))
    feed = _feed(home, server)
    await _set(home, price_provider="yahoo")

    await feed.round()

    state = await _yahoo(home)
    assert state.error is None
    troubles = {one.symbol: one.error for one in state.troubles}
    assert troubles == {"AAPL": "currency", "GONE": "unknown", "TRASH": "garbage"}
    assert "USD" in next(one.detail for one in state.troubles if one.symbol == "AAPL")
    assert home.planner.prices.now.track("VOD") is not None

    await feed.round()
    assert len(server.asked) == 4


async def test_who_presses_the_button_need_not_wait_unless_the_provider_said_so(
    home: Desk, server: Recorded
) -> None:
    feed = _feed(home, server)
    await _set(home, price_provider="yahoo")
    await feed.round()
    home.planner.price_desk.ask("yahoo", frozenset({"VOD"}))
    await feed.round()
    assert len(server.asked) == 2

    server.say("VOD.L", Answer(status=500))
    for count in (3, 4):
        home.planner.price_desk.ask("yahoo")
        await feed.round()
        assert len(server.asked) == count

    server.say("VOD.L", Answer(status=429, headers={"Retry-After": "600"}))
    for _ in range(2):
        home.planner.price_desk.ask("yahoo")
        await feed.round()
    assert len(server.asked) == 5


async def test_calls_are_no_faster_than_the_bucket_gives(home: Desk, server: Recorded) -> None:
    for number in range(6):
        await home.write(instruments.create, {"symbol": f"X{number}", "currency": "USD"})
    feed = _feed(home, server, calls_a_second=10.0)
    await _set(home, price_provider="yahoo")
    began = asyncio.get_running_loop().time()

    await feed.round()

    assert len(server.asked) == 7
    assert asyncio.get_running_loop().time() - began >= 0.38  # 3 at once, then 4 at 10 a second


async def test_rates_are_fetched_when_asked_for_and_merged_over_the_packaged(
    home: Desk, server: Recorded
) -> None:
    feed = _feed(home, server)
    before = home.planner.prices.now.rates
    home.planner.price_desk.ask("ecb")

    await feed.round()

    after = home.planner.prices.now.rates
    assert server.asked == ["/eurofxref-hist-90d.xml"]
    assert before.last == date(2026, 10, 30)
    assert after.last == date(2026, 11, 20)
    assert after.rate("EUR", "USD", date(2026, 11, 22)).rate == Decimal("1.1523")
    state = (await home.read(_reading)).items[1]
    assert (state.name, state.on, state.known_until) == ("ecb", False, "2026-11-20")
    assert state.next_try is None

    await feed.round()
    assert len(server.asked) == 1
    await _set(home, rates_refresh=True)
    _later(home, hours=25)
    await feed.round()
    assert len(server.asked) == 2


async def test_rates_that_cannot_be_read_leave_the_old_ones(home: Desk, server: Recorded) -> None:
    feed = _feed(home, server)
    server.say("eurofxref-hist-90d", Answer(b"<html>maintenance</html>"))
    await _set(home, rates_refresh=True)

    await feed.round()
    await feed.round()

    state = (await home.read(_reading)).items[1]
    assert state.error in {"garbage", "empty"}
    assert home.planner.prices.now.rates.last == date(2026, 10, 30)


async def test_a_split_that_is_told_later_leaves_stored_prices_as_traded(
    home: Desk, server: Recorded
) -> None:
    bought = {**PURCHASE, "symbol": "AAPL", "currency": "USD", "date": "2005-02-22"}
    await home.write(transactions.record, bought)
    await _set(home, price_provider="yahoo")
    await _feed(home, server).round()

    quote = home.planner.prices.now.price_on("AAPL", date(2005, 2, 25))
    assert quote is not None
    assert (quote.price, quote.source) == (Decimal("88.99"), "Yahoo Finance")
    events = home.planner.prices.now.events("AAPL")
    assert date(2014, 6, 9) in {one.on for one in events if one.kind == "split"}
    assert [one.on for one in events].count(date(2005, 2, 28)) == 1  # the package has it, too

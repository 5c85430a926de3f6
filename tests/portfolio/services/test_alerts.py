"""Alerts: told once when a price comes near a level, again only after it went away."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio.domain.valuation import Quote
from portfolio.services import alerts, ideas, quotes, upkeep
from portfolio.services.profile import change_preferences
from portfolio.storage import feed
from tests.portfolio.desk import IDEA, Desk, desk, desks, documents_of, hand_over

WATCHED: dict[str, Any] = {
    **IDEA,
    "state": "watching",
    "entry": "100",
    "stop": "90",
    "targets": ["120"],
}


class Prices:
    """Prices by word of the test."""

    def __init__(self) -> None:
        self.now = Decimal(110)

    def market(self, _known: object, _symbol: str, currency: str, on: date) -> Quote:
        return Quote(self.now, currency, on, "test")


@pytest.fixture
def prices(monkeypatch: pytest.MonkeyPatch) -> Prices:
    made = Prices()
    monkeypatch.setattr(quotes, "market", made.market)
    return made


async def _told(one: Desk) -> list[tuple[str, Any, bool]]:
    found = await one.fetch(feed.page, before=None, limit=50)
    return [
        (row.type, dict(row.changes[0]) if row.changes else None, row.notify)
        for row in reversed(found)
        if row.type.startswith("near_")
    ]


async def _look(one: Desk, prices: Prices, *seen: str) -> list[str]:
    for price in seen:
        prices.now = Decimal(price)
        await one.write(upkeep.attend)
    return [kind for kind, _, _ in await _told(one)]


async def test_an_approach_is_told_once_and_again_after_the_price_went_away(
    tmp_path: Path, prices: Prices
) -> None:
    async with desk("Alice", tmp_path) as alice:
        await alice.write(ideas.create, WATCHED)
        far = await _look(alice, prices, "110", "102")
        near = await _look(alice, prices, "100.9", "100.2", "99.5")
        wavering = await _look(alice, prices, "101.2", "100.9")  # not far enough to count anew
        again = await _look(alice, prices, "103", "100.5")
        told = await _told(alice)

    assert far == []
    assert near == ["near_entry"]
    assert wavering == ["near_entry"]
    assert again == ["near_entry"] * 2
    assert told[0] == ("near_entry", {"field": "entry", "from": "100.9", "to": "100"}, True)


async def test_in_the_trade_stop_and_targets_count_and_before_it_the_entry(
    tmp_path: Path, prices: Prices
) -> None:
    async with desk("Alice", tmp_path) as alice:
        made = await alice.write(ideas.create, WATCHED)
        before = await _look(alice, prices, "90", "120")
        for state in ("ready", "open"):
            await alice.write(ideas.revise, made.id, {"state": state})
        during = await _look(alice, prices, "100", "119.5", "90.5")
        await alice.write(ideas.revise, made.id, {"state": "closed"})
        after = await _look(alice, prices, "105", "119.5", "100")

    assert before == []
    assert during == ["near_target", "near_stop"]
    assert after == during


async def test_a_level_that_is_moved_is_told_anew(tmp_path: Path, prices: Prices) -> None:
    async with desk("Alice", tmp_path) as alice:
        made = await alice.write(ideas.create, WATCHED)
        await _look(alice, prices, "100")
        await alice.write(ideas.revise, made.id, {"entry": "100.50"})
        told = await _look(alice, prices, "100")

    assert told == ["near_entry"] * 2


async def test_how_near_is_for_the_person_to_say_and_whether_at_all(
    tmp_path: Path, prices: Prices
) -> None:
    async with desk("Alice", tmp_path) as alice:
        await alice.write(ideas.create, WATCHED)

        async def prefer(**changes: Any) -> None:
            await alice.planner.writer.run(lambda tx: change_preferences(tx, changes))

        await prefer(alerts=False)
        off = await _look(alice, prices, "100")
        await prefer(alerts=True, alert_percent="5")
        on = await _look(alice, prices, "104")

    assert (off, on) == ([], ["near_entry"])


async def test_a_friends_idea_tells_its_owner_alone(tmp_path: Path, prices: Prices) -> None:
    from portfolio.services import shares

    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        made = await alice.write(ideas.create, WATCHED)
        await alice.write(shares.share, made.id, [bob.did], "viewer")
        await hand_over(alice, bob, *await documents_of(alice, made.id))
        mine, his = await _look(alice, prices, "100"), await _look(bob, prices, "100")

    assert (mine, his) == (["near_entry"], [])


async def test_the_samples_ideas_are_measured_on_the_samples_day(tmp_path: Path) -> None:
    async with desk("Alice", tmp_path) as alice:
        # IBM closed at 202.91 on the last day of the sample, and has no price in euro
        near = {**WATCHED, "entry": "203", "stop": "190", "targets": []}
        made = await alice.write(ideas.create, near, sample=True)
        other = await alice.write(ideas.create, {**near, "currency": "EUR"}, sample=True)
        await alice.write(alerts.attend, [made.id, other.id])
        told = await _told(alice)

    assert [kind for kind, _, _ in told] == ["near_entry"]

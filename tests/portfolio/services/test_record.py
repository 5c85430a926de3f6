"""A track record counts what a witness held before the outcome was known, and nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from portfolio.domain.ideas import IdeaState
from portfolio.services import ideas, journal, record, shares, trades
from portfolio.services.errors import NotFoundError
from portfolio.services.proof import Verified, verify
from portfolio.storage import record as store
from tests.portfolio.desk import IDEA, Clock, Desk, desks, documents_of, hand_over, shared

FILL = {"quantity": "61", "price": "206.50", "date": "2026-11-22"}
EXIT = {"quantity": "61", "price": "220.50", "date": "2026-11-22"}


@pytest_asyncio.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[Desk, Desk]]:
    async with desks(tmp_path, "alice", "bob") as (alice, bob):
        for one in (alice, bob):
            one.log.on_receipt.append(partial(journal.take_receipt, one.did))
        yield alice, bob


def later(desk: Desk, **by: int) -> None:
    clock = desk.planner.clock
    assert isinstance(clock, Clock)
    clock.now += timedelta(**by)


async def journal_of(desk: Desk) -> str:
    doc = await desk.fetch(store.document_of, desk.did, "journal")
    assert doc is not None
    return doc


async def witnessed(alice: Desk, bob: Desk, position: str) -> None:
    """Enter what is due, and bring the idea and the journal to Bob; time passes meanwhile."""
    docs = await documents_of(alice, position)
    await alice.write(journal.enter, docs)
    for one in (alice, bob):
        later(one, minutes=5)
    await hand_over(alice, bob, *docs, await journal_of(alice))
    for one in (alice, bob):
        later(one, minutes=5)


async def ready(alice: Desk, bob: Desk) -> str:
    idea = await shared(alice, bob)
    await alice.write(ideas.move, idea.id, IdeaState.READY)
    await witnessed(alice, bob, idea.id)
    return idea.id


async def traded(alice: Desk, bob: Desk) -> str:
    """Let Alice share, open and close an idea, each step held by Bob before the next."""
    idea = await ready(alice, bob)
    await alice.write(trades.enter, idea, [FILL])
    await witnessed(alice, bob, idea)
    await alice.write(trades.leave, idea, [EXIT])
    await witnessed(alice, bob, idea)
    return idea


async def exported(alice: Desk) -> dict[str, Any]:
    found: dict[str, Any] = await alice.read(record.export, "Alice", "2026-11-23T00:00:00Z")
    return found


async def test_a_trade_whose_plan_was_held_before_it_was_opened_counts(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    await traded(alice, bob)

    mine = await alice.read(record.own)
    his = await bob.read(record.of_friend, alice.did)

    (trade,) = mine.trades
    assert (trade.reason, str(trade.r), trade.witness) == (None, "2", bob.did)
    assert (mine.numbers, mine.summary.counted, mine.summary.missing) == (3, 1, 0)
    assert (str(mine.summary.expectancy), str(mine.summary.hit_rate)) == ("2", "1")
    assert his.trades[0].numbers == trade.numbers == (1, 2, 3)
    assert his.summary.counted == 1
    assert his.trades[0].witness == bob.did


async def test_a_trade_that_was_told_when_it_was_over_does_not_count(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await alice.write(ideas.create, IDEA)
    await alice.write(shares.share, made.id, [bob.did], "viewer", amounts=False)
    await alice.write(ideas.move, made.id, IdeaState.READY)
    await alice.write(trades.enter, made.id, [FILL])
    await alice.write(trades.leave, made.id, [EXIT])
    await witnessed(alice, bob, made.id)

    mine = await alice.read(record.own)
    his = await bob.read(record.of_friend, alice.did)

    assert [trade.reason for trade in mine.trades] == ["not_witnessed"]
    assert mine.summary.counted == 0
    assert mine.summary.expectancy is None
    assert his.summary.counted == mine.summary.counted


async def test_without_a_receipt_nothing_counts(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    alice.log.on_receipt.clear()

    await traded(alice, bob)

    assert [one.reason for one in (await alice.read(record.own)).trades] == ["not_witnessed"]


async def test_a_plan_changed_after_its_receipt_needs_a_new_one(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    idea = await ready(alice, bob)
    await alice.write(ideas.revise, idea, {"stop": "190"})
    await alice.write(trades.enter, idea, [FILL])
    await alice.write(trades.leave, idea, [EXIT])
    await witnessed(alice, bob, idea)

    (trade,) = (await alice.read(record.own)).trades

    assert (trade.changed, trade.reason) == (True, "not_witnessed")


async def test_an_idea_that_is_gone_is_a_missing_number(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    idea = await traded(alice, bob)
    await alice.write(ideas.remove, idea)

    mine = await alice.read(record.own)
    proven = verify(await exported(alice))

    assert (mine.numbers, mine.summary.missing, mine.trades) == (3, 3, ())
    assert proven.holes == (1, 2, 3)


async def test_what_a_friend_took_back_is_missing_on_my_page(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    idea = await traded(alice, bob)
    await alice.write(shares.revoke, idea, bob.did)
    docs = [*await documents_of(alice, idea), await journal_of(alice)]
    await hand_over(alice, bob, *docs)

    his = await bob.read(record.of_friend, alice.did)

    assert (his.numbers, his.summary.missing, his.trades) == (3, 3, ())


async def test_a_friend_removed_loses_the_journal(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    idea = await ready(alice, bob)
    docs = [*await documents_of(alice, idea), await journal_of(alice)]
    await alice.write(shares.revoke_person, bob.did)
    await hand_over(alice, bob, *docs)

    with pytest.raises(NotFoundError):
        await bob.read(record.of_friend, alice.did)


async def test_of_somebody_who_shared_nothing_there_is_no_record(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair

    with pytest.raises(NotFoundError):
        await alice.read(record.of_friend, bob.did)
    with pytest.raises(NotFoundError):
        await exported(alice)
    assert (await alice.read(record.own)).numbers == 0


async def test_an_exported_record_is_checked_offline(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    await traded(alice, bob)

    proven = verify(await exported(alice))

    assert proven.author == alice.did
    assert proven.witnesses == {bob.did: "bob"}
    assert (proven.numbers, proven.holes, proven.summary.counted) == (3, (), 1)
    assert [str(one.r) for one in proven.trades] == ["2"]


async def test_hiding_an_idea_leaves_its_numbers_unexplained(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    await traded(alice, bob)
    await traded(alice, bob)
    file = await exported(alice)
    del file["ideas"][0]

    proven: Verified = verify(file)

    assert proven.holes == (1, 2, 3)
    assert proven.summary.counted == 1


async def test_members_who_joined_later_hold_the_journal_too(tmp_path: Path) -> None:
    async with desks(tmp_path, "alice", "bob", "carol") as (alice, bob, carol):
        idea = await shared(alice, bob)
        docs = await documents_of(alice, idea.id)
        await alice.write(journal.enter, docs)
        await alice.write(shares.share, idea.id, [carol.did], "viewer", amounts=False)
        await alice.write(journal.enter, docs)

        members = await alice.fetch(alice.log.members, await journal_of(alice))

    assert members == {alice.did: "owner", bob.did: "viewer", carol.did: "viewer"}


async def test_a_trade_that_states_an_opening_before_anybody_held_its_plan_does_not_count(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    idea = await ready(alice, bob)
    await alice.write(trades.enter, idea, [{**FILL, "date": "2026-11-20"}])
    await witnessed(alice, bob, idea)
    await alice.write(trades.leave, idea, [EXIT])
    await witnessed(alice, bob, idea)

    mine = await alice.read(record.own)
    his = await bob.read(record.of_friend, alice.did)

    assert [one.reason for one in (*mine.trades, *his.trades)] == ["back_dated"] * 2
    assert mine.summary.counted == his.summary.counted == 0


async def test_a_day_of_an_exchange_in_another_time_zone_is_not_back_dated(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    idea = await ready(alice, bob)
    await alice.write(trades.enter, idea, [{**FILL, "date": "2026-11-21"}])
    await witnessed(alice, bob, idea)
    await alice.write(trades.leave, idea, [EXIT])
    await witnessed(alice, bob, idea)

    (trade,) = (await alice.read(record.own)).trades

    assert (trade.reason, trade.late) == (None, False)


async def test_an_opening_that_was_told_when_it_was_over_is_marked(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    idea = await ready(alice, bob)
    for one in pair:
        later(one, days=9)
    await alice.write(trades.enter, idea, [FILL])
    await witnessed(alice, bob, idea)
    await alice.write(trades.leave, idea, [{**EXIT, "date": "2026-11-25"}])
    await witnessed(alice, bob, idea)

    (trade,) = (await alice.read(record.own)).trades

    assert (trade.reason, trade.late) == (None, True)
    assert verify(await exported(alice)).trades[0].late

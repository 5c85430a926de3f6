"""How much a share shows, and until when; shares that follow a tag or the whole portfolio."""

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from portfolio.services import ideas, previews, shares, standing, transactions, upkeep
from portfolio.services.errors import NotAllowedError, NotFoundError, RuleError
from portfolio.storage import feed, positions
from portfolio.storage.positions import Position
from tests.portfolio.desk import (
    IDEA,
    Clock,
    Desk,
    bytes_on_disk,
    desks,
    hand_over,
    sync,
)

SIZE = "61739"  # found nowhere by chance
ACCOUNT = "Depot-84213"
BUY: dict[str, Any] = {
    "kind": "buy",
    "symbol": "IBM",
    "currency": "USD",
    "date": "2012-01-03",
    "quantity": "7193",
    "price": "186.30",
    "account": ACCOUNT,
    "tags": ["income"],
}


def _ahead(desk: Desk, **by: float) -> None:
    cast("Clock", desk.planner.clock).now += timedelta(**by)


async def _all_documents(owner: Desk, position: str) -> list[str]:
    found = await owner.fetch(positions.get, position)
    assert found is not None
    docs = (found.doc, found.amounts_doc, found.quantities_doc)
    return [doc for doc in docs if doc is not None]


async def _bring(alice: Desk, bob: Desk, position: str) -> None:
    await hand_over(alice, bob, *await _all_documents(alice, position))


async def _seen(bob: Desk, position: str) -> Position:
    found = await bob.fetch(positions.get, position)
    assert found is not None
    return found


async def _share(alice: Desk, bob: Desk, position: str, **how: Any) -> None:
    await alice.write(shares.share, position, [bob.did], how.pop("role", "viewer"), **how)
    await _bring(alice, bob, position)


async def test_each_level_of_detail_shows_that_and_no_more(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice", "Bob", "Carol", "Dora") as (alice, *others):
        made = await alice.write(ideas.create, {**IDEA, "size": SIZE, "account": ACCOUNT})
        for friend, detail in zip(others, ("percent", "quantities", "amounts"), strict=True):
            await _share(alice, friend, made.id, detail=detail)
        seen = [await _seen(friend, made.id) for friend in others]
        disks = [bytes_on_disk(friend) for friend in others]
        listed = await alice.read(shares.shares, made.id)

    assert [one.amounts for one in seen] == [
        None,
        {"size": SIZE},
        {"size": SIZE, "account": ACCOUNT},
    ]
    assert [one.detail for one in seen] == ["percent", "quantities", "amounts"]
    assert {one.detail for one in listed} == {"percent", "quantities", "amounts"}
    assert [SIZE.encode() in disk for disk in disks] == [False, True, True]
    assert [ACCOUNT.encode() in disk for disk in disks] == [False, False, True]


async def test_a_holding_tells_how_many_without_what_they_cost(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        holding = (await alice.write(transactions.record, BUY)).position
        assert holding is not None
        await _share(alice, bob, holding, detail="quantities")
        first = await _seen(bob, holding)
        await alice.write(transactions.record, {**BUY, "kind": "sell", "quantity": "193"})
        await alice.write(upkeep.attend)
        await _bring(alice, bob, holding)
        later = await _seen(bob, holding)
        disk = bytes_on_disk(bob)

    assert first.amounts == {"quantity": "7193"}
    assert later.amounts == {"quantity": "7000"}
    assert ACCOUNT.encode() not in disk
    assert b"1340055.9" not in disk  # 7193 x 186.30


async def test_detail_can_be_raised_and_lowered_and_what_is_closed_is_erased(
    tmp_path: Path,
) -> None:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        made = await alice.write(ideas.create, {**IDEA, "size": SIZE, "account": ACCOUNT})
        steps = []
        for detail in ("quantities", "amounts", "quantities", "percent"):
            await _share(alice, bob, made.id, detail=detail)
            seen = await _seen(bob, made.id)
            steps.append((seen.detail, seen.amounts))
        for _ in range(2):  # the journal is emptied once no reader needs it, after a write
            await bob.write(upkeep.attend)
        disk = bytes_on_disk(bob)

    assert steps == [
        ("quantities", {"size": SIZE}),
        ("amounts", {"size": SIZE, "account": ACCOUNT}),
        ("quantities", {"size": SIZE}),
        ("percent", None),
    ]
    assert SIZE.encode() not in disk
    assert ACCOUNT.encode() not in disk


async def test_an_editors_size_reaches_those_who_see_how_many(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice", "Bob", "Carol") as (alice, bob, carol):
        made = await alice.write(ideas.create, IDEA)
        await _share(alice, bob, made.id, detail="quantities", role="editor")
        await _share(alice, carol, made.id, detail="amounts", role="editor")
        await carol.write(ideas.revise, made.id, {"size": "77"})
        await sync(alice, carol, made.id)
        await alice.write(upkeep.attend)
        await _bring(alice, bob, made.id)
        seen = await _seen(bob, made.id)
        with pytest.raises(NotAllowedError):
            await bob.write(ideas.revise, made.id, {"size": "1"})

    assert seen.amounts == {"size": "77"}


async def test_at_its_end_the_owners_planner_takes_a_share_back(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        made = await alice.write(ideas.create, IDEA)
        await _share(alice, bob, made.id, until="2026-11-22T12:00:00Z")
        early = await alice.write(upkeep.attend)
        (before,) = await alice.read(shares.shares, made.id)
        _ahead(alice, hours=3)
        later = await alice.write(upkeep.attend)
        (after,) = await alice.read(shares.shares, made.id)
        await _bring(alice, bob, made.id)
        gone = await bob.fetch(positions.get, made.id, hidden=True)

    assert (early, later) == ("2026-11-22T12:00:00.000Z", None)
    assert (before.role, before.until) == ("viewer", "2026-11-22T12:00:00.000Z")
    assert (after.role, after.until) == ("none", None)
    assert gone is None


async def test_a_member_hides_it_by_their_own_clock_and_shows_it_when_prolonged(
    tmp_path: Path,
) -> None:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        made = await alice.write(ideas.create, IDEA)
        await _share(alice, bob, made.id, until="2026-11-22T12:00:00Z")
        await bob.write(upkeep.attend)
        shown = await bob.fetch(positions.get, made.id)
        _ahead(bob, hours=3)
        await bob.write(upkeep.attend)
        with pytest.raises(NotFoundError):
            await bob.fetch(ideas.get, made.id)
        listed = await bob.fetch(positions.page, kind=None, before=None, limit=9)
        told = await bob.fetch(feed.page, before=None, limit=9)
        await _share(alice, bob, made.id, until="2026-11-22T18:00:00Z")
        await bob.write(upkeep.attend)
        again = await bob.fetch(positions.get, made.id)

    assert shown is not None
    assert (listed, [one for one in told if one.position == made.id]) == ([], [])
    assert again is not None


async def test_nobody_but_the_owner_says_until_when(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice", "Bob", "Carol") as (alice, bob, carol):
        made = await alice.write(ideas.create, IDEA)
        await _share(alice, bob, made.id, role="editor")
        await _share(alice, carol, made.id)
        found = await _seen(bob, made.id)
        content = {"fields": {}, "over": {}, "until": {carol.did: "2020-01-01T00:00:00Z"}}
        await bob.planner.writer.run(
            lambda tx: bob.log.append(tx, str(found.doc), "idea.changed/1", content)
        )
        await sync(alice, bob, made.id)
        await _bring(alice, carol, made.id)
        await alice.write(upkeep.attend)
        await carol.write(upkeep.attend)
        still = await carol.fetch(positions.get, made.id)
        members = await alice.read(shares.shares, made.id)

    assert still is not None
    assert {one.role for one in members} == {"editor", "viewer"}


@pytest.mark.parametrize("until", ["2020-01-01T00:00:00Z", "soon", "2027-01-01T00:00:00"])
async def test_a_share_ends_at_a_moment_to_come(tmp_path: Path, until: str) -> None:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        made = await alice.write(ideas.create, IDEA)
        with pytest.raises(RuleError):
            await alice.write(shares.share, made.id, [bob.did], "viewer", until=until)
        assert await alice.read(shares.shares, made.id) == []


async def test_a_share_of_a_tag_takes_new_positions_in_and_lets_others_go(tmp_path: Path) -> None:
    tagged = {**IDEA, "tags": ["dip"], "state": "watching"}
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        first = await alice.write(ideas.create, tagged)
        await alice.write(ideas.create, {**tagged, "tags": ["other"]})
        terms = standing.Terms("dip", "commenter", "percent")
        (share,) = await alice.write(standing.begin, [bob.did], terms)
        second = await alice.write(ideas.create, tagged)
        draft = await alice.write(ideas.create, {**tagged, "state": "draft"})
        await alice.write(upkeep.attend)
        joined = {one.id for one in await alice.read(shares.shared_with, bob.did)}
        await alice.write(ideas.revise, first.id, {"tags": None})
        await alice.write(shares.revoke, second.id, bob.did)
        await alice.write(ideas.revise, draft.id, {"state": "watching"})
        await alice.write(upkeep.attend)
        left = {one.id for one in await alice.read(shares.shared_with, bob.did)}
        await alice.write(standing.end, share.id)
        ended = await alice.read(shares.shared_with, bob.did)

    assert share.given == (first.id,)
    assert joined == {first.id, second.id}
    assert left == {draft.id}
    assert ended == []


async def test_the_whole_portfolio_is_shared_without_the_sample_and_drafts(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        watched = await alice.write(ideas.create, {**IDEA, "state": "watching"})
        await alice.write(ideas.create, IDEA)
        await alice.write(ideas.create, {**IDEA, "state": "watching"}, sample=True)
        holding = (await alice.write(transactions.record, BUY)).position
        terms = standing.Terms(None, "editor", "percent")
        (share,) = await alice.write(standing.begin, [bob.did], terms)
        roles = {
            one: (await alice.read(shares.shares, one))[0].role for one in (watched.id, holding)
        }

    assert set(share.given) == {watched.id, holding}
    assert roles == {watched.id: "editor", holding: "commenter"}


async def test_a_tag_of_a_holding_is_that_of_its_transactions(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        holding = (await alice.write(transactions.record, BUY)).position
        terms = standing.Terms("income", "viewer", "percent")
        (share,) = await alice.write(standing.begin, [bob.did], terms)

    assert share.given == (holding,)


async def test_nothing_follows_a_stranger(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice") as (alice,):
        with pytest.raises(RuleError):
            await alice.write(
                standing.begin, ["did:key:z6MkNobody"], standing.Terms(None, "viewer", "percent")
            )
        assert await alice.fetch(standing.following) == []


@pytest.mark.parametrize("detail", ["percent", "quantities", "amounts"])
async def test_the_preview_is_what_the_friends_planner_shows(tmp_path: Path, detail: Any) -> None:
    from portfolio.api.ideas import idea_of
    from portfolio.api.positions import holding_of
    from portfolio.services.holdings import Holding

    def shown(desk: Desk, one: Position) -> Any:
        def read(conn: Any) -> Any:
            if one.kind == "idea":
                return idea_of(desk.planner, conn, one).model_dump(exclude_unset=True)
            found = holding_of(desk.planner, conn, Holding(one, None, None))
            return found.model_dump(exclude_unset=True)

        return desk.planner.reader.run(read)

    legs = [{"right": "put", "side": "sell", "quantity": "3", "strike": "190", "premium": "2.1",
             "expiry": "2013-06-21"}]  # fmt: skip
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        extra = {"legs": legs, "tags": ["dip"], "fee": "1.25", "account": ACCOUNT}
        made = (await alice.write(ideas.create, {**IDEA, **extra})).id
        holding = (await alice.write(transactions.record, BUY)).position
        assert holding is not None
        seen = await alice.read(previews.preview, [made, holding], "viewer", detail)
        for position, before in zip((made, holding), seen, strict=True):
            preview = await shown(alice, before)
            await _share(alice, bob, position, detail=detail)
            real = await shown(bob, await _seen(bob, position))
            for moving in ("updated", "complete"):  # known once there are events
                del preview[moving], real[moving]
            assert preview == real

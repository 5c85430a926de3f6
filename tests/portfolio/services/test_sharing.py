"""Two or three planners share ideas: roles, states of a share, leaving, ids."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from portfolio.domain.ideas import IdeaState
from portfolio.services import comments, feed, ideas, shares
from portfolio.services.errors import NotAllowedError, NotFoundError, RuleError
from portfolio.services.history import history
from portfolio.storage import positions
from tests.portfolio.desk import (
    IDEA,
    Desk,
    desk,
    desks,
    documents_of,
    hand_over,
    shared,
    sync,
)


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[Desk, Desk]]:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        yield alice, bob


async def test_a_shared_idea_arrives_without_its_amounts(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair

    made = await shared(alice, bob)

    seen = await bob.fetch(ideas.get, made.id)
    assert (seen.fields, seen.amounts) == (made.fields, None)
    assert (seen.owner, seen.role) == (alice.did, "viewer")


async def test_a_stranger_among_the_friends_stops_the_whole_share(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await alice.write(ideas.create, IDEA)
    stranger = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"

    with pytest.raises(RuleError, match=stranger):
        await alice.write(shares.share, made.id, [bob.did, stranger], "viewer", amounts=False)

    assert await alice.read(shares.shares, made.id) == []
    assert (await alice.fetch(ideas.get, made.id)).doc is None


async def test_only_the_owner_shares(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "editor")

    with pytest.raises(NotAllowedError):
        await bob.write(shares.share, made.id, [alice.did], "viewer", amounts=False)


async def test_a_share_is_listed_with_how_far_it_got(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await alice.write(ideas.create, IDEA)
    (before,) = await alice.write(shares.share, made.id, [bob.did], "commenter", amounts=False)

    await hand_over(alice, bob, *await documents_of(alice, made.id))

    (after,) = await alice.read(shares.shares, made.id)
    assert (before.delivery, before.receipt) == ("queued", None)
    assert (after.did, after.role, after.amounts) == (bob.did, "commenter", False)
    assert after.delivery == "delivered"
    assert after.receipt is not None


async def test_an_editors_change_travels_as_an_event(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "editor")

    await bob.write(ideas.revise, made.id, {"stop": "198"})
    await sync(alice, bob, made.id)

    assert (await alice.fetch(ideas.get, made.id)).fields["stop"] == "198"
    (revision,) = await alice.read(history, made.id)
    assert (revision.who, revision.field, revision.before, revision.after) == (
        bob.did,
        "stop",
        "199.50",
        "198",
    )
    (entry, *_) = await alice.fetch(feed.page, before=None, limit=5)
    assert (entry.type, entry.who, entry.notify) == ("changed", bob.did, True)
    assert entry.changes == [{"field": "stop", "from": "199.50", "to": "198"}]


@pytest.mark.parametrize("role", ["viewer", "commenter"])
async def test_who_is_no_editor_changes_nothing(
    pair: tuple[Desk, Desk], role: shares.Role
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, role)

    for write in (
        lambda: bob.write(ideas.revise, made.id, {"stop": "198"}),
        lambda: bob.write(ideas.rewrite, made.id, {**IDEA, "stop": "198"}),
        lambda: bob.write(ideas.move, made.id, IdeaState.WATCHING),
        lambda: bob.write(ideas.remove, made.id),
    ):
        with pytest.raises(NotAllowedError):
            await write()

    assert (await bob.fetch(ideas.get, made.id)).fields["stop"] == "199.50"


async def test_a_share_taken_back_can_be_given_again(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter")
    await bob.write(comments.add, made.id, "first time")
    await sync(alice, bob, made.id)
    await alice.write(shares.revoke, made.id, bob.did)
    await hand_over(alice, bob, *await documents_of(alice, made.id))

    await alice.write(shares.share, made.id, [bob.did], "commenter", amounts=False)
    await hand_over(alice, bob, *await documents_of(alice, made.id))
    await bob.write(comments.add, made.id, "second time")
    await sync(alice, bob, made.id)

    for one in pair:
        texts = [c.text for c in await one.fetch(comments.page, made.id, after=0, limit=10)]
        assert texts == ["first time", "second time"]


async def test_a_role_that_falls_takes_the_right_to_write(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "editor")
    await bob.write(ideas.revise, made.id, {"stop": "198"})
    await sync(alice, bob, made.id)

    await alice.write(shares.change, made.id, bob.did, "viewer", amounts=False)
    await hand_over(alice, bob, *await documents_of(alice, made.id))

    assert (await bob.fetch(ideas.get, made.id)).role == "viewer"
    with pytest.raises(NotAllowedError):
        await bob.write(ideas.revise, made.id, {"stop": "197"})
    assert (await alice.fetch(ideas.get, made.id)).fields["stop"] == "198"


async def test_who_left_can_be_asked_in_again(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter")
    docs = await documents_of(alice, made.id)
    await bob.write(shares.revoke, made.id, bob.did)
    await hand_over(bob, alice, *docs)
    await hand_over(alice, bob, *docs)

    await alice.write(shares.share, made.id, [bob.did], "commenter", amounts=False)
    await hand_over(alice, bob, *docs)

    assert (await bob.fetch(ideas.get, made.id)).fields == made.fields


async def test_an_owner_who_lost_everything_gets_shared_ideas_back(
    pair: tuple[Desk, Desk], tmp_path: Path
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter")
    await bob.write(comments.add, made.id, "still here")
    docs = await documents_of(alice, made.id)
    me = alice.planner.me
    (tmp_path / "new").mkdir()

    async with desk("Alice", tmp_path / "new", alice.person.on_another_device()) as again:
        await again.befriend(bob)
        assert again.did == me.did
        await hand_over(bob, again, *docs, solicited=True)

        found = await again.fetch(ideas.get, made.id)
        assert (found.owner, found.role, found.fields) == (me.did, "owner", made.fields)
        said = await again.fetch(comments.page, made.id, after=0, limit=9)
        assert [one.text for one in said] == ["still here"]
        resized = await again.write(ideas.revise, made.id, {"size": "5"})
        assert resized.amounts is not None
        assert resized.amounts["size"] == "5"


async def test_what_is_not_shared_with_them_cannot_be_taken_back(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await alice.write(ideas.create, IDEA)

    with pytest.raises(NotFoundError):
        await alice.write(shares.revoke, made.id, bob.did)


async def test_a_member_leaves_and_the_owner_is_told(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter", amounts=True)
    docs = await documents_of(alice, made.id)

    await bob.write(shares.revoke, made.id, bob.did)
    await hand_over(bob, alice, *docs)

    with pytest.raises(NotFoundError):
        await bob.fetch(ideas.get, made.id)
    (share,) = await alice.read(shares.shares, made.id)
    assert share.role == "none"
    types = [entry.type for entry in await alice.fetch(feed.page, before=None, limit=10)]
    assert "left" in types


async def test_a_member_takes_nobody_elses_share_away(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice", "Bob", "Carol") as (alice, bob, carol):
        made = await shared(alice, bob, "editor")
        await alice.write(shares.share, made.id, [carol.did], "viewer", amounts=False)
        await sync(alice, bob, made.id)

        with pytest.raises(NotAllowedError):
            await bob.write(shares.revoke, made.id, carol.did)


async def test_writes_at_the_same_time_are_shown_until_one_is_chosen(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "editor")
    await alice.write(ideas.revise, made.id, {"stop": "198"})
    await bob.write(ideas.revise, made.id, {"stop": "197"})

    await sync(alice, bob, made.id)

    one, other = [await side.fetch(ideas.get, made.id) for side in pair]
    assert one.fields == other.fields
    assert one.conflicts == other.conflicts
    (clash,) = one.conflicts
    assert clash["field"] == "stop"
    assert {(v["value"], v["who"]) for v in clash["values"]} == {
        ("198", alice.did),
        ("197", bob.did),
    }

    await alice.write(ideas.revise, made.id, {"stop": one.fields["stop"]})
    await sync(alice, bob, made.id)

    for side in pair:
        settled = await side.fetch(ideas.get, made.id)
        assert settled.conflicts == ()
        assert settled.fields["stop"] == one.fields["stop"]


async def test_writes_of_different_fields_at_the_same_time_are_no_conflict(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "editor")
    await alice.write(ideas.revise, made.id, {"stop": "198"})
    await bob.write(ideas.revise, made.id, {"thesis": "Bob's words"})

    await sync(alice, bob, made.id)

    for side in pair:
        found = await side.fetch(ideas.get, made.id)
        assert (found.fields["stop"], found.fields["thesis"]) == ("198", "Bob's words")
        assert found.conflicts == ()


async def test_a_friends_idea_whose_id_is_taken_here_gets_another_one(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await alice.write(ideas.create, IDEA)

    def same_id(_planner: Any, tx: Any) -> None:
        positions.add(
            tx.conn,
            position=made.id,
            kind="idea",
            owner=bob.did,
            fields={"symbol": "MSFT", "side": "long", "currency": "USD"},
            created=made.created,
        )

    await bob.write(same_id)
    await alice.write(shares.share, made.id, [bob.did], "viewer", amounts=False)
    await hand_over(alice, bob, *await documents_of(alice, made.id))

    rows = await bob.fetch(positions.page, kind="idea", before=None, limit=10)
    assert sorted((row.owner == bob.did, row.fields["symbol"]) for row in rows) == [
        (False, "IBM"),
        (True, "MSFT"),
    ]
    assert len({row.id for row in rows}) == 2

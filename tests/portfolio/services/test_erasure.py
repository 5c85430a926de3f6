"""What is deleted or taken back is gone, from every table and from the disk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from portfolio.services import comments, feed, ideas, shares
from portfolio.services.errors import NotFoundError
from tests.portfolio.desk import (
    Desk,
    bytes_on_disk,
    desks,
    documents_of,
    hand_over,
    shared,
    sync,
)

SECRET = "Nobody-else-may-read-this-4711"


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[Desk, Desk]]:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        yield alice, bob


async def test_a_deleted_comment_is_erased_from_every_members_disk(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter")
    said = await bob.write(comments.add, made.id, SECRET)
    await sync(alice, bob, made.id)
    assert SECRET.encode() in bytes_on_disk(alice)

    await bob.write(comments.remove, made.id, said.id)
    await sync(alice, bob, made.id)

    for one in pair:
        assert await one.fetch(comments.page, made.id, after=0, limit=10) == []
        assert SECRET.encode() not in bytes_on_disk(one)
        assert all(e.comment is None for e in await one.fetch(feed.page, before=None, limit=50))


async def test_an_edited_comment_leaves_no_copy_of_its_first_text(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter")
    said = await bob.write(comments.add, made.id, SECRET)
    await sync(alice, bob, made.id)

    await bob.write(comments.edit, made.id, said.id, "something else")
    await sync(alice, bob, made.id)

    for one in pair:
        assert SECRET.encode() not in bytes_on_disk(one)


async def test_after_a_revocation_the_friends_planner_holds_nothing_of_it(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter", amounts=True, thesis=SECRET)
    await alice.write(comments.add, made.id, f"{SECRET} again")
    await alice.write(ideas.revise, made.id, {"thesis": f"{SECRET} changed", "size": "4711.4711"})
    await sync(alice, bob, made.id)
    assert SECRET.encode() in bytes_on_disk(bob)

    await alice.write(shares.revoke, made.id, bob.did)
    await hand_over(alice, bob, *await documents_of(alice, made.id))

    with pytest.raises(NotFoundError):
        await bob.fetch(ideas.get, made.id)
    with pytest.raises(NotFoundError):
        await bob.fetch(comments.page, made.id, after=0, limit=10)
    entries = await bob.fetch(feed.page, before=None, limit=50)
    assert [(e.type, e.who) for e in entries] == [("revoked", alice.did)]
    raw = bytes_on_disk(bob)
    assert SECRET.encode() not in raw
    assert b"4711.4711" not in raw
    assert ("share_revoked", made.id) in [(kind, data["id"]) for kind, data in await bob.live()]
    (share,) = await alice.read(shares.shares, made.id)
    assert (share.role, share.delivery) == ("none", "revoked")


async def test_deleting_an_idea_takes_it_back_from_everybody_first(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter", amounts=True, thesis=SECRET)
    docs = await documents_of(alice, made.id)

    await alice.write(ideas.remove, made.id)
    await hand_over(alice, bob, *docs)

    for one in pair:
        with pytest.raises(NotFoundError):
            await one.fetch(ideas.get, made.id)
        assert SECRET.encode() not in bytes_on_disk(one)

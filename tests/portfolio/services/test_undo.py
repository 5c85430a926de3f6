"""Undoing what friends may have received: they follow, and it is told who had seen it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from federation.writer import Tx
from portfolio.services import comments, ideas, undo
from portfolio.services.errors import GoneError, OvertakenError
from portfolio.services.planner import Planner
from portfolio.services.undoing import UNDO
from portfolio.storage import positions
from tests.portfolio.desk import Desk, bytes_on_disk, desks, documents_of, hand_over, shared, sync

SECRET = "Nobody-else-may-read-this-4711"


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[Desk, Desk]]:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        yield alice, bob


async def noted(desk: Desk, work: Any, *args: Any) -> str:
    """Do something; return the id by which it can be undone."""

    def whole(planner: Planner, tx: Tx) -> str:
        work(planner, tx, *args)
        return tx.notes[UNDO]

    return await desk.write(whole)


async def names(desk: Desk, identifier: str) -> list[str]:
    """Undo something; return who had received it."""
    return [one.name for one in (await desk.write(undo.undo, identifier)).had]


async def test_a_friend_who_had_received_it_is_named_and_follows(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob)
    change = await noted(alice, ideas.revise, made.id, {"thesis": "A slip"})
    await sync(alice, bob, made.id)

    had = await names(alice, change)
    await sync(alice, bob, made.id)

    assert had == ["Bob"]
    assert (await bob.fetch(ideas.get, made.id)).fields["thesis"] == made.fields["thesis"]


async def test_a_friend_who_was_away_is_not_named(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob)
    change = await noted(alice, ideas.revise, made.id, {"thesis": "A slip"})

    assert await names(alice, change) == []

    await sync(alice, bob, made.id)
    assert (await bob.fetch(ideas.get, made.id)).fields["thesis"] == made.fields["thesis"]


async def test_what_a_friend_changed_since_is_left_alone(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "editor")
    change = await noted(alice, ideas.revise, made.id, {"stop": "198.00"})
    await sync(alice, bob, made.id)
    await bob.write(ideas.revise, made.id, {"stop": "197.00"})
    await sync(alice, bob, made.id)

    with pytest.raises(OvertakenError):
        await alice.write(undo.undo, change)

    assert (await alice.fetch(ideas.get, made.id)).fields["stop"] == "197.00"


async def test_a_shared_comment_is_taken_back_from_everybody(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter")
    said = await noted(bob, comments.add, made.id, SECRET)
    await sync(alice, bob, made.id)

    assert await names(bob, said) == ["Alice"]

    await sync(alice, bob, made.id)
    for one in pair:
        assert await one.fetch(comments.page, made.id, after=0, limit=10) == []


async def test_a_deleted_shared_idea_comes_back_unshared_and_leaves_nothing_on_the_disk(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, thesis=SECRET)
    docs = await documents_of(alice, made.id)
    deleted = await noted(alice, ideas.remove, made.id)
    await hand_over(alice, bob, *docs)
    erased = SECRET.encode() not in bytes_on_disk(alice)

    had = await names(alice, deleted)

    (entry, *_) = await alice.fetch(undo.last)
    (again,) = await alice.fetch(positions.page, kind="idea", before=None, limit=10)
    assert erased
    assert had == ["Bob"]
    assert (again.fields["thesis"], again.doc) == (SECRET, None)
    assert entry.action == "idea.created"


async def test_what_left_nothing_on_the_disk_is_gone_after_a_restart(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, thesis=SECRET)
    deleted = await noted(alice, ideas.remove, made.id)
    alice.planner.keepsakes.clear()

    with pytest.raises(GoneError):
        await alice.write(undo.undo, deleted)

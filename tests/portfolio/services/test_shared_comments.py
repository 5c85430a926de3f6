"""Comments of several people on one idea, guests among them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from federation.errors import LocalProtocolError
from portfolio.api.comments import comment_of
from portfolio.services import comments, feed, history, ideas, shares
from portfolio.services.errors import NotAllowedError, NotFoundError
from portfolio.storage import comments as stored
from tests.portfolio.desk import (
    IDEA,
    Clock,
    Desk,
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


async def test_a_commenters_comment_and_its_reply_stand_on_both_sides(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter")

    asked = await bob.write(comments.add, made.id, "Why 199.50?")
    await sync(alice, bob, made.id)
    await alice.write(comments.add, made.id, "Because.", asked.id)
    await sync(alice, bob, made.id)

    for one in pair:
        found = await one.fetch(comments.page, made.id, after=0, limit=10)
        assert [(c.author, c.text, c.reply_to) for c in found] == [
            (bob.did, "Why 199.50?", None),
            (alice.did, "Because.", asked.id),
        ]
    kinds = [kind for kind, _ in await alice.live()]
    assert "comment_added" in kinds
    assert kinds.index("notification") < kinds.index("comment_added")


async def test_a_viewer_does_not_comment(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "viewer")

    with pytest.raises(NotAllowedError):
        await bob.write(comments.add, made.id, "Let me in")


async def test_somebody_who_is_no_member_finds_nothing(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice", "Bob", "Carol") as (alice, bob, carol):
        made = await shared(alice, bob, "commenter")

        with pytest.raises(NotFoundError):
            await carol.write(comments.add, made.id, "Hello?")
        with pytest.raises(NotFoundError):
            await carol.fetch(ideas.get, made.id)


async def test_comments_from_before_the_first_share_go_along(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await alice.write(ideas.create, IDEA)
    first = await alice.write(comments.add, made.id, "note to self")
    await alice.write(comments.add, made.id, "and another", first.id)

    await alice.write(shares.share, made.id, [bob.did], "viewer", amounts=False)
    await hand_over(alice, bob, *await documents_of(alice, made.id))

    seen = await bob.fetch(comments.page, made.id, after=0, limit=10)
    assert [(c.text, c.reply_to) for c in seen] == [
        ("note to self", None),
        ("and another", first.id),
    ]
    assert seen[0].created == first.created
    assert len(await alice.fetch(comments.page, made.id, after=0, limit=10)) == 2


async def test_comments_that_arrive_together_are_told_one_by_one(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter")
    for text in ("One", "Two", "Three"):
        await alice.write(comments.add, made.id, text)
    before = len(await bob.live())

    await sync(alice, bob, made.id)

    found = await bob.fetch(comments.page, made.id, after=0, limit=10)
    told = [said for said in (await bob.live())[before:] if said[0] != "delivery_changed"]
    assert [comment.text for comment in found] == ["One", "Two", "Three"]
    assert [kind for kind, _ in told] == ["notification", "comment_added"] * 3
    assert [data["id"] for kind, data in told if kind == "comment_added"] == [
        comment.id for comment in found
    ]
    events = await bob.fetch(feed.page, before=None, limit=3)
    assert [happening.text for happening in events] == ["Three", "Two", "One"]


async def test_an_id_that_is_taken_here_does_not_keep_the_others_out(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter")
    first, second = [await alice.write(comments.add, made.id, text) for text in ("One", "Two")]
    other = await bob.write(ideas.create, IDEA)
    await bob.write(
        lambda planner, tx: stored.add(
            tx.conn,
            stored.NewComment(
                id=first.id,
                position=other.id,
                key=f"{first.id}/{planner.me.did}",
                author=planner.me.did,
                guest=None,
                text="Mine",
                created=first.created,
                clock_off=0,
                edited=None,
                reply_key=None,
            ),
        )
    )

    await sync(alice, bob, made.id)

    found = await bob.fetch(comments.page, made.id, after=0, limit=10)
    assert {comment.text for comment in found} == {"One", "Two"}
    assert first.id not in {comment.id for comment in found}
    assert second.id in {comment.id for comment in found}


async def test_only_its_author_changes_a_comment(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "editor")
    said = await alice.write(comments.add, made.id, "mine")
    await sync(alice, bob, made.id)

    with pytest.raises(NotAllowedError):
        await bob.write(comments.edit, made.id, said.id, "yours")
    with pytest.raises(NotAllowedError):
        await bob.write(comments.remove, made.id, said.id)

    edited = await alice.write(comments.edit, made.id, said.id, "mine, edited")
    await sync(alice, bob, made.id)
    (seen,) = await bob.fetch(comments.page, made.id, after=0, limit=10)
    assert (seen.text, seen.edited) == ("mine, edited", edited.edited)
    assert seen.edited is not None


async def test_a_guests_reply_reaches_the_members_under_the_guests_name(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "viewer")
    (plan,) = await documents_of(alice, made.id)

    await alice.write(
        comments.take_guest,
        plan,
        actor="https://fedi.example/u/eve",
        name="Eve",
        text="Interesting",
        received="e30",
    )
    await sync(alice, bob, made.id)

    (seen,) = await bob.fetch(comments.page, made.id, after=0, limit=10)
    assert seen.guest == {"actor": "https://fedi.example/u/eve", "name": "Eve"}
    (entry, *_) = await alice.fetch(feed.page, before=None, limit=3, only_notified=True)
    assert (entry.type, entry.who) == ("commented", "https://fedi.example/u/eve")


async def test_a_member_cannot_put_words_into_a_guests_mouth(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter")
    (plan,) = await documents_of(alice, made.id)

    await bob.write(
        comments.take_guest,
        plan,
        actor="https://fedi.example/u/eve",
        name="Eve",
        text="Sell everything",
        received="e30",
    )
    await sync(alice, bob, made.id)

    (seen,) = await alice.fetch(comments.page, made.id, after=0, limit=10)
    assert (seen.author, seen.guest) == (bob.did, None)


async def test_a_viewer_takes_no_guests_in(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "viewer")
    (plan,) = await documents_of(alice, made.id)

    with pytest.raises(LocalProtocolError):
        await bob.write(
            comments.take_guest, plan, actor="https://x.example", name="", text="x", received=""
        )


async def test_notifications_are_read_up_to_a_mark(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter")
    await alice.write(comments.add, made.id, "one")
    await alice.write(comments.add, made.id, "two")
    await hand_over(alice, bob, *await documents_of(alice, made.id))
    newest, older, *_ = await bob.fetch(feed.page, before=None, limit=9, only_notified=True)

    left = await bob.planner.writer.run(lambda tx: feed.mark_read(tx, older.id))
    again = await bob.planner.writer.run(lambda tx: feed.mark_read(tx, newest.id))
    back = await bob.planner.writer.run(lambda tx: feed.mark_read(tx, older.id))

    assert (left, again, back) == (1, 0, 0)
    assert await alice.fetch(feed.unread) == 0


async def test_a_comment_by_a_planner_whose_clock_is_days_ahead_says_so(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "editor")
    await bob.write(comments.add, made.id, "in time")
    cast("Clock", bob.planner.clock).now += timedelta(days=3)
    await bob.write(comments.add, made.id, "from the future")
    await bob.write(ideas.revise, made.id, {"stop": "198"})
    await sync(alice, bob, made.id)

    found = await alice.fetch(comments.page, made.id, after=0, limit=9)
    assert [(one.text, bool(one.clock_off)) for one in found] == [
        ("in time", False),
        ("from the future", True),
    ]
    assert (await alice.read(history.history, made.id))[0].clock_off
    told = await alice.fetch(feed.page, before=None, limit=9)
    assert {one.text: bool(one.clock_off) for one in told if one.comment is not None} == {
        "in time": False,
        "from the future": True,
    }
    assert comment_of(found[1]).model_dump(exclude_unset=True)["clock_off"] is True
    assert "clock_off" not in comment_of(found[0]).model_dump(exclude_unset=True)


async def test_the_feed_says_with_whom_i_shared(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    await shared(alice, bob)

    mine, theirs = [
        next(
            one
            for one in await desk.fetch(feed.page, before=None, limit=9)
            if one.type == "shared"
        )
        for desk in pair
    ]

    assert (mine.who, mine.whom) == (alice.did, bob.did)
    assert (theirs.who, theirs.whom) == (alice.did, None)


async def test_the_page_is_told_that_an_idea_is_deleted(pair: tuple[Desk, Desk]) -> None:
    alice, _ = pair
    made = await alice.write(ideas.create, IDEA)
    assert "deleted" not in (await alice.live())[-1][1]

    await alice.write(ideas.remove, made.id)

    kind, data = (await alice.live())[-1]
    assert (kind, data["id"], data["deleted"]) == ("position_updated", made.id, True)

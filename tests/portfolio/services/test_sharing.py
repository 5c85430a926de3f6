"""Two or three planners share ideas: roles, amounts, comments, revocation, erasure."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from federation.errors import LocalProtocolError
from portfolio.domain.ideas import IdeaState
from portfolio.services import comments, feed, ideas, shares, transactions
from portfolio.services.errors import NotAllowedError, NotFoundError, RuleError
from portfolio.services.history import history
from portfolio.storage import positions
from portfolio.storage.positions import Position
from tests.portfolio.desk import IDEA, Desk, desks, hand_over, lines_for

SECRET = "Nobody-else-may-read-this-4711"


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[Desk, Desk]]:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        yield alice, bob


async def _docs(desk: Desk, position: str) -> list[str]:
    found = await desk.fetch(positions.get, position)
    assert found is not None
    return [doc for doc in (found.doc, found.amounts_doc) if doc is not None]


async def _shared(
    alice: Desk, bob: Desk, role: shares.Role = "viewer", *, amounts: bool = False, **fields: Any
) -> Position:
    made = await alice.write(ideas.create, {**IDEA, **fields})
    await alice.write(shares.share, made.id, [bob.did], role, amounts=amounts)
    await hand_over(alice, bob, *await _docs(alice, made.id))
    return await alice.fetch(ideas.get, made.id)


async def _sync(alice: Desk, bob: Desk, position: str) -> None:
    docs = await _docs(alice, position)
    await hand_over(alice, bob, *docs)
    await hand_over(bob, alice, *docs)


async def _raw(desk: Desk) -> bytes:
    return b"".join(path.read_bytes() for path in desk.path.parent.glob(f"{desk.name}.db*"))


async def test_a_shared_idea_arrives_without_its_amounts(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair

    made = await _shared(alice, bob)

    seen = await bob.fetch(ideas.get, made.id)
    assert (seen.fields, seen.amounts) == (made.fields, None)
    assert (seen.owner, seen.role) == (alice.did, "viewer")


async def test_no_amount_stands_in_any_byte_that_leaves_for_the_plan(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await alice.write(ideas.create, {**IDEA, "size": "48151623", "account": "Depot-42"})
    await alice.write(shares.share, made.id, [bob.did], "viewer", amounts=True)
    await alice.write(ideas.revise, made.id, {"size": "48151624", "stop": "198"})
    plan, amounts = await _docs(alice, made.id)

    plan_bytes = b"".join(await lines_for(alice, bob, plan))
    amount_bytes = b"".join(await lines_for(alice, bob, amounts))

    assert b"4815162" not in plan_bytes
    assert b"Depot-42" not in plan_bytes
    assert b'"size"' not in plan_bytes
    assert b"48151624" in amount_bytes


async def test_amounts_reach_a_friend_only_while_they_are_shared(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, amounts=True)
    seen = await bob.fetch(ideas.get, made.id)
    assert seen.amounts is not None
    assert seen.amounts["size"] == "61"

    await alice.write(shares.change, made.id, bob.did, "viewer", amounts=False)
    await hand_over(alice, bob, *await _docs(alice, made.id))

    seen = await bob.fetch(ideas.get, made.id)
    assert (seen.amounts, seen.fields["symbol"]) == (None, "IBM")

    await alice.write(shares.change, made.id, bob.did, "viewer", amounts=True)
    await hand_over(alice, bob, *await _docs(alice, made.id))

    seen = await bob.fetch(ideas.get, made.id)
    assert seen.amounts is not None
    assert seen.amounts["size"] == "61"


async def test_amounts_that_come_first_wait_for_their_idea(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await alice.write(ideas.create, IDEA)
    await alice.write(shares.share, made.id, [bob.did], "viewer", amounts=True)
    plan, amounts = await _docs(alice, made.id)

    await hand_over(alice, bob, amounts)
    assert await bob.fetch(positions.page, kind=None, before=None, limit=5) == []
    await hand_over(alice, bob, plan)

    seen = await bob.fetch(ideas.get, made.id)
    assert seen.amounts is not None
    assert seen.amounts["size"] == "61"


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
    made = await _shared(alice, bob, "editor")

    with pytest.raises(NotAllowedError):
        await bob.write(shares.share, made.id, [alice.did], "viewer", amounts=False)


async def test_a_share_is_listed_with_how_far_it_got(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await alice.write(ideas.create, IDEA)
    (before,) = await alice.write(shares.share, made.id, [bob.did], "commenter", amounts=False)

    await hand_over(alice, bob, *await _docs(alice, made.id))

    (after,) = await alice.read(shares.shares, made.id)
    assert (before.delivery, before.receipt) == ("queued", None)
    assert (after.did, after.role, after.amounts) == (bob.did, "commenter", False)
    assert after.delivery == "delivered"
    assert after.receipt is not None


async def test_an_editors_change_travels_as_an_event(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "editor")

    await bob.write(ideas.revise, made.id, {"stop": "198"})
    await _sync(alice, bob, made.id)

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
    made = await _shared(alice, bob, role)

    for write in (
        lambda: bob.write(ideas.revise, made.id, {"stop": "198"}),
        lambda: bob.write(ideas.rewrite, made.id, {**IDEA, "stop": "198"}),
        lambda: bob.write(ideas.move, made.id, IdeaState.WATCHING),
        lambda: bob.write(ideas.remove, made.id),
    ):
        with pytest.raises(NotAllowedError):
            await write()

    assert (await bob.fetch(ideas.get, made.id)).fields["stop"] == "199.50"


async def test_an_editor_without_amounts_cannot_write_them(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "editor")

    with pytest.raises(NotAllowedError):
        await bob.write(ideas.revise, made.id, {"size": "100"})


async def test_an_editor_with_amounts_can_write_them(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "editor", amounts=True)

    await bob.write(ideas.revise, made.id, {"size": "100"})
    await _sync(alice, bob, made.id)

    seen = await alice.fetch(ideas.get, made.id)
    assert seen.amounts is not None
    assert seen.amounts["size"] == "100"


async def test_a_commenters_comment_and_its_reply_stand_on_both_sides(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "commenter")

    asked = await bob.write(comments.add, made.id, "Why 199.50?")
    await _sync(alice, bob, made.id)
    await alice.write(comments.add, made.id, "Because.", asked.id)
    await _sync(alice, bob, made.id)

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
    made = await _shared(alice, bob, "viewer")

    with pytest.raises(NotAllowedError):
        await bob.write(comments.add, made.id, "Let me in")


async def test_somebody_who_is_no_member_finds_nothing(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice", "Bob", "Carol") as (alice, bob, carol):
        made = await _shared(alice, bob, "commenter")

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
    await hand_over(alice, bob, *await _docs(alice, made.id))

    seen = await bob.fetch(comments.page, made.id, after=0, limit=10)
    assert [(c.text, c.reply_to) for c in seen] == [
        ("note to self", None),
        ("and another", first.id),
    ]
    assert seen[0].created == first.created
    assert len(await alice.fetch(comments.page, made.id, after=0, limit=10)) == 2


async def test_only_its_author_changes_a_comment(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "editor")
    said = await alice.write(comments.add, made.id, "mine")
    await _sync(alice, bob, made.id)

    with pytest.raises(NotAllowedError):
        await bob.write(comments.edit, made.id, said.id, "yours")
    with pytest.raises(NotAllowedError):
        await bob.write(comments.remove, made.id, said.id)

    edited = await alice.write(comments.edit, made.id, said.id, "mine, edited")
    await _sync(alice, bob, made.id)
    (seen,) = await bob.fetch(comments.page, made.id, after=0, limit=10)
    assert (seen.text, seen.edited) == ("mine, edited", edited.edited)
    assert seen.edited is not None


async def test_a_deleted_comment_is_erased_from_every_members_disk(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "commenter")
    said = await bob.write(comments.add, made.id, SECRET)
    await _sync(alice, bob, made.id)
    assert SECRET.encode() in await _raw(alice)

    await bob.write(comments.remove, made.id, said.id)
    await _sync(alice, bob, made.id)

    for one in pair:
        assert await one.fetch(comments.page, made.id, after=0, limit=10) == []
        assert SECRET.encode() not in await _raw(one)
        assert all(e.comment is None for e in await one.fetch(feed.page, before=None, limit=50))


async def test_an_edited_comment_leaves_no_copy_of_its_first_text(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "commenter")
    said = await bob.write(comments.add, made.id, SECRET)
    await _sync(alice, bob, made.id)

    await bob.write(comments.edit, made.id, said.id, "something else")
    await _sync(alice, bob, made.id)

    for one in pair:
        assert SECRET.encode() not in await _raw(one)


async def test_after_a_revocation_the_friends_planner_holds_nothing_of_it(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "commenter", amounts=True, thesis=SECRET)
    await alice.write(comments.add, made.id, f"{SECRET} again")
    await alice.write(ideas.revise, made.id, {"thesis": f"{SECRET} changed", "size": "4711.4711"})
    await _sync(alice, bob, made.id)
    assert SECRET.encode() in await _raw(bob)

    await alice.write(shares.revoke, made.id, bob.did)
    await hand_over(alice, bob, *await _docs(alice, made.id))

    with pytest.raises(NotFoundError):
        await bob.fetch(ideas.get, made.id)
    with pytest.raises(NotFoundError):
        await bob.fetch(comments.page, made.id, after=0, limit=10)
    entries = await bob.fetch(feed.page, before=None, limit=50)
    assert [(e.type, e.who) for e in entries] == [("revoked", alice.did)]
    raw = await _raw(bob)
    assert SECRET.encode() not in raw
    assert b"4711.4711" not in raw
    assert ("share_revoked", made.id) in [(kind, data["id"]) for kind, data in await bob.live()]
    (share,) = await alice.read(shares.shares, made.id)
    assert (share.role, share.delivery) == ("none", "revoked")


async def test_a_share_taken_back_can_be_given_again(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "commenter")
    await bob.write(comments.add, made.id, "first time")
    await _sync(alice, bob, made.id)
    await alice.write(shares.revoke, made.id, bob.did)
    await hand_over(alice, bob, *await _docs(alice, made.id))

    await alice.write(shares.share, made.id, [bob.did], "commenter", amounts=False)
    await hand_over(alice, bob, *await _docs(alice, made.id))
    await bob.write(comments.add, made.id, "second time")
    await _sync(alice, bob, made.id)

    for one in pair:
        texts = [c.text for c in await one.fetch(comments.page, made.id, after=0, limit=10)]
        assert texts == ["first time", "second time"]


async def test_what_is_not_shared_with_them_cannot_be_taken_back(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await alice.write(ideas.create, IDEA)

    with pytest.raises(NotFoundError):
        await alice.write(shares.revoke, made.id, bob.did)


async def test_a_member_leaves_and_the_owner_is_told(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "commenter", amounts=True)
    docs = await _docs(alice, made.id)

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
        made = await _shared(alice, bob, "editor")
        await alice.write(shares.share, made.id, [carol.did], "viewer", amounts=False)
        await _sync(alice, bob, made.id)

        with pytest.raises(NotAllowedError):
            await bob.write(shares.revoke, made.id, carol.did)


async def test_deleting_an_idea_takes_it_back_from_everybody_first(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "commenter", amounts=True, thesis=SECRET)
    docs = await _docs(alice, made.id)

    await alice.write(ideas.remove, made.id)
    await hand_over(alice, bob, *docs)

    for one in pair:
        with pytest.raises(NotFoundError):
            await one.fetch(ideas.get, made.id)
        assert SECRET.encode() not in await _raw(one)


async def test_writes_at_the_same_time_are_shown_until_one_is_chosen(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "editor")
    await alice.write(ideas.revise, made.id, {"stop": "198"})
    await bob.write(ideas.revise, made.id, {"stop": "197"})

    await _sync(alice, bob, made.id)

    one, other = [await desk.fetch(ideas.get, made.id) for desk in pair]
    assert one.fields == other.fields
    assert one.conflicts == other.conflicts
    (clash,) = one.conflicts
    assert clash["field"] == "stop"
    assert {(v["value"], v["who"]) for v in clash["values"]} == {
        ("198", alice.did),
        ("197", bob.did),
    }

    await alice.write(ideas.revise, made.id, {"stop": one.fields["stop"]})
    await _sync(alice, bob, made.id)

    for desk in pair:
        settled = await desk.fetch(ideas.get, made.id)
        assert settled.conflicts == ()
        assert settled.fields["stop"] == one.fields["stop"]


async def test_writes_of_different_fields_at_the_same_time_are_no_conflict(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "editor")
    await alice.write(ideas.revise, made.id, {"stop": "198"})
    await bob.write(ideas.revise, made.id, {"thesis": "Bob's words"})

    await _sync(alice, bob, made.id)

    for desk in pair:
        found = await desk.fetch(ideas.get, made.id)
        assert (found.fields["stop"], found.fields["thesis"]) == ("198", "Bob's words")
        assert found.conflicts == ()


async def test_a_guests_reply_reaches_the_members_under_the_guests_name(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "viewer")
    (plan,) = await _docs(alice, made.id)

    await alice.write(
        comments.take_guest,
        plan,
        actor="https://fedi.example/u/eve",
        name="Eve",
        text="Interesting",
        received="e30",
    )
    await _sync(alice, bob, made.id)

    (seen,) = await bob.fetch(comments.page, made.id, after=0, limit=10)
    assert seen.guest == {"actor": "https://fedi.example/u/eve", "name": "Eve"}
    (entry, *_) = await alice.fetch(feed.page, before=None, limit=3, only_notified=True)
    assert (entry.type, entry.who) == ("commented", "https://fedi.example/u/eve")


async def test_a_member_cannot_put_words_into_a_guests_mouth(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "commenter")
    (plan,) = await _docs(alice, made.id)

    await bob.write(
        comments.take_guest,
        plan,
        actor="https://fedi.example/u/eve",
        name="Eve",
        text="Sell everything",
        received="e30",
    )
    await _sync(alice, bob, made.id)

    (seen,) = await alice.fetch(comments.page, made.id, after=0, limit=10)
    assert (seen.author, seen.guest) == (bob.did, None)


async def test_a_viewer_takes_no_guests_in(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "viewer")
    (plan,) = await _docs(alice, made.id)

    with pytest.raises(LocalProtocolError):
        await bob.write(
            comments.take_guest, plan, actor="https://x.example", name="", text="x", received=""
        )


async def test_a_shared_holding_tells_percentages_and_sums_only_with_amounts(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    bought = await alice.write(
        transactions.record,
        {
            "kind": "buy",
            "symbol": "IBM",
            "currency": "USD",
            "date": "2012-01-03",
            "quantity": "4815",
            "price": "186.30",
        },
    )
    await alice.write(shares.share, bought.position, [bob.did], "viewer", amounts=False)
    docs = await _docs(alice, bought.position)
    await hand_over(alice, bob, *docs)

    seen = await bob.fetch(positions.get, bought.position)
    assert seen is not None
    assert (seen.kind, seen.fields["symbol"], seen.amounts) == ("holding", "IBM", None)
    assert seen.fields["return_percent"] is not None
    assert b"4815" not in b"".join(await lines_for(alice, bob, docs[0]))

    await alice.write(shares.change, bought.position, bob.did, "viewer", amounts=True)
    await alice.write(
        transactions.record,
        {
            "kind": "sell",
            "symbol": "IBM",
            "currency": "USD",
            "date": "2012-06-01",
            "quantity": "15",
            "price": "190",
        },
    )
    await hand_over(alice, bob, *await _docs(alice, bought.position))

    seen = await bob.fetch(positions.get, bought.position)
    assert seen is not None
    assert seen.amounts is not None
    assert seen.amounts["quantity"] == "4800"


async def test_a_holding_has_no_editors(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    bought = await alice.write(
        transactions.record,
        {
            "kind": "buy",
            "symbol": "IBM",
            "currency": "USD",
            "date": "2012-01-03",
            "quantity": "1",
            "price": "186.30",
        },
    )

    with pytest.raises(RuleError):
        await alice.write(shares.share, bought.position, [bob.did], "editor", amounts=False)


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
    await hand_over(alice, bob, *await _docs(alice, made.id))

    rows = await bob.fetch(positions.page, kind="idea", before=None, limit=10)
    assert sorted((row.owner == bob.did, row.fields["symbol"]) for row in rows) == [
        (False, "IBM"),
        (True, "MSFT"),
    ]
    assert len({row.id for row in rows}) == 2


async def test_notifications_are_read_up_to_a_mark(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await _shared(alice, bob, "commenter")
    await alice.write(comments.add, made.id, "one")
    await alice.write(comments.add, made.id, "two")
    await hand_over(alice, bob, *await _docs(alice, made.id))
    newest, older, *_ = await bob.fetch(feed.page, before=None, limit=9, only_notified=True)

    left = await bob.planner.writer.run(lambda tx: feed.mark_read(tx, older.id))
    again = await bob.planner.writer.run(lambda tx: feed.mark_read(tx, newest.id))
    back = await bob.planner.writer.run(lambda tx: feed.mark_read(tx, older.id))

    assert (left, again, back) == (1, 0, 0)
    assert await alice.fetch(feed.unread) == 0

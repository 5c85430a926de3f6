"""What stands behind the screens: heads, receipts and what is missing of shared documents."""

from pathlib import Path

import pytest
from ulid import ULID

from federation.log.events import build_event, seal_content
from federation.log.kinds import Kinds
from federation.log.lines import EventLine, authenticate, event_line
from federation.log.log import Sender
from federation.writer import Tx
from keys.multiformats import digest
from portfolio.events import KINDS
from portfolio.services import comments, details, feed, ideas
from portfolio.services.positions import completeness
from tests.federation.log.test_admission import drafted
from tests.portfolio.desk import IDEA, desk, desks, hand_over, lines_for, shared, sync


async def test_a_shared_idea_shows_who_wrote_what_and_who_has_it(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        made = await shared(alice, bob, amounts=True)

        mine = await alice.read(details.behind)
        his = await bob.read(details.behind)

        assert [(one.position.id, one.part) for one in mine.documents] == [
            (made.id, "position"),
            (made.id, "amounts"),
        ]
        plan = mine.documents[0]
        assert plan.members == (bob.did,)
        assert {stream.person for stream in plan.streams} == {alice.did}
        assert [(one.person, one.n) for one in plan.receipts] == [(bob.did, 1)]
        assert (plan.status.missing, plan.status.forks) == (0, ())
        assert his.documents[0].streams == plan.streams
        assert his.documents[0].receipts == ()


async def test_what_has_not_arrived_is_counted(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        made = await shared(alice, bob)
        before = (await bob.read(details.behind)).documents[0].status.known
        await alice.write(ideas.revise, made.id, {"stop": "198"})
        assert made.doc is not None
        await hand_over(alice, bob, made.doc)

        found = (await bob.read(details.behind)).documents[0]

        assert found.status.known == before + 1
        assert max(stream.seq for stream in found.streams) == found.status.known


async def test_what_is_private_is_not_there(tmp_path: Path) -> None:
    async with desks(tmp_path, "Alice") as (alice,):
        await alice.write(ideas.create, IDEA)

        found = await alice.read(details.behind)

        assert (found.documents, found.left_out, found.endpoints) == ((), 0, ())


def kinds_without(name: str) -> Kinds:
    """Return what an older release knew."""
    return Kinds(kind for other in KINDS.names() if other != name and (kind := KINDS.get(other)))


async def test_a_change_that_needs_a_newer_version_is_counted_until_it_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk("Alice", tmp_path) as alice:
        with monkeypatch.context() as older:
            older.setattr("tests.portfolio.desk.KINDS", kinds_without("comment.added/1"))
            async with desk("Bob", tmp_path) as bob:
                await alice.befriend(bob)
                made = await shared(alice, bob)
                theirs = await bob.fetch(ideas.get, made.id)
                assert (await bob.read(completeness, theirs)).unknown == 0
                await alice.write(comments.add, made.id, "from a newer release", None)
                await sync(alice, bob, made.id)

                assert (await bob.read(completeness, theirs)).unknown == 1
                assert (await bob.read(details.behind)).documents[0].status.unknown == 1
                gaps = [data for kind, data in await bob.live() if kind == "sync_gap"]
                assert gaps[-1]["unknown"] == 1

        async with desk("Bob", tmp_path, bob.person) as bob:
            assert (await bob.read(completeness, theirs)).unknown == 0
            (found,) = await bob.fetch(comments.page, made.id, after=0, limit=9)
            assert found.text == "from a newer release"


async def test_a_planner_that_contradicts_itself_is_told_of_where_its_words_stand(
    tmp_path: Path,
) -> None:
    """Bob's planner signs two events of one number; one alone is nothing to tell of."""
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        made = await shared(alice, bob, "commenter")

        await bob.write(comments.add, made.id, "one thing", None)
        sent = authenticate(await lines_for(bob, alice, str(made.doc)))
        (event,) = [item.event for item in sent if isinstance(item, EventLine)]
        await sync(alice, bob, made.id)
        assert (await alice.read(completeness, made)).forked == ()
        other = seal_content({"id": str(ULID()), "text": "another thing"}, "A" * 22)
        draft = drafted(event, seq=event.seq, prev=event.prev, lc=event.lc, digest=digest(other))
        again = event_line(build_event(draft, bob.planner.me.device).raw, other)

        def receive(tx: Tx) -> list[str]:
            sender = Sender(bob.did, bob.planner.me.device.multibase, friend=True)
            return list(alice.log.receive(tx, sender, authenticate([again])).results)

        assert await alice.planner.writer.run(receive) == ["refused:forked"]

        assert (await alice.read(completeness, made)).forked == (bob.did,)
        newest, *_ = await alice.fetch(feed.page, before=None, limit=9)
        assert (newest.type, newest.who, newest.position) == ("forked", bob.did, made.id)
        assert newest.notify
        assert ("sync_gap", bob.did) in [
            (kind, *data.get("forked", [])) for kind, data in await alice.live()
        ]

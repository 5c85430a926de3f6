"""What stands behind the screens: heads, receipts and what is missing of shared documents."""

from pathlib import Path

from portfolio.services import details, ideas
from tests.portfolio.desk import IDEA, desks, hand_over, shared


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

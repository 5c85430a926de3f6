"""A member who is reached through the owner only, beside one whom the others find."""

from pathlib import Path

from federation.net.roster import Roster
from tests.federation.net.cluster import Cluster, Running, befriend, cluster, has, until

HIDING_S = 10.0


async def three(nodes: Cluster) -> tuple[Running, Running, Running]:
    """Return Alice and her friends Bob and Carol, who do not know each other."""
    alice, bob, carol = [await nodes.start(name) for name in ("alice", "bob", "carol")]
    await befriend(alice, bob)
    await befriend(alice, carol)
    return alice, bob, carol


def knows(here: Running, there: Running) -> bool:
    return there.person.device.multibase in here.node.peering.roster.endpoints


async def private_at(here: Running, there: Running) -> bool:
    return here.node.peering.roster.hidden_people() == {there.did}


async def test_other_members_are_not_told_where_somebody_hidden_is_and_hear_them_all_the_same(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob, carol = await three(nodes)
        bob.node.peering.hide(private=True)
        await until(lambda: private_at(alice, bob))

        doc = await alice.share(bob.did, carol.did)
        await until(lambda: open_at(bob, doc))
        await until(lambda: open_at(carol, doc))
        await bob.comment(doc, "from bob")
        await carol.comment(doc, "from carol")

        await until(lambda: has(carol, doc, "from bob"), HIDING_S)
        await until(lambda: has(bob, doc, "from carol"), HIDING_S)
        assert not knows(carol, bob)
        assert knows(alice, bob)


async def test_other_members_find_somebody_who_is_not_hidden(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob, carol = await three(nodes)

        doc = await alice.share(bob.did, carol.did)
        await until(lambda: open_at(carol, doc))

        async def found() -> bool:
            return knows(carol, bob)

        await until(found, HIDING_S)


async def open_at(here: Running, doc: str) -> bool:
    return doc in here.node.peering.roster.shared


async def test_who_was_hidden_can_be_found_again(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob, carol = await three(nodes)
        bob.node.peering.hide(private=True)
        await until(lambda: private_at(alice, bob))
        doc = await alice.share(bob.did, carol.did)
        await until(lambda: open_at(carol, doc))
        await until(lambda: open_at(bob, doc))

        bob.node.peering.hide(private=False)

        async def found() -> bool:
            return knows(carol, bob)

        await until(found, HIDING_S)


def test_somebody_hidden_calls_friends_and_owners_and_nobody_else() -> None:
    roster = Roster("did:key:me", "device")
    assert roster.may_call("did:key:stranger")

    roster.hidden = True

    assert roster.may_call("did:key:me")
    assert not roster.may_call("did:key:stranger")

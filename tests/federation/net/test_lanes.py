"""What stops a lane, and what starts it again."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from federation import peers
from federation.log.log import Sender
from federation.log.results import BUSY
from federation.net.lanes import PAUSE_FIRST_S
from federation.net.reach import Link
from federation.writer import Tx
from tests.federation.net.cluster import (
    Running,
    befriend,
    both_friends,
    cluster,
    delivered,
    has,
    until,
)


async def refused(running: Running, doc: str, to: Running) -> bool:
    return await running.delivery(doc, to) == "refused"


async def test_a_final_refusal_stops_one_document_and_leaves_the_others_alone(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        old = await alice.share(bob.did)
        await until(lambda: delivered(alice, old, bob))
        roster = bob.node.peering.roster
        friend = roster.friends.pop(alice.did)

        new = await alice.share(bob.did)
        await until(lambda: refused(alice, new, bob))
        await alice.comment(old, 1)
        await until(lambda: has(bob, old, 1))
        roster.friends[alice.did] = friend
        await alice.write(lambda tx: alice.node.log.set_role(tx, new, bob.did, "commenter"))

        await until(lambda: delivered(alice, new, bob))


async def test_who_lost_a_friendship_gets_what_was_refused_once_it_is_there_again(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        await bob.write(lambda tx: peers.drop_friend(tx, alice.did))
        bob.node.peering.roster.friends.clear()
        doc = await alice.share(bob.did)
        await until(lambda: refused(alice, doc, bob))

        await befriend(alice, bob)

        await until(lambda: delivered(alice, doc, bob))


async def has_document(running: Running, doc: str) -> bool:
    return await running.read(lambda conn: running.node.log.document(conn, doc)) is not None


async def test_one_who_leaves_while_the_owner_is_away_is_let_go_when_both_are_back(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        doc = await alice.share(bob.did)
        await until(lambda: delivered(alice, doc, bob))
        owner = await nodes.kill(alice)
        await bob.write(lambda tx: bob.node.log.leave(tx, doc))
        bob = await nodes.start(await nodes.kill(bob))

        alice = await nodes.start(owner)

        await until(lambda: has_left(alice, doc, bob))
        assert await bob.comments(doc) == set()


async def has_left(a: Running, doc: str, b: Running) -> bool:
    return b.did not in await a.read(lambda conn: a.node.log.members(conn, doc))


async def test_the_two_directions_of_a_link_are_kept_apart(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        doc = await alice.share(bob.did)
        await until(lambda: delivered(alice, doc, bob))
        lane = alice.node.peering.board._lanes[bob.person.device.multibase]
        assert (lane.reach.outward, lane.reach.inward) == (Link.UP, Link.UP)

        await nodes.kill(bob)
        await alice.comment(doc, 1)

        await until(lambda: is_down(alice, bob))
        assert lane.reach.inward is Link.UP


async def is_down(a: Running, b: Running) -> bool:
    lane = a.node.peering.board._lanes[b.person.device.multibase]
    return lane.reach.outward is Link.DOWN


async def test_what_a_peer_that_cannot_be_called_writes_arrives_by_its_own_calls(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as nodes:
        alice = await nodes.start("alice")
        bob = await nodes.start("bob")
        await befriend(alice, bob)
        person = await nodes.kill(bob)
        bob = await nodes.start(person, public_urls=["http://127.0.0.1:9"])
        doc = await alice.share(bob.did)
        await alice.comment(doc, 1)
        await bob.node.peering.board.wake_all()

        await until(lambda: has(bob, doc, 1))
        await bob.comment(doc, 2)

        await until(lambda: has(alice, doc, 2))


async def test_a_lane_pauses_before_it_brings_a_record_again_that_was_answered_busy(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        brought: list[float] = []
        take = bob.node.log.record_hooks["endpoint"]

        def take_the_second(tx: Tx, sender: Sender, value: Mapping[str, Any]) -> str:
            brought.append(time.monotonic())
            return BUSY if len(brought) == 1 else take(tx, sender, value)

        bob.node.log.record_hooks["endpoint"] = take_the_second
        await alice.node.peering.endpoint.renew()

        await until(lambda: twice(brought))
        assert brought[1] - brought[0] >= PAUSE_FIRST_S


async def twice(times: list[float]) -> bool:
    return len(times) > 1


async def test_many_documents_are_brought_at_once(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        person = await nodes.kill(bob)
        docs = [await alice.share(person.did) for _ in range(30)]

        bob = await nodes.start(person)

        for doc in docs:
            await until(lambda doc=doc: has_document(bob, doc))  # type: ignore[misc]
        assert await both_friends(alice, bob)

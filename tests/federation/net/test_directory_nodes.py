"""Nodes and a directory: found by did and by handle, found again after moving, and without it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from federation import peers
from federation.directory.client import DirectoryState
from federation.directory.main import Options, running
from federation.errors import DeliveryError, LocalProtocolError
from tests.federation.net.cluster import (
    Cluster,
    Running,
    befriend,
    both_friends,
    cluster,
    has,
    until,
)


@pytest.fixture
async def directory(tmp_path: Path) -> AsyncIterator[str]:
    home = tmp_path / "directory"
    home.mkdir()
    async with running(Options("127.0.0.1", 0, home)) as (url, _):
        yield url


@pytest.fixture
async def other_directory(tmp_path: Path) -> AsyncIterator[str]:
    home = tmp_path / "other-directory"
    home.mkdir()
    async with running(Options("127.0.0.1", 0, home)) as (url, _):
        yield url


async def start(nodes: Cluster, who: Any, url: str, **config: Any) -> Running:
    found = await nodes.start(who, config={"directories": (url,), **config})

    async def is_registered() -> bool:
        return found.node.directory_state is DirectoryState.CONNECTED

    await until(is_registered)
    return found


async def holds(asker: Running, handle: str, holder: Running) -> bool:
    return await asker.node.find_handle(handle) == holder.did


async def in_doubt(here: Running, there: Running) -> tuple[str, str | None, str | None]:
    found = await here.read(lambda conn: here.node.friends.get(conn, there.did))
    assert found is not None
    return found.state, found.doubt, found.handle


async def asked(here: Running, there: Running) -> bool:
    return await here.state_of(there) == "incoming"


async def test_a_person_is_asked_by_did_and_another_by_handle(
    tmp_path: Path, directory: str
) -> None:
    async with cluster(tmp_path) as nodes:
        alice = await start(nodes, "alice", directory, visibility="everyone")
        bob = await start(nodes, "bob", directory, visibility="everyone", handle="bob.b")

        async def is_claimed() -> bool:
            return await alice.node.find_handle("bob.b") == bob.did

        await until(is_claimed)
        friend = await alice.node.friends.request(handle="bob.b")
        await until(lambda: asked(bob, alice))
        await bob.node.friends.answer(alice.did, accept=True)

        assert (friend.state, friend.handle) == ("outgoing", "bob.b")
        await until(lambda: both_friends(alice, bob))


async def test_a_friends_handle_that_leads_to_somebody_else_blocks_and_asks(
    tmp_path: Path, directory: str, other_directory: str
) -> None:
    """The directory that Alice uses now gave Bob's handle to Mallory."""
    async with cluster(tmp_path) as nodes:
        alice = await start(nodes, "alice", directory, visibility="everyone")
        bob = await start(nodes, "bob", directory, visibility="everyone", handle="bob.b")
        await until(lambda: holds(alice, "bob.b", bob))
        await alice.node.friends.request(handle="bob.b")
        await until(lambda: asked(bob, alice))
        await bob.node.friends.answer(alice.did, accept=True)
        await until(lambda: both_friends(alice, bob))
        assert await alice.node.peering.handles.check()
        assert await alice.state_of(bob) == "friend"
        mallory = await start(
            nodes, "mallory", other_directory, visibility="everyone", handle="bob.b"
        )
        person = await nodes.kill(alice)
        alice = await start(nodes, person, other_directory, visibility="everyone")
        await until(lambda: holds(alice, "bob.b", mallory))

        assert await alice.node.peering.handles.check()

        assert await in_doubt(alice, bob) == ("key_changed", "handle", "bob.b")
        assert (bob.did, "friend", "key_changed") in alice.app.friendships
        await alice.node.peering.board.wake_all()  # Bob's own address says nothing of the handle
        assert await in_doubt(alice, bob) == ("key_changed", "handle", "bob.b")

        await alice.node.friends.answer(bob.did, accept=True)
        assert await in_doubt(alice, bob) == ("friend", None, None)
        assert await alice.node.peering.handles.check()
        assert await alice.state_of(bob) == "friend"


async def test_whoever_holds_a_friends_handle_now_can_be_asked_and_the_friend_is_in_doubt(
    tmp_path: Path, directory: str
) -> None:
    async with cluster(tmp_path) as nodes:
        alice = await start(nodes, "alice", directory, visibility="everyone")
        bob = await nodes.start("bob")
        carol = await start(nodes, "carol", directory, visibility="everyone", handle="bob.b")
        await befriend(alice, bob)
        row = replace(alice.node.peering.roster.friends[bob.did], handle="bob.b")
        await alice.node.writer.run(lambda tx: peers.put_friend(tx, row))
        alice.node.peering.roster.note_friend(bob.did, row)
        await until(lambda: holds(alice, "bob.b", carol))
        assert await alice.state_of(bob) == "friend"

        await alice.node.friends.request(handle="bob.b")

        assert await alice.state_of(carol) == "outgoing"
        assert await in_doubt(alice, bob) == ("key_changed", "handle", "bob.b")


async def test_a_handle_that_nobody_has_is_said_to_be_nobodys(
    tmp_path: Path, directory: str
) -> None:
    async with cluster(tmp_path) as nodes:
        alice = await start(nodes, "alice", directory, visibility="everyone")

        with pytest.raises(LocalProtocolError, match="nobody"):
            await alice.node.friends.request(handle="nobody.here")


async def test_without_a_directory_a_handle_cannot_be_asked_for(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice = await nodes.start("alice")

        with pytest.raises(DeliveryError):
            await alice.node.friends.request(handle="bob")


async def test_two_friends_who_both_moved_find_each_other_by_their_contact_cards(
    tmp_path: Path, directory: str
) -> None:
    async with cluster(tmp_path) as nodes:
        alice = await start(nodes, "alice", directory, visibility="contacts")
        bob = await start(nodes, "bob", directory, visibility="contacts")
        await befriend(alice, bob)
        doc = await alice.share(bob.did)
        await alice.comment(doc, 1)
        await until(lambda: has(bob, doc, 1))
        people = [await nodes.kill(alice), await nodes.kill(bob)]
        for person in people:
            person.port = 0

        alice = await start(nodes, people[0], directory, visibility="contacts")
        await alice.comment(doc, 2)
        bob = await start(nodes, people[1], directory, visibility="contacts")

        await until(lambda: has(bob, doc, 2), 10)


async def test_the_application_hears_when_the_directory_comes(
    tmp_path: Path, directory: str
) -> None:
    async with cluster(tmp_path) as nodes:
        alice = await start(nodes, "alice", directory, visibility="everyone")

        assert alice.app.directory == ["connected"]
        assert (await nodes.start("bob")).node.directory_state is DirectoryState.OFF


async def test_alone_a_planner_opens_no_port_and_says_why_it_cannot_invite(
    tmp_path: Path, directory: str
) -> None:
    async with cluster(tmp_path) as nodes:
        alice = await nodes.start("alice", config={"solo": True, "directories": (directory,)})

        doc = await alice.share()
        await alice.comment(doc, 1)

        assert await has(alice, doc, 1)
        assert alice.node.peering.listener.urls() == ()
        assert alice.node.directory_state is DirectoryState.OFF
        with pytest.raises(LocalProtocolError, match="address"):
            await alice.node.friends.create_invite(None)

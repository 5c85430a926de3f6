"""A planner's side of a directory, against a real one."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from federation.directory.client import (
    DirectoryClient,
    DirectoryState,
    Found,
    Hooks,
    Seen,
    Surroundings,
    Visibility,
    Watched,
)
from federation.errors import DeliveryError, LocalProtocolError, RefusedError

AGAIN_S = 3.0


class Node:
    """A directory client with what it was told."""

    def __init__(self, planner: Any, clock: Callable[[], Any], *urls: str) -> None:
        self.planner = planner
        self.number = 0
        self.states: list[str] = []
        self.seen: asyncio.Queue[Seen] = asyncio.Queue()
        self.handles: asyncio.Queue[tuple[str, str | None]] = asyncio.Queue()
        self.client = DirectoryClient(
            urls,
            Surroundings(
                planner, self.endpoint, clock, random.Random(1).randbytes, random.Random(2)
            ),
            Hooks(
                state=self.states.append,
                seen=self.seen.put_nowait,
                handle=lambda handle, problem: self.handles.put_nowait((handle, problem)),
            ),
        )

    async def endpoint(self, floor: int) -> Mapping[str, Any]:
        self.number = max(self.number, floor) + 1
        return dict(self.planner.endpoint(self.number))

    async def until(self, state: DirectoryState, within_s: float = AGAIN_S) -> float:
        """Wait for a state; return the seconds it took."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.timeout(within_s):
            while self.client.state is not state:  # noqa: ASYNC110 - as a page would look at it
                await asyncio.sleep(0.005)
        return loop.time() - began

    async def hears(self) -> Seen:
        async with asyncio.timeout(5):
            return await self.seen.get()


def seen(planner: Any, number: int) -> Seen:
    """Return what a watcher is to hear of a planner that is online."""
    device, endpoint = planner.device.multibase, planner.endpoint(number)
    return Seen(
        planner.did, online=True, device=device, endpoint=endpoint, identity=planner.identity
    )


async def eventually(is_so: Callable[[], Any], within_s: float = 5) -> None:
    async with asyncio.timeout(within_s):
        while not await is_so():  # noqa: ASYNC110 - the other side has no event to wait for
            await asyncio.sleep(0.005)


@asynccontextmanager
async def connected(node: Node) -> AsyncIterator[Node]:
    running = asyncio.create_task(node.client.run())
    try:
        await node.until(DirectoryState.CONNECTED)
        yield node
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_a_friend_is_seen_coming_changing_and_going(
    served: Any, alice: Any, bob: Any, clock: Any
) -> None:
    watching, coming = Node(bob, clock, served.url), Node(alice, clock, served.url)
    watching.client.watch([Watched(alice.did)])
    coming.client.announce(Visibility.EVERYONE)

    async with connected(watching):
        async with connected(coming):
            online = await watching.hears()
            coming.client.announce(Visibility.EVERYONE)
            changed = await watching.hears()
        offline = await watching.hears()

    device = alice.device.multibase
    assert online == seen(alice, 1)
    assert changed == seen(alice, 2)
    assert offline == Seen(alice.did, online=False, device=device)


async def test_contacts_see_who_is_hidden_from_everyone_else(
    served: Any, alice: Any, bob: Any, mallory: Any, clock: Any
) -> None:
    friend, stranger = Node(bob, clock, served.url), Node(mallory, clock, served.url)
    friend.client.watch([Watched(alice.did, alice.card.card)])
    stranger.client.watch([Watched(alice.did)])
    hidden = Node(alice, clock, served.url)
    hidden.client.announce(Visibility.CONTACTS, alice.card)

    async with connected(friend), connected(stranger):
        async with connected(hidden):
            online = await friend.hears()
            found = await friend.client.look_up(card=alice.card.card)
            not_found = await stranger.client.look_up(did=alice.did)
        offline = await friend.hears()

    device = alice.device.multibase
    assert online == seen(alice, 1)
    assert found == Found(alice.did, alice.identity, (alice.endpoint(1),))
    assert offline == Seen(alice.did, online=False, device=device)
    assert not_found is None
    assert stranger.seen.empty()


async def test_who_is_visible_to_nobody_publishes_nothing(
    served: Any, alice: Any, clock: Any
) -> None:
    node = Node(alice, clock, served.url)

    async with connected(node):
        assert await node.client.look_up(did=alice.did) is None
    assert node.number == 0
    assert served.directory.registrations_ever == 0


async def test_to_be_visible_to_contacts_takes_a_card(alice: Any, clock: Any) -> None:
    node = Node(alice, clock, "http://127.0.0.1:1")

    with pytest.raises(LocalProtocolError):
        node.client.announce(Visibility.CONTACTS)


async def test_who_hides_is_gone_at_once(served: Any, alice: Any, bob: Any, clock: Any) -> None:
    watching, hiding = Node(bob, clock, served.url), Node(alice, clock, served.url)
    watching.client.watch([Watched(alice.did)])
    hiding.client.announce(Visibility.EVERYONE)

    async with connected(watching), connected(hiding):
        await watching.hears()
        hiding.client.announce(Visibility.NOBODY)
        gone = await watching.hears()
        found = await watching.client.look_up(did=alice.did)

    assert not gone.online
    assert found is None


async def test_a_new_contact_card_leaves_the_old_one_without_a_record(
    served: Any, alice: Any, bob: Any, mallory: Any, clock: Any
) -> None:
    node, old = Node(alice, clock, served.url), alice.card
    node.client.announce(Visibility.CONTACTS, old)
    asking = Node(bob, clock, served.url)

    async with connected(node):
        node.client.announce(Visibility.CONTACTS, mallory.card)
        await eventually(lambda: asking.client.look_up(card=mallory.card.card))

        assert await asking.client.look_up(card=old.card) is None


async def test_a_restarted_directory_has_everyone_back_within_three_seconds(
    start: Any, alice: Any, clock: Any
) -> None:
    async with start() as first:
        port = int(first.url.rpartition(":")[2])
        node = Node(alice, clock, first.url)
        node.client.announce(Visibility.EVERYONE)
        running = asyncio.create_task(node.client.run())
        await node.until(DirectoryState.CONNECTED)
    await node.until(DirectoryState.AWAY)
    await asyncio.sleep(0.3)
    async with start(port) as second:
        took_s = await node.until(DirectoryState.CONNECTED)
        online = len(second.directory.presence)
        running.cancel()
        await asyncio.wait([running])

    assert took_s < AGAIN_S
    assert online == 1
    assert node.states == ["connected", "away", "connected", "away"]


async def test_a_planner_restored_from_an_older_copy_climbs_over_its_own_number(
    served: Any, alice: Any, clock: Any
) -> None:
    await served.post("records", alice.publication(1_000))
    node = Node(alice, clock, served.url)
    node.client.announce(Visibility.EVERYONE)

    async with connected(node):
        found = await node.client.look_up(did=alice.did)

    assert found is not None
    assert found.endpoints[0]["number"] == 1_001


async def test_a_handle_is_claimed_looked_up_and_refused_to_others(
    served: Any, alice: Any, mallory: Any, clock: Any
) -> None:
    node, other = Node(alice, clock, served.url), Node(mallory, clock, served.url)
    node.client.announce(Visibility.EVERYONE)

    async with connected(node):
        await node.client.claim_handle("alice")
        found = await other.client.look_up(handle="alice")
        with pytest.raises(RefusedError, match="taken"):
            await other.client.claim_handle("al1ce")
        with pytest.raises(RefusedError, match="handle"):
            await other.client.claim_handle("Not A Handle")

    assert found == Found(alice.did, alice.identity, (alice.endpoint(1),))
    assert await other.client.look_up(handle="malice") is None


async def test_a_kept_handle_is_claimed_as_soon_as_there_is_a_directory(
    served: Any, alice: Any, mallory: Any, clock: Any
) -> None:
    node, other = Node(alice, clock, served.url), Node(mallory, clock, served.url)
    node.client.keep_handle("alice")
    other.client.keep_handle("a.lice")

    async with asyncio.timeout(5), connected(node):
        held = await node.handles.get()
        async with connected(other):
            refused = await other.handles.get()

    assert held == ("alice", None)
    assert refused == ("a.lice", "taken")


async def test_without_a_directory_all_is_off(alice: Any, clock: Any) -> None:
    node = Node(alice, clock)

    await node.client.run()

    assert node.client.state is DirectoryState.OFF
    with pytest.raises(DeliveryError):
        await node.client.look_up(did=alice.did)


async def test_a_directory_that_is_not_there_is_away(
    alice: Any, clock: Any, unused_tcp_port: int
) -> None:
    node = Node(alice, clock, f"http://127.0.0.1:{unused_tcp_port}")
    running = asyncio.create_task(node.client.run())
    await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.wait([running])

    assert node.client.state is DirectoryState.AWAY
    with pytest.raises(DeliveryError):
        await node.client.claim_handle("alice")


async def test_one_of_two_directories_is_enough(
    served: Any, alice: Any, bob: Any, clock: Any, unused_tcp_port: int
) -> None:
    gone = f"http://127.0.0.1:{unused_tcp_port}"
    node, asking = Node(alice, clock, gone, served.url), Node(bob, clock, gone, served.url)
    node.client.announce(Visibility.EVERYONE)

    async with connected(node):
        found = await asking.client.look_up(did=alice.did)

    assert found is not None

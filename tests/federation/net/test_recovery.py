"""A person whose planner is gone begins anew from the words, and all that is shared comes back."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from federation.directory.client import Visibility
from federation.directory.main import Options, running
from federation.net import pulls, recovery
from keys.identity import IdentityKey
from keys.purposes import sign_value
from tests.federation.net.cluster import (
    Cluster,
    Person,
    Running,
    befriend,
    both_friends,
    cluster,
    delivered,
    has,
    make_person,
    now,
    until,
)


@pytest.fixture
async def nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cluster]:
    for module in (recovery, pulls):
        monkeypatch.setattr(module, "RECOVERY_SETTLE_S", 0.3)
    async with cluster(tmp_path) as found:
        yield found


async def shared(nodes: Cluster) -> tuple[Running, Running, str, str]:
    """Return two friends, a document of each that both have, with comments of both."""
    alice, bob = await nodes.start("alice"), await nodes.start("bob")
    await befriend(alice, bob)
    hers, his = await alice.share(bob.did), await bob.share(alice.did)
    await until(lambda: delivered(alice, hers, bob))
    await until(lambda: delivered(bob, his, alice))
    await bob.comment(hers, "by bob")
    await alice.comment(hers, "by alice")
    await alice.comment(his, "by alice")
    await until(lambda: has(alice, hers, "by bob"))
    await until(lambda: has(bob, hers, "by alice"))
    await until(lambda: has(bob, his, "by alice"))
    return alice, bob, hers, his


def anew(person: Person, base: Path, *, port: int = 0) -> Person:
    """Return the person with a new home, made from the words alone."""
    home = base / "anew"
    home.mkdir()
    made = make_person("anew/alice", base, person.words)
    made.port = port
    return made


async def test_at_the_old_address_friends_and_documents_come_back_by_themselves(
    nodes: Cluster, tmp_path: Path
) -> None:
    alice, bob, hers, his = await shared(nodes)
    lost = await nodes.kill(alice)
    await bob.comment(hers, "meanwhile")

    back = await nodes.start(anew(lost, tmp_path, port=lost.port), config={"recovered": now()})

    await until(lambda: both_friends(back, bob), 15)
    await until(lambda: has(back, hers, "by bob", "by alice", "meanwhile"), 15)
    await until(lambda: has(back, his, "by alice"), 15)
    assert bob.app.new_devices == [lost.did]
    assert await back.read(lambda conn: back.node.log.members(conn, hers)) == {
        back.did: "owner",
        bob.did: "editor",
    }
    await back.comment(hers, "again")
    await until(lambda: has(bob, hers, "again"))


async def test_the_lost_device_is_refused_and_learns_that_it_was_replaced(
    nodes: Cluster, tmp_path: Path
) -> None:
    alice, bob, hers, _ = await shared(nodes)
    lost = await nodes.kill(alice)
    await bob.comment(hers, "meanwhile")
    back = await nodes.start(anew(lost, tmp_path, port=lost.port), config={"recovered": now()})
    await until(lambda: has(back, hers, "by bob", "by alice", "meanwhile"), 15)

    async def is_closed() -> bool:
        streams = await bob.read(lambda conn: bob.node.log.heads(conn, hers))
        return any(stream.startswith(back.person.device.multibase) for stream in streams)

    await until(is_closed, 15)  # the close itself is an event of the new device

    lost.port = 0
    old = await nodes.start(lost)
    await old.comment(hers, "by the lost device")

    async def replaced() -> bool:
        return old.app.replacements > 0 and old.node.peering.roster.is_replaced()

    await until(replaced, 15)
    assert not back.node.peering.roster.is_replaced()
    assert not await has(bob, hers, "by the lost device")
    assert not await has(back, hers, "by the lost device")


async def test_a_directory_shows_friends_the_new_device(nodes: Cluster, tmp_path: Path) -> None:
    async with running(Options("127.0.0.1", 0, tmp_path), now) as (url, _):
        await _found_by_directory(nodes, tmp_path, url)


async def _found_by_directory(nodes: Cluster, tmp_path: Path, url: str) -> None:
    config: dict[str, Any] = {"directories": (url,), "visibility": Visibility.CONTACTS}
    alice = await nodes.start("alice", config=config)
    bob = await nodes.start("bob", config=config)
    await befriend(alice, bob)
    doc = await alice.share(bob.did)
    await until(lambda: delivered(alice, doc, bob))
    await bob.comment(doc, 1)
    await until(lambda: has(alice, doc, 1))
    lost = await nodes.kill(alice)

    back = await nodes.start(anew(lost, tmp_path), config={**config, "recovered": now()})

    await until(lambda: both_friends(back, bob), 20)
    await until(lambda: has(back, doc, 1), 15)


async def test_only_a_card_of_mine_proves_a_friend_and_only_while_recovering(
    nodes: Cluster, tmp_path: Path
) -> None:
    back = await nodes.start(
        anew(make_person("alice", tmp_path), tmp_path), config={"recovered": now()}
    )
    mine, device = back.node.peering.recovery, make_person("mallory", tmp_path).device
    members = {"type": "contact", "person": back.did, "number": 1, "P": "z6Mk", "e": "uAAAA"}
    forged = sign_value(device, "contact", {**members, "by": device.multibase})
    genuine = back.node.peering.roster.contacts[back.did]

    assert await back.read(lambda conn: mine.is_friends(conn, genuine))
    for card in (forged, {**genuine, "number": 2}, {**genuine, "person": "did:key:z6Mk"}, None):
        assert not await back.read(partial(mine.is_friends, card=card))
    mine.since = None
    assert not await back.read(lambda conn: mine.is_friends(conn, genuine))


async def test_a_record_with_too_low_a_number_is_told_so_by_the_first_peer(
    nodes: Cluster, tmp_path: Path
) -> None:
    alice, bob, _, _ = await shared(nodes)
    lost = await nodes.kill(alice)
    late = anew(lost, tmp_path, port=lost.port)
    with_low_number = _renumbered(late, lost.identity.number - 1)

    back = await nodes.start(with_low_number, config={"recovered": now()})
    text, _, _ = await bob.node.friends.create_invite(None)
    await back.node.friends.accept_invite(text)

    async def replaced() -> bool:  # told inside the transaction, known after it
        return back.app.replacements > 0 and back.node.peering.roster.is_replaced()

    await until(replaced, 15)
    assert bob.app.new_devices == []


def _renumbered(person: Person, number: int) -> Person:
    with IdentityKey.from_words(person.words) as key:
        person.identity = key.sign_record(number, [person.device.multibase])
    return person

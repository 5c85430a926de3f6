"""A person whose home is lost comes back with the words, and with all that friends hold."""

import time
from dataclasses import replace
from pathlib import Path

from keys.identity import DeviceKey, IdentityKey
from tests.federation.net.cluster import Person, Running, befriend, cluster, has, until


def recovered(person: Person, base: Path) -> Person:
    """Return the person with a new device and an empty home."""
    device = DeviceKey.generate()
    with IdentityKey.from_words(person.words) as key:
        number = int(time.time() * 1000) + 1
        identity = key.sign_record(number, [device.multibase], [person.device.multibase])
    home = base / f"{person.name}-again"
    home.mkdir()
    return replace(person, home=home, device=device, identity=identity, port=0)


async def test_documents_come_back_from_a_friend_with_the_own_events_in_them(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        mine = await alice.share(bob.did)
        theirs = await bob.share(alice.did)
        await alice.comment(mine, "by alice")
        await alice.comment(theirs, "by alice too")
        await bob.comment(mine, "by bob")
        await until(lambda: has(bob, mine, "by alice"))
        await until(lambda: has(bob, theirs, "by alice too"))
        person = await nodes.kill(alice)

        alice = await nodes.start(recovered(person, tmp_path))
        text, _, _ = await bob.node.friends.create_invite(None)
        await alice.node.friends.accept_invite(text)

        await until(lambda: has(alice, mine, "by alice", "by bob"))
        await until(lambda: has(alice, theirs, "by alice too"))
        await until(lambda: is_owner(alice, mine))
        await alice.comment(mine, "from the new device")
        await until(lambda: has(bob, mine, "from the new device"))


async def is_owner(running: Running, doc: str) -> bool:
    found = await running.read(lambda conn: running.node.log.document(conn, doc))
    return found is not None and found.role == "owner"

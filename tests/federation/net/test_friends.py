"""Friendship between real nodes: invites, requests, ends."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import update

from federation import peers
from federation.errors import LocalProtocolError, MalformedError, RefusedError
from federation.log.kinds import Json
from federation.net.invites import parse_text
from tests.federation.net.cluster import (
    Running,
    befriend,
    both_friends,
    cluster,
    delivered,
    has,
    make_person,
    until,
)
from tests.limits import hits


async def gone(a: Running, b: Running) -> bool:
    return await a.state_of(b) is None


async def test_an_invite_inside_a_link_makes_both_friends_without_another_click(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        text, _, _ = await alice.node.friends.create_invite(None)

        friend = await bob.node.friends.accept_invite(f"https://example.org/join#{text}\n")

        assert (friend.state, friend.name, friend.waiting) == ("friend", "alice", False)
        mine = await alice.read(lambda conn: alice.node.friends.get(conn, bob.did))
        assert mine is not None
        assert (mine.state, mine.name) == ("friend", "bob")
        assert mine.safety_number == friend.safety_number
        assert await alice.read(alice.node.friends.list_invites) == []
        assert (bob.did, None, "friend") in alice.app.friendships


async def test_an_invite_counts_once_and_the_same_acceptor_gets_the_same_answer(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        carol = await nodes.start("carol")
        text, _, _ = await alice.node.friends.create_invite(None)
        await bob.node.friends.accept_invite(text)

        again = await bob.node.peering._invitations.accept(parse_text(text))
        with pytest.raises(RefusedError, match="gone"):
            await carol.node.friends.accept_invite(text)

        assert again
        assert await gone(carol, alice)
        assert await gone(alice, carol)


async def test_an_inviter_who_is_away_is_waited_for(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        text, _, _ = await alice.node.friends.create_invite(None)
        person = await nodes.kill(alice)

        friend = await bob.node.friends.accept_invite(text)
        bob_again = await nodes.start(await nodes.kill(bob))
        alice = await nodes.start(person)

        assert (friend.state, friend.waiting) == ("outgoing", True)
        await until(lambda: both_friends(alice, bob_again), 15)


@hits("invite_lifetime")
async def test_an_invite_taken_back_or_expired_is_worth_nothing(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        text, invite_id, _ = await alice.node.friends.create_invite(None)
        late, _, _ = await alice.node.friends.create_invite(None)
        await alice.node.friends.delete_invite(invite_id)
        old = peers.invites_table.c.expires
        await alice.write(lambda tx: tx.conn.execute(update(peers.invites_table).values({old: 1})))

        for one in (text, late):
            with pytest.raises(RefusedError):
                await bob.node.friends.accept_invite(one)
        with pytest.raises(LocalProtocolError):
            await alice.node.friends.delete_invite(invite_id)


@hits("invite_bad_macs")
async def test_five_wrong_macs_make_an_invite_void(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, mallory = await nodes.start("alice"), await nodes.start("mallory")
        bob = await nodes.start("bob")
        text, invite_id, _ = await alice.node.friends.create_invite(None)
        guess, _, _ = await mallory.node.friends.create_invite(None)
        forged = parse_text(text)
        object.__setattr__(forged, "secret", parse_text(guess).secret)

        for _ in range(5):
            with pytest.raises(RefusedError, match="bad_mac"):
                await mallory.node.peering._invitations.accept(forged)

        row = await alice.read(lambda conn: peers.invite(conn, invite_id))
        assert row is not None
        assert row.bad_macs == 5
        with pytest.raises(RefusedError, match="gone"):
            await bob.node.friends.accept_invite(text)


@hits("invites_open")
async def test_no_more_than_fifty_invites_are_open(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice = await nodes.start("alice")
        for _ in range(50):
            await alice.node.friends.create_invite(None)

        with pytest.raises(LocalProtocolError, match="50"):
            await alice.node.friends.create_invite(None)


@pytest.mark.parametrize("text", ["", "hello", "#", "e30", "x" * 9000, "{}"])
async def test_a_text_that_is_no_invite_is_refused(tmp_path: Path, text: str) -> None:
    async with cluster(tmp_path) as nodes:
        alice = await nodes.start("alice")

        with pytest.raises(MalformedError):
            await alice.node.friends.accept_invite(text)


async def test_ones_own_invite_and_a_friends_are_refused(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        text, _, _ = await alice.node.friends.create_invite(None)
        await befriend(alice, bob)

        for node in (alice, bob):
            with pytest.raises(LocalProtocolError):
                await node.node.friends.accept_invite(text)


class Directory:
    """Knows where everybody is who was told to it."""

    def __init__(self, *known: Running) -> None:
        self._known = {one.did: one for one in known}
        for one in known:
            one.node.peering.circle.finder = self

    async def find(self, person: str) -> Sequence[Json]:
        found = self._known.get(person)
        endpoint = None if found is None else found.node.peering.endpoint.current
        if found is None or endpoint is None:
            return []
        return [{"identity": found.person.identity.value, "record": endpoint.value}]

    async def find_handle(self, handle: str) -> str | None:
        return next((did for did, one in self._known.items() if one.person.name == handle), None)


async def test_a_request_by_did_waits_for_an_answer_and_yes_makes_both_friends(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        Directory(alice, bob)

        asked = await alice.node.friends.request(did=bob.did)
        await until(lambda: is_in_state(bob, alice, "incoming"))
        await bob.node.friends.answer(alice.did, accept=True)

        assert (asked.state, asked.waiting) == ("outgoing", True)
        await until(lambda: both_friends(alice, bob))
        doc = await bob.share(alice.did)
        await bob.comment(doc, 1)
        await until(lambda: has(alice, doc, 1))


async def is_in_state(a: Running, b: Running, state: str) -> bool:
    return await a.state_of(b) == state


async def test_a_declined_request_ends_on_both_sides(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        Directory(alice, bob)
        await alice.node.friends.request(did=bob.did)
        await until(lambda: is_in_state(bob, alice, "incoming"))

        await bob.node.friends.answer(alice.did, accept=False)

        await until(lambda: gone(alice, bob))
        assert await gone(bob, alice)


async def test_two_who_ask_each_other_are_friends(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        Directory(alice, bob)

        await alice.node.friends.request(handle="bob")
        await until(lambda: is_in_state(bob, alice, "incoming"))
        await bob.node.friends.request(did=alice.did)

        await until(lambda: both_friends(alice, bob))


async def test_removing_a_friend_takes_back_what_i_share_and_tells_them(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        doc = await alice.share(bob.did)
        await alice.comment(doc, 1)
        await until(lambda: has(bob, doc, 1))
        card = alice.node.peering.roster.contacts[alice.did]

        await alice.node.friends.remove(bob.did)

        await until(lambda: gone(bob, alice))
        await until(lambda: is_closed(bob, doc))
        await until(lambda: has_erased(alice, doc, bob))
        assert alice.node.peering.roster.contacts[alice.did]["P"] != card["P"]
        await alice.comment(doc, "secret")
        await asyncio.sleep(0.3)
        assert await bob.comments(doc) == set()


async def is_closed(running: Running, doc: str) -> bool:
    return (doc, "removed") in running.app.closed


async def test_a_friend_removed_while_away_loses_it_when_they_are_back(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        doc = await alice.share(bob.did)
        await until(lambda: delivered(alice, doc, bob))
        person = await nodes.kill(bob)
        for number in range(5):
            await alice.comment(doc, number)
        await alice.write(lambda tx: alice.node.log.set_role(tx, doc, person.did, "none"))
        await alice.comment(doc, "after")
        alice = await nodes.start(await nodes.kill(alice))

        bob = await nodes.start(person)

        await until(lambda: is_closed(bob, doc))
        await until(lambda: has_erased(alice, doc, bob))
        assert await bob.comments(doc) == set()


async def has_erased(running: Running, doc: str, other: Running) -> bool:
    found = await running.read(lambda conn: running.node.log.delivery(conn, doc))
    return found[other.did].state == "revoked" and found[other.did].receipt_at is not None


async def test_one_who_is_shared_with_again_has_everything_again(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        doc = await alice.share(bob.did)
        await alice.comment(doc, 1)
        await until(lambda: has(bob, doc, 1))
        await alice.write(lambda tx: alice.node.log.set_role(tx, doc, bob.did, "none"))
        await until(lambda: has_erased(alice, doc, bob))
        await alice.comment(doc, 2)

        await alice.write(lambda tx: alice.node.log.set_role(tx, doc, bob.did, "commenter"))

        await until(lambda: has(bob, doc, 1, 2))
        await bob.comment(doc, 3)
        await until(lambda: has(alice, doc, 1, 2, 3))


async def test_a_blocked_person_is_a_stranger_and_their_invite_answer_is_gone(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        await bob.node.friends.create_invite(None)

        await alice.node.friends.block(bob.did)
        text, _, _ = await alice.node.friends.create_invite(None)
        await bob.node.friends.remove(alice.did)

        with pytest.raises(RefusedError):
            await bob.node.friends.accept_invite(text)
        assert await alice.state_of(bob) == "blocked"


async def test_names_and_verification_are_mine_to_change(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)

        changed = await alice.node.friends.update(bob.did, name="  Bobby  ", verified=True)

        assert (changed.name, changed.verified) == ("Bobby", True)
        with pytest.raises(LocalProtocolError):
            await alice.node.friends.update(alice.did, name="me")


async def test_somebody_else_at_a_friends_address_blocks_and_the_friend_unblocks(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        person = await nodes.kill(bob)
        stranger = make_person("mallory", tmp_path)
        stranger.port = person.port
        mallory = await nodes.start(stranger)

        await alice.node.peering.board.wake_all()

        await until(lambda: is_in_state(alice, bob, "key_changed"), 15)
        assert (bob.did, "friend", "key_changed") in alice.app.friendships
        await nodes.kill(mallory)
        await nodes.start(person)
        await until(lambda: is_in_state(alice, bob, "friend"))


async def test_presence_follows_hello_and_its_absence(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)
        await until(lambda: is_online(alice, bob, online=True))
        doc = await alice.share(bob.did)
        await until(lambda: delivered(alice, doc, bob))
        await nodes.kill(bob)

        await alice.comment(doc, 1)

        await until(lambda: is_online(alice, bob, online=False))
        assert alice.app.presence == [(bob.did, True), (bob.did, False)]


async def is_online(a: Running, b: Running, *, online: bool) -> bool:
    found = await a.read(lambda conn: a.node.friends.get(conn, b.did))
    return found is not None and found.online is online

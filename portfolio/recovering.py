"""Recovering a person from their words: what others hold of them, and being known again.

The identity key is in memory only while `init --recover` runs, so the question which number the
new record must exceed is asked then, of directories and of friends' planners. A friend's planner
is asked with a hello under a first record: when it knows a newer one, it refuses with that.
"""

import asyncio
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection

from federation import peers
from federation.directory.client import DirectoryClient, Surroundings
from federation.errors import (
    FederationError,
    LocalProtocolError,
    MalformedError,
    RemoteProtocolError,
)
from federation.guard import DialPolicy, Source, attached_networks, guarded_connector
from federation.net.calls import parse_identity
from federation.net.client import OK, Address, Answered, Callee, Client
from federation.net.hello import Greeting, check_hello
from federation.net.invites import Invite, parse_text
from federation.peers import DeviceRow, FriendRow, FriendState
from federation.records import put_identity
from federation.wire import HELLO_PATH
from federation.writer import Tx
from keys.canonical import jcs
from keys.errors import KeysError
from keys.identity import DeviceKey, IdentityRecord, next_number
from keys.multiformats import encode_base64url, public_of_did
from portfolio.storage import settings

RECOVERED: Final = "recovered"
NONCE_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Peer:
    """A friend's planner that is asked: from the URL of their actor, or an invite of theirs."""

    person: str
    urls: tuple[str, ...]
    pin: str | None = None
    invite: Invite | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """A friend's planner that answered as itself, and where."""

    peer: Peer
    url: str
    greeting: Greeting


@dataclass(frozen=True, slots=True)
class Heard:
    """What others said: the newest record of this person, the friends met, how many answered."""

    newest: IdentityRecord | None
    met: tuple[Met, ...]
    answers: int


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Whom to ask."""

    directories: Sequence[str] = ()
    peers: Sequence[Peer] = ()

    def ask(self, device: DeviceKey, first: IdentityRecord) -> Heard:
        """Ask all of them; who does not answer is left out."""
        if not self.directories and not self.peers:
            return Heard(None, (), 0)
        return asyncio.run(_ask(self, device, first))


def parse_peer(text: str) -> Peer:
    """Return the peer of an invite, or of the URL of a friend's actor.

    Raises:
        MalformedError: It is neither.
    """
    if "/u/" in text and text.rstrip("/").endswith("/actor"):
        base, _, rest = text.rpartition("/u/")
        person = rest.removesuffix("/").removesuffix("/actor")
        try:
            public_of_did(person)
        except KeysError as error:
            raise MalformedError("peer", "the URL names no person") from error
        return Peer(person, (base,))
    invite = parse_text(text)
    return Peer(invite.did, invite.urls, invite.spki, invite)


def above(first: IdentityRecord, heard: Heard, now: datetime) -> tuple[int, tuple[str, ...]]:
    """Return number and retired devices of the record that replaces all that was heard of.

    It is never the number of the first record, which a peer may hold already.
    """
    highest = max(first.number, 0 if heard.newest is None else heard.newest.number)
    retired: set[str] = set()
    if heard.newest is not None:
        retired = {*heard.newest.devices, *heard.newest.retired} - set(first.devices)
    return next_number(now, highest), tuple(sorted(retired))


def remember(tx: Tx, inquiry: Inquiry, heard: Heard) -> None:
    """Write into a new home that it is a recovered one, and whom to turn to."""
    settings.write(tx.conn, RECOVERED, tx.now.isoformat())
    for peer in inquiry.peers:
        if peer.invite is not None:  # is accepted at the first start, and until it expires
            name, raw = peer.invite.name, peer.invite.raw()
            row = FriendRow(peer.person, FriendState.OUTGOING, name, tx.now, invite=raw)
            peers.put_friend(tx, row)
    for met in heard.met:
        put_identity(tx.conn, met.greeting.identity)
        source = Source.TYPED.value
        device = DeviceRow(met.greeting.device, met.peer.person, met.url, met.peer.pin, source)
        peers.put_device(tx, device)
        if met.peer.invite is None:
            name = met.greeting.name
            peers.put_friend(tx, FriendRow(met.peer.person, FriendState.OUTGOING, name, tx.now))


def recovered(conn: Connection) -> datetime | None:
    """Return when this home was made anew from words; None for one that was not."""
    found = settings.read(conn, RECOVERED)
    return None if found is None else datetime.fromisoformat(found)


async def _ask(inquiry: Inquiry, device: DeviceKey, first: IdentityRecord) -> Heard:
    newest: list[IdentityRecord] = []
    met: list[Met] = []
    answers = await _ask_directories(inquiry.directories, device, first, newest)
    async with Client(
        device, _clock, os.urandom, attached=attached_networks, loopback=True
    ) as client:
        for peer in inquiry.peers:
            for url in peer.urls:
                found = await _greet(client, peer, url, device, first)
                if found is None:
                    continue
                answers += 1
                if isinstance(found, Met):
                    met.append(found)
                else:
                    newest.append(found)
                break
    best = max(newest, key=lambda record: record.number, default=None)
    return Heard(best, tuple(met), answers)


async def _ask_directories(
    urls: Sequence[str], device: DeviceKey, first: IdentityRecord, newest: list[IdentityRecord]
) -> int:
    policy = DialPolicy(Source.TYPED, attached_networks, loopback=True)
    around = Surroundings(
        me=_Asking(first.did, device, first),
        endpoint=_nowhere,
        clock=_clock,
        entropy=os.urandom,
        rng=random.Random(0),  # noqa: S311 - for the pauses of a socket that is not opened
        connector=partial(guarded_connector, policy),
    )
    answers = 0
    for url in urls:
        try:
            found = await DirectoryClient([url], around).look_up(did=first.did)
        except FederationError:
            continue
        answers += 1
        if found is not None:
            newest.append(found.identity)
    return answers


async def _greet(
    client: Client, peer: Peer, url: str, device: DeviceKey, first: IdentityRecord
) -> Met | IdentityRecord | None:
    """Return who answered, or the newer record with which they refuse; None for anything else."""
    address, callee = Address(url, peer.pin, Source.TYPED), Callee(peer.person)
    nonce = encode_base64url(os.urandom(NONCE_BYTES))
    body = jcs({"nonce": nonce, "name": "", "identity": first.value, "docs": {}})
    outcome = await client.call(address, callee, HELLO_PATH, body)
    if not isinstance(outcome, Answered):
        return None
    try:
        if outcome.status == OK:
            greeting = check_hello(outcome.json(), nonce, device.multibase, address, callee)
            return Met(peer, url, greeting)
        newest = parse_identity(outcome.json().get("identity"))
    except RemoteProtocolError:
        return None
    return newest if newest.did == first.did else None


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks a directory."""

    did: str
    device: DeviceKey
    identity: IdentityRecord


async def _nowhere(_above: int) -> dict[str, Any]:
    raise LocalProtocolError("nothing is published while asking")


def _clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - asked by a command

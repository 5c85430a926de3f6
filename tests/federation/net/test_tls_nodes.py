"""Nodes on an address of this machine that others could call: TLS, pins, nothing in the open."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import ifaddr
import pytest

from federation.errors import LocalProtocolError
from federation.guard import Source, attached_networks, is_private_address
from federation.net.client import Address, Callee, Client, Unreachable
from federation.net.listener import Listener
from federation.net.tls import ensure_identity
from federation.wire import DOCS_PATH
from keys.identity import DeviceKey
from keys.multiformats import digest
from tests.federation.net.cluster import (
    Cluster,
    Person,
    Running,
    befriend,
    cluster,
    delivered,
    has,
    make_person,
    now,
    until,
)


def outer_address() -> str | None:
    """Return an address of this machine that its neighbours would call it by."""
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            text = ip.ip if isinstance(ip.ip, str) else ip.ip[0]
            if is_private_address(text) and not text.startswith("fe80"):
                return text
    return None


ANY = "0.0.0.0"  # noqa: S104 - nothing is bound to it here
OUTER = outer_address()
on_a_network = pytest.mark.skipif(OUTER is None, reason="this machine has no private address")


async def start(nodes: Cluster, person: Person) -> Running:
    return await nodes.start(
        person,
        host=OUTER,
        tls=await asyncio.to_thread(ensure_identity, person.home, now()),
        attached_networks=attached_networks,
    )


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[Cluster, Running, Running]]:
    async with cluster(tmp_path) as nodes:
        alice = await start(nodes, make_person("alice", tmp_path))
        bob = await start(nodes, make_person("bob", tmp_path))
        yield nodes, alice, bob


async def where(here: Running, there: Running) -> Address:
    device = there.person.device.multibase

    async def is_known() -> bool:
        return here.node.peering.board.address_of(device) is not None

    await until(is_known)
    address = here.node.peering.board.address_of(device)
    assert address is not None
    return address


@on_a_network
async def test_two_nodes_share_over_tls(pair: tuple[Cluster, Running, Running]) -> None:
    _, alice, bob = pair
    await befriend(alice, bob)

    doc = await alice.share(bob.did)
    await alice.comment(doc, 1)

    await until(lambda: has(bob, doc, 1))
    await until(lambda: delivered(alice, doc, bob))
    assert alice.url.startswith("https://")


@on_a_network
async def test_a_node_with_another_key_than_its_record_says_is_not_called(
    pair: tuple[Cluster, Running, Running],
) -> None:
    _, alice, bob = pair
    await befriend(alice, bob)
    known = await where(alice, bob)
    address = replace(known, pin=digest(b"another key"))

    outcome = await alice.node.peering.client.call(address, Callee(bob.did), DOCS_PATH, b"{}")

    assert outcome == Unreachable("pin")


@on_a_network
async def test_plain_http_off_loopback_is_not_spoken_to(
    pair: tuple[Cluster, Running, Running],
) -> None:
    _, alice, bob = pair
    await befriend(alice, bob)
    known = await where(alice, bob)
    plain = replace(known, url=bob.url.replace("https:", "http:"), pin=None)

    outcome = await alice.node.peering.client.call(plain, Callee(bob.did), DOCS_PATH, b"{}")

    assert outcome == Unreachable("blocked")


@on_a_network
async def test_without_a_pin_a_certificate_needs_an_authority(
    pair: tuple[Cluster, Running, Running],
) -> None:
    _, alice, bob = pair
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await session.get(f"{bob.url}/health")
    assert alice.node.peering.listener.pin != bob.node.peering.listener.pin


async def test_a_client_that_was_closed_opens_no_connection() -> None:
    client = Client(DeviceKey.generate(), now, bytes, attached=tuple, loopback=True)
    address = Address("http://127.0.0.1:65535", None, Source.TYPED)
    async with client:
        assert await client.call(address, Callee("did:key:x"), DOCS_PATH, b"{}") == Unreachable(
            "connect"
        )

    assert await client.call(address, Callee("did:key:x"), DOCS_PATH, b"{}") == Unreachable(
        "closed"
    )


async def test_a_private_address_outside_the_attached_subnets_is_not_dialled() -> None:
    key = DeviceKey.generate()
    client = Client(key, now, bytes, attached=tuple, loopback=False)
    async with client:
        for source in (Source.RECORD, Source.NEARBY, Source.STRANGER):
            for url in ("https://10.1.2.3:8100", "https://127.0.0.1:8100", "https://[::1]:8100"):
                address = Address(url, None, source)
                outcome = await client.call(address, Callee("did:key:x"), DOCS_PATH, b"{}")
                assert outcome == Unreachable("blocked")


@pytest.mark.parametrize("host", [ANY, "192.0.2.1", "::", "planner.example"])
def test_a_listener_off_loopback_wants_tls_or_a_word(host: str) -> None:
    with pytest.raises(LocalProtocolError, match="insecure-http"):
        Listener(host, 0, None, tuple)

    assert not Listener(host, 0, None, tuple, insecure_http=True).uses_tls


def test_a_listener_on_all_addresses_announces_those_that_others_can_call(tmp_path: Path) -> None:
    attached = ["127.0.0.1", "192.168.1.7", "fe80::1%eth0", "2001:db8::7", "169.254.1.1"]
    listener = Listener(ANY, 8100, ensure_identity(tmp_path, now()), lambda: attached)

    closed = listener.urls()
    listener.is_open = True

    assert closed == ()
    assert listener.urls() == ("https://192.168.1.7:8100", "https://[2001:db8::7]:8100")


def test_public_urls_are_announced_instead(tmp_path: Path) -> None:
    tls = ensure_identity(tmp_path, now())
    urls = ["https://planner.example/", "https://other.example"]
    listener = Listener(ANY, 8100, tls, tuple, public_urls=urls, is_open=True)

    assert listener.urls() == ("https://planner.example", "https://other.example")
    assert {"planner.example", "other.example"} <= listener.names()

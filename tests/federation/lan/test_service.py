"""Announce and browse over real multicast, on loopback alone, under a type of this run."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from federation.guard import DialPolicy, Source
from federation.lan import service
from federation.lan.service import Lan, LanOptions, LanState, Own, Sighting
from federation.wire import LIMITS, Limit
from keys.identity import DeviceKey
from keys.multiformats import did_of, digest
from tests.limits import hits

LOOPBACK = ("127.0.0.1",)
FOUND_S = 10.0
PORT = 8100


class Planner:
    """One planner on the LAN with what it was told."""

    def __init__(
        self,
        seed: int,
        service_type: str,
        *,
        addresses: Sequence[str] = LOOPBACK,
        interfaces: Sequence[str] = LOOPBACK,
        policy: DialPolicy | None = None,
        browse_s: float = 60,
    ) -> None:
        self.card = bytes([seed]) * 32
        self.own = Own(
            did_of(DeviceKey.from_seed(bytes([seed, 9]) * 16).public),
            PORT + seed,
            self.card,
            lambda: addresses,
            digest(bytes([seed])),
        )
        self.sightings: asyncio.Queue[Sighting] = asyncio.Queue()
        self.states: list[str] = []
        self.lan = Lan(
            self.own,
            policy or DialPolicy(Source.NEARBY, loopback=True),
            entropy=random.Random(seed).randbytes,
            on_sighting=self.sightings.put_nowait,
            on_state=self.states.append,
            options=LanOptions(interfaces, service_type, browse_s),
        )

    async def sees(self, is_it: Callable[[Sighting], bool]) -> Sighting:
        async with asyncio.timeout(FOUND_S):
            while not is_it(sighting := await self.sightings.get()):
                pass
        return sighting


@asynccontextmanager
async def running(*planners: Planner) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(planner.lan.run()) for planner in planners]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(FOUND_S):
        while not is_so():  # noqa: ASYNC110 - as a page would look at it
            await asyncio.sleep(0.02)


@pytest.fixture
def service_type() -> str:
    return f"_pp{secrets.token_hex(3)}._tcp.local."


async def test_two_friends_find_each_other_and_strangers_learn_nothing(
    service_type: str,
) -> None:
    alice, bob = Planner(1, service_type), Planner(2, service_type)

    async with running(alice, bob):
        of_alice = await bob.sees(lambda sighting: sighting.mark.is_of(alice.card))
        of_bob = await alice.sees(lambda sighting: sighting.mark.is_of(bob.card))

    assert (of_alice.addresses, of_alice.port) == (LOOPBACK, alice.own.port)
    assert (of_bob.addresses, of_bob.port) == (LOOPBACK, bob.own.port)
    assert (of_alice.mark.did, of_alice.mark.pin) == (None, None)
    assert not of_alice.mark.is_of(bob.card)
    assert alice.states == bob.states == [LanState.ON, LanState.OFF]


async def test_who_is_open_to_people_nearby_is_named_and_then_no_more(
    service_type: str,
) -> None:
    alice, bob = Planner(1, service_type), Planner(2, service_type)

    async with running(alice, bob):
        closed = await bob.sees(lambda sighting: sighting.mark.is_of(alice.card))
        alice.lan.open_to_nearby(600)
        opened = await bob.sees(lambda sighting: sighting.mark.did == alice.own.did)
        alice.lan.open_to_nearby(0)
        again = await bob.sees(lambda sighting: sighting.name not in {closed.name, opened.name})

    assert opened.mark.pin == alice.own.pin
    assert again.mark.did is None
    assert len({one.mark.salt for one in (closed, opened, again)}) == 3


@pytest.mark.parametrize("most", [2, 3])
@hits("lan_names")
async def test_of_a_crowd_only_so_many_are_remembered(
    service_type: str, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setitem(LIMITS, "lan_names", Limit(most, "names", "for this test"))
    bob = Planner(1, service_type, browse_s=0.3)
    crowd = [Planner(seed, service_type) for seed in (2, 3, 4)]

    async with running(*crowd), running(bob):
        await until(lambda: len(bob.lan.sightings) == most)
        async with asyncio.timeout(FOUND_S):
            for _ in range(2 * len(crowd)):  # it goes on looking at names
                await bob.sightings.get()
        remembered = bob.lan.sightings

    assert len(remembered) == most


async def test_nearby_mode_ends_by_itself(service_type: str) -> None:
    alice, bob = Planner(1, service_type), Planner(2, service_type)

    async with running(alice, bob):
        alice.lan.open_to_nearby(1.5)
        opened = await bob.sees(lambda sighting: sighting.mark.did == alice.own.did)
        closed = await bob.sees(lambda sighting: sighting.name != opened.name)
        is_open = alice.lan.is_open_to_nearby()

    assert closed.mark.did is None
    assert not is_open


async def test_a_new_contact_card_is_announced(service_type: str) -> None:
    alice, bob = Planner(1, service_type), Planner(2, service_type)

    async with running(alice, bob):
        await bob.sees(lambda sighting: sighting.mark.is_of(alice.card))
        alice.lan.announce(Own(alice.own.did, PORT, b"n" * 32, lambda: LOOPBACK))
        renewed = await bob.sees(lambda sighting: sighting.mark.is_of(b"n" * 32))

    assert renewed.port == PORT


async def test_who_stops_says_goodbye(service_type: str) -> None:
    alice, bob = Planner(1, service_type), Planner(2, service_type)

    async with running(bob):
        async with running(alice):
            await bob.sees(lambda sighting: sighting.mark.is_of(alice.card))
            assert len(bob.lan.sightings) == 1
        await until(lambda: bob.lan.sightings == ())

    assert bob.lan.state is LanState.OFF


async def test_every_browse_sees_again_who_is_there(service_type: str) -> None:
    alice, bob = Planner(1, service_type), Planner(2, service_type, browse_s=0.5)

    async with running(alice, bob):
        first = await bob.sees(lambda sighting: sighting.mark.is_of(alice.card))
        second = await bob.sees(lambda sighting: sighting.mark.is_of(alice.card))

    assert first == second


async def test_an_address_that_may_not_be_dialled_is_not_handed_on(service_type: str) -> None:
    attached = DialPolicy(Source.NEARBY, loopback=False)
    alice = Planner(1, service_type)
    bob = Planner(2, service_type, policy=attached)
    carol = Planner(3, service_type)
    outside = Planner(4, service_type, addresses=("8.8.8.8", "192.168.77.5"))

    async with running(alice, bob, carol, outside):
        await carol.sees(lambda sighting: sighting.mark.is_of(alice.card))
        await asyncio.sleep(1)

        assert bob.sightings.empty()
        assert not any(one.mark.is_of(outside.card) for one in carol.lan.sightings)


async def test_what_is_no_planner_is_passed_over(service_type: str) -> None:
    alice, bob = Planner(1, service_type), Planner(2, service_type)
    engine = AsyncZeroconf(interfaces=list(LOOPBACK))
    printer = AsyncServiceInfo(
        service_type,
        f"printer.{service_type}",
        port=9100,
        properties={"v": "1", "s": "x"},
        parsed_addresses=list(LOOPBACK),
    )

    await (await engine.async_register_service(printer, cooperating_responders=True))
    async with running(alice, bob):
        await bob.sees(lambda sighting: sighting.mark.is_of(alice.card))
        names = {sighting.name for sighting in bob.lan.sightings}
    await engine.async_close()

    assert not any("printer" in name for name in names)


@pytest.mark.parametrize(
    "error", [RuntimeError("No interfaces"), OSError(19, "No such device")], ids=["none", "down"]
)
async def test_without_interfaces_it_says_so_and_comes_back_by_itself(
    service_type: str, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    real, tries = AsyncZeroconf, []

    def unlucky_at_first(**options: Any) -> Any:
        tries.append(options)
        if len(tries) == 1:
            raise error
        return real(**options)

    monkeypatch.setattr(service, "AsyncZeroconf", unlucky_at_first)
    monkeypatch.setattr(service, "RETRY_S", 0.3)
    alice, bob = Planner(1, service_type), Planner(2, service_type)

    async with running(alice):
        await asyncio.sleep(0.1)
        before = alice.lan.state
        async with running(bob):
            await bob.sees(lambda sighting: sighting.mark.is_of(alice.card))
        after = alice.lan.state

    assert (before, after) == (LanState.AWAY, LanState.ON)


# zeroconf leaves the socket of an interface that it could not join to the garbage collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket")
async def test_an_interface_that_is_not_there_does_not_stop_the_node(service_type: str) -> None:
    planner = Planner(1, service_type, interfaces=("192.0.2.1",))

    async with running(planner):
        await asyncio.sleep(0.2)

        assert planner.lan.state is LanState.AWAY


async def test_with_no_address_to_announce_it_still_looks_around(service_type: str) -> None:
    alice, hidden = Planner(1, service_type), Planner(2, service_type, addresses=())

    async with running(alice, hidden):
        await hidden.sees(lambda sighting: sighting.mark.is_of(alice.card))

        assert alice.sightings.empty()

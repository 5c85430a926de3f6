"""A node: the network side of one planner, with directory, LAN and stock peers around it.

`Node` is what an application composes: it gives a log, a store and itself as an `Application`,
and gets friends and a running exchange. Everything runs in the one task group of `run`;
cancelling it is a clean stop.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from federation import peers
from federation.directory.client import (
    Card,
    DirectoryClient,
    DirectoryState,
    Hooks,
    OwnCard,
    Seen,
    Surroundings,
    Visibility,
    Watched,
)
from federation.errors import DeliveryError, FederationError, MalformedError, UnauthenticError
from federation.guard import DialPolicy, Source, guarded_connector
from federation.lan.nearby import Nearby, Neighbour
from federation.lan.service import Lan, LanOptions, LanState, Own, Sighting
from federation.log.author import Me
from federation.log.kinds import Json
from federation.log.log import Sender
from federation.net.client import Address, Callee
from federation.net.friends import Friends
from federation.net.hello import Greeting
from federation.net.listener import Listener
from federation.net.peering import Peering, Sights, Store, World
from federation.net.server import Stock
from federation.wire import limit
from keys.identity import DeviceKey
from keys.multiformats import decode_base64url

NOWHERE: Final = "http://planner.invalid"  # RFC 2606: of a planner that nobody can call
FOLLOW_S: Final = 20.0  # how soon a change of this machine's addresses is noticed

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class NodeConfig:
    """How one node runs.

    `solo`: no listener, no LAN, no directory. `nearby`: strangers on the LAN are told who this
    is, for ten minutes. `lan_interfaces` are addresses; none means all interfaces. `recovered`:
    when the home was made anew from its person's words.
    """

    name: str
    version: str
    handle: str | None = None
    directories: tuple[str, ...] = ()
    visibility: Visibility = Visibility.CONTACTS
    lan: bool = True
    lan_interfaces: tuple[str, ...] = ()
    lan_service: str | None = None
    nearby: bool = False
    solo: bool = False
    recovered: datetime | None = None


@dataclass(slots=True)
class _Shown:
    """What a person shows of themselves now; it may change while the node runs."""

    name: str
    handle: str | None
    visibility: Visibility
    nearby: bool


class Node:
    """One planner on the network.

    Args:
        config: How it runs.
        me: Whose it is. `me.base_url` should return `base_url()` of this node.
        listener: Where it listens; not opened with `--solo`.
        store: Log, writer, reader, and the application that hears of changes.
        world: Time, chance, attached networks.
        stock: Stock ActivityPub, served beside the native calls; None to do without.
    """

    def __init__(
        self,
        config: NodeConfig,
        me: Me,
        listener: Listener,
        store: Store,
        world: World,
        stock: Stock | None = None,
    ) -> None:
        self.me = me
        self.log = store.log
        self.writer = store.writer
        self.reader = store.reader
        self._config = config
        self._shown = _Shown(config.name, config.handle, config.visibility, config.nearby)
        self._store = store
        self._world = world
        self._stock = stock
        self._nearby = Nearby(world.monotonic)
        self._lan: Lan | None = None
        self._own_card: OwnCard | None = None
        self._seen: dict[str, dict[str, Address]] = {}
        sights = Sights(
            finder=self,
            seen=self._addresses_seen,
            neighbours=self._nearby.people,
            friends_changed=[self._watch_friends],
        )
        self.peering = Peering(me, lambda: self._shown.name, listener, store, world, sights)
        self.peering.recovery.since = config.recovered
        self.friends: Friends = self.peering.friends
        self._directory = DirectoryClient(
            () if config.solo else config.directories,
            Surroundings(
                me=me,
                endpoint=self.peering.endpoint.renew,
                clock=world.clock,
                entropy=world.entropy,
                rng=world.rng,
                connector=partial(guarded_connector, self._policy(Source.TYPED, loopback=True)),
            ),
            Hooks(state=self._directory_changed, seen=self._seen_by_directory),
        )

    # --- facade -------------------------------------------------------------------------------

    @property
    def directory_state(self) -> DirectoryState:
        """How it is with directories now."""
        return self._directory.state

    @property
    def lan_state(self) -> LanState:
        """Whether the local network is searched."""
        return LanState.OFF if self._lan is None else self._lan.state

    @property
    def port(self) -> int:
        """The port of the listener; known for sure once `run` has started."""
        return self.peering.listener.port

    def base_url(self) -> str:
        """Return the base URL of this planner's actor and events."""
        urls = self.peering.listener.urls()
        return urls[0] if urls else NOWHERE

    def rename(self, name: str, handle: str | None) -> None:
        """Show another name or handle from now on."""
        self._shown.name, self._shown.handle = name, handle
        self._directory.keep_handle(handle)

    def show_to(self, visibility: Visibility | str, *, nearby: bool | None) -> None:
        """Say who may find this planner: through directories, and for ten minutes on the LAN.

        With `nearby` None the ten minutes go on as they are.
        """
        self._shown.visibility = Visibility(visibility)
        self._announce()
        if nearby is not None:
            self._shown.nearby = nearby
            self._open_to_nearby()

    # --- life ---------------------------------------------------------------------------------

    async def run(self, started: asyncio.Event) -> None:
        """Run until cancelled; `started` is set when calls can come in and go out.

        Raises:
            OSError: The port is taken, or the address is not this machine's.
        """
        await self.peering.load()
        await self._renew_card()
        if self._config.solo:
            await self._run_alone(started)
            return
        peering = self.peering
        app = peering.handlers(self._stock, self._config.version).application(
            peering.listener.names
        )
        async with peering.client, peering.listener.serving(app):
            await peering.endpoint.renew()
            await self._run_together(started)

    async def _run_alone(self, started: asyncio.Event) -> None:
        started.set()
        await asyncio.Event().wait()

    async def _run_together(self, started: asyncio.Event) -> None:
        peering = self.peering
        try:
            async with asyncio.TaskGroup() as group:
                peering.spawn.attach(group)
                for loop in peering.loops():
                    group.create_task(loop())
                peering.begin()
                self._announce()
                self._directory.keep_handle(self._shown.handle)
                self._watch_friends()
                group.create_task(self._directory.run())
                group.create_task(self._follow_addresses())
                if self._stock is not None:
                    group.create_task(self._stock.run())
                if self._config.lan:
                    self._lan = self._make_lan()
                    self._open_to_nearby()
                    group.create_task(self._lan.run())
                started.set()
        finally:
            peering.spawn.detach()

    async def _follow_addresses(self) -> None:
        """Tell everybody when this machine has other addresses than it said."""
        while True:
            await asyncio.sleep(FOLLOW_S)
            if await self.peering.endpoint.follow():
                log.info("addresses changed", count=len(self.peering.listener.urls()))
                self._announce()
                if self._lan is not None:
                    self._lan.announce(self._own_announcement())

    # --- directory ----------------------------------------------------------------------------

    async def find(self, person: str) -> Sequence[Json]:
        """Ask the directories for a person: by contact card, else by did.

        Raises:
            DeliveryError: No directory could be asked.
            RemoteProtocolError: The answer does not verify.
        """
        if self._directory.state is DirectoryState.OFF:
            return ()
        card = self._card_of(person)
        found = None if card is None else await self._directory.look_up(card=card)
        if found is None:
            found = await self._directory.look_up(did=person)
        if found is None:
            return ()
        publications: list[Json] = [{"identity": found.identity.value}]
        return publications + [{"record": endpoint} for endpoint in found.endpoints]

    async def find_handle(self, handle: str) -> str | None:
        """Ask the directories whose handle this is.

        Raises:
            DeliveryError: There is no directory, or none could be asked.
            RemoteProtocolError: The answer does not verify.
        """
        if self._directory.state is DirectoryState.OFF:
            raise DeliveryError("no directory is used, so handles cannot be looked up")
        found = await self._directory.look_up(handle=handle)
        return None if found is None else found.person

    def _announce(self) -> None:
        """Publish as visible as it is wanted now."""
        visibility = self._shown.visibility
        if visibility is Visibility.CONTACTS and self.peering.recovery.is_on():
            visibility = Visibility.EVERYONE  # friends hold a card of the lost device only
        if visibility is Visibility.CONTACTS and self._own_card is None:
            visibility = Visibility.NOBODY
        self._directory.announce(visibility, self._own_card)

    def _watch_friends(self) -> None:
        """Watch those who are friends now, and show a card that fits."""
        friends = [
            Watched(did, self._card_of(did))
            for did in self.peering.roster.friends
            if self.peering.roster.is_friend(did)
        ]
        self._directory.watch(friends)
        self.peering.spawn(self._renew_card)

    async def _renew_card(self) -> None:
        row = await self.reader.run(peers.card)
        if row is None:
            return
        card = OwnCard(DeviceKey.from_seed(row.seed), row.e)
        if self._own_card is None or self._own_card.encryption != card.encryption:
            self._own_card = card
            self._announce()
            if self._lan is not None:
                self._lan.announce(self._own_announcement())

    def _card_of(self, person: str) -> Card | None:
        value = self.peering.roster.contacts.get(person)
        if value is None:
            return None
        try:
            return Card(value["P"], decode_base64url(str(value["e"])[1:]))
        except (KeyError, ValueError, FederationError):
            return None

    def _directory_changed(self, state: DirectoryState) -> None:
        self._store.application.directory_changed(state.value)

    def _seen_by_directory(self, seen: Seen) -> None:
        """A directory shows a friend's planner: take its records, and try it at once."""
        self.peering.spawn(partial(self._take_seen, seen))

    async def _take_seen(self, seen: Seen) -> None:
        values = [] if seen.endpoint is None else [seen.endpoint]
        if seen.identity is not None:
            values.insert(0, seen.identity.value)
        sender = Sender(seen.person, seen.device or "", friend=True)
        intake = self.peering.intake
        if any(not self.peering.roster.holds(value) for value in values):
            await self.writer.run(lambda tx: intake.take(tx, values, sender))
        if seen.online and seen.device is not None:
            self.peering.board.sighted(seen.device)

    # --- LAN ----------------------------------------------------------------------------------

    def _make_lan(self) -> Lan:
        options = LanOptions(self._config.lan_interfaces or None)
        if self._config.lan_service is not None:
            options = LanOptions(options.interfaces, self._config.lan_service)
        listener = self.peering.listener
        return Lan(
            self._own_announcement(),
            self._policy(Source.NEARBY, loopback=listener.is_loopback),
            entropy=self._world.entropy,
            on_sighting=self._sighted,
            options=options,
        )

    def _own_announcement(self) -> Own:
        listener = self.peering.listener
        card = self._own_card
        return Own(
            did=self.me.did,
            port=listener.port,
            encryption=self._world.entropy(32) if card is None else card.encryption,
            addresses=listener.addresses,
            pin=listener.pin,
        )

    def _open_to_nearby(self) -> None:
        seconds = float(limit("nearby_time")) if self._shown.nearby else 0.0
        self.peering.greeter.nearby_until_s = self._world.monotonic() + seconds
        if self._lan is not None:
            self._lan.open_to_nearby(seconds)

    def _sighted(self, sighting: Sighting) -> None:
        """A planner on the LAN: a friend's is tried at once, a stranger's greeted when open."""
        roster = self.peering.roster
        for did in roster.friends:
            card = self._card_of(did)
            if card is not None and sighting.mark.is_of(card.encryption):
                for device in roster.devices_of(did):
                    self._note_sighting(device, sighting)
                return
        if sighting.mark.did is not None and self._lan and self._lan.is_open_to_nearby():
            self.peering.spawn(partial(self._greet_stranger, sighting, sighting.mark.did))

    def _note_sighting(self, device: str, sighting: Sighting) -> None:
        endpoint = self.peering.roster.endpoints.get(device)
        pin = None if endpoint is None else endpoint.spki
        found = _addresses(sighting, pin)
        self._seen[device] = {address.url: address for address in found}
        self.peering.board.sighted(device)

    async def _greet_stranger(self, sighting: Sighting, did: str) -> None:
        for address in _addresses(sighting, sighting.mark.pin):
            try:
                greeting = await self.peering.greeter.greet(address, Callee(did))
            except (UnauthenticError, MalformedError):
                continue
            if isinstance(greeting, Greeting):
                host = sighting.addresses[0]
                self._nearby.met(Neighbour(did, greeting.name, host, sighting.port))
                await self.peering.meet(greeting, address)
                return

    def _addresses_seen(self, device: str) -> Iterable[Address]:
        return self._seen.get(device, {}).values()

    def _policy(self, source: Source, *, loopback: bool) -> DialPolicy:
        return DialPolicy(source, self._world.attached, loopback=loopback)


def _addresses(sighting: Sighting, pin: str | None) -> list[Address]:
    scheme = "http" if pin is None else "https"
    return [
        Address(f"{scheme}://{host}:{sighting.port}", pin, Source.NEARBY)
        for host in sighting.addresses
    ]

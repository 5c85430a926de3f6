"""The network side of a node, put together: everything but directory, LAN and stock peers."""

import random
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from federation import peers
from federation.guard import Network
from federation.log.author import Me
from federation.log.kinds import Application
from federation.log.log import Log, Sender
from federation.net.acceptance import Invitations
from federation.net.calls import Desk
from federation.net.circle import Circle, Finder
from federation.net.client import Address, Client
from federation.net.courier import Courier
from federation.net.dialling import Dialler
from federation.net.files import Files, Find, nothing
from federation.net.friends import Friends, Neighbour
from federation.net.friendship import Friendships
from federation.net.gate import Gate
from federation.net.handles import Handles
from federation.net.hello import Greeter, Greeting
from federation.net.inbox import Inbox
from federation.net.intake import Intake
from federation.net.lanes import Lane
from federation.net.listener import Listener
from federation.net.own_endpoint import OwnEndpoint
from federation.net.presence import Presence
from federation.net.pulls import Puller
from federation.net.recovery import Recovery
from federation.net.roster import Roster
from federation.net.server import Federation, Stock
from federation.net.spawner import Spawner
from federation.net.switchboard import Switchboard
from federation.net.sync import Sync
from federation.peers import FriendState
from federation.writer import Reader, Tx, Writer

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class World:
    """What a node is given from outside: time, chance, and what it may dial."""

    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    entropy: Callable[[int], bytes]
    rng: random.Random
    attached: Callable[[], Iterable[Network]]


@dataclass(frozen=True, slots=True)
class Store:
    """Where a node keeps things, and who hears of them."""

    log: Log
    writer: Writer
    reader: Reader
    application: Application
    files: Find = nothing


@dataclass(slots=True)
class Sights:
    """What finds peers beside their own records. `seen` returns addresses of a device."""

    finder: Finder
    seen: Callable[[str], Iterable[Address]]
    neighbours: Callable[[], Sequence[Neighbour]]
    friends_changed: list[Callable[[], None]] = field(default_factory=list)


class Peering:
    """Lanes, pulls, friends and handlers of one node, sharing one circle."""

    def __init__(
        self,
        me: Me,
        name: Callable[[], str],
        listener: Listener,
        store: Store,
        world: World,
        sights: Sights,
    ) -> None:
        self.listener = listener
        self.spawn = Spawner()
        self.roster = Roster(me.did, me.device.multibase)
        self._sights = sights
        self._store = store
        self._world = world
        self.client = Client(
            me.device,
            world.clock,
            world.entropy,
            attached=world.attached,
            loopback=listener.is_loopback,
            insecure_http=listener.insecure_http,
        )
        self.recovery = Recovery(me.did, world.clock)
        self._friendships = Friendships(
            me,
            self.roster,
            store.log,
            store.application,
            world.entropy,
            name,
            self._changed,
            self.recovery,
        )
        self.intake = Intake(self.roster, store.log, self._friendships, self._moved)
        self.endpoint = OwnEndpoint(me, listener, self.roster, store.writer, self._announce)
        self.presence = Presence(self._presence_changed)
        self.circle = self._circle(me, name)
        self._desk = Desk(me.did, world.clock, world.monotonic)
        gate = Gate(world.monotonic)
        self.greeter = Greeter(self.circle, self._desk, self.intake)
        self._dialler = Dialler(self.circle, self.greeter, self.intake, sights.seen)
        courier = Courier(self.circle, self.intake)
        self.board = Switchboard(self.circle, self._dialler, courier, self._start)
        self._inbox = Inbox(store.log, store.writer, self.roster, self.intake, self._desk, gate)
        self._sync = Sync(store.log, store.reader, store.writer, self.roster)
        self._invitations = Invitations(self.circle, self.intake, self._desk)
        self._gate = gate
        self.puller = Puller(self.circle, self._inbox, self.board)
        self.files = Files(self.circle, self._sync, self.board, store.files)
        self.handles = Handles(self.circle)
        self.friends = Friends(
            self.circle, self._invitations, listener.urls, sights.neighbours, self.handles
        )

    def _circle(self, me: Me, name: Callable[[], str]) -> Circle:
        store, world = self._store, self._world
        return Circle(
            me=me,
            name=name,
            roster=self.roster,
            log=store.log,
            writer=store.writer,
            reader=store.reader,
            client=self.client,
            friendships=self._friendships,
            application=store.application,
            finder=self._sights.finder,
            clock=world.clock,
            monotonic=world.monotonic,
            rng=world.rng,
            entropy=world.entropy,
            endpoint=self.endpoint.value,
            pin=self.listener.pin,
            spawn=self.spawn,
            presence=self.presence,
            want=self._want,
            contact=self._contact,
        )

    def handlers(self, stock: Stock | None, version: str) -> Federation:
        """Return the handlers of the listener."""
        return Federation(
            self.circle.me.did,
            desk=self._desk,
            gate=self._gate,
            inbox=self._inbox,
            sync=self._sync,
            files=self.files,
            greeter=self.greeter,
            invitations=self._invitations,
            ears=self.board,
            stock=stock,
            version=version,
        )

    async def load(self) -> None:
        """Make the store ready and read what is known; before anything runs."""

        def load(tx: Tx) -> list[peers.DeviceRow]:
            self._store.log.start(tx)
            self._friendships.card(tx)
            self.roster.load(tx.conn, self._store.log)
            return peers.devices(tx.conn)

        self.intake.register()
        self._dialler.load(await self._store.writer.run(load))
        self.roster.regranted = self.board.regranted
        self._store.log.on_line.append(self.board.appended)
        self._store.log.on_record.append(self.board.recorded)

    def hide(self, *, private: bool) -> None:
        """Let other members reach me through the owner of a document only, or again directly."""
        if self.roster.hidden == private:
            return
        self.roster.hidden = self.endpoint.private = private
        self.spawn(self.endpoint.follow)
        self.spawn(self.board.wake_all)

    def loops(self) -> list[Callable[[], Coroutine[None, None, None]]]:
        """Return what has to run as long as the node does."""
        return [self.puller.run, self.board.watch, self.handles.run, self._close_former]

    def begin(self) -> None:
        """Say hello to all friends, and go on with invites that wait for somebody."""
        self.board.connect_all()
        for did, row in self.roster.friends.items():
            if row.state is FriendState.OUTGOING and row.invite is not None:
                self.spawn(partial(self._invitations.keep_trying, did))

    async def meet(self, greeting: Greeting, address: Address) -> None:
        """Keep where a stranger was met, so that they can be asked to be a friend."""
        sender = Sender(greeting.person, greeting.device, friend=False)

        def keep(tx: Tx) -> None:
            self.intake.identity(tx, greeting.identity)
            self.intake.take(tx, greeting.records, sender)
            peers.put_device(
                tx,
                peers.DeviceRow(
                    greeting.device,
                    greeting.person,
                    address.url,
                    address.pin,
                    address.source.value,
                ),
            )

        await self._store.writer.run(keep)

    async def _close_former(self) -> None:
        store = self._store
        await self.recovery.close_former(store.log, store.writer, self.puller.is_quiet)

    def _start(self, lane: Lane) -> None:
        self.spawn(lane.run)

    def _changed(self, person: str) -> None:
        self.board.changed(person)
        for hear in self._sights.friends_changed:
            hear()

    def _moved(self, device: str) -> None:
        self.board.moved(device)

    def _announce(self) -> None:
        self.board.announce()

    def _presence_changed(self, person: str, online: bool) -> None:  # noqa: FBT001 - a callback
        try:
            self._store.application.presence_changed(person, online)
        except Exception:
            log.exception("application failed", about="presence")

    def _want(self, doc: str, device: str) -> None:
        self.puller.want(doc, device)

    def _contact(self, person: str) -> None:
        if self.presence.wants_touch(person, self._world.monotonic()):

            async def touch() -> None:
                await self._store.writer.run(lambda tx: peers.touch_friend(tx, person))

            self.spawn(touch)

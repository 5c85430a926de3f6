"""All lanes of a node: who has one, and what each hears of.

Friends have a lane always; other members of shared documents have one that sleeps until there is
something to bring. New events reach their lanes straight from the commit, with their bytes.
"""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

import orjson
import structlog

from federation import peers
from federation.log.events import Event
from federation.log.grants import GENESIS, GRANT, LEFT
from federation.log.kinds import Json
from federation.net.circle import Circle
from federation.net.client import Address, Callee
from federation.net.courier import NOT_FOUND, Courier
from federation.net.dialling import Dialler
from federation.net.hello import Greeting
from federation.net.lanes import Lane
from federation.net.outgoing import OwnLine
from federation.net.reach import Reach
from federation.net.roster import Shared
from federation.wire import SLEEP_DETECT_S, SLEEP_TICK_S
from federation.writer import Tx

log = structlog.get_logger()


class Switchboard:
    """The lanes by device. `start` begins one in the node's task group."""

    def __init__(
        self,
        circle: Circle,
        dialler: Dialler,
        courier: Courier,
        start: Callable[[Lane], None],
    ) -> None:
        self._circle = circle
        self._dialler = dialler
        self._courier = courier
        self._start = start
        self._lanes: dict[str, Lane] = {}
        self._sought: set[str] = set()
        self._begun: dict[str, list[OwnLine]] = {}  # documents begun by the commit being told

    # --- who has a lane -----------------------------------------------------------------------

    def connect_all(self) -> None:
        """Have a lane for every device of everybody who should have one."""
        roster = self._circle.roster
        people = set(roster.friends)
        for shared in roster.shared.values():
            people |= shared.members.keys()
        for person in people:
            self.connect(person)

    def connect(self, person: str) -> None:
        """Have a lane for every device of a person."""
        if self._circle.roster.state_of(person) is peers.FriendState.BLOCKED:
            return
        devices = self._circle.roster.devices_of(person)
        for device in devices:
            self._lane(person, device)
        if not devices and self._circle.roster.state_of(person) is not None:
            self._seek(person)

    def changed(self, person: str) -> None:
        """The friendship with a person changed."""
        self.connect(person)
        if self._circle.roster.is_friend(person):
            self._try_again(person)
        for lane in self._lanes_of(person):
            lane.owe_records()
            for doc in self._circle.roster.shared:
                if lane.may_get(doc):
                    lane.owe(doc)
            lane.wake()

    def moved(self, device: str) -> None:
        """A device has a new endpoint record."""
        person = self._circle.roster.owner_of(device)
        if person is None or device == self._circle.roster.device:
            return
        lane = self._lane(person, device)
        if lane is not None:
            lane.wake(
                elsewhere=lane.address is not None and not self._is_still_at(lane.address, device)
            )

    def sighted(self, device: str) -> None:
        """A device was seen, on the LAN or by the directory."""
        lane = self._lanes.get(device)
        if lane is not None and not lane.is_connected:
            lane.wake()

    def announce(self) -> None:
        """My own records changed: every lane brings them."""
        for lane in self._lanes.values():
            lane.owe_records()

    # --- what lanes hear ----------------------------------------------------------------------

    def heard(self, person: str, device: str) -> None:
        """A verified call of a known device came in."""
        now_s = self._circle.monotonic()
        self._circle.presence.heard(person, now_s)
        self._circle.contact(person)
        lane = self._lane(person, device)
        if lane is not None:
            lane.heard()

    def greeted(self, greeting: Greeting) -> None:
        """A device said hello."""
        if not self._circle.roster.is_known(greeting.person):
            return
        self.heard(greeting.person, greeting.device)
        lane = self._lane(greeting.person, greeting.device)
        if lane is not None:
            lane.greeted(greeting)

    def pulled(self, device: str, *, more: bool) -> None:
        """A device fetches what it lacks by itself."""
        lane = self._lanes.get(device)
        if lane is not None and more:
            lane.hold()

    def relay(self, person: str, docs: Iterable[str]) -> None:
        """A person brought something: who hears of it through me alone is told that it is here."""
        roster = self._circle.roster
        hidden = roster.hidden_people()
        for doc in docs if hidden else ():
            shared = roster.shared.get(doc)
            if shared is None or shared.owner != roster.me:
                continue
            for other, role in shared.members.items():
                if role != "none" and other != person and hidden & {person, other}:
                    for lane in self._lanes_of(other):
                        lane.say_hello()

    def appended(self, event: Event, line: bytes) -> None:
        """An event of mine was committed, with its line of a batch."""
        roster = self._circle.roster
        shared = roster.shared.get(event.doc)
        if shared is None:
            if event.kind != GENESIS:
                return
            shared = Shared(event.author, is_open=True, members={event.author: "owner"}, heads={})
            roster.note_shared(event.doc, shared)
            self._begun[event.doc] = []
            asyncio.get_running_loop().call_soon(self._begun.pop, event.doc, None)
        shared.advance(event.stream, event.seq, event.hash)
        own = OwnLine(event.doc, event.stream, event.seq, line)
        begun = self._begun.get(event.doc)
        if begun is not None:
            begun.append(own)
        before = shared.members
        if event.kind == GRANT:
            shared = self._granted(event.doc, shared, line)
        elif event.kind == LEFT:
            shared.is_open = False
        for person, role in shared.members.items():
            if role == "none":
                continue
            for lane in self._lanes_of(person):
                if begun is not None and person not in before:
                    lane.open(event.doc, begun)
                else:
                    lane.offer(own)

    def _granted(self, doc: str, shared: Shared, line: bytes) -> Shared:
        """A grant of mine counts at once: nothing written after it may follow an older one."""
        content = orjson.loads(line)["content"]
        person, role = content["person"], content["role"]
        if shared.members.get(person, "none") == "none" != role:
            for lane in self._lanes_of(person):
                lane.owe(doc, is_new=True)
        members = {**shared.members, person: role}
        after = Shared(shared.owner, shared.is_open, members, shared.heads)
        self._circle.roster.note_shared(doc, after)
        return after

    def recorded(self, value: Json) -> None:
        """A record that I have to send was committed."""
        for lane in self._lanes_of(str(value.get("to"))):
            lane.owe_records()

    def regranted(self, doc: str, before: Shared | None, after: Shared | None) -> None:
        """Members of a document may have changed: bring it to who is new, tell who is out."""
        was = {} if before is None else before.members
        now = {} if after is None else after.members
        for person in now.keys() | was.keys():
            if was.get(person) == now.get(person):
                continue
            if (person, doc) in self._circle.roster.stopped:
                del self._circle.roster.stopped[person, doc]
                self._circle.spawn(partial(self._resume, doc, person))
            self.connect(person)
            for lane in self._lanes_of(person):
                lane.owe(doc, is_new=was.get(person, "none") == "none")
        if after is not None and self._circle.roster.has_strangers(doc):
            for person in now:
                for lane in self._lanes_of(person):
                    lane.doubt([doc])

    # --- what others ask ----------------------------------------------------------------------

    def address_of(self, device: str) -> Address | None:
        """Return where a device answers at the moment, None when it does not."""
        lane = self._lanes.get(device)
        return None if lane is None else lane.address

    def doubt(self, device: str, doc: str) -> None:
        """Compare the heads of a document with a device."""
        lane = self._lanes.get(device)
        if lane is not None:
            lane.doubt([doc])

    async def wake_all(self) -> None:
        """This machine was asleep: say hello to everybody at once, over new connections."""
        await self._circle.client.drop_connections()
        for lane in self._lanes.values():
            lane.say_hello()

    async def watch(self) -> None:
        """Notice sleep by a jump of a clock, and those who went quiet. Runs until cancelled."""
        clock, monotonic = self._circle.clock, self._circle.monotonic
        while True:
            before, before_s = clock(), monotonic()
            await asyncio.sleep(SLEEP_TICK_S)
            passed_s = max((clock() - before).total_seconds(), monotonic() - before_s)
            if passed_s > SLEEP_DETECT_S:
                log.info("woke up", after_s=round(passed_s))
                await self.wake_all()
            self._circle.presence.sweep(monotonic())

    # --- inside -------------------------------------------------------------------------------

    def _lane(self, person: str, device: str) -> Lane | None:
        lane = self._lanes.get(device)
        if lane is not None or device == self._circle.roster.device:
            return lane
        if device not in self._circle.roster.devices_of(person):
            return None
        lane = Lane(self._circle, self._dialler, self._courier, Callee(person, device))
        self._lanes[device] = lane
        for doc in self._circle.roster.shared:
            if lane.may_get(doc):
                lane.owe(doc)
        self._start(lane)
        return lane

    def _try_again(self, person: str) -> None:
        """What a stranger's planner refused, a friend's may take."""
        stopped = self._circle.roster.stopped
        for doc in [doc for who, doc in stopped if who == person]:
            if stopped[person, doc] == NOT_FOUND:
                del stopped[person, doc]
                self._circle.spawn(partial(self._resume, doc, person))

    def _is_still_at(self, address: Address, device: str) -> bool:
        endpoint = self._circle.roster.endpoints.get(device)
        return endpoint is None or address.url in endpoint.urls

    def _lanes_of(self, person: str) -> Iterable[Lane]:
        for device in self._circle.roster.devices_of(person):
            lane = self._lanes.get(device)
            if lane is not None:
                yield lane

    def _seek(self, person: str) -> None:
        """Look for the planner of a person of whom nothing but the did is known."""
        row = self._circle.roster.friends[person]
        if row.invite is None and person not in self._sought:
            self._sought.add(person)
            self._circle.spawn(partial(self._keep_seeking, person))

    async def _keep_seeking(self, person: str) -> None:
        reach = Reach()
        while person in self._circle.roster.friends:
            await self._dialler.look_up(person)
            if self._circle.roster.devices_of(person):
                break
            await asyncio.sleep(1 + reach.failed(self._circle.monotonic(), self._circle.rng))
        self._sought.discard(person)

    async def _resume(self, doc: str, person: str) -> None:
        def resume(tx: Tx) -> None:
            peers.resume(tx, doc, person)
            self._circle.log.note_refusal(tx, doc, person, None)

        await self._circle.writer.run(resume)

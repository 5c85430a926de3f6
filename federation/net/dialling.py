"""Which addresses a peer may have, and which of them answers as that peer.

Known are: the address that answered last, the newest endpoint record, what was seen on the LAN,
and, when all of these fail, what the directory says. All are tried almost at once; the first that
proves with a signed hello to be the very person and device wins and is remembered.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from federation import peers
from federation.errors import FederationError, MalformedError, UnauthenticError
from federation.guard import Source
from federation.log.log import Sender
from federation.net.circle import Circle
from federation.net.client import Address, Answered, Callee
from federation.net.hello import Greeter, Greeting, OtherDeviceError
from federation.net.intake import Intake, as_record
from federation.net.race import first_success
from federation.peers import DeviceRow, Doubt, FriendState
from federation.wire import STAGGER_S
from federation.writer import Tx

FIND_SPACING_S: Final = 20.0  # the directory is asked about one person at most so often
STRANGER_WORD: Final = "not_found"
OTHER_WORD: Final = "wrong_recipient"

Found = tuple[Address, Greeting]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody answered at `address`, but not as a peer talks to a peer.

    `is_other` says that it is somebody else's planner.
    """

    address: Address
    is_other: bool


class Dialler:
    """Finds peers at their addresses. `seen` returns what the LAN shows of a device."""

    def __init__(
        self,
        circle: Circle,
        greeter: Greeter,
        intake: Intake,
        seen: Callable[[str], Iterable[Address]],
    ) -> None:
        self._circle = circle
        self._greeter = greeter
        self._intake = intake
        self._seen = seen
        self._good: dict[str, Address] = {}
        self._asked_s: dict[str, float] = {}
        self._strange: dict[str, int] = {}

    def load(self, rows: Iterable[DeviceRow]) -> None:
        """Take the addresses that answered before the last stop."""
        for row in rows:
            if row.url is not None:
                source = Source(row.source or Source.RECORD)
                self._good[row.device] = Address(row.url, row.pin, source)

    def addresses(self, callee: Callee) -> list[Address]:
        """Return all known addresses of a device, the likeliest first."""
        device = callee.device or ""
        known = self._circle.roster.state_of(callee.person) is not None
        source = Source.RECORD if known else Source.STRANGER
        found: dict[str, Address] = {}
        endpoint = self._circle.roster.endpoints.get(device)
        good = self._good.get(device)
        if good is not None and (endpoint is None or good.url in endpoint.urls):
            found[good.url] = good
        if endpoint is not None:
            for url in endpoint.urls:
                found.setdefault(url, Address(url, endpoint.spki, source))
        for address in self._seen(device):
            found.setdefault(address.url, address)
        if good is not None:
            found.setdefault(good.url, good)
        return list(found.values())

    async def dial(self, callee: Callee, last: Address | None) -> Found | Refused | None:
        """Say hello at all addresses, `last` first, else at what the directory knows."""
        if not self._circle.roster.may_call(callee.person):
            return None
        tried = self.addresses(callee)
        if last is not None:
            tried = [last, *(address for address in tried if address != last)]
        found = await self._race(callee, tried)
        if isinstance(found, tuple):
            return found
        if await self.look_up(callee.person):
            news = [one for one in self.addresses(callee) if one not in tried]
            found = await self._race(callee, news) or found
        return found

    async def _race(self, callee: Callee, addresses: list[Address]) -> Found | Refused | None:
        if not addresses:
            return None
        refusals: list[Refused] = []

        async def attempt(address: Address) -> Found | None:
            greeting = await self._greet(callee, address)
            if isinstance(greeting, Refused):
                refusals.append(greeting)
                return None
            return None if greeting is None else (address, greeting)

        attempts: list[Callable[[], Awaitable[Found | None]]] = [
            partial(attempt, address) for address in addresses
        ]
        found = await first_success(attempts, STAGGER_S)
        if found is not None:
            await self._welcome(callee, *found)
            return found
        if refusals:
            await self._doubt(callee, refusals)
            return refusals[0]
        return None

    async def _greet(self, callee: Callee, address: Address) -> Greeting | Refused | None:
        try:
            greeting = await self._greeter.greet(address, callee)
        except OtherDeviceError as error:
            await self._meet(error.greeting, address)
            return None
        except UnauthenticError:
            return Refused(address, is_other=True)
        except MalformedError:
            return None
        if isinstance(greeting, Greeting):
            return greeting
        if isinstance(greeting, Answered) and greeting.error in {STRANGER_WORD, OTHER_WORD}:
            return Refused(address, is_other=greeting.error == OTHER_WORD)
        return None

    async def _meet(self, greeting: Greeting, address: Address) -> None:
        """The person answers here with another device: a new one, when its record is newer."""
        self._good[greeting.device] = address
        await self._greeter.keep(greeting)

    async def _welcome(self, callee: Callee, address: Address, greeting: Greeting) -> None:
        self._strange.pop(callee.person, None)
        if self._circle.roster.state_of(callee.person) is FriendState.KEY_CHANGED:
            friendships = self._circle.friendships
            await self._circle.writer.run(lambda tx: friendships.reassure(tx, callee.person))
        await self._greeter.keep(greeting)
        if self._good.get(greeting.device) != address:
            self._good[greeting.device] = address
            row = DeviceRow(
                greeting.device, greeting.person, address.url, address.pin, address.source.value
            )
            await self._circle.writer.run(lambda tx: peers.put_device(tx, row))

    async def _doubt(self, callee: Callee, refusals: list[Refused]) -> None:
        """Nobody answered as the friend, but somebody else did, twice: block and ask."""
        if not any(refused.is_other for refused in refusals):
            return
        count = self._strange[callee.person] = self._strange.get(callee.person, 0) + 1
        if count > 1 and self._circle.roster.is_friend(callee.person):
            friendships = self._circle.friendships
            await self._circle.writer.run(
                lambda tx: friendships.suspect(tx, callee.person, Doubt.ADDRESS)
            )

    async def look_up(self, person: str) -> bool:
        """Ask the directory for a person's addresses; return whether it knew anything."""
        now_s = self._circle.monotonic()
        if now_s - self._asked_s.get(person, -FIND_SPACING_S) < FIND_SPACING_S:
            return False
        self._asked_s[person] = now_s
        try:
            publications = await self._circle.finder.find(person)
        except FederationError as error:
            log.info("directory of no help", error=type(error).__name__)
            return False
        if not publications:
            return False

        values = [
            value
            for publication in publications
            for member in ("identity", "record")
            if (value := as_record(publication.get(member))) is not None
        ]
        sender = Sender(person, "", friend=False)

        def store(tx: Tx) -> None:
            self._intake.take(tx, values, sender)

        await self._circle.writer.run(store)
        return True

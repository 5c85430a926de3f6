"""Find planners on the local network and be found: mDNS announce and browse (RFC 6762, 6763).

It is help, never a condition: without interfaces, or when the network refuses, it says so and
tries again; the node goes on. Lost packets and killed planners are a matter of course here, so
it browses anew every minute, takes new interfaces in, and a sighting says only "try this address";
whether anybody is there is found out by hello.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import structlog
import zeroconf
from zeroconf import InterfaceChoice, IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from federation.errors import MalformedError
from federation.guard import DialPolicy
from federation.lan.announcement import (
    NAME_BYTES,
    SALT_BYTES,
    SERVICE_TYPE,
    Mark,
    make_mark,
    parse_mark,
)
from federation.wire import LAN_BROWSE_S, LAN_RESOLVE_S, NEARBY_S, limit

RETRY_S: Final = 5.0
CLOSE_S: Final = 3.0
RESOLVERS: Final = 4
FAILURES: Final = (OSError, RuntimeError, zeroconf.Error)

log = structlog.get_logger()


class LanState(StrEnum):
    """Whether the local network is searched; `away`: wanted, but not possible now."""

    ON = "on"
    AWAY = "away"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A planner's announcement: where to say hello, and by what it is recognised."""

    name: str
    addresses: tuple[str, ...]
    port: int
    mark: Mark = field(repr=False)


@dataclass(frozen=True, slots=True)
class Own:
    """What a planner announces of itself.

    `encryption` is the key e of its contact card; `addresses` are those that its federation
    listener answers on; `pin` is the digest of its TLS key, or None for plain http.
    """

    did: str
    port: int
    encryption: bytes = field(repr=False)
    addresses: Callable[[], Sequence[str]]
    pin: str | None = None


@dataclass(frozen=True, slots=True)
class LanOptions:
    """Where to look. Tests outside a network namespace use loopback and a type of their own."""

    interfaces: Sequence[str] | None = None  # None: all
    service_type: str = SERVICE_TYPE
    browse_s: float = LAN_BROWSE_S


class Lan:
    """Announces one planner and browses for others, while `run` runs."""

    def __init__(
        self,
        own: Own,
        policy: DialPolicy,
        *,
        entropy: Callable[[int], bytes],
        on_sighting: Callable[[Sighting], None],
        on_state: Callable[[LanState], None] = lambda _state: None,
        options: LanOptions | None = None,
    ) -> None:
        """Prepare.

        Args:
            own: What to announce.
            policy: Which of the announced addresses may be dialled; others are not handed on.
            entropy: Random bytes.
            on_sighting: Hears each announcement of another planner, again at every browse.
            on_state: Hears each change of `state`.
            options: Where to look.
        """
        self._own = own
        self._policy = policy
        self._entropy = entropy
        self._on_sighting = on_sighting
        self._on_state = on_state
        self._options = options or LanOptions()
        self._state = LanState.AWAY
        self._names: asyncio.Queue[str] = asyncio.Queue(limit("lan_names"))
        self._sightings: dict[str, Sighting] = {}
        self._announced: AsyncServiceInfo | None = None
        self._stale = asyncio.Event()
        self._nearby_until_s = 0.0

    @property
    def state(self) -> LanState:
        """Whether the local network is searched."""
        return self._state

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """The announcements that stand now; a killed planner's stands for more than an hour."""
        return tuple(self._sightings.values())

    def announce(self, own: Own) -> None:
        """Announce this from now on: a new contact card, other addresses."""
        self._own = own
        self._stale.set()

    def open_to_nearby(self, seconds: float = NEARBY_S) -> None:
        """Let people nearby find this planner for a while; 0 ends it."""
        self._nearby_until_s = asyncio.get_running_loop().time() + seconds
        self._stale.set()

    def is_open_to_nearby(self) -> bool:
        """Tell whether strangers are told who this is."""
        return asyncio.get_running_loop().time() < self._nearby_until_s

    async def run(self) -> None:
        """Announce and browse until cancelled; then say goodbye."""
        try:
            while True:
                try:
                    await self._serve()
                except* FAILURES as errors:
                    self._failed(errors.exceptions[0])
                await asyncio.sleep(min(RETRY_S, self._options.browse_s))
        finally:
            self._set(LanState.OFF)

    async def _serve(self) -> None:
        interfaces = self._options.interfaces
        engine = AsyncZeroconf(
            interfaces=InterfaceChoice.All if interfaces is None else list(interfaces),
            ip_version=IPVersion.V4Only,
        )
        try:
            await self._reannounce(engine)
            async with asyncio.TaskGroup() as group:
                for _ in range(RESOLVERS):
                    group.create_task(self._resolve(engine))
                await self._keep(engine)
        finally:
            self._announced = None
            with suppress(TimeoutError, *FAILURES):
                async with asyncio.timeout(CLOSE_S):
                    await engine.async_close()

    async def _keep(self, engine: AsyncZeroconf) -> None:
        """Browse, and every minute anew; announce anew when something changed."""
        while True:
            self._sightings.clear()
            browser = AsyncServiceBrowser(
                engine.zeroconf, self._options.service_type, handlers=[self._browsed]
            )
            self._set(LanState.ON)
            try:
                await self._wait(engine)
            finally:
                await browser.async_cancel()
            await engine.async_update_interfaces()

    async def _wait(self, engine: AsyncZeroconf) -> None:
        """Wait for the time to browse anew, announcing anew meanwhile when something changed."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self._options.browse_s
        while (now_s := loop.time()) < until_s:
            due_s = self._nearby_until_s if now_s < self._nearby_until_s < until_s else until_s
            try:
                async with asyncio.timeout_at(due_s):
                    await self._stale.wait()
            except TimeoutError:
                if due_s == until_s:
                    return
            await self._reannounce(engine)

    async def _reannounce(self, engine: AsyncZeroconf) -> None:
        """Announce under a new name and salt, so that two announcements cannot be linked."""
        self._stale.clear()
        before = self._announced
        if before is not None:
            self._announced = None
            await (await engine.async_unregister_service(before))
        own, is_open = self._own, self.is_open_to_nearby()
        addresses = list(own.addresses())
        if not addresses:
            return
        name = self._entropy(NAME_BYTES).hex()
        mark = make_mark(
            own.encryption,
            self._entropy(SALT_BYTES),
            own.did if is_open else None,
            own.pin if is_open else None,
        )
        info = AsyncServiceInfo(
            self._options.service_type,
            f"{name}.{self._options.service_type}",
            port=own.port,
            properties=mark.txt(),
            server=f"{name}.local.",
            parsed_addresses=addresses,
        )
        self._announced = info
        await (await engine.async_register_service(info, cooperating_responders=True))

    def _browsed(
        self,
        zeroconf: Zeroconf,  # noqa: ARG002 - zeroconf calls with these names
        service_type: str,  # noqa: ARG002 - likewise
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        if state_change is ServiceStateChange.Removed:
            self._sightings.pop(name, None)
        elif self._announced is None or name != self._announced.name:
            with suppress(asyncio.QueueFull):  # somebody floods; the next browse starts anew
                self._names.put_nowait(name)

    async def _resolve(self, engine: AsyncZeroconf) -> None:
        """Ask for the addresses and the mark of each name that the browser found."""
        while True:
            name = await self._names.get()
            info = AsyncServiceInfo(self._options.service_type, name)
            try:
                async with asyncio.timeout(LAN_RESOLVE_S + 1):
                    is_there = await info.async_request(engine.zeroconf, LAN_RESOLVE_S * 1000)
            except TimeoutError:
                continue
            if is_there and (sighting := self._sighting(info)) is not None:
                if len(self._sightings) < limit("lan_names"):
                    self._sightings[name] = sighting
                self._on_sighting(sighting)

    def _sighting(self, info: AsyncServiceInfo) -> Sighting | None:
        try:
            mark = parse_mark(info.properties)
        except MalformedError:
            return None
        port = info.port or 0
        addresses = tuple(
            address
            for address in info.parsed_addresses(IPVersion.V4Only)
            if self._policy.allows(address, port)
        )[: limit("endpoint_urls")]
        return Sighting(info.name, addresses, port, mark) if addresses else None

    def _failed(self, error: BaseException) -> None:
        if self._state is not LanState.AWAY:
            log.warning("local network not searched", error=str(error) or type(error).__name__)
        self._set(LanState.AWAY)

    def _set(self, state: LanState) -> None:
        if self._state is not state:
            self._state = state
            self._on_state(state)

"""One planner's presence socket at one directory: publish, renew, watch, come back.

Lost, it is tried again within the window that the directory announced in its last hello, at a
random moment of it: two seconds for a small directory, so that a planner is registered again less
than three after the directory is back; longer for a large one, which has thousands to take.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import aiohttp
import orjson
import structlog

from federation import wire
from federation.directory.publishing import (
    Announcement,
    EndpointSource,
    Publisher,
    Visibility,
    publication,
    withdrawal,
)
from federation.directory.watching import Seen, Watch
from federation.errors import MalformedError, RemoteProtocolError
from keys.canonical import parse_strict
from keys.errors import KeysError
from keys.purposes import verify_value

RENEW_S: Final = wire.LIMITS["endpoint_lifetime"].value / 3
STALE_MAX: Final = 3  # numbers of our own to climb over in a row; more is not ours
MESSAGE_BYTES_MAX: Final = 4 * 1024 * 1024
WINDOW_MIN_S: Final = 0.5

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a planner brings along: who it is, what it says, time, chance and dial rules.

    `clock` is aware UTC, `entropy` gives random bytes, `rng` jitter. `connector` makes a new
    connector for each connection: the rules of what may be dialled stand there.
    """

    me: Publisher
    endpoint: EndpointSource
    clock: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    rng: random.Random
    connector: Callable[[], aiohttp.BaseConnector] = aiohttp.TCPConnector


@dataclass(frozen=True, slots=True)
class _Published:
    announcement: Announcement
    number: int


class Link:
    """The way to one directory."""

    def __init__(
        self,
        url: str,
        around: Surroundings,
        watch: Watch,
        *,
        on_registered: Callable[["Link", bool], None],
        on_seen: Callable[[Seen], None],
    ) -> None:
        """Prepare; `run` connects. `on_registered` hears each change of `is_registered`."""
        self.url = url.rstrip("/")
        self.is_registered = False
        self._around = around
        self._watch = watch
        self._on_registered = on_registered
        self._on_seen = on_seen
        self._announcement = Announcement(Visibility.NOBODY)
        self._published: _Published | None = None
        self._floor = 0
        self._stale = 0
        self._window_s = wire.DIRECTORY_RECONNECT_S
        self._wake = asyncio.Event()

    def announce(self, announcement: Announcement) -> None:
        """Publish this from now on; also to be called when what the endpoint says has changed."""
        self._announcement = announcement
        self._wake.set()

    def rewatch(self) -> None:
        """Send the watched friends anew."""
        self._wake.set()

    async def run(self) -> None:
        """Stay connected until cancelled."""
        timeout = aiohttp.ClientTimeout(
            total=wire.CALL_TIMEOUT_S, sock_connect=wire.DIRECTORY_CONNECT_S
        )
        while True:
            try:
                async with aiohttp.ClientSession(
                    connector=self._around.connector(),
                    timeout=timeout,
                    middlewares=(_follow_nobody,),
                ) as session:
                    await self._connect(session)
            except (aiohttp.ClientError, OSError, RemoteProtocolError) as error:
                if self.is_registered:
                    log.info("directory lost", error=type(error).__name__)
            finally:
                self._register(is_registered=False)
            await asyncio.sleep(self._around.rng.uniform(0.05, 0.9) * self._window_s)

    async def _connect(self, session: aiohttp.ClientSession) -> None:
        async with asyncio.timeout(wire.CONNECT_TIMEOUT_S):
            ws = await session.ws_connect(
                self.url + wire.DIRECTORY_PRESENCE_PATH,
                heartbeat=wire.DIRECTORY_HEARTBEAT_S,
                max_msg_size=MESSAGE_BYTES_MAX,
            )
        try:
            async with asyncio.timeout(wire.CONNECT_TIMEOUT_S):
                self._greeted(_parse(await ws.receive()))
            try:
                async with asyncio.TaskGroup() as group:
                    keeping = group.create_task(self._keep(ws))
                    await self._read(ws)
                    keeping.cancel()
            except* (aiohttp.ClientError, OSError, RemoteProtocolError) as errors:
                raise ConnectionResetError("the socket broke") from errors
        finally:
            await _close(ws)

    def _greeted(self, hello: dict[str, Any]) -> None:
        window = hello.get("reconnect_ms")
        if hello.get("type") != "hello" or type(window) is not int:
            raise MalformedError("schema", "a directory says hello first")
        self._window_s = min(max(window / 1000, WINDOW_MIN_S), wire.DIRECTORY_RECONNECT_MAX_S)
        self._stale = 0

    async def _keep(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        """Say what is to be said, again when it changes, and when it is time to renew."""
        topics: tuple[str, ...] | None = None
        while True:
            self._wake.clear()
            await self._publish(ws)
            if topics != self._watch.topics:
                topics = self._watch.topics
                await _send(ws, {"type": "watch", "topics": list(topics)})
            try:
                async with asyncio.timeout(RENEW_S * self._around.rng.uniform(0.8, 1.0)):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _publish(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        around, wanted, held = self._around, self._announcement, self._published
        if held is not None and (held.announcement.visibility, held.announcement.topic) != (
            wanted.visibility,
            wanted.topic,
        ):
            self._floor = max(self._floor, held.number + 1)
            gone = withdrawal(around.me, held.announcement, held.number + 1, around.clock())
            self._published = None
            await _send(ws, {"type": "publish", **gone})
        if wanted.visibility is Visibility.NOBODY:
            self._register(is_registered=True)
            return
        endpoint = await around.endpoint(self._floor)
        self._floor = max(self._floor, int(endpoint["number"]))
        said = publication(around.me, wanted, endpoint, around.entropy)
        self._published = _Published(wanted, self._floor)
        await _send(ws, {"type": "publish", **said})

    async def _read(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            message = await ws.receive()
            if message.type in {
                aiohttp.WSMsgType.CLOSE,
                aiohttp.WSMsgType.CLOSING,
                aiohttp.WSMsgType.CLOSED,
                aiohttp.WSMsgType.ERROR,
            }:
                raise ConnectionResetError("the directory closed the socket")
            body = _parse(message)
            match body.get("type"):
                case "published":
                    self._accepted(body)
                case "refused":
                    self._refused(body)
                case "presence":
                    self._told(body)
                case _:
                    continue  # a later directory may say more

    def _accepted(self, body: dict[str, Any]) -> None:
        if self._published is not None and body.get("number") == self._published.number:
            self._stale = 0
            self._register(is_registered=True)

    def _refused(self, body: dict[str, Any]) -> None:
        """Climb over a number of our own that the directory kept; give up on anything else."""
        current = body.get("current")
        if (
            body.get("reason") == "stale"
            and self._stale < STALE_MAX
            and isinstance(current, dict)
            and self._is_mine(current)
        ):
            self._stale += 1
            self._floor = max(self._floor, int(current["number"]))
            self._wake.set()
            return
        log.warning("directory refused", reason=str(body.get("reason"))[:100])
        self._register(is_registered=False)

    def _is_mine(self, current: dict[str, Any]) -> bool:
        """Tell whether a record is signed by this planner: no directory can invent its number."""
        announcement = self._announcement
        signer = announcement.topic or self._around.me.device.multibase
        try:
            verify_value(str(current.get("type")), current)
        except KeysError:
            return False
        return bool(current["by"] == signer)

    def _told(self, body: dict[str, Any]) -> None:
        items = body.get("items")
        for item in items if isinstance(items, list) else ():
            try:
                seen = self._watch.read(item, self._around.clock())
            except RemoteProtocolError as error:
                log.info("directory not believed", reason=error.reason)
                continue
            self._on_seen(seen)

    def _register(self, *, is_registered: bool) -> None:
        if self.is_registered is not is_registered:
            self.is_registered = is_registered
            self._on_registered(self, is_registered)


async def _follow_nobody(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Refuse redirects: the user typed this address, and no other."""
    response = await handler(request)
    if response.status in range(300, 400):
        response.close()
        raise aiohttp.ClientError("a directory does not redirect")
    return response


def _parse(message: aiohttp.WSMessage) -> dict[str, Any]:
    if message.type is not aiohttp.WSMsgType.TEXT:
        raise MalformedError("schema", "messages are text")
    try:
        body = parse_strict(message.data.encode())
    except KeysError as error:
        raise MalformedError("json", str(error)) from error
    if not isinstance(body, dict):
        raise MalformedError("json", "not an object")
    return body


async def _send(ws: aiohttp.ClientWebSocketResponse, message: object) -> None:
    async with asyncio.timeout(wire.CALL_TIMEOUT_S):
        await ws.send_str(orjson.dumps(message).decode())


async def _close(ws: aiohttp.ClientWebSocketResponse) -> None:
    try:
        async with asyncio.timeout(1):
            await ws.close()
    except (TimeoutError, OSError, aiohttp.ClientError):
        return

"""What a node uses of directories: be found, watch friends, look up, claim a handle.

Everything goes on without any of them. `run` keeps a socket to each; look-ups and claims are
single calls. Answers are verified before anybody sees them (`watching`).
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

import aiohttp
import orjson
import structlog

from federation import wire
from federation.directory.link import Link
from federation.directory.link import Surroundings as Surroundings
from federation.directory.publishing import Announcement as Announcement
from federation.directory.publishing import Visibility as Visibility
from federation.directory.publishing import handle_claim
from federation.directory.sealing import Card as Card
from federation.directory.sealing import OwnCard as OwnCard
from federation.directory.watching import Found as Found
from federation.directory.watching import Seen as Seen
from federation.directory.watching import Watch
from federation.directory.watching import Watched as Watched
from federation.errors import DeliveryError, RefusedError, RemoteProtocolError
from federation.wire import limit
from keys.canonical import parse_strict
from keys.errors import KeysError

HANDLE_RENEWAL: Final = timedelta(days=1)

log = structlog.get_logger()


class DirectoryState(StrEnum):
    """How it is with directories: registered at one, at none, or none is wanted."""

    CONNECTED = "connected"
    AWAY = "away"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Hooks:
    """What a node is told, on its event loop.

    `state`: each change of `DirectoryClient.state`. `seen`: what a directory says of a watched
    friend, verified. `handle`: a kept handle, with None when it is held, or why it is not.
    """

    state: Callable[[DirectoryState], None] = lambda _state: None
    seen: Callable[[Seen], None] = lambda _seen: None
    handle: Callable[[str, str | None], None] = lambda _handle, _problem: None


class DirectoryClient:
    """The directories of one node. All methods are of the event loop that runs `run`."""

    def __init__(
        self, urls: Sequence[str], around: Surroundings, hooks: Hooks | None = None
    ) -> None:
        """Prepare; nothing is connected before `run`. `urls` are typed by the user, or none."""
        hooks = hooks or Hooks()
        self._around = around
        self._hooks = hooks
        self._watch = Watch()
        self._handle: str | None = None
        self._handle_renewed: datetime | None = None
        self._registered = asyncio.Event()
        self._links = [
            Link(url, around, self._watch, on_registered=self._changed, on_seen=hooks.seen)
            for url in urls
        ]
        self._state = DirectoryState.AWAY if urls else DirectoryState.OFF

    @property
    def state(self) -> DirectoryState:
        """How it is with directories now."""
        return self._state

    def announce(self, visibility: Visibility, card: OwnCard | None = None) -> None:
        """Be found by everyone, by contacts (with the card they hold) or by nobody.

        To be called again when the addresses have changed.

        Raises:
            LocalProtocolError: contacts without a card.
        """
        for link in self._links:
            link.announce(Announcement(visibility, card))

    def watch(self, friends: Iterable[Watched]) -> None:
        """Watch these friends, and no others."""
        self._watch.replace(friends)
        for link in self._links:
            link.rewatch()

    def keep_handle(self, handle: str | None) -> None:
        """Claim this handle when a directory is there, and renew it daily; None: keep none."""
        self._handle = handle
        self._handle_renewed = None

    async def run(self) -> None:
        """Stay registered until cancelled. Returns at once when there is no directory."""
        if not self._links:
            return
        async with asyncio.TaskGroup() as group:
            for link in self._links:
                group.create_task(link.run())
            group.create_task(self._keep_handle())

    async def look_up(
        self, *, did: str | None = None, handle: str | None = None, card: Card | None = None
    ) -> Found | None:
        """Look up exactly one did, handle or contact card; None when no directory knows it.

        Raises:
            DeliveryError: no directory could be asked.
            RemoteProtocolError: the answer does not verify.
        """
        asked = {"did": did, "handle": handle, "contact": card.signer if card else None}
        body = {name: value for name, value in asked.items() if value is not None}
        answered = False
        for link in self._links:
            try:
                answer = await self._post(link.url + wire.DIRECTORY_LOOK_UP_PATH, body)
            except DeliveryError:
                continue
            answered = True
            if answer is not None:
                now = self._around.clock()
                return self._watch.read_look_up(answer, now, did=did, handle=handle, card=card)
        if not answered:
            raise DeliveryError("no directory could be asked")
        return None

    async def claim_handle(self, handle: str) -> None:
        """Claim a handle at every directory.

        Raises:
            RefusedError: `taken`, `too_many`, or `handle` for a name that cannot be one.
            DeliveryError: no directory could be asked.
        """
        claimed = False
        for link in self._links:
            message = handle_claim(self._around.me, handle, self._around.clock())
            try:
                await self._post(link.url + wire.DIRECTORY_HANDLES_PATH, message)
            except DeliveryError:
                continue
            claimed = True
        if not claimed:
            raise DeliveryError("no directory could be asked")

    async def _keep_handle(self) -> None:
        while True:
            await self._registered.wait()
            handle, renewed, now = self._handle, self._handle_renewed, self._around.clock()
            if handle is not None and (renewed is None or now - renewed >= HANDLE_RENEWAL):
                await self._renew_handle(handle, now)
            await asyncio.sleep(wire.DIRECTORY_HEARTBEAT_S)

    async def _renew_handle(self, handle: str, now: datetime) -> None:
        problem = None
        try:
            await self.claim_handle(handle)
        except DeliveryError:
            return
        except RemoteProtocolError as error:
            problem = error.reason
            log.warning("handle refused", reason=problem)
        self._handle_renewed = now
        self._hooks.handle(handle, problem)

    def _changed(self, _link: Link, _is_registered: bool) -> None:  # noqa: FBT001 - a callback
        is_registered = any(link.is_registered for link in self._links)
        state = DirectoryState.CONNECTED if is_registered else DirectoryState.AWAY
        if is_registered:
            self._registered.set()
        else:
            self._registered.clear()
        if state is not self._state:
            self._state = state
            self._hooks.state(state)

    async def _post(self, url: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """Post JSON; return the answer, or None for 404.

        Raises:
            DeliveryError: not reached, overloaded, or no sensible answer.
            RefusedError: the directory refused, with its reason.
        """
        try:
            async with (
                asyncio.timeout(wire.CALL_TIMEOUT_S),
                aiohttp.ClientSession(connector=self._around.connector()) as session,
                session.post(
                    url,
                    data=orjson.dumps(body),
                    headers={"Content-Type": wire.NATIVE_CALL},
                    allow_redirects=False,
                ) as response,
            ):
                return _read_answer(response.status, await _bounded(response))
        except (aiohttp.ClientError, OSError) as error:
            raise DeliveryError("the directory was not reached") from error


def _read_answer(status: int, raw: bytes) -> dict[str, Any] | None:
    if status == HTTPStatus.NOT_FOUND:
        return None
    try:
        answer = parse_strict(raw)
    except KeysError as error:
        raise DeliveryError("the directory answered no JSON") from error
    if not isinstance(answer, dict):
        raise DeliveryError("the directory answered no object")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise DeliveryError("the directory is too busy")
    if status >= HTTPStatus.BAD_REQUEST:
        raise RefusedError(str(answer.get("reason", status))[:100])
    return answer


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    raw = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        raw += chunk
        if len(raw) > limit("page_body"):
            raise DeliveryError("the directory's answer is too long")
    return bytes(raw)

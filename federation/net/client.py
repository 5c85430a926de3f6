"""One signed call to one planner: pins, deadlines, size caps, and an outcome instead of a raise.

Every native call is a POST with a body, signed per RFC 9421 by this device and bound to its
recipient (`PP-To`). Connections are kept and reused; redirects are never followed; nothing is
decompressed. A peer whose clock differs answers `401 clock` with its time: the difference is
kept per device and the call is repeated once.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import orjson
from yarl import URL

from federation.guard import BlockedError, DialPolicy, Network, Source, guarded_connector
from federation.net.tls import KeyPin
from federation.wire import CALL_TIMEOUT_S, CONNECT_TIMEOUT_S, NATIVE_CALL, limit
from keys.http_signatures import sign_request
from keys.identity import DeviceKey
from keys.multiformats import encode_base64url

KEEP_ALIVE_S: Final = 75.0
NONCE_BYTES: Final = 16
OFFSETS_MAX: Final = 10_000
CLOCK_STATUS: Final = 401
OK: Final = 200
_SKIPPED_HEADERS: Final = frozenset({"Accept-Encoding", "User-Agent", "Accept"})


@dataclass(frozen=True, slots=True)
class Address:
    """One way to a planner: its base URL, the pin of its key, and who named it."""

    url: str
    pin: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class Callee:
    """Who is called: the person whose planner it must be, and the device when it is known."""

    person: str
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The planner answered; a status other than 200 carries a word in `error`."""

    status: int
    body: bytes
    retry_after_s: float = 0.0

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object, empty when it is none."""
        try:
            value = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def error(self) -> str:
        """The word that says why, empty when there is none."""
        word = self.json().get("error", "")
        return word if isinstance(word, str) else ""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No answer: `connect`, `timeout`, `pin`, `blocked`, `broken`, `too_large` or `closed`."""

    why: str


Outcome = Answered | Unreachable


class Client:
    """Signed calls of this device. Use it in an `async with` block."""

    def __init__(
        self,
        key: DeviceKey,
        clock: Callable[[], datetime],
        entropy: Callable[[int], bytes],
        *,
        attached: Callable[[], Iterable[Network]],
        loopback: bool,
        insecure_http: bool = False,
    ) -> None:
        self._key = key
        self._clock = clock
        self._entropy = entropy
        self._policies = {s: DialPolicy(s, attached, loopback=loopback) for s in Source}
        self._insecure_http = insecure_http
        self._sessions: dict[Source, aiohttp.ClientSession] = {}
        self._urls: dict[tuple[str, str], URL] = {}
        self._pins: dict[str, KeyPin] = {}
        self._offsets_s: dict[str, float] = {}
        self._is_closed = False

    async def __aenter__(self) -> Self:
        """Return the client itself; connections are made when they are needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close all connections, and open no more."""
        self._is_closed = True
        await self.drop_connections()

    async def drop_connections(self) -> None:
        """Close all connections; the next calls open new ones.

        After this machine slept, an open connection may lead nowhere without anybody noticing.
        """
        sessions, self._sessions = self._sessions, {}
        async with AsyncExitStack() as stack:  # closes the rest also when it is cancelled midway
            for session in sessions.values():
                stack.push_async_callback(session.close)

    async def call(
        self,
        address: Address,
        callee: Callee,
        path: str,
        body: bytes,
        *,
        media_type: str = NATIVE_CALL,
        answer_max: int | None = None,
        timeout_s: float = CALL_TIMEOUT_S,
    ) -> Outcome:
        """POST `body` and return what came of it.

        Args:
            address: Where.
            callee: Whose planner it must be.
            path: One of the paths of `federation.wire`.
            body: The exact bytes.
            media_type: Of the body.
            answer_max: Bytes of the answer at most; `answer_body` when not given.
            timeout_s: Seconds for all of it, a repeated call included.
        """
        most = limit("answer_body") if answer_max is None else answer_max
        if self._is_closed:
            return Unreachable("closed")
        try:
            url = self._url(address, path)
            async with asyncio.timeout(timeout_s):
                outcome = await self._once(address, callee, url, body, media_type, most)
                if self._learned_clock(callee, outcome):
                    outcome = await self._once(address, callee, url, body, media_type, most)
                return outcome
        except BlockedError:
            return Unreachable("blocked")
        except aiohttp.ServerFingerprintMismatch:
            return Unreachable("pin")
        except TimeoutError:
            return Unreachable("timeout")
        except aiohttp.ClientConnectorError:
            return Unreachable("connect")
        except (aiohttp.ClientError, OSError):
            return Unreachable("broken")

    async def _once(
        self,
        address: Address,
        callee: Callee,
        url: URL,
        body: bytes,
        media_type: str,
        answer_max: int,
    ) -> Outcome:
        headers = self._signed_headers(callee, url, body, media_type)
        session = self._session(address.source)
        async with session.post(
            url, data=body, headers=headers, ssl=self._pin(address.pin), allow_redirects=False
        ) as response:
            answer = await _read(response, answer_max)
            if answer is None:
                response.close()
                return Unreachable("too_large")
            return Answered(response.status, answer, _retry_after(response))

    def _signed_headers(
        self, callee: Callee, url: URL, body: bytes, media_type: str
    ) -> dict[str, str]:
        created = self._clock().timestamp() + self._offsets_s.get(_who(callee), 0.0)
        return sign_request(
            self._key,
            method="POST",
            path=url.raw_path,
            authority=url.host_port_subcomponent or "",
            body=body,
            content_type=media_type,
            pp_to=callee.person,
            created=int(created),
            nonce=encode_base64url(self._entropy(NONCE_BYTES)),
        )

    def _learned_clock(self, callee: Callee, outcome: Outcome) -> bool:
        if not isinstance(outcome, Answered) or outcome.status != CLOCK_STATUS:
            return False
        now_ms = outcome.json().get("now")
        if outcome.error != "clock" or type(now_ms) is not int:
            return False
        if len(self._offsets_s) >= OFFSETS_MAX:
            self._offsets_s.pop(next(iter(self._offsets_s)))
        self._offsets_s[_who(callee)] = now_ms / 1000 - self._clock().timestamp()
        return True

    def _url(self, address: Address, path: str) -> URL:
        url = self._urls.get((address.url, path))
        if url is None:
            checked = self._policies[address.source].check(address.url)
            ip = checked.address
            if (
                checked.scheme == "http"
                and not self._insecure_http
                and not (ip and ip.is_loopback)
            ):
                raise BlockedError("plain http leaves this machine")
            if len(self._urls) >= OFFSETS_MAX:
                self._urls.clear()
            url = URL(address.url.rstrip("/") + path, encoded=True)
            self._urls[address.url, path] = url
        return url

    def _session(self, source: Source) -> aiohttp.ClientSession:
        session = self._sessions.get(source)
        if session is None:
            session = aiohttp.ClientSession(
                connector=guarded_connector(
                    self._policies[source], limit=0, keepalive_timeout=KEEP_ALIVE_S
                ),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_S),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=_SKIPPED_HEADERS,
            )
            self._sessions[source] = session
        return session

    def _pin(self, pin: str | None) -> KeyPin | bool:
        if pin is None:
            return True
        known = self._pins.get(pin)
        if known is None:
            known = self._pins[pin] = KeyPin(pin)
        return known


def _who(callee: Callee) -> str:
    return callee.device or callee.person


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes | None:
    if (response.content_length or 0) > most:
        return None
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > most:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _retry_after(response: aiohttp.ClientResponse) -> float:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else 0.0

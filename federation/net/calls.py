"""Taking a signed call in: the checks of every native request, in their fixed order.

Exact path, media type and encoding, size, deadline; then the signature, the recipient, the
clock and the nonce; only then is anybody looked up. So an answer of 401 or 404 tells nothing
about who or what is known here. Errors are JSON objects with one word in `error`.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from aiohttp import web

from federation.buckets import Buckets, site_of
from federation.errors import MalformedError, UnauthenticError
from federation.net.rates import Nonces
from federation.records import Listing
from federation.wire import NATIVE_BATCH, NATIVE_CALL, limit
from keys.canonical import jcs, parse_canonical
from keys.errors import (
    BadHttpSignatureError,
    BadKeyError,
    KeysError,
    NotCanonicalError,
    StaleSignatureError,
    WrongRecipientError,
)
from keys.http_signatures import VerifiedCall, check_fresh, verify_request
from keys.identity import IdentityRecord, parse_identity_record

BODY_LIMITS: Final[Mapping[str, str]] = {NATIVE_CALL: "call_body", NATIVE_BATCH: "batch_body"}


class CallError(Exception):
    """A call that is not done; becomes the answer `status` with `{"error": word, …}`."""

    def __init__(
        self, status: int, word: str, *, retry_after_s: int = 0, **members: object
    ) -> None:
        super().__init__(f"{status} {word}")
        self.status = status
        self.word = word
        self.retry_after_s = retry_after_s
        self.members = members

    def response(self) -> web.Response:
        """Return the answer."""
        headers = {"Retry-After": str(self.retry_after_s)} if self.retry_after_s else None
        return answer({"error": self.word, **self.members}, self.status, headers)


def answer(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return a JSON answer."""
    return web.Response(
        body=orjson.dumps(value), status=status, content_type="application/json", headers=headers
    )


def not_found() -> CallError:
    """Return the one answer about everything that is not there for the caller."""
    return CallError(404, "not_found")


@dataclass(frozen=True, slots=True)
class Call:
    """A verified call: the device that made it, when by our clock's terms, and the body."""

    device: str
    created: int
    body: bytes
    remote: str

    def value(self) -> dict[str, Any]:
        """Return the body as the JSON object that it must be.

        Raises:
            CallError: It is not canonical JSON, or no object.
        """
        try:
            value = parse_canonical(self.body)
        except NotCanonicalError as error:
            raise CallError(400, "not_canonical") from error
        if not isinstance(value, dict):
            raise CallError(400, "schema")
        return value


class Desk:
    """Checks calls at the door of one listener."""

    def __init__(
        self, did: str, clock: Callable[[], datetime], monotonic: Callable[[], float]
    ) -> None:
        self._did = did
        self._clock = clock
        self._monotonic = monotonic
        self._started = int(clock().timestamp())
        self._nonces = Nonces(limit("clock_skew"), limit("nonces_per_peer"))
        rate, burst = limit("stranger_rate"), limit("stranger_burst")
        self._by_address = Buckets(rate, burst)
        self._by_key = Buckets(rate, burst)

    async def take(self, request: web.Request, path: str, media_type: str) -> Call:
        """Return the verified call that a request is.

        Raises:
            CallError: It is none, or not for us, or not for now.
        """
        if request.raw_path != path:
            raise not_found()
        check_media_type(request, media_type)
        body = await read_body(request, limit(BODY_LIMITS[media_type]))
        verified = self._verified(request, path, body)
        self._check_fresh(verified)
        return Call(verified.keyid, verified.created, body, request.remote or "")

    def admit_stranger(self, call: Call) -> None:
        """Count a call of somebody we do not know.

        Raises:
            CallError: 429, too many from this address or key.
        """
        now_s = self._monotonic()
        self._count(self._by_address, site_of(call.remote), now_s)
        self._count(self._by_key, call.device, now_s)

    def _verified(self, request: web.Request, path: str, body: bytes) -> VerifiedCall:
        try:
            return verify_request(
                request.headers,
                method=request.method,
                path=path,
                authority=request.headers.get("Host", ""),
                body=body,
                recipient=self._did,
            )
        except WrongRecipientError as error:
            raise CallError(401, "wrong_recipient") from error
        except (BadHttpSignatureError, BadKeyError) as error:
            self._count(self._by_address, site_of(request.remote or ""), self._monotonic())
            unsigned = "Signature" not in request.headers
            raise CallError(401, "unsigned" if unsigned else "bad_signature") from error

    def _check_fresh(self, call: VerifiedCall) -> None:
        now = self._clock()
        try:
            check_fresh(call.created, now, limit("clock_skew"))
        except StaleSignatureError as error:
            raise self._clock_error(now) from error
        if call.created < self._started:  # nonces of an earlier process are not remembered
            raise self._clock_error(now)
        if not self._nonces.add(call.keyid, call.nonce or "", call.created, int(now.timestamp())):
            raise CallError(401, "replayed")

    def _clock_error(self, now: datetime) -> CallError:
        return CallError(401, "clock", now=int(now.timestamp() * 1000))

    @staticmethod
    def _count(buckets: Buckets, key: str, now_s: float) -> None:
        wait_s = buckets.take(key, now_s)
        if wait_s > 0:
            raise CallError(429, "rate", retry_after_s=int(wait_s) + 1)


def check_media_type(request: web.Request, media_type: str) -> None:
    """Check that the body is of this very media type and not encoded.

    Raises:
        CallError: 415.
    """
    if request.headers.getall("Content-Type", []) != [media_type]:
        raise CallError(415, "media_type")
    if "Content-Encoding" in request.headers:
        raise CallError(415, "encoding")


async def read_body(request: web.Request, most: int) -> bytes:
    """Read a body of at most `most` bytes within the time of a whole request.

    Raises:
        CallError: 413 or 408.
    """
    if (request.content_length or 0) > most:
        raise CallError(413, "size")
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limit("request_time")):
            async for chunk in request.content.iter_any():
                size += len(chunk)
                if size > most:
                    raise CallError(413, "size")
                chunks.append(chunk)
    except TimeoutError as error:
        raise CallError(408, "deadline") from error
    return b"".join(chunks)


def introduced(value: object, device: str) -> IdentityRecord:
    """Return the identity record with which an unknown device introduces itself.

    Raises:
        CallError: 401, it is none, or does not list the device.
    """
    try:
        identity = parse_identity(value)
    except (UnauthenticError, MalformedError) as error:
        raise CallError(401, "unknown_device") from error
    if device not in identity.devices:
        raise CallError(401, "unknown_device")
    return identity


def refuse_former(newest: Listing | None, identity: IdentityRecord, device: str) -> None:
    """Refuse a device that a newer record of its person does not list, and show it that record.

    Raises:
        CallError: 401, with the newer record as `identity`.
    """
    if newest is None or newest.number <= identity.number or device in newest.devices:
        return
    raise CallError(401, "unknown_device", identity=orjson.loads(newest.raw))


def parse_identity(value: object) -> IdentityRecord:
    """Return the identity record that is a member of a message.

    Raises:
        MalformedError: There is none.
        UnauthenticError: It does not verify.
    """
    if not isinstance(value, dict):
        raise MalformedError("schema", "an identity record is an object")
    try:
        return parse_identity_record(jcs(value))
    except KeysError as error:
        raise UnauthenticError("identity", str(error)) from error

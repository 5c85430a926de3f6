"""The inbox for stock ActivityPub: one activity per POST, in any of the stock media types.

Fixed order: form of the request, size, JSON, signer, ownership, repetition, effect. Nothing is
stored or looked up before the signer is known, so that the answers are no oracle. 202 means
"taken", also for what has no effect here; every refusal has a reason word, listed in `STATUS`.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog
from aiohttp import web

from federation.activitypub.activity import StockActivity, check_own, parse_activity
from federation.activitypub.authentication import Sender, authenticate
from federation.activitypub.fetcher import Fetcher
from federation.activitypub.guests import Guest, GuestBook, find
from federation.buckets import Buckets, site_of
from federation.errors import (
    LocalProtocolError,
    RefusedError,
    RemoteProtocolError,
    UnauthenticError,
)
from federation.wire import STOCK_MEDIA_TYPES, limit
from federation.writer import Reader, Tx, Writer
from keys.stock_signatures import StockRequest

RETRY_AFTER_S: Final = 60
STATUS: Final = {
    # 400: the bytes
    "not_ijson": 400,
    "jsonld_keyword": 400,
    "context": 400,
    "shape": 400,
    # 401: the signer
    "unsigned": 401,
    "bad_proof": 401,
    "bad_signature": 401,
    "weak_key": 401,
    "signer_mismatch": 401,
    "proof_required": 401,
    "key_changed": 401,
    "key_fetch": 401,
    "key_id_mismatch": 401,
    "ssrf_blocked": 401,
    "clock": 401,
    # 403, 404: authentic, yet not allowed
    "not_owner": 403,
    "removed": 403,
    "quota": 403,
    "unknown": 404,
    # the request itself
    "slow": 408,
    "too_large": 413,
    "media_type": 415,
    "content_encoding": 415,
    "busy": 429,
}

log = structlog.get_logger()


class StockInbox:
    """Receives stock activities; `receive` is an aiohttp handler."""

    def __init__(
        self,
        book: GuestBook,
        fetcher: Fetcher,
        *,
        writer: Writer,
        reader: Reader,
        clock: Callable[[], datetime],
        monotonic_s: Callable[[], float],
    ) -> None:
        self._book = book
        self._fetcher = fetcher
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._monotonic_s = monotonic_s
        rate, burst = limit("stranger_rate"), limit("stranger_burst")
        self._addresses = Buckets(rate, burst)
        self._signers = Buckets(rate, burst)

    async def receive(self, request: web.Request) -> web.Response:
        """Take one activity; answer 202, or a refusal with its reason."""
        try:
            await self._receive(request)
        except RemoteProtocolError as error:
            return _refusal(request, error)
        return web.json_response({}, status=202)

    async def _receive(self, request: web.Request) -> None:
        body = await read_body(request)
        activity = await asyncio.to_thread(parse_activity, body)
        known = await self._reader.run(lambda conn: find(conn, actor=activity.actor))
        sender = await self._sender(request, body, activity, known)
        self._count(self._signers, activity.actor)
        check_own(activity)
        if known:
            await self._writer.run(lambda tx: self._take(tx, activity, sender))
        elif self._book.is_reply(activity):
            raise RefusedError("unknown")

    async def _sender(
        self, request: web.Request, body: bytes, activity: StockActivity, known: list[Guest]
    ) -> Sender:
        address = site_of(request.remote or "")
        if not known:  # before anything is fetched for it
            self._count(self._addresses, address)
        try:
            return await authenticate(
                activity,
                stock_request(request, body),
                known=known,
                fetcher=self._fetcher,
                now=self._clock(),
            )
        except UnauthenticError:
            if known:  # perhaps somebody else, in the guest's name
                self._count(self._addresses, address)
            raise

    def _count(self, buckets: Buckets, key: str) -> None:
        if buckets.take(key, self._monotonic_s()) > 0:
            raise RefusedError("busy")

    def _take(self, tx: Tx, activity: StockActivity, sender: Sender) -> None:
        if sender.new_keys is not None:
            self._book.renew_keys(tx, sender.actor, sender.new_keys)
        try:
            self._book.take(tx, activity, has_proof=sender.has_proof)
        except LocalProtocolError as error:  # the document is closed, or not mine any more
            raise RefusedError("removed", str(error)) from error


def stock_request(request: web.Request, body: bytes) -> StockRequest:
    """Return a request as its signature sees it: the raw path, not the decoded one."""
    return StockRequest(
        method=request.method,
        scheme=request.scheme,
        authority=request.host,
        target=request.raw_path,
        headers=request.headers,
        body=body,
    )


async def read_body(request: web.Request) -> bytes:
    """Return the body of a stock POST.

    Raises:
        RefusedError: `media_type`, `content_encoding`, `too_large`, or `slow`.
    """
    if request.content_type not in STOCK_MEDIA_TYPES:
        raise RefusedError("media_type")
    if request.headers.get("Content-Encoding"):
        raise RefusedError("content_encoding")
    if (request.content_length or 0) > limit("stock_body"):
        raise RefusedError("too_large")
    body = bytearray()
    try:
        async with asyncio.timeout(limit("request_time")):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit("stock_body"):
                    raise RefusedError("too_large")
    except TimeoutError as error:
        raise RefusedError("slow") from error
    return bytes(body)


def _refusal(request: web.Request, error: RemoteProtocolError) -> web.Response:
    log.info("stock activity refused", reason=error.reason, address=request.remote)
    status = STATUS[error.reason]
    response = web.json_response({"error": error.reason}, status=status)
    if error.reason == "busy":
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    if status == web.HTTPUnauthorized.status_code:  # RFC 9110 §11.6.1 asks for the header
        response.headers["WWW-Authenticate"] = "Signature"
    return response

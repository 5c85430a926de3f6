"""The directory's HTTP routes: status codes, rates, bodies, WebFinger, health and metrics.

Answers are JSON; refusals are problem details (RFC 9457) with `reason`, the word of the error.
Anyone may ask, so everything is counted per address: 429 with `Retry-After` above the rate.
Nothing is listed, and what is not there is always the same 404.
"""

import asyncio
import ipaddress
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import orjson
from aiohttp import hdrs, web

from federation import wire
from federation.buckets import Buckets, site_of
from federation.directory.metrics import Metrics
from federation.directory.service import Directory, StaleError
from federation.errors import MalformedError, RefusedError, RemoteProtocolError, UnauthenticError
from federation.wire import limit
from keys.canonical import parse_strict
from keys.errors import NotCanonicalError

JRD_JSON: Final = "application/jrd+json"
PROBLEM_JSON: Final = "application/problem+json"
SELF: Final = "self"
SECONDS_PER_MINUTE: Final = 60

STATUS: Final[Mapping[str, int]] = {"stale": 409, "taken": 409, "too_many": 409, "full": 503}

log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast one address may ask."""

    publish: Buckets
    look_up: Buckets
    claim: Buckets

    @classmethod
    def of_the_wire(cls) -> "Rates":
        """Return the rates that `wire.LIMITS` name."""
        return cls(
            Buckets(limit("directory_publish_rate"), limit("directory_publish_burst")),
            Buckets(limit("directory_look_up_rate"), limit("directory_look_up_burst")),
            Buckets(
                limit("directory_claim_rate") / SECONDS_PER_MINUTE, limit("directory_claim_burst")
            ),
        )


class Routes:
    """Handlers of one directory."""

    def __init__(
        self,
        directory: Directory,
        metrics: Metrics,
        monotonic: Callable[[], float],
        *,
        behind_proxy: bool = False,
    ) -> None:
        """Serve `directory`.

        Args:
            directory: What answers.
            metrics: What counts.
            monotonic: Seconds of a clock that never jumps, for rates and uptime.
            behind_proxy: Take the caller's address from a loopback proxy's `X-Forwarded-For`.
        """
        self.directory = directory
        self.metrics = metrics
        self._monotonic = monotonic
        self._started_s = monotonic()
        self._behind_proxy = behind_proxy
        self._rates = Rates.of_the_wire()
        self._version = version("portfolio-planner")

    def add_to(self, app: web.Application) -> None:
        """Add the routes and their middleware to an application."""
        app.middlewares.append(self._answer)
        app.router.add_post(wire.DIRECTORY_RECORDS_PATH, self.publish)
        app.router.add_post(wire.DIRECTORY_HANDLES_PATH, self.claim)
        app.router.add_post(wire.DIRECTORY_LOOK_UP_PATH, self.look_up)
        app.router.add_get(wire.WEBFINGER_PATH, self.webfinger)
        app.router.add_get(wire.HEALTH_PATH, self.health)
        app.router.add_get(wire.METRICS_PATH, self.show_metrics)

    def site(self, request: web.Request) -> str:
        """Return what to count a caller under."""
        address = request.remote or ""
        if self._behind_proxy and _is_loopback(address):
            forwarded = request.headers.get("X-Forwarded-For", "")
            address = forwarded.rpartition(",")[2].strip() or address
        return site_of(address)

    async def publish(self, request: web.Request) -> web.Response:
        """Publish or renew an endpoint record, or take it back."""
        self._count(request, self._rates.publish)
        return web.json_response(await self.directory.publish(await _body(request)))

    async def claim(self, request: web.Request) -> web.Response:
        """Claim or renew a handle."""
        self._count(request, self._rates.claim)
        return web.json_response(await self.directory.claim(await _body(request)))

    async def look_up(self, request: web.Request) -> web.Response:
        """Look up exactly one did, contact card or handle."""
        self._count(request, self._rates.look_up)
        found = await self.directory.look_up(await _body(request))
        self.metrics.looked_up(is_found=found is not None)
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=orjson.dumps(found), content_type="application/json")

    async def webfinger(self, request: web.Request) -> web.Response:
        """Lead from `acct:handle@this-host` to the actor (RFC 7033)."""
        self._count(request, self._rates.look_up)
        resource = request.query.get("resource")
        if resource is None:
            raise MalformedError("schema", "resource is missing")
        handle, _, host = resource.removeprefix("acct:").rpartition("@")
        found = None
        if host.lower() in {request.host.lower(), (request.url.host or "").lower()}:
            found = await self.directory.actor_of(handle)
        self.metrics.looked_up(is_found=found is not None)
        if found is None:
            raise web.HTTPNotFound
        did, actor = found
        links = [{"rel": SELF, "type": wire.ACTIVITY_JSON, "href": actor}]
        jrd = {"subject": resource, "aliases": [did, actor], "links": links}
        return web.Response(
            body=orjson.dumps(jrd),
            content_type=JRD_JSON,
            headers={hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*"},
        )

    async def health(self, _request: web.Request) -> web.Response:
        """Say how the directory is."""
        return web.json_response(
            {
                "status": "ok",
                "version": self._version,
                "active_users": self.directory.presence.active,
                "total_registrations": self.directory.registrations_ever,
                "lookups": self.directory.look_ups,
                "uptime": round(self._monotonic() - self._started_s, 3),
            }
        )

    async def show_metrics(self, _request: web.Request) -> web.Response:
        """Return the same and more for Prometheus."""
        body, content_type = self.metrics.render(self.directory)
        return web.Response(body=body, headers={hdrs.CONTENT_TYPE: content_type})

    def _count(self, request: web.Request, buckets: Buckets) -> None:
        wait_s = buckets.take(self.site(request), self._monotonic())
        if wait_s > 0:
            raise web.HTTPTooManyRequests(headers={hdrs.RETRY_AFTER: str(math.ceil(wait_s))})

    @web.middleware
    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Turn refusals into problems; write one line per request, without who asked for whom."""
        began_s = self._monotonic()
        try:
            response = await handler(request)
        except RemoteProtocolError as error:
            response = _problem(status_of(error), error.reason, error.detail)
            if isinstance(error, StaleError):
                response = _problem(409, error.reason, error.detail, current=error.current)
        except web.HTTPException as error:
            response = _problem(error.status, error.reason, "", headers=dict(error.headers))
        milliseconds = round((self._monotonic() - began_s) * 1000, 1)
        self.metrics.requested(request.method, response.status)
        log.info("%s %s %d %s ms", request.method, request.path, response.status, milliseconds)
        return response


def status_of(error: RemoteProtocolError) -> int:
    """Return the HTTP status of a refusal."""
    if error.reason in STATUS:
        return STATUS[error.reason]
    match error:
        case UnauthenticError():
            return 401
        case RefusedError():
            return 403
        case _:
            return 400


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type not in {wire.NATIVE_CALL, "application/json"}:
        raise web.HTTPUnsupportedMediaType
    try:
        async with asyncio.timeout(limit("request_time")):
            raw = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    return parse_message(raw)


def parse_message(raw: bytes) -> dict[str, Any]:
    """Return the JSON object of a request or a socket's message.

    Raises:
        MalformedError: not I-JSON, or no object.
    """
    try:
        body = parse_strict(raw)
    except NotCanonicalError as error:
        raise MalformedError("json", str(error)) from error
    if not isinstance(body, dict):
        raise MalformedError("json", "not an object")
    return body


def _problem(
    status: int,
    reason: str,
    detail: str,
    *,
    current: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    body: dict[str, Any] = {"type": "about:blank", "title": reason, "status": status}
    body["reason"] = reason
    if detail:
        body["detail"] = detail
    if current is not None:
        body["current"] = orjson.loads(current)
    kept = {name: value for name, value in (headers or {}).items() if name in _KEPT_HEADERS}
    return web.Response(
        status=status, body=orjson.dumps(body), content_type=PROBLEM_JSON, headers=kept
    )


_KEPT_HEADERS: Final = frozenset({hdrs.RETRY_AFTER, hdrs.ALLOW})


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False

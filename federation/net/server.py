"""The federation listener: native calls, stock ActivityPub, health, and nothing else.

One line is logged for each request. Names in the Host header must be this planner's own, so that
a foreign page cannot reach it by DNS rebinding, and a browser's request from another origin is
refused: nothing here is meant for pages.
"""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from federation.errors import MalformedError
from federation.net.acceptance import Invitations
from federation.net.calls import CallError, Desk, answer, not_found
from federation.net.files import Files
from federation.net.gate import BusyError, Gate
from federation.net.hello import Greeter, Greeting
from federation.net.inbox import Inbox
from federation.net.sync import Sync
from federation.wire import (
    ATTACHMENT_PATH,
    DOCS_PATH,
    HEADS_PATH,
    HEALTH_PATH,
    HELLO_PATH,
    INBOX_PATH,
    INVITE_PATH,
    NATIVE_BATCH,
    NATIVE_CALL,
    PULL_PATH,
    STOCK_MEDIA_TYPES,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
JSON_TYPE: Final = "application/json"
FILE_TYPE: Final = "application/octet-stream"
MISDIRECTED: Final = 421
PERSON: Final = web.RequestKey("person", str)  # who called, for the log line

log = structlog.get_logger()


class Stock(Protocol):
    """Stock ActivityPub, as far as the listener needs it."""

    def routes(self) -> list[web.RouteDef]:
        """Return the GET routes."""

    async def receive(self, request: web.Request) -> web.Response:
        """Take one stock activity."""

    async def run(self) -> None:
        """Bring what is due to stock peers, until cancelled."""


class Ears(Protocol):
    """Who hears that a peer called."""

    def heard(self, person: str, device: str) -> None:
        """A verified call of a known device came in."""

    def greeted(self, greeting: Greeting) -> None:
        """A device said hello."""

    def relay(self, person: str, docs: Iterable[str]) -> None:
        """A person brought something of these documents."""

    def pulled(self, device: str, *, more: bool) -> None:
        """A device has fetched a page of a document; with `more` it will fetch another."""


class Federation:
    """Handlers of the federation listener."""

    def __init__(  # noqa: PLR0913 - the parts that answer
        self,
        did: str,
        *,
        desk: Desk,
        gate: Gate,
        inbox: Inbox,
        sync: Sync,
        files: Files,
        greeter: Greeter,
        invitations: Invitations,
        ears: Ears,
        stock: Stock | None,
        version: str,
    ) -> None:
        self._inbox_path = INBOX_PATH.format(did=did)
        self._desk = desk
        self._gate = gate
        self._inbox = inbox
        self._sync = sync
        self._files = files
        self._greeter = greeter
        self._invitations = invitations
        self._ears = ears
        self._stock = stock
        self._version = version

    def application(self, hosts: Callable[[], Iterable[str]]) -> web.Application:
        """Return the application of the listener; `hosts` are the names that are its own."""
        app = web.Application(middlewares=[_logged, _only_for(hosts), _plain_errors])
        app.router.add_get(HEALTH_PATH, self._health)
        app.router.add_post(INBOX_PATH, self._post_inbox)
        app.router.add_post(HELLO_PATH, self._hello)
        app.router.add_post(INVITE_PATH, self._invite)
        app.router.add_post(HEADS_PATH, self._answered(HEADS_PATH, self._sync.heads))
        app.router.add_post(DOCS_PATH, self._answered(DOCS_PATH, self._sync.docs))
        app.router.add_post(PULL_PATH, self._pull)
        app.router.add_post(ATTACHMENT_PATH, self._attachment)
        if self._stock is not None:
            app.router.add_routes(self._stock.routes())
        return app

    async def _health(self, _request: web.Request) -> web.Response:
        return answer({"status": "ok", "version": self._version})

    async def _post_inbox(self, request: web.Request) -> web.StreamResponse:
        media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type in STOCK_MEDIA_TYPES and self._stock is not None:
            return await self._stock.receive(request)
        call = await self._desk.take(request, self._inbox_path, NATIVE_BATCH)
        person, taken = await self._inbox.receive(call)
        request[PERSON] = person
        self._ears.heard(person, call.device)
        self._ears.relay(person, taken.heads)
        return answer(taken.answer())

    async def _hello(self, request: web.Request) -> web.StreamResponse:
        call = await self._desk.take(request, HELLO_PATH, NATIVE_CALL)
        async with self._gate.slot(call.device):
            value, greeting = self._greeter.answer(call)
        request[PERSON] = greeting.person
        await self._greeter.keep(greeting)
        self._ears.greeted(greeting)
        return answer(value)

    async def _invite(self, request: web.Request) -> web.StreamResponse:
        call = await self._desk.take(request, INVITE_PATH, NATIVE_CALL)
        async with self._gate.slot(call.device):
            person, body = await self._invitations.answer(call)
        request[PERSON] = person
        self._ears.heard(person, call.device)
        return web.Response(body=body, content_type=JSON_TYPE)

    async def _pull(self, request: web.Request) -> web.StreamResponse:
        call = await self._desk.take(request, PULL_PATH, NATIVE_CALL)
        person = self._sync.caller(call)
        request[PERSON] = person
        async with self._gate.slot(person):
            body, more = await self._sync.pull(call)
        self._ears.heard(person, call.device)
        self._ears.pulled(call.device, more=more)
        return web.Response(body=body, content_type=NATIVE_BATCH)

    async def _attachment(self, request: web.Request) -> web.StreamResponse:
        call = await self._desk.take(request, ATTACHMENT_PATH, NATIVE_CALL)
        person = self._sync.caller(call)
        request[PERSON] = person
        async with self._gate.slot(person):
            body = await self._files.answer(call)
        self._ears.heard(person, call.device)
        return web.Response(body=body, content_type=FILE_TYPE)

    def _answered(self, path: str, handle: Callable[[Any], Awaitable[dict[str, Any]]]) -> Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            call = await self._desk.take(request, path, NATIVE_CALL)
            person = self._sync.caller(call)
            request[PERSON] = person
            async with self._gate.slot(person):
                value = await handle(call)
            self._ears.heard(person, call.device)
            return answer(value)

        return handler


@web.middleware
async def _logged(request: web.Request, handler: Handler) -> web.StreamResponse:
    loop_time = asyncio.get_running_loop().time
    began_s = loop_time()
    response = await handler(request)
    person = request.get(PERSON)
    log.info(
        "request",
        method=request.method,
        path=_without_did(request.path),
        status=response.status,
        ms=round((loop_time() - began_s) * 1000, 1),
        **({} if person is None else {"person": person[-8:]}),
    )
    return response


@web.middleware
async def _plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every refusal as JSON with one word."""
    try:
        return await handler(request)
    except CallError as error:
        return error.response()
    except BusyError as error:
        return CallError(429, "busy", retry_after_s=error.retry_after_s).response()
    except MalformedError as error:
        return CallError(400, error.reason).response()
    except web.HTTPNotFound:
        return not_found().response()
    except web.HTTPMethodNotAllowed as error:
        allow = {"Allow": error.headers.get("Allow", "")}
        return answer({"error": "method"}, error.status, allow)
    except web.HTTPException as error:
        return answer({"error": "request"}, error.status)
    except Exception:
        log.exception("request failed", path=_without_did(request.path))
        return answer({"error": "internal"}, 500)


def _only_for(hosts: Callable[[], Iterable[str]]) -> Any:  # noqa: ANN401 - an aiohttp middleware
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        host = _name_of(request.headers.get("Host", ""))
        if not (_is_address(host) or host in set(hosts())):
            return answer({"error": "host"}, MISDIRECTED)
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
            return answer({"error": "origin"}, 403)
        return await handler(request)

    return middleware


def _name_of(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    """An address cannot be rebound by DNS: whoever calls by it has dialled it."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _without_did(path: str) -> str:
    head, mark, rest = path.partition("/u/")
    return f"{head}/u/…/{rest.partition('/')[2]}"[:100] if mark else path[:100]

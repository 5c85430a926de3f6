"""The presence socket: WebSocket `GET /pp/1/directory/presence`, JSON text messages.

    directory: {"type": "hello", "version", "now", "reconnect_ms"}
    planner:   {"type": "publish", "record", "identity"?}
    directory: {"type": "published", "number", "result"}
             | {"type": "refused", "reason", "detail"?, "current"?}
    planner:   {"type": "watch", "topics": [did or contact card key, …]}   replaces the last
    directory: {"type": "presence", "items": [{"topic", "device", "state", "record"?,
                "identity"?}, …], "complete"?}

`state` is `online`, `changed`, `offline`, or `known` for a record whose planner is not online now.
A planner is online while the socket it published through is open. `reconnect_ms` is the window
over which to spread a reconnection, so that a restarted directory is not run over.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import orjson
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from federation import wire
from federation.buckets import TokenBucket
from federation.directory.presence import Socket
from federation.directory.registrations import format_time
from federation.directory.server import Routes, parse_message
from federation.directory.service import Directory, StaleError
from federation.errors import MalformedError, RemoteProtocolError
from federation.wire import limit

SEND_S: Final = 10.0
SECONDS_PER_MINUTE: Final = 60


class PresenceSockets:
    """The open presence sockets of one directory."""

    def __init__(self, routes: Routes, monotonic: Callable[[], float]) -> None:
        self._routes = routes
        self._directory: Directory = routes.directory
        self._monotonic = monotonic
        self._open: set[web.WebSocketResponse] = set()
        self._sites: Counter[str] = Counter()

    def add_to(self, app: web.Application) -> None:
        """Add the route; sockets are closed when the application shuts down."""
        app.router.add_get(wire.DIRECTORY_PRESENCE_PATH, self.serve)
        app.on_shutdown.append(self._close_all)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one socket until it closes."""
        site = self._routes.site(request)
        if len(self._open) >= limit("directory_sockets") or self._sites[site] >= limit(
            "directory_sockets_per_address"
        ):
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(SECONDS_PER_MINUTE)})
        ws = web.WebSocketResponse(
            heartbeat=wire.DIRECTORY_HEARTBEAT_S, max_msg_size=limit("call_body"), compress=False
        )
        await ws.prepare(request)
        socket = Socket(cut=lambda: _abort(request))
        self._open.add(ws)
        self._sites[site] += 1
        self._directory.presence.add(socket)
        try:
            async with asyncio.TaskGroup() as group:
                writing = group.create_task(self._write(ws, socket))
                await self._read(ws, socket)
                writing.cancel()
        except* (ConnectionError, TimeoutError):
            pass  # the planner is gone, or too slow: it comes back
        finally:
            self._directory.presence.remove(socket)
            self._open.discard(ws)
            self._sites[site] -= 1
            self._sites += Counter()  # forgets addresses without sockets
        return ws

    async def _write(self, ws: web.WebSocketResponse, socket: Socket) -> None:
        hello = {
            "type": "hello",
            "version": wire.PROTOCOL_VERSION,
            "now": format_time(self._directory.now()),
            "reconnect_ms": round(self._directory.reconnect_s * 1000),
        }
        await _send(ws, hello)
        while True:
            await _send(ws, await socket.queue.get())

    async def _read(self, ws: web.WebSocketResponse, socket: Socket) -> None:
        rate = limit("directory_messages")
        bucket = TokenBucket(rate / SECONDS_PER_MINUTE, rate, rate, self._monotonic())
        async for message in ws:
            if bucket.take(self._monotonic()) > 0:
                await ws.close(code=WSCloseCode.POLICY_VIOLATION, message=b"too many messages")
                return
            if not await self._take(ws, socket, message):
                return

    async def _take(self, ws: web.WebSocketResponse, socket: Socket, message: WSMessage) -> bool:
        """Obey one message; return False when the socket was closed for it."""
        try:
            if message.type is not WSMsgType.TEXT:
                raise MalformedError("schema", "messages are text")
            body = parse_message(message.data.encode())
            match body.get("type"):
                case "publish":
                    await socket.queue.put(await self._publish(body, socket))
                case "watch":
                    topics = self._directory.check_topics(body.get("topics"))
                    await self._directory.watch(socket, topics)
                case _:
                    raise MalformedError("schema", "publish or watch")
        except RemoteProtocolError as error:
            await ws.close(code=WSCloseCode.POLICY_VIOLATION, message=error.reason.encode()[:100])
            return False
        return True

    async def _publish(self, body: dict[str, Any], socket: Socket) -> dict[str, Any]:
        try:
            return {"type": "published", **await self._directory.publish(body, socket)}
        except RemoteProtocolError as error:
            refused = {"type": "refused", "reason": error.reason, "detail": error.detail}
            if isinstance(error, StaleError):
                refused["current"] = orjson.loads(error.current)
            return refused

    async def _close_all(self, _app: web.Application) -> None:
        async with asyncio.TaskGroup() as group:
            for ws in tuple(self._open):
                group.create_task(_close(ws))


async def _close(ws: web.WebSocketResponse) -> None:
    try:
        async with asyncio.timeout(1):
            await ws.close(code=WSCloseCode.SERVICE_RESTART, message=b"the directory stops")
    except (TimeoutError, ConnectionError):
        return


async def _send(ws: web.WebSocketResponse, message: object) -> None:
    async with asyncio.timeout(SEND_S):
        await ws.send_str(orjson.dumps(message).decode())


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()

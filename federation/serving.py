"""Serving an application over HTTP, with a deadline for who connects and does not ask.

A connection costs memory and a descriptor. Whoever opens one has the time of a whole request,
TLS handshake included, to say what they want; who drips a head byte by byte is cut like who says
nothing. After a request the connection may rest for `keep_alive_s`, which also bounds the head
of the next one (aiohttp counts from the last answer, not from the last byte).
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from federation.wire import limit

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Waiting:
    """Connections of which nothing whole has come yet, each with the timer that cuts it."""

    def __init__(self, server: Callable[[], web.RequestHandler]) -> None:
        self._server = server
        self._timers: dict[asyncio.BaseProtocol, asyncio.TimerHandle] = {}

    def connect(self) -> web.RequestHandler:
        """Return the protocol of a new connection."""
        protocol = self._server()
        loop = asyncio.get_running_loop()
        self._timers[protocol] = loop.call_later(limit("request_time"), self._cut, protocol)
        return protocol

    def asked(self, protocol: asyncio.BaseProtocol) -> None:
        """A whole head has come."""
        timer = self._timers.pop(protocol, None)
        if timer is not None:
            timer.cancel()

    def close(self) -> None:
        """Stop all timers."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _cut(self, protocol: web.RequestHandler) -> None:
        del self._timers[protocol]
        protocol.force_close()


@asynccontextmanager
async def serving(
    app: web.Application,
    host: str,
    port: int,
    *,
    tls: ssl.SSLContext | None,
    keep_alive_s: float,
    shutdown_s: float,
    handler_cancellation: bool = False,
) -> AsyncIterator[tuple[str, int]]:
    """Serve `app` while the block runs; yield the address and the port that it listens on.

    Args:
        app: The application; it gets one more middleware.
        host: Name or address of the interface.
        port: 0 for any.
        tls: None for plain http.
        keep_alive_s: Seconds that a connection may rest between two requests.
        shutdown_s: Seconds that running handlers have when the block ends.
        handler_cancellation: Whether a handler ends when its caller has gone.

    Raises:
        OSError: The port is taken, or the address is not this machine's.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        keepalive_timeout=keep_alive_s,
        shutdown_timeout=shutdown_s,
        handler_cancellation=handler_cancellation,
    )
    waiting = _Waiting(lambda: _made(runner))

    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        waiting.asked(request.protocol)
        return await handler(request)

    app.middlewares.insert(0, note)
    await runner.setup()
    try:
        server = await asyncio.get_running_loop().create_server(
            waiting.connect,
            host,
            port,
            ssl=tls,
            ssl_handshake_timeout=None if tls is None else limit("request_time"),
        )
        try:
            at, listening = server.sockets[0].getsockname()[:2]
            yield at, listening
        finally:
            server.close()
    finally:
        waiting.close()
        await runner.cleanup()


def _made(runner: web.AppRunner) -> web.RequestHandler:
    assert runner.server is not None, "it was set up"  # noqa: S101 - of aiohttp's type
    return runner.server()

"""GET /live: the WebSocket on which a page hears what changes.

The first message is `hello`; `?since=n` then brings everything after `n`, or `resync`. Whatever
text the client sends is its question "still there?", answered with `hello` again: a page cannot
see the pings of a WebSocket. A socket ends with its login, with the planner, when it cannot keep
up, and when it stops answering pings.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

from portfolio.api.context import Context
from portfolio.api.fields import Natural
from portfolio.api.gate import SOCKET_PROTOCOL, is_socket
from portfolio.api.op import op
from portfolio.api.problems import ProblemError
from portfolio.api.shell import SHELL
from portfolio.live import LOGGED_OUT, SOCKETS_MAX, End, Frame, Hub, Listener, frame_text, missed
from portfolio.messages import write_data

PING_EVERY_S: Final = 20.0
CLOSE_TIMEOUT_S: Final = 0.3
MESSAGE_BYTES_MAX: Final = 1024
SEND_TIMEOUT_S: Final = 10.0


@op("GET", "/live", status=101, errors=("malformed", "too-many"))
async def live(context: Context, *, since: Natural | None = None) -> web.WebSocketResponse:
    """Open the live socket (WebSocket).

    Messages are `{n, type, data}`; see `x-live-messages` for all types and their data.
    """
    if not is_socket(context.request):
        raise ProblemError("malformed", "This is a WebSocket; send Upgrade: websocket.")
    hub = context.request.app[SHELL].hub
    if len(hub) >= SOCKETS_MAX:
        raise ProblemError("too-many", headers={"Retry-After": "5"})
    socket = web.WebSocketResponse(
        heartbeat=PING_EVERY_S,
        timeout=CLOSE_TIMEOUT_S,
        max_msg_size=MESSAGE_BYTES_MAX,
        protocols=(SOCKET_PROTOCOL,),
    )
    await socket.prepare(context.request)
    transport = context.request.transport
    if transport is not None:
        with hub.listening(context.who.id, transport.abort) as listener:
            await _serve(context, socket, listener, since)
    return socket


async def _serve(
    context: Context, socket: web.WebSocketResponse, listener: Listener, since: int | None
) -> None:
    shell = context.request.app[SHELL]
    await _send(socket, listener, await _opening(context, shell.hub, since))
    async with asyncio.TaskGroup() as group:
        writer = group.create_task(_write(socket, listener))
        try:
            async with asyncio.timeout(_seconds_left(context.who.expires, context.now())):
                async for question in socket:
                    if question.type is WSMsgType.TEXT:
                        listener.put(_hello(context, shell.hub.last))
        except TimeoutError:
            await socket.close(code=LOGGED_OUT)
        finally:
            if not listener.ending:  # else it is saying goodbye, which takes CLOSE_TIMEOUT_S
                writer.cancel()


async def _opening(context: Context, hub: Hub, since: int | None) -> list[Frame]:
    hello = _hello(context, hub.last if since is None else since)
    if since is None:
        return [hello]
    rest = await context.read(lambda conn: missed(conn, since))
    if rest is None:
        return [hello, Frame(hub.last, frame_text(hub.last, "resync", "{}"))]
    return [hello, *rest]


def _hello(context: Context, n: int) -> Frame:
    version = context.request.app[SHELL].version
    data = write_data("hello", {"who": context.me, "version": version})
    return Frame(n, frame_text(n, "hello", data), passing=True)


async def _write(socket: web.WebSocketResponse, listener: Listener) -> None:
    while True:
        items = [await listener.queue.get()]
        while not listener.queue.empty():
            items.append(listener.queue.get_nowait())
        await _send(socket, listener, [item for item in items if isinstance(item, Frame)])
        for item in items:
            if isinstance(item, End):
                listener.ending = True
                await socket.close(code=item.code)
                return


async def _send(
    socket: web.WebSocketResponse, listener: Listener, frames: Sequence[Frame]
) -> None:
    """Send what waits; one watch over all of it, for a page of events brings a thousand."""
    try:
        async with asyncio.timeout(SEND_TIMEOUT_S):
            for frame in frames:
                if not frame.passing:
                    if frame.n <= listener.sent:
                        continue  # it was among those missed
                    listener.sent = frame.n
                await socket.send_str(frame.text)
    except TimeoutError:
        listener.cut()
    except ConnectionError:
        await socket.close(code=WSCloseCode.GOING_AWAY)


def _seconds_left(expires: datetime | None, now: datetime) -> float | None:
    return None if expires is None else max(0.0, (expires - now).total_seconds())


ROUTES = (live,)

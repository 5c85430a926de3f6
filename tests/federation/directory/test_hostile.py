"""A directory that misbehaves: the planner stays itself, and tries again."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from federation.directory.client import (
    DirectoryClient,
    DirectoryState,
    Hooks,
    Seen,
    Surroundings,
    Visibility,
    Watched,
)
from federation.errors import DeliveryError, RemoteProtocolError

HELLO = {"type": "hello", "version": 1, "now": "2026-11-22T10:00:00Z", "reconnect_ms": 1}
Talk = Callable[[web.WebSocketResponse], Awaitable[None]]


@asynccontextmanager
async def directory(talk: Talk, answer: Callable[[], web.Response]) -> AsyncIterator[str]:
    """Serve something that says it is a directory; yield its URL."""

    async def presence(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(max_msg_size=0)
        await ws.prepare(request)
        await talk(ws)
        return ws

    async def call(_request: web.Request) -> web.Response:
        return answer()

    app = web.Application()
    app.router.add_get("/pp/1/directory/presence", presence)
    app.router.add_post("/{path:.*}", call)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@asynccontextmanager
async def redirecting(elsewhere: str) -> AsyncIterator[str]:
    """Serve something that sends everybody elsewhere; yield its URL."""

    async def go(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": elsewhere + request.path})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", go)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def silent(_ws: web.WebSocketResponse) -> None:
    return


def planner_of(
    me: Any, url: str, clock: Any, seen: Callable[[Seen], None] = lambda _seen: None
) -> DirectoryClient:
    numbers = iter(range(1, 1_000_000))

    async def endpoint(floor: int) -> Mapping[str, Any]:
        return dict(me.endpoint(max(floor + 1, next(numbers))))

    around = Surroundings(me, endpoint, clock, random.Random(1).randbytes, random.Random(2))
    client = DirectoryClient([url], around, Hooks(seen=seen))
    client.announce(Visibility.EVERYONE)
    return client


@pytest.mark.parametrize(
    "first",
    [
        {"type": "hello", "reconnect_ms": "soon"},
        {"type": "presence", "items": []},
        [],
    ],
)
async def test_what_does_not_say_hello_is_no_directory(
    alice: Any, clock: Any, first: object
) -> None:
    tries: list[object] = []

    async def talk(ws: web.WebSocketResponse) -> None:
        tries.append(ws)
        await ws.send_json(first)
        await ws.receive()

    async with directory(talk, web.Response) as url:
        client = planner_of(alice, url, clock)
        running = asyncio.create_task(client.run())
        async with asyncio.timeout(8):
            while len(tries) < 2:  # noqa: ASYNC110 - it comes back when it likes
                await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.wait([running])

    assert client.state is DirectoryState.AWAY


async def test_a_stale_answer_with_a_number_that_is_not_ours_is_not_climbed_over(
    alice: Any, mallory: Any, clock: Any
) -> None:
    said: list[dict[str, Any]] = []
    high = 2**53 - 10
    unsigned = {**alice.endpoint(5), "number": high}

    async def talk(ws: web.WebSocketResponse) -> None:
        await ws.send_json(HELLO)
        async for message in ws:
            said.append(message.json())
            for current in (mallory.endpoint(high), unsigned, None, {"number": high}):
                await ws.send_json({"type": "refused", "reason": "stale", "current": current})

    async with directory(talk, web.Response) as url:
        running = asyncio.create_task(planner_of(alice, url, clock).run())
        await asyncio.sleep(0.3)
        running.cancel()
        await asyncio.wait([running])

    numbers = [one["record"]["number"] for one in said if one["type"] == "publish"]
    assert numbers == [1]


async def test_a_directory_that_always_knows_a_newer_number_is_given_up_on(
    alice: Any, clock: Any
) -> None:
    published: list[int] = []

    async def talk(ws: web.WebSocketResponse) -> None:
        await ws.send_json(HELLO)
        async for message in ws:
            said = message.json()
            if said["type"] == "publish":
                published.append(said["record"]["number"])
                current = alice.endpoint(published[-1] + 1)
                await ws.send_json({"type": "refused", "reason": "stale", "current": current})

    async with directory(talk, web.Response) as url:
        running = asyncio.create_task(planner_of(alice, url, clock).run())
        await asyncio.sleep(0.3)
        running.cancel()
        await asyncio.wait([running])

    assert published == [1, 3, 5, 7]


async def test_lies_among_truths_are_passed_over(alice: Any, bob: Any, clock: Any) -> None:
    truth = {
        "topic": bob.did,
        "device": bob.device.multibase,
        "state": "online",
        "record": bob.endpoint(5),
        "identity": bob.identity.value,
    }
    lie = {**truth, "record": {**bob.endpoint(6), "urls": ["http://10.6.6.6:8100"]}}
    seen: asyncio.Queue[Seen] = asyncio.Queue()

    async def talk(ws: web.WebSocketResponse) -> None:
        await ws.send_json(HELLO)
        await ws.send_json({"type": "from a later version"})
        await ws.send_json({"type": "presence", "items": 5})
        await ws.send_json({"type": "presence", "items": [lie, 5, truth, {**truth, "topic": "x"}]})
        async for _ in ws:
            pass

    async with directory(talk, web.Response) as url:
        client = planner_of(alice, url, clock, seen.put_nowait)
        client.watch([Watched(bob.did)])
        running = asyncio.create_task(client.run())
        async with asyncio.timeout(5):
            heard = await seen.get()
        running.cancel()
        await asyncio.wait([running])

    assert heard.endpoint == bob.endpoint(5)
    assert seen.empty()


async def test_no_redirect_is_followed(alice: Any, clock: Any) -> None:
    visits: list[str] = []

    async def talk(_ws: web.WebSocketResponse) -> None:
        visits.append("presence")

    def answer() -> web.Response:
        visits.append("call")
        return web.Response()

    async with directory(talk, answer) as elsewhere, redirecting(elsewhere) as url:
        client = planner_of(alice, url, clock)
        running = asyncio.create_task(client.run())
        await asyncio.sleep(0.2)
        with pytest.raises((DeliveryError, RemoteProtocolError)):
            await client.look_up(did=alice.did)
        running.cancel()
        await asyncio.wait([running])

    assert visits == []


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(body=b"{"),
        lambda: web.Response(body=b"[]"),
        lambda: web.json_response({}, status=429),
        lambda: web.json_response({}, status=503),
        lambda: web.Response(body=b" " * (5 * 1024 * 1024)),
    ],
    ids=["cut off", "list", "busy", "full", "endless"],
)
async def test_an_answer_without_sense_is_no_answer(
    alice: Any, clock: Any, answer: Callable[[], web.Response]
) -> None:
    async with directory(silent, answer) as url:
        client = planner_of(alice, url, clock)

        with pytest.raises(DeliveryError):
            await client.look_up(did=alice.did)
        with pytest.raises(DeliveryError):
            await client.claim_handle("alice")


async def test_an_answer_about_somebody_else_is_refused(
    alice: Any, mallory: Any, clock: Any
) -> None:
    theirs = {"records": [mallory.endpoint(5)], "identity": mallory.identity.value}

    async with directory(silent, lambda: web.json_response(theirs)) as url:
        client = planner_of(alice, url, clock)

        with pytest.raises(RemoteProtocolError):
            await client.look_up(did=alice.did)

"""Presence over real sockets: who is told what, and who is cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from federation.directory.presence import Presence, Socket
from federation.directory.registrations import format_time
from federation.directory.sealing import seal_endpoint
from federation.wire import LIMITS, Limit, limit
from tests.limits import hits


class Ws:
    """A presence socket that can be asked for the next message."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            return dict(await self.ws.receive_json())

    async def items(self) -> list[dict[str, Any]]:
        message = await self.next()
        assert message["type"] == "presence"
        return list(message["items"])

    async def say(self, **message: Any) -> None:
        await self.ws.send_json(message)

    def transport(self) -> Any:
        assert self.ws._conn is not None
        return self.ws._conn.transport

    async def closed(self) -> int | None:
        """Return the code of the close message; None when the socket just broke."""
        async with asyncio.timeout(5):
            while not self.ws.closed:
                message = await self.ws.receive()
                if message.type is aiohttp.WSMsgType.CLOSE:
                    return int(message.data)
        return None


@asynccontextmanager
async def opened(served: Any) -> AsyncIterator[Ws]:
    async with served.session.ws_connect(served.url + "/pp/1/directory/presence") as ws:
        one = Ws(ws)
        assert (await one.next())["type"] == "hello"
        yield one


async def test_the_directory_says_hello_with_its_time_and_the_window_to_come_back(
    served: Any, clock: Any
) -> None:
    async with served.session.ws_connect(served.url + "/pp/1/directory/presence") as ws:
        hello = await ws.receive_json()

    assert hello == {
        "type": "hello",
        "version": 1,
        "now": format_time(clock.now),
        "reconnect_ms": 2000,
    }


async def test_a_large_directory_asks_for_a_larger_window(served: Any) -> None:
    served.directory._expected = 2_000

    assert served.directory.reconnect_s == 10


async def test_watchers_hear_of_coming_changing_and_going(
    served: Any, alice: Any, bob: Any
) -> None:
    async with opened(served) as watcher, opened(served) as other:
        await watcher.say(type="watch", topics=[alice.did])
        await other.say(type="watch", topics=[bob.did])
        assert await watcher.items() == []
        assert await other.items() == []
        async with opened(served) as publisher:
            await publisher.say(type="publish", **alice.publication(5))
            published = await publisher.next()
            online = await watcher.items()
            await publisher.say(type="publish", **alice.publication(6))
            changed = await watcher.items()
        offline = await watcher.items()

    key = {"topic": alice.did, "device": alice.device.multibase}
    said = {"identity": alice.identity.value}
    assert published == {"type": "published", "number": 5, "result": "accepted"}
    assert online == [{**key, "state": "online", "record": alice.endpoint(5), **said}]
    assert changed == [{**key, "state": "changed", "record": alice.endpoint(6), **said}]
    assert offline == [{**key, "state": "offline"}]
    assert other.ws._reader.exception() is None


async def test_who_begins_to_watch_is_told_what_is_known(
    served: Any, alice: Any, bob: Any
) -> None:
    await served.post("records", bob.publication(5))
    async with opened(served) as publisher:
        await publisher.say(type="publish", **alice.publication(5))
        await publisher.next()
    async with opened(served) as watcher:
        await watcher.say(type="watch", topics=[alice.did, bob.did])
        states = {item["topic"]: item["state"] for item in await watcher.items()}

    assert states == {alice.did: "known", bob.did: "online"}


async def test_a_friend_with_the_contact_card_hears_of_the_sealed_record(
    served: Any, alice: Any, bob: Any
) -> None:
    sealed = seal_endpoint(alice.card, alice.endpoint(5), alice.identity, bytes(24))
    topic = alice.card.card.signer
    async with opened(served) as friend, opened(served) as stranger:
        await friend.say(type="watch", topics=[topic])
        await stranger.say(type="watch", topics=[alice.did, bob.card.card.signer])
        assert await friend.items() == await stranger.items() == []
        await served.post("records", {"record": sealed})
        heard = await friend.items()
        await stranger.say(type="watch", topics=[])
        nothing = await stranger.items()

    assert heard == [{"topic": topic, "device": topic, "state": "online", "record": sealed}]
    assert nothing == []


async def test_an_expired_record_takes_its_planner_offline(
    served: Any, alice: Any, clock: Any
) -> None:
    soon = format_time(clock.now + timedelta(minutes=5))
    async with opened(served) as watcher, opened(served) as publisher:
        await watcher.say(type="watch", topics=[alice.did])
        await watcher.items()
        await publisher.say(type="publish", **alice.publication(5, expires=soon))
        await watcher.items()
        clock.pass_(minutes=6)
        await served.directory.sweep()
        heard = await watcher.items()

    assert [item["state"] for item in heard] == ["offline"]


async def test_a_record_taken_back_takes_its_planner_offline(served: Any, alice: Any) -> None:
    async with opened(served) as watcher, opened(served) as publisher:
        await watcher.say(type="watch", topics=[alice.did])
        await watcher.items()
        await publisher.say(type="publish", **alice.publication(5))
        await watcher.items()
        await publisher.say(type="publish", **alice.publication(6, urls=[]))
        heard = await watcher.items()

    assert [item["state"] for item in heard] == ["offline"]


async def test_who_repeats_a_record_of_somebody_else_is_not_taken_for_them(
    served: Any, alice: Any
) -> None:
    async with opened(served) as watcher, opened(served) as publisher:
        await watcher.say(type="watch", topics=[alice.did])
        await watcher.items()
        await publisher.say(type="publish", **alice.publication(5))
        await watcher.items()
        async with opened(served) as mallory:
            await mallory.say(type="publish", **alice.publication(5))
            repeated = await mallory.next()
        await publisher.say(type="publish", **alice.publication(6))
        heard = await watcher.items()

    assert repeated["result"] == "repeated"
    assert [item["state"] for item in heard] == ["changed"]


async def test_a_planner_that_came_back_before_its_old_socket_closed_stays_online(
    served: Any, alice: Any
) -> None:
    async with opened(served) as watcher, opened(served) as new:
        await watcher.say(type="watch", topics=[alice.did])
        await watcher.items()
        async with opened(served) as old:
            await old.say(type="publish", **alice.publication(5))
            await watcher.items()
            await new.say(type="publish", **alice.publication(6))
            await watcher.items()
        await new.say(type="publish", **alice.publication(7))
        heard = await watcher.items()

    assert [item["state"] for item in heard] == ["changed"]


async def test_a_stale_publication_is_refused_with_the_current_record(
    served: Any, alice: Any
) -> None:
    await served.post("records", alice.publication(5))
    async with opened(served) as ws:
        await ws.say(type="publish", **alice.publication(4))
        answer = await ws.next()

    assert (answer["type"], answer["reason"]) == ("refused", "stale")
    assert answer["current"] == alice.endpoint(5)


@pytest.mark.parametrize(
    "message",
    [
        "{",
        "[]",
        "{}",
        '{"type": "watch"}',
        '{"type": "watch", "topics": ["*"]}',
        b"\x00",
        f'{{"type": "watch", "topics": {["x"] * (limit("directory_topics") + 1)}}}',
    ],
    ids=["cut off", "list", "no type", "no topics", "pattern", "binary", "too many topics"],
)
@hits("directory_topics")
async def test_a_message_of_another_form_closes_the_socket(
    served: Any, message: str | bytes
) -> None:
    async with opened(served) as ws:
        if isinstance(message, bytes):
            await ws.ws.send_bytes(message)
        else:
            await ws.ws.send_str(message.replace("'", '"'))

        assert await ws.closed() == 1008


@hits("directory_messages")
async def test_a_socket_that_says_too_much_is_closed(served: Any) -> None:
    async with opened(served) as ws:
        for _ in range(limit("directory_messages") + 1):
            await ws.say(type="watch", topics=[])

        assert await ws.closed() == 1008


async def test_a_message_that_is_too_large_closes_the_socket(served: Any) -> None:
    async with opened(served) as ws:
        await ws.ws.send_str('"' + "x" * limit("call_body") + '"')

        assert await ws.closed() == 1009


@pytest.mark.parametrize("name", ["directory_sockets", "directory_sockets_per_address"])
@hits("directory_sockets", "directory_sockets_per_address")
async def test_no_more_sockets_are_opened_than_may_be(
    served: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(LIMITS, name, Limit(2, "sockets", "for this test"))
    async with opened(served):
        async with opened(served):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                async with opened(served):
                    pass
        await asyncio.sleep(0.05)
        async with opened(served):
            pass

    assert refused.value.status == 429


def test_a_slow_reader_is_cut_and_costs_the_others_nothing(alice: Any, clock: Any) -> None:
    presence, cut = Presence(), []
    slow = Socket(cut=lambda: cut.append("slow"))
    quick = Socket(cut=lambda: cut.append("quick"))
    for socket in (slow, quick):
        presence.add(socket)
        presence.watch(socket, [alice.did])

    for _ in range(limit("directory_queue") + 1):
        presence.came((alice.did, "d"), clock.now, None, {})
        quick.queue.get_nowait()

    assert cut == ["slow"]
    assert slow not in presence.sockets
    assert presence.cut_total == 1


@hits("directory_queue")
async def test_a_cut_socket_is_closed_and_may_come_back(served: Any, alice: Any) -> None:
    key, long = (alice.did, alice.device.multibase), {"record": "x" * 200_000}
    presence = served.directory.presence
    async with opened(served) as ws:
        await ws.say(type="watch", topics=[alice.did])
        await ws.items()
        transport = ws.transport()
        transport.pause_reading()
        async with asyncio.timeout(10):
            while not presence.cut_total:
                presence.came(key, served.directory.now() + timedelta(hours=1), None, long)
                await asyncio.sleep(0)
        transport.resume_reading()

        assert await ws.closed() is None
    await served.post("records", alice.publication(5))
    async with opened(served) as ws:
        await ws.say(type="watch", topics=[alice.did])
        heard = await ws.items()

    assert [item["state"] for item in heard] == ["online"]


async def test_who_is_connected_is_active_even_when_visible_to_nobody(
    served: Any, alice: Any, bob: Any
) -> None:
    await served.post("records", bob.publication(5))
    async with opened(served), opened(served) as publisher:
        await publisher.say(type="publish", **alice.publication(5))
        await publisher.next()
        _, health = await served.get("/health")
        online = len(served.directory.presence)

    assert (health["active_users"], online) == (3, 2)


async def test_sockets_are_closed_when_the_directory_stops(start: Any) -> None:
    async with aiohttp.ClientSession() as session:
        async with start() as served:
            ws = Ws(await session.ws_connect(served.url + "/pp/1/directory/presence"))
            await ws.next()

        assert await ws.closed() == 1012

"""What a stranger can make us fetch, and what we refuse to take from the answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from federation.activitypub.fetcher import Fetcher, Remembered
from federation.errors import RefusedError, UnauthenticError
from federation.guard import DialPolicy, Source
from federation.wire import ACTIVITY_JSON, LIMITS, Limit, limit
from keys.identity import DeviceKey
from tests.limits import hits

HERE = DialPolicy(Source.STRANGER, loopback=True)
KEY = DeviceKey.generate()


class Server:
    """A stock server whose every path can be set; it counts what is asked of it."""

    def __init__(self) -> None:
        self.base = ""
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.answers: dict[str, web.Response] = {}
        self.actors: dict[str, dict[str, Any]] = {}
        self.delay_s = 0.0
        self.busy = 0
        self.busiest = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        self.headers.append(dict(request.headers))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        await asyncio.sleep(self.delay_s)
        self.busy -= 1
        if request.path in self.answers:
            return self.answers[request.path]
        return _json(self.actors.get(request.path) or self.actor(request.path))

    def actor(self, path: str) -> dict[str, Any]:
        url = self.base + path
        return {
            "id": url,
            "type": "Person",
            "preferredUsername": "faye",
            "inbox": f"{url}/inbox",
            "assertionMethod": {
                "id": f"{url}#key",
                "type": "Multikey",
                "controller": url,
                "publicKeyMultibase": KEY.multibase,
            },
        }


def _json(document: object, content_type: str = ACTIVITY_JSON) -> web.Response:
    return web.Response(body=json.dumps(document).encode(), headers={"Content-Type": content_type})


def _moved(to: str) -> web.Response:
    return web.Response(status=302, headers={"Location": to})


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    state = Server()
    app = web.Application()
    app.router.add_get("/{path:.*}", state.handle)
    async with TestServer(app) as running:
        state.base = str(running.make_url("")).rstrip("/")
        yield state


@pytest.fixture
async def now_s() -> list[float]:
    return [1000.0]


@pytest.fixture
async def fetcher(now_s: list[float]) -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(HERE, lambda: now_s[0])
    yield fetcher
    await fetcher.close()


async def test_an_actor_is_fetched_once_and_remembered(server: Server, fetcher: Fetcher) -> None:
    first = await fetcher.actor(f"{server.base}/faye#key")
    again = await fetcher.actor(f"{server.base}/faye")

    assert first == again
    assert first.proof_keys == {f"{server.base}/faye#key": KEY.public}
    assert server.asked == ["/faye"]
    assert ACTIVITY_JSON in server.headers[0]["Accept"]
    assert server.headers[0]["Accept-Encoding"] == "identity"


@hits("actor_keys")
async def test_keys_of_an_actor_beyond_the_limit_are_not_taken(
    server: Server, fetcher: Fetcher
) -> None:
    url = f"{server.base}/faye"
    keys = [DeviceKey.generate() for _ in range(limit("actor_keys") + 1)]
    server.answers["/faye"] = _json(
        {
            "@context": ["https://www.w3.org/ns/activitystreams"],
            "id": url,
            "type": "Person",
            "inbox": f"{url}/inbox",
            "assertionMethod": [
                {
                    "id": f"{url}#{number}",
                    "type": "Multikey",
                    "controller": url,
                    "publicKeyMultibase": key.multibase,
                }
                for number, key in enumerate(keys)
            ],
        }
    )

    actor = await fetcher.actor(url)

    assert set(actor.proof_keys.values()) == {key.public for key in keys[:-1]}


async def test_a_fresh_look_is_granted_once_in_ten_minutes(
    server: Server, fetcher: Fetcher, now_s: list[float]
) -> None:
    for _ in range(4):
        await fetcher.actor(f"{server.base}/faye", fresh=True)
    assert len(server.asked) == 2

    now_s[0] += 601
    await fetcher.actor(f"{server.base}/faye", fresh=True)
    assert len(server.asked) == 3


async def test_what_the_user_asks_for_is_asked_of_its_server(
    server: Server, fetcher: Fetcher
) -> None:
    server.answers["/faye"] = web.Response(status=410)
    assert await _reason(fetcher, f"{server.base}/faye") == "key_fetch"

    del server.answers["/faye"]
    for _ in range(2):
        assert (await fetcher.actor_now(f"{server.base}/faye")).username == "faye"

    assert len(server.asked) == 3


@hits("failure_memory")
async def test_a_failure_is_remembered_for_ten_minutes(
    server: Server, fetcher: Fetcher, now_s: list[float]
) -> None:
    server.answers["/gone"] = web.Response(status=410)
    for _ in range(3):
        assert await _reason(fetcher, f"{server.base}/gone") == "key_fetch"
    assert server.asked == ["/gone"]

    del server.answers["/gone"]
    now_s[0] += 601
    assert (await fetcher.actor(f"{server.base}/gone")).username == "faye"


@pytest.mark.parametrize(
    "answer",
    [
        _json({}, "text/html"),
        _json({}, "application/json"),
        _json([]),
        _json({"id": "https://example.org/x", "inbox": "https://example.org/inbox"}),
        web.Response(body=b'{"a":1,"a":2}', headers={"Content-Type": ACTIVITY_JSON}),
        web.Response(
            body=b"{}" + b" " * limit("fetch_body"), headers={"Content-Type": ACTIVITY_JSON}
        ),
        web.Response(status=500),
    ],
    ids=["page", "json", "list", "other origin", "duplicate key", "too large", "500"],
)
@hits("fetch_body")
async def test_what_is_not_an_actor_of_that_server_is_no_key(
    server: Server, fetcher: Fetcher, answer: web.Response
) -> None:
    """An upload, a page or a broken answer never becomes a key (CVE-2024-25623)."""
    server.answers["/faye"] = answer

    assert await _reason(fetcher, f"{server.base}/faye") == "key_fetch"


async def test_a_document_of_another_id_is_not_taken_for_the_one_asked(
    server: Server, fetcher: Fetcher
) -> None:
    server.actors["/faye"] = server.actor("/eve")

    assert await _reason(fetcher, f"{server.base}/faye") == "key_id_mismatch"
    assert (await fetcher.actor(f"{server.base}/eve")).id == f"{server.base}/eve"


@hits("fetch_redirects")
async def test_three_redirects_are_followed_and_a_fourth_is_not(
    server: Server, fetcher: Fetcher
) -> None:
    for hop in range(4):
        server.answers[f"/{hop}"] = _moved(f"/{hop + 1}")
    three = server.actor("/1")
    server.actors["/4"] = three

    assert (await fetcher.actor(f"{server.base}/1")).id == f"{server.base}/1"
    assert await _reason(fetcher, f"{server.base}/0") == "key_fetch"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/faye", "key_fetch"),
        ("https://example.org/faye", "key_fetch"),
        ("http://169.254.169.254/latest/meta-data", "ssrf_blocked"),
        ("http://[::ffff:7f00:1]:8100/", "ssrf_blocked"),
        ("data:application/activity+json,{}", "ssrf_blocked"),
        ("file:///etc/passwd", "ssrf_blocked"),
        ("", "key_fetch"),
    ],
)
async def test_a_redirect_leads_neither_inward_nor_in_circles(
    server: Server, fetcher: Fetcher, location: str, reason: str
) -> None:
    server.answers["/faye"] = _moved(location)

    assert await _reason(fetcher, f"{server.base}/faye") == reason


async def test_a_stranger_cannot_point_at_this_machine(server: Server) -> None:
    fetcher = Fetcher(None, lambda: 0.0)

    assert await _reason(fetcher, f"{server.base}/faye") == "ssrf_blocked"
    assert await _reason(fetcher, f"{server.base.replace('127.0.0.1', 'localhost')}/x") == (
        "ssrf_blocked"
    )
    assert server.asked == []
    await fetcher.close()


async def test_a_closed_fetcher_asks_nobody(server: Server, fetcher: Fetcher) -> None:
    await fetcher.actor(f"{server.base}/before")
    await fetcher.close()

    assert await _reason(fetcher, f"{server.base}/after") == "key_fetch"
    assert len(server.asked) == 1


async def test_one_host_is_asked_one_thing_at_a_time(server: Server, fetcher: Fetcher) -> None:
    server.delay_s = 0.02

    async with asyncio.TaskGroup() as tasks:
        for name in "abcd":
            tasks.create_task(fetcher.actor(f"{server.base}/{name}"))

    assert len(server.asked) == 4
    assert server.busiest == 1


@hits("new_actors")
async def test_actors_that_beget_actors_are_slowed_down(
    server: Server, fetcher: Fetcher, now_s: list[float]
) -> None:
    for number in range(limit("new_actors")):
        await fetcher.actor(f"{server.base}/{number}")

    with pytest.raises(RefusedError, match="busy"):
        await fetcher.actor(f"{server.base}/more")
    now_s[0] += 61
    assert (await fetcher.actor(f"{server.base}/more")).id == f"{server.base}/more"


@hits("fetches_waiting")
async def test_too_many_hosts_at_once_are_put_off(
    server: Server, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "fetches_waiting", Limit(1, "hosts", "few for a test"))
    server.delay_s = 0.05

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(fetcher.actor(f"{server.base}/a"))
        await asyncio.sleep(0.01)
        with pytest.raises(RefusedError, match="busy"):
            await fetcher.actor("https://other.example/b")


@hits("fetch_time")
async def test_a_server_that_takes_too_long_is_left(
    server: Server, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "fetch_time", Limit(0, "seconds", "do not wait in a test"))
    server.delay_s = 0.2

    assert await _reason(fetcher, f"{server.base}/slow") == "key_fetch"


async def test_a_handle_is_looked_up_over_https_only(fetcher: Fetcher) -> None:
    with pytest.raises(UnauthenticError) as refused:
        await fetcher.actor_of_handle("@faye@127.0.0.1:1")

    assert refused.value.reason == "ssrf_blocked"


def test_a_table_forgets_what_is_old_and_what_is_too_much() -> None:
    table = Remembered(10.0, rows_max=2)
    for name in "abc":
        table.put(name, name, 0.0)

    assert table.get("a", 1.0) is None
    assert table.get("c", 9.9) == "c"
    assert table.get("c", 10.0) is None


async def _reason(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(UnauthenticError) as refused:
        await fetcher.actor(url)
    return refused.value.reason

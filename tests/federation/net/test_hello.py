"""A hello proves who answers: nobody in between can pass it on, or answer for somebody else."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from federation.errors import MalformedError, UnauthenticError
from federation.guard import Source
from federation.net.client import Address, Callee
from federation.net.hello import Greeting
from keys.multiformats import digest
from keys.purposes import sign_value
from tests.federation.net.cluster import Person, Running, cluster, make_person

Spoil = Callable[[dict[str, Any]], Any]


@dataclass
class Scene:
    alice: Running
    bob: Person


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with cluster(tmp_path) as nodes:
        yield Scene(await nodes.start("alice"), make_person("bob", tmp_path))


@asynccontextmanager
async def answering(make: Callable[[dict[str, Any]], Any]) -> AsyncIterator[str]:
    async def handle(request: web.Request) -> web.Response:
        asked = orjson.loads(await request.read())
        asked["_caller"] = request.headers["Signature-Input"].rpartition('keyid="')[2][:-1]
        return web.Response(body=orjson.dumps(make(asked)), content_type="application/json")

    app = web.Application()
    app.router.add_post("/pp/1/hello", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def hello_of(who: Person, asked: dict[str, Any], **changed: Any) -> dict[str, Any]:
    value = {
        "by": who.device.multibase,
        "person": who.did,
        "to": asked["_caller"],
        "nonce": asked["nonce"],
        "name": who.name,
        "identity": who.identity.value,
    }
    return {"hello": sign_value(who.device, "hello", {**value, **changed}), "docs": {}}


async def greet(scene: Scene, url: str, pin: str | None = None, **callee: Any) -> Any:
    who = Callee(**{"person": scene.bob.did, **callee})
    return await scene.alice.node.peering.greeter.greet(Address(url, pin, Source.TYPED), who)


async def test_the_right_person_is_believed(scene: Scene) -> None:
    async with answering(lambda asked: hello_of(scene.bob, asked)) as url:
        found = await greet(scene, url)

    assert isinstance(found, Greeting)
    assert (found.person, found.name) == (scene.bob.did, "bob")


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "of another call"},
        {"to": "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"},
    ],
)
async def test_an_answer_to_another_call_or_caller_is_refused(
    scene: Scene, changed: dict[str, Any]
) -> None:
    async with answering(lambda asked: hello_of(scene.bob, asked, **changed)) as url:
        with pytest.raises(UnauthenticError):
            await greet(scene, url)


async def test_an_answer_passed_on_over_another_tls_key_is_refused(scene: Scene) -> None:
    pin, theirs = digest(b"whom I called"), digest(b"who passes it on")
    async with answering(lambda asked: hello_of(scene.bob, asked, spki=theirs)) as url:
        with pytest.raises(UnauthenticError, match="passed on"):
            await greet(scene, url, pin)


async def test_somebody_else_and_another_device_are_told_apart(
    scene: Scene, tmp_path: Path
) -> None:
    carol = make_person("carol", tmp_path)
    async with answering(lambda asked: hello_of(carol, asked)) as url:
        with pytest.raises(UnauthenticError, match="somebody else"):
            await greet(scene, url)
    async with answering(lambda asked: hello_of(scene.bob, asked)) as url:
        with pytest.raises(UnauthenticError, match="device"):
            await greet(scene, url, device=carol.device.multibase)


async def test_a_device_that_the_identity_does_not_list_is_refused(
    scene: Scene, tmp_path: Path
) -> None:
    carol = make_person("carol", tmp_path)

    def forged(asked: dict[str, Any]) -> dict[str, Any]:
        changed = {"person": scene.bob.did, "identity": scene.bob.identity.value}
        return hello_of(carol, asked, **changed)

    async with answering(forged) as url:
        with pytest.raises(UnauthenticError):
            await greet(scene, url)


async def test_a_changed_byte_is_refused(scene: Scene) -> None:
    def spoiled(asked: dict[str, Any]) -> dict[str, Any]:
        value = hello_of(scene.bob, asked)
        value["hello"]["name"] = "Bob!"
        return value

    async with answering(spoiled) as url:
        with pytest.raises(UnauthenticError):
            await greet(scene, url)


@pytest.mark.parametrize("answer", [[], {}, {"hello": 1}, {"hello": {}}, "hello"])
async def test_anything_else_is_no_hello(scene: Scene, answer: Any) -> None:
    async with answering(lambda _asked: answer) as url:
        with pytest.raises((UnauthenticError, MalformedError)):
            await greet(scene, url)

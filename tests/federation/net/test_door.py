"""Who gets in: each admitted call has its refused twin, over HTTP."""

import asyncio
import time
from dataclasses import replace

import aiohttp
import pytest

from federation.log.lines import record_line
from federation.wire import (
    DOCS_PATH,
    HEADS_PATH,
    HELLO_PATH,
    INBOX_PATH,
    NATIVE_BATCH,
    NATIVE_CALL,
    PULL_PATH,
    limit,
)
from keys.identity import DeviceKey, IdentityKey
from tests.federation.net.caller import Caller, new_nonce
from tests.federation.net.cluster import has, make_person
from tests.federation.net.conftest import Scene
from tests.limits import hits

HEALTHY = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
UNKNOWN = "urn:pp:uEiAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


async def test_a_signed_batch_of_a_member_is_stored(scene: Scene) -> None:
    reply = await scene.bob.batch(*scene.lines)

    assert (reply.status, reply.json()["results"]) == (200, ["stored"])
    assert await has(scene.alice, scene.doc, "by hand")
    assert scene.doc in reply.json()["heads"]
    assert reply.json()["receipt"][0]["doc"] == scene.doc


async def test_the_same_event_again_is_a_duplicate(scene: Scene) -> None:
    await scene.bob.batch(*scene.lines)

    reply = await scene.bob.batch(*scene.lines)

    assert reply.json()["results"] == ["duplicate"]


async def test_an_unsigned_batch_is_401(scene: Scene) -> None:
    path = INBOX_PATH.format(did=scene.alice.did)
    url = f"http://127.0.0.1:{scene.alice.person.port}{path}"
    headers = {"Content-Type": NATIVE_BATCH, "PP-To": scene.alice.did}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=scene.lines[0], headers=headers) as response,
    ):
        assert response.status == 401
        assert (await response.json())["error"] == "unsigned"
    assert await scene.alice.comments(scene.doc) == set()


async def test_a_forged_signature_is_401(scene: Scene) -> None:
    stranger = Caller(DeviceKey.generate(), scene.alice)
    forged = await stranger.batch(*scene.lines)
    scene.bob.spoil = {"Signature": "pp=:" + "A" * 86 + "==:"}

    reply = await scene.bob.batch(*scene.lines)

    assert (reply.status, reply.error) == (401, "bad_signature")
    assert (forged.status, forged.error) == (401, "unknown_device")
    assert await scene.alice.comments(scene.doc) == set()


async def test_another_body_than_was_signed_is_401(scene: Scene) -> None:
    reply = await scene.bob.batch(*scene.lines, sent=scene.lines[0].replace(b"text", b"Text"))

    assert (reply.status, reply.error) == (401, "bad_signature")


async def test_a_replayed_call_is_401(scene: Scene) -> None:
    nonce = new_nonce()
    first = await scene.bob.call(DOCS_PATH, {}, nonce=nonce)

    second = await scene.bob.call(DOCS_PATH, {}, nonce=nonce)

    assert first.status == 200
    assert (second.status, second.error) == (401, "replayed")


async def test_a_call_meant_for_another_planner_is_401(scene: Scene) -> None:
    reply = await scene.bob.batch(*scene.lines, recipient=scene.bob_did)

    assert (reply.status, reply.error) == (401, "wrong_recipient")


@pytest.mark.parametrize("off_s", [-301, 301, -86400])
@hits("clock_skew")
async def test_a_clock_that_is_off_is_401_and_tells_our_time(scene: Scene, off_s: int) -> None:
    reply = await scene.bob.call(DOCS_PATH, {}, created=int(time.time()) + off_s)

    assert (reply.status, reply.error) == (401, "clock")
    assert abs(reply.json()["now"] / 1000 - time.time()) < 5


async def test_a_call_signed_before_this_process_began_is_not_taken(scene: Scene) -> None:
    scene.alice.node.peering._desk._started += 100

    reply = await scene.bob.call(DOCS_PATH, {})

    assert (reply.status, reply.error) == (401, "clock")


@pytest.mark.parametrize(
    "media_type", ["text/plain", NATIVE_CALL, NATIVE_BATCH + ";v=1", "multipart/form-data"]
)
async def test_another_media_type_is_415(scene: Scene, media_type: str) -> None:
    path = INBOX_PATH.format(did=scene.alice.did)

    reply = await scene.bob.call(path, scene.lines[0], media_type=media_type)

    assert reply.status == 415


async def test_an_encoded_body_is_415(scene: Scene) -> None:
    reply = await scene.bob.batch(*scene.lines, headers={"Content-Encoding": "gzip"})

    assert (reply.status, reply.error) == (415, "encoding")


@hits("batch_body")
async def test_more_bytes_than_a_batch_may_have_are_413(scene: Scene) -> None:
    reply = await scene.bob.batch(b"x" * (limit("batch_body") + 1))

    assert (reply.status, reply.error) == (413, "size")


@hits("call_body")
async def test_more_bytes_than_a_call_may_have_are_413(scene: Scene) -> None:
    reply = await scene.bob.call(DOCS_PATH, {"x": "y" * limit("call_body")})

    assert (reply.status, reply.error) == (413, "size")


@hits("batch_items")
async def test_more_lines_than_a_batch_may_have_are_413(scene: Scene) -> None:
    reply = await scene.bob.batch(*[b"{}"] * (limit("batch_items") + 1))

    assert (reply.status, reply.error) == (413, "size")


@hits("depth")
async def test_one_bad_line_never_fails_the_others(scene: Scene) -> None:
    deep = b'{"record":{"type":' + b"[" * 40 + b"]" * 40 + b"}}"
    spelled = scene.lines[0].replace(b'{"content":', b'{ "content":', 1)
    reply = await scene.bob.batch(deep, spelled, b"not json", scene.lines[0])

    assert reply.json()["results"] == [
        "refused:not_canonical",
        "refused:not_canonical",
        "refused:not_canonical",
        "stored",
    ]


@pytest.mark.parametrize("body", [b"[]", b'{"docs": []}', b"\xff", b'{"a":1,"a":2}'])
async def test_a_call_that_is_not_canonical_json_is_400(scene: Scene, body: bytes) -> None:
    reply = await scene.bob.call(HEADS_PATH, body)

    assert reply.status == 400


async def test_an_unknown_device_is_401_unless_its_identity_comes_along(scene: Scene) -> None:
    carol = make_person("carol", scene.base)
    caller = Caller(carol.device, scene.alice)

    unknown = [await caller.call(path, {}) for path in (DOCS_PATH, HEADS_PATH, PULL_PATH)]
    batch = await caller.batch(*scene.lines)
    introduced = await caller.batch(record_line(carol.identity.raw), *scene.lines)

    assert {(reply.status, reply.error) for reply in unknown} == {(401, "unknown_device")}
    assert (batch.status, batch.error) == (401, "unknown_device")
    assert (introduced.status, introduced.error) == (404, "not_found")


async def test_a_new_device_of_a_friend_is_taken_with_the_newer_identity_record(
    scene: Scene,
) -> None:
    laptop = DeviceKey.generate()
    with IdentityKey.from_words(scene.words) as key:
        devices = [scene.bob.key.multibase, laptop.multibase]
        identity = key.sign_record(int(time.time() * 1000) + 1, devices)
    caller = Caller(laptop, scene.alice)

    before = await caller.call(DOCS_PATH, {})
    introduced = await caller.batch(record_line(identity.raw))
    after = await caller.call(DOCS_PATH, {})

    assert (before.status, introduced.status) == (401, 200)
    assert (after.status, list(after.json()["docs"])) == (200, [scene.doc])


async def test_to_one_who_is_no_member_a_document_is_as_unknown_as_any_other(
    scene: Scene,
) -> None:
    carol = make_person("carol", scene.base)
    await scene.alice.write(
        lambda tx: scene.alice.node.peering.intake.identity(tx, carol.identity)
    )
    caller = Caller(carol.device, scene.alice)

    replies = [
        await caller.call(path, value)
        for doc in (scene.doc, UNKNOWN)
        for path, value in (
            (HEADS_PATH, {"docs": [doc]}),
            (PULL_PATH, {"doc": doc, "have": {}}),
        )
    ]
    pushed = await caller.batch(*scene.lines)

    assert {(reply.status, reply.body) for reply in replies} == {(404, b'{"error":"not_found"}')}
    assert pushed.status == 404


async def test_a_removed_member_hears_that_and_nothing_more(scene: Scene) -> None:
    alice = scene.alice
    await alice.write(lambda tx: alice.node.log.set_role(tx, scene.doc, scene.bob_did, "none"))

    pull = await scene.bob.call(PULL_PATH, {"doc": scene.doc, "have": {}})
    heads = await scene.bob.call(HEADS_PATH, {"docs": [scene.doc]})
    batch = await scene.bob.batch(*scene.lines)
    docs = await scene.bob.call(DOCS_PATH, {})

    assert (pull.status, pull.error) == (403, "refused:removed")
    assert heads.json()["docs"][scene.doc] == {"error": "refused:removed"}
    assert batch.json()["results"] == ["refused:removed"]
    assert docs.json()["docs"] == {}


async def test_a_member_pulls_all_that_it_lacks_and_no_more(scene: Scene) -> None:
    all_of_it = await scene.bob.call(PULL_PATH, {"doc": scene.doc, "have": {}})
    *lines, tail = all_of_it.body.split(b"\n")
    end = scene.alice.node.peering.roster.shared[scene.doc].seqs()

    rest = await scene.bob.call(PULL_PATH, {"doc": scene.doc, "have": end})

    assert all_of_it.headers["Content-Type"] == NATIVE_BATCH
    assert sum(b'"event":' in line for line in lines) == sum(end.values())
    assert b'"more":false' in tail
    assert sum(b'"event":' in line for line in rest.body.split(b"\n")) == 0


async def test_heads_say_who_and_where_the_other_members_are(scene: Scene) -> None:
    reply = await scene.bob.call(HEADS_PATH, {"docs": [scene.doc, UNKNOWN]})

    entry = reply.json()["docs"][scene.doc]
    assert reply.json()["docs"][UNKNOWN] == {"error": "not_found"}
    assert entry["identities"].keys() == {scene.alice.did, scene.bob_did}
    assert {"identity", "endpoint"} == {record["type"] for record in entry["records"]}
    assert entry["receipt"]["to"] == scene.bob_did


async def test_a_stranger_gets_no_hello_outside_nearby_mode(scene: Scene) -> None:
    carol = make_person("carol", scene.base)
    caller = Caller(carol.device, scene.alice)
    value = {"nonce": "n", "identity": carol.identity.value, "docs": {}}

    before = await caller.call(HELLO_PATH, value)
    scene.alice.node.show_to("contacts", nearby=True)
    during = await caller.call(HELLO_PATH, value)
    scene.alice.node.show_to("contacts", nearby=False)
    after = await caller.call(HELLO_PATH, value)

    assert (before.status, during.status, after.status) == (404, 200, 404)
    assert during.json()["hello"]["to"] == carol.device.multibase
    assert "contact" not in during.json()


async def test_a_hello_of_a_device_that_its_identity_does_not_list_is_401(scene: Scene) -> None:
    carol = make_person("carol", scene.base)
    scene.alice.node.show_to("contacts", nearby=True)
    value = {"nonce": "n", "identity": carol.identity.value, "docs": {}}

    reply = await Caller(DeviceKey.generate(), scene.alice).call(HELLO_PATH, value)

    assert (reply.status, reply.error) == (401, "unknown_device")


@hits("stranger_rate", "stranger_burst")
async def test_strangers_are_slowed_down_and_friends_are_not(scene: Scene) -> None:
    carol = make_person("carol", scene.base)
    caller = Caller(carol.device, scene.alice)
    value = {"nonce": "n", "identity": carol.identity.value, "docs": {}}

    replies = [await caller.call(HELLO_PATH, value) for _ in range(limit("stranger_burst") + 2)]
    friend = [await scene.bob.call(DOCS_PATH, {}) for _ in range(limit("stranger_burst") + 2)]

    assert replies[0].status == 404
    assert (replies[-1].status, replies[-1].error) == (429, "rate")
    assert int(replies[-1].headers["Retry-After"]) >= 1
    assert {reply.status for reply in friend} == {200}


@hits("request_time")
async def test_a_request_that_never_ends_is_408(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from federation import wire

    slow = replace(wire.LIMITS["request_time"], value=1)
    monkeypatch.setitem(wire.LIMITS, "request_time", slow)
    reader, writer = await asyncio.open_connection("127.0.0.1", scene.alice.person.port)
    head = (
        f"POST {DOCS_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: {NATIVE_CALL}\r\nContent-Length: 10\r\n\r\n12345"
    )
    writer.write(head.encode())

    async with asyncio.timeout(3):
        status = await reader.readline()

    assert b" 408 " in status
    writer.close()


@hits("request_time")
async def test_who_never_finishes_a_head_is_cut_and_who_asked_may_ask_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from federation import wire

    slow = replace(wire.LIMITS["request_time"], value=1)
    monkeypatch.setitem(wire.LIMITS, "request_time", slow)
    port = scene.alice.person.port
    heard, asking = await asyncio.open_connection("127.0.0.1", port)
    asking.write(HEALTHY)
    assert b" 200 " in await heard.readline()
    cut, dripping = await asyncio.open_connection("127.0.0.1", port)
    dripping.write(HEALTHY.rstrip())

    async with asyncio.timeout(5):
        assert await cut.read() == b""

    asking.write(HEALTHY)
    await heard.readuntil(b"}")
    assert b" 200 " in await heard.readline()
    for writer in (asking, dripping):
        writer.close()


async def get(scene: Scene, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    url = f"http://127.0.0.1:{scene.alice.person.port}{path}"
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, headers=headers) as response,
    ):
        return response.status, await response.read()


async def test_health_is_open_and_says_little(scene: Scene) -> None:
    status, body = await get(scene, "/health")

    assert (status, body) == (200, b'{"status":"ok","version":"0"}')


async def test_a_foreign_host_or_origin_is_refused(scene: Scene) -> None:
    assert (await get(scene, "/health", Host="evil.example"))[0] == 421
    assert (await get(scene, "/health", Origin="https://evil.example"))[0] == 403
    assert (await get(scene, "/health", Host="localhost"))[0] == 200


@pytest.mark.parametrize("path", ["/api/v1/me", "/", "/metrics", "/api/v1/health", "/static/x"])
async def test_nothing_of_the_application_answers_here(scene: Scene, path: str) -> None:
    assert await get(scene, path) == (404, b'{"error":"not_found"}')


async def test_a_native_call_is_a_post_to_the_exact_path(scene: Scene) -> None:
    query = await scene.bob.call(DOCS_PATH, {}, headers={})
    spelled = await get(scene, DOCS_PATH + "?x=1", "POST")

    assert query.status == 200
    assert spelled[0] == 404
    assert (await get(scene, DOCS_PATH))[0] == 405

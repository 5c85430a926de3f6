"""Limits of the native path, each gone beyond over HTTP; one step below it is taken."""

import asyncio
import time
from dataclasses import replace
from os import urandom
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select, update

from federation import wire
from federation.guard import Source
from federation.log.lines import record_line
from federation.log.schema import documents, parked
from federation.net.client import Address, Callee, Unreachable
from federation.wire import HEADS_PATH, HELLO_PATH, PULL_PATH, limit
from federation.writer import Tx
from keys import identity as identities
from keys.canonical import jcs
from keys.identity import DeviceKey, IdentityKey
from keys.purposes import sign_value
from tests.federation.net.caller import Caller
from tests.federation.net.cluster import Running, make_person
from tests.federation.net.conftest import Scene, staged
from tests.limits import hits


def lower(monkeypatch: pytest.MonkeyPatch, **values: int) -> None:
    """Lower limits that would take too long to reach as they are."""
    for name, value in values.items():
        monkeypatch.setitem(wire.LIMITS, name, replace(wire.LIMITS[name], value=value))


async def many(running: Running, doc: str, count: int, text: str = "x") -> None:
    """Write many comments at once."""

    def write(tx: Tx) -> None:
        for number in range(count):
            content = {"id": f"many {number}", "text": text}
            running.node.log.append(tx, doc, "comment.added/1", content)

    await running.write(write)


def signed(by: DeviceKey, kind: str, person: str, **members: Any) -> bytes:
    """Return the line of a record."""
    value = {"type": kind, "by": by.multibase, "person": person, "number": 1, **members}
    return record_line(jcs(sign_value(by, kind, value)))


def endpoint(scene: Scene, urls: list[str]) -> bytes:
    number, expires = int(time.time() * 1000) + 10**6, "2100-01-01T00:00:00Z"
    return signed(
        scene.bob.key, "endpoint", scene.bob_did, number=number, urls=urls, expires=expires
    )


async def results(scene: Scene, *lines: bytes) -> list[str]:
    reply = await scene.bob.batch(*lines)
    found: list[str] = reply.json()["results"]
    return found


# --- pages ------------------------------------------------------------------------------------


@hits("page_items")
async def test_a_page_holds_no_more_events_than_it_may(scene: Scene) -> None:
    await many(scene.alice, scene.doc, limit("page_items"))

    reply = await scene.bob.call(PULL_PATH, {"doc": scene.doc, "have": {}})

    *lines, tail = reply.body.split(b"\n")
    assert sum(b'"event":' in line for line in lines) == limit("page_items")
    assert orjson.loads(tail)["page"]["more"] is True


@hits("page_body")
async def test_a_page_holds_no_more_bytes_than_it_may(scene: Scene) -> None:
    await many(scene.alice, scene.doc, 45, "x" * 100_000)

    reply = await scene.bob.call(PULL_PATH, {"doc": scene.doc, "have": {}})

    *lines, tail = reply.body.split(b"\n")
    assert sum(len(line) + 1 for line in lines) <= limit("page_body")
    assert orjson.loads(tail)["page"]["more"] is True


@hits("answer_body")
async def test_an_answer_that_is_too_long_is_not_read(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = scene.alice
    address = Address(alice.url, None, Source.TYPED)
    ask = jcs({"docs": [scene.doc]})

    async def heads() -> Any:
        client = alice.node.peering.client
        return await client.call(address, Callee(alice.did), HEADS_PATH, ask)

    assert not isinstance(await heads(), Unreachable)
    lower(monkeypatch, answer_body=20)
    assert await heads() == Unreachable("too_large")


# --- one event --------------------------------------------------------------------------------


@hits("event")
async def test_an_event_that_is_too_large_is_refused(scene: Scene) -> None:
    value = orjson.loads(scene.lines[0])
    value["event"]["pp:more"] = "x" * limit("event")

    assert await results(scene, jcs(value), scene.lines[0]) == ["refused:size", "stored"]


@hits("content")
async def test_a_content_that_is_too_large_is_refused(scene: Scene) -> None:
    value = orjson.loads(scene.lines[0])
    value["content"]["text"] = "x" * limit("content")

    assert await results(scene, jcs(value), scene.lines[0]) == ["refused:size", "stored"]


@hits("integer")
async def test_a_number_beyond_what_json_holds_is_refused(scene: Scene) -> None:
    line = scene.lines[0].replace(b'"pp:lc":', b'"pp:more":%d,"pp:lc":' % (limit("integer") + 1))

    assert await results(scene, line, scene.lines[0]) == ["refused:not_canonical", "stored"]


@hits("lamport_step")
async def test_a_counter_that_jumps_too_far_is_refused(tmp_path: Path) -> None:
    async def jump(bob: Running, doc: str) -> None:
        await bob.comment(doc, "first")
        far = limit("lamport_step") + 10
        await bob.write(lambda tx: tx.conn.execute(update(documents).values(lc=far)))
        await bob.comment(doc, "far")

    async with staged(tmp_path, jump) as scene:
        assert await results(scene, *scene.lines) == ["stored", "refused:lamport"]


# --- waiting events ---------------------------------------------------------------------------


async def waiting(scene: Scene) -> int:
    query = select(func.count()).select_from(parked)
    return int(await scene.alice.read(lambda conn: conn.execute(query).scalar_one()))


@hits("parked_distance")
async def test_an_event_far_beyond_the_head_is_a_gap_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower(monkeypatch, parked_distance=10)

    async with staged(tmp_path, lambda bob, doc: many(bob, doc, 12)) as scene:
        assert await results(scene, scene.lines[10]) == ["gap"]
        assert await waiting(scene) == 0
        assert await results(scene, scene.lines[9]) == ["gap"]
        assert await waiting(scene) == 1


@pytest.mark.parametrize("name", ["parked_per_stream", "parked_per_author"])
@hits("parked_per_stream", "parked_per_author")
async def test_no_more_events_of_one_wait_than_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    lower(monkeypatch, **{name: 3})

    async with staged(tmp_path, lambda bob, doc: many(bob, doc, 8)) as scene:
        assert await results(scene, *scene.lines[1:7]) == ["gap"] * 6
        assert await waiting(scene) == 3


# --- documents --------------------------------------------------------------------------------


@hits("members")
async def test_a_grant_beyond_the_most_members_counts_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [make_person(name, tmp_path).did for name in ("carol", "dave")]

    async def begin(bob: Running, _doc: str) -> None:
        (alice,) = bob.node.peering.roster.friends
        await bob.share(alice, *people)

    async with staged(tmp_path, begin) as scene:
        lower(monkeypatch, members=3)
        words = await results(scene, *scene.lines)
        doc = orjson.loads(scene.lines[0])["event"]["pp:doc"]
        members = await scene.alice.read(lambda conn: scene.alice.node.log.members(conn, doc))
        assert words == ["stored"] * 4 + ["quarantined"]
        assert members.keys() == {scene.bob_did, scene.alice.did, people[0]}


@pytest.mark.parametrize("name", ["documents_per_friend", "bytes_per_friend"])
@hits("documents_per_friend", "bytes_per_friend")
async def test_a_friend_beyond_their_quota_is_put_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async def begin_two(bob: Running, _doc: str) -> None:
        (alice,) = bob.node.peering.roster.friends
        await bob.share(alice)
        await bob.share(alice)

    async with staged(tmp_path, begin_two) as scene:
        half = len(scene.lines) // 2
        first = await scene.bob.batch(*scene.lines[:half])
        lower(monkeypatch, **{name: 1})
        second = await scene.bob.batch(*scene.lines[half:])
    assert first.json()["results"] == ["stored"] * half
    assert (second.status, second.error) == (429, "quota")


# --- calls ------------------------------------------------------------------------------------


@hits("nonces_per_peer")
async def test_what_may_have_been_called_before_is_refused_when_nonces_were_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower(monkeypatch, nonces_per_peer=30)

    async with staged(tmp_path) as scene:
        await asyncio.sleep(1.1)
        second = int(time.time())
        early = [await scene.bob.call(wire.DOCS_PATH, {}, created=second) for _ in range(31)]
        later = await scene.bob.call(wire.DOCS_PATH, {}, created=second + 1)
        again = await scene.bob.call(wire.DOCS_PATH, {}, created=second)
    assert {reply.status for reply in (*early, later)} == {200}
    assert (again.status, again.error) == (401, "replayed")


@hits("friend_in_flight", "slots", "queue")
async def test_more_requests_at_once_than_can_wait_are_put_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower(monkeypatch, friend_in_flight=1, slots=1, queue=1)

    async with staged(tmp_path, lambda bob, doc: many(bob, doc, 30)) as scene:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(scene.bob.batch(*scene.lines)) for _ in range(20)]
        statuses = [task.result().status for task in tasks]
        assert set(statuses) == {200, 429}
        assert (await scene.bob.batch(*scene.lines)).status == 200


@hits("heads_documents")
async def test_heads_of_too_many_documents_are_not_answered(scene: Scene) -> None:
    most = limit("heads_documents")

    too_many = await scene.bob.call(HEADS_PATH, {"docs": [scene.doc] * (most + 1)})
    just_fits = await scene.bob.call(HEADS_PATH, {"docs": [scene.doc] * most})

    assert (too_many.status, too_many.error) == (400, "schema")
    assert just_fits.status == 200


@hits("heads_records")
async def test_no_more_records_of_members_are_told_than_may(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def told() -> int:
        reply = await scene.bob.call(HEADS_PATH, {"docs": [scene.doc]})
        return len(reply.json()["docs"][scene.doc]["records"])

    assert await told() > 2
    lower(monkeypatch, heads_records=2)
    assert await told() == 2


@hits("common_documents")
async def test_a_hello_about_too_many_documents_is_refused(scene: Scene) -> None:
    with IdentityKey.from_words(scene.words) as key:
        record = key.sign_record(int(time.time() * 1000) + 1, [scene.bob.key.multibase])

    async def hello(count: int) -> int:
        docs = {f"urn:pp:{number}": "u" for number in range(count)}
        value = {"nonce": "n", "identity": record.value, "docs": docs}
        return (await scene.bob.call(HELLO_PATH, value)).status

    assert await hello(limit("common_documents")) == 200
    assert await hello(limit("common_documents") + 1) == 400


@hits("nearby_time")
async def test_strangers_are_answered_for_as_long_as_nearby_mode_lasts(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower(monkeypatch, nearby_time=1)
    carol = make_person("carol", scene.base)
    caller = Caller(carol.device, scene.alice)
    value = {"nonce": "n", "identity": carol.identity.value, "docs": {}}

    scene.alice.node.show_to("contacts", nearby=True)
    during = await caller.call(HELLO_PATH, value)
    await asyncio.sleep(1.1)
    after = await caller.call(HELLO_PATH, value)

    assert (during.status, after.status) == (200, 404)


# --- records ----------------------------------------------------------------------------------


@hits("stranger_records")
async def test_of_a_stranger_no_more_records_are_taken_than_may(scene: Scene) -> None:
    carol = make_person("carol", scene.base)
    caller, by = Caller(carol.device, scene.alice), carol.device
    request = signed(by, "friend_request", carol.did, to=scene.alice.did, name="Carol")
    spare = [
        signed(by, "endpoint", carol.did, number=n, urls=[], expires="2100-01-01T00:00:00Z")
        for n in range(2, 2 + limit("stranger_records"))
    ]

    reply = await caller.batch(record_line(carol.identity.raw), request, *spare)

    words = reply.json()["results"]
    assert "refused:not_found" not in words[: limit("stranger_records")]
    assert set(words[limit("stranger_records") :]) == {"refused:not_found"}


@hits("name")
async def test_a_name_is_cut_to_what_a_page_can_show(scene: Scene) -> None:
    carol = make_person("carol", scene.base)
    name = "C" * (limit("name") + 1)
    request = signed(carol.device, "friend_request", carol.did, to=scene.alice.did, name=name)

    await Caller(carol.device, scene.alice).batch(record_line(carol.identity.raw), request)

    friend = await scene.alice.read(lambda conn: scene.alice.node.friends.get(conn, carol.did))
    assert friend is not None
    assert friend.name == name[:-1]


@hits("endpoint_urls", "url")
async def test_an_endpoint_with_too_many_or_too_long_addresses_is_refused(scene: Scene) -> None:
    most, room = limit("endpoint_urls"), limit("url") - len("http://127.0.0.1:8000/")
    urls = [f"http://127.0.0.1:{8000 + n}" for n in range(most + 1)]

    refused = ["refused:record"]
    assert await results(scene, endpoint(scene, urls)) == refused
    assert await results(scene, endpoint(scene, [f"{urls[0]}/{'x' * (room + 1)}"])) == refused
    assert await results(scene, endpoint(scene, urls[:most])) == ["stored"]


@hits("devices")
async def test_an_identity_with_too_many_devices_is_refused(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    most, number = limit("devices"), int(time.time() * 1000) + 10**6
    devices = [scene.bob.key.multibase]
    devices += [DeviceKey.from_seed(urandom(32)).multibase for _ in range(most)]
    with monkeypatch.context() as patch, IdentityKey.from_words(scene.words) as key:
        patch.setattr(identities, "DEVICES_MAX", most + 1)
        too_many = key.sign_record(number, devices)
        fits = key.sign_record(number, devices[:most])

    assert await results(scene, record_line(too_many.raw)) == ["refused:record"]
    assert await results(scene, record_line(fits.raw)) == ["stored"]

"""Events signed as they should be, and yet refused over HTTP, beside the admitted twin."""

import time
from dataclasses import replace
from typing import Any

import orjson
import pytest

from federation.log.events import Draft, build_event, document_id, parse_event, seal_content
from federation.log.lines import event_line, record_line
from federation.wire import HEADS_PATH, HELLO_PATH
from keys.canonical import jcs
from keys.identity import DeviceKey, IdentityKey
from keys.multiformats import digest
from tests.federation.net.caller import Caller
from tests.federation.net.cluster import KIND, has
from tests.federation.net.conftest import Scene

SALT = "A" * 22
OTHER = "urn:pp:" + digest(b"another document")


def made(
    scene: Scene, *, key: DeviceKey | None = None, content: Any = None, **changes: Any
) -> bytes:
    """Return the line of Bob's comment with members changed before it was signed."""
    value = orjson.loads(scene.lines[0])
    event = parse_event(jcs(value["event"]))
    by = key or scene.bob.key
    if content is not None:
        changes["digest"] = digest(seal_content(content, SALT))
    if key is not None:
        changes["stream"] = f"{by.multibase}.{event.epoch}"
    draft = Draft(
        base=event.actor.partition("/u/")[0],
        did=event.author,
        ulid=event.ulid,
        verb=value["event"]["type"],
        doc=event.doc,
        cls=event.cls,
        kind=event.kind,
        stream=event.stream,
        seq=event.seq,
        prev=event.prev,
        lc=event.lc,
        grant=event.grant,
        seen=event.seen,
        entity=event.entity,
        identity=event.identity,
        published=event.published,
        digest=event.digest,
    )
    sealed = jcs(value["content"]) if content is None else seal_content(content, SALT)
    return event_line(build_event(replace(draft, **changes), by).raw, sealed)


async def word(scene: Scene, line: bytes) -> str:
    reply = await scene.bob.batch(line)
    return str(reply.json()["results"][0])


async def test_made_by_hand_without_a_change_it_is_taken(scene: Scene) -> None:
    assert await word(scene, made(scene)) == "stored"
    assert await has(scene.alice, scene.doc, "by hand")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"cls": "grant"}, "refused:role"),
        ({"cls": "edit"}, "refused:wrong_class"),
        ({"kind": "title.changed/1", "entity": "title"}, "refused:wrong_class"),
        ({"doc": OTHER}, "refused:not_found"),
        ({"grant": digest(b"no grant")}, "gap"),
        ({"seq": 2, "prev": digest(b"before")}, "gap"),
        ({"identity": 2**52}, "gap"),
    ],
    ids=["class", "wrong class", "kind", "document", "grant", "gap", "record"],
)
async def test_signed_for_something_else_it_is_not(
    scene: Scene, changes: dict[str, Any], expected: str
) -> None:
    assert await word(scene, made(scene, **changes)) == expected
    assert await scene.alice.comments(scene.doc) == set()
    assert await word(scene, made(scene)) == "stored"


async def test_an_event_moved_into_another_document_does_not_verify(scene: Scene) -> None:
    value = orjson.loads(scene.lines[0])
    value["event"]["pp:doc"], value["event"]["to"] = OTHER, [f"{OTHER}/members"]

    assert await word(scene, jcs(value)) in {"unproven", "refused:not_found"}
    assert await scene.alice.comments(scene.doc) == set()


async def test_a_document_under_the_id_of_anothers_is_not_opened(scene: Scene) -> None:
    """Bob signs a Genesis with himself as the owner under an id that Carol's body makes."""
    taken = document_id(scene.alice.did, KIND, "next")
    body = {"owner": scene.bob_did, "kind": KIND, "nonce": "next"}
    members: dict[str, Any] = {
        "cls": "grant",
        "kind": "genesis/1",
        "grant": None,
        "seen": None,
        "entity": None,
    }
    squat = made(scene, content=body, doc=taken, verb="Create", **members)

    assert await word(scene, squat) == "refused:not_found"
    assert taken not in scene.alice.node.peering.roster.shared


async def test_a_device_that_was_revoked_is_refused_and_told_by_which_record(scene: Scene) -> None:
    old = {"nonce": "n", "identity": {}, "docs": {}}
    laptop = DeviceKey.generate()
    with IdentityKey.from_words(scene.words) as key:
        now_ms = int(time.time() * 1000)
        first = key.sign_record(now_ms, [scene.bob.key.multibase])
        newer = key.sign_record(now_ms + 1, [laptop.multibase], [scene.bob.key.multibase])
    old["identity"] = first.value
    assert (await scene.bob.call(HELLO_PATH, old)).status == 200
    await Caller(laptop, scene.alice).batch(record_line(newer.raw))

    hello = await scene.bob.call(HELLO_PATH, old)
    heads = await scene.bob.call(HEADS_PATH, {"docs": [scene.doc]})

    assert (hello.status, hello.error) == (401, "unknown_device")
    assert hello.json()["identity"] == newer.value
    assert (heads.status, heads.error) == (401, "unknown_device")


async def test_a_batch_of_a_device_that_was_revoked_is_not_read(scene: Scene) -> None:
    laptop = DeviceKey.generate()
    with IdentityKey.from_words(scene.words) as key:
        now_ms = int(time.time() * 1000)
        first = key.sign_record(now_ms, [scene.bob.key.multibase])
        newer = key.sign_record(now_ms + 1, [laptop.multibase], [scene.bob.key.multibase])
    before = await scene.bob.batch(record_line(first.raw), made(scene))
    assert (before.status, before.json()["results"][-1]) == (200, "stored")
    await Caller(laptop, scene.alice).batch(record_line(newer.raw))

    after = await scene.bob.batch(record_line(first.raw), made(scene))

    assert (after.status, after.error) == (401, "unknown_device")
    assert after.json()["identity"] == newer.value
    assert "heads" not in after.json()

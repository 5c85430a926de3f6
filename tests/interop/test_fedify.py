"""A stock ActivityPub library, Fedify 2.3.6, as the other side of a running planner.

It looks up the actor, verifies what the planner signs, takes its notes, and answers; one changed
byte is refused on either side. Needs Node and npm; without them the tests are skipped, in CI
that is a failure.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Connection

from federation.activitypub.courier import oldest_of_each
from federation.log.events import Draft, build_event
from federation.wire import ACTIVITY_JSON
from keys.multiformats import digest
from keys.stock_signatures import StockRequest, sign_stock_request
from tests.federation.activitypub.sides import DOC, Planner, running_planner
from tests.interop.fedify import Fedify, UnavailableError, running_fedify

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
async def planner(tmp_path: Path) -> AsyncIterator[Planner]:
    async with running_planner(tmp_path) as planner:
        yield planner


@pytest.fixture
async def fedify(request: pytest.FixtureRequest) -> AsyncIterator[Fedify]:
    """Fedify with an Ed25519 key; a test may ask for an RSA key beside it."""
    with_rsa = getattr(request, "param", "ed25519") == "rsa+ed25519"
    try:
        async with running_fedify(with_rsa=with_rsa) as server:
            yield server
    except UnavailableError as error:
        if os.environ.get("CI"):
            raise  # CI has Node, and must run these tests
        pytest.skip(str(error))


async def test_fedify_looks_up_the_actor(planner: Planner, fedify: Fedify) -> None:
    actor = await fedify.call("lookup", url=planner.stock.local.url)

    assert actor["type"] == "Person"
    assert actor["id"] == planner.stock.local.url
    assert (actor["name"], actor["username"]) == ("Alice", "alice")
    assert actor["inbox"] == planner.inbox
    assert actor["aliases"] == [planner.me.did]
    assert actor["methods"] == [planner.stock.local.proof_key]


async def test_fedify_verifies_native_events(planner: Planner, fedify: Fedify) -> None:
    for verb in ("Create", "Update", "Delete", "Add", "Remove"):
        event = json.loads(_event(planner, verb))
        assert await fedify.call("verify", document=event) == {"type": verb, "id": event["id"]}


async def test_fedify_refuses_a_changed_event(planner: Planner, fedify: Fedify) -> None:
    event = json.loads(_event(planner, "Create"))

    for changed in (
        {**event, "pp:seq": event["pp:seq"] + 1},
        {**event, "object": {**event["object"], "digestMultibase": digest(b"other")}},
        {**event, "to": []},
    ):
        assert await fedify.call("verify", document=changed) is None


@pytest.mark.parametrize("fedify", ["ed25519", "rsa+ed25519"], indirect=True)
async def test_fedify_takes_a_note_and_its_reply_becomes_a_guest_comment(
    planner: Planner, fedify: Fedify
) -> None:
    async with asyncio.TaskGroup() as tasks:
        courier = tasks.create_task(planner.stock.run())

        guest = await planner.stock.share_with_guest(DOC, fedify.actor, "Long <ACME>\n\nat 100.50")
        create = await fedify.wait_for_activity("Create")
        await fedify.call("send", **_reply(planner, guest.note, "First"), inbox=planner.inbox)
        courier.cancel()

    assert create["actor"] == planner.stock.local.url
    assert create["object"] == guest.note
    assert create["content"] == "<p>Long &lt;ACME&gt;</p><p>at 100.50</p>"
    [reply] = planner.replies
    assert (reply.doc, reply.actor, reply.name) == (DOC, fedify.actor, "Faye")
    assert reply.text == "First"
    assert json.loads(reply.received)["proof"]["cryptosuite"] == "eddsa-jcs-2022"


async def test_one_changed_byte_of_fedifys_reply_is_refused(
    planner: Planner, fedify: Fedify
) -> None:
    guest = await planner.stock.share_with_guest(DOC, fedify.actor, "Long ACME")
    signed = await fedify.call("sign", **_reply(planner, guest.note, "Nice."))
    body = json.dumps(signed).encode()

    assert await _post(planner, body.replace(b"Nice.", b"Mice.")) == 401
    assert planner.replies == []
    assert await _post(planner, body) == 202
    assert await _post(planner, body) == 202
    assert [reply.text for reply in planner.replies] == ["Nice."]


async def test_fedify_hears_that_a_note_was_taken_back(planner: Planner, fedify: Fedify) -> None:
    async with asyncio.TaskGroup() as tasks:
        courier = tasks.create_task(planner.stock.run())
        guest = await planner.stock.share_with_guest(DOC, fedify.actor, "Long ACME")
        await fedify.wait_for_activity("Create")

        await planner.writer.run(lambda tx: planner.stock.unshare(tx, DOC, fedify.actor))
        delete = await fedify.wait_for_activity("Delete")
        courier.cancel()

    assert delete["object"] == guest.note
    signed = await fedify.call("sign", **_reply(planner, guest.note, "Too late"))
    assert await _post(planner, json.dumps(signed).encode()) == 403
    assert planner.replies == []


async def test_fedify_verifies_the_signature_of_a_request(
    planner: Planner, fedify: Fedify
) -> None:
    """RFC 9421 with Ed25519 alone, for peers that read no proofs."""
    body = '{"type": "Create"}'
    path = fedify.inbox.partition("/users/")[2]
    authority = fedify.inbox.split("/")[2]
    signed = sign_stock_request(
        planner.me.device,
        StockRequest("POST", "http", authority, f"/users/{path}", {}, body.encode()),
        keyid=planner.stock.local.main_key,
        created=int(planner.clock[0].timestamp()),
    )
    call = {"url": fedify.inbox, "headers": {**signed, "Host": authority}}

    assert await fedify.call("verifyRequest", **call, body=body) == planner.stock.local.main_key
    assert await fedify.call("verifyRequest", **call, body=body.replace("C", "c")) is None


async def test_fedify_refuses_a_changed_note(planner: Planner, fedify: Fedify) -> None:
    await planner.stock.share_with_guest(DOC, fedify.actor, "Long ACME")
    [body] = await planner.reader.run(_waiting_bodies)
    create = json.loads(body)

    assert await fedify.call("verify", document=create) is not None
    create["object"]["content"] = "<p>Short ACME</p>"
    assert await fedify.call("verify", document=create) is None


def _reply(planner: Planner, note: str, text: str) -> dict[str, str]:
    actor = planner.stock.local.url
    return {"noteId": note, "to": actor, "recipient": actor, "content": text, "name": "1"}


def _event(planner: Planner, verb: str) -> bytes:
    draft = Draft(
        base=planner.base,
        did=planner.me.did,
        ulid="01JD0000000000000000000007",
        verb=verb,
        doc=f"urn:pp:{digest(b'document')}",
        cls="comment",
        kind="comment.added/1",
        stream=f"{planner.me.device.multibase}.AAAAAAAAAAAAAAAAAAAAAA",
        seq=7,
        prev=digest(b"previous"),
        lc=12,
        grant=digest(b"grant"),
        seen=(f"{planner.me.device.multibase}.AAAAAAAAAAAAAAAAAAAAAA", 3),
        entity="comment/01JD0000000000000000000007",
        identity=planner.me.identity.number,
        published="2026-11-22T10:00:00Z",
        digest=digest(b"content"),
    )
    return build_event(draft, planner.me.device).raw


def _waiting_bodies(conn: Connection) -> list[bytes]:
    return [letter.body for letter in oldest_of_each(conn)]


async def _post(planner: Planner, body: bytes) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            planner.inbox, data=body, headers={"Content-Type": ACTIVITY_JSON}
        ) as response,
    ):
        return response.status

"""How fast one planner takes in signed events of a friend: batches of 50, stored and answered.

Three requests are in flight, as many as a friend may have (PROTOCOL §5), each with the events of
an idea of its own; beside it stands what a single lane reaches, which waits for every answer.
Bob's planner is stopped; its key and log write the events here, in this process, and sign the
calls. So Alice's planner has a core to itself, and what is timed is its work alone.
"""

import asyncio
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from federation.engine import writer_engine
from federation.guard import Source, attached_networks
from federation.log.log import Log, Me
from federation.net.client import Address, Answered, Callee, Client
from federation.wire import INBOX_PATH, NATIVE_BATCH, limit
from federation.writer import Tx, Writer
from keys import keystore
from portfolio.demo.planner import Planner, RefusedByPlannerError, until
from portfolio.demo.world import opened
from portfolio.events import KINDS
from portfolio.events.application import PlannerApplication
from portfolio.settings import DATABASE_FILE
from portfolio.storage.values import new_id

EVENTS = 5_000  # of each idea
PER_WRITE = 500
LANES = 3
IDEA = {"symbol": "IBM", "side": "long", "currency": "USD", "entry": "203.00", "stop": "196.50"}


def _clock() -> datetime:
    return datetime.now(UTC)


async def measure() -> dict[str, float]:
    """Return events per second that Alice's planner stores."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with opened(Path(folder), any_ports=True) as world:
            await world.befriend()
            alice, bob = world.alice, world.bob
            did = (await alice.get("/me"))["did"]
            for _ in range(LANES + 1):
                await _share(bob, alice, did)
            await bob.stop()
            alone, *rest = await _write(bob)
            return {
                "inbox_lane_events_per_s": round(await _send(bob, alice, did, [alone]), 1),
                "inbox_events_per_s": round(await _send(bob, alice, did, rest), 1),
            }


async def _share(bob: Planner, alice: Planner, did: str) -> None:
    idea = (await bob.post("/positions/ideas", IDEA))["id"]
    share = {"friend_ids": [did], "role": "viewer", "amounts": False}
    await bob.post(f"/positions/ideas/{idea}/share", share)

    async def there() -> bool:
        try:
            return bool(await alice.get(f"/positions/ideas/{idea}"))
        except RefusedByPlannerError:
            return False

    await until(there, 10.0, "Alice to have the idea")


async def _write(bob: Planner) -> list[list[bytes]]:
    """Write the events into Bob's log; return for each idea the batches that a lane would send."""
    found = await asyncio.to_thread(keystore.load, bob.home, None)
    me = Me(
        found.identity.did, found.device, found.identity, base_url=lambda: "http://127.0.0.1:1"
    )
    heard = PlannerApplication(me.did, os.urandom, lambda *_: None)
    log = Log(me, KINDS, heard, os.urandom)
    writer = Writer(writer_engine(f"sqlite:///{bob.home / DATABASE_FILE}"), _clock)
    writer.start()

    def plans(tx: Tx) -> list[str]:
        log.start(tx)
        return [document.id for document in log.my_documents(tx.conn) if document.kind == "plan"]

    lanes = [await _batches(log, writer, doc) for doc in await writer.run(plans)]
    await writer.close()
    return lanes


async def _batches(log: Log, writer: Writer, doc: str) -> list[bytes]:
    known = await writer.run(lambda tx: dict(log.heads(tx.conn, doc)))

    def comments(tx: Tx) -> None:
        for _ in range(PER_WRITE):
            identifier = new_id(tx.now, os.urandom)
            content = {"id": identifier, "text": f"Under load, {identifier}"}
            log.append(tx, doc, "comment.added/1", content)

    for _ in range(EVENTS // PER_WRITE):
        await writer.run(comments)
    lines = await writer.run(lambda tx: _lines(log, tx, doc, known))
    size = limit("batch_items")
    return [b"\n".join(lines[at : at + size]) for at in range(0, len(lines), size)]


def _lines(log: Log, tx: Tx, doc: str, known: dict[str, Any]) -> list[bytes]:
    have = {stream: head[0] for stream, head in known.items()}
    found: list[bytes] = []
    while True:
        page = log.page(tx.conn, doc, have, own_only=True)
        found += [line for line in page.lines if not line.startswith(b'{"record"')]
        if not page.more:
            return found
        for line in page.lines:
            event = orjson.loads(line).get("event")
            if event is not None:
                have[event["pp:stream"]] = event["pp:seq"]


async def _send(bob: Planner, alice: Planner, did: str, lanes: list[list[bytes]]) -> float:
    found = await asyncio.to_thread(keystore.load, bob.home, None)
    url = f"http://127.0.0.1:{alice.addresses.federation}"
    address, callee = Address(url, None, Source.TYPED), Callee(did)
    client = Client(found.device, _clock, os.urandom, attached=attached_networks, loopback=True)

    async def send(batches: list[bytes]) -> None:
        for body in batches:
            outcome = await client.call(
                address, callee, INBOX_PATH.format(did=did), body, media_type=NATIVE_BATCH
            )
            if not isinstance(outcome, Answered) or outcome.status != 200:
                raise RuntimeError(f"the batch was not taken: {outcome}")
            refused = [word for word in outcome.json()["results"] if word != "stored"]
            if refused:
                raise RuntimeError(f"events were not stored: {refused[:3]}")

    async with client:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for batches in lanes:
                group.create_task(send(batches))
        return EVENTS * len(lanes) / (time.perf_counter() - began)


if __name__ == "__main__":
    print(asyncio.run(measure()))

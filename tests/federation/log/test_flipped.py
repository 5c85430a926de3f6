"""One flipped bit anywhere in a long page never gets in (PROTOCOL §4)."""

from random import Random

import pytest
from sqlalchemy import select

from federation.log.lines import EventLine, authenticate
from federation.log.log import Sender
from federation.log.schema import events
from federation.writer import Tx
from tests.federation.log.planner import Planner, shared

EVENTS = 5000
PAGE = 500
SAMPLES = 60


@pytest.fixture(scope="module")
def pages() -> tuple[str, Planner, Planner, list[list[bytes]]]:
    """Return a document with many events, and the pages that bring them to Bob."""
    doc, (alice, bob) = shared("commenter", "alice", "bob")

    def write(tx: Tx) -> None:
        for number in range(EVENTS):
            content = {"id": str(number), "text": f"comment number {number}"}
            alice.log.append(tx, doc, "comment.added/1", content)

    alice.write(write)
    lines = alice.lines_for(doc, bob, limit=EVENTS, body_max=10**9)
    assert len(lines) == EVENTS
    return doc, alice, bob, [lines[at : at + PAGE] for at in range(0, EVENTS, PAGE)]


def test_the_untouched_pages_are_taken_whole(
    pages: tuple[str, Planner, Planner, list[list[bytes]]],
) -> None:
    _, alice, _, batches = pages
    reader = shared("commenter", "alice", "bob")[1][1]

    for batch in batches:
        assert set(reader.take(batch, alice, solicited=True).results) == {"stored"}


def test_one_flipped_bit_is_refused_or_not_stored_or_no_more_than_an_unused_proof(
    pages: tuple[str, Planner, Planner, list[list[bytes]]],
) -> None:
    """A run is believed by its last signature; the value of an earlier one is never relied on.

    Everything else of every event is covered: by the hash that its successor names, by the
    digest of its content, or by having to be exactly what we would have written.
    """
    _, alice, bob, batches = pages
    rng = Random(2013)
    sender = Sender(alice.did, alice.device.multibase, friend=True, solicited=True)

    for _ in range(SAMPLES):
        page = list(rng.choice(batches))
        at = rng.randrange(len(page))
        before, spoiled = page[at], bytearray(page[at])
        place = rng.randrange(len(spoiled))
        spoiled[place] ^= 1 << rng.randrange(8)
        page[at] = bytes(spoiled)
        item = authenticate(page)[at]

        if isinstance(item, EventLine) and item.vouch != "none":
            (honest,) = authenticate([before])
            assert isinstance(honest, EventLine)
            value = before.index(b'"proofValue":"')
            assert value < place < value + 110
            assert (item.event.hash, item.content) == (honest.event.hash, honest.content)
            assert item.vouch == "chain"
        else:
            with bob.engine.connect() as conn:
                transaction = conn.begin()
                words = bob.log.receive(Tx(conn, bob.now), sender, [item]).results
                stored = conn.execute(select(events.c.hash).where(events.c.seq > 2)).fetchall()
                transaction.rollback()
            assert words[0].startswith("refused:") or words[0] in {"unproven", "gap"}
            assert stored == []


def test_a_proof_that_was_never_checked_is_not_passed_on_as_one(
    pages: tuple[str, Planner, Planner, list[list[bytes]]],
) -> None:
    _, alice, _, batches = pages
    doc, (_, reader) = shared("commenter", "alice", "bob")
    page = list(batches[0])
    middle = page[250]
    start = middle.index(b'"proofValue":"z') + 20
    other = b"3" if middle[start : start + 1] != b"3" else b"4"
    page[250] = middle[:start] + other + middle[start + 1 :]

    assert set(reader.take(page, alice, solicited=True).results) == {"stored"}

    have = dict.fromkeys(reader.have(doc), 2)
    shown = reader.read(lambda conn: reader.log.page(conn, doc, have, limit=251)).lines
    items = authenticate(shown)
    assert all(isinstance(item, EventLine) and item.vouch != "none" for item in items)
    assert len(items) == 250

"""Lines of a batch, and how far one signature vouches."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from federation.errors import MalformedError
from federation.log.lines import (
    BadLine,
    EventLine,
    RecordLine,
    authenticate,
    event_line,
    split_batch,
)
from keys.canonical import jcs
from tests.federation.log.planner import Planner, shared


def run_of(count: int) -> tuple[str, Planner, Planner, list[bytes]]:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    for number in range(count):
        alice.comment(doc, str(number))
    return doc, alice, bob, alice.lines_for(doc, bob)


def vouches(lines: list[bytes]) -> list[str]:
    return [item.vouch for item in authenticate(lines) if isinstance(item, EventLine)]


def spoil_proof(line: bytes) -> bytes:
    value = orjson.loads(line)
    proof = value["event"]["proof"]
    proof["proofValue"] = proof["proofValue"][:-1] + (
        "1" if proof["proofValue"][-1] != "1" else "2"
    )
    return jcs(value)


def spoil_content(line: bytes) -> bytes:
    value = orjson.loads(line)
    value["content"]["text"] = "other"
    return jcs(value)


def test_one_good_proof_at_the_end_vouches_for_the_whole_run() -> None:
    _, _, _, lines = run_of(5)

    assert vouches(lines) == ["chain"] * 4 + ["proof"]
    spoiled = [spoil_proof(line) for line in lines[:-1]]
    assert vouches([*spoiled, lines[-1]]) == ["chain"] * 4 + ["proof"]


def test_what_stands_after_the_last_good_proof_is_not_vouched_for() -> None:
    _, _, _, lines = run_of(5)

    assert vouches([*lines[:3], spoil_proof(lines[3]), spoil_proof(lines[4])]) == [
        "chain",
        "chain",
        "proof",
        "none",
        "none",
    ]


def test_a_run_with_a_hole_needs_two_proofs() -> None:
    _, _, _, lines = run_of(5)

    assert vouches([*lines[:2], *lines[3:]]) == ["chain", "proof", "chain", "proof"]


def test_the_order_of_the_lines_does_not_matter() -> None:
    _, _, _, lines = run_of(4)

    assert vouches(lines[::-1]) == ["proof", "chain", "chain", "chain"]


def test_a_changed_event_breaks_the_chain_before_it() -> None:
    _, _, _, lines = run_of(3)
    value = orjson.loads(lines[1])
    value["event"]["pp:lc"] += 1
    lines[1] = jcs(value)

    assert vouches(lines) == ["proof", "none", "proof"]


def test_a_content_that_is_not_the_named_one_is_refused_alone() -> None:
    _, _, _, lines = run_of(3)

    items = authenticate([lines[0], spoil_content(lines[1]), lines[2]])

    assert isinstance(items[1], BadLine)
    assert items[1].reason == "content_digest"
    assert [type(item) for item in items] == [EventLine, BadLine, EventLine]


def test_an_event_may_come_without_its_content() -> None:
    _, _, _, lines = run_of(1)
    (item,) = authenticate(lines)
    assert isinstance(item, EventLine)

    (bare,) = authenticate([event_line(item.event.raw, None)])

    assert isinstance(bare, EventLine)
    assert (bare.event, bare.content, bare.vouch) == (item.event, None, "proof")


def test_the_content_is_handed_on_without_its_salt() -> None:
    _, _, _, lines = run_of(1)

    (item,) = authenticate(lines)

    assert isinstance(item, EventLine)
    assert item.value == {"id": "0", "text": "hello"}
    assert b'"salt"' in (item.content or b"")


def test_a_record_is_read_with_its_bytes() -> None:
    (item,) = authenticate([b'{"record":{"by":"z","number":1,"type":"endpoint"}}'])

    assert item == RecordLine(
        {"by": "z", "number": 1, "type": "endpoint"}, b'{"by":"z","number":1,"type":"endpoint"}'
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "not_canonical"),
        (b"nonsense", "not_canonical"),
        (b'{"event":{} }', "not_canonical"),
        (b'{"record":{"n":1.5}}', "not_canonical"),
        (b'{"record":{"n":9007199254740992}}', "not_canonical"),
        (b'{"record":' + b"[" * 40 + b"]" * 40 + b"}", "schema"),
        (b'{"record":{"x":' + b"[" * 40 + b"]" * 40 + b"}}", "not_canonical"),
        (b'{"event":{}}', "schema"),
        (b'{"event":[]}', "schema"),
        (b'{"content":[],"event":{}}', "schema"),
        (b'{"record":[]}', "schema"),
        (b'{"something":{}}', "schema"),
        (b'{"event":{},"record":{}}', "schema"),
        (b"[]", "schema"),
    ],
)
def test_a_line_that_is_no_item_is_refused_with_its_reason(line: bytes, reason: str) -> None:
    (item,) = authenticate([line])

    assert isinstance(item, BadLine)
    assert item.reason == reason


def test_a_content_beyond_its_limit_is_refused() -> None:
    content = jcs({"text": "x" * 128 * 1024})

    (item,) = authenticate([b'{"content":' + content + b',"event":{}}'])

    assert isinstance(item, BadLine)
    assert item.reason == "size"


def test_a_batch_is_split_at_newlines_and_bounded() -> None:
    assert split_batch(b"a\nb\n", 2) == [b"a", b"b"]
    assert split_batch(b"a\nb", 2) == [b"a", b"b"]
    with pytest.raises(MalformedError, match="size"):
        split_batch(b"a\nb\nc", 2)
    with pytest.raises(MalformedError, match="size"):
        split_batch(b"", 2)


def test_an_event_signed_by_another_key_than_its_streams_is_not_vouched_for() -> None:
    doc, alice, bob, _ = run_of(1)
    honest: list[Any] = authenticate(alice.lines_for(doc, bob))
    stolen = replace(honest[0].event)
    value = orjson.loads(stolen.raw)
    forged = jcs(value).replace(alice.device.multibase.encode(), bob.device.multibase.encode())

    (item,) = authenticate([event_line(jcs(orjson.loads(forged)), honest[0].content)])

    assert isinstance(item, EventLine)
    assert item.vouch == "none"

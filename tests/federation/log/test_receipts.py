"""Receipts and records: what a planner says it holds, and which statement of several counts."""

from typing import Any

import pytest

from federation.errors import RemoteProtocolError
from federation.log.lines import event_line, record_line
from federation.log.receipts import Delivery
from federation.records import (
    identity_numbers,
    identity_records,
    newest_record,
    parse_identity,
    people,
    put_identity,
    put_record,
    verify_record,
)
from keys.canonical import jcs
from keys.multiformats import digest
from keys.purposes import sign_value
from tests.federation.log.planner import Planner, shared


def receipt(planner: Planner, doc: str, to: Planner) -> dict[str, Any]:
    return planner.write(lambda tx: planner.log.receipt(tx, doc, to.did))


def hand(planner: Planner, value: dict[str, Any]) -> None:
    planner.write(lambda tx: planner.log.accept_receipt(tx, value))


def delivered(planner: Planner, doc: str, to: Planner) -> Delivery:
    return planner.read(lambda conn: planner.log.delivery(conn, doc))[to.did]


def test_a_receipt_covers_what_is_held_and_chains_to_the_one_before() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    first = receipt(bob, doc, alice)
    alice.comment(doc, "1")
    alice.push(doc, bob)
    second = receipt(bob, doc, alice)

    assert {stream: tuple(end) for stream, end in second["heads"].items()} == alice.heads(doc)
    assert (first["n"], second["n"]) == (1, 2)
    assert "prev" not in first
    assert second["prev"] == digest(jcs(first))
    bob.restart()
    assert receipt(bob, doc, alice)["n"] == 1


def test_what_is_here_without_content_is_not_under_the_receipt() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    alice.comment(doc, "1")
    line = alice.lines_for(doc, bob, own_only=True)[-1]
    bob.take([event_line(line[line.index(b'"event":') + 8 : -1], None)], alice)

    held = receipt(bob, doc, alice)["heads"]

    assert [seq for seq, _ in held.values()] == [seq - 1 for seq, _ in alice.heads(doc).values()]


def test_delivery_goes_from_queued_to_delivered_and_to_revoked() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    assert delivered(alice, doc, bob).state == "queued"
    hand(alice, receipt(bob, doc, alice))
    now = delivered(alice, doc, bob)
    assert (now.state, now.waiting) == ("delivered", 0)
    assert now.receipt_at is not None

    alice.comment(doc, "1")
    later = delivered(alice, doc, bob)
    assert (later.state, later.waiting) == ("queued", 1)
    alice.push(doc, bob)
    hand(alice, receipt(bob, doc, alice))
    assert delivered(alice, doc, bob).state == "delivered"

    alice.grant(doc, bob, "none")
    assert delivered(alice, doc, bob).state == "revoked"
    assert alice.app.deliveries == [(doc, bob.did)] * 2


def test_a_final_refusal_shows_until_the_planner_takes_it_again() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")

    alice.write(lambda tx: alice.log.note_refusal(tx, doc, bob.did, "not_found"))
    refused = delivered(alice, doc, bob)
    alice.write(lambda tx: alice.log.note_refusal(tx, doc, bob.did, None))

    assert (refused.state, refused.reason) == ("refused", "not_found")
    assert delivered(alice, doc, bob).state == "queued"


def test_lower_heads_of_a_restored_friend_are_believed() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    alice.comment(doc, "1")
    early = receipt(bob, doc, alice)
    alice.push(doc, bob)
    hand(alice, receipt(bob, doc, alice))
    assert delivered(alice, doc, bob).state == "delivered"

    restored = {**early, "at": "2026-11-22T11:00:00Z"}
    del restored["sig"]
    hand(alice, sign_value(bob.device, "receipt", restored))

    assert delivered(alice, doc, bob).waiting == 1


def test_an_old_receipt_that_comes_late_changes_nothing() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    alice.comment(doc, "1")
    first, second = receipt(bob, doc, alice), receipt(bob, doc, alice)
    alice.push(doc, bob)
    third = receipt(bob, doc, alice)

    for value in (third, second, first):
        hand(alice, value)

    assert delivered(alice, doc, bob).state == "delivered"


def test_of_a_restarted_planner_the_first_receipt_may_be_lost() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    for _ in range(5):
        hand(alice, receipt(bob, doc, alice))
    alice.comment(doc, "1")
    alice.push(doc, bob)
    bob.restart()
    receipt(bob, doc, alice)

    hand(alice, receipt(bob, doc, alice))

    assert delivered(alice, doc, bob).state == "delivered"


def test_a_planner_whose_clock_was_set_back_is_believed_about_what_it_holds_more() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    hand(alice, receipt(bob, doc, alice))
    alice.comment(doc, "1")
    alice.push(doc, bob)
    bob.restart()
    earlier = {**receipt(bob, doc, alice), "at": "2020-01-01T00:00:00Z"}
    del earlier["sig"]

    hand(alice, sign_value(bob.device, "receipt", earlier))

    assert delivered(alice, doc, bob).state == "delivered"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"n": 7}, "record"),
        ({"heads": {}}, "record"),
        ({"heads": []}, "schema"),
        ({"at": "yesterday"}, "schema"),
        ({"doc": "urn:pp:x"}, "schema"),
        ({"sig": "z1"}, "record"),
    ],
)
def test_a_receipt_that_was_changed_is_refused(change: dict[str, Any], reason: str) -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    value = {**receipt(bob, doc, alice), **change}

    with pytest.raises(RemoteProtocolError) as refused:
        hand(alice, value)

    assert refused.value.reason == reason
    assert delivered(alice, doc, bob).state == "queued"


def test_a_receipt_for_somebody_else_or_by_a_strangers_device_is_refused() -> None:
    doc, (alice, bob, carol) = shared("commenter", "alice", "bob", "carol")

    with pytest.raises(RemoteProtocolError):
        hand(alice, receipt(bob, doc, carol))
    unsigned = {**receipt(bob, doc, alice), "by": carol.device.multibase}
    del unsigned["sig"]
    with pytest.raises(RemoteProtocolError) as refused:
        hand(alice, sign_value(carol.device, "receipt", unsigned))
    assert refused.value.reason == "unknown_device"


# --- records -----------------------------------------------------------------------------------


def endpoint(planner: Planner, number: int, **more: Any) -> dict[str, Any]:
    value = {
        "type": "endpoint",
        "by": planner.device.multibase,
        "person": planner.did,
        "number": number,
        "urls": ["http://127.0.0.1:1"],
        "expires": "2026-11-22T12:00:00Z",
        **more,
    }
    return sign_value(planner.device, "endpoint", value)


def send(planner: Planner, sender: Planner, *values: dict[str, Any]) -> list[str]:
    return planner.take([record_line(jcs(value)) for value in values], sender).results


def test_of_two_records_the_newer_counts_whichever_came_first() -> None:
    _, (alice, bob) = shared("viewer", "alice", "bob")
    old, new = endpoint(bob, 1), endpoint(bob, 2, urls=["http://127.0.0.1:2"])

    assert send(alice, bob, new, old, new) == ["stored", "duplicate", "duplicate"]

    key = (bob.did, bob.device.multibase)
    assert alice.read(lambda conn: newest_record(conn, "endpoint", *key)) == new


def test_of_two_records_of_one_number_the_lower_hash_wins_on_every_node() -> None:
    alice, bob, carol = Planner.named("alice", "bob", "carol")
    one, two = endpoint(bob, 5), endpoint(bob, 5, urls=["http://127.0.0.1:2"])

    for planner, order in ((alice, (one, two)), (carol, (two, one))):
        for value in order:
            planner.write(lambda tx, value=value: put_record(tx.conn, value))  # type: ignore[misc]

    key = (bob.did, bob.device.multibase)
    assert alice.read(lambda conn: newest_record(conn, "endpoint", *key)) == carol.read(
        lambda conn: newest_record(conn, "endpoint", *key)
    )


def test_a_record_by_a_device_that_does_not_speak_for_the_person_is_refused() -> None:
    _, (alice, bob) = shared("viewer", "alice", "bob")
    stolen = {**endpoint(bob, 1), "person": alice.did}
    del stolen["sig"]

    assert send(alice, bob, sign_value(bob.device, "endpoint", stolen)) == [
        "refused:unknown_device"
    ]


@pytest.mark.parametrize(
    "change",
    [{"number": 0}, {"number": "1"}, {"type": "gossip"}, {"sig": "z1"}, {"urls": []}],
)
def test_a_record_that_was_changed_is_refused(change: dict[str, Any]) -> None:
    _, (alice, bob) = shared("viewer", "alice", "bob")

    assert send(alice, bob, {**endpoint(bob, 1), **change}) == ["refused:record"]
    with pytest.raises(RemoteProtocolError):
        verify_record({**endpoint(bob, 1), **change}, None)


def test_the_highest_number_of_an_identity_counts_and_all_are_kept() -> None:
    alice, bob = Planner.named("alice", "bob")
    other = bob.identity_key.sign_record(3, [bob.device.multibase])

    alice.learn(bob)
    assert alice.write(lambda tx: put_identity(tx.conn, other))
    assert not alice.write(lambda tx: put_identity(tx.conn, other))

    assert alice.read(lambda conn: identity_numbers(conn, [bob.did, "did:none"])) == {bob.did: 3}
    assert alice.read(lambda conn: identity_records(conn, bob.did)) == [other.raw, bob.record.raw]
    assert alice.read(lambda conn: identity_records(conn, "did:none")) == []


def test_of_two_identity_records_of_one_number_the_lower_hash_wins() -> None:
    alice, bob, carol = Planner.named("alice", "bob", "carol")
    twin = bob.identity_key.sign_record(1, [bob.device.multibase, carol.device.multibase])
    both = [twin, bob.record]

    for planner, order in ((alice, both), (carol, both[::-1])):
        for record in order:
            planner.write(lambda tx, record=record: put_identity(tx.conn, record))  # type: ignore[misc]

    found = [planner.read(lambda conn: people(conn, [bob.did])) for planner in (alice, carol)]
    assert found[0] == found[1]
    assert found[0][bob.did].newest.raw == min(both, key=lambda record: record.hash).raw


def test_identities_of_strangers_are_not_collected() -> None:
    _, (alice, bob) = shared("viewer", "alice", "bob")
    eve = Planner("eve")

    assert alice.take([record_line(eve.record.raw)], bob).results == ["refused:not_found"]
    assert alice.take([record_line(eve.record.raw)], eve).results == ["stored"]


def test_a_forged_identity_record_is_refused() -> None:
    _, (alice, bob) = shared("viewer", "alice", "bob")
    forged = bob.identity_key.sign_record(2, [bob.device.multibase]).raw.replace(
        b'"number":2', b'"number":9'
    )

    assert alice.take([record_line(forged)], bob).results == ["refused:record"]
    with pytest.raises(RemoteProtocolError):
        parse_identity(forged)


def test_a_hook_takes_the_records_of_its_type() -> None:
    _, (alice, bob) = shared("viewer", "alice", "bob")
    taken: list[object] = []

    def take(_tx: object, _sender: object, value: object) -> str:
        taken.append(value)
        return "stored"

    alice.log.record_hooks["endpoint"] = take

    assert send(alice, bob, endpoint(bob, 1)) == ["stored"]
    assert taken == [endpoint(bob, 1)]

"""Documents: how they come to a planner, who may touch them, and how they go."""

from typing import Any

import pytest
from sqlalchemy import select

from federation.errors import LocalProtocolError
from federation.log.lines import record_line
from federation.log.schema import documents, entities, events
from federation.wire import limit
from keys.canonical import jcs
from tests.federation.log.planner import Planner, driver_of, shared
from tests.federation.log.test_admission import Case


def row_count(planner: Planner, table: Any) -> int:
    return planner.read(lambda conn: len(conn.execute(select(table)).all()))


def invited(role: str = "commenter") -> tuple[str, Planner, Planner, list[bytes]]:
    """Return a document that is granted to Bob, and the lines that bring it to him."""
    alice, bob = Planner.named("alice", "bob")
    doc = alice.create()
    alice.grant(doc, bob, role)
    return doc, alice, bob, alice.lines_for(doc, bob, own_only=True)


def test_genesis_and_a_grant_in_one_batch_of_a_friend_open_a_document() -> None:
    doc, alice, bob, lines = invited()

    assert bob.take(lines, alice).results == ["stored"] * 3
    assert [(found.id, found.role) for found in bob.app.opened] == [(doc, "commenter")]
    assert bob.app.opened[0].owner == alice.did


def test_the_same_batch_of_a_stranger_is_not_found() -> None:
    _, alice, bob, lines = invited()

    words = bob.take(lines, alice, friend=False).results

    assert words[1:] == ["refused:not_found"] * 2
    assert row_count(bob, documents) == 0


def test_genesis_without_a_grant_for_me_is_not_found_and_leaves_nothing() -> None:
    doc, alice, bob, lines = invited()
    carol = Planner("carol")

    assert carol.take(lines, alice).results[1:] == ["refused:not_found"] * 2
    assert carol.take(lines[:2], alice).results[1:] == ["refused:not_found"]
    assert bob.take(lines[2:], alice).results == ["refused:not_found"]
    assert row_count(carol, documents) == row_count(bob, documents) == 0
    assert carol.read(lambda conn: carol.log.document(conn, doc)) is None


def test_a_squatted_document_is_refused() -> None:
    """Bob writes a Genesis with his own body under the id of Alice's document."""
    case = Case()
    carol = Planner("carol")
    body = {"owner": case.bob.did, "kind": "notes", "nonce": "1"}
    stolen: dict[str, Any] = {
        "cls": "grant",
        "kind": "genesis/1",
        "seq": 1,
        "prev": None,
        "grant": None,
    }
    stream = f"{case.bob.device.multibase}.{'C' * 21}A"
    squat = case.line(body, **stolen, stream=stream, entity=None, seen=None)
    grant = {"person": carol.did, "k": 1, "role": "editor", "cut": {}}
    grants = case.line(grant, cls="grant", kind="grant/1", entity=None)

    words = carol.take([record_line(case.bob.record.raw), squat, grants], case.bob).results
    assert words[1:] == ["refused:not_found"] * 2
    assert row_count(carol, documents) == 0
    assert case.send(squat) == ["refused:genesis"]


def test_a_document_that_i_asked_for_opens_from_any_member() -> None:
    doc, (_, bob, carol) = shared("commenter", "alice", "bob", "carol")
    lost = Planner("carol")

    lines = bob.lines_for(doc, lost, have={})
    words = lost.take(lines, bob, friend=False, solicited=True).results

    assert set(words) == {"stored"}
    assert lost.members(doc) == carol.members(doc)


def test_an_owner_who_lost_everything_gets_their_document_back() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    bob.comment(doc, "1")
    bob.push(doc, alice)
    alice.comment(doc, "2", "from Alice")
    alice.push(doc, bob)
    lost = Planner("alice")

    lost.pull(doc, bob)

    assert lost.entities(doc) == alice.entities(doc)
    assert lost.members(doc) == alice.members(doc)


def test_a_member_added_late_sees_the_shared_history() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    for number in range(12):
        alice.comment(doc, str(number))
    carol = Planner("carol")
    alice.grant(doc, carol, "viewer")

    first = alice.lines_for(doc, carol, own_only=True, limit=5)
    assert "gap" in carol.take(first, alice).results
    assert carol.app.opened == []
    while carol.heads(doc) != alice.heads(doc):
        carol.take(alice.lines_for(doc, carol, limit=5), alice, solicited=True)

    assert carol.entities(doc) == alice.entities(doc)
    assert [found.role for found in carol.app.opened] == ["viewer"]
    shown = {change.key for change in carol.app.changes}
    assert shown == set(alice.entities(doc))
    assert bob.read(bob.log.my_documents)[0].id == doc


def test_a_non_member_is_answered_as_if_there_were_no_document() -> None:
    case = Case()
    eve = Planner("eve")
    line = case.line()

    assert case.send(line, sender=eve) == ["refused:not_found"]
    assert eve.take([line], case.bob).results == ["refused:not_found"]
    assert case.send(line) == ["stored"]


def test_a_friend_cannot_fill_my_store(monkeypatch: pytest.MonkeyPatch) -> None:
    doc, alice, bob, lines = invited()
    before = limit
    monkeypatch.setattr(
        "federation.log.receiving.limit",
        lambda name: 1 if name == "documents_per_friend" else before(name),
    )
    second = alice.create("2")
    alice.grant(second, bob, "viewer")

    bob.take(lines, alice)
    answer = bob.take(alice.lines_for(second, bob, own_only=True), alice)

    assert answer.results[-2:] == ["busy", "busy"]
    assert answer.over_quota
    assert bob.read(lambda conn: bob.log.document(conn, doc)) is not None


def test_bytes_of_a_friend_are_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    before = limit
    monkeypatch.setattr(
        "federation.log.receiving.limit",
        lambda name: 2000 if name == "bytes_per_friend" else before(name),
    )

    alice.comment(doc, "1", "x" * 500)
    answer = alice.push(doc, bob)

    assert answer.results == ["busy"]
    assert answer.over_quota


# --- removal -----------------------------------------------------------------------------------


def test_a_removed_member_loses_everything_and_says_so() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    bob.comment(doc, "1", "secret words")
    bob.push(doc, alice)
    told: list[Any] = []
    bob.log.on_record.append(told.append)

    alice.grant(doc, bob, "none")
    alice.push(doc, bob)

    assert bob.app.closed == [(doc, "removed")]
    assert bob.read(lambda conn: bob.log.document(conn, doc)) is None
    assert row_count(bob, events) == row_count(bob, entities) == 0
    (record,) = told
    assert (record["to"], record["doc"], record["k"]) == (alice.did, doc, 2)
    assert alice.read(lambda conn: alice.log.delivery(conn, doc))[bob.did].state == "revoked"


def test_the_owner_learns_from_the_deletion_record_when_it_was_erased() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    told: list[Any] = []
    bob.log.on_record.append(told.append)
    alice.grant(doc, bob, "none")
    alice.push(doc, bob)

    words = alice.take([record_line(bob.record.raw), record_line(jcs(told[0]))], bob).results

    assert words[1] == "stored"
    found = alice.read(lambda conn: alice.log.delivery(conn, doc))[bob.did]
    assert (found.state, found.receipt_at) == ("revoked", told[0]["at"])


def test_what_a_removed_member_wrote_beyond_the_cut_is_refused_and_not_kept() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    bob.comment(doc, "1", "in time")
    bob.push(doc, alice)
    bob.comment(doc, "2", "too late")
    late = bob.lines_for(doc, alice, own_only=True)
    alice.grant(doc, bob, "none")

    assert alice.take(late, bob).results == ["refused:removed"]
    assert alice.take(late, bob, solicited=True).results == ["refused:removed"]
    assert alice.texts(doc) == ["in time"]


def test_what_was_applied_beyond_a_cut_is_undone_when_the_grant_arrives() -> None:
    doc, (alice, bob, carol) = shared("commenter", "alice", "bob", "carol")
    bob.comment(doc, "1", "in time")
    bob.push(doc, alice)
    bob.comment(doc, "2", "too late")
    bob.push(doc, carol)
    alice.grant(doc, bob, "none")
    assert carol.texts(doc) == ["in time", "too late"]

    alice.push(doc, carol)

    assert carol.texts(doc) == alice.texts(doc) == ["in time"]
    assert carol.heads(doc) == alice.heads(doc)
    gone = carol.app.changes[-1]
    assert (gone.key, gone.after, gone.event) == (f"comment/2/{bob.did}", None, None)


def test_a_lower_role_undoes_only_what_it_does_not_allow() -> None:
    doc, (alice, bob, carol) = shared("editor", "alice", "bob", "carol")
    bob.append(doc, "title.changed/1", {"id": "t", "text": "unheard"})
    bob.comment(doc, "1", "still allowed")
    bob.push(doc, carol)

    alice.grant(doc, bob, "commenter")
    alice.push(doc, carol)
    alice.push(doc, bob)
    alice.pull(doc, bob)

    for planner in (alice, bob, carol):
        assert planner.texts(doc) == ["still allowed"]
        assert "title" not in planner.entities(doc)
    assert alice.heads(doc) == bob.heads(doc) == carol.heads(doc)


def test_who_was_let_in_again_starts_a_new_stream_and_all_agree() -> None:
    doc, (alice, bob, carol) = shared("commenter", "alice", "bob", "carol")
    bob.comment(doc, "1", "before")
    bob.push(doc, alice)
    alice.grant(doc, bob, "none")
    alice.push(doc, bob)
    alice.push(doc, carol)
    alice.grant(doc, bob, "commenter")

    bob.take(alice.lines_for(doc, bob, have={}), alice)
    bob.pull(doc, alice)
    bob.comment(doc, "2", "again")
    bob.push(doc, alice)
    alice.push(doc, carol)
    bob.push(doc, carol)
    carol.pull(doc, alice)

    for planner in (alice, bob, carol):
        assert planner.texts(doc) == ["again", "before"]
    assert len({stream for stream in bob.heads(doc) if bob.device.multibase in stream}) == 2


def test_an_old_grant_does_not_open_the_document_again() -> None:
    doc, alice, bob, lines = invited()
    bob.take(lines, alice)
    alice.grant(doc, bob, "none")
    alice.push(doc, bob)

    assert bob.take(lines, alice).results[1:] == ["duplicate", "duplicate"]
    assert bob.read(lambda conn: bob.log.document(conn, doc)) is None


def test_a_former_member_hears_that_they_were_removed_and_nobody_else_does() -> None:
    case = Case()
    line = case.line()
    case.alice.grant(case.doc, case.bob, "none")

    assert case.send(line) == ["refused:removed"]
    assert case.send(line, sender=Planner("eve")) == ["refused:not_found"]


def test_a_removed_member_cannot_write_here_any_more() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    alice.grant(doc, bob, "none")
    alice.push(doc, bob)

    with pytest.raises(LocalProtocolError):
        bob.comment(doc, "1")


# --- leaving -----------------------------------------------------------------------------------


def test_who_leaves_erases_everything_and_the_owner_answers_with_a_grant_of_none() -> None:
    doc, (alice, bob, carol) = shared("commenter", "alice", "bob", "carol")
    bob.comment(doc, "1", "bye")

    bob.write(lambda tx: bob.log.leave(tx, doc))
    assert bob.app.closed == [(doc, "left")]
    assert row_count(bob, entities) == 0
    bob.push(doc, alice)

    assert bob.did not in alice.members(doc)
    assert alice.texts(doc) == ["bye"]
    alice.push(doc, bob)
    assert row_count(bob, events) == 0
    alice.push(doc, carol)
    assert bob.did not in carol.members(doc)
    assert bob.app.closed == [(doc, "left")]
    (change,) = [found for found in alice.app.roles if found.after == "none"]
    assert (change.person, change.by) == (bob.did, bob.did)


def test_an_owner_does_not_leave_and_a_stranger_cannot() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")

    with pytest.raises(LocalProtocolError):
        alice.write(lambda tx: alice.log.leave(tx, doc))
    eve = Planner("eve")
    with pytest.raises(LocalProtocolError):
        eve.write(lambda tx: eve.log.leave(tx, doc))
    assert bob.app.closed == []


def test_what_was_revoked_stays_revoked_when_the_owner_restores_an_older_copy() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    told: list[Any] = []
    bob.log.on_record.append(told.append)
    alice.push(doc, bob)
    with alice.engine.connect() as conn:
        copy = driver_of(conn).serialize()
    alice.grant(doc, bob, "none")
    alice.push(doc, bob)
    with alice.engine.connect() as conn:
        driver_of(conn).deserialize(copy)
    alice.restart()
    assert alice.members(doc)[bob.did] == "commenter"

    alice.take([record_line(jcs(told[0]))], bob)

    assert bob.did not in alice.members(doc)
    alice.grant(doc, bob, "viewer")
    bob.take(alice.lines_for(doc, bob, have={}), alice)
    assert bob.members(doc)[bob.did] == "viewer"

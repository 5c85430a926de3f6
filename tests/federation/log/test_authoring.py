"""Authoring: what a planner signs, and what it refuses to sign."""

from typing import Any

import pytest

from federation.errors import LocalProtocolError
from tests.federation.log.planner import Planner, shared


def test_only_the_owner_gives_roles_and_never_their_own() -> None:
    doc, (alice, bob) = shared("editor", "alice", "bob")

    with pytest.raises(LocalProtocolError):
        bob.grant(doc, Planner("carol"), "viewer")
    with pytest.raises(LocalProtocolError):
        alice.grant(doc, alice, "viewer")
    with pytest.raises(LocalProtocolError):
        alice.grant(doc, bob, "owner")
    with pytest.raises(LocalProtocolError):
        alice.grant(doc, bob, "king")


def test_the_same_role_again_writes_nothing() -> None:
    doc, (alice, bob) = shared("editor", "alice", "bob")
    before = alice.heads(doc)

    alice.grant(doc, bob, "editor")

    assert alice.heads(doc) == before


def test_what_the_application_gives_is_checked_before_it_is_signed() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")

    refused: list[tuple[str, dict[str, Any]]] = [
        ("comment.added/1", {"id": "1"}),
        ("comment.added/1", {"id": "1", "text": "x" * 200_000}),
        ("comment.added/1", {"id": "1", "text": "x", "price": 1.5}),
        ("unknown.kind/1", {"id": "1", "text": "x"}),
    ]
    for kind, content in refused:
        with pytest.raises(LocalProtocolError):
            alice.append(doc, kind, content)
    with pytest.raises(LocalProtocolError):
        bob.append(doc, "title.changed/1", {"id": "t", "text": "not mine to change"})
    assert alice.read(lambda conn: alice.log.status(conn, doc)).quarantined == 0


def test_a_document_is_created_once() -> None:
    alice = Planner("alice")
    alice.create("1")

    with pytest.raises(LocalProtocolError):
        alice.create("1")


def test_a_restarted_planner_goes_on_in_a_new_stream() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    alice.comment(doc, "1")
    alice.restart()
    alice.comment(doc, "2")

    assert len(alice.heads(doc)) == 2
    alice.push(doc, bob)
    assert bob.entities(doc) == alice.entities(doc)


def test_a_write_that_is_rolled_back_leaves_no_half_of_a_stream() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")

    class PowerError(Exception):
        pass

    def failing(tx: Any) -> None:
        alice.log.append(tx, doc, "comment.added/1", {"id": "1", "text": "never"})
        raise PowerError

    with pytest.raises(PowerError):
        alice.write(failing)
    alice.comment(doc, "2", "after")
    alice.push(doc, bob)

    assert bob.texts(doc) == alice.texts(doc) == ["after"]
    assert bob.heads(doc) == alice.heads(doc)


def test_append_tells_after_the_commit_and_not_after_a_rollback() -> None:
    doc, (alice, _) = shared("commenter", "alice", "bob")
    told: list[tuple[str, str]] = []
    alice.log.on_append.append(lambda where, event: told.append((where, event.hash)))

    hashed = alice.comment(doc, "1")

    assert told == [(doc, hashed)]
    with pytest.raises(LocalProtocolError):
        alice.comment(doc, "2", "x" * 200_000)
    assert len(told) == 1


def test_my_own_event_is_found_by_the_ulid_of_its_url_and_nobody_elses_is() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    told: list[Any] = []
    alice.log.on_append.append(lambda _, event: told.append(event))
    alice.comment(doc, "1")
    alice.push(doc, bob)

    (event,) = told
    assert alice.read(lambda conn: alice.log.event_bytes(conn, event.ulid)) == event.raw
    assert bob.read(lambda conn: bob.log.event_bytes(conn, event.ulid)) is None

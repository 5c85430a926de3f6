"""Entities: folded in one order everywhere, each event once, superseded contents gone."""

from itertools import permutations
from random import Random

import pytest
from sqlalchemy import select

from federation.errors import LocalProtocolError
from federation.log.kinds import Applied, Folded, Gap, Json, Kind, Kinds
from federation.log.lines import event_line
from federation.log.schema import events
from tests.federation.log.planner import KIND_LIST, NOTES, Planner, shared


def contents(planner: Planner) -> list[str]:
    rows = planner.read(lambda conn: conn.execute(select(events.c.content)).scalars().all())
    return [bytes(raw).decode() for raw in rows if raw is not None]


def conversation() -> tuple[str, Planner, Planner, Planner, list[bytes]]:
    """Alice and Bob write at the same time; return everything that Carol lacks."""
    doc, (alice, bob, carol) = shared("editor", "alice", "bob", "carol")
    bob.append(doc, "title.changed/1", {"id": "t", "text": "Bob's"})
    alice.append(doc, "title.changed/1", {"id": "t", "text": "Alice's"})
    bob.comment(doc, "1")
    bob.append(doc, "comment.edited/1", {"id": "1", "text": "edited"})
    alice.append(doc, "title.changed/1", {"id": "t", "text": "Alice's second"})
    bob.push(doc, alice)
    alice.push(doc, bob)
    bob.append(doc, "comment.deleted/1", {"id": "1"})
    bob.push(doc, alice)
    lines = alice.lines_for(doc, carol, records={alice.did: 1, bob.did: 1})
    return doc, alice, bob, carol, lines


def test_any_order_of_arrival_ends_in_the_same_entities() -> None:
    doc, alice, _, _, lines = conversation()
    expected = alice.entities(doc)
    base = shared("editor", "alice", "bob", "carol")[1][2].heads(doc)

    for order in list(permutations(range(len(lines))))[::211]:
        carol = shared("editor", "alice", "bob", "carol")[1][2]
        assert carol.heads(doc) == base
        for place in order:
            carol.take([lines[place]], alice, solicited=True)
        assert carol.entities(doc) == expected
        assert carol.heads(doc) == alice.heads(doc)


def test_each_event_is_named_by_exactly_one_change_whatever_the_order() -> None:
    doc, alice, _, carol, lines = conversation()
    Random(5).shuffle(lines)

    for line in lines:
        carol.take([line], alice, solicited=True)

    told = [change.event.hash for change in carol.app.changes if change.event is not None]
    assert len(told) == len(set(told)) == len(lines)
    assert carol.entities(doc) == alice.entities(doc)


def test_the_last_writer_by_counter_and_hash_wins_on_both_sides() -> None:
    doc, (alice, bob) = shared("editor", "alice", "bob")
    bob.append(doc, "title.changed/1", {"id": "t", "text": "Bob's"})
    alice.append(doc, "title.changed/1", {"id": "t", "text": "Alice's"})

    bob.push(doc, alice)
    alice.push(doc, bob)

    assert alice.entities(doc) == bob.entities(doc)
    order = alice.read(lambda conn: alice.log.history(conn, doc, "title"))
    assert [event.lc for event in order] == sorted(event.lc for event in order)
    last = order[-1].content
    assert last is not None
    assert alice.entities(doc)["title"] == {"text": last["text"], "changes": 2}


def test_an_edit_drops_the_text_that_it_replaces_on_every_node() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    bob.comment(doc, "1", "first words")
    bob.push(doc, alice)

    bob.append(doc, "comment.edited/1", {"id": "1", "text": "second words"})
    bob.push(doc, alice)

    for planner in (alice, bob):
        assert planner.texts(doc) == ["second words"]
        assert not any("first words" in content for content in contents(planner))


def test_a_deletion_erases_the_text_also_where_it_arrives_before_it() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    bob.comment(doc, "1", "secret words")
    lines = bob.lines_for(doc, alice, own_only=True)
    bob.append(doc, "comment.deleted/1", {"id": "1"})
    last = bob.lines_for(doc, alice, own_only=True)[-1]

    assert alice.take([last], bob).results == ["gap"]
    alice.take(lines, bob)

    assert not any("secret words" in content for content in contents(alice))
    assert alice.entities(doc)[f"comment/1/{bob.did}"]["gone"]
    assert alice.heads(doc) == bob.heads(doc)


def test_a_new_member_gets_the_chain_without_what_was_deleted_and_is_complete() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    bob.comment(doc, "1", "secret words")
    bob.append(doc, "comment.deleted/1", {"id": "1"})
    bob.push(doc, alice)
    carol = Planner("carol")
    alice.grant(doc, carol, "viewer")

    lines = alice.lines_for(doc, carol, have={})
    carol.take(lines, alice)

    assert not any(b"secret words" in line for line in lines)
    assert carol.heads(doc) == alice.heads(doc)
    assert carol.entities(doc) == alice.entities(doc)
    status = carol.read(lambda conn: carol.log.status(conn, doc))
    assert status.missing == 0


def test_a_content_that_nobody_dropped_rightly_is_missed_until_it_comes() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    bob.comment(doc, "1", "words")
    line = bob.lines_for(doc, alice, own_only=True)[-1]
    bare = event_line(line[line.index(b'"event":') + 8 : -1], None)

    assert alice.take([bare], bob).results == ["stored"]
    assert alice.read(lambda conn: alice.log.status(conn, doc)).missing == 1
    assert alice.heads(doc).keys() != bob.heads(doc).keys()

    assert alice.take([line], bob).results == ["duplicate"]
    assert alice.texts(doc) == ["words"]
    assert alice.heads(doc) == bob.heads(doc)
    assert alice.read(lambda conn: alice.log.status(conn, doc)).missing == 0


def test_the_missed_content_is_not_taken_from_a_liar() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    bob.comment(doc, "1", "words")
    line = bob.lines_for(doc, alice, own_only=True)[-1]
    alice.take([event_line(line[line.index(b'"event":') + 8 : -1], None)], bob)

    lie = line.replace(b'"text":"words"', b'"text":"swords"')

    assert alice.take([lie], bob).results == ["refused:content_digest"]
    assert alice.texts(doc) == ["None"]


def test_an_edit_that_is_cut_off_gives_the_content_back_that_it_had_dropped() -> None:
    doc, (alice, bob, carol) = shared("commenter", "alice", "bob", "carol")
    bob.comment(doc, "1", "original")
    bob.push(doc, alice)
    bob.append(doc, "comment.edited/1", {"id": "1", "text": "changed too late"})
    bob.push(doc, carol)
    bob.pull(doc, carol)
    alice.grant(doc, bob, "none")

    carol.pull(doc, alice)
    carol.pull(doc, alice)

    assert carol.texts(doc) == alice.texts(doc) == ["original"]
    assert carol.heads(doc) == alice.heads(doc)


def test_a_reducer_that_fails_costs_one_event_and_no_more() -> None:
    def failing(entity: Json | None, event: Applied) -> Folded:
        if event.content is not None and event.content["text"] == "poison":
            raise ZeroDivisionError
        return KIND_LIST[1].reduce(entity, event)

    added = KIND_LIST[1]
    spoiled = Kind(added.name, added.cls, added.verb, NOTES, added.check, added.entity, failing)
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    alice.restart(Kinds([spoiled, *KIND_LIST[2:]]))
    bob.comment(doc, "1", "poison")
    bob.comment(doc, "2", "fine")

    assert bob.push(doc, alice).results[-2:] == ["stored", "stored"]

    assert alice.texts(doc) == ["fine"]
    assert alice.read(lambda conn: alice.log.status(conn, doc)).quarantined == 1


# --- kinds of tomorrow -------------------------------------------------------------------------


def test_an_unknown_kind_is_stored_passed_on_and_folded_after_an_upgrade() -> None:
    doc, (alice, bob, carol) = shared("commenter", "alice", "bob", "carol")
    alice.restart(Kinds(KIND_LIST[:1]))
    bob.comment(doc, "1", "from tomorrow")

    assert bob.push(doc, alice).results[-1] == "stored"
    assert alice.entities(doc) == {}
    assert alice.read(lambda conn: alice.log.status(conn, doc)).unknown == 1
    assert alice.app.gaps[-1].unknown == 1
    assert alice.heads(doc) == bob.heads(doc)
    carol.pull(doc, alice)
    assert carol.texts(doc) == ["from tomorrow"]

    alice.restart()

    assert alice.texts(doc) == ["from tomorrow"]
    assert alice.read(lambda conn: alice.log.status(conn, doc)).unknown == 0
    assert alice.app.gaps[-1] == Gap(known=alice.app.gaps[-1].known)
    assert alice.app.changes[-1].key == f"comment/1/{bob.did}"


def test_a_kind_of_tomorrow_that_turns_out_to_be_wrong_is_kept_aside_after_the_upgrade() -> None:
    doc, (alice, bob) = shared("editor", "alice", "bob")
    title = KIND_LIST[0]

    def anything(_content: Json) -> None:
        """Accept all."""

    lax = Kind(title.name, title.cls, title.verb, NOTES, anything, title.entity, title.reduce)
    bob.restart(Kinds([lax]))
    alice.restart(Kinds([]))
    bob.append(doc, "title.changed/1", {"text": 7})
    bob.push(doc, alice)

    alice.restart()

    assert alice.entities(doc) == {}
    assert alice.read(lambda conn: alice.log.status(conn, doc)).quarantined == 1


def test_two_kinds_of_one_name_do_not_start() -> None:
    with pytest.raises(LocalProtocolError):
        Kinds([KIND_LIST[0], KIND_LIST[0]])

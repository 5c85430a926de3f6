"""Devices that were revoked, and streams that were forked: what is held, closed and resolved."""

from collections.abc import Sequence

from sqlalchemy import select

from federation.log.events import build_event, parse_event, seal_content
from federation.log.lines import event_line, record_line
from federation.log.schema import forks
from keys.identity import DeviceKey
from keys.multiformats import digest
from tests.federation.log.planner import Planner, shared
from tests.federation.log.test_admission import drafted, newest

SALT = "A" * 22


def next_line(planner: Planner, device: DeviceKey, key: str, text: str = "x") -> bytes:
    """Return the event that a device would write next after the newest comment here."""
    last = newest(planner, "comment.added/1")
    sealed = seal_content({"id": key, "text": text}, SALT)
    entity = f"comment/{key}/{last.author}"
    draft = drafted(last, entity=entity, digest=digest(sealed))
    return event_line(build_event(draft, device).raw, sealed)


def recovered(role: str = "commenter") -> tuple[str, Planner, Planner, Planner, DeviceKey]:
    """Bob wrote one comment, lost his planner, and is back on a new device with nothing."""
    doc, (alice, bob, carol) = shared(role, "alice", "bob", "carol")
    bob.comment(doc, "1", "from the old device")
    bob.push(doc, alice)
    bob.push(doc, carol)
    old = bob.device
    fresh = Planner("bob")
    fresh.new_device(2)
    return doc, alice, fresh, carol, old


def learn(planners: Sequence[Planner], who: Planner) -> None:
    for planner in planners:
        planner.learn(who)


def test_who_recovers_pulls_everything_back_and_closes_the_old_streams() -> None:
    doc, alice, bob, carol, _ = recovered()

    bob.pull(doc, alice)
    assert bob.texts(doc) == ["from the old device"]
    bob.comment(doc, "2", "from the new device")
    for other in (alice, carol):
        other.take([record_line(bob.record.raw), *bob.lines_for(doc, other)], bob)

    for planner in (alice, carol):
        assert planner.texts(doc) == ["from the new device", "from the old device"]
        assert planner.heads(doc) == bob.heads(doc)


def test_new_events_of_a_revoked_device_are_held_and_served_to_nobody() -> None:
    doc, alice, bob, carol, old = recovered()
    line = next_line(alice, old, "9", "from a thief")
    learn([alice], bob)

    assert alice.take([line], carol, solicited=True).results == ["held"]
    assert alice.texts(doc) == ["from the old device"]
    assert not any(b"from a thief" in sent for sent in alice.lines_for(doc, carol, have={}))
    assert alice.read(lambda conn: alice.log.status(conn, doc)).held == 1


def test_the_same_event_before_the_revocation_is_applied() -> None:
    doc, alice, _, carol, old = recovered()

    assert alice.take([next_line(alice, old, "9")], carol, solicited=True).results == ["stored"]
    assert len(alice.texts(doc)) == 2


def test_a_close_lets_held_events_up_to_it_count_and_undoes_what_is_beyond() -> None:
    doc, alice, bob, carol, old = recovered()
    second = next_line(alice, old, "8", "written in time")
    carol.take([second], alice, solicited=True)
    third = next_line(carol, old, "9", "from a thief")
    carol.take([third], alice, solicited=True)
    learn([alice], bob)
    assert alice.take([second], carol, solicited=True).results == ["held"]

    bob.pull(doc, alice)
    bob.take([second], carol, solicited=True)
    bob.write(bob.log.close_former)
    for other in (alice, carol):
        other.take([record_line(bob.record.raw), *bob.lines_for(doc, other)], bob)

    expected = ["from the old device", "written in time"]
    for planner in (alice, bob, carol):
        assert planner.texts(doc) == expected
    assert alice.heads(doc) == carol.heads(doc) == bob.heads(doc)
    assert carol.take([third], alice, solicited=True).results == ["refused:closed"]


def test_the_owners_cut_ends_a_revoked_devices_stream_too() -> None:
    doc, alice, bob, carol, old = recovered()
    second = next_line(alice, old, "8", "written in time")
    alice.take([second], carol, solicited=True)
    learn([carol], bob)
    assert carol.take([second], alice, solicited=True).results == ["held"]

    alice.grant(doc, bob, "viewer")
    alice.push(doc, carol)

    assert carol.texts(doc) == ["from the old device", "written in time"]


def test_a_close_by_a_revoked_device_ends_nothing_of_the_others() -> None:
    doc, alice, bob, _, old = recovered()
    bob.pull(doc, alice)
    bob.comment(doc, "2", "from the new device")
    alice.take([record_line(bob.record.raw), *bob.lines_for(doc, alice)], bob)
    target = next(stream for stream in bob.heads(doc) if bob.device.multibase in stream)
    content = {"person": bob.did, "streams": {target: [1, digest(b"x")]}}
    sealed = seal_content(content, SALT)
    last = parse_event(newest(alice, "close/1").raw)
    stream = f"{old.multibase}.{'D' * 21}A"
    draft = drafted(last, stream=stream, seq=1, prev=None, digest=digest(sealed), entity=None)

    alice.take([event_line(build_event(draft, old).raw, sealed)], bob)

    assert "from the new device" in alice.texts(doc)


def test_a_close_for_somebody_elses_streams_is_refused() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    bob.comment(doc, "1")
    bob.push(doc, alice)
    alice_stream = next(stream for stream in alice.heads(doc) if alice.device.multibase in stream)
    content = {"person": alice.did, "streams": {alice_stream: [1, digest(b"x")]}}
    sealed = seal_content(content, SALT)
    last = newest(bob, "comment.added/1")
    draft = drafted(last, cls="close", kind="close/1", entity=None, digest=digest(sealed))

    words = alice.take([event_line(build_event(draft, bob.device).raw, sealed)], bob).results

    assert words == ["refused:foreign_grant"]


def test_an_owner_who_recovers_can_still_let_people_in() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    bob.comment(doc, "1")
    fresh = Planner("alice")
    fresh.new_device(2)
    carol = Planner("carol")

    fresh.pull(doc, bob)
    fresh.grant(doc, carol, "viewer")
    lines = fresh.lines_for(doc, carol, have={})
    carol.take(lines, fresh)
    bob.take([record_line(fresh.record.raw), *fresh.lines_for(doc, bob)], fresh)

    assert carol.texts(doc) == ["hello"]
    assert carol.members(doc) == bob.members(doc) == fresh.members(doc)
    assert alice.did in carol.members(doc)


# --- forks -----------------------------------------------------------------------------------


def forked() -> tuple[str, Planner, Planner, Planner, bytes, bytes]:
    """Bob signs two events of one number; Alice has the one, Carol the other."""
    doc, (alice, bob, carol) = shared("commenter", "alice", "bob", "carol")
    bob.comment(doc, "1", "common")
    bob.push(doc, alice)
    bob.push(doc, carol)
    one = next_line(bob, bob.device, "2", "told to Alice")
    two = next_line(bob, bob.device, "3", "told to Carol")
    assert alice.take([one], bob).results == ["stored"]
    assert carol.take([two], bob).results == ["stored"]
    return doc, alice, bob, carol, one, two


def test_a_second_event_of_one_number_is_a_fork_and_stops_the_stream() -> None:
    doc, alice, bob, _, one, two = forked()

    assert alice.take([two], bob).results == ["refused:forked"]
    assert alice.texts(doc) == ["common", "told to Alice"]
    (fork,) = alice.read(lambda conn: alice.log.status(conn, doc)).forks
    assert (fork.person, fork.seq) == (bob.did, 2)
    assert alice.app.forks == [(doc, bob.did)]
    assert alice.app.gaps[-1].forked == (bob.did,)
    (row,) = alice.read(lambda conn: conn.execute(select(forks)).all())
    assert {bytes(row.ours), bytes(row.theirs)} == {
        parse_event(line[line.index(b'"event":') + 8 : -1]).raw for line in (one, two)
    }
    bob.take([one], bob)
    assert alice.take([next_line(bob, bob.device, "4")], bob).results == ["refused:forked"]


def test_an_unproven_second_event_is_no_fork() -> None:
    doc, alice, bob, _, _, two = forked()
    forged = two.replace(b'"proofValue":"z', b'"proofValue":"z2', 1)

    assert alice.take([forged], bob).results == ["unproven"]
    assert alice.read(lambda conn: alice.log.status(conn, doc)).forks == ()
    assert alice.app.forks == []


def test_the_evidence_of_a_fork_reaches_the_other_members() -> None:
    doc, alice, bob, carol, _, two = forked()
    alice.take([two], bob)

    carol.take(alice.lines_for(doc, carol), alice, solicited=True)

    assert len(carol.read(lambda conn: carol.log.status(conn, doc)).forks) == 1


def test_a_cut_names_the_branch_that_counts_and_all_come_to_it() -> None:
    doc, alice, bob, carol, _, two = forked()
    alice.take([two], bob)
    alice.grant(doc, bob, "none")

    alice.push(doc, carol)
    carol.pull(doc, alice)

    assert carol.texts(doc) == alice.texts(doc) == ["common", "told to Alice"]
    assert carol.heads(doc) == alice.heads(doc)
    assert carol.read(lambda conn: carol.log.status(conn, doc)).forks == ()
    assert alice.read(lambda conn: alice.log.status(conn, doc)).forks == ()
    assert carol.app.gaps[-1].forked == alice.app.gaps[-1].forked == ()


def test_a_close_by_the_author_resolves_a_fork_and_the_author_goes_on() -> None:
    doc, alice, bob, carol, one, two = forked()
    bob.take([one], bob)
    alice.take([two], bob)
    stream = parse_event(one[one.index(b'"event":') + 8 : -1]).stream
    seq, hashed = bob.heads(doc)[stream]

    bob.write(lambda tx: bob.log.close_streams(tx, doc, {stream: (seq, hashed)}))
    bob.comment(doc, "5", "in a new stream")
    for other in (alice, carol):
        bob.push(doc, other)
        other.pull(doc, bob)

    for planner in (alice, bob, carol):
        assert planner.texts(doc) == ["common", "in a new stream", "told to Alice"]
    assert alice.heads(doc) == carol.heads(doc) == bob.heads(doc)


def test_two_branches_that_meet_at_a_later_event_are_noticed() -> None:
    """Carol sees only what follows the branch that she does not have."""
    doc, alice, bob, carol, one, _ = forked()
    bob.take([one], bob)
    bob_next = next_line(bob, bob.device, "7")
    assert alice.take([bob_next], bob).results == ["stored"]

    assert carol.take([bob_next], bob).results == ["refused:forked"]
    assert len(carol.read(lambda conn: carol.log.status(conn, doc)).forks) == 1

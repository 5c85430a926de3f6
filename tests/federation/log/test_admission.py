"""What is let in and what is refused: each accepted case beside its refused twin."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from federation.errors import LocalProtocolError
from federation.log.events import Draft, Event, build_event, parse_event, seal_content
from federation.log.lines import event_line
from federation.log.results import REASONS, REMEMBERED, refused
from federation.log.schema import events, parked, rejections
from federation.wire import limit
from keys.identity import DeviceKey
from keys.multiformats import digest
from tests.federation.log.planner import Planner, shared

SALT = "A" * 22


def newest(planner: Planner, kind: str) -> Event:
    query = select(events.c.raw).where(events.c.kind == kind).order_by(events.c.id.desc())
    raw = planner.read(lambda conn: conn.execute(query).scalar())
    assert raw is not None
    return parse_event(raw)


def drafted(event: Event, **changes: Any) -> Draft:
    values = {
        "base": event.actor.partition("/u/")[0],
        "did": event.author,
        "ulid": event.ulid,
        "verb": "Create",
        "doc": event.doc,
        "cls": event.cls,
        "kind": event.kind,
        "stream": event.stream,
        "seq": event.seq + 1,
        "prev": event.hash,
        "lc": event.lc + 1,
        "grant": event.grant,
        "seen": event.seen,
        "entity": event.entity,
        "identity": event.identity,
        "published": event.published,
        "digest": event.digest,
    }
    return Draft(**{**values, **changes})


class Case:
    """Alice owns, Bob comments, and Bob's planner is bent to write what it should not."""

    def __init__(self, role: str = "commenter") -> None:
        self.doc, (self.alice, self.bob) = shared(role, "alice", "bob")
        self.bob.push(self.doc, self.alice)
        if role in {"commenter", "editor"}:
            self.bob.comment(self.doc, "1")
        else:
            self.bob.write(lambda tx: self.bob.log.close_streams(tx, self.doc, {}))
        self.bob.push(self.doc, self.alice)
        kind = "comment.added/1" if role in {"commenter", "editor"} else "close/1"
        self.last = newest(self.bob, kind)

    def line(
        self,
        content: dict[str, Any] | None = None,
        device: DeviceKey | None = None,
        **changes: Any,
    ) -> bytes:
        value = {"id": "2", "text": "more"} if content is None else content
        sealed = seal_content(value, SALT)
        draft = drafted(
            self.last,
            **{"entity": f"comment/2/{self.bob.did}", "digest": digest(sealed), **changes},
        )
        return event_line(build_event(draft, device or self.bob.device).raw, sealed)

    def send(self, *lines: bytes, sender: Planner | None = None) -> list[str]:
        return self.alice.take(lines, sender or self.bob).results


@pytest.fixture
def case() -> Case:
    return Case()


def test_the_next_event_of_a_stream_is_stored_and_applied(case: Case) -> None:
    assert case.send(case.line()) == ["stored"]
    assert case.alice.texts(case.doc) == ["hello", "more"]


def test_an_event_that_is_here_is_a_duplicate_and_has_no_effect(case: Case) -> None:
    line = case.line()
    case.send(line)
    before = case.alice.entities(case.doc)

    assert case.send(line, line) == ["duplicate", "duplicate"]
    assert case.alice.entities(case.doc) == before


def test_one_event_twice_in_a_batch_counts_once(case: Case) -> None:
    line = case.line()

    assert case.send(line, line) == ["stored", "duplicate"]
    assert case.alice.entities(case.doc)[f"comment/2/{case.bob.did}"]["times"] == 1


def test_a_bad_proof_is_unproven_and_leaves_no_trace(case: Case) -> None:
    good = case.line()
    bad = good.replace(b'"proofValue":"z', b'"proofValue":"z2', 1)

    assert case.send(bad) == ["unproven"]
    assert case.send(good) == ["stored"]


def test_a_content_of_another_digest_is_refused_but_not_remembered(case: Case) -> None:
    good = case.line()
    bad = good.replace(b'"text":"more"', b'"text":"less"')

    assert case.send(bad) == ["refused:content_digest"]
    assert case.send(good) == ["stored"]


def test_a_class_beyond_the_role_is_refused_and_within_it_stored() -> None:
    title = {"id": "t", "text": "mine"}
    edit: dict[str, Any] = {"cls": "edit", "kind": "title.changed/1", "entity": "title"}

    commenter, editor = Case(), Case("editor")

    assert commenter.send(commenter.line(title, **edit)) == ["refused:role"]
    assert editor.send(editor.line(title, **edit)) == ["stored"]


def test_a_viewer_does_not_comment() -> None:
    viewer = Case("viewer")

    assert viewer.send(
        viewer.line(cls="comment", kind="comment.added/1", entity=f"comment/2/{viewer.bob.did}")
    ) == ["refused:role"]


def test_a_grant_by_a_member_who_is_no_owner_is_refused(case: Case) -> None:
    content = {"person": case.bob.did, "k": 5, "role": "owner", "cut": {}}

    assert case.send(case.line(content, cls="grant", kind="grant/1", entity=None)) == [
        "refused:role"
    ]


def test_somebody_elses_grant_does_not_serve(case: Case) -> None:
    owners = newest(case.alice, "genesis/1").hash

    assert case.send(case.line(grant=owners)) == ["refused:foreign_grant"]


def test_a_kind_under_another_class_is_refused(case: Case) -> None:
    title = {"id": "t", "text": "mine"}

    assert case.send(case.line(title, kind="title.changed/1", entity="title")) == [
        "refused:wrong_class"
    ]
    assert case.send(case.line(cls="close", kind="comment.added/1")) == ["refused:wrong_class"]
    assert case.send(case.line(kind="genesis/1", cls="close")) == ["refused:wrong_class"]


def test_a_kind_of_another_sort_of_document_is_refused() -> None:
    alice, bob = Planner.named("alice", "bob")
    doc = alice.write(lambda tx: alice.log.create_document(tx, "ledger", "1"))
    alice.grant(doc, bob, "commenter")
    alice.push(doc, bob)

    with pytest.raises(LocalProtocolError):
        bob.comment(doc, "1")


def test_a_counter_that_does_not_rise_is_refused_and_a_leap_within_bounds_is_not(
    case: Case,
) -> None:
    assert case.send(case.line(lc=case.last.lc)) == ["refused:lamport"]
    assert case.send(case.line(lc=case.last.lc + limit("lamport_step") + 1)) == ["refused:lamport"]
    assert case.send(case.line(lc=case.last.lc + limit("lamport_step"))) == ["stored"]


def test_a_stream_does_not_begin_far_beyond_the_document(case: Case) -> None:
    stream = f"{case.bob.device.multibase}.{'B' * 21}A"
    first: dict[str, Any] = {"stream": stream, "seq": 1, "prev": None}

    far = case.line(lc=case.last.lc + limit("lamport_step") + 9, **first)
    assert case.send(far) == ["gap"]
    assert case.send(case.line(lc=case.last.lc + 1, **first)) == ["stored"]


def test_an_unknown_identity_record_is_a_gap_until_it_is_known(case: Case) -> None:
    record = case.bob.identity_key.sign_record(2, [case.bob.device.multibase])
    line = case.line(identity=2)

    assert case.send(line) == ["gap"]
    assert case.send(b'{"record":' + record.raw + b"}", line) == ["stored", "stored"]


def test_a_device_that_no_record_lists_is_refused(case: Case) -> None:
    stranger = DeviceKey.from_seed(b"x" * 32)
    stream = f"{stranger.multibase}.{'B' * 21}A"

    line = case.line(device=stranger, stream=stream, seq=1, prev=None)

    assert case.send(line) == ["refused:unknown_device"]


def test_an_event_in_somebody_elses_name_is_refused(case: Case) -> None:
    """Bob's device signs, the author is said to be Alice."""
    grant = newest(case.alice, "genesis/1").hash
    stream = f"{case.bob.device.multibase}.{'B' * 21}A"

    line = case.line(did=case.alice.did, grant=grant, stream=stream, seq=1, prev=None)

    assert case.send(line) == ["refused:unknown_device"]


def test_a_stream_has_one_author_for_good(case: Case) -> None:
    """A device listed by two people cannot carry one's stream on in the other's name."""
    mallory = case.alice
    both = mallory.identity_key.sign_record(
        2, [mallory.device.multibase, case.bob.device.multibase]
    )
    grant = newest(case.alice, "genesis/1").hash
    line = case.line(did=mallory.did, grant=grant, identity=2)

    assert case.send(b'{"record":' + both.raw + b"}", line)[1] == "refused:foreign_grant"


def test_an_event_of_another_document_is_not_taken_for_one_of_this(case: Case) -> None:
    other = case.alice.create("2")

    assert case.send(case.line(doc=other, seq=1, prev=None)) == ["refused:not_found"]


def test_content_that_is_not_of_its_kind_is_kept_aside_and_the_stream_goes_on(case: Case) -> None:
    bad = case.line({"id": "2", "text": 7})
    after = parse_event(bad[bad.index(b'"event":') + 8 : -1])

    assert case.send(bad) == ["quarantined"]
    follow = case.line(seq=after.seq + 1, prev=after.hash, lc=after.lc + 1)
    assert case.send(follow) == ["stored"]
    assert case.alice.texts(case.doc) == ["hello", "more"]
    status = case.alice.read(lambda conn: case.alice.log.status(conn, case.doc))
    assert status.quarantined == 1


def test_an_event_that_names_another_entity_than_its_content_does_is_kept_aside(
    case: Case,
) -> None:
    assert case.send(case.line(entity=f"comment/1/{case.bob.did}")) == ["quarantined"]
    assert case.send(case.line(entity=None)) == ["refused:forked"]


def test_a_refusal_that_follows_from_signed_bytes_is_remembered_on_every_path(case: Case) -> None:
    title = {"id": "t", "text": "mine"}
    line = case.line(title, cls="edit", kind="title.changed/1", entity="title")
    case.send(line)

    count = case.alice.read(lambda conn: len(conn.execute(select(rejections)).all()))
    assert count == 1
    assert case.alice.take([line], case.bob, solicited=True).results == ["refused:role"]


def test_what_follows_a_refused_event_is_refused_with_it(case: Case) -> None:
    title = {"id": "t", "text": "mine"}
    bad = case.line(title, cls="edit", kind="title.changed/1", entity="title")
    event = parse_event(bad[bad.index(b'"event":') + 8 : -1])
    follow = case.line(seq=event.seq + 1, prev=event.hash, lc=event.lc + 1)

    assert case.send(bad, follow) == ["refused:role", "refused:role"]


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_has_a_word_and_a_sentence(reason: str) -> None:
    assert refused(reason) == f"refused:{reason}"
    assert REASONS[reason].endswith(".")
    assert REMEMBERED <= REASONS.keys()


# --- gaps ------------------------------------------------------------------------------------


def ahead(case: Case, count: int, start: int = 1) -> list[bytes]:
    """Return lines that Bob wrote after what Alice has."""
    for number in range(start, start + count):
        case.bob.comment(case.doc, f"n{number}", f"t{number}")
    return case.bob.lines_for(case.doc, case.alice, own_only=True)


def parked_count(planner: Planner) -> int:
    return planner.read(lambda conn: len(conn.execute(select(parked)).all()))


def test_an_early_event_waits_and_is_applied_when_its_predecessor_comes(case: Case) -> None:
    lines = ahead(case, 3)

    assert case.send(lines[2]) == ["gap"]
    assert case.send(lines[1]) == ["gap"]
    status = case.alice.read(lambda conn: case.alice.log.status(conn, case.doc))
    assert (status.parked, status.missing) == (2, 3)

    assert case.send(lines[0]) == ["stored"]
    assert case.alice.texts(case.doc) == ["hello", "t1", "t2", "t3"]
    assert parked_count(case.alice) == 0
    assert case.alice.app.gaps[-1].missing == 0


def test_a_batch_in_any_order_is_taken_at_once(case: Case) -> None:
    lines = ahead(case, 5)

    assert set(case.send(*lines[::-1])) == {"stored"}
    assert parked_count(case.alice) == 0


def test_an_unproven_event_is_never_parked(case: Case) -> None:
    lines = ahead(case, 2)

    bad = lines[1].replace(b'"proofValue":"z', b'"proofValue":"z2', 1)

    assert case.send(bad) == ["unproven"]
    assert parked_count(case.alice) == 0


def test_events_far_from_the_head_are_a_gap_and_not_kept(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ahead(case, 4)
    _set_limit(monkeypatch, "parked_distance", 2)

    assert case.send(lines[3]) == ["gap"]
    assert parked_count(case.alice) == 0
    assert case.send(lines[1]) == ["gap"]
    assert parked_count(case.alice) == 1


def test_parked_events_are_bounded_per_stream_and_author(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ahead(case, 6)
    _set_limit(monkeypatch, "parked_per_stream", 2)

    assert case.send(*lines[2:]) == ["gap"] * 4
    assert parked_count(case.alice) == 2
    assert set(case.send(*lines)) == {"stored"}


def _set_limit(monkeypatch: pytest.MonkeyPatch, name: str, value: int) -> None:
    before: Callable[[str], int] = limit

    def smaller(asked: str) -> int:
        return value if asked == name else before(asked)

    monkeypatch.setattr("federation.log.intake.limit", smaller)


def test_a_members_own_grant_goes_along_with_their_first_events() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    dave = Planner("dave")
    alice.grant(doc, dave, "commenter")
    alice.push(doc, dave)
    dave.comment(doc, "1", "I am new here")

    answer = dave.push(doc, bob)

    assert set(answer.results) == {"stored"}
    assert bob.texts(doc) == ["I am new here"]


def test_an_event_whose_grant_is_not_known_waits_for_it() -> None:
    doc, (alice, bob, carol) = shared("commenter", "alice", "bob", "carol")
    bob.comment(doc, "1")
    bob.push(doc, carol)
    alice.grant(doc, bob, "editor")
    alice.push(doc, bob)
    bob.append(doc, "title.changed/1", {"id": "t", "text": "by Bob"})

    assert bob.push(doc, carol).results == ["gap"]
    assert "title" not in carol.entities(doc)
    alice.push(doc, carol)
    assert carol.entities(doc)["title"]["text"] == "by Bob"


def test_an_event_written_after_a_removal_waits_for_it_and_is_served_to_nobody() -> None:
    doc, (alice, bob, carol, dave) = shared("commenter", "alice", "bob", "carol", "dave")
    alice.grant(doc, dave, "none")
    alice.push(doc, bob)
    bob.comment(doc, "1", "Dave is gone")

    bob.push(doc, carol)

    assert carol.texts(doc) == []
    assert not any(b"Dave is gone" in line for line in carol.lines_for(doc, dave, have={}))
    alice.push(doc, carol)
    assert carol.texts(doc) == ["Dave is gone"]
    assert dave.did not in carol.members(doc)

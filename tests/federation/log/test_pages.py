"""Pages: what a member who has less is given, and what nobody is given."""

import orjson

from federation.log.lines import EventLine, authenticate
from tests.federation.log.planner import Planner, shared


def seqs(lines: list[bytes]) -> list[int]:
    found = [orjson.loads(line).get("event") for line in lines]
    return [event["pp:seq"] for event in found if event is not None]


def authors(lines: list[bytes]) -> set[str]:
    items = authenticate(lines)
    return {item.event.author for item in items if isinstance(item, EventLine)}


def filled(count: int) -> tuple[str, Planner, Planner]:
    doc, (alice, bob) = shared("commenter", "alice", "bob")
    for number in range(count):
        alice.comment(doc, str(number), f"text {number}")
    return doc, alice, bob


def test_a_page_holds_what_the_reader_lacks_and_says_whether_there_is_more() -> None:
    doc, alice, bob = filled(10)
    have = bob.have(doc)

    def read(limit: int) -> tuple[list[int], bool]:
        page = alice.read(lambda conn: alice.log.page(conn, doc, have, limit=limit))
        return seqs(page.lines), page.more

    assert read(4) == ([3, 4, 5, 6], True)
    assert read(10) == (list(range(3, 13)), False)
    assert read(11) == (list(range(3, 13)), False)


def test_a_page_is_bounded_by_bytes_and_holds_at_least_one_event() -> None:
    doc, alice, bob = filled(10)
    have = bob.have(doc)

    page = alice.read(lambda conn: alice.log.page(conn, doc, have, body_max=6000))
    tiny = alice.read(lambda conn: alice.log.page(conn, doc, have, body_max=1))

    assert 1 < len(page.lines) < 10
    assert sum(map(len, page.lines)) <= 6000
    assert (len(tiny.lines), tiny.more) == (1, True)


def test_a_reader_who_has_everything_gets_an_empty_page() -> None:
    doc, alice, bob = filled(3)
    alice.push(doc, bob)

    page = alice.read(lambda conn: alice.log.page(conn, doc, bob.have(doc)))

    assert (page.lines, page.more) == ([], False)


def test_a_page_of_an_unknown_document_is_empty() -> None:
    _, alice, _ = filled(1)

    assert alice.read(lambda conn: alice.log.page(conn, "urn:pp:none", {})).lines == []


def test_own_only_leaves_out_what_others_wrote() -> None:
    doc, alice, bob = filled(1)
    alice.push(doc, bob)
    bob.comment(doc, "b")
    bob.push(doc, alice)
    carol = Planner("carol")
    alice.grant(doc, carol, "viewer")

    own = alice.lines_for(doc, carol, have={}, own_only=True)
    everything = alice.lines_for(doc, carol, have={})

    assert authors(own) == {alice.did}
    assert authors(everything) == {alice.did, bob.did}


def test_every_run_of_a_page_ends_with_a_proof_that_verifies() -> None:
    """Bob got a page in which one signature vouched for all; he passes on shorter pages."""
    doc, alice, bob = filled(9)
    lines = alice.lines_for(doc, bob)
    for place in (3, 5):
        value = orjson.loads(lines[place])
        proof = value["event"]["proof"]
        last = proof["proofValue"][-1]
        proof["proofValue"] = proof["proofValue"][:-1] + ("1" if last != "1" else "2")
        lines[place] = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    assert set(bob.take(lines, alice).results) == {"stored"}
    have = dict.fromkeys(bob.have(doc), 2)

    for limit in range(1, 9):
        lines = bob.lines_for(doc, alice, have=have, limit=limit)
        items = [item for item in authenticate(lines) if isinstance(item, EventLine)]
        assert all(item.vouch != "none" for item in items)
        assert len(items) in {limit, limit - 1}


def test_records_of_the_authors_come_first_and_only_when_they_are_news() -> None:
    doc, alice, bob = filled(1)
    have = bob.have(doc)

    def types(**ask: object) -> list[str]:
        page = alice.read(lambda conn: alice.log.page(conn, doc, **ask))  # type: ignore[arg-type]
        return ["record" if line.startswith(b'{"record"') else "event" for line in page.lines]

    assert types(have=have) == ["event"]
    assert types(have=have, records={}) == ["record", "event"]
    assert types(have=have, records={alice.did: 1}) == ["event"]
    assert types(have={})[0] == "record"


def test_streams_with_new_grants_go_first() -> None:
    doc, (alice, bob, carol) = shared("commenter", "alice", "bob", "carol")
    for number in range(5):
        bob.comment(doc, str(number))
    bob.push(doc, alice)
    alice.grant(doc, Planner("dave"), "viewer")

    page = alice.read(lambda conn: alice.log.page(conn, doc, carol.have(doc), limit=3))

    kinds = [orjson.loads(line)["event"]["pp:kind"] for line in page.lines if b'"event"' in line]
    assert kinds == ["grant/1", "comment.added/1", "comment.added/1"]


def test_from_any_member_by_pages_all_of_it_arrives() -> None:
    doc, (alice, bob, carol) = shared("editor", "alice", "bob", "carol")
    for number in range(20):
        author = (alice, bob)[number % 2]
        author.comment(doc, str(number))
        if number % 5 == 0:
            author.restart()
            alice.push(doc, bob)
            bob.push(doc, alice)
    alice.push(doc, bob)
    bob.push(doc, alice)

    turns = 0
    while carol.heads(doc) != bob.heads(doc):
        carol.take(bob.lines_for(doc, carol, limit=4), bob, solicited=True)
        turns += 1
        assert turns < 20

    assert carol.entities(doc) == alice.entities(doc)

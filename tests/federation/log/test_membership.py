"""Who may do what: a pure function of the known grants."""

from itertools import pairwise, permutations
from random import Random
from typing import Any

import pytest

from federation.log.grants import Ends
from federation.log.kinds import EventClass, RoleName
from federation.log.membership import Grant, Membership, Standing
from federation.log.roles import CLASSES, ROLES, allows, falls

ALICE, BOB, CAROL = "did:alice", "did:bob", "did:carol"
A1, B1, B2 = "a.1", "b.1", "b.2"


def grant(
    hashed: str,
    person: str,
    k: int,
    role: RoleName,
    *,
    lc: int,
    cut: Ends | None = None,
    author: str = ALICE,
    stream: str = A1,
    cites: str | None = "genesis",
) -> Grant:
    return Grant(hashed, person, k, role, cut or {}, author, stream, lc, lc, cites, "")


AT_2: Ends = {A1: (2, "")}
GENESIS = grant("genesis", ALICE, 0, "owner", lc=1, cites=None)


def standing(known: Membership, seq: int, cites: str, cls: EventClass = "comment") -> Standing:
    return known.standing(BOB, B1, seq, cites, cls)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("none", set()),
        ("viewer", {"close"}),
        ("commenter", {"close", "comment"}),
        ("editor", {"close", "comment", "edit"}),
        ("owner", {"close", "comment", "edit", "grant"}),
    ],
)
def test_each_role_may_write_its_classes_and_no_other(role: RoleName, allowed: set[str]) -> None:
    assert {cls for cls in CLASSES if allows(role, cls)} == allowed


def test_roles_are_ordered_and_falling_takes_something_away() -> None:
    for lower, higher in pairwise(ROLES):
        assert falls(higher, lower)
        assert not falls(lower, higher)
        assert {cls for cls in CLASSES if allows(lower, cls)} <= {
            cls for cls in CLASSES if allows(higher, cls)
        }


def test_the_genesis_makes_an_owner_and_a_grant_a_member() -> None:
    known = Membership([GENESIS, grant("g1", BOB, 1, "commenter", lc=2)])

    assert known.roles() == {ALICE: "owner", BOB: "commenter"}
    assert known.role(CAROL) == "none"
    assert known.was_member(BOB)
    assert not known.was_member(CAROL)


def test_the_greatest_k_decides_whatever_order_they_came_in() -> None:
    given = [grant("g1", BOB, 1, "editor", lc=2), grant("g2", BOB, 2, "viewer", lc=3)]

    for order in permutations([GENESIS, *given]):
        assert Membership(order).role(BOB) == "viewer"


def test_of_equal_k_the_lower_role_wins_then_the_lower_hash() -> None:
    low, high = grant("z", BOB, 1, "viewer", lc=2), grant("a", BOB, 1, "editor", lc=3)
    assert Membership([GENESIS, low, high]).role(BOB) == "viewer"

    twins = [grant("b", BOB, 1, "viewer", lc=2), grant("a", BOB, 1, "viewer", lc=3)]
    current = Membership([GENESIS, *twins]).current(BOB)
    assert current is not None
    assert current.hash == "a"


def test_an_event_stands_when_its_grant_allows_its_class() -> None:
    known = Membership([GENESIS, grant("g1", BOB, 1, "commenter", lc=2)])

    assert standing(known, 1, "g1") is Standing.VALID
    assert standing(known, 1, "g1", "edit") is Standing.ROLE
    assert standing(known, 1, "unknown") is Standing.UNKNOWN_GRANT
    assert standing(known, 1, "genesis") is Standing.FOREIGN_GRANT


def test_removal_ends_streams_at_the_cut_and_unnamed_ones_at_nothing() -> None:
    removal = grant("g2", BOB, 2, "none", lc=5, cut={B1: (3, "h3")})
    known = Membership([GENESIS, grant("g1", BOB, 1, "commenter", lc=2), removal])

    assert standing(known, 3, "g1") is Standing.VALID
    assert standing(known, 4, "g1") is Standing.ENDED
    assert known.standing(BOB, B2, 1, "g1", "comment") is Standing.ENDED
    assert known.last_removal(BOB) == 2


def test_a_lower_role_cuts_only_the_classes_that_it_does_not_allow() -> None:
    lower = grant("g2", BOB, 2, "commenter", lc=5, cut={B1: (3, "h3")})
    known = Membership([GENESIS, grant("g1", BOB, 1, "editor", lc=2), lower])

    assert standing(known, 3, "g1", "edit") is Standing.VALID
    assert standing(known, 4, "g1", "edit") is Standing.CUT
    assert standing(known, 4, "g1", "comment") is Standing.VALID
    assert standing(known, 4, "g2", "comment") is Standing.VALID


def test_who_was_let_in_again_writes_under_the_new_grant_only() -> None:
    known = Membership(
        [
            GENESIS,
            grant("g1", BOB, 1, "commenter", lc=2),
            grant("g2", BOB, 2, "none", lc=5, cut={B1: (3, "h3")}),
            grant("g3", BOB, 3, "commenter", lc=7, cut={B1: (3, "h3")}),
        ]
    )

    assert known.role(BOB) == "commenter"
    assert known.standing(BOB, B2, 1, "g3", "comment") is Standing.VALID
    assert known.standing(BOB, B2, 1, "g1", "comment") is Standing.ENDED
    assert standing(known, 3, "g1") is Standing.VALID


def test_only_owners_grant() -> None:
    usurped = grant("g2", BOB, 9, "owner", lc=3, author=BOB, stream=B1, cites="g1")
    known = Membership([GENESIS, grant("g1", BOB, 1, "editor", lc=2), usurped])

    assert known.role(BOB) == "editor"
    assert known.grant("g2") is usurped
    assert standing(known, 4, "g2") is Standing.CUT


def test_a_stranger_cannot_make_a_member_of_themselves() -> None:
    own = grant("g1", CAROL, 1, "owner", lc=2, author=CAROL, stream="c.1", cites="genesis")

    assert Membership([GENESIS, own]).roles() == {ALICE: "owner"}


def test_a_transfer_ends_what_the_old_owner_granted_beyond_it() -> None:
    transfer = [
        grant("t1", BOB, 1, "owner", lc=2),
        grant(
            "t2", ALICE, 1, "viewer", lc=3, author=BOB, stream=B1, cites="t1", cut={A1: (2, "")}
        ),
    ]
    late = grant("late", CAROL, 1, "editor", lc=9)

    for order in permutations([GENESIS, *transfer, late]):
        known = Membership(order)
        assert known.roles() == {ALICE: "viewer", BOB: "owner"}


def test_of_two_owners_who_remove_each_other_the_earlier_wins_on_every_node() -> None:
    given = [
        GENESIS,
        grant("t1", BOB, 1, "owner", lc=2),
        grant("x", ALICE, 1, "none", lc=5, author=BOB, stream=B1, cites="t1", cut=AT_2),
        grant("y", BOB, 2, "none", lc=6, cut={B1: (1, "")}),
    ]

    roles = {tuple(sorted(Membership(order).roles().items())) for order in permutations(given)}

    assert roles == {((ALICE, "none"), (BOB, "owner"))}


def test_adding_one_by_one_in_any_order_ends_where_all_at_once_does() -> None:
    rng = Random(7)
    given: list[Any] = [GENESIS]
    for number in range(1, 30):
        person = rng.choice([BOB, CAROL])
        role = rng.choice(ROLES[:4])
        given.append(grant(f"g{number:02}", person, rng.randint(1, 5), role, lc=1 + number))
    expected = Membership(given)

    for _ in range(50):
        rng.shuffle(given)
        known = Membership()
        for one in given:
            known.add(one)
        assert known.roles() == expected.roles()
        assert known.grants() == expected.grants()
        for one in given[:8]:
            assert standing(known, 2, one.hash) is standing(expected, 2, one.hash)


def test_validity_only_shrinks_as_grants_become_known() -> None:
    rng = Random(3)
    for _ in range(200):
        known = Membership([GENESIS])
        before: set[tuple[str, int, EventClass]] | None = None
        for number in range(1, 8):
            cut = {B1: (rng.randint(1, 6), "")} if rng.random() < 0.7 else {}
            role = rng.choice(ROLES[:4])
            known.add(grant(f"g{number}", BOB, rng.randint(1, 4), role, lc=1 + number, cut=cut))
            events = [
                (f"g{cited}", seq, cls)
                for cited in range(1, number + 1)
                for seq in range(1, 8)
                for cls in CLASSES
            ]
            now = {
                (cited, seq, cls)
                for cited, seq, cls in events
                if standing(known, seq, cited, cls) is Standing.VALID
            }
            known_before = {event for event in now if event[0] != f"g{number}"}
            assert before is None or known_before <= before
            before = now


def test_a_known_grant_twice_changes_nothing() -> None:
    known = Membership([GENESIS])
    first = grant("g1", BOB, 1, "viewer", lc=2)

    assert known.add(first) == {BOB}
    assert known.add(first) == frozenset()
    assert known.newest() == first
    assert known.next_k(BOB) == 2
    assert known.next_k(CAROL) == 0

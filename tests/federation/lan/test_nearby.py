"""The list of people nearby."""

from federation.lan.nearby import Nearby, Neighbour
from federation.wire import NEARBY_S, limit

ALICE = Neighbour("did:key:a", "alice", "10.0.0.1", 8100)
BOB = Neighbour("did:key:b", "Bob", "10.0.0.2", 8100)


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_who_said_hello_is_listed_by_name() -> None:
    nearby = Nearby(Clock())

    nearby.met(BOB)
    nearby.met(ALICE)
    nearby.met(ALICE)

    assert nearby.people() == (ALICE, BOB)


def test_who_became_a_friend_is_not_listed_any_more() -> None:
    nearby = Nearby(Clock())
    nearby.met(ALICE)

    nearby.left(ALICE.did)

    assert nearby.people() == ()


def test_nobody_is_listed_for_longer_than_the_mode_lasts() -> None:
    clock = Clock()
    nearby = Nearby(clock)
    nearby.met(ALICE)

    clock.now_s = NEARBY_S

    assert nearby.people() == ()


def test_a_crowd_does_not_fill_the_memory() -> None:
    nearby = Nearby(Clock())

    for number in range(limit("lan_names") + 1):
        nearby.met(Neighbour(f"did:key:{number}", "x", "10.0.0.3", 8100))

    assert len(nearby.people()) == limit("lan_names")

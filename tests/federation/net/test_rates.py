import pytest

from federation.errors import LocalProtocolError
from federation.net.rates import Entry, FairQueue, Nonces


def test_a_nonce_counts_once_per_key() -> None:
    nonces = Nonces(skew_s=300, per_key=10)

    assert nonces.add("a", "n", created=1000, now=1000)
    assert not nonces.add("a", "n", created=1000, now=1000)
    assert nonces.add("b", "n", created=1000, now=1000)


def test_a_nonce_of_the_future_is_remembered_until_it_is_too_old() -> None:
    nonces = Nonces(skew_s=300, per_key=10)

    assert nonces.add("a", "n", created=1300, now=1000)

    assert not nonces.add("a", "n", created=1300, now=1599)


def test_a_full_table_forgets_no_nonce_that_would_still_be_accepted() -> None:
    nonces = Nonces(skew_s=300, per_key=2)
    for second in (1000, 1001, 1002):
        assert nonces.add("a", f"n{second}", created=second, now=1002)

    assert not nonces.add("a", "n1000", created=1000, now=1002)
    assert not nonces.add("a", "other", created=1000, now=1002)
    assert nonces.add("a", "other", created=1001, now=1002)


def test_free_slots_run_at_once_and_the_rest_waits() -> None:
    queue: FairQueue[int] = FairQueue(slots=2, per_peer=3, bound=1)

    entries = [queue.enter("a", n) for n in range(4)]

    assert entries == [Entry.RUN, Entry.RUN, Entry.WAIT, Entry.FULL]
    assert queue.leave("a", 0.1) == [2]


def test_a_fourth_request_of_one_peer_waits_though_slots_are_free() -> None:
    queue: FairQueue[int] = FairQueue(slots=8, per_peer=3, bound=8)

    entries = [queue.enter("a", n) for n in range(4)]

    assert entries[3] is Entry.WAIT
    assert queue.enter("b", 9) is Entry.RUN


def test_the_peer_that_used_least_time_runs_next() -> None:
    queue: FairQueue[str] = FairQueue(slots=1, per_peer=3, bound=8)
    queue.enter("greedy", "g1")
    queue.enter("greedy", "g2")
    queue.enter("modest", "m1")

    first = queue.leave("greedy", 5.0)
    second = queue.leave("modest", 0.1)

    assert first == ["m1"]
    assert second == ["g2"]


def test_half_of_the_slots_stay_open_while_another_waits() -> None:
    queue: FairQueue[str] = FairQueue(slots=4, per_peer=3, bound=64)
    for n in range(3):
        queue.enter("a", f"a{n}")
    queue.enter("b", "b0")
    queue.enter("a", "a3")
    queue.enter("b", "b1")

    started = queue.leave("a", 0.1)

    assert started == ["b1"]


def test_one_who_goes_away_leaves_no_trace() -> None:
    queue: FairQueue[str] = FairQueue(slots=1, per_peer=1, bound=1)
    queue.enter("a", "a1")
    queue.enter("b", "b1")

    queue.give_up("b", "b1")

    assert queue.leave("a", 0.0) == []
    assert queue._peers == {}


def test_a_slot_cannot_be_given_back_twice() -> None:
    queue: FairQueue[str] = FairQueue(slots=2, per_peer=2, bound=1)
    queue.enter("a", "a1")
    queue.enter("a", "a2")
    queue.leave("a", 0.0)
    queue.leave("a", 0.0)
    queue.enter("b", "b1")

    with pytest.raises((LocalProtocolError, KeyError)):
        queue.leave("a", 0.0)

import random

import pytest

from federation.net.reach import Link, Reach, retry_delay
from federation.wire import BACKOFF_FIRST_S, BACKOFF_MAX_S


@pytest.mark.parametrize("failures", [1, 2, 5, 9, 10, 1_000_000])
def test_the_delay_doubles_up_to_the_cap_and_never_ends(failures: int) -> None:
    rng = random.Random(1)
    ceiling = min(BACKOFF_FIRST_S * 2 ** min(failures - 1, 20), BACKOFF_MAX_S)

    delays = [retry_delay(failures, rng) for _ in range(300)]

    assert max(delays) <= ceiling
    assert max(delays) > 0.9 * ceiling
    assert min(delays) < 0.1 * ceiling


def test_a_call_from_the_peer_wakes_without_counting_as_my_success() -> None:
    reach = Reach()
    rng = random.Random(2)
    for _ in range(8):
        reach.failed(0.0, rng)

    reach.heard(1.0)

    assert reach.wait_s(1.0) == 0.0
    assert reach.inward is Link.UP
    assert reach.outward is Link.DOWN


def test_success_resets_the_back_off() -> None:
    reach = Reach()
    reach.failed(0.0, random.Random(3))

    reach.succeeded()

    assert (reach.outward, reach.failures, reach.wait_s(0.0)) == (Link.UP, 0, 0.0)


def test_a_wake_aborts_only_an_attempt_that_hangs() -> None:
    reach = Reach()
    reach.attempt(10.0)

    fresh = reach.wake(10.1)
    hung = reach.wake(12.0)

    assert (fresh, hung) == (False, True)


def test_a_wake_without_an_attempt_aborts_nothing() -> None:
    assert not Reach().wake(5.0)

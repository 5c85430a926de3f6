"""How a lane knows its peer: two states, a back-off that never ends, and what wakes it.

"I reach it" and "it reaches me" are kept apart (a peer behind a router calls but cannot be
called; counting its calls as my success would stop the retries). Back-off is 5 s doubling to
30 min with full jitter. It is never given up, and any sign of life, such as a signed call of
that peer, a new endpoint record, an announcement on the LAN, makes the next attempt due at once.
Pure: time is seconds of a monotonic clock, chance is a random.Random.
"""

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from federation.wire import BACKOFF_FIRST_S, BACKOFF_MAX_S

DOUBLINGS_MAX: Final = 16  # beyond it the cap holds anyway
HUNG_S: Final = 0.5  # a wake aborts an attempt older than this: it hangs in a dead address


class Link(StrEnum):
    """One direction between two planners."""

    UNKNOWN = "unknown"
    UP = "up"
    DOWN = "down"


def retry_delay(failures: int, rng: random.Random) -> float:
    """Return the seconds until the next attempt after so many failures in a row."""
    doublings = min(max(failures, 1) - 1, DOUBLINGS_MAX)
    return rng.uniform(0.0, min(BACKOFF_FIRST_S * 2**doublings, BACKOFF_MAX_S))


@dataclass(slots=True)
class Reach:
    """What is known of the way to one peer device and back."""

    outward: Link = Link.UNKNOWN
    inward: Link = Link.UNKNOWN
    failures: int = 0
    due_s: float = 0.0
    attempt_s: float | None = None

    def attempt(self, now_s: float) -> None:
        """An attempt begins."""
        self.attempt_s = now_s

    def succeeded(self) -> None:
        """It answered as itself."""
        self.outward = Link.UP
        self.failures = 0
        self.due_s = 0.0
        self.attempt_s = None

    def failed(self, now_s: float, rng: random.Random) -> float:
        """It did not answer; return the delay until the next attempt."""
        self.outward = Link.DOWN
        self.failures += 1
        self.attempt_s = None
        delay = retry_delay(self.failures, rng)
        self.due_s = now_s + delay
        return delay

    def heard(self, now_s: float) -> bool:
        """It called me; return whether a running attempt should be aborted."""
        self.inward = Link.UP
        return self.wake(now_s)

    def wake(self, now_s: float) -> bool:
        """A sign of life: try at once; return whether a running attempt should be aborted."""
        self.failures = 0
        self.due_s = 0.0
        return self.attempt_s is not None and now_s - self.attempt_s > HUNG_S

    def wait_s(self, now_s: float) -> float:
        """Return the seconds until the next attempt is due, 0.0 when it is."""
        return max(0.0, self.due_s - now_s)

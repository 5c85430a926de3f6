"""Checking recovery words: do they make the identity of this planner?

The words are looked at and forgotten: not stored, not logged, not repeated in any error. A few
tries a minute are plenty for a person who reads from paper.
"""

import hmac
import math
from datetime import datetime
from typing import Final

from federation.buckets import TokenBucket
from keys.errors import BadWordsError
from keys.identity import IdentityKey

TRIES: Final = 5
TRIES_S: Final = 60.0


class Attempts:
    """How often words were tried."""

    def __init__(self) -> None:
        self._bucket: TokenBucket | None = None

    def wait_s(self, now: datetime) -> int:
        """Count a try; return 0, or how many seconds to wait because there were too many."""
        now_s = now.timestamp()
        if self._bucket is None:
            self._bucket = TokenBucket(TRIES / TRIES_S, TRIES, TRIES, now_s)
        return math.ceil(self._bucket.take(now_s))


def are_of(words: str, did: str) -> bool:
    """Return whether 24 words make this person, in a time that does not depend on the did.

    Derives a key: call it off the event loop.
    """
    try:
        with IdentityKey.from_words(words) as identity:
            made = identity.did
    except BadWordsError:
        made = ""
    return hmac.compare_digest(made.encode(), did.encode())

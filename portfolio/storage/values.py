"""How moments and ids are written in the store and on the wire of the REST API."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from ulid import ULID

Entropy = Callable[[int], bytes]
_ULID_RANDOM_BYTES: Final = 10
_ULID_TIME_BYTES: Final = 6


def instant(moment: datetime) -> str:
    """Return a moment as RFC 3339 in UTC with milliseconds and `Z`: text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id(now: datetime, entropy: Entropy) -> str:
    """Return a new ULID: the moment in milliseconds, then 80 random bits."""
    milliseconds = int(now.timestamp() * 1000)
    return str(ULID(milliseconds.to_bytes(_ULID_TIME_BYTES, "big") + entropy(_ULID_RANDOM_BYTES)))

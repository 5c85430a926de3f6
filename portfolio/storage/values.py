"""How moments and ids are written in the store and on the wire of the REST API."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count, product
from typing import Final

Entropy = Callable[[int], bytes]
_ULID_RANDOM_BITS: Final = 80
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DIGIT_PAIRS: Final = tuple("".join(pair) for pair in product(_CROCKFORD, repeat=2))
_PAIR_SHIFTS: Final = tuple(range(120, -1, -10))  # 13 pairs of 5-bit digits


def instant(moment: datetime) -> str:
    """Return a moment as RFC 3339 in UTC with milliseconds and `Z`: text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id(now: datetime, entropy: Entropy) -> str:
    """Return a new ULID: the moment in milliseconds, then 80 random bits."""
    return _ulid(_ulid_value(now, entropy))


def new_ids(now: datetime, entropy: Entropy) -> Iterator[str]:
    """Return new ULIDs without end, each sorting after the one before."""
    first = _ulid_value(now, entropy) & ~(1 << _ULID_RANDOM_BITS - 1)  # half of all is left
    return (_ulid(value) for value in count(first))


def _ulid_value(now: datetime, entropy: Entropy) -> int:
    milliseconds = int(now.timestamp() * 1000)
    return milliseconds << _ULID_RANDOM_BITS | int.from_bytes(entropy(_ULID_RANDOM_BITS // 8))


def _ulid(value: int) -> str:
    return "".join([_DIGIT_PAIRS[value >> shift & 0x3FF] for shift in _PAIR_SHIFTS])

"""Token buckets: how fast one key, mostly an address, may ask. Pure: the time comes in."""

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

BUCKETS_MAX: Final = 10_000  # addresses and keys remembered at once, about 2 MiB
IPV6_SITE_BITS: Final = 64  # one customer owns all addresses of it (RFC 6177)


@dataclass(slots=True)
class TokenBucket:
    """A bucket that holds `burst` tokens and gains `rate` of them a second."""

    rate: float
    burst: float
    tokens: float
    updated_s: float

    def take(self, now_s: float) -> float:
        """Take one token; return 0.0, or the seconds until there is one."""
        gained = max(0.0, now_s - self.updated_s) * self.rate
        self.tokens = min(self.burst, self.tokens + gained)
        self.updated_s = now_s
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.rate


class Buckets:
    """One token bucket per key, at most `keys_max` of them; the longest idle goes first."""

    def __init__(self, rate: float, burst: float, keys_max: int = BUCKETS_MAX) -> None:
        self._rate = rate
        self._burst = burst
        self._keys_max = keys_max
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def take(self, key: str, now_s: float) -> float:
        """Take a token of `key`; return 0.0, or the seconds to wait."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = TokenBucket(self._rate, self._burst, self._burst, now_s)
            self._buckets[key] = bucket
            if len(self._buckets) > self._keys_max:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return bucket.take(now_s)


def site_of(address: str) -> str:
    """Return what to count an address under: itself, or the /64 that an IPv6 address is of."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(ipaddress.ip_network(f"{parsed}/{IPV6_SITE_BITS}", strict=False))

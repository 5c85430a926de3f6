"""Who may ask how often: nonces that count once, a fair queue for those we know.

All of it is pure: time comes in, and the queue only says who runs next. Token buckets for
strangers stand in `federation.buckets`. Every table is bounded; what was idle longest goes first.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Generic, TypeVar

from federation.errors import LocalProtocolError

T = TypeVar("T")
KEYS_MAX: Final = 10_000  # devices whose nonces are remembered at once


class Nonces:
    """Nonces of accepted calls, per key, for as long as their signature could be accepted again.

    The table of a key is bounded without forgetting: when it is full, its oldest second is
    dropped and calls signed in that second or before are no longer accepted from that key.
    """

    def __init__(self, skew_s: int, per_key: int, keys_max: int = KEYS_MAX) -> None:
        self._skew_s = skew_s
        self._per_key = per_key
        self._keys_max = keys_max
        self._seen: OrderedDict[str, _Seen] = OrderedDict()

    def add(self, key: str, nonce: str, created: int, now: int) -> bool:
        """Remember a nonce; return False when it was, or may have been, used before."""
        seen = self._seen.setdefault(key, _Seen())
        self._seen.move_to_end(key)
        seen.forget(now - self._skew_s - 1)
        if created <= seen.floor or nonce in seen.by_second.get(created, ()):
            return False
        seen.by_second.setdefault(created, set()).add(nonce)
        seen.count += 1
        while seen.count > self._per_key and len(seen.by_second) > 1:
            seen.forget(min(seen.by_second))
        if len(self._seen) > self._keys_max:
            self._seen.popitem(last=False)
        return True


@dataclass(slots=True)
class _Seen:
    by_second: dict[int, set[str]] = field(default_factory=dict)
    floor: int = 0
    count: int = 0

    def forget(self, until: int) -> None:
        """Drop all seconds up to this one, and refuse them from now on."""
        if until <= self.floor:
            return
        self.floor = until
        for second in [second for second in self.by_second if second <= until]:
            self.count -= len(self.by_second.pop(second))


class Entry(StrEnum):
    """What the queue says to a new request."""

    RUN = "run"
    WAIT = "wait"
    FULL = "full"


@dataclass(slots=True)
class _Peer(Generic[T]):
    used_s: float
    running: int = 0
    waiting: deque[T] = field(default_factory=deque)


class FairQueue(Generic[T]):
    """Start-time fair queueing over peers: the one that used least time runs next.

    A peer that was idle starts at the least used time of those who are active, so it can neither
    save up a claim nor be made to pay for the past. While another waits, nobody holds more than
    half of the slots, which keeps one peer's share of the verifying CPU at half.
    """

    def __init__(self, *, slots: int, per_peer: int, bound: int) -> None:
        self._slots = slots
        self._per_peer = per_peer
        self._bound = bound
        self._running = 0
        self._waiting = 0
        self._peers: dict[str, _Peer[T]] = {}

    def enter(self, peer: str, ticket: T) -> Entry:
        """Ask for a slot; on WAIT the ticket comes back from a later `leave`."""
        state = self._peers.get(peer)
        if state is None:
            state = self._peers[peer] = _Peer(self._least_used())
        if not self._waiting and self._may_run(state):
            self._start(state)
            return Entry.RUN
        if self._waiting >= self._bound:
            self._drop_idle(peer)
            return Entry.FULL
        state.waiting.append(ticket)
        self._waiting += 1
        if self._startable() is state and state.waiting[0] is ticket:
            self._pop(state)
            return Entry.RUN
        return Entry.WAIT

    def leave(self, peer: str, cost_s: float) -> list[T]:
        """Give a slot back with the time it took; return the tickets that run now."""
        state = self._peers[peer]
        if not state.running:
            raise LocalProtocolError("a slot was given back twice")
        state.running -= 1
        state.used_s += cost_s
        self._running -= 1
        started: list[T] = []
        while (chosen := self._startable()) is not None:
            started.append(self._pop(chosen))
        self._drop_idle(peer)
        return started

    def give_up(self, peer: str, ticket: T) -> None:
        """Take a waiting ticket out; its caller went away."""
        state = self._peers.get(peer)
        if state is not None and ticket in state.waiting:
            state.waiting.remove(ticket)
            self._waiting -= 1
            self._drop_idle(peer)

    def _least_used(self) -> float:
        return min((state.used_s for state in self._peers.values()), default=0.0)

    def _may_run(self, state: _Peer[T]) -> bool:
        return self._running < self._slots and state.running < self._per_peer

    def _startable(self) -> _Peer[T] | None:
        waiting = [state for state in self._peers.values() if state.waiting]
        share = self._slots if len(waiting) == 1 else max(1, self._slots // 2)
        ready = [s for s in waiting if self._may_run(s) and s.running < share]
        return min(ready, key=lambda state: state.used_s, default=None)

    def _start(self, state: _Peer[T]) -> None:
        state.running += 1
        self._running += 1

    def _pop(self, state: _Peer[T]) -> T:
        self._waiting -= 1
        self._start(state)
        return state.waiting.popleft()

    def _drop_idle(self, peer: str) -> None:
        state = self._peers[peer]
        if not state.running and not state.waiting:
            del self._peers[peer]

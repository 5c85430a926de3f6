"""The fair queue in front of the handlers, for a running event loop.

A request takes a slot for as long as it is worked on. When all slots are taken it waits; when
too many wait it is told so, with the seconds after which to come back.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from federation.net.rates import Entry, FairQueue
from federation.wire import limit

BUSY_RETRY_S: Final = 1

_Ticket = tuple[str, "asyncio.Future[None]"]


class BusyError(Exception):
    """Too many requests wait already; `retry_after_s` says when to come back."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"busy for {retry_after_s} s")
        self.retry_after_s = retry_after_s


class Gate:
    """Slots of one listener, shared fairly among the peers that ask."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._queue: FairQueue[_Ticket] = FairQueue(
            slots=limit("slots"), per_peer=limit("friend_in_flight"), bound=limit("queue")
        )

    @asynccontextmanager
    async def slot(self, peer: str) -> AsyncIterator[None]:
        """Hold a slot of `peer` inside the block.

        Raises:
            BusyError: The queue is full.
        """
        ticket: _Ticket = (peer, asyncio.get_running_loop().create_future())
        entry = self._queue.enter(peer, ticket)
        if entry is Entry.FULL:
            raise BusyError(BUSY_RETRY_S)
        if entry is Entry.WAIT:
            await self._wait(ticket)
        began_s = self._monotonic()
        try:
            yield
        finally:
            self._leave(peer, self._monotonic() - began_s)

    async def _wait(self, ticket: _Ticket) -> None:
        peer, turn = ticket
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave(peer, 0.0)
            else:
                self._queue.give_up(peer, ticket)
            raise

    def _leave(self, peer: str, cost_s: float) -> None:
        started = self._queue.leave(peer, cost_s)
        while started:
            waiter, turn = started.pop()
            if turn.cancelled():  # it went away before its turn came
                started.extend(self._queue.leave(waiter, 0.0))
            else:
                turn.set_result(None)

"""Handles of friends: one that leads to somebody else now blocks and asks (PROTOCOL §1).

A handle only ever starts a friendship, and the did that it led to then is the friend. Whoever
holds it later is somebody else, who may want to be taken for the friend: that is noticed whenever
the handle is asked for, and a few times a day besides.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Final

import structlog

from federation.errors import FederationError
from federation.net.circle import Circle
from federation.peers import Doubt, FriendRow, FriendState

CHECK_S: Final = 6 * 3600.0
RETRY_S: Final = 60.0  # until there is a directory to ask

log = structlog.get_logger()


class Handles:
    """Asks whose a handle is, and compares."""

    def __init__(self, circle: Circle) -> None:
        self._circle = circle

    async def holder(self, handle: str) -> str | None:
        """Return whose handle it is; a friend who had it before comes into doubt.

        Raises:
            DeliveryError: There is no directory, or none could be asked.
            RemoteProtocolError: The answer does not verify.
        """
        did = await self._circle.finder.find_handle(handle)
        if did is not None:
            await self._compare(handle, did)
        return did

    async def check(self) -> bool:
        """Ask for the handle of every friend; return whether all could be asked for."""
        try:
            for row in _with_handles(self._circle.roster.friends):
                await self.holder(row.handle or "")
        except FederationError as error:
            log.info("handles not compared", error=type(error).__name__)
            return False
        return True

    async def run(self) -> None:
        """Compare them from time to time until cancelled."""
        while True:
            all_asked = await self.check()
            wait_s = CHECK_S * self._circle.rng.uniform(0.5, 1.5) if all_asked else RETRY_S
            await asyncio.sleep(wait_s)

    async def _compare(self, handle: str, did: str) -> None:
        friendships = self._circle.friendships
        for row in _with_handles(self._circle.roster.friends):
            if row.handle == handle and row.did != did:
                suspect = partial(friendships.suspect, did=row.did, doubt=Doubt.HANDLE)
                await self._circle.writer.run(suspect)


def _with_handles(friends: Mapping[str, FriendRow]) -> list[FriendRow]:
    return [
        row
        for row in friends.values()
        if row.state is FriendState.FRIEND and row.handle is not None
    ]

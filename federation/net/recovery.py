"""After a recovery: friends find the new device, show that they are friends, bring all back.

A planner that was made anew from its person's words knows nobody. For `RECOVERY_S` it therefore
answers a hello of anybody who calls it by its did, and lets everybody find it in a directory.
A friend's planner, which accepts the new device by its identity record, reminds it: a friend
request that carries this person's own contact card. Only friends were ever given that card, and
a device of this person signed it; so the request needs no answer of a person.

When nothing more comes back for a while, the streams of the former devices are closed where they
stand: what those devices write from now on counts nowhere.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from federation.log.log import Log
from federation.net.roster import CONTACT
from federation.records import Listing, people
from federation.wire import RECOVERY_S, RECOVERY_SETTLE_S
from federation.writer import Writer
from keys.errors import KeysError
from keys.purposes import verify_value

_WINDOW: Final = timedelta(seconds=RECOVERY_S)


@dataclass(slots=True)
class Recovery:
    """Whether this planner is being recovered. `since`: when its home was made from words."""

    me: str
    clock: Callable[[], datetime]
    since: datetime | None = None

    def is_on(self) -> bool:
        """Say whether former friends may still be on their way back."""
        return self.since is not None and self.clock() - self.since < _WINDOW

    def is_friends(self, conn: Connection, card: object) -> bool:
        """Say whether a contact card proves that its bearer is a friend of mine."""
        if not self.is_on() or not isinstance(card, dict):
            return False
        if card.get("type") != CONTACT or card.get("person") != self.me:
            return False
        try:
            verify_value(CONTACT, card)
        except KeysError:
            return False
        mine = people(conn, [self.me]).get(self.me)
        return mine is not None and any(_lists(one, card["by"]) for one in mine.listings)

    async def close_former(self, log: Log, writer: Writer, is_quiet: Callable[[], bool]) -> None:
        """Close the streams of my former devices, each time that all is quiet for a while."""
        while self.is_on():
            await asyncio.sleep(RECOVERY_SETTLE_S)
            if is_quiet():
                await writer.run(log.close_former)


def _lists(listing: Listing, device: str) -> bool:
    return device in listing.devices or device in listing.retired

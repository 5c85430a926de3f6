"""My own endpoint record: signed anew when my addresses change and before it expires."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from federation.log.author import Me
from federation.log.kinds import Json
from federation.net.endpoints import ENDPOINT, Endpoint, sign_endpoint
from federation.net.listener import Listener
from federation.net.roster import Roster
from federation.records import newest_record, put_record
from federation.writer import Tx, Writer


@dataclass(slots=True)
class OwnEndpoint:
    """Keeps the record. `changed` is called when there is a new one to bring to others.

    With `private` it asks friends to hand it on to nobody.
    """

    me: Me
    listener: Listener
    roster: Roster
    writer: Writer
    changed: Callable[[], None]
    private: bool = False
    current: Endpoint | None = None

    def value(self) -> Json | None:
        """Return the current record, None while nobody can call."""
        return None if self.current is None else self.current.value

    async def renew(self, above: int = 0) -> Json:
        """Sign a new record with a number above the given one, and store it."""
        value: dict[str, Any] = dict(await self.writer.run(partial(self._renew, above)))
        self.changed()
        return value

    async def follow(self) -> bool:
        """Sign a new record when it does not say what is true now; tell whether."""
        said = self.current
        if (
            said is not None
            and said.urls == self.listener.urls()
            and said.spki == self.listener.pin
            and bool(said.value.get("private")) == self.private
        ):
            return False
        await self.renew()
        return True

    def _renew(self, above: int, tx: Tx) -> Json:
        device = self.me.device
        held = newest_record(tx.conn, ENDPOINT, self.me.did, device.multibase)
        endpoint = sign_endpoint(
            device,
            self.me.did,
            urls=self.listener.urls(),
            spki=self.listener.pin,
            highest_seen=max(above, 0 if held is None else held["number"]),
            now=tx.now,
            private=self.private,
        )
        put_record(tx.conn, endpoint.value)
        tx.after_commit(partial(self._note, endpoint))
        return endpoint.value

    def _note(self, endpoint: Endpoint) -> None:
        self.current = endpoint
        self.roster.note_record(endpoint.value)

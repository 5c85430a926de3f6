"""Taking records in: what a node does with endpoints, contact cards and friendships it is sent.

The log checks a record's signature and person, then asks here (`Log.record_hooks`). A record
proves itself, so it does not matter who brought it; but what is addressed is taken only by its
addressee and from its author, and contact cards only of people I know.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import structlog

from federation.errors import MalformedError
from federation.log.kinds import Json
from federation.log.lines import Authenticated, RecordLine
from federation.log.log import Log, Sender
from federation.log.results import DUPLICATE, STORED, refused
from federation.net.endpoints import ENDPOINT, parse_endpoint
from federation.net.friendship import ANSWER, REQUEST, Friendships
from federation.net.roster import CONTACT, Roster
from federation.records import (
    IDENTITY,
    Listing,
    listing_of,
    newest_record,
    put_record,
    record_key,
)
from federation.writer import Tx
from keys.canonical import jcs
from keys.identity import IdentityRecord

DELETION: Final = "deletion"

log = structlog.get_logger()


@dataclass(slots=True)
class Intake:
    """Stores records that others sent. `moved` is told of devices with a new endpoint."""

    roster: Roster
    log: Log
    friendships: Friendships
    moved: Callable[[str], None]

    def register(self) -> None:
        """Take the records that the log passes on."""
        self.log.record_hooks[ENDPOINT] = self._endpoint
        self.log.record_hooks[CONTACT] = self._contact
        self.log.record_hooks[REQUEST] = self._friendship
        self.log.record_hooks[ANSWER] = self._friendship

    def take(self, tx: Tx, values: Iterable[Json], sender: Sender) -> list[str]:
        """Take records that came otherwise than in a batch; return their result words."""
        items = [RecordLine(dict(value), jcs(dict(value))) for value in values]
        received = self.log.receive(tx, sender, items)
        self.note_identities(tx, items, received.results)
        return received.results

    def identity(self, tx: Tx, record: IdentityRecord) -> None:
        """Keep a verified identity record."""
        if self.log.learn_identity(tx, record):
            self._note_identity(tx, listing_of(record))

    def note_identities(
        self, tx: Tx, items: Sequence[Authenticated], results: Sequence[str]
    ) -> None:
        """Note the identity records of a batch that the log has just learned."""
        for item, word in zip(items, results, strict=True):
            if word == STORED and isinstance(item, RecordLine) and item.value["type"] == IDENTITY:
                value = item.value
                devices, retired = frozenset(value["devices"]), frozenset(value["retired"])
                self._note_identity(
                    tx, Listing(value["did"], value["number"], devices, retired, item.raw)
                )

    def _note_identity(self, tx: Tx, listing: Listing) -> None:
        held = self.roster.listings.get(listing.did)
        if held is not None and listing.number > held.number:
            self._devices_changed(tx, held, listing)

        def committed() -> None:
            self.roster.note_identity(listing)
            for device in listing.devices:
                self.moved(device)

        tx.after_commit(committed)

    def _devices_changed(self, tx: Tx, before: Listing, after: Listing) -> None:
        """Tell of a person's new device; to who has lost everything, I am a friend still."""
        person, application = after.did, self.friendships.application
        if person == self.roster.me:
            if self.roster.device not in after.devices:
                log.error("another device has taken over", number=after.number)
                application.replaced(tx)
            return
        if not after.devices - before.devices or self.roster.state_of(person) is None:
            return
        log.info("a person has a new device", person=person[-8:])
        application.device_added(tx, person)
        if self.roster.is_friend(person) and not after.devices & before.devices:
            self.friendships.remind(tx, person)

    def _endpoint(self, tx: Tx, _sender: Sender, value: Mapping[str, Any]) -> str:
        try:
            parse_endpoint(value)
        except MalformedError:
            return refused("record")
        return self._kept(tx, value)

    def _contact(self, tx: Tx, _sender: Sender, value: Mapping[str, Any]) -> str:
        known = value["person"] == self.roster.me or self.roster.state_of(value["person"])
        return self._kept(tx, value) if known else refused("record")

    def _friendship(self, tx: Tx, sender: Sender, value: Mapping[str, Any]) -> str:
        if value["to"] != self.roster.me or sender.person != value["person"]:
            return refused("record")
        word = self._kept(tx, value)
        if word == STORED:
            self.friendships.take(tx, value)
        return word

    def _kept(self, tx: Tx, value: Mapping[str, Any]) -> str:
        if value["by"] == self.roster.device:
            return DUPLICATE  # our own, back from somewhere
        if not put_record(tx.conn, value):
            held = newest_record(tx.conn, value["type"], *record_key(value).split(" "))
            return DUPLICATE if held == value else refused("stale")
        tx.after_commit(partial(self._note, value))
        return STORED

    def _note(self, value: Mapping[str, Any]) -> None:
        self.roster.note_record(value)
        if value["type"] == ENDPOINT:
            self.moved(value["by"])


def as_record(value: object) -> Json | None:
    """Return a member of a message that should be a record, None when it is absent.

    Raises:
        MalformedError: It is something else.
    """
    if value is None:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise MalformedError("schema", "a record is an object with a type")
    return value

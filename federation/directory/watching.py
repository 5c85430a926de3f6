"""What a planner believes of a directory: nothing but what friends signed. Pure.

A directory may be old, wrong or hostile. It can stay silent and it can call somebody online; it
cannot give an address that a friend's device did not sign, nor bring back an older one: numbers
only rise, within what this process has seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from federation.directory.handles import Claim, check_handle, parse_claim
from federation.directory.presence import State
from federation.directory.registrations import (
    Registration,
    Verdict,
    decide,
    is_newer,
    parse_endpoint,
    parse_identity,
)
from federation.directory.sealing import Card, open_sealed
from federation.errors import MalformedError, RefusedError, UnauthenticError
from federation.wire import limit
from keys.identity import IdentityRecord

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Watched:
    """A friend to watch: by did, and by contact card where there is one."""

    person: str
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a directory said of a friend's planner; the records in it are verified.

    `online` is a hint to try at once, no more: presence comes from talking to the planner.
    """

    person: str
    online: bool
    device: str | None = None
    endpoint: Json | None = field(default=None, repr=False)
    identity: IdentityRecord | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of a look-up: a person, and where their devices are; all verified."""

    person: str
    identity: IdentityRecord = field(repr=False)
    endpoints: tuple[Json, ...] = field(repr=False)


class Watch:
    """The friends that are watched, and the newest that was seen of everybody."""

    def __init__(self) -> None:
        self._by_topic: dict[str, Watched] = {}
        self._devices: dict[str, str] = {}  # of contact cards, by topic
        self._records: dict[tuple[str, str], tuple[int, bytes]] = {}
        self._identities: dict[str, IdentityRecord] = {}

    @property
    def topics(self) -> tuple[str, ...]:
        """What to ask a directory for, at most as much as it takes."""
        return tuple(sorted(self._by_topic))[: limit("directory_topics")]

    def replace(self, friends: Iterable[Watched]) -> None:
        """Watch these friends only."""
        self._by_topic = {}
        for friend in friends:
            self._by_topic[friend.person] = friend
            if friend.card is not None:
                self._by_topic[friend.card.signer] = friend

    def read(self, item: object, now: datetime) -> Seen:
        """Return what an item of a presence message says.

        Raises:
            MalformedError: not of its form.
            UnauthenticError: not asked for, of another person, or a signature does not verify.
            RefusedError: an older record than one that was seen, or expired.
        """
        if not isinstance(item, dict) or not isinstance(item.get("topic"), str):
            raise MalformedError("schema", "an item has a topic")
        friend = self._by_topic.get(item["topic"])
        if friend is None:
            raise UnauthenticError("topic", "nobody asked for it")
        if item.get("state") == State.OFFLINE:
            return self._offline(friend, item)
        record = item.get("record")
        if not isinstance(record, dict):
            raise MalformedError("schema", "an item has a record, or is offline")
        if friend.card is not None and item["topic"] == friend.card.signer:
            registration, endpoint, identity = open_sealed(friend.card, record, now)
            self._devices[item["topic"]] = registration.device
        else:
            identity = parse_identity(item.get("identity"))
            registration, endpoint = parse_endpoint(record, identity, now), record
        if identity.did != friend.person:
            raise UnauthenticError("person", "the record is of somebody else")
        newest = self._believe(registration, identity)
        online = item.get("state") in {State.ONLINE, State.CHANGED}
        if registration.withdrawn:
            return Seen(friend.person, online=False, device=registration.device)
        return Seen(friend.person, online, registration.device, endpoint, newest)

    def read_look_up(
        self,
        answer: Json,
        now: datetime,
        *,
        did: str | None = None,
        handle: str | None = None,
        card: Card | None = None,
    ) -> Found:
        """Return what a directory answered to a look-up by one of did, handle, contact card.

        Raises:
            RemoteProtocolError: it is not an answer to that, or does not verify.
        """
        records = answer.get("records")
        if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
            raise MalformedError("schema", "an answer has a list of records")
        if card is not None:
            return self._sealed_found(card, records, now)
        identity = parse_identity(answer.get("identity"))
        if handle is not None:
            did = _claimed(answer, handle).did
        if identity.did != did:
            raise UnauthenticError("person", "the answer is about somebody else")
        registrations = [parse_endpoint(record, identity, now) for record in records]
        for registration in registrations:
            identity = self._believe(registration, identity)
        live = zip(records, registrations, strict=True)
        endpoints = tuple(record for record, one in live if not one.withdrawn)
        return Found(identity.did, identity, endpoints)

    def _sealed_found(self, card: Card, records: list[Json], now: datetime) -> Found:
        if not records:
            raise MalformedError("schema", "an answer about a contact card has a record")
        registration, endpoint, identity = open_sealed(card, records[0], now)
        newest = self._believe(registration, identity)
        return Found(newest.did, newest, (endpoint,))

    def _offline(self, friend: Watched, item: Json) -> Seen:
        device = item.get("device")
        if friend.card is not None and item["topic"] == friend.card.signer:
            device = self._devices.get(item["topic"])
        return Seen(
            friend.person, online=False, device=device if isinstance(device, str) else None
        )

    def _believe(self, registration: Registration, identity: IdentityRecord) -> IdentityRecord:
        """Hold a verified record against the newest that was seen; return the newest identity."""
        held = self._identities.get(identity.did)
        if held is None or is_newer((held.number, held.raw), identity):
            self._identities[identity.did] = held = identity
        if registration.device not in held.devices:
            raise UnauthenticError("unknown_device", "a newer identity record does not list it")
        key = (identity.did, registration.device)
        if (seen := self._records.get(key)) is not None and (
            decide(seen, registration.number, registration.record) is Verdict.STALE
        ):
            raise RefusedError("stale", "a newer record was seen before")
        self._records[key] = (registration.number, registration.record)
        return held


def _claimed(answer: Json, handle: str) -> Claim:
    claim, _ = parse_claim(answer)
    if claim.handle != check_handle(handle):
        raise UnauthenticError("handle", "the claim is of another name")
    return claim

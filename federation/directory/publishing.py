"""What a planner tells a directory: its endpoint record, openly, sealed, or not at all."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from federation.directory.handles import HANDLE
from federation.directory.registrations import ENDPOINT, SEALED, format_time
from federation.directory.sealing import NONCE_BYTES, OwnCard, seal_endpoint
from federation.errors import LocalProtocolError
from federation.wire import limit
from keys.identity import DeviceKey, IdentityRecord, next_number
from keys.purposes import sign_value

Json = Mapping[str, Any]
EndpointSource = Callable[[int], Awaitable[Json]]
"""Returns a fresh endpoint record of this device with a number above the given one."""


class Visibility(StrEnum):
    """Who can find this planner through a directory."""

    EVERYONE = "everyone"
    CONTACTS = "contacts"
    NOBODY = "nobody"


class Publisher(Protocol):
    """Who publishes: the person and this device of theirs."""

    @property
    def did(self) -> str:
        """The person."""

    @property
    def device(self) -> DeviceKey:
        """The key of this installation."""

    @property
    def identity(self) -> IdentityRecord:
        """The person's newest identity record."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is to be published: how visible, and the contact card to seal it to."""

    visibility: Visibility
    card: OwnCard | None = None

    def __post_init__(self) -> None:
        """Check that a card is there when it is needed."""
        if self.visibility is Visibility.CONTACTS and self.card is None:
            raise LocalProtocolError("to be visible to contacts takes a contact card")

    @property
    def topic(self) -> str | None:
        """The contact card's key it is kept under, or None."""
        sealed = self.visibility is Visibility.CONTACTS and self.card is not None
        return self.card.signer.multibase if sealed and self.card else None


def publication(
    me: Publisher, announcement: Announcement, endpoint: Json, entropy: Callable[[int], bytes]
) -> dict[str, Any]:
    """Return the message that publishes an endpoint record in its visibility."""
    if announcement.visibility is Visibility.CONTACTS and announcement.card is not None:
        sealed = seal_endpoint(announcement.card, endpoint, me.identity, entropy(NONCE_BYTES))
        return {"record": sealed}
    return {"record": dict(endpoint), "identity": me.identity.value}


def withdrawal(
    me: Publisher, announcement: Announcement, number: int, now: datetime
) -> dict[str, Any]:
    """Return the message that takes an earlier publication back, at once and for good."""
    expires = format_time(now + timedelta(seconds=limit("endpoint_lifetime")))
    empty: dict[str, Any] = {"number": number, "expires": expires}
    if announcement.visibility is Visibility.CONTACTS and announcement.card is not None:
        signer = announcement.card.signer
        record = {"type": SEALED, "by": signer.multibase, "box": "", **empty}
        return {"record": sign_value(signer, SEALED, record)}
    record = {"type": ENDPOINT, "by": me.device.multibase, "person": me.did, "urls": [], **empty}
    return {
        "record": sign_value(me.device, ENDPOINT, record),
        "identity": me.identity.value,
    }


def handle_claim(me: Publisher, handle: str, now: datetime) -> dict[str, Any]:
    """Return the message that claims or renews a handle."""
    value = {
        "type": HANDLE,
        "by": me.device.multibase,
        "person": me.did,
        "number": next_number(now, 0),
        "handle": handle,
    }
    return {"claim": sign_value(me.device, HANDLE, value), "identity": me.identity.value}

"""This planner as an ActivityPub actor: its URLs and the document behind them. Pure.

The document is what a stock library needs to verify us (ActivityPub §4.1, FEP-521a Multikey)
and, under `pp:`, what another planner needs to know this person beyond the URL: the identity
record, and the pin of the TLS key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from federation.activitypub.contexts import ACTOR_CONTEXT
from federation.activitypub.remote import pem_of
from federation.wire import (
    ACTIVITY_JSON,
    ACTOR_PATH,
    EVENT_PATH,
    FOLLOWERS_PATH,
    INBOX_PATH,
    OUTBOX_PATH,
)
from keys.identity import DeviceKey, IdentityRecord
from keys.multiformats import DID_PREFIX

ACTIVITY_TYPE: Final = f"{ACTIVITY_JSON}; charset=utf-8"
MAIN_KEY: Final = "main-key"


class Me(Protocol):
    """What is needed of the person whose planner this is."""

    @property
    def did(self) -> str:
        """The did:key of the person."""

    @property
    def device(self) -> DeviceKey:
        """The key of this installation."""

    @property
    def identity(self) -> IdentityRecord:
        """The newest identity record, which lists the device."""

    @property
    def base_url(self) -> Callable[[], str]:
        """Tells the URL under which others reach the federation listener, without a slash."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person shows of themselves. `spki` pins the TLS key; None without TLS."""

    name: str
    handle: str | None = None
    spki: str | None = None


@dataclass(frozen=True, slots=True)
class LocalActor:
    """The actor of this planner at the moment; URLs follow where the planner is now."""

    me: Me
    profile: Callable[[], Profile]

    @property
    def url(self) -> str:
        """The id of the actor."""
        return self._url(ACTOR_PATH)

    @property
    def main_key(self) -> str:
        """The id of the key for HTTP signatures (`publicKey`)."""
        return f"{self.url}#{MAIN_KEY}"

    @property
    def proof_key(self) -> str:
        """The id of the key for proofs (`assertionMethod`)."""
        return f"{self.url}#{self.me.device.multibase}"

    @property
    def authority(self) -> str:
        """Host and port of the base URL, as in `Host`."""
        return urlsplit(self.me.base_url()).netloc

    @property
    def username(self) -> str:
        """The local part of the WebFinger address: the handle, or the key itself without one."""
        return self.profile().handle or self.me.did.removeprefix(DID_PREFIX)

    def event_url(self, event: str) -> str:
        """Return the id of something this planner made, by its ULID."""
        return self._url(EVENT_PATH, event=event)

    def document(self) -> dict[str, Any]:
        """Return the actor document."""
        profile = self.profile()
        document = {
            "@context": list(ACTOR_CONTEXT),
            "id": self.url,
            "type": "Person",
            "preferredUsername": self.username,
            "name": profile.name,
            "inbox": self._url(INBOX_PATH),
            "outbox": self._url(OUTBOX_PATH),
            "followers": self._url(FOLLOWERS_PATH),
            "alsoKnownAs": [self.me.did],
            "assertionMethod": [
                {
                    "id": f"{self.url}#{device}",
                    "type": "Multikey",
                    "controller": self.url,
                    "publicKeyMultibase": device,
                }
                for device in self.me.identity.devices
            ],
            "publicKey": {
                "id": self.main_key,
                "type": "CryptographicKey",
                "owner": self.url,
                "publicKeyPem": pem_of(self.me.device.public),
            },
            "pp:identityRecord": dict(self.me.identity.value),
        }
        if profile.spki is not None:
            document["pp:spki"] = profile.spki
        return document

    def collection_url(self, path: str) -> str:
        """Return the id of one of the actor's collections, by its path in `wire`."""
        return self._url(path)

    def _url(self, path: str, **parts: str) -> str:
        return self.me.base_url() + path.format(did=self.me.did, **parts)

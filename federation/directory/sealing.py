"""Endpoint records for contacts: sealed so that the directory learns neither who nor where. Pure.

A contact card is a random signing key (P is its public half) and a random encryption key e;
friends exchange it in their handshake (PROTOCOL §6). The directory keeps under P:

    {"type": "sealed_endpoint", "by": P, "number", "expires", "box", "sig"}
    box = "u" + base64url(nonce(24) || XSalsa20-Poly1305(e, nonce, pad(JCS(body))))
    body = {"endpoint": …, "identity": …}

The body is padded to a multiple of 1 KiB, so that its length does not tell whose it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from federation.directory.registrations import (
    SEALED,
    Registration,
    parse_endpoint,
    parse_identity,
    parse_sealed,
)
from federation.errors import UnauthenticError
from keys.canonical import jcs, parse_canonical
from keys.errors import KeysError
from keys.identity import DeviceKey, IdentityRecord
from keys.multiformats import decode_base64url, encode_base64url
from keys.purposes import sign_value

NONCE_BYTES: Final = SecretBox.NONCE_SIZE
PADDING_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Card:
    """A friend's contact card: whose sealed record to look for, and what opens it."""

    signer: str  # P, a Multikey
    encryption: bytes = field(repr=False)  # e


@dataclass(frozen=True, slots=True)
class OwnCard:
    """The own contact card, with the secret half that signs."""

    signer: DeviceKey
    encryption: bytes = field(repr=False)

    @property
    def card(self) -> Card:
        """What friends are given."""
        return Card(self.signer.multibase, self.encryption)


def seal_endpoint(
    own: OwnCard, endpoint: Mapping[str, Any], identity: IdentityRecord, nonce: bytes
) -> dict[str, Any]:
    """Return the sealed record of an endpoint record.

    Args:
        own: The contact card whose holders may read it.
        endpoint: The signed endpoint record; its number and expiry are repeated outside.
        identity: What proves that its device speaks for the person.
        nonce: 24 random bytes, used once.
    """
    plain = sodium_pad(
        jcs({"endpoint": dict(endpoint), "identity": identity.value}), PADDING_BYTES
    )
    box = bytes(SecretBox(own.encryption).encrypt(plain, nonce))
    return sign_value(
        own.signer,
        SEALED,
        {
            "type": SEALED,
            "by": own.signer.multibase,
            "number": endpoint["number"],
            "expires": endpoint["expires"],
            "box": "u" + encode_base64url(box),
        },
    )


def open_sealed(
    card: Card, record: Mapping[str, Any], now: datetime
) -> tuple[Registration, dict[str, Any], IdentityRecord]:
    """Open a friend's sealed record; return it verified, with what it says and who vouches.

    Raises:
        MalformedError: not of its form.
        RefusedError: it has expired.
        UnauthenticError: signed by another key, sealed with another, altered, or inside it an
            endpoint record that does not verify.
    """
    outer = parse_sealed(record, now)
    if outer.topic != card.signer:
        raise UnauthenticError("signature", "the record is of another contact card")
    if outer.withdrawn:
        raise UnauthenticError("withdrawn", "the record says nothing")
    inner = _open(card, record["box"])
    if not isinstance(inner, dict) or not isinstance(inner.get("endpoint"), dict):
        raise UnauthenticError("box", "no endpoint record inside")
    identity = parse_identity(inner.get("identity"))
    endpoint = inner["endpoint"]
    registration = parse_endpoint(endpoint, identity, now)
    if registration.number != outer.number:
        raise UnauthenticError("box", "the numbers inside and outside differ")
    return registration, endpoint, identity


def _open(card: Card, box: str) -> Any:  # noqa: ANN401 - JSON has no narrower type
    try:
        plain = SecretBox(card.encryption).decrypt(decode_base64url(box[1:]))
        return parse_canonical(sodium_unpad(plain, PADDING_BYTES))
    except (CryptoError, KeysError) as error:
        raise UnauthenticError("box", "the box does not open") from error

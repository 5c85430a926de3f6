"""Signatures of everything that is neither an event nor an HTTP call, one purpose each.

    sig = Ed25519("pp-<purpose>-v1" || 0x00 || SHA-256(JCS(value without sig)))

A value always names its signer (`by`, a device's Multikey), the person it speaks for
(`person`, a did), and its recipient (`to`) where there is one. So a signature made for one
purpose, person or recipient can never be taken for another. `PURPOSES` is the whole table;
vectors for each stand in `tests/vectors/purposes.json`.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from keys.canonical import check_ijson, jcs
from keys.ed25519 import Framed, SigningKey, sign, verify
from keys.errors import BadKeyError, BadMacError, BadSignatureError, MisuseError
from keys.multiformats import (
    decode_multikey,
    decode_signature,
    encode_base64url,
    encode_signature,
    public_of_did,
)


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose: what it says, and the members without which it would not say it."""

    says: str
    members: frozenset[str]


def _purpose(says: str, *members: str) -> Purpose:
    return Purpose(says, frozenset({"by", *members}))


PURPOSES: Final[Mapping[str, Purpose]] = {
    "endpoint": _purpose(
        "where this device can be reached", "person", "number", "urls", "expires"
    ),
    "sealed_endpoint": _purpose(
        "the same for contacts: signed by a contact card's key, the body sealed to it",
        "number",
        "box",
        "expires",
    ),
    "contact": _purpose("the contact card of a person", "person", "number", "P", "e"),
    "friend_request": _purpose("asks to be friends", "person", "number", "to", "name"),
    "friend_answer": _purpose("answers that", "person", "number", "to", "accept", "name"),
    "receipt": _purpose(
        "held durably, with content, up to these heads", "person", "doc", "heads", "at", "n"
    ),
    "deletion": _purpose("content of a document was erased", "person", "to", "doc", "k", "at"),
    "hello": _purpose("answers a caller's hello", "person", "to", "nonce"),
    "handle": _purpose("claims a name in a directory", "person", "number", "handle"),
}

INVITE_TAG: Final = "pp-invite-v1"
INVITE_ANSWER_TAG: Final = "pp-invite-answer-v1"


def sign_value(key: SigningKey, purpose: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value with its signature added as `sig`.

    Raises:
        MisuseError: An unknown purpose, a required member missing, signed already, or `by` is
            not this key.
        NotCanonicalError: The value is outside canonical JSON.
    """
    if "sig" in value:
        raise MisuseError("the value is signed already")
    if value.get("by") != key.multibase:
        raise MisuseError("`by` must name the key that signs")
    try:
        _check_members(purpose, value)
    except BadSignatureError as error:
        raise MisuseError(str(error)) from error
    signature = sign(key, _framed(purpose, value))
    return {**value, "sig": encode_signature(signature)}


def verify_value(
    purpose: str, value: Mapping[str, Any], *, published_key_ok: bool = False
) -> None:
    """Check `sig` against the device that the value names in `by`; returns only when good.

    Whether that device speaks for `person` is for the caller to check, by an identity record.

    Args:
        purpose: What the value is about to be used for.
        value: With `sig`.
        published_key_ok: For test vectors alone.

    Raises:
        BadSignatureError: Unknown purpose, a required member missing, or it does not verify.
        NotCanonicalError: The value is outside canonical JSON.
        WeakKeyError: The key is published.
    """
    _check_members(purpose, value)
    signature = decode_signature(value.get("sig"))
    unsigned = {name: member for name, member in value.items() if name != "sig"}
    public = decode_multikey(value["by"])
    verify(public, _framed(purpose, unsigned), signature, published_key_ok=published_key_ok)


def invite_mac(secret: bytes, value: Mapping[str, Any], *, tag: str = INVITE_TAG) -> str:
    """Return HMAC-SHA256(secret, JCS([tag, value])) as multibase base64url.

    The secret of an invite proves itself without travelling; the answer is returned under
    `INVITE_ANSWER_TAG`, so that nobody can send a MAC back to who made it.

    Raises:
        NotCanonicalError: The value is outside canonical JSON.
    """
    tagged = [tag, dict(value)]
    check_ijson(tagged)
    return "u" + encode_base64url(hmac.digest(secret, jcs(tagged), "sha256"))


def check_invite_mac(
    secret: bytes, value: Mapping[str, Any], mac: object, *, tag: str = INVITE_TAG
) -> None:
    """Check an invite's MAC in constant time; returns only when it is good.

    Raises:
        BadMacError: It is another.
        NotCanonicalError: The value is outside canonical JSON.
    """
    expected = invite_mac(secret, value, tag=tag)
    given = mac if isinstance(mac, str) and mac.isascii() else ""
    if not hmac.compare_digest(expected, given):
        raise BadMacError("the MAC does not match")


def _framed(purpose: str, value: Mapping[str, Any]) -> Framed:
    plain = dict(value)
    check_ijson(plain)
    return Framed(f"pp-{purpose}-v1\0".encode() + sha256(jcs(plain)).digest())


def _check_members(purpose: str, value: Mapping[str, Any]) -> None:
    required = PURPOSES.get(purpose)
    if required is None:
        raise BadSignatureError(f"unknown purpose {purpose}")
    missing = required.members - value.keys()
    if missing:
        raise BadSignatureError(f"{purpose} without {', '.join(sorted(missing))}")
    try:
        decode_multikey(value["by"])
        if "person" in value:
            public_of_did(value["person"])
    except BadKeyError as error:
        raise BadSignatureError("`by` is a Multikey, `person` a did:key") from error
    if "to" in value and not isinstance(value["to"], str):
        raise BadSignatureError("`to` names one recipient")

"""Registrations: which endpoint record a directory takes, keeps and gives out. Pure.

Three visibilities (PROTOCOL §6):

| visibility | record | kept under | the directory learns |
|---|---|---|---|
| everyone | `endpoint`, signed by the device | (did, device) | who is where |
| contacts | `sealed_endpoint`, signed by the contact card's P | (P, P) | a random key, a blob |
| nobody | none | | nothing |

A publication is `{"record": …, "identity": …}`; the identity record proves that the device speaks
for the person, and is absent for `contacts`. Numbers only rise. A record of no use, `urls: []` or
`box: ""`, takes an earlier one back: it holds the number, but nobody is ever given it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from federation.errors import MalformedError, RefusedError, UnauthenticError
from federation.wire import limit
from keys.canonical import INTEGER_MAX, jcs
from keys.errors import BadKeyError, KeysError
from keys.identity import IdentityRecord, parse_identity_record
from keys.multiformats import DID_PREFIX, decode_multikey, public_of_did
from keys.purposes import verify_value

Json = Mapping[str, Any]

ENDPOINT: Final = "endpoint"
SEALED: Final = "sealed_endpoint"
URL_CHARS_MAX: Final = 512

_URL: Final = re.compile(r"https?://[\x21-\x7e]+")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_SPKI: Final = re.compile(r"u[A-Za-z0-9_-]{43,64}")
_BOX: Final = re.compile(r"(u[A-Za-z0-9_-]+)?")


@dataclass(frozen=True, slots=True)
class Registration:
    """A verified endpoint record and where it is kept."""

    topic: str  # a did, or a contact card's key P
    device: str
    number: int
    expires: datetime
    record: bytes  # canonical, as signed
    withdrawn: bool

    @property
    def key(self) -> tuple[str, str]:
        """What numbers are compared within."""
        return self.topic, self.device


class Verdict(StrEnum):
    """What becomes of an offered record beside the one that is kept."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    STALE = "stale"


def decide(current: tuple[int, bytes] | None, number: int, record: bytes) -> Verdict:
    """Compare an offered number and record with those that are kept under the same key.

    A repetition changes nothing: whoever looked the record up could have sent it.
    """
    if current is None or number > current[0]:
        return Verdict.ACCEPTED
    return Verdict.REPEATED if (number, record) == current else Verdict.STALE


def is_newer(held: tuple[int, bytes] | None, offered: IdentityRecord) -> bool:
    """Tell whether an identity record replaces the held one: higher number, then lower hash."""
    if held is None or offered.number != held[0]:
        return held is None or offered.number > held[0]
    return offered.raw != held[1] and offered.hash < parse_identity_record(held[1]).hash


def parse_publication(body: Json, now: datetime) -> tuple[Registration, IdentityRecord | None]:
    """Check a publication and return what is to be kept, with the identity that vouches for it.

    Raises:
        MalformedError: not of its form.
        RefusedError: expired, or meant to live longer than allowed.
        UnauthenticError: the signature does not verify, or the device is not the person's.
    """
    record = body.get("record")
    if not isinstance(record, dict):
        raise MalformedError("schema", "a publication has a record")
    kind = record.get("type")
    if kind == ENDPOINT:
        identity = parse_identity(body.get("identity"))
        return parse_endpoint(record, identity, now), identity
    if kind == SEALED:
        return parse_sealed(record, now), None
    raise MalformedError("schema", "the record is neither endpoint nor sealed_endpoint")


def parse_endpoint(record: Json, identity: IdentityRecord, now: datetime) -> Registration:
    """Check an endpoint record against the identity record that lists its device.

    Raises:
        MalformedError: not of its form.
        RefusedError: expired, or meant to live longer than allowed.
        UnauthenticError: the signature does not verify, or the device is not the person's.
    """
    _verify(ENDPOINT, record)
    urls = record["urls"]
    if not isinstance(urls, list) or len(urls) > limit("endpoint_urls"):
        raise MalformedError("schema", f"urls is a list of at most {limit('endpoint_urls')}")
    if not all(_matches(_URL, url) and len(url) <= URL_CHARS_MAX for url in urls):
        raise MalformedError("schema", "urls are http or https")
    if "spki" in record and not _matches(_SPKI, record["spki"]):
        raise MalformedError("schema", "spki is the digest of a public key")
    vouch(record, identity)
    return _registration(record, record["person"], now, withdrawn=not urls)


def parse_sealed(record: Json, now: datetime) -> Registration:
    """Check a sealed endpoint record, signed by the contact card's key P.

    Raises:
        MalformedError: not of its form.
        RefusedError: expired, or meant to live longer than allowed.
        UnauthenticError: the signature does not verify.
    """
    _verify(SEALED, record)
    box = record["box"]
    if not _matches(_BOX, box) or len(box) > limit("sealed_box") * 4 // 3 + 4:
        raise MalformedError("schema", "box is base64url within its limit")
    return _registration(record, record["by"], now, withdrawn=not box)


def parse_identity(value: object) -> IdentityRecord:
    """Return the identity record that came inside a message.

    Raises:
        UnauthenticError: it is none, or does not verify.
    """
    try:
        return parse_identity_record(jcs(value))
    except KeysError as error:
        raise UnauthenticError("identity", str(error)) from error


def vouch(value: Json, identity: IdentityRecord) -> None:
    """Check that an identity record lists the device that signed a value for that person.

    Raises:
        UnauthenticError: it is another person's, or does not list the device.
    """
    if value["person"] != identity.did:
        raise UnauthenticError("identity", "the identity record is of another person")
    if value["by"] not in identity.devices:
        raise UnauthenticError("unknown_device", "the identity record does not list the device")


def is_topic(text: object) -> bool:
    """Tell whether a text can be asked for: a did:key, or a contact card's key."""
    if not isinstance(text, str):
        return False
    try:
        _ = public_of_did(text) if text.startswith(DID_PREFIX) else decode_multikey(text)
    except BadKeyError:
        return False
    return True


def check_number(value: object) -> int:
    """Return the number of a record.

    Raises:
        MalformedError: it is no integer from 1 to 2^53 - 1.
    """
    if type(value) is not int or not 0 < value <= INTEGER_MAX:
        raise MalformedError("schema", "number is an integer from 1 to 2^53 - 1")
    return value


def parse_time(value: object) -> datetime:
    """Return the time of an RFC 3339 text in UTC with whole seconds.

    Raises:
        MalformedError: any other form.
    """
    if not _matches(_TIME, value):
        raise MalformedError("schema", "times are RFC 3339 in UTC, whole seconds")
    try:
        return datetime.fromisoformat(str(value))
    except ValueError as error:
        raise MalformedError("schema", "no such time") from error


def format_time(at: datetime) -> str:
    """Return the RFC 3339 text of a time in UTC, whole seconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _registration(record: Json, topic: str, now: datetime, *, withdrawn: bool) -> Registration:
    expires = parse_time(record["expires"])
    longest = timedelta(seconds=limit("endpoint_lifetime") + limit("clock_skew"))
    if expires <= now:
        raise RefusedError("expired", "the record has expired")
    if expires > now + longest:
        raise RefusedError("lifetime", "the record lives longer than two hours")
    number = check_number(record["number"])
    return Registration(topic, record["by"], number, expires, jcs(record), withdrawn)


def _verify(purpose: str, record: Json) -> None:
    try:
        verify_value(purpose, record)
    except KeysError as error:
        raise UnauthenticError("signature", str(error)) from error


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None

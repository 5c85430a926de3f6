"""Records: self-signed, numbered statements of which the newest counts (PROTOCOL §5).

| type | says | key |
|---|---|---|
| `identity` | which devices speak for a person | did; every number is kept, events cite them |
| `endpoint` | where a device is reached | (did, device) |
| `contact` | the contact card of a person | did |
| `friend_request`, `friend_answer` | a friendship | (from, to) |
| `deletion` | content of a document was erased | (from, document) |

An identity record is signed by the identity key itself (`keys.identity`), all others by a
device under their purpose (`keys.purposes`). Two records of one number and another content are
an alarm; the lower hash wins, on every node.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import structlog
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    insert,
    select,
)

from federation.errors import MalformedError, UnauthenticError
from federation.prepared import Prepared
from federation.schema import metadata
from federation.wire import limit
from keys.canonical import jcs, parse_canonical
from keys.errors import KeysError
from keys.identity import RECORD_TYPE, IdentityRecord, parse_identity_record
from keys.multiformats import digest
from keys.purposes import verify_value

IDENTITY: Final = RECORD_TYPE
KEYED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "endpoint": ("person", "by"),
    "contact": ("person",),
    "friend_request": ("person", "to"),
    "friend_answer": ("person", "to"),
    "deletion": ("person", "doc"),
}
"""Types signed by a device, with the members that say which record a newer one replaces."""

_LISTINGS_CACHED: Final = 256  # identity records of the people heard of lately

log = structlog.get_logger()

identities: Final = Table(
    "identities",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("did", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", String, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("did", "number"),
)

records: Final = Table(
    "records",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("type", String, nullable=False),
    Column("key", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", String, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("type", "key"),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """One identity record as admission needs it: verified when it came in."""

    did: str
    number: int
    devices: frozenset[str]
    retired: frozenset[str]
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """All identity records known of one person, the newest first. Never empty."""

    listings: tuple[Listing, ...]

    @property
    def newest(self) -> Listing:
        """The record that counts."""
        return self.listings[0]

    def cited(self, number: int) -> Listing | None:
        """Return the record of a number, or None when it is not known."""
        return next((found for found in self.listings if found.number == number), None)


_LISTINGS: Final = Prepared(
    select(identities.c.raw)
    .where(identities.c.did == bindparam("did"))
    .order_by(identities.c.number.desc())
)


def people(conn: Connection, dids: Iterable[str]) -> dict[str, Person]:
    """Return what is known of each of these people; those without a record are left out."""
    found: dict[str, Person] = {}
    for did in sorted(set(dids)):
        rows = _LISTINGS.rows(conn, did=did)
        if rows:
            found[did] = Person(tuple(_stored_listing(bytes(raw)) for (raw,) in rows))
    return found


def put_identity(conn: Connection, record: IdentityRecord) -> bool:
    """Keep a verified identity record; return False when nothing changed.

    Of two with one number the lower hash wins; the alarm is logged.
    """
    held = conn.execute(
        select(identities.c.hash).where(
            identities.c.did == record.did, identities.c.number == record.number
        )
    ).scalar()
    if held is not None and held <= record.hash:
        if held != record.hash:
            log.warning("two identity records of one number", did=record.did, n=record.number)
        return False
    if held is not None:
        log.warning("two identity records of one number", did=record.did, n=record.number)
        conn.execute(
            delete(identities).where(
                identities.c.did == record.did, identities.c.number == record.number
            )
        )
    conn.execute(
        identities.insert().values(
            did=record.did, number=record.number, hash=record.hash, raw=record.raw
        )
    )
    return True


def identity_numbers(conn: Connection, dids: Iterable[str]) -> dict[str, int]:
    """Return the number of the newest identity record of each person that has one."""
    return {did: person.newest.number for did, person in people(conn, dids).items()}


def identity_records(conn: Connection, did: str) -> list[bytes]:
    """Return the canonical bytes of all identity records of a person, the newest first."""
    person = people(conn, [did]).get(did)
    return [] if person is None else [listing.raw for listing in person.listings]


def parse_identity(raw: bytes) -> IdentityRecord:
    """Return a verified identity record.

    Raises:
        UnauthenticError: `record`.
    """
    try:
        return parse_identity_record(raw)
    except KeysError as error:
        raise UnauthenticError("record", str(error)) from error


def verify_record(value: Mapping[str, Any], person: Person | None) -> None:
    """Check a record that a device signed: its form, its signature, its person.

    Raises:
        MalformedError: `record`: an unknown type, or no number.
        UnauthenticError: `record`: a bad signature; `unknown_device`: the person's newest
            identity record does not list the device.
    """
    kind, number = value.get("type"), value.get("number")
    if not isinstance(kind, str) or kind not in KEYED_BY:
        raise MalformedError("record", "an unknown type")
    if type(number) is not int or not 1 <= number <= limit("integer"):
        raise MalformedError("record", "a record has a number")
    try:
        verify_value(kind, value)
    except KeysError as error:
        raise UnauthenticError("record", str(error)) from error
    if person is None or value["by"] not in person.newest.devices:
        raise UnauthenticError("unknown_device", "not listed by the newest identity record")


_THIS_RECORD: Final = (records.c.type == bindparam("kind")) & (records.c.key == bindparam("named"))
_RECORD: Final = select(records.c.number, records.c.hash, records.c.raw).where(_THIS_RECORD)
_DROP_RECORD: Final = delete(records).where(_THIS_RECORD)
_ADD_RECORD: Final = insert(records)


def put_record(conn: Connection, value: Mapping[str, Any]) -> bool:
    """Keep a verified record when it is the newest of its key; return False when it is not.

    Raises:
        KeyError: Its type is none of `KEYED_BY`.
    """
    kind, number, raw = str(value["type"]), int(value["number"]), jcs(dict(value))
    key, hashed = record_key(value), digest(raw)
    held = conn.execute(_RECORD, {"kind": kind, "named": key}).first()
    if held is not None:
        if held.number == number and held.hash != hashed:
            log.warning("two records of one number", type=kind, number=number)
        # The higher number wins; of one number, the lower hash.
        if (-held.number, held.hash) <= (-number, hashed):
            return False
    row = {"type": kind, "key": key, "number": number, "hash": hashed, "raw": raw}
    if held is not None:
        conn.execute(_DROP_RECORD, {"kind": kind, "named": key})
    conn.execute(_ADD_RECORD, row)
    return True


def record_key(value: Mapping[str, Any]) -> str:
    """Return the key under which the newest of such records is kept."""
    return " ".join(str(value[name]) for name in KEYED_BY[str(value["type"])])


def newest_record(conn: Connection, kind: str, *key: str) -> dict[str, Any] | None:
    """Return the newest record of a type and key, or None."""
    row = conn.execute(_RECORD, {"kind": kind, "named": " ".join(key)}).first()
    return None if row is None else dict(parse_canonical(bytes(row.raw)))


def newest_records(conn: Connection, kind: str) -> list[dict[str, Any]]:
    """Return the newest record of each key of a type, by key."""
    raws = conn.execute(
        select(records.c.raw).where(records.c.type == kind).order_by(records.c.key)
    )
    return [dict(parse_canonical(bytes(raw))) for raw in raws.scalars()]


@lru_cache(maxsize=_LISTINGS_CACHED)
def _stored_listing(raw: bytes) -> Listing:
    value = parse_canonical(raw)
    return Listing(
        value["did"],
        value["number"],
        frozenset(value["devices"]),
        frozenset(value["retired"]),
        raw,
    )


def listing_of(record: IdentityRecord) -> Listing:
    """Return the listing of a record that was just verified."""
    return Listing(
        record.did,
        record.number,
        frozenset(record.devices),
        frozenset(record.retired),
        record.raw,
    )

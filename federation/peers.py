"""Tables about other people's planners: friends, their devices, invites, contact cards.

Every function takes the caller's connection or write. Times are stored as unix milliseconds.
Who a device belongs to and where it can be reached stands in the records (`federation.records`);
here stands what this node made of it: states, last contact, what was acknowledged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    delete,
    select,
    update,
)

from federation.schema import metadata
from federation.writer import Tx

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)

friends_table = Table(
    "friends",
    metadata,
    Column("did", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("name", String, nullable=False),
    Column("handle", String),
    Column("verified", Boolean, nullable=False),
    Column("doubt", String),  # why it is key_changed: address, handle
    Column("invite", LargeBinary),  # JCS of the invite that is still being accepted
    Column("since", BigInteger, nullable=False),
    Column("last_contact", BigInteger),
)
devices_table = Table(
    "peer_devices",
    metadata,
    Column("device", String, primary_key=True),
    Column("person", String, nullable=False, index=True),
    Column("url", String),  # the address that answered last
    Column("pin", String),
    Column("source", String),
)
invites_table = Table(
    "invites",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("bad_macs", Integer, nullable=False),
    Column("person", String),  # who accepted it, and the answer they got
    Column("device", String),
    Column("answer", LargeBinary),
)
cards_table = Table(
    "contact_cards",
    metadata,
    Column("number", BigInteger, primary_key=True),
    Column("seed", LargeBinary, nullable=False),
    Column("e", LargeBinary, nullable=False),
)
stopped_table = Table(
    "stopped_lanes",
    metadata,
    Column("person", String, primary_key=True),
    Column("doc", String, primary_key=True),
    Column("reason", String, nullable=False),
)
acknowledged_table = Table(
    "acknowledged_records",
    metadata,
    Column("device", String, primary_key=True),
    Column("type", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("number", BigInteger, nullable=False),
)


class FriendState(StrEnum):
    """How I stand to a person."""

    FRIEND = "friend"
    OUTGOING = "outgoing"
    INCOMING = "incoming"
    BLOCKED = "blocked"
    KEY_CHANGED = "key_changed"


class Doubt(StrEnum):
    """What answered as somebody else: a friend's address, or their handle."""

    ADDRESS = "address"
    HANDLE = "handle"


@dataclass(frozen=True, slots=True)
class FriendRow:
    """A person I know, as stored. `invite` is what I am still accepting from them.

    `doubt` says, while the state is key_changed, what answers as somebody else.
    """

    did: str
    state: FriendState
    name: str
    since: datetime
    handle: str | None = None
    verified: bool = False
    invite: bytes | None = field(default=None, repr=False)
    last_contact: datetime | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class InviteRow:
    """An invite I gave out."""

    id: str
    name: str
    secret: bytes = field(repr=False)
    created: datetime
    expires: datetime
    bad_macs: int = 0
    person: str | None = None
    device: str | None = None
    answer: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device of a peer and the address that answered last."""

    device: str
    person: str
    url: str | None = None
    pin: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class CardRow:
    """A contact card of mine with its secret half; the highest number is the current one."""

    number: int
    seed: bytes = field(repr=False)
    e: bytes = field(repr=False)


def to_ms(at: datetime) -> int:
    """Return a time as unix milliseconds."""
    return (at - _EPOCH) // _MS


def from_ms(at_ms: int) -> datetime:
    """Return the time of unix milliseconds."""
    return _EPOCH + at_ms * _MS


def friend(conn: Connection, did: str) -> FriendRow | None:
    """Return what is stored of a person, or None."""
    row = conn.execute(select(friends_table).where(friends_table.c.did == did)).first()
    return None if row is None else _friend(row)


def friends(conn: Connection) -> list[FriendRow]:
    """Return all people in any state, oldest first."""
    order = (friends_table.c.since, friends_table.c.did)
    return [_friend(row) for row in conn.execute(select(friends_table).order_by(*order))]


def put_friend(tx: Tx, row: FriendRow) -> None:
    """Store a person, replacing what was stored."""
    drop_friend(tx, row.did)
    values = {
        "did": row.did,
        "state": row.state.value,
        "name": row.name,
        "handle": row.handle,
        "verified": row.verified,
        "doubt": row.doubt,
        "invite": row.invite,
        "since": to_ms(row.since),
        "last_contact": None if row.last_contact is None else to_ms(row.last_contact),
    }
    tx.conn.execute(friends_table.insert().values(values))


def drop_friend(tx: Tx, did: str) -> None:
    """Forget a person."""
    tx.conn.execute(delete(friends_table).where(friends_table.c.did == did))


def touch_friend(tx: Tx, did: str) -> None:
    """Write down that this person's planner was in contact now."""
    tx.conn.execute(
        update(friends_table).where(friends_table.c.did == did).values(last_contact=to_ms(tx.now))
    )


def devices(conn: Connection) -> list[DeviceRow]:
    """Return all devices with the address that answered last."""
    return [DeviceRow(*row) for row in conn.execute(select(devices_table))]


def put_device(tx: Tx, row: DeviceRow) -> None:
    """Store where a device answered."""
    tx.conn.execute(delete(devices_table).where(devices_table.c.device == row.device))
    values = {name: getattr(row, name) for name in devices_table.c.keys()}  # noqa: SIM118 - names
    tx.conn.execute(devices_table.insert().values(values))


def invite(conn: Connection, invite_id: str) -> InviteRow | None:
    """Return an invite of mine, or None."""
    row = conn.execute(select(invites_table).where(invites_table.c.id == invite_id)).first()
    return None if row is None else _invite(row)


def invites(conn: Connection) -> list[InviteRow]:
    """Return all invites, newest first."""
    order = (invites_table.c.created.desc(), invites_table.c.id)
    return [_invite(row) for row in conn.execute(select(invites_table).order_by(*order))]


def put_invite(tx: Tx, row: InviteRow) -> None:
    """Store an invite, replacing what was stored."""
    drop_invite(tx, row.id)
    values = {name: getattr(row, name) for name in invites_table.c.keys()}  # noqa: SIM118 - names
    values |= {"created": to_ms(row.created), "expires": to_ms(row.expires)}
    tx.conn.execute(invites_table.insert().values(values))


def drop_invite(tx: Tx, invite_id: str) -> bool:
    """Forget an invite; return whether there was one."""
    return bool(
        tx.conn.execute(delete(invites_table).where(invites_table.c.id == invite_id)).rowcount
    )


def card(conn: Connection) -> CardRow | None:
    """Return my current contact card."""
    row = conn.execute(select(cards_table).order_by(cards_table.c.number.desc())).first()
    return None if row is None else CardRow(*row)


def put_card(tx: Tx, row: CardRow) -> None:
    """Store a new contact card; the older ones stay to recognise late friends by."""
    tx.conn.execute(cards_table.insert().values(number=row.number, seed=row.seed, e=row.e))


def stopped(conn: Connection) -> dict[tuple[str, str], str]:
    """Return {(person, document): reason} of the lanes that a final refusal stopped."""
    rows = conn.execute(select(stopped_table))
    return {(row.person, row.doc): row.reason for row in rows}


def stop(tx: Tx, person: str, doc: str, reason: str) -> None:
    """Stop a document's lane to a person until there is a newer grant."""
    resume(tx, doc, person)
    tx.conn.execute(stopped_table.insert().values(person=person, doc=doc, reason=reason))


def resume(tx: Tx, doc: str, person: str | None = None) -> None:
    """Let a document's lanes run again, or only the one to a person."""
    query = delete(stopped_table).where(stopped_table.c.doc == doc)
    if person is not None:
        query = query.where(stopped_table.c.person == person)
    tx.conn.execute(query)


def acknowledged(conn: Connection, device: str) -> dict[tuple[str, str], int]:
    """Return {(type, key): number} of the records that a device has acknowledged."""
    table = acknowledged_table
    rows = conn.execute(select(table).where(table.c.device == device))
    return {(row.type, row.key): row.number for row in rows}


def acknowledge(tx: Tx, device: str, numbers: Sequence[tuple[str, str, int]]) -> None:
    """Write down which records, as (type, key, number), a device has acknowledged."""
    table = acknowledged_table
    for kind, key, number in numbers:
        same = (table.c.device == device) & (table.c.type == kind) & (table.c.key == key)
        tx.conn.execute(delete(table).where(same))
        tx.conn.execute(table.insert().values(device=device, type=kind, key=key, number=number))


def forget_acknowledged(tx: Tx, devices: Sequence[str]) -> None:
    """Forget what devices acknowledged: they are strangers again."""
    table = acknowledged_table
    tx.conn.execute(delete(table).where(table.c.device.in_(devices)))


def _friend(row: Any) -> FriendRow:  # noqa: ANN401 - a row of SQLAlchemy
    return FriendRow(
        did=row.did,
        state=FriendState(row.state),
        name=row.name,
        since=from_ms(row.since),
        handle=row.handle,
        verified=row.verified,
        invite=row.invite,
        last_contact=None if row.last_contact is None else from_ms(row.last_contact),
        doubt=None if row.doubt is None else Doubt(row.doubt),
    )


def _invite(row: Any) -> InviteRow:  # noqa: ANN401 - a row of SQLAlchemy
    members = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    members |= {"created": from_ms(row.created), "expires": from_ms(row.expires)}
    return InviteRow(**members)

"""What a lane has to bring: records that are due, and pages of own events from the log."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson
from sqlalchemy import Connection, bindparam, select

from federation import peers
from federation.log.kinds import Json
from federation.log.lines import event_line, record_line
from federation.log.schema import documents, grants
from federation.net.endpoints import ENDPOINT
from federation.net.friendship import ANSWER, REQUEST
from federation.net.intake import DELETION
from federation.net.roster import Roster
from federation.peers import FriendState
from federation.records import IDENTITY, newest_record, people, record_key, records
from keys.canonical import jcs, parse_canonical
from keys.identity import IdentityRecord

_FOR_FRIENDS: Final = frozenset({FriendState.FRIEND, FriendState.KEY_CHANGED})
_NEVER_BARE: Final = frozenset({"grant", "close"})  # classes whose content is never dropped
_NEWEST_GRANT: Final = (
    select(grants.c.role, grants.c.stream, grants.c.seq, grants.c.lc)
    .join(documents, documents.c.id == grants.c.document_id)
    .where(documents.c.doc == bindparam("doc"), grants.c.person == bindparam("person"))
    .order_by(grants.c.k.desc(), grants.c.lc.desc())
)


@dataclass(frozen=True, slots=True)
class DueRecord:
    """A record that a peer has not acknowledged in this number."""

    kind: str
    key: str
    number: int
    line: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OwnLine:
    """An own event on its way: where it stands, and its line."""

    doc: str
    stream: str
    seq: int
    line: bytes = field(repr=False)


def due_records(
    conn: Connection, roster: Roster, me: IdentityRecord, person: str, device: str
) -> list[DueRecord]:
    """Return the records that a device of a person should get, oldest knowledge first."""
    held = peers.acknowledged(conn, device)
    found = [DueRecord(IDENTITY, me.did, me.number, record_line(me.raw))]
    values: list[Json | None] = [newest_record(conn, ENDPOINT, me.did, roster.device)]
    if roster.state_of(person) in _FOR_FRIENDS:
        values.append(roster.contacts.get(me.did))
    values += [newest_record(conn, kind, me.did, person) for kind in (REQUEST, ANSWER)]
    values += _deletions(conn, me.did, person)
    found += _reminders(conn, person, values)
    for value in values:
        if value is not None:
            line = record_line(jcs(dict(value)))
            found.append(DueRecord(value["type"], record_key(value), value["number"], line))
    return [due for due in found if held.get((due.kind, due.key), 0) < due.number]


def _reminders(conn: Connection, person: str, values: Iterable[Json | None]) -> list[DueRecord]:
    """Return the identity records of the addressee that a card of theirs in `values` needs."""
    cards = [value["card"] for value in values if value is not None and "card" in value]
    person_known = people(conn, [person]).get(person) if cards else None
    if person_known is None:
        return []
    return [
        DueRecord(IDENTITY, person, listing.number, record_line(listing.raw))
        for listing in person_known.listings
        if any(card["by"] in listing.devices for card in cards)
    ]


def is_pressing(due: list[DueRecord]) -> bool:
    """Say whether something is due that is addressed to this very person."""
    return any(record.kind in {REQUEST, ANSWER, DELETION} for record in due)


def _deletions(conn: Connection, me: str, person: str) -> list[Json]:
    mine = records.c.key.startswith(f"{me} ", autoescape=True)
    raws = conn.execute(select(records.c.raw).where(records.c.type == DELETION, mine)).scalars()
    values = [parse_canonical(bytes(raw)) for raw in raws]
    return [value for value in values if value["to"] == person]


def own_lines(lines: list[bytes]) -> list[OwnLine]:
    """Return the lines of a page with their places; records among them have none."""
    found = []
    for line in lines:
        event = orjson.loads(line).get("event")
        if event is None:
            found.append(OwnLine("", "", 0, line))
        else:
            found.append(OwnLine(event["pp:doc"], event["pp:stream"], event["pp:seq"], line))
    return found


@dataclass(frozen=True, slots=True)
class Removal:
    """The grant that removed a person: where it stands, and its counter."""

    stream: str
    seq: int
    lc: int


def removal(conn: Connection, doc: str, person: str) -> Removal | None:
    """Return the grant that removed a person, None when they are in."""
    row = conn.execute(_NEWEST_GRANT, {"doc": doc, "person": person}).first()
    if row is None or row.role != "none":
        return None
    return Removal(row.stream, row.seq, row.lc)


def farewell(lines: list[OwnLine], end: Removal) -> list[OwnLine]:
    """Return what a removed person gets of these lines: my chains up to their removal.

    And up to my last close: a removal by a device that I lost counts only with it.
    So they can verify it, and find the grant that it names as seen, which may stand in a stream
    of an earlier start. Contents stay behind, but for those of grants and closes.
    """
    events: list[dict[str, Any] | None] = [orjson.loads(own.line).get("event") for own in lines]
    closed = [event["pp:lc"] for event in events if event and event["pp:class"] == "close"]
    last = max([end.lc, *closed])
    kept: list[OwnLine] = []
    for own, event in zip(lines, events, strict=True):
        if event is None:
            kept.append(own)
        elif event["pp:lc"] <= last:
            bare = event["pp:class"] not in _NEVER_BARE
            kept.append(replace(own, line=event_line(jcs(event), None)) if bare else own)
    return kept

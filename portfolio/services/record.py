"""Track records: my own with its witnesses, a friend's by the clock of this planner, and export.

My trades count by the receipts of friends' planners. A friend's trades count on my page by when
their plan arrived here, and by nothing else: a receipt that somebody shows me could be made up
with a helper, my own arrival cannot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from federation.log.evidence import places
from federation.records import people
from portfolio.domain.record import Step, Summary, Told, Trade, summary, trades
from portfolio.events.journal import JOURNAL, tag_of, terms_digest
from portfolio.services.errors import NotFoundError
from portfolio.services.journal import entries, salt_of
from portfolio.services.planner import Planner
from portfolio.storage import record
from portfolio.storage.record import Held, StepRow

FORMAT: Final = "portfolio-planner track record"
VERSION: Final = 1
PAGE_ITEMS: Final = 500
PAGE_BYTES: Final = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Record:
    """A person's record. `numbers` counts the journal's entries, `twice` names contradictions.

    `journal` is False where no journal of theirs is here, so nothing can be said of omissions.
    """

    person: str
    journal: bool
    numbers: int
    twice: tuple[int, ...]
    trades: tuple[Trade, ...]
    summary: Summary
    witnesses: tuple[str, ...]


def own(planner: Planner, conn: Connection) -> Record:
    """Return my record, as the receipts of friends' planners prove it."""
    me = planner.me.did
    doc = record.document_of(conn, me, JOURNAL)
    rows = {row.number: row for row in record.of_owner(conn, me) if row.number is not None}
    kept = [] if doc is None else entries(planner, conn, doc)
    at = {} if doc is None else places(conn, doc)
    receipts = [] if doc is None else record.receipts_of(conn, doc)
    told = [_told(one, rows.get(one["n"]), _held(at.get(one["hash"]), receipts)) for one in kept]
    missing = sum(one.terms is None for one in told)
    found = trades([one for one in told if one.terms is not None])
    return Record(
        person=me,
        journal=doc is not None,
        numbers=len(kept),
        twice=tuple(one["n"] for one in kept if one.get("twice")),
        trades=found,
        summary=summary(found, missing),
        witnesses=tuple(sorted({one.person for one in receipts})),
    )


def of_friend(planner: Planner, conn: Connection, did: str) -> Record:
    """Return what is known here of a friend's record.

    Raises:
        NotFoundError: nothing of theirs was ever shared with me.
    """
    doc = record.document_of(conn, did, JOURNAL)
    rows = record.of_owner(conn, did)
    if doc is None and not rows:
        raise NotFoundError("They have not shared an idea with you yet")
    kept = [] if doc is None else entries(planner, conn, doc)
    numbers = {(one["tag"], one["step"], one["terms"]): one["n"] for one in kept}
    told = [_arrived(conn, row, numbers, planner.me.did) for row in rows]
    seen = {one.number for one in told}
    found = trades(told)
    return Record(
        person=did,
        journal=doc is not None,
        numbers=len(kept),
        twice=tuple(one["n"] for one in kept if one.get("twice")),
        trades=found,
        summary=summary(found, sum(one["n"] not in seen for one in kept)),
        witnesses=(planner.me.did,),
    )


def export(planner: Planner, conn: Connection, name: str, now: str) -> dict[str, Any]:
    """Return my record with everything that somebody needs to check it offline.

    Raises:
        NotFoundError: there is no journal: nothing was shared yet.
    """
    me = planner.me.did
    doc = record.document_of(conn, me, JOURNAL)
    if doc is None:
        raise NotFoundError("There is no record yet: it begins with the first idea you share")
    receipts = record.receipts_of(conn, doc)
    witnesses = people(conn, {one.person for one in receipts})
    return {
        "format": FORMAT,
        "version": VERSION,
        "author": {"did": me, "name": name},
        "made": now,
        "journal": {"doc": doc, "lines": _lines(planner, conn, doc)},
        "ideas": _shown(conn, record.of_owner(conn, me)),
        "receipts": [record.as_json(one.raw) for one in receipts],
        "witnesses": {
            did: {
                "name": _name(planner, conn, did),
                "identities": [one.raw.decode() for one in found.listings],
            }
            for did, found in sorted(witnesses.items())
        },
    }


def _told(entry: Mapping[str, Any], row: StepRow | None, held: Mapping[str, datetime]) -> Told:
    return Told(
        number=entry["n"],
        idea=entry["tag"] if row is None else row.position,
        step=Step(entry["step"]),
        terms=None if row is None else row.terms,
        held=held,
    )


def _arrived(
    conn: Connection, row: StepRow, numbers: Mapping[tuple[str, str, str], int], me: str
) -> Told:
    salt = salt_of(conn, row.doc)
    name = tag_of(row.doc, salt), row.step.value, terms_digest(row.doc, salt, row.terms)
    return Told(
        number=numbers.get(name),
        idea=row.position,
        step=row.step,
        terms=row.terms,
        held={me: datetime.fromisoformat(row.at)},
    )


def _held(place: tuple[str, int] | None, receipts: Sequence[Held]) -> dict[str, datetime]:
    """Return who held an event since when, by their own clocks."""
    found: dict[str, datetime] = {}
    for one in receipts:
        if place is None or one.heads.get(place[0], (0, ""))[0] < place[1]:
            continue
        at = datetime.fromisoformat(one.at)
        found[one.person] = min(at, found.get(one.person, at))
    return found


def _shown(conn: Connection, rows: Sequence[StepRow]) -> list[dict[str, Any]]:
    """Return the terms behind the numbers of my journal, by idea, with what salts them."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row.number is None:
            continue
        salt = salt_of(conn, row.doc)
        idea = found.setdefault(row.doc, {"doc": row.doc, "salt": salt, "entries": []})
        idea["entries"].append({"n": row.number, "terms": dict(row.terms)})
    return list(found.values())


def _lines(planner: Planner, conn: Connection, doc: str) -> list[str]:
    """Return the whole log of a document as lines of a native batch, each line once."""
    lines: dict[str, None] = {}
    have: dict[str, int] = {}
    more = True
    while more:
        page = planner.log.page(conn, doc, have, limit=PAGE_ITEMS, body_max=PAGE_BYTES, records={})
        lines |= dict.fromkeys(line.decode() for line in page.lines)
        have, more = _after(have, page.lines), page.more
    return list(lines)


def _after(have: Mapping[str, int], lines: Sequence[bytes]) -> dict[str, int]:
    following = dict(have)
    for line in lines:
        event = record.as_json(line).get("event")
        if event is not None:
            stream = event["pp:stream"]
            following[stream] = max(following.get(stream, 0), event["pp:seq"])
    return following


def _name(planner: Planner, conn: Connection, did: str) -> str | None:
    found = planner.friends.get(conn, did)
    return None if found is None else found.name

"""The calls that a lane makes: batches to the inbox, questions about heads, introductions.

Each returns what the lane has to know; what has to be stored of an answer (receipts, endpoints
of other members, acknowledged records, stopped documents) is stored here.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol

import structlog
from sqlalchemy import Connection

from federation import peers
from federation.errors import RemoteProtocolError
from federation.log.lines import record_line
from federation.log.log import Sender
from federation.log.results import AGAIN, DURABLE, HELD, STORED, reason_of, refused
from federation.net.backlog import Backlog
from federation.net.circle import Circle
from federation.net.client import OK, Address, Answered, Callee, Outcome
from federation.net.endpoints import ENDPOINT
from federation.net.intake import Intake
from federation.net.outgoing import DueRecord, OwnLine, due_records, farewell, own_lines, removal
from federation.records import IDENTITY
from federation.wire import HEADS_PATH, INBOX_PATH, NATIVE_BATCH, limit
from federation.writer import Tx
from keys.canonical import jcs

REMOVED_WORD: Final = "refused:removed"
RECEIPTS_S: Final = 0.03  # receipts of batches in a row are stored together
NOT_FOUND: Final = "not_found"
FAREWELL: Final = "farewell"
_ABOUT_MEMBERS: Final = frozenset({ENDPOINT, IDENTITY})
_SETTLED_RECORD: Final = DURABLE | {refused("stale")}

log = structlog.get_logger()


class Consignor(Protocol):
    """Who has something to deliver: a lane."""

    person: str
    device: str
    backlog: Backlog
    records_due: bool
    records_asked: int

    def may_get(self, doc: str) -> bool:
        """Say whether the peer gets anything of a document."""


@dataclass(slots=True)
class Delivered:
    """What became of one batch.

    `again` lists documents to try later, `afresh` those that the peer does not have, against
    what was believed, and `stopped` those that are done with. `records_again`: some records, or
    all of an answer that says nothing of them, are to be tried later.
    """

    outcome: Outcome
    heads: dict[str, dict[str, int]] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)
    afresh: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    records_again: bool = False


@dataclass(slots=True)
class _Batch:
    records: list[DueRecord] = field(default_factory=list)
    asked: int = 0  # `records_asked` of the lane when the records were read
    lines: list[OwnLine] = field(default_factory=list)
    last: tuple[str, str, int] | None = None  # (document, stream, seq) of a farewell's end

    def body(self) -> bytes:
        return b"\n".join([due.line for due in self.records] + [own.line for own in self.lines])


class Courier:
    """Makes the calls of all lanes."""

    def __init__(self, circle: Circle, intake: Intake) -> None:
        self._circle = circle
        self._intake = intake
        self._receipts: dict[tuple[str, str], Mapping[str, Any]] = {}

    async def deliver(self, lane: Consignor, address: Address) -> Delivered | None:
        """Send one batch of what a lane owes; None when it turned out to be nothing."""
        batch = await self._load(lane)
        if not batch.records and not batch.lines:
            return None
        callee = Callee(lane.person, lane.device)
        began_s = self._circle.monotonic()
        outcome = await self._post(address, callee, batch.body())
        delivered = Delivered(outcome)
        if isinstance(outcome, Answered):
            await self._account(lane, batch, outcome, delivered)
        log.info(
            "delivery",
            person=lane.person[-8:],
            items=len(batch.records) + len(batch.lines),
            outcome=outcome.status if isinstance(outcome, Answered) else outcome.why,
            ms=round((self._circle.monotonic() - began_s) * 1000, 1),
        )
        return delivered

    async def introduce(self, address: Address, callee: Callee) -> bool:
        """Bring only records to somebody who does not answer hello; return whether all came."""
        device = callee.device or ""
        due = await self._circle.reader.run(partial(self._due, callee.person, device))
        batch = _Batch(records=[_introduction(self._circle), *due])
        if not due:
            return True
        outcome = await self._post(address, callee, batch.body())
        if not isinstance(outcome, Answered) or outcome.status != OK:
            return False
        await self._acknowledge(device, batch.records, _words(outcome))
        return True

    async def heads(
        self, address: Address, callee: Callee, docs: Sequence[str]
    ) -> dict[str, dict[str, int] | None] | None:
        """Return {document: {stream: seq} there, or None when I am not a member there}.

        None instead of all of it: the peer did not answer.
        """
        found: dict[str, dict[str, int] | None] = {}
        most = limit("heads_documents")
        for start in range(0, len(docs), most):
            asked = list(docs[start : start + most])
            outcome = await self._circle.client.call(
                address, callee, HEADS_PATH, jcs({"docs": asked})
            )
            if not isinstance(outcome, Answered):
                return None
            answer = outcome.json().get("docs") if outcome.status == OK else {}
            entries = answer if isinstance(answer, dict) else {}
            for doc in asked:
                found[doc] = await self._entry(callee, doc, entries.get(doc))
        return found

    async def unconfirmed(self, callee: Callee) -> list[str]:
        """Return the documents of which I have no receipt up to my last event."""

        def read(conn: Connection) -> list[str]:
            found = []
            for doc in list(self._circle.roster.common(callee.person)):
                delivery = self._circle.log.delivery(conn, doc).get(callee.person)
                if delivery is not None and delivery.state == "queued" and delivery.waiting:
                    found.append(doc)
            return found

        return await self._circle.reader.run(read)

    async def _post(self, address: Address, callee: Callee, body: bytes) -> Outcome:
        path = INBOX_PATH.format(did=callee.person)
        return await self._circle.client.call(address, callee, path, body, media_type=NATIVE_BATCH)

    def _due(self, person: str, device: str, conn: Connection) -> list[DueRecord]:
        circle = self._circle
        return due_records(conn, circle.roster, circle.me.identity, person, device)

    async def _load(self, lane: Consignor) -> _Batch:
        batch = _Batch()
        most, bytes_max = limit("batch_items"), limit("batch_body")
        if lane.records_due:
            batch.asked = lane.records_asked
            read = partial(self._due, lane.person, lane.device)
            batch.records = (await self._circle.reader.run(read))[:most]
            if not batch.records and lane.records_asked == batch.asked:
                lane.records_due = False
            bytes_max -= sum(len(due.line) + 1 for due in batch.records)
        batch.lines = lane.backlog.take(most - len(batch.records), bytes_max)
        if batch.lines:
            return batch
        for doc in lane.backlog.due():
            if not lane.may_get(doc):
                lane.backlog.forget(doc)
                continue
            room = most - len(batch.records)
            await self._load_page(lane, doc, batch, room, bytes_max)
            if batch.lines:
                break
            lane.backlog.of(doc).due = False
        return batch

    async def _load_page(
        self, lane: Consignor, doc: str, batch: _Batch, room: int, bytes_max: int
    ) -> None:
        have = lane.backlog.of(doc).theirs or {}
        removed = self._circle.roster.role(doc, lane.person) == "none"

        def read(conn: Connection) -> None:
            page = self._circle.log.page(
                conn, doc, have, own_only=True, limit=room, body_max=bytes_max, to=lane.person
            )
            lines = own_lines(page.lines)
            if removed:
                end = removal(conn, doc, lane.person)
                lines = [] if end is None else farewell(lines, end)
                batch.last = None if end is None else (doc, end.stream, end.seq)
            batch.lines = lines

        await self._circle.reader.run(read)
        if removed and not batch.lines:
            await self._stop(lane.person, doc, FAREWELL)

    async def _account(
        self, lane: Consignor, batch: _Batch, outcome: Answered, delivered: Delivered
    ) -> None:
        words = _words(outcome)
        if outcome.error == "unknown_device":
            device = lane.device
            await self._circle.writer.run(lambda tx: peers.forget_acknowledged(tx, [device]))
            lane.records_due = True
        if len(words) != len(batch.records) + len(batch.lines):
            delivered.again = {own.doc for own in batch.lines if own.doc}
            delivered.records_again = bool(batch.records)
            return
        count = len(batch.records)
        await self._acknowledge(lane.device, batch.records, words[:count])
        delivered.records_again = any(word in AGAIN for word in words[:count])
        # What was committed while the batch was under way was not in it.
        if lane.records_asked == batch.asked and not delivered.records_again:
            lane.records_due = False
        delivered.heads = _heads(outcome.json().get("heads"))
        for own, word in zip(batch.lines, words[count:], strict=True):
            if own.doc:
                await self._note(lane, own, word, batch, delivered)
        self._keep_receipts(lane.person, outcome.json().get("receipt"))

    async def _note(
        self, lane: Consignor, own: OwnLine, word: str, batch: _Batch, delivered: Delivered
    ) -> None:
        reason = reason_of(word)
        role = self._circle.roster.role(own.doc, lane.person)
        if reason == NOT_FOUND and role != "none" and lane.backlog.of(own.doc).theirs:
            delivered.afresh.add(own.doc)
        elif reason is not None and own.doc not in delivered.stopped:
            await self._stop(lane.person, own.doc, reason)
            delivered.stopped.add(own.doc)
        elif word in AGAIN:
            delivered.again.add(own.doc)
        elif word in DURABLE and word != HELD and batch.last == (own.doc, own.stream, own.seq):
            await self._stop(lane.person, own.doc, FAREWELL)
            delivered.stopped.add(own.doc)

    async def _stop(self, person: str, doc: str, reason: str) -> None:
        """Stop a document's lane to a person until there is a newer grant."""

        def store(tx: Tx) -> None:
            peers.stop(tx, person, doc, reason)
            if reason != FAREWELL:
                self._circle.log.note_refusal(tx, doc, person, reason)

        await self._circle.writer.run(store)
        self._circle.roster.stopped[person, doc] = reason
        if reason != FAREWELL:
            log.warning("delivery refused", person=person[-8:], reason=reason)

    async def _acknowledge(
        self, device: str, due: Sequence[DueRecord], words: Sequence[str]
    ) -> None:
        numbers = [
            (record.kind, record.key, record.number)
            for record, word in zip(due, words, strict=False)
            if word in _SETTLED_RECORD or reason_of(word) not in {None, NOT_FOUND}
        ]
        if numbers:
            await self._circle.writer.run(lambda tx: peers.acknowledge(tx, device, numbers))

    async def _entry(self, callee: Callee, doc: str, entry: object) -> dict[str, int] | None:
        if not isinstance(entry, dict):
            return {}
        if "error" in entry:
            return None if entry["error"] == REMOVED_WORD else {}
        self._keep_receipts(callee.person, [entry.get("receipt")])
        await self._learn(callee, doc, entry)
        return _heads({doc: entry.get("heads")}).get(doc, {})

    async def _learn(self, callee: Callee, doc: str, entry: Mapping[str, Any]) -> None:
        """Take who and where other members are; ask for identity records that are newer there."""
        roster = self._circle.roster
        carried = entry.get("records")
        news = [
            value
            for value in (carried if isinstance(carried, list) else [])
            if isinstance(value, dict) and value.get("type") in _ABOUT_MEMBERS
            if self._is_news(value)
        ]
        if news:
            sender = Sender(callee.person, callee.device or "", friend=False, solicited=True)

            def store(tx: Tx) -> None:
                self._intake.take(tx, news, sender)

            await self._circle.writer.run(store)
        numbers = entry.get("identities")
        for did, number in (numbers if isinstance(numbers, dict) else {}).items():
            held = roster.listings.get(did)
            if type(number) is int and (held is None or held.number < number):
                self._circle.want(doc, callee.device or "")

    def _is_news(self, value: Mapping[str, Any]) -> bool:
        roster, number = self._circle.roster, value.get("number")
        if value.get("type") == IDENTITY:
            listing = roster.listings.get(str(value.get("did")))
            held = 0 if listing is None else listing.number
        else:
            endpoint = roster.endpoints.get(str(value.get("by")))
            held = 0 if endpoint is None else endpoint.number
        return type(number) is int and held < number

    def _keep_receipts(self, person: str, receipts: object) -> None:
        """Keep the last receipt of each device and document; they are cumulative."""
        for receipt in receipts if isinstance(receipts, list) else ():
            if isinstance(receipt, dict) and receipt.get("person") == person:
                if not self._receipts:
                    self._circle.spawn(self._store_receipts)
                self._receipts[str(receipt.get("by")), str(receipt.get("doc"))] = receipt

    async def _store_receipts(self) -> None:
        """Store what has come together; one write for many batches in a row."""
        await asyncio.sleep(RECEIPTS_S)
        receipts, self._receipts = self._receipts, {}

        def store(tx: Tx) -> None:
            for receipt in receipts.values():
                try:
                    self._circle.log.accept_receipt(tx, receipt)
                except RemoteProtocolError as error:
                    log.warning("receipt refused", reason=error.reason)

        await self._circle.writer.run(store)


def _introduction(circle: Circle) -> DueRecord:
    identity = circle.me.identity
    return DueRecord("identity", identity.did, identity.number, record_line(identity.raw))


def _words(outcome: Answered) -> list[str]:
    results = outcome.json().get("results")
    if not isinstance(results, list):
        return []
    return [word if isinstance(word, str) else STORED for word in results]


def _heads(value: object) -> dict[str, dict[str, int]]:
    """Return {document: {stream: seq}} of an answer; what is not of the form is left out."""
    found: dict[str, dict[str, int]] = {}
    for doc, heads in (value if isinstance(value, dict) else {}).items():
        if isinstance(heads, dict):
            found[doc] = {
                stream: head[0]
                for stream, head in heads.items()
                if isinstance(head, list) and head and type(head[0]) is int
            }
    return found

"""The native inbox: a batch of events and records, answered after the commit (PROTOCOL §5).

    POST /u/<did>/inbox    one line per item
    200 {"results": [word per item], "heads": {doc: {stream: [seq, hash]}},
         "receipt": [one per document]}

Parsing and proofs stand before the transaction, on a worker thread when the batch is large;
admission, application, heads and receipts inside one transaction. So what is answered is on
disk, and the sender sees in the same answer how far this node really is.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from federation.errors import MalformedError, UnauthenticError
from federation.log.lines import (
    Authenticated,
    BadLine,
    EventLine,
    RecordLine,
    authenticate,
    split_batch,
)
from federation.log.log import Log, Received, Sender
from federation.log.results import BUSY, refused
from federation.net.calls import Call, CallError, Desk, refuse_former
from federation.net.gate import Gate
from federation.net.intake import Intake
from federation.net.roster import Roster, Shared, read_shared
from federation.records import IDENTITY, parse_identity
from federation.wire import limit
from federation.writer import Tx, Writer
from keys.canonical import jcs
from keys.identity import IdentityRecord

QUOTA_RETRY_S: Final = 3600  # nothing of a quota comes back sooner
INLINE_LINES: Final = 4  # a thread hop costs as much as checking so many
NOT_FOUND: Final = refused("not_found")
_ASKING: Final = frozenset({"friend_request", "friend_answer"})
_FORMER_MEMBERS_MAY: Final = frozenset({"deletion"})
_ASKERS_MAY: Final = _ASKING | _FORMER_MEMBERS_MAY | {"identity", "endpoint"}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch."""

    results: list[str]
    heads: dict[str, dict[str, list[Any]]]
    receipts: list[dict[str, Any]]
    over_quota: bool

    def answer(self) -> dict[str, Any]:
        """Return the answer on the wire."""
        return {"results": self.results, "heads": self.heads, "receipt": self.receipts}


async def checked(lines: Sequence[bytes]) -> list[Authenticated]:
    """Parse and authenticate lines; off the event loop when they are many."""
    if len(lines) <= INLINE_LINES:
        return authenticate(lines)
    return await asyncio.to_thread(authenticate, lines)


@dataclass(slots=True)
class Inbox:
    """Takes batches of peers; pulled pages take the same way in."""

    log: Log
    writer: Writer
    roster: Roster
    intake: Intake
    desk: Desk
    gate: Gate

    async def receive(self, call: Call) -> tuple[str, Taken]:
        """Take the batch of a call; return the caller's did and what became of it.

        Raises:
            CallError: 400, 401, 404, 413 or 429 about the envelope.
            BusyError: Too many requests wait.
        """
        try:
            lines = split_batch(call.body, limit("batch_items"))
        except MalformedError as error:
            raise CallError(413 if call.body else 400, error.reason) from error
        person = self.roster.owner_of(call.device)
        async with self.gate.slot(person or call.device):
            items = await checked(lines)
            introduction = None
            if person is None:
                introduction = _introduction(items, call.device)
                person = introduction.did
                refuse_former(self.roster.listings.get(person), introduction, call.device)
            if not self.roster.is_known(person):
                self.desk.admit_stranger(call)
                items, asks = _of_stranger(items)
                introduction = introduction if asks else None
            sender = Sender(person, call.device, self.roster.is_friend(person))
            taken = await self.writer.run(partial(self.store, sender, items, introduction))
        if all(word == NOT_FOUND for word in taken.results):
            raise CallError(404, "not_found", results=taken.results)
        if taken.over_quota and all(word == BUSY for word in taken.results):
            raise CallError(429, "quota", retry_after_s=QUOTA_RETRY_S, results=taken.results)
        return person, taken

    def store(
        self,
        sender: Sender,
        items: Sequence[Authenticated],
        introduction: IdentityRecord | None,
        tx: Tx,
    ) -> Taken:
        """Take checked items inside a transaction."""
        if introduction is not None:
            self.intake.identity(tx, introduction)
        received = self.log.receive(tx, sender, items)
        self.intake.note_identities(tx, items, received.results)
        heads: dict[str, dict[str, list[Any]]] = {}
        receipts: list[dict[str, Any]] = []
        for doc in {item.event.doc for item in items if isinstance(item, EventLine)}:
            shared = self._read(tx, doc, received)
            if shared is None or shared.members.get(sender.person, "none") == "none":
                continue
            heads[doc] = {stream: list(head) for stream, head in shared.heads.items()}
            if doc in received.touched and not sender.solicited:
                receipts.append(self.log.receipt(tx, doc, sender.person, shared.heads))
        return Taken(received.results, heads, receipts, received.over_quota)

    def _read(self, tx: Tx, doc: str, received: Received) -> Shared | None:
        """Return the document as it is now; members are read only when they changed."""
        held = self.roster.shared.get(doc)
        if held is None or doc in received.regranted:
            shared = read_shared(tx.conn, self.log, doc)
            tx.after_commit(partial(self.roster.note_shared, doc, shared))
            return shared
        heads = self.log.heads(tx.conn, doc)
        # Only the heads: a grant of mine in the same commit may have changed the members since.
        tx.after_commit(partial(self.roster.note_heads, doc, heads))
        return Shared(held.owner, held.is_open, held.members, heads)


def _of_stranger(items: Sequence[Authenticated]) -> tuple[list[Authenticated], bool]:
    """Return what is taken of a stranger's batch, and whether they ask to be friends.

    Nothing is kept of a stranger who asks for nothing: who and where they are comes with a
    friend request, or not at all. One who was a member once may say what they erased. Events
    are for the log to refuse.
    """
    records = [item for item in items if isinstance(item, RecordLine)]
    asks = any(item.value.get("type") in _ASKING for item in records)
    may = _ASKERS_MAY if asks else _FORMER_MEMBERS_MAY
    taken = [item for item in records if item.value.get("type") in may]
    kept = {id(item) for item in taken[: limit("stranger_records")]}
    return [
        BadLine("not_found", "of a stranger")
        if isinstance(item, RecordLine) and id(item) not in kept
        else item
        for item in items
    ], asks


def _introduction(items: Iterable[Authenticated], device: str) -> IdentityRecord:
    for item in items:
        if isinstance(item, RecordLine) and item.value.get("type") == IDENTITY:
            try:
                record = parse_identity(jcs(item.value))
            except UnauthenticError:
                continue
            if device in record.devices:
                return record
    raise CallError(401, "unknown_device")

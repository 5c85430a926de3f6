"""Serving what others lack: heads, pages of events, and the documents of a member.

    POST /pp/1/heads  {"docs": [doc…]}
    200  {"docs": {doc: {"heads", "identities": {did: number}, "records": [identity or endpoint…],
                         "receipt": {…}} | {"error": word}}}
    POST /pp/1/pull   {"doc", "have": {stream: seq}, "identities"?: {did: number}}
    200  lines of events and the identity records they cite, then
         {"page": {"heads", "identities", "more", "next": {stream: seq}}}
    POST /pp/1/docs   {}
    200  {"docs": {doc: digest of its heads}}

Any member may ask any member, so an author may be gone. To a caller who is no member, a document
that exists and one that does not are the same `not_found`; a former member hears `removed`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeGuard

import orjson
from sqlalchemy import Connection

from federation.log.log import Log, Page
from federation.net.calls import Call, CallError, not_found
from federation.net.roster import Roster, read_shared
from federation.records import identity_numbers
from federation.wire import limit
from federation.writer import Reader, Tx, Writer
from keys.canonical import jcs

REMOVED: Final = "refused:removed"
NOT_FOUND: Final = "not_found"


@dataclass(slots=True)
class Sync:
    """Answers members about the documents they share with me."""

    log: Log
    reader: Reader
    writer: Writer
    roster: Roster

    def caller(self, call: Call) -> str:
        """Return the did of a caller who must be known by now.

        Raises:
            CallError: 401 `unknown_device`.
        """
        person = self.roster.owner_of(call.device)
        if person is None:
            raise CallError(401, "unknown_device")
        return person

    async def heads(self, call: Call) -> dict[str, Any]:
        """Answer how far documents go here.

        Raises:
            CallError: 400, 401, or 404 when none of them is there for the caller.
        """
        person, docs = self.caller(call), call.value().get("docs")
        if not isinstance(docs, list) or not all(isinstance(doc, str) for doc in docs):
            raise CallError(400, "schema")
        if not docs or len(docs) > limit("heads_documents"):
            raise CallError(400, "schema")
        found = await self.writer.run(partial(self._heads, person, docs))
        if all(entry.get("error") == NOT_FOUND for entry in found.values()):
            raise not_found()
        return {"docs": found}

    async def docs(self, call: Call) -> dict[str, Any]:
        """Answer in which documents the caller is a member; after a recovery they are all new.

        Raises:
            CallError: 401.
        """
        return {"docs": self.roster.digests(self.caller(call))}

    async def pull(self, call: Call) -> tuple[bytes, bool]:
        """Answer a page of what the caller lacks of a document, and whether there is more.

        Raises:
            CallError: 400, 401, 404, or 403 `refused:removed`.
        """
        person, value = self.caller(call), call.value()
        doc, have, known = value.get("doc"), value.get("have"), value.get("identities", {})
        if not isinstance(doc, str) or not _is_counts(have) or not _is_counts(known):
            raise CallError(400, "schema")
        self.check_member(doc, person)
        page, tail = await self.reader.run(partial(self._page, person, doc, have, known))
        return await asyncio.to_thread(_page_body, page, tail, have), page.more

    def check_member(self, doc: str, person: str) -> None:
        """Check that a caller may have what a document holds.

        Raises:
            CallError: 404, or 403 `refused:removed` for a former member.
        """
        word = self._standing(doc, person)
        if word is not None:
            raise CallError(404 if word == NOT_FOUND else 403, word)

    def _standing(self, doc: str, person: str) -> str | None:
        """Return the word for a caller who is no member, None for one who is."""
        shared = self.roster.shared.get(doc)
        if shared is None or not shared.is_open:
            return NOT_FOUND
        role = shared.members.get(person)
        if role is None:
            return NOT_FOUND
        return REMOVED if role == "none" else None

    def _heads(self, person: str, docs: list[str], tx: Tx) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for doc in docs:
            word = self._standing(doc, person)
            if word is not None:
                found[doc] = {"error": word}
                continue
            found[doc] = {
                **self._summary(tx.conn, doc),
                "records": self._records(doc),
                "receipt": self.log.receipt(tx, doc, person),
            }
        return found

    def _summary(self, conn: Connection, doc: str) -> dict[str, Any]:
        shared = read_shared(conn, self.log, doc) or self.roster.shared[doc]
        return {
            "heads": {stream: list(head) for stream, head in shared.heads.items()},
            "identities": identity_numbers(conn, shared.members),
        }

    def _records(self, doc: str) -> list[Any]:
        """Return where members are, and who they are: so they find each other without friendship.

        A member who marked their endpoint `private` is reached through the owner only.
        """
        found: list[Any] = []
        members = self.roster.shared[doc].members
        for endpoint in self.roster.endpoints.values():
            listing = self.roster.listings.get(endpoint.person)
            is_member = members.get(endpoint.person, "none") != "none"
            if is_member and listing is not None and not endpoint.value.get("private"):
                found += [orjson.loads(listing.raw), endpoint.value]
        return found[: limit("heads_records")]

    def _page(
        self,
        person: str,
        doc: str,
        have: Mapping[str, int],
        known: Mapping[str, int],
        conn: Connection,
    ) -> tuple[Page, dict[str, Any]]:
        page = self.log.page(conn, doc, have, to=person, records=known)
        return page, self._summary(conn, doc)


def _page_body(page: Page, tail: Mapping[str, Any], have: Mapping[str, int]) -> bytes:
    following = advanced(have, page.lines)
    return b"\n".join([*page.lines, jcs({"page": {**tail, "more": page.more, "next": following}})])


def _is_counts(value: object) -> TypeGuard[dict[str, int]]:
    return isinstance(value, dict) and all(type(n) is int and n >= 0 for n in value.values())


def advanced(have: Mapping[str, int], lines: list[bytes]) -> dict[str, int]:
    """Return what a peer has once it has taken these lines."""
    following = dict(have)
    for line in lines:
        event = orjson.loads(line).get("event")
        if event is not None:
            stream, seq = event["pp:stream"], event["pp:seq"]
            following[stream] = max(following.get(stream, 0), seq)
    return following

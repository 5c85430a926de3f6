"""Files that documents name by digest: served to members, fetched from any member.

    POST /pp/1/attachment  {"doc", "digest"}
    200  the bytes, `application/octet-stream`

A document's events hold only a file's digest, so whoever has the bytes can hand them on, and who
fetches them checks the digest: an author may be gone. The same rules as for pulls: a caller who is
no member, a document that is none and a file that is not there are one `not_found`; a former
member hears `removed`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog
from sqlalchemy import Connection

from federation.net.calls import Call, CallError, not_found
from federation.net.circle import Circle
from federation.net.client import OK, Answered, Callee
from federation.net.pulls import Ways
from federation.net.sync import Sync
from federation.wire import ATTACHMENT_PATH, limit
from keys.canonical import jcs
from keys.multiformats import digest

Find = Callable[[Connection, str, str], bytes | None]
"""(connection, document, digest) -> the bytes of a file that the document names, or None."""

DIGEST_MAX: Final = 100  # characters

log = structlog.get_logger()


def nothing(_conn: Connection, _doc: str, _digest: str) -> bytes | None:
    """Find no file: an application without files."""
    return None


@dataclass(slots=True)
class Files:
    """Serves files to members, and fetches those of friends."""

    circle: Circle
    sync: Sync
    ways: Ways
    find: Find

    async def answer(self, call: Call) -> bytes:
        """Return the file that a member asks for.

        Raises:
            CallError: 400, 401, 404, or 403 `refused:removed`.
        """
        person, value = self.sync.caller(call), call.value()
        doc, named = value.get("doc"), value.get("digest")
        if not isinstance(doc, str) or not isinstance(named, str) or len(named) > DIGEST_MAX:
            raise CallError(400, "schema")
        self.sync.check_member(doc, person)
        found = await self.circle.reader.run(partial(self._find, doc, named))
        if found is None:
            raise not_found()
        return found

    async def fetch(self, doc: str, named: str) -> bytes | None:
        """Return a file from the first reachable member who has it, None when nobody does.

        What does not have the digest, or is larger than the limit, counts as not had.
        """
        for device, person in self._holders(doc):
            address = self.ways.address_of(device)
            if address is None:
                continue
            outcome = await self.circle.client.call(
                address,
                Callee(person, device),
                ATTACHMENT_PATH,
                jcs({"doc": doc, "digest": named}),
                answer_max=limit("attachment"),
            )
            if not isinstance(outcome, Answered) or outcome.status != OK:
                continue
            if is_named(outcome.body, named):
                return outcome.body
            log.warning("a file is not what it was named", person=person[-8:])
        return None

    def _find(self, doc: str, named: str, conn: Connection) -> bytes | None:
        return self.find(conn, doc, named)

    def _holders(self, doc: str) -> list[tuple[str, str]]:
        """Return the devices of the other members, in an order of chance: nobody is asked most."""
        shared = self.circle.roster.shared.get(doc)
        if shared is None or not shared.is_open:
            return []
        found = [
            (device, person)
            for person, role in shared.members.items()
            if role != "none" and person != self.circle.me.did
            for device in self.circle.roster.devices_of(person)
        ]
        self.circle.rng.shuffle(found)
        return found


def is_named(data: bytes, named: str) -> bool:
    """Say whether bytes have a digest."""
    return digest(data) == named

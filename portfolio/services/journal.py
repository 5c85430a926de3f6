"""My journal: every step of an idea that I share is committed to, and friends hold it.

Entries are written a moment after the step itself, in a transaction of their own, so that
sharing and editing never wait for them; a step that is not entered yet is found again at the next
start. Whoever sees an idea of mine holds the journal too, as its witness.
"""

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

import structlog
from sqlalchemy import Connection

from federation.log.events import SALT
from federation.log.evidence import genesis, last_key
from federation.writer import Tx
from keys.canonical import jcs
from keys.multiformats import digest
from portfolio.events.ideas import PLAN
from portfolio.events.journal import (
    ENTRY_PREFIX,
    JOURNAL,
    entry,
    tag_of,
    terms_digest,
)
from portfolio.services.planner import Planner
from portfolio.storage import documents, record
from portfolio.storage.values import instant, new_id

SETTLE_S: Final = 0.25  # more steps of the same move are entered together
NOBODY: Final = "none"
log = structlog.get_logger()


class Keeper:
    """Enters steps soon after they were taken. `wake` may be called from the event loop only."""

    def __init__(self) -> None:
        self._due: set[str] = set()
        self._awake = asyncio.Event()

    def wake(self, doc: str) -> None:
        """An idea's document changed: steps or members of it."""
        self._due.add(doc)
        self._awake.set()

    async def run(self, planner: Planner) -> None:
        """Enter what is due until cancelled; first of all what a former process left."""
        mine = await planner.reader.run(lambda conn: _mine(planner, conn))
        self._due.update(mine)
        self._awake.set()
        while True:
            await self._awake.wait()
            await asyncio.sleep(SETTLE_S)
            self._awake.clear()
            docs, self._due = self._due, set()
            try:
                await planner.writer.run(partial(_enter, planner, docs))
            except Exception:
                log.exception("journal not kept")
                self._due |= docs  # looked at again with the next change


def _enter(planner: Planner, docs: Iterable[str], tx: Tx) -> int:
    return enter(planner, tx, docs)


def enter(planner: Planner, tx: Tx, docs: Iterable[str] = ()) -> int:
    """Enter the steps that are due, and let the members of `docs` hold the journal.

    Returns how many entries were written.
    """
    me = planner.me.did
    rows = record.to_enter(tx.conn, me)
    doc = record.document_of(tx.conn, me, JOURNAL)
    if doc is None:
        if not rows:
            return 0
        doc = planner.log.create_document(tx, JOURNAL, new_id(tx.now, planner.entropy))
    before = last_entry(planner, tx.conn, doc)
    number = 0 if before is None else int(before["n"])
    for row in rows:
        number += 1
        salt = salt_of(tx.conn, row.doc)
        terms = terms_digest(row.doc, salt, row.terms)
        content = entry(number, before, row.step, tag_of(row.doc, salt), terms, instant(tx.now))
        planner.log.append(tx, doc, "journal.entered/1", content)
        record.entered(tx.conn, row.n, number)
        before = content
    _let_in(planner, tx, doc, {*docs, *(row.doc for row in rows)})
    return len(rows)


def leave_out(planner: Planner, tx: Tx, did: str) -> None:
    """Take the journal back from a person."""
    doc = record.document_of(tx.conn, planner.me.did, JOURNAL)
    if doc is not None and planner.log.members(tx.conn, doc).get(did, NOBODY) != NOBODY:
        planner.log.set_role(tx, doc, did, NOBODY)


def salt_of(conn: Connection, doc: str) -> str:
    """Return what salts the commitments to an idea: every member of its document knows it."""
    found = genesis(conn, doc)
    return "" if found is None else str(found[SALT])


def entries(planner: Planner, conn: Connection, doc: str) -> list[Mapping[str, Any]]:
    """Return the entries of a journal by number."""
    return list(planner.log.entities(conn, doc, ENTRY_PREFIX).values())


def last_entry(planner: Planner, conn: Connection, doc: str) -> Mapping[str, Any] | None:
    """Return the newest entry of a journal, None when it is empty."""
    key = last_key(conn, doc, ENTRY_PREFIX)
    return None if key is None else planner.log.entity(conn, doc, key)


def take_receipt(me: str, tx: Tx, doc: str, value: Mapping[str, Any]) -> None:
    """Keep a receipt for my journal: the word of a witness. Those for other documents pass by."""
    linked = documents.get(tx.conn, doc)  # by its key: this is asked for every receipt
    if linked is not None and (linked.kind, linked.owner) == (JOURNAL, me):
        raw = jcs(dict(value))
        record.add_receipt(tx.conn, doc, value, raw, digest(raw))


def _let_in(planner: Planner, tx: Tx, doc: str, docs: Iterable[str]) -> None:
    holding = planner.log.members(tx.conn, doc)
    for one in sorted(docs):
        for did, role in planner.log.members(tx.conn, one).items():
            if role != NOBODY and holding.get(did, NOBODY) == NOBODY:
                planner.log.set_role(tx, doc, did, "viewer")
                holding[did] = "viewer"


def _mine(planner: Planner, conn: Connection) -> list[str]:
    mine = planner.me.did
    found = planner.log.my_documents(conn)
    return [one.id for one in found if one.owner == mine and one.kind == PLAN]

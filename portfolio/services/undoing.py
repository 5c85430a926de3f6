"""Noting how a write is undone: one line in the service that writes.

A step names what kind of thing it puts back (`services.undo` knows how), and holds what is
needed for it: what was there before, and what the write left, so that a later change is noticed.
Several notes of one transaction are one write, undone together. The id of the write goes out in
the answer's header `Undo`.

What must not stay on the disk (words of a shared idea or comment that was deleted) is kept in
memory, as long as this process runs.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.services.planner import Planner
from portfolio.storage import undo
from portfolio.storage.positions import Position
from portfolio.storage.undo import Entry
from portfolio.storage.values import instant, new_id

UNDO: Final = "undo"


def note(
    planner: Planner,
    tx: Tx,
    action: str,
    text: str,
    step: Mapping[str, Any],
    *,
    secret: bool = False,
) -> None:
    """Note how what is written in this transaction is undone.

    Args:
        planner: The planner.
        tx: The transaction of the write.
        action: What was done, such as "transactions.removed".
        text: The same for a person: "3 transactions deleted".
        step: `{"kind": …}` and what `services.undo` needs to put that kind back.
        secret: Whether the content must not be written to the disk.
    """
    kept: Mapping[str, Any] = step
    if secret:
        name = new_id(tx.now, planner.entropy)
        planner.keepsakes.keep(name, step)
        kept = {"kind": step["kind"], "keepsake": name}
    begun = tx.notes.get(UNDO)
    if begun is not None:
        undo.extend(tx.conn, begun, kept)
        return
    identifier = new_id(tx.now, planner.entropy)
    undo.add(tx.conn, Entry(identifier, instant(tx.now), action, text, [kept], None))
    tx.notes[UNDO] = identifier


def fingerprint(value: object) -> str:
    """Return a digest of a JSON value: whether something is still what a write left."""
    raw = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(raw, digest_size=12).hexdigest()


def marks(planner: Planner, conn: Connection, docs: Iterable[str | None]) -> dict[str, Any]:
    """Return how far my own events of some documents go: `{doc: {stream: seq}}`."""
    device = planner.me.device.multibase
    return {
        doc: {
            stream: seq
            for stream, (seq, _) in planner.log.heads(conn, doc).items()
            if stream.startswith(f"{device}.")
        }
        for doc in docs
        if doc is not None
    }


def since(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return those marks of now that went on since; what friends hold of the rest is no news."""
    return {doc: ends for doc, ends in now.items() if ends != before.get(doc)}


def documents(found: Iterable[Position]) -> list[str]:
    """Return every document that positions stand in."""
    docs = [(one.doc, one.amounts_doc, one.quantities_doc) for one in found]
    return [doc for each in docs for doc in each if doc is not None]


def reached(planner: Planner, conn: Connection, marked: Mapping[str, Any]) -> set[str]:
    """Return the people whose planner has confirmed my events up to these marks."""
    found: set[str] = set()
    for doc, ends in marked.items():
        for receipt in planner.log.receipts(conn, doc):
            has = planner.log.confirmed(conn, doc, receipt.person, receipt.device)
            if any(has.get(stream, 0) >= seq for stream, seq in ends.items()):
                found.add(receipt.person)
    return found

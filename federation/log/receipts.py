"""Receipts: what another planner says it holds, and what that means for delivery (PROTOCOL §5).

A receipt is signed, cumulative, and covers only events that are stored with content:
`{by, person, to, doc, heads, at, n, prev}`. `n` counts from 1 in one process of the receiver,
`prev` is the digest of the receipt before, made for the same reader. It claims "held by Bob's
planner since 14:02 by Bob's clock", no more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson
from sqlalchemy import Connection, bindparam, insert, select, update

from federation.errors import MalformedError, UnauthenticError
from federation.log import facts, forms, store
from federation.log.clocks import RFC3339
from federation.log.context import Context
from federation.log.reading import Heads, heads
from federation.log.schema import deliveries, documents
from federation.log.store import AnyRow, Head
from federation.records import people
from federation.writer import Tx
from keys.canonical import jcs
from keys.errors import KeysError
from keys.multiformats import digest
from keys.purposes import sign_value, verify_value

DeliveryState = Literal["queued", "delivered", "refused", "revoked"]
PURPOSE: Final = "receipt"
NO_DEVICE: Final = ""  # the row of a person as a whole: final refusals, deletions
_AT_MAX: Final = 40
_TOLD: Final = select(deliveries).where(deliveries.c.document_id == bindparam("of"))
_THIS_ROW: Final = (
    (deliveries.c.document_id == bindparam("of"))
    & (deliveries.c.person == bindparam("whom"))
    & (deliveries.c.device == bindparam("which"))
)
_ROW: Final = select(deliveries).where(_THIS_ROW)
_ADD: Final = insert(deliveries)
_CHANGE: Final = update(deliveries).where(_THIS_ROW)
_EMPTY: Final[dict[str, object]] = {"heads": b"{}", "at": None, "n": 0, "digest": ""}


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a person's planner has got with a document.

    `receipt_at` is the time of its last receipt by its own clock; after a revocation, when it
    says that it erased the content. `waiting` counts my events that it has not confirmed.
    """

    state: DeliveryState
    receipt_at: str | None
    waiting: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The last receipt of one device of another member: its number, and its time by its clock."""

    person: str
    device: str
    n: int
    at: str


class Receipts:
    """Makes and takes receipts. The chain of my own lives as long as this process."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._chain: dict[tuple[str, str | None], tuple[int, str]] = {}

    def make(self, tx: Tx, doc: str, to: str | None, held: Heads | None = None) -> dict[str, Any]:
        """Return a signed receipt for everything that is held of a document.

        `held` are its heads, when the caller has just read them.
        """
        device = self._context.me.device
        n, previous = self._chain.get((doc, to), (0, ""))
        found = heads(tx.conn, doc) if held is None else held
        value: dict[str, Any] = {
            "by": device.multibase,
            "person": self._context.me.did,
            "doc": doc,
            "heads": {stream: list(end) for stream, end in found.items()},
            "at": tx.now.strftime(RFC3339),
            "n": n + 1,
        }
        if to is not None:
            value["to"] = to
        if previous:
            value["prev"] = previous
        signed = sign_value(device, PURPOSE, value)
        self._chain[doc, to] = n + 1, digest(jcs(signed))
        return signed

    def accept(self, tx: Tx, value: Mapping[str, Any]) -> None:
        """Take in a receipt of somebody's planner.

        Raises:
            MalformedError: `schema`.
            UnauthenticError: `record`: it does not verify; `unknown_device`: the device does
                not speak for the person.
        """
        person, doc, ends = _checked(value, self._context.me.did)
        row = store.load_document(tx.conn, doc)
        if row is None or row.state != "open":
            return
        known = people(tx.conn, [person]).get(person)
        if known is None or value["by"] not in known.newest.devices:
            raise UnauthenticError("unknown_device", "not listed by the newest identity record")
        held = _row(tx.conn, row.id, person, value["by"])
        if held is not None and not _is_newer(value, ends, held):
            return  # late
        _write(
            tx.conn,
            row.id,
            person,
            value["by"],
            heads=orjson.dumps(ends),
            at=value["at"],
            n=value["n"],
            digest=digest(jcs(dict(value))),
        )
        for hook in self._context.on_receipt:
            hook(tx, doc, value)
        self._context.application.delivery_changed(tx, doc, person)

    def accept_deletion(self, tx: Tx, value: Mapping[str, Any]) -> None:
        """Take in a verified deletion record: a former member's planner erased the content."""
        row = store.load_document(tx.conn, str(value["doc"]))
        if row is None or value["to"] != self._context.me.did:
            return
        at = forms.matching(forms.PUBLISHED, value["at"], "at")
        _write(tx.conn, row.id, value["person"], NO_DEVICE, erased=at)
        self._context.application.delivery_changed(tx, row.doc, value["person"])

    def note_refusal(self, tx: Tx, doc: str, person: str, reason: str | None) -> None:
        """Note that a person's planner finally refused a document; None when it takes it again."""
        row = store.load_document(tx.conn, doc)
        if row is not None:
            _write(tx.conn, row.id, person, NO_DEVICE, refused=reason)
            self._context.application.delivery_changed(tx, doc, person)


def delivery(conn: Connection, doc: str, me: str) -> dict[str, Delivery]:
    """Return how far everybody has got who is, or was, a member beside me."""
    row = store.load_document(conn, doc)
    if row is None or row.state != "open":
        return {}
    mine = [head for head in store.load_heads(conn, row.id).values() if head.person == me]
    told: dict[str, list[AnyRow]] = {}
    for found in conn.execute(_TOLD, {"of": row.id}):
        told.setdefault(found.person, []).append(found)
    return {
        person: _delivery(role, mine, told.get(person, []))
        for person, role in facts.load_members(conn, row.id).items()
        if person != me
    }


def receipts(conn: Connection, doc: str) -> list[Receipt]:
    """Return the last receipt of each device that sent one, by person and device."""
    rows = conn.execute(
        select(deliveries.c.person, deliveries.c.device, deliveries.c.n, deliveries.c.at)
        .join(documents, documents.c.id == deliveries.c.document_id)
        .where(documents.c.doc == doc, deliveries.c.n > 0)
        .order_by(deliveries.c.person, deliveries.c.device)
    )
    return [Receipt(*row) for row in rows]


def receipt_heads(conn: Connection, doc: str, person: str, device: str) -> dict[str, int]:
    """Return {stream: seq} of what a device last confirmed, empty when it never did."""
    found = conn.execute(
        select(deliveries.c.heads)
        .join(documents, documents.c.id == deliveries.c.document_id)
        .where(documents.c.doc == doc, deliveries.c.person == person)
        .where(deliveries.c.device == device)
    ).scalar()
    return {} if found is None else {name: end[0] for name, end in orjson.loads(found).items()}


def _delivery(role: str, mine: Iterable[Head], told: Iterable[AnyRow]) -> Delivery:
    whole = next((row for row in told if row.device == NO_DEVICE), None)
    receipts = sorted((row for row in told if row.device != NO_DEVICE), key=lambda row: row.at)
    confirmed: dict[str, int] = {}
    for row in receipts[-1:]:
        confirmed = {stream: end[0] for stream, end in orjson.loads(row.heads).items()}
    waiting = sum(max(head.seq - confirmed.get(head.stream, 0), 0) for head in mine)
    at = receipts[-1].at if receipts else None
    if role == "none":
        return Delivery("revoked", whole.erased if whole is not None else None, 0)
    if whole is not None and whole.refused:
        return Delivery("refused", at, waiting, whole.refused)
    state: DeliveryState = "queued" if waiting or not receipts else "delivered"
    return Delivery(state, at, waiting)


def _checked(value: Mapping[str, Any], me: str) -> tuple[str, str, dict[str, tuple[int, str]]]:
    if value.get("to", me) != me:
        raise UnauthenticError("record", "a receipt for somebody else")
    try:
        person, doc = forms.person(value.get("person")), forms.document(value.get("doc"))
        ends = forms.ends(value.get("heads"), "heads")
        forms.positive(value.get("n"), "n")
        forms.matching(forms.PUBLISHED, value.get("at"), "at")
        verify_value(PURPOSE, value)
    except MalformedError:
        raise
    except KeysError as error:
        raise UnauthenticError("record", str(error)) from error
    return person, doc, ends


def _is_newer(value: Mapping[str, Any], ends: Mapping[str, tuple[int, str]], held: AnyRow) -> bool:
    """Say whether a receipt was made after the one that is held of the same device.

    `n` orders the receipts of one process only, which nothing names, and those between two that
    arrive may be lost with the answers that carried them. So time decides first; where it does
    not (the same second, a clock set back), the chain does, or what is held by now.
    """
    if value.get("prev") == held.digest or value["at"] > (held.at or ""):
        return True
    if value["at"] == held.at and value["n"] > held.n:
        return True
    before = {stream: end[0] for stream, end in orjson.loads(held.heads).items()}
    now = {stream: end[0] for stream, end in ends.items()}
    return now != before and all(now.get(stream, 0) >= seq for stream, seq in before.items())


def _row(conn: Connection, document_id: int, person: str, device: str) -> AnyRow | None:
    return conn.execute(_ROW, {"of": document_id, "whom": person, "which": device}).first()


def _write(conn: Connection, document_id: int, person: str, device: str, **values: object) -> None:
    place = {"of": document_id, "whom": person, "which": device}
    if not conn.execute(_CHANGE, {**values, **place}).rowcount:
        key = {"document_id": document_id, "person": person, "device": device}
        conn.execute(_ADD, {**_EMPTY, **values, **key})

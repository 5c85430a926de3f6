"""What stands behind the screens, for the curious: identity, log heads, receipts, endpoints."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from federation.log.reading import Status, Stream
from federation.log.receipts import Receipt
from federation.records import newest_records
from portfolio.services.planner import Planner
from portfolio.storage import positions
from portfolio.storage.positions import Position

SHOWN_MAX: Final = 100  # each costs some queries
ENDPOINT: Final = "endpoint"


@dataclass(frozen=True, slots=True)
class SharedDocument:
    """One document: of a position itself, or of its amounts."""

    position: Position
    part: str
    members: tuple[str, ...]
    status: Status
    streams: tuple[Stream, ...]
    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """Shared documents, the newest positions first, and where planners say that they are."""

    documents: tuple[SharedDocument, ...]
    left_out: int
    endpoints: tuple[Mapping[str, Any], ...]


def behind(planner: Planner, conn: Connection) -> Behind:
    """Return what is known of shared documents and of other planners' whereabouts."""
    shared = positions.shared(conn)
    documents = tuple(
        _document(planner, conn, one, part, doc)
        for one in shared[:SHOWN_MAX]
        for part, doc in (("position", one.doc), ("amounts", one.amounts_doc))
        if doc is not None
    )
    left_out = max(0, len(shared) - SHOWN_MAX)
    return Behind(documents, left_out, tuple(newest_records(conn, ENDPOINT)))


def _document(
    planner: Planner, conn: Connection, position: Position, part: str, doc: str
) -> SharedDocument:
    log = planner.log
    return SharedDocument(
        position=position,
        part=part,
        members=tuple(did for did in log.members(conn, doc) if did != position.owner),
        status=log.status(conn, doc),
        streams=tuple(log.streams(conn, doc)),
        receipts=tuple(log.receipts(conn, doc)),
    )

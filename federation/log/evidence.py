"""What a log proves to somebody who was not there: how it began, where each event stands."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from federation.log.schema import documents, entities, events, streams


def genesis(conn: Connection, doc: str) -> Mapping[str, Any] | None:
    """Return the content of a document's first event, its salt included; None when unknown.

    The salt is random, and known to whoever was ever a member, to nobody else.
    """
    raw = conn.execute(
        select(events.c.content)
        .join(documents, documents.c.id == events.c.document_id)
        .where(documents.c.doc == doc, events.c.kind == "genesis/1")
        .where(events.c.content.is_not(None))
        .order_by(events.c.id)
        .limit(1)
    ).scalar()
    value: Mapping[str, Any] | None = None if raw is None else orjson.loads(raw)
    return value


def places(conn: Connection, doc: str) -> dict[str, tuple[str, int]]:
    """Return {event hash: (stream, seq)} of all valid events of a document."""
    rows = conn.execute(
        select(events.c.hash, streams.c.stream, events.c.seq)
        .join(streams, streams.c.id == events.c.stream_id)
        .join(documents, documents.c.id == events.c.document_id)
        .where(documents.c.doc == doc, events.c.standing == "valid")
    )
    return {row.hash: (row.stream, row.seq) for row in rows}


def last_key(conn: Connection, doc: str, prefix: str) -> str | None:
    """Return the greatest key of a document's entities that begins with a prefix, or None."""
    found: str | None = conn.execute(
        select(func.max(entities.c.key))
        .join(documents, documents.c.id == entities.c.document_id)
        .where(documents.c.doc == doc)
        .where(entities.c.key >= prefix, entities.c.key < prefix + "\U0010ffff")
    ).scalar()
    return found

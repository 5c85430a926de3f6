"""After an upgrade: events of kinds that were unknown are looked at again."""

from sqlalchemy import select

from federation.log import store
from federation.log.admission import fate_of
from federation.log.context import Context, settle
from federation.log.fold import content_value
from federation.log.kinds import Applied
from federation.log.schema import documents, events, streams
from federation.writer import Tx


def refold_unknown(context: Context, tx: Tx) -> int:
    """Fold the stored events whose kind this version knows; return how many there were."""
    rows = tx.conn.execute(
        select(
            documents.c.doc,
            documents.c.kind.label("document_kind"),
            events.c.id,
            events.c.hash,
            events.c.lc,
            events.c.cls,
            events.c.kind,
            events.c.entity,
            events.c.published,
            events.c.content,
            streams.c.person,
            streams.c.device,
        )
        .join(documents, documents.c.id == events.c.document_id)
        .join(streams, streams.c.id == events.c.stream_id)
        .where(events.c.fate == "unknown", events.c.kind.in_(context.kinds.names()))
        .order_by(documents.c.doc)
    ).fetchall()
    dirty: dict[str, set[str]] = {}
    for row in rows:
        value = content_value(row.content)
        applied = Applied(
            row.hash, row.doc, row.person, row.device, row.lc, row.kind, row.published, value
        )
        fate = fate_of(context.kinds, applied, row.cls, row.document_kind, row.entity)
        store.set_fate(tx.conn, row.id, fate)
        if fate == "known":
            dirty.setdefault(row.doc, set()).add(row.entity)
    for doc, keys in dirty.items():
        found = store.load_document(tx.conn, doc)
        if found is not None:
            changeset = context.changeset(tx, found)
            changeset.work.dirty |= keys
            changeset.gap = True
            settle(context, changeset)
    return len(rows)

"""Which shared documents a position stands in, and my role in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from federation.prepared import Prepared
from portfolio.storage.positions import SUMS_KINDS
from portfolio.storage.tables import documents


@dataclass(frozen=True, slots=True)
class Linked:
    """A shared document and the position it belongs to, if that is here already."""

    doc: str
    kind: str
    owner: str
    role: str
    position: str | None
    main: str | None
    amounts: Mapping[str, Any] | None


_SELECT: Final = select(
    documents.c.doc,
    documents.c.kind,
    documents.c.owner,
    documents.c.role,
    documents.c.position,
    documents.c.main,
    documents.c.amounts,
)
_BY_DOC: Final = Prepared(_SELECT.where(documents.c.doc == bindparam("id")))


def get(conn: Connection, doc: str) -> Linked | None:
    """Return what is known of a document here."""
    row = _BY_DOC.first(conn, id=doc)
    return None if row is None else Linked(*row)


def of_main(conn: Connection, main: str) -> list[Linked]:
    """Return the amounts documents of a main document, the one that tells all last."""
    query = _SELECT.where(documents.c.main == main, documents.c.kind.in_(SUMS_KINDS))
    return [Linked(*row) for row in conn.execute(query.order_by(documents.c.kind.desc()))]


def sums_of(conn: Connection, position: str) -> list[Linked]:
    """Return the amounts documents of a position, the one that tells all last."""
    query = _SELECT.where(documents.c.position == position, documents.c.kind.in_(SUMS_KINDS))
    return [Linked(*row) for row in conn.execute(query.order_by(documents.c.kind.desc()))]


def put(
    conn: Connection, *, doc: str, kind: str, owner: str, role: str, position: str | None
) -> None:
    """Store a document, or that it is here again."""
    conn.execute(delete(documents).where(documents.c.doc == doc))
    conn.execute(
        insert(documents).values(doc=doc, kind=kind, owner=owner, role=role, position=position)
    )


def set_role(conn: Connection, doc: str, role: str) -> None:
    """Store my own role in a document."""
    conn.execute(update(documents).where(documents.c.doc == doc).values(role=role))


def link(
    conn: Connection,
    doc: str,
    *,
    position: str | None,
    main: str,
    waiting: Mapping[str, Any] | None = None,
) -> None:
    """Say where an amounts document belongs; `waiting` holds the sums of a position to come."""
    conn.execute(
        update(documents)
        .where(documents.c.doc == doc)
        .values(position=position, main=main, amounts=waiting)
    )


def forget(conn: Connection, doc: str) -> None:
    """Delete a document's row."""
    conn.execute(delete(documents).where(documents.c.doc == doc))

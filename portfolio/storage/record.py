"""Steps of shared ideas, and the receipts of witnesses for the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, insert, select, update

from portfolio.domain.record import Step
from portfolio.storage.record_tables import receipts, steps
from portfolio.storage.tables import documents


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: `at` is when it became known here, `number` its entry in my journal."""

    n: int
    position: str
    owner: str
    doc: str
    step: Step
    terms: Mapping[str, Any]
    at: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """A witness's receipt: which events of the journal it held, and when by its clock."""

    person: str
    at: str
    heads: Mapping[str, tuple[int, str]]
    raw: bytes


def last_step(conn: Connection, position: str) -> StepRow | None:
    """Return the step of an idea that became known last."""
    query = select(steps).where(steps.c.position == position).order_by(steps.c.n.desc()).limit(1)
    row = conn.execute(query).first()
    return None if row is None else _row(row)


def add_step(
    conn: Connection,
    *,
    position: str,
    owner: str,
    doc: str,
    step: Step,
    terms: Mapping[str, Any],
    at: str,
) -> None:
    """Store that an idea took a step."""
    conn.execute(
        insert(steps).values(
            position=position,
            owner=owner,
            doc=doc,
            step=step.value,
            terms=dict(terms),
            at=at,
        )
    )


def of_owner(conn: Connection, owner: str) -> list[StepRow]:
    """Return the steps of one person's ideas, the first first."""
    rows = conn.execute(select(steps).where(steps.c.owner == owner).order_by(steps.c.n))
    return [_row(row) for row in rows]


def to_enter(conn: Connection, owner: str) -> list[StepRow]:
    """Return the steps of my own ideas that the journal does not have yet."""
    query = select(steps).where(steps.c.owner == owner, steps.c.number.is_(None))
    return [_row(row) for row in conn.execute(query.order_by(steps.c.n))]


def entered(conn: Connection, n: int, number: int) -> None:
    """Store the number of a step in my journal."""
    conn.execute(update(steps).where(steps.c.n == n).values(number=number))


def document_of(conn: Connection, owner: str, kind: str) -> str | None:
    """Return a person's one document of a kind, None when it is not here."""
    query = select(documents.c.doc).where(documents.c.kind == kind, documents.c.owner == owner)
    return conn.execute(query.order_by(documents.c.doc).limit(1)).scalar()


def add_receipt(
    conn: Connection, doc: str, value: Mapping[str, Any], raw: bytes, name: str
) -> None:
    """Keep a witness's receipt, unless it says nothing new; `name` is its digest."""
    last = conn.execute(
        select(receipts.c.heads)
        .where(receipts.c.doc == doc, receipts.c.person == value["person"])
        .order_by(receipts.c.n.desc())
        .limit(1)
    ).scalar()
    if last == value["heads"]:
        return
    known = conn.execute(select(receipts.c.n).where(receipts.c.digest == name)).first()
    if known is None:
        conn.execute(
            insert(receipts).values(
                doc=doc,
                person=value["person"],
                at=value["at"],
                heads=value["heads"],
                raw=raw,
                digest=name,
            )
        )


def receipts_of(conn: Connection, doc: str) -> list[Held]:
    """Return all receipts that were kept for a journal, in the order they came."""
    rows = conn.execute(select(receipts).where(receipts.c.doc == doc).order_by(receipts.c.n))
    return [
        Held(row.person, row.at, {name: tuple(end) for name, end in row.heads.items()}, row.raw)
        for row in rows
    ]


def as_json(raw: bytes) -> dict[str, Any]:
    """Return a kept receipt as an object."""
    value: dict[str, Any] = orjson.loads(raw)
    return value


def _row(row: Row[Any]) -> StepRow:
    return StepRow(
        row.n, row.position, row.owner, row.doc, Step(row.step), row.terms, row.at, row.number
    )

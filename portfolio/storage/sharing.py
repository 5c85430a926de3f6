"""Until when documents are shared, and shares that follow a tag or the whole portfolio."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from portfolio.storage.idea_tables import standing, terms
from portfolio.storage.positions import MAIN_KINDS, Detail
from portfolio.storage.tables import documents, instruments, positions, transactions

_HELD: Final = "held"
_DRAFT: Final = "draft"


@dataclass(frozen=True, slots=True)
class Due:
    """A share whose time is over."""

    position: str
    person: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A share that follows a tag, or with `tag` None the whole portfolio.

    `given` are the positions it shared, `left_out` those that were taken back one by one.
    """

    id: str
    person: str
    tag: str | None
    role: str
    detail: Detail
    until: str | None
    given: tuple[str, ...]
    left_out: tuple[str, ...]
    created: str


def set_terms(conn: Connection, doc: str, until: Mapping[str, str | None]) -> None:
    """Store until when people may see a document, in place of all that was known."""
    conn.execute(delete(terms).where(terms.c.doc == doc))
    rows = [{"doc": doc, "person": person, "until": end} for person, end in until.items() if end]
    if rows:
        conn.execute(insert(terms), rows)


def terms_of(conn: Connection, doc: str) -> dict[str, str]:
    """Return {did: time} until when people may see a document."""
    rows = conn.execute(select(terms.c.person, terms.c.until).where(terms.c.doc == doc))
    return {row.person: row.until for row in rows}


def forget_terms(conn: Connection, doc: str) -> None:
    """Delete the terms of a document that is gone."""
    conn.execute(delete(terms).where(terms.c.doc == doc))


def due(conn: Connection, owner: str, now: str) -> list[Due]:
    """Return the shares of a person's own positions whose time is over by now."""
    query = (
        select(documents.c.position, terms.c.person)
        .join(documents, documents.c.doc == terms.c.doc)
        .where(
            terms.c.until <= now,
            documents.c.owner == owner,
            documents.c.position.is_not(None),
        )
    )
    return [Due(row.position, row.person) for row in conn.execute(query)]


def hide(conn: Connection, person: str, now: str) -> list[str]:
    """Hide what a person may see no more by now, and show what they may again; return both."""
    ended = (
        select(documents.c.position)
        .join(terms, terms.c.doc == documents.c.doc)
        .where(
            terms.c.person == person,
            terms.c.until <= now,
            documents.c.owner != person,
            documents.c.kind.in_(MAIN_KINDS),
            documents.c.position.is_not(None),
        )
    )
    changed = conn.execute(
        select(positions.c.id).where(
            or_(
                and_(positions.c.hidden == 0, positions.c.id.in_(ended)),
                and_(positions.c.hidden == 1, positions.c.id.not_in(ended)),
            )
        )
    ).scalars()
    found = list(changed)
    if found:
        conn.execute(
            update(positions)
            .where(positions.c.id.in_(found))
            .values(hidden=1 - positions.c.hidden)
        )
    return found


def next_end(conn: Connection, now: str) -> str | None:
    """Return when the next share ends after now, None when none does."""
    ends = [
        conn.execute(select(func.min(column)).where(column > now)).scalar_one()
        for column in (terms.c.until, standing.c.until)
    ]
    return min((end for end in ends if end is not None), default=None)


def add(conn: Connection, share: Standing) -> None:
    """Store a share that follows."""
    values = {name: getattr(share, name) for name in Standing.__slots__}
    conn.execute(
        insert(standing).values({**values, "given": [*share.given], "left_out": [*share.left_out]})
    )


def keep(conn: Connection, identifier: str, given: Sequence[str], left_out: Sequence[str]) -> None:
    """Remember what a share that follows has shared, and what it must not."""
    conn.execute(
        update(standing)
        .where(standing.c.id == identifier)
        .values(given=[*given], left_out=[*left_out])
    )


def leave_out(conn: Connection, person: str, position: str) -> None:
    """Let no share that follows give a position to somebody again."""
    for one in following(conn, person):
        given = [each for each in one.given if each != position]
        keep(conn, one.id, given, [*{*one.left_out, position}])


def let_in(conn: Connection, person: str, position: str) -> None:
    """Shared by hand: no share that follows takes it back, or leaves it out."""
    for one in following(conn, person):
        if position in one.left_out or position in one.given:
            rest = [
                [each for each in ids if each != position] for ids in (one.given, one.left_out)
            ]
            keep(conn, one.id, rest[0], rest[1])


def remove(conn: Connection, identifier: str) -> None:
    """Delete a share that follows."""
    conn.execute(delete(standing).where(standing.c.id == identifier))


def following(conn: Connection, person: str | None = None) -> list[Standing]:
    """Return the shares that follow, oldest first; of one friend, or all."""
    query = select(standing).order_by(standing.c.created, standing.c.id)
    if person is not None:
        query = query.where(standing.c.person == person)
    return [_standing(dict(row)) for row in conn.execute(query).mappings()]


def matching(conn: Connection, owner: str, tag: str | None) -> list[str]:
    """Return a person's positions that carry a tag, or all; no drafts, nothing sold.

    A holding carries the tags of its instrument and of its transactions.
    """
    query = select(positions.c.id, positions.c.kind, positions.c.symbol, positions.c.fields).where(
        positions.c.owner == owner,
        positions.c.sample == 0,
        positions.c.fields.is_not(None),
        or_(
            and_(positions.c.kind == "idea", positions.c.state != _DRAFT),
            and_(positions.c.kind == "holding", positions.c.state == _HELD),
        ),
    )
    rows = conn.execute(query.order_by(positions.c.id)).all()
    if tag is None:
        return [row.id for row in rows]
    by_symbol, by_position = _tagged(conn, tag)
    return [
        row.id
        for row in rows
        if (row.kind == "idea" and tag in (row.fields.get("tags") or ()))
        or (row.kind == "holding" and (row.symbol in by_symbol or row.id in by_position))
    ]


def tagged_still(conn: Connection, position: str, tag: str | None) -> bool:
    """Say whether a position carries a tag, whatever state it is in."""
    row = conn.execute(
        select(positions.c.kind, positions.c.symbol, positions.c.fields).where(
            positions.c.id == position
        )
    ).one_or_none()
    if row is None or row.fields is None:
        return False
    if tag is None:
        return True
    if row.kind == "idea":
        return tag in (row.fields.get("tags") or ())
    by_symbol, by_position = _tagged(conn, tag)
    return row.symbol in by_symbol or position in by_position


def _tagged(conn: Connection, tag: str) -> tuple[set[str], set[str]]:
    symbols = conn.execute(
        select(instruments.c.symbol, instruments.c.tags).where(instruments.c.tags.is_not(None))
    )
    rows = conn.execute(
        select(transactions.c.position, transactions.c.tags).where(
            transactions.c.tags.is_not(None)
        )
    )
    return (
        {row.symbol for row in symbols if tag in row.tags},
        {row.position for row in rows if tag in row.tags},
    )


def _standing(row: Mapping[str, Any]) -> Standing:
    values = {name: row[name] for name in Standing.__slots__}
    return Standing(**{**values, "given": tuple(row["given"]), "left_out": tuple(row["left_out"])})

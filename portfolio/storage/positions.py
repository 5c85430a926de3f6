"""Positions in the store: ideas and holdings, my own and those friends share with me."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from federation.prepared import Prepared
from portfolio.storage.tables import changes, documents, positions

MAIN_KINDS: Final = ("plan", "holding")
AMOUNTS_KIND: Final = "amounts"
QUANTITIES_KIND: Final = "quantities"  # an amounts document too, that tells how many alone
QUANTITIES_SUFFIX: Final = ".quantities"  # of its nonce
SUMS_KINDS: Final = (AMOUNTS_KIND, QUANTITIES_KIND)
OWNER: Final = "owner"
SOLD: Final = "sold"  # a holding of which nothing is left; its transactions stay

_main: Final = documents.alias("main")
_sums: Final = documents.alias("sums")
_counts: Final = documents.alias("counts")


Detail = Literal["percent", "quantities", "amounts"]


@dataclass(frozen=True, slots=True)
class Access:
    """Who a position belongs to, and what I may do with it: all that a comment needs to know."""

    id: str
    kind: str
    owner: str
    sample: bool
    doc: str | None
    role: str


@dataclass(frozen=True, slots=True)
class Position:
    """A position as stored. `role` is my own; `doc` is None until it is first shared."""

    id: str
    kind: str
    owner: str
    role: str
    account: str
    fields: Mapping[str, Any]
    amounts: Mapping[str, Any] | None
    conflicts: Sequence[Mapping[str, Any]]
    created: str
    updated: str
    sample: bool
    doc: str | None
    amounts_doc: str | None
    amounts_role: str | None
    quantities_doc: str | None = None

    @property
    def detail(self) -> Detail:
        """How much of it I see."""
        if self.role == OWNER or self.amounts_doc is not None:
            return "amounts"
        return "percent" if self.quantities_doc is None else "quantities"


_SELECT: Final = (
    select(
        positions,
        _main.c.doc,
        _main.c.role,
        _sums.c.doc.label("amounts_doc"),
        _sums.c.role.label("amounts_role"),
        _counts.c.doc.label("quantities_doc"),
    )
    .join(
        _main, and_(_main.c.position == positions.c.id, _main.c.kind.in_(MAIN_KINDS)), isouter=True
    )
    .join(
        _sums, and_(_sums.c.position == positions.c.id, _sums.c.kind == AMOUNTS_KIND), isouter=True
    )
    .join(
        _counts,
        and_(_counts.c.position == positions.c.id, _counts.c.kind == QUANTITIES_KIND),
        isouter=True,
    )
)
_ANY_BY_ID: Final = _SELECT.where(positions.c.id == bindparam("id"))
_BY_ID: Final = _ANY_BY_ID.where(positions.c.hidden == 0)
_ACCESS: Final = (
    select(
        positions.c.id,
        positions.c.kind,
        positions.c.owner,
        positions.c.sample,
        _main.c.doc,
        _main.c.role,
    )
    .join(
        _main, and_(_main.c.position == positions.c.id, _main.c.kind.in_(MAIN_KINDS)), isouter=True
    )
    .where(positions.c.id == bindparam("id"))
)
_ANY_ACCESS: Final = Prepared(_ACCESS)
_SHOWN_ACCESS: Final = Prepared(_ACCESS.where(positions.c.hidden == 0))


def access(conn: Connection, position: str, *, hidden: bool = False) -> Access | None:
    """Return who owns a position and my role in it; None when there is none of that id."""
    row = (_ANY_ACCESS if hidden else _SHOWN_ACCESS).first(conn, id=position)
    if row is None:
        return None
    id_, kind, owner, sample, doc, role = row
    return Access(id_, kind, owner, bool(sample), doc, role or OWNER)


def get(conn: Connection, position: str, *, hidden: bool = False) -> Position | None:
    """Return a position; None when there is none, or its content has not arrived yet.

    What a friend shared until a time that is over is there for those who ask for `hidden` too.
    """
    query = _ANY_BY_ID if hidden else _BY_ID
    row = conn.execute(query, {"id": position}).one_or_none()
    return None if row is None or row.fields is None else _position(row)


def page(
    conn: Connection,
    *,
    kind: str | None,
    before: str | None,
    limit: int,
    state: str | None = None,
    owner: str | None = None,
    symbol: str | None = None,
) -> list[Position]:
    """Return up to `limit` positions, the newest id first, older than the id `before`.

    Holdings of which nothing is left are not listed.
    """
    query: Select[Any] = _SELECT.where(
        positions.c.fields.is_not(None), positions.c.state != SOLD, positions.c.hidden == 0
    )
    if kind is not None:
        query = query.where(positions.c.kind == kind)
    if state is not None:
        query = query.where(positions.c.state == state)
    if owner is not None:
        query = query.where(positions.c.owner == owner)
    if symbol is not None:
        query = query.where(positions.c.symbol == symbol)
    if before is not None:
        query = query.where(positions.c.id < before)
    rows = conn.execute(query.order_by(positions.c.id.desc()).limit(limit))
    return [_position(row) for row in rows]


def holding_of(conn: Connection, *, owner: str, symbol: str, account: str) -> Position | None:
    """Return a person's holding of an instrument in an account."""
    query = _SELECT.where(
        positions.c.kind == "holding",
        positions.c.owner == owner,
        positions.c.symbol == symbol,
        positions.c.account == account,
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else _position(row)


def shared_by(conn: Connection, owner: str) -> list[Position]:
    """Return a person's positions that were ever shared, the newest first."""
    query = _SELECT.where(positions.c.owner == owner, _main.c.doc.is_not(None))
    return [_position(row) for row in conn.execute(query.order_by(positions.c.id.desc()))]


def shared(conn: Connection) -> list[Position]:
    """Return all positions that were ever shared, by me or with me, the newest first."""
    query = _SELECT.where(
        positions.c.fields.is_not(None), positions.c.hidden == 0, _main.c.doc.is_not(None)
    )
    return [_position(row) for row in conn.execute(query.order_by(positions.c.id.desc()))]


def with_quantities(conn: Connection, owner: str) -> list[str]:
    """Return the ids of a person's positions with a document that tells how many alone."""
    query = select(documents.c.position).where(
        documents.c.kind == QUANTITIES_KIND,
        documents.c.owner == owner,
        documents.c.position.is_not(None),
    )
    return list(conn.execute(query).scalars())


def live_ideas(conn: Connection, owner: str) -> list[Position]:
    """Return a person's ideas that wait for a price: watched, ready or open."""
    query = _SELECT.where(
        positions.c.kind == "idea",
        positions.c.state.in_(("watching", "ready", "open")),
        positions.c.owner == owner,
        positions.c.fields.is_not(None),
    )
    return [_position(row) for row in conn.execute(query.order_by(positions.c.id))]


def open_ideas(conn: Connection, owner: str, *, sample: bool) -> list[Position]:
    """Return a person's open ideas, the newest first."""
    query = _SELECT.where(
        positions.c.kind == "idea",
        positions.c.state == "open",
        positions.c.owner == owner,
        positions.c.sample == int(sample),
        positions.c.fields.is_not(None),
    )
    return [_position(row) for row in conn.execute(query.order_by(positions.c.id.desc()))]


def instruments(
    conn: Connection, owner: str
) -> list[tuple[str, str | None, str | None, str | None]]:
    """Return (symbol, currency, isin, mic) of what I own or anybody's ideas here are about."""
    said = [positions.c.fields[name].as_string() for name in ("currency", "isin", "mic")]
    query = select(positions.c.symbol, *said).where(
        positions.c.symbol != "", (positions.c.kind == "idea") | (positions.c.owner == owner)
    )
    return [(row[0], row[1], row[2], row[3]) for row in conn.execute(query.distinct())]


def sample_ids(conn: Connection) -> list[str]:
    """Return the ids of the sample's positions."""
    return list(conn.execute(select(positions.c.id).where(positions.c.sample == 1)).scalars())


def add(
    conn: Connection,
    *,
    position: str,
    kind: str,
    owner: str,
    fields: Mapping[str, Any] | None,
    created: str,
    amounts: Mapping[str, Any] | None = None,
    sample: bool = False,
) -> None:
    """Store a new position; `fields` None means its content is still to come."""
    shown = fields or {}
    conn.execute(
        insert(positions).values(
            id=position,
            kind=kind,
            owner=owner,
            symbol=shown.get("symbol") or "",
            account=(amounts or {}).get("account") or "",
            state=shown.get("state") or "",
            fields=fields,
            amounts=amounts,
            created=created,
            updated=created,
            sample=int(sample),
        )
    )


def save(
    conn: Connection,
    position: str,
    *,
    fields: Mapping[str, Any],
    updated: str,
    conflicts: Sequence[Mapping[str, Any]] = (),
    created: str | None = None,
) -> None:
    """Store a position's fields as they are now."""
    values: dict[str, Any] = {
        "fields": fields,
        "symbol": fields.get("symbol") or "",
        "state": fields.get("state") or "",
        "conflicts": list(conflicts) or None,
        "updated": updated,
    }
    if created is not None:
        values["created"] = created
    conn.execute(update(positions).where(positions.c.id == position).values(**values))


def save_amounts(
    conn: Connection, position: str, amounts: Mapping[str, Any] | None, updated: str
) -> None:
    """Store a position's amounts; None when I may no longer see them."""
    conn.execute(
        update(positions)
        .where(positions.c.id == position)
        .values(amounts=amounts, updated=updated)
    )


def erase(conn: Connection, position: str) -> None:
    """Delete a position; its comments and history go with it (foreign keys), transactions stay."""
    conn.execute(
        update(documents)
        .where(documents.c.position == position)
        .values(position=None, amounts=None)
    )
    conn.execute(delete(positions).where(positions.c.id == position))


def add_changes(
    conn: Connection, position: str, *, who: str, at: str, diff: Sequence[Mapping[str, Any]]
) -> None:
    """Remember who changed which fields of a position that is not shared yet."""
    rows = [
        {
            "position": position,
            "who": who,
            "at": at,
            "field": one["field"],
            "before": one["from"],
            "after": one["to"],
        }
        for one in diff
    ]
    if rows:
        conn.execute(insert(changes), rows)


def changes_of(conn: Connection, position: str) -> list[dict[str, Any]]:
    """Return the changes before the first share, oldest first: {who, at, field, from, to}."""
    query = select(changes).where(changes.c.position == position).order_by(changes.c.n)
    return [
        {
            "who": row.who,
            "at": row.at,
            "field": row.field,
            "from": row.before,
            "to": row.after,
        }
        for row in conn.execute(query)
    ]


def forget_changes(conn: Connection, position: str, fields: Sequence[str]) -> None:
    """Delete the history of some fields."""
    conn.execute(
        delete(changes).where(changes.c.position == position, changes.c.field.in_(list(fields)))
    )


def _position(row: Row[Any]) -> Position:
    return Position(
        id=row.id,
        kind=row.kind,
        owner=row.owner,
        role=row.role or OWNER,
        account=row.account,
        fields=row.fields or {},
        amounts=row.amounts,
        conflicts=row.conflicts or (),
        created=row.created,
        updated=row.updated,
        sample=bool(row.sample),
        doc=row.doc,
        amounts_doc=row.amounts_doc,
        amounts_role=row.amounts_role,
        quantities_doc=row.quantities_doc,
    )

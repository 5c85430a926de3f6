"""Positions: holdings and ideas in one list; a posted holding becomes a transaction."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import (
    LIMIT_DEFAULT,
    Absent,
    CursorById,
    DecimalText,
    Did,
    In,
    Instant,
    Limit,
    Out,
    Ulid,
    absent,
)
from portfolio.api.ideas import (
    Account,
    Complete,
    CurrencyCode,
    Idea,
    IdeaIn,
    Role,
    Symbol,
    create,
    idea_of,
    sent,
)
from portfolio.api.op import op
from portfolio.api.paging import Page, page, read_cursor
from portfolio.services import holdings, instruments, positions, transactions
from portfolio.services.errors import NotFoundError
from portfolio.services.holdings import Holding as Stored
from portfolio.services.holdings import percent, return_percent, text
from portfolio.services.planner import Planner
from portfolio.services.pricebook import ORIGINS
from portfolio.services.profile import read_preferences
from portfolio.storage import positions as stored_positions
from portfolio.storage.positions import Position as Row

Kind = Literal["holding", "idea"]
Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    Field(examples=["2013-03-01"]),
]
SUMS = ("account", "quantity", "cost", "value", "income")


class HoldingIn(In):
    """What I own already, as one purchase. `date` left out is today."""

    kind: Literal["holding"]
    symbol: Symbol
    quantity: DecimalText
    price: DecimalText
    currency: CurrencyCode = absent()
    date: Day = absent()
    fee: DecimalText | None = None
    tax: DecimalText | None = None
    account: Account | None = None
    note: Annotated[str, StringConstraints(max_length=2000)] | None = None


class NewIdea(IdeaIn):
    """A new idea, by the path of all positions."""

    kind: Literal["idea"]


class Lot(Out):
    """What is left of one purchase, oldest first; of what was sold short, below zero."""

    date: str
    quantity: str
    cost: str
    gain: str | None = Field(description="null while there is no price")


class Holding(Out):
    """What is owned of one instrument in one account, derived from its transactions.

    Ages, gains and returns are taken to `as_of`. Of a friend's holding only what they sent is
    here: percentages, and sums if they share their amounts. Lots are told of one holding of my
    own, not in lists. A figure that needs a price is null while there is none.
    """

    id: Ulid
    kind: Literal["holding"]
    owner: Did
    role: Role
    symbol: str
    name: str | None = Field(description="of the instrument; null when it is not known here")
    currency: str
    account: str | None = absent()
    quantity: str | None = absent()
    cost: str | None = absent()
    average_price: str | None = absent()
    average_cost: str | None = absent()
    value: str | None = absent()
    gain: str | None = absent()
    day_gain: str | None = absent()
    day_percent: str | None = absent()
    realised: str | None = absent()
    income: str | None = absent()
    total_gain: str | None = absent()
    return_percent: str | None
    weight_percent: str | None
    price: str | None
    price_date: str | None
    price_age_days: int | None = absent()
    price_source: str | None = absent()
    price_origin: str | None = absent()
    since: str | None
    as_of: str | None = absent()
    lots: tuple[Lot, ...] | Absent = absent()
    created: Instant
    updated: Instant
    complete: Complete
    sample: bool


Position = Annotated[Idea | Holding, Field(discriminator="kind")]
PositionIn = Annotated[NewIdea | HoldingIn, Field(discriminator="kind")]


@op("GET", "/positions")
async def list_positions(
    context: Context,
    *,
    limit: Limit = LIMIT_DEFAULT,
    cursor: CursorById | None = None,
    kind: Kind | None = None,
) -> Page[Position]:
    """List holdings and ideas, mine and those shared with me, the newest first."""
    before = read_cursor(cursor, str)
    if kind != "idea":
        await holdings.prepare(context.planner)

    def read(conn: Connection) -> list[Idea | Holding]:
        rows = positions.page(
            conn,
            kind=kind,
            before=None if before is None else str(before[0]),
            limit=limit + 1,
        )
        return _shown(context.planner, conn, rows)

    rows = await context.read(read)
    return page(rows, limit, item=lambda row: row, key=lambda row: (row.id,))


@op("POST", "/positions", errors=("rule", "conflict"))
async def add_position(context: Context, body: PositionIn) -> Created[Position]:
    """Add a holding, stored as a purchase, or an idea."""

    def work(tx: Tx) -> Created[Any]:
        if isinstance(body, NewIdea):
            return create(context, tx, body)
        written = {
            "currency": read_preferences(tx.conn).currency,
            "date": tx.now.date().isoformat(),
            **sent(body),
            "kind": "buy",
        }
        bought = transactions.record(context.planner, tx, written)
        if bought.position is None:
            raise LookupError("a purchase has its holding")
        made = _read(context.planner, tx.conn, bought.position)
        return Created(made, f"/positions/{made.id}")

    return await context.write(work)


@op("GET", "/positions/{id}", etag=True)
async def read_position(context: Context, id: Ulid) -> Position:  # noqa: A002 - as in the path
    """Read a holding, with its lots, or an idea."""
    await holdings.prepare(context.planner)
    return await context.read(lambda conn: _read(context.planner, conn, id))


def _read(planner: Planner, conn: Connection, position: str) -> Idea | Holding:
    row = _row(conn, position)
    if row.kind == "idea":
        return idea_of(planner, conn, row)
    (found,) = holdings.valued(planner, conn, [row])
    return holding_of(planner, conn, found, lots=True)


def _row(conn: Connection, position: str) -> Row:
    found = stored_positions.get(conn, position)
    if found is None:
        raise NotFoundError("There is no such position")
    return found


def _shown(planner: Planner, conn: Connection, rows: list[Row]) -> list[Idea | Holding]:
    worth = {
        one.position.id: one
        for one in holdings.valued(planner, conn, [row for row in rows if row.kind == "holding"])
    }
    return [
        idea_of(planner, conn, row)
        if row.kind == "idea"
        else holding_of(planner, conn, worth[row.id])
        for row in rows
    ]


def holding_of(
    planner: Planner, conn: Connection, found: Stored, *, lots: bool = False
) -> Holding:
    """Return a holding as it is answered, with or without its lots."""
    row = found.position
    figures = _snapshot(row) if found.as_of is None else _derived(found)
    if lots and found.as_of is not None:
        figures["lots"] = [_lot(one) for one in holdings.lots(found)]
    return Holding.model_validate(
        {
            "id": row.id,
            "kind": "holding",
            "owner": row.owner,
            "role": row.role,
            "symbol": row.fields.get("symbol") or "",
            "name": instruments.name(row.fields.get("symbol") or ""),
            "currency": row.fields.get("currency") or "",
            **figures,
            "created": row.created,
            "updated": row.updated,
            "complete": asdict(positions.completeness(planner, conn, row)),
            "sample": row.sample,
        }
    )


def _lot(found: holdings.OpenLot) -> dict[str, str | None]:
    return {
        "date": found.on.isoformat(),
        "quantity": text(found.quantity),
        "cost": text(found.cost),
        "gain": text(found.gain),
    }


def _snapshot(row: Row) -> dict[str, Any]:
    """Return the figures of a friend's holding: what they sent, and no more."""
    names = ("return_percent", "weight_percent", "price", "price_date", "since")
    figures: dict[str, Any] = {name: row.fields.get(name) for name in names}
    if row.amounts is not None:
        figures |= {name: row.amounts.get(name) for name in SUMS}
    return figures


def _derived(found: Stored) -> dict[str, Any]:
    """Return the figures of my own holding, derived from its transactions."""
    worth, as_of = found.worth, found.as_of
    figures: dict[str, Any] = {"account": found.position.account, "as_of": str(as_of)}
    if worth is None or as_of is None:
        blank = ("return_percent", "weight_percent", "price", "price_date", "since")
        return figures | dict.fromkeys(blank) | {"quantity": "0", "cost": "0"}
    held, quote = worth.position, worth.quote
    return figures | {
        "currency": held.currency or found.position.fields.get("currency"),
        "quantity": text(held.quantity),
        "cost": text(held.cost),
        "average_price": text(held.average_price),
        "average_cost": text(held.average_cost),
        "value": text(worth.value),
        "gain": text(worth.unrealised),
        "day_gain": text(worth.day_gain),
        "day_percent": text(percent(worth.day_return)),
        "realised": text(held.realised),
        "income": text(held.income),
        "total_gain": text(worth.total_gain),
        "return_percent": text(return_percent(worth)),
        "weight_percent": text(percent(worth.weight)),
        "price": None if quote is None else text(quote.price),
        "price_date": None if quote is None else quote.on.isoformat(),
        "price_age_days": None if quote is None else quote.age_days(as_of),
        "price_source": None if quote is None else quote.source,
        "price_origin": None if quote is None else ORIGINS.get(quote.source),
        "since": held.first.isoformat(),
    }


ROUTES = (list_positions, add_position, read_position)

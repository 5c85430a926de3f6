"""Ideas: planned trades, private until shared."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import (
    LIMIT_DEFAULT,
    Absent,
    CursorById,
    CursorByNumber,
    DecimalText,
    Did,
    In,
    Instant,
    Limit,
    Out,
    Ulid,
    absent,
)
from portfolio.api.idea_details import (
    DetailsIn,
    DetailsOut,
    Figures,
    Market,
    details_of,
    figures_of,
    market_of,
)
from portfolio.api.op import op
from portfolio.api.paging import Page, page, read_cursor
from portfolio.domain.ideas import IdeaState
from portfolio.services import history, ideas, positions, sizing
from portfolio.services.history import Revision
from portfolio.services.holdings import text as text
from portfolio.services.planner import Planner
from portfolio.services.profile import read_preferences
from portfolio.storage.positions import Position

Symbol = Annotated[str, StringConstraints(min_length=1, max_length=32), Field(examples=["AAPL"])]
Isin = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[A-Z0-9]{9}[0-9]$")]
Mic = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{4}$")]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{3}$"), Field(examples=["USD"])]
Account = Annotated[str, StringConstraints(max_length=80)]
Thesis = Annotated[str, StringConstraints(max_length=20_000)]
Targets = Annotated[tuple[DecimalText, ...], Field(max_length=8, strict=False)]
Side = Literal["long", "short"]
State = Literal["draft", "watching", "ready", "open", "closed"]
Role = Literal["owner", "editor", "commenter", "viewer"]
_SEEN = {"percent": (), "quantities": ("size",), "amounts": ("size", "account")}


class IdeaIn(DetailsIn):
    """A new idea. `currency` left out is the one of the settings."""

    symbol: Symbol
    side: Side
    isin: Isin | None = None
    mic: Mic | None = None
    entry: DecimalText | None = None
    stop: DecimalText | None = None
    targets: Targets = ()
    size: DecimalText | None = None
    account: Account | None = None
    currency: CurrencyCode = absent()
    thesis: Thesis = ""
    state: State = absent()


class IdeaPatch(DetailsIn):
    """What to change (RFC 7396); null takes a value away."""

    symbol: Symbol = absent()
    side: Side = absent()
    isin: Isin | None = None
    mic: Mic | None = None
    entry: DecimalText | None = None
    stop: DecimalText | None = None
    targets: Targets | None = None
    size: DecimalText | None = None
    account: Account | None = None
    currency: CurrencyCode = absent()
    thesis: Thesis | None = None
    state: State = absent()


class Complete(Out):
    """How much of a shared position is known to exist, and what of it cannot be shown."""

    known: int
    missing: int = Field(description="changes that are not here yet")
    unknown: int = Field(description="changes that need a newer version of this planner")
    forked: tuple[Did, ...] = Field(
        description="people of whom two contradicting changes exist; no more of theirs is taken "
        "until it is settled"
    )


class ConflictingValue(Out):
    """One of the values that were written at the same time."""

    value: Any
    who: str
    at: str


class FieldConflict(Out):
    """A field that two people wrote without knowing of each other; the first value counts."""

    field: str
    values: tuple[ConflictingValue, ...]


class Idea(DetailsOut):
    """A planned trade. `size` and `account` are absent unless its amounts are shared with me."""

    id: Ulid
    kind: Literal["idea"]
    owner: Did
    role: Role
    symbol: str
    isin: str | None
    mic: str | None
    side: str
    entry: str | None
    stop: str | None
    targets: tuple[str, ...]
    size: str | None = absent()
    account: str | None = absent()
    currency: str
    thesis: str
    state: str
    figures: Figures | None = Field(description="null while entry or stop is missing")
    market: Market | None = Field(description="null while no price in its currency is known")
    conflicts: tuple[FieldConflict, ...]
    created: Instant
    updated: Instant
    complete: Complete
    sample: bool


class Transition(In):
    """Where to take the idea."""

    to: State


class Change(Out):
    """One field changed once; with `clock_off` the clock of who did it was wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    at: Instant
    who: Did
    field: str
    from_: Any = Field(alias="from")
    to: Any
    clock_off: bool | Absent = absent()


@op("GET", "/positions/ideas", errors=())
async def list_ideas(
    context: Context,
    *,
    limit: Limit = LIMIT_DEFAULT,
    cursor: CursorById | None = None,
    state: State | None = None,
    owner: Did | None = None,
    symbol: Symbol | None = None,
) -> Page[Idea]:
    """List ideas, mine and those shared with me, the newest first."""
    before = read_cursor(cursor, str)
    rows = await context.read(
        lambda conn: [
            idea_of(context.planner, conn, row)
            for row in positions.page(
                conn,
                kind="idea",
                before=None if before is None else str(before[0]),
                limit=limit + 1,
                state=state,
                owner=owner,
                symbol=symbol,
            )
        ]
    )
    return page(rows, limit, item=lambda row: row, key=lambda row: (row.id,))


@op("POST", "/positions/ideas", errors=("rule",), etag=True)
async def create_idea(context: Context, body: IdeaIn) -> Created[Idea]:
    """Write a new idea down; nobody sees it until it is shared."""
    await _prepare(context, body)

    def work(tx: Tx) -> Created[Idea]:
        return create(context, tx, body)

    return await context.write(work)


@op("GET", "/positions/ideas/{id}", etag=True)
async def read_idea(context: Context, id: Ulid) -> Idea:  # noqa: A002 - the name in the path
    """Read an idea."""
    return await context.read(lambda conn: idea_of(context.planner, conn, ideas.get(conn, id)))


@op("PATCH", "/positions/ideas/{id}", etag=True, errors=("forbidden", "rule", "conflict"))
async def change_idea(context: Context, id: Ulid, body: IdeaPatch) -> Idea:  # noqa: A002 - as in the path
    """Change some fields.

    A field in `conflicts` is settled by naming it, even with the value that it has.
    """
    await _prepare(context, body)
    return await _change(context, id, lambda tx: ideas.revise(context.planner, tx, id, sent(body)))


@op("PUT", "/positions/ideas/{id}", etag=True, errors=("forbidden", "rule", "conflict"))
async def replace_idea(context: Context, id: Ulid, body: IdeaIn) -> Idea:  # noqa: A002 - as in the path
    """Put a whole idea in its place; only fields that differ are written."""
    await _prepare(context, body)
    return await _change(
        context, id, lambda tx: ideas.rewrite(context.planner, tx, id, sent(body))
    )


@op("DELETE", "/positions/ideas/{id}", etag=True, errors=("forbidden",))
async def delete_idea(context: Context, id: Ulid) -> None:  # noqa: A002 - as in the path
    """Delete my own idea; it is taken back from everybody it is shared with first."""

    def work(tx: Tx) -> None:
        context.if_match(idea_of(context.planner, tx.conn, ideas.get(tx.conn, id)))
        ideas.remove(context.planner, tx, id)

    await context.write(work)


@op("POST", "/positions/ideas/{id}/transition", errors=("forbidden", "conflict"), status=200)
async def move_idea(context: Context, id: Ulid, body: Transition) -> Idea:  # noqa: A002 - as in the path
    """Take an idea to another state: draft, watching, ready, open or closed."""

    def work(tx: Tx) -> Idea:
        moved = ideas.move(context.planner, tx, id, IdeaState(body.to))
        return idea_of(context.planner, tx.conn, moved)

    return await context.write(work)


@op("GET", "/positions/ideas/{id}/history")
async def read_history(
    context: Context,
    id: Ulid,  # noqa: A002 - as in the path
    *,
    limit: Limit = LIMIT_DEFAULT,
    cursor: CursorByNumber | None = None,
) -> Page[Change]:
    """List who changed what, when, from what to what; the newest first."""
    start = read_cursor(cursor, int)
    skipped = 0 if start is None else int(start[0])
    rows = await context.read(lambda conn: history.history(context.planner, conn, id))
    shown = list(enumerate(rows))[skipped : skipped + limit + 1]
    return page(shown, limit, item=lambda row: _change_of(row[1]), key=lambda row: (row[0] + 1,))


def create(context: Context, tx: Tx, body: IdeaIn) -> Created[Idea]:
    """Write an idea down; both ways of posting one end here."""
    written = {"currency": read_preferences(tx.conn).currency, **sent(body)}
    made = ideas.create(context.planner, tx, written)
    return Created(idea_of(context.planner, tx.conn, made), f"/positions/ideas/{made.id}")


def sent(body: In) -> dict[str, Any]:
    """Return the members that were sent, as the services take them."""
    return {name: _plain(getattr(body, name)) for name in body.model_fields_set}


def _plain(value: Any) -> Any:  # noqa: ANN401 - a member of any type
    if isinstance(value, BaseModel):
        return {name: item for name, item in value.model_dump().items() if item is not None}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def idea_of(planner: Planner, conn: Connection, found: Position) -> Idea:
    """Return an idea as it is answered."""
    fields = found.fields
    amounts: Mapping[str, Any] = found.amounts or {}
    seen = () if found.amounts is None else _SEEN[found.detail]
    return Idea.model_validate(
        {
            "id": found.id,
            "kind": "idea",
            "owner": found.owner,
            "role": found.role,
            **{name: fields.get(name) for name in ("isin", "mic", "entry", "stop")},
            **{name: fields.get(name) or "" for name in ("symbol", "side", "currency", "thesis")},
            "state": fields.get("state") or "draft",
            "targets": tuple(fields.get("targets") or ()),
            **{name: amounts.get(name) for name in seen},
            "figures": figures_of(ideas.figures(found)),
            "market": market_of(ideas.market(planner, found)),
            **details_of(conn, found),
            "conflicts": found.conflicts,
            "created": found.created,
            "updated": found.updated,
            "complete": asdict(positions.completeness(planner, conn, found)),
            "sample": found.sample,
        }
    )


async def _prepare(context: Context, body: DetailsIn) -> None:
    """Value my portfolio off the loop, where a size is to be computed from it."""
    if body.sizing is not None and body.sizing.mode != "fixed":
        await sizing.prepare(context.planner)


async def _change(context: Context, position: str, write: Callable[[Tx], Position]) -> Idea:
    def work(tx: Tx) -> Idea:
        context.if_match(idea_of(context.planner, tx.conn, ideas.get(tx.conn, position)))
        return idea_of(context.planner, tx.conn, write(tx))

    return await context.write(work)


def _change_of(revision: Revision) -> Change:
    return Change.model_validate(
        {
            "at": revision.at,
            "who": revision.who,
            "field": revision.field,
            "from": revision.before,
            "to": revision.after,
            **({"clock_off": True} if revision.clock_off else {}),
        }
    )


ROUTES = (
    list_ideas,
    create_idea,
    read_idea,
    change_idea,
    replace_idea,
    delete_idea,
    move_idea,
    read_history,
)

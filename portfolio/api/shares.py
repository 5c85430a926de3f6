"""Shares: who may see what, in which role, in how much detail, and until when."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import Did, In, Instant, Out, Ulid
from portfolio.api.idea_details import Detail, Tag
from portfolio.api.ideas import Idea, idea_of
from portfolio.api.op import Operation, op
from portfolio.api.paging import Page
from portfolio.api.positions import Holding, Position, holding_of
from portfolio.services import holdings, previews, shares, standing
from portfolio.services.errors import RuleError
from portfolio.services.shares import Role
from portfolio.services.shares import Share as Stored
from portfolio.storage.positions import Position as Row
from portfolio.storage.sharing import Standing as Following

_SAME = ("tag", "role", "detail", "until", "left_out")

Moment = Annotated[
    str,
    StringConstraints(max_length=40),
    Field(json_schema_extra={"format": "date-time"}, examples=["2026-12-31T18:00:00Z"]),
]
Friends = Annotated[tuple[Did, ...], Field(min_length=1, max_length=100, strict=False)]


class ShareChange(In):
    """What one person may from now on.

    `detail`: percentages and R alone (the default), how many too, or all amounts. `amounts` true
    says the last of them in the words of the first release. From `until` on it is taken back.
    """

    role: Role = "viewer"
    amounts: bool = False
    detail: Detail | None = None
    until: Moment | None = None


class ShareIn(ShareChange):
    """With whom to share, and how; all of them or none."""

    friend_ids: Friends


class What(In):
    """What is meant: some positions, those of a tag, or the whole portfolio."""

    positions: Annotated[tuple[Ulid, ...], Field(max_length=200, strict=False)] = ()
    tag: Tag | None = None
    portfolio: bool = False


class SharesIn(ShareIn):
    """What to share with whom. A tag, and the whole portfolio, take new positions in."""

    what: What


class PreviewIn(In):
    """What would be shared, and how."""

    what: What
    role: Role = "viewer"
    amounts: bool = False
    detail: Detail | None = None


class Share(Out):
    """One person a position is or was shared with; `role` none is a share taken back."""

    did: Did
    role: Literal["viewer", "commenter", "editor", "none"]
    amounts: bool
    detail: Detail
    until: Instant | None = Field(description="when it ends by itself; null is never")
    delivery: Literal["queued", "delivered", "refused", "revoked"] | None = Field(
        description="how far their copy got; null to members who are not the owner"
    )
    receipt: Instant | None = Field(description="when their planner said it holds all of it")
    waiting: int | None = Field(
        description="how many of my changes their planner has not confirmed; null as `delivery`"
    )


class GivenShare(Share):
    """A share of mine, and what it shows."""

    position_id: Ulid
    kind: Literal["idea", "holding"]
    symbol: str


class Standing(Out):
    """A share that follows a tag or, with `tag` null, the whole portfolio."""

    id: Ulid
    did: Did
    tag: str | None
    role: Literal["viewer", "commenter", "editor"]
    detail: Detail
    until: Instant | None
    positions: tuple[Ulid, ...] = Field(description="those it has shared so far")
    left_out: tuple[Ulid, ...] = Field(description="those that were taken back one by one")


class Shared(Out):
    """What was shared: positions one by one, and shares that follow."""

    shares: tuple[GivenShare, ...]
    following: tuple[Standing, ...]


class Preview(Out):
    """Positions as the friend's planner would answer them, in the detail that was asked."""

    items: tuple[Position, ...]
    left_out: int = Field(description="how many more there are than are shown")


@op("GET", "/shares")
async def list_given(context: Context, *, did: Did | None = None) -> Page[GivenShare]:
    """List everything I share, with everybody or with one friend; the newest position first."""
    found = await context.read(lambda conn: _given(context, conn, did))
    return Page(items=found, next=None)


@op("POST", "/shares", errors=("not-found", "forbidden", "rule", "conflict"), status=200)
async def share_several(context: Context, body: SharesIn) -> Shared:
    """Share several positions, a tag, or the whole portfolio with friends: all or nothing."""
    await holdings.prepare(context.planner)
    what, detail = _checked(body.what), _detail(body)

    def work(tx: Tx) -> Shared:
        made: list[Following] = []
        planner = context.planner
        if what.positions:
            for position in what.positions:
                shares.share(
                    planner, tx, position, body.friend_ids, body.role,
                    detail=detail, until=body.until,
                )  # fmt: skip
        else:
            tag = None if what.portfolio else what.tag
            follow = standing.Terms(tag, body.role, detail, body.until)
            made = standing.begin(planner, tx, body.friend_ids, follow)
        shown = {*what.positions, *(each for one in made for each in one.given)}
        found = _given(context, tx.conn, None)
        return Shared(
            shares=tuple(
                one for one in found if one.position_id in shown and one.did in body.friend_ids
            ),
            following=tuple(_standing(one) for one in made),
        )

    return await context.write(work)


@op("POST", "/shares/preview", errors=("not-found", "forbidden", "rule", "conflict"), status=200)
async def preview_shares(context: Context, body: PreviewIn) -> Preview:
    """Show what a friend would see, before anything is shared.

    It is made by the same steps: what would be written for them, read as their planner reads it.
    """
    await holdings.prepare(context.planner)
    what = _checked(body.what)
    detail = body.detail or ("amounts" if body.amounts else "percent")

    def read(conn: Connection) -> Preview:
        planner = context.planner
        tag = None if what.portfolio else what.tag
        found = list(what.positions) or previews.meant(planner, conn, tag)
        seen = previews.preview(planner, conn, found, body.role, detail)
        items = tuple(_seen(context, conn, one) for one in seen)
        return Preview(items=items, left_out=len(found) - len(seen))

    return await context.read(read)


@op("GET", "/shares/following")
async def list_following(context: Context, *, did: Did | None = None) -> Page[Standing]:
    """List the shares that follow a tag or the whole portfolio, the oldest first."""
    found = await context.read(lambda conn: standing.following(conn, did))
    return Page(items=tuple(_standing(one) for one in found), next=None)


@op("DELETE", "/shares/following/{id}")
async def end_following(context: Context, id: Ulid) -> None:  # noqa: A002 - as in the path
    """End a share that follows, and take back what it shared."""
    await context.write(lambda tx: standing.end(context.planner, tx, id))


async def list_shares(context: Context, id: Ulid) -> Page[Share]:  # noqa: A002 - as in the path
    """List with whom a position is and was shared, by did."""
    return await context.read(
        lambda conn: _page(shares.shares(context.planner, conn, id)),
    )


async def add_shares(context: Context, id: Ulid, body: ShareIn) -> Created[Page[Share]]:  # noqa: A002 - as in the path
    """Share a position with friends: all of them, or none."""

    def work(tx: Tx) -> Created[Page[Share]]:
        found = shares.share(
            context.planner, tx, id, body.friend_ids, body.role,
            detail=_detail(body), until=body.until,
        )  # fmt: skip
        return Created(_page(found), f"/positions/{id}/share")

    return await context.write(work)


async def change_share(context: Context, id: Ulid, did: Did, body: ShareChange) -> Share:  # noqa: A002 - as in the path
    """Set a friend's role, how much they see, and until when."""

    def work(tx: Tx) -> Share:
        found = shares.change(
            context.planner, tx, id, did, body.role, detail=_detail(body), until=body.until
        )
        return share_of(found)

    return await context.write(work)


async def delete_share(context: Context, id: Ulid, did: Did) -> None:  # noqa: A002 - as in the path
    """Take a share back; with my own did, leave what a friend shared with me."""
    await context.write(lambda tx: shares.revoke(context.planner, tx, id, did))


def share_of(found: Stored) -> Share:
    """Return a share as it is answered."""
    return Share.model_validate(
        {
            "did": found.did,
            "role": found.role,
            "amounts": found.detail == "amounts",
            "detail": found.detail,
            "until": found.until,
            "delivery": found.delivery,
            "receipt": found.receipt,
            "waiting": found.waiting,
        }
    )


def _detail(body: ShareChange) -> Detail:
    return body.detail or ("amounts" if body.amounts else "percent")


def _checked(what: What) -> What:
    """Return what is meant when it is one thing.

    Raises:
        RuleError: it is none, or several.
    """
    if sum((bool(what.positions), what.tag is not None, what.portfolio)) != 1:
        raise RuleError("Say positions, a tag, or the whole portfolio", field="what")
    return what


def _given(context: Context, conn: Connection, did: str | None) -> tuple[GivenShare, ...]:
    return tuple(
        GivenShare(
            **share_of(share).model_dump(),
            position_id=position.id,
            kind=position.kind,
            symbol=position.fields.get("symbol") or "",
        )
        for position, share in shares.given(context.planner, conn, did)
    )


def _seen(context: Context, conn: Connection, found: Row) -> Idea | Holding:
    if found.kind == "idea":
        return idea_of(context.planner, conn, found)
    return holding_of(context.planner, conn, holdings.Holding(found, None, None))


def _standing(found: Following) -> Standing:
    return Standing.model_validate(
        {
            "id": found.id,
            "did": found.person,
            "positions": found.given,
            **{name: getattr(found, name) for name in _SAME},
        }
    )


def _page(found: list[Stored]) -> Page[Share]:
    return Page(items=tuple(share_of(one) for one in found), next=None)


def _under(prefix: str, suffix: str) -> tuple[Operation, ...]:
    """Return the four operations below one path of a position."""
    may_fail = ("forbidden", "rule", "conflict")
    one = f"{prefix}/share/{{did}}"
    return (
        op("GET", f"{prefix}/share", name=f"list_shares{suffix}")(list_shares),
        op("POST", f"{prefix}/share", errors=may_fail, name=f"add_shares{suffix}")(add_shares),
        op("PUT", one, errors=may_fail, name=f"change_share{suffix}")(change_share),
        op("DELETE", one, errors=("forbidden",), name=f"delete_share{suffix}")(delete_share),
    )


ROUTES = (
    list_given,
    share_several,
    preview_shares,
    list_following,
    end_following,
    *_under("/positions/{id}", ""),
    *_under("/positions/ideas/{id}", "_of_idea"),
)

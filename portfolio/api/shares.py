"""Shares: who may see a position, in which role, with or without its amounts."""

from typing import Annotated, Literal

from pydantic import Field

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import Did, In, Instant, Out, Ulid
from portfolio.api.op import Operation, op
from portfolio.api.paging import Page
from portfolio.services import shares
from portfolio.services.shares import Role
from portfolio.services.shares import Share as Stored


class ShareIn(In):
    """With whom to share, and how; all of them or none."""

    friend_ids: Annotated[tuple[Did, ...], Field(min_length=1, max_length=100, strict=False)]
    role: Role = "viewer"
    amounts: bool = False


class ShareChange(In):
    """The role of one person from now on."""

    role: Role = "viewer"
    amounts: bool = False


class Share(Out):
    """One person a position is or was shared with; `role` none is a share taken back."""

    did: Did
    role: Literal["viewer", "commenter", "editor", "none"]
    amounts: bool
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


@op("GET", "/shares")
async def list_given(context: Context, *, did: Did | None = None) -> Page[GivenShare]:
    """List everything I share, with everybody or with one friend; the newest position first."""
    found = await context.read(lambda conn: shares.given(context.planner, conn, did))
    items = tuple(
        GivenShare(
            **share_of(share).model_dump(),
            position_id=position.id,
            kind=position.kind,
            symbol=position.fields.get("symbol") or "",
        )
        for position, share in found
    )
    return Page(items=items, next=None)


async def list_shares(context: Context, id: Ulid) -> Page[Share]:  # noqa: A002 - as in the path
    """List with whom a position is and was shared, by did."""
    return await context.read(
        lambda conn: _page(shares.shares(context.planner, conn, id)),
    )


async def add_shares(context: Context, id: Ulid, body: ShareIn) -> Created[Page[Share]]:  # noqa: A002 - as in the path
    """Share a position with friends: all of them, or none."""

    def work(tx: Tx) -> Created[Page[Share]]:
        found = shares.share(
            context.planner, tx, id, body.friend_ids, body.role, amounts=body.amounts
        )
        return Created(_page(found), f"/positions/{id}/share")

    return await context.write(work)


async def change_share(context: Context, id: Ulid, did: Did, body: ShareChange) -> Share:  # noqa: A002 - as in the path
    """Set a friend's role, and whether they see the amounts."""

    def work(tx: Tx) -> Share:
        found = shares.change(context.planner, tx, id, did, body.role, amounts=body.amounts)
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
            "amounts": found.amounts,
            "delivery": found.delivery,
            "receipt": found.receipt,
            "waiting": found.waiting,
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


ROUTES = (list_given, *_under("/positions/{id}", ""), *_under("/positions/ideas/{id}", "_of_idea"))

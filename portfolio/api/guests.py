"""Guests: people elsewhere (Mastodon and the like) who see an idea and may answer it."""

from typing import Annotated

from pydantic import Field, StringConstraints

from federation.activitypub.guests import Guest as Stored
from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import In, Out, Ulid
from portfolio.api.op import op
from portfolio.api.paging import Page
from portfolio.services import guests, shares

ActorName = Annotated[
    str,
    StringConstraints(
        pattern=r"^(https?://[!-~]{1,2000}|@?[A-Za-z0-9_.-]{1,64}@[A-Za-z0-9.:-]{1,255})$"
    ),
    Field(examples=["@bob@social.example"]),
]
GuestId = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,17}$")]


class GuestIn(In):
    """Whom to show it: their address, or the URL of their actor."""

    actor: ActorName


class Guest(Out):
    """One guest of an idea."""

    id: GuestId
    actor: str = Field(description="URL of their actor")
    name: str


@op("GET", "/positions/ideas/{idea_id}/guests", errors=("forbidden",))
async def list_guests(context: Context, idea_id: Ulid) -> Page[Guest]:
    """List the guests of an idea of mine, in the order in which they came."""
    planner = context.planner
    found = await context.read(
        lambda conn: guests.present(planner, conn, shares.own(planner, conn, idea_id).doc)
    )
    return Page(items=tuple(_guest(each) for each in found), next=None)


@op(
    "POST",
    "/positions/ideas/{idea_id}/guests",
    errors=("not-found", "forbidden", "conflict", "friend-away"),
    outside=True,
)
async def invite_guest(context: Context, idea_id: Ulid, body: GuestIn) -> Created[Guest]:
    """Show an idea of mine, without amounts, to somebody elsewhere.

    They get a note that their own server shows them; their replies become comments here.
    """
    planner = context.planner
    await context.read(lambda conn: shares.own(planner, conn, idea_id))
    remote = await guests.stock_of(planner).look_up(body.actor)

    def work(tx: Tx) -> Stored:
        mine = shares.opened(planner, tx, idea_id)
        return guests.admit(planner, tx, mine.doc or "", remote, mine.fields)

    made = _guest(await context.write(work))
    return Created(made, f"/positions/ideas/{idea_id}/guests/{made.id}")


@op("DELETE", "/positions/ideas/{idea_id}/guests/{guest_id}", errors=("forbidden",))
async def dismiss_guest(context: Context, idea_id: Ulid, guest_id: GuestId) -> None:
    """Take an idea back from a guest; their server is asked to delete the note."""
    planner = context.planner
    await context.write(
        lambda tx: guests.dismiss(
            planner, tx, shares.own(planner, tx.conn, idea_id).doc, int(guest_id)
        )
    )


def _guest(found: Stored) -> Guest:
    return Guest(id=str(found.id), actor=found.actor, name=found.name or found.username)


ROUTES = (list_guests, invite_guest, dismiss_guest)

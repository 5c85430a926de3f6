"""Friends: asking, accepting, naming, verifying, blocking, removing."""

from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter

from federation.net.friends import Friend as Known
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import Did, In, Instant, Out, absent, instant
from portfolio.api.op import op
from portfolio.api.paging import Page
from portfolio.services import friends
from portfolio.services.errors import RuleError

Name = Annotated[
    str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Invite = Annotated[str, StringConstraints(min_length=1, max_length=8000)]
Handle = Annotated[str, StringConstraints(min_length=1, max_length=255)]
InviteId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
State = Literal["friend", "outgoing", "incoming", "blocked", "key_changed"]
Doubt = Literal["address", "handle"] | None
_STATE: Final[TypeAdapter[State]] = TypeAdapter(State)
_DOUBT: Final[TypeAdapter[Doubt]] = TypeAdapter(Doubt)


def _exactly_one(schema: dict[str, Any]) -> None:
    """Say that one member is sent. That the others may be sent as null is left unsaid."""
    schema.update(minProperties=1, maxProperties=1)
    for member in schema["properties"].values():
        (kept,) = (way for way in member.pop("anyOf") if way != {"type": "null"})
        member.update(kept)
        del member["default"]


class FriendIn(In):
    """Whom to befriend: exactly one of an invite they gave me, their handle, or their did."""

    model_config = ConfigDict(json_schema_extra=_exactly_one)

    invite: Invite | None = None
    handle: Handle | None = None
    did: Did | None = None


class InviteAcceptance(In):
    """An invite that somebody gave me, as text or link."""

    invite: Invite


class FriendPatch(In):
    """What to change. `state` friend accepts a request, declined refuses it, blocked shuts out."""

    name: Name = absent()
    verified: bool = absent()
    state: Literal["friend", "declined", "blocked"] = absent()


class Friend(Out):
    """A friend, or somebody on the way to be one."""

    did: Did
    name: str
    handle: str | None
    state: State
    online: bool
    last_contact: str | None
    safety_number: str
    verified: bool
    waiting: bool = Field(description="true while their planner has not answered yet")
    doubt: Doubt = Field(
        description="while the state is key_changed: what leads to somebody else now"
    )


class InviteIn(In):
    """A new invite; `name` says for whom, for my own list."""

    name: Name | None = None


class NewInvite(Out):
    """An invite to hand over; whoever has it becomes a friend, once."""

    id: str
    invite: str
    expires: Instant


class OpenInvite(Out):
    """An invite that nobody has used yet; its text is shown only once."""

    id: str
    name: str | None
    expires: Instant


class Neighbour(Out):
    """Somebody whose planner was seen on this network."""

    did: Did
    name: str
    state: str | None = Field(description="of our friendship; null when there is none")


@op("GET", "/friends")
async def list_friends(context: Context) -> Page[Friend]:
    """List friends, requests and blocked people, by name."""
    planner = context.planner
    found = await context.read(planner.friends.list)
    ordered = sorted(found, key=lambda one: (one.name.casefold(), one.did))
    return Page(items=tuple(friend_of(one) for one in ordered), next=None)


@op("POST", "/friends", errors=("rule", "conflict", "gone", "friend-away"), outside=True)
async def add_friend(context: Context, body: FriendIn) -> Created[Friend]:
    """Ask somebody to be a friend, or accept their invite."""
    ways = [way for way in (body.invite, body.handle, body.did) if way is not None]
    if len(ways) != 1:
        raise RuleError("Say exactly one of invite, handle and did")
    if body.invite is not None:
        return _created(await friends.accept_invite(context.planner, body.invite))
    return _created(await friends.ask(context.planner, did=body.did, handle=body.handle))


@op("POST", "/friends/accept", errors=("rule", "conflict", "gone", "friend-away"), outside=True)
async def accept_invite(context: Context, body: InviteAcceptance) -> Created[Friend]:
    """Accept an invite."""
    return _created(await friends.accept_invite(context.planner, body.invite))


@op("GET", "/friends/invites")
async def list_invites(context: Context) -> Page[OpenInvite]:
    """List the invites that nobody has used yet."""
    found = await context.read(context.planner.friends.list_invites)
    items = tuple(
        OpenInvite(id=one.id, name=one.name, expires=instant(one.expires)) for one in found
    )
    return Page(items=items, next=None)


@op("POST", "/friends/invites", errors=("conflict",), outside=True)
async def create_invite(context: Context, body: InviteIn | None = None) -> Created[NewInvite]:
    """Make an invite; accepting it makes both sides friends without another click."""
    name = None if body is None else body.name
    text, identifier, expires = await context.planner.friends.create_invite(name)
    made = NewInvite(id=identifier, invite=text, expires=instant(expires))
    return Created(made, f"/friends/invites/{identifier}")


@op("DELETE", "/friends/invites/{id}")
async def delete_invite(context: Context, id: InviteId) -> None:  # noqa: A002 - as in the path
    """Take an invite back."""
    await friends.delete_invite(context.planner, id)


@op("GET", "/friends/{did}", etag=True)
async def read_friend(context: Context, did: Did) -> Friend:
    """Read a friend."""
    return await context.read(lambda conn: friend_of(friends.get(context.planner, conn, did)))


@op("PATCH", "/friends/{did}", errors=("rule", "conflict", "friend-away"))
async def change_friend(context: Context, did: Did, body: FriendPatch) -> Friend:
    """Rename, verify, accept, decline or block somebody."""
    return friend_of(
        await friends.change(
            context.planner,
            did,
            name=body.name,
            verified=body.verified,
            state=body.state,
        )
    )


@op("DELETE", "/friends/{did}", errors=("conflict",))
async def remove_friend(context: Context, did: Did, *, confirm: bool = False) -> None:
    """Remove a friend, take back what I share with them, and leave what they share with me.

    While I share something with them it answers 409 and lists it in `errors`; with
    `?confirm=true` it is taken back and the friend removed. What they share with me is erased
    from this planner.
    """
    await friends.remove(context.planner, did, confirmed=confirm)


@op("GET", "/nearby")
async def list_nearby(context: Context) -> Page[Neighbour]:
    """List whose planners were seen on this network."""
    found = context.planner.friends.nearby()
    known = {one.did: one.state for one in await context.read(context.planner.friends.list)}
    items = tuple(Neighbour(did=one.did, name=one.name, state=known.get(one.did)) for one in found)
    return Page(items=items, next=None)


def friend_of(found: Known) -> Friend:
    """Return a friend as it is answered."""
    return Friend(
        did=found.did,
        name=found.name,
        handle=found.handle,
        state=_STATE.validate_python(found.state),
        online=found.online,
        last_contact=None if found.last_contact is None else instant(found.last_contact),
        safety_number=found.safety_number,
        verified=found.verified,
        waiting=found.waiting,
        doubt=_DOUBT.validate_python(found.doubt),
    )


def _created(found: Known) -> Created[Friend]:
    return Created(friend_of(found), f"/friends/{found.did}")


ROUTES = (
    list_friends,
    add_friend,
    accept_invite,
    list_invites,
    create_invite,
    delete_invite,
    read_friend,
    change_friend,
    remove_friend,
    list_nearby,
)

"""Friends: one function per thing that a person does, across friendships and shares."""

from typing import Literal

from sqlalchemy import Connection

from federation.errors import MalformedError, RefusedError
from federation.net.friends import Friend
from federation.writer import Tx
from portfolio.services.errors import ConfirmationError, GoneError, NotFoundError, RuleError
from portfolio.services.planner import Planner
from portfolio.services.shares import leave_person, revoke_person, shared_with

Wanted = Literal["friend", "declined", "blocked"]


def get(planner: Planner, conn: Connection, did: str) -> Friend:
    """Return a friend.

    Raises:
        NotFoundError: there is nobody of that did.
    """
    found = planner.friends.get(conn, did)
    if found is None:
        raise NotFoundError("There is no such friend")
    return found


async def accept_invite(planner: Planner, invite: str) -> Friend:
    """Accept an invite, given as text or as the link that carries it after its `#`.

    Raises:
        RuleError: it is no invite.
        GoneError: somebody else used it, or it was taken back.
    """
    try:
        return await planner.friends.accept_invite(invite.strip().rpartition("#")[2])
    except MalformedError as error:
        raise RuleError("This is not an invite", field="invite") from error
    except RefusedError as error:
        raise GoneError("The invite was used already, or taken back") from error


async def ask(planner: Planner, *, did: str | None, handle: str | None) -> Friend:
    """Ask somebody to be a friend.

    Raises:
        RuleError: it is I myself.
    """
    if did == planner.me.did:
        raise RuleError("That is you", field="did")
    return await planner.friends.request(did=did, handle=handle)


async def delete_invite(planner: Planner, identifier: str) -> None:
    """Take an invite back.

    Raises:
        NotFoundError: there is none of that id.
    """
    found = await planner.reader.run(planner.friends.list_invites)
    if identifier not in {one.id for one in found}:
        raise NotFoundError("There is no such invite")
    await planner.friends.delete_invite(identifier)


async def change(
    planner: Planner,
    did: str,
    *,
    name: str | None,
    verified: bool | None,
    state: Wanted | None,
) -> Friend:
    """Rename, verify, accept, decline or block somebody; return them as they are then.

    Blocking takes back what I share with them.

    Raises:
        NotFoundError: there is nobody of that did.
        RuleError: there is no request to answer.
    """
    before = await planner.reader.run(lambda conn: get(planner, conn, did))
    if name is not None or verified is not None:
        await planner.friends.update(did, name=name, verified=verified)
    if state in {"friend", "declined"} and before.state != state:
        if before.state not in {"incoming", "key_changed"}:
            raise RuleError("There is no request of theirs to answer", field="state")
        await planner.friends.answer(did, state == "friend")
    elif state == "blocked" and before.state != "blocked":
        await planner.writer.run(lambda tx: revoke_person(planner, tx, did))
        await planner.friends.block(did)
    after = await planner.reader.run(lambda conn: planner.friends.get(conn, did))
    return before if after is None else after


async def remove(planner: Planner, did: str, *, confirmed: bool) -> None:
    """Remove a friend: take back all that I share with them, and leave what they share with me.

    Raises:
        NotFoundError: there is nobody of that did.
        ConfirmationError: something is shared with them and it was not confirmed.
    """

    def consequences(conn: Connection) -> list[tuple[str, str]]:
        get(planner, conn, did)
        return [
            (f"/positions/{one.id}", f"{one.fields.get('symbol')} is taken back from them")
            for one in shared_with(planner, conn, did)
        ]

    found = await planner.reader.run(consequences)
    if found and not confirmed:
        raise ConfirmationError("Removing them takes back what you share with them", found)

    def part(tx: Tx) -> None:
        revoke_person(planner, tx, did)
        leave_person(planner, tx, did)

    await planner.writer.run(part)
    await planner.friends.remove(did)

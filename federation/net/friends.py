"""Friends: what an application may ask about people, and do about them.

Every change is one transaction of `Friendships`; what follows from it on the network (invites to
accept, requests to bring) goes on in the background and survives a restart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlalchemy import Connection

from federation import peers
from federation.errors import DeliveryError, LocalProtocolError, RemoteProtocolError
from federation.net.acceptance import Invitations
from federation.net.circle import Circle
from federation.net.handles import Handles
from federation.net.invites import ID_BYTES, SECRET_BYTES, Invite, lifetime, new_invite, parse_text
from federation.peers import FriendRow, FriendState
from keys.errors import BadKeyError
from keys.identity import safety_number
from keys.multiformats import encode_base64url, public_of_did


@dataclass(frozen=True, slots=True)
class Friend:
    """A person and how I stand to them. `waiting`: my side is done, theirs is not heard of yet.

    `doubt`: in state key_changed, what answers as somebody else: their address or handle.
    """

    did: str
    state: str
    name: str
    handle: str | None
    online: bool
    last_contact: datetime | None
    safety_number: str
    verified: bool
    waiting: bool
    doubt: str | None = None


class Neighbour(Protocol):
    """A person on this network who lets themselves be found and proved to be who they are."""

    @property
    def did(self) -> str:
        """The person."""

    @property
    def name(self) -> str:
        """What they call themselves."""


@dataclass(frozen=True, slots=True)
class OpenInvite:
    """An invite of mine that nobody has used yet."""

    id: str
    name: str | None
    expires: datetime


class Friends:
    """People: list, invite, accept, ask, answer, remove, block, rename."""

    def __init__(
        self,
        circle: Circle,
        invitations: Invitations,
        urls: Callable[[], Sequence[str]],
        neighbours: Callable[[], Sequence[Neighbour]],
        handles: Handles,
    ) -> None:
        self._circle = circle
        self._handles = handles
        self._invitations = invitations
        self._urls = urls
        self._neighbours = neighbours

    # --- reading ------------------------------------------------------------------------------

    def list(self, conn: Connection) -> Sequence[Friend]:
        """Return all people in any state, oldest first."""
        return [self._friend(row) for row in peers.friends(conn)]

    def get(self, conn: Connection, did: str) -> Friend | None:
        """Return a person, or None."""
        row = peers.friend(conn, did)
        return None if row is None else self._friend(row)

    def list_invites(self, conn: Connection) -> Sequence[OpenInvite]:
        """Return the invites that can still be accepted, newest first."""
        now = self._circle.clock()
        return [
            OpenInvite(row.id, row.name or None, row.expires)
            for row in peers.invites(conn)
            if row.person is None and row.expires > now
        ]

    def nearby(self) -> Sequence[Neighbour]:
        """Return people on this network who let themselves be found."""
        return self._neighbours()

    # --- doing --------------------------------------------------------------------------------

    async def create_invite(self, name: str | None) -> tuple[str, str, datetime]:
        """Make an invite; return its text, its id and when it expires.

        Args:
            name: What I call the person it is for; None for what they call themselves.

        Raises:
            LocalProtocolError: Too many are open, or this planner cannot be reached (`--solo`).
        """
        urls = tuple(self._urls())
        if not urls:
            raise LocalProtocolError("a planner without an address cannot invite")
        circle = self._circle
        made = Invite(
            id=encode_base64url(circle.entropy(ID_BYTES)),
            did=circle.me.did,
            identity=circle.me.identity.hash,
            name=circle.name(),
            urls=urls,
            spki=circle.pin,
            secret=circle.entropy(SECRET_BYTES),
            expires=(circle.clock() + lifetime()).replace(microsecond=0),
        )
        await circle.writer.run(lambda tx: new_invite(tx, made, name or ""))
        return made.text(), made.id, made.expires

    async def delete_invite(self, invite_id: str) -> None:
        """Take an invite back.

        Raises:
            LocalProtocolError: There is none of that id.
        """
        if not await self._circle.writer.run(lambda tx: peers.drop_invite(tx, invite_id)):
            raise LocalProtocolError("no such invite")

    async def accept_invite(self, text: str) -> Friend:
        """Accept an invite; when the inviter is away it goes on until it expires.

        Raises:
            MalformedError: The text is no invite.
            LocalProtocolError: It is expired, my own, or of a friend already, or I run alone.
            RefusedError: `gone`: it was used by somebody else, or taken back.
            UnauthenticError: Somebody else answered.
        """
        self._check_reachable()
        invite = parse_text(text)
        if invite.expires <= self._circle.clock():
            raise LocalProtocolError("the invite has expired")
        await self._circle.writer.run(lambda tx: self._circle.friendships.begin(tx, invite))
        try:
            accepted = await self._invitations.accept(invite)
        except RemoteProtocolError:
            await self._invitations.give_up(invite.did)
            raise
        if not accepted:
            self._circle.spawn(partial(self._invitations.keep_trying, invite.did))
        return await self._now(invite.did)

    async def request(self, *, did: str | None = None, handle: str | None = None) -> Friend:
        """Ask a person to be friends, by did or by handle.

        Raises:
            LocalProtocolError: No such person, myself, a friend already, or blocked, or I run
                alone.
            DeliveryError: The directory could not be asked about the handle.
        """
        self._check_reachable()
        if handle is not None:
            did = await self._handles.holder(handle)
            if did is None:
                raise LocalProtocolError("nobody has this handle")
        try:
            public_of_did(did or "")
        except BadKeyError as error:
            raise LocalProtocolError("not the did of a person") from error
        person = did or ""
        await self._circle.writer.run(lambda tx: self._circle.friendships.ask(tx, person, handle))
        return await self._now(person)

    async def answer(self, did: str, accept: bool) -> Friend | None:  # noqa: FBT001 - the answer
        """Answer a request; for a changed key, go on with the person as before, or drop them.

        Raises:
            LocalProtocolError: There is nothing to answer.
        """
        friendships = self._circle.friendships
        row = self._circle.roster.friends.get(did)
        if row is not None and row.state is FriendState.KEY_CHANGED:
            if accept:
                await self._circle.writer.run(lambda tx: friendships.trust(tx, did))
            else:
                await self.remove(did)
        else:
            await self._circle.writer.run(lambda tx: friendships.answer(tx, did, accept=accept))
        return await self._circle.reader.run(lambda conn: self.get(conn, did))

    async def remove(self, did: str) -> None:
        """End a friendship or a request.

        Raises:
            LocalProtocolError: There is none.
        """
        await self._circle.writer.run(lambda tx: self._circle.friendships.remove(tx, did))

    async def block(self, did: str) -> Friend:
        """Block a person."""
        await self._circle.writer.run(lambda tx: self._circle.friendships.block(tx, did))
        return await self._now(did)

    async def update(
        self, did: str, *, name: str | None = None, verified: bool | None = None
    ) -> Friend:
        """Change what I call a person, or note that I compared the safety number.

        Raises:
            LocalProtocolError: I do not know them.
        """
        friendships = self._circle.friendships
        await self._circle.writer.run(
            lambda tx: friendships.update(tx, did, name, verified=verified)
        )
        return await self._now(did)

    def _check_reachable(self) -> None:
        """Refuse what needs others while this planner runs alone."""
        if self._circle.endpoint() is None:
            raise LocalProtocolError("this planner runs alone (--solo) and makes no friends")

    async def _now(self, did: str) -> Friend:
        found = await self._circle.reader.run(lambda conn: self.get(conn, did))
        if found is None:
            raise DeliveryError("the friendship ended meanwhile")
        return found

    def _friend(self, row: FriendRow) -> Friend:
        return Friend(
            did=row.did,
            state=row.state.value,
            name=row.name or row.handle or row.did[-8:],
            handle=row.handle,
            online=self._circle.presence.is_online(row.did),
            last_contact=row.last_contact,
            safety_number=safety_number(self._circle.me.did, row.did),
            verified=row.verified,
            waiting=row.state is FriendState.OUTGOING,
            doubt=row.doubt,
        )

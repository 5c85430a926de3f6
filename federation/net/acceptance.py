"""Both ends of accepting an invite: asking the inviter, for days if need be, and answering.

    POST /pp/1/invite
    {"id", "identity": {…}, "endpoint"?: {…}, "contact": {…}, "name", "mac"}
    200  {"id", "identity": {…}, "endpoint"?: {…}, "contact": {…}, "name", "mac"}
    401 bad_mac · 410 gone

The inviter adds the friend in the transaction that consumes the invite. The acceptor tries at
once, and when the inviter is away again and again until the invite expires.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import structlog

from federation import peers
from federation.errors import RefusedError, UnauthenticError
from federation.guard import Source
from federation.log.log import Sender
from federation.net.calls import Call, CallError, Desk, introduced, parse_identity
from federation.net.circle import Circle
from federation.net.client import OK, Address, Answered, Callee
from federation.net.intake import Intake, as_record
from federation.net.invites import (
    Acceptor,
    Declined,
    Invite,
    acceptance_mac,
    check_answer,
    parse_raw,
    redeem,
)
from federation.net.race import first_success
from federation.net.reach import Reach
from federation.peers import FriendState, InviteRow
from federation.wire import INVITE_PATH, STAGGER_S
from federation.writer import Tx
from keys.canonical import jcs

GONE: Final = 410
RETRY_MIN_S: Final = 1.0
RETRY_MAX_S: Final = 30.0  # a person is waiting for it
_DECLINED: Final = frozenset(word.value for word in Declined)
_STATUS: Final[Mapping[Declined, int]] = {Declined.GONE: GONE, Declined.BAD_MAC: 401}

log = structlog.get_logger()


@dataclass(slots=True)
class Invitations:
    """Answers acceptances, and makes them."""

    circle: Circle
    intake: Intake
    desk: Desk

    async def answer(self, call: Call) -> tuple[str, bytes]:
        """Take an acceptance; return who it was and the answer's bytes.

        Raises:
            CallError: 400, 401, 410 or 429.
        """
        value = call.value()
        identity = introduced(value.get("identity"), call.device)
        if not self.circle.roster.is_known(identity.did):
            self.desk.admit_stranger(call)
        acceptor = Acceptor(identity.did, call.device)

        def accepted(tx: Tx, row: InviteRow) -> Mapping[str, Any]:
            self.intake.identity(tx, identity)
            name = value.get("name")
            self.circle.friendships.befriend(
                tx, identity.did, row.name or (name if isinstance(name, str) else "")
            )
            self._take(tx, acceptor, value)
            return {"id": row.id, **self._about_me(tx)}

        if self.circle.roster.state_of(identity.did) is FriendState.BLOCKED:
            raise CallError(GONE, Declined.GONE)
        found = await self.circle.writer.run(
            lambda tx: redeem(tx, value, self.circle.me.did, acceptor, accepted)
        )
        if isinstance(found, Declined):
            raise CallError(_STATUS[found], found.value)
        return identity.did, found

    async def accept(self, invite: Invite) -> bool:
        """Ask the inviter; True when we are friends now, False when they are away.

        Raises:
            RefusedError: `gone`: the invite does not count any more.
            UnauthenticError: Somebody else answered.
        """
        attempts = [
            partial(self._ask, invite, Address(url, invite.spki, Source.TYPED))
            for url in invite.urls
        ]
        found = await first_success(attempts, STAGGER_S)
        if found is None or (found.status != OK and found.error not in _DECLINED):
            return False
        if found.status != OK:
            raise RefusedError(found.error, "the invite does not count any more")
        me = Acceptor(self.circle.me.did, self.circle.me.device.multibase)
        answer = check_answer(invite, me, found.json())
        identity = parse_identity(answer.get("identity"))
        if identity.did != invite.did:
            raise UnauthenticError("identity", "the answer is of somebody else")
        inviter = Acceptor(identity.did, identity.devices[0])
        name = answer.get("name")

        def befriend(tx: Tx) -> None:
            self.intake.identity(tx, identity)
            row = peers.friend(tx.conn, invite.did)
            if row is not None and row.state is FriendState.OUTGOING:
                called = name if isinstance(name, str) else invite.name
                self.circle.friendships.befriend(tx, invite.did, called)
            self._take(tx, inviter, answer)

        await self.circle.writer.run(befriend)
        return True

    async def keep_trying(self, did: str) -> None:
        """Accept the invite that is stored for a person, until it works or counts no more."""
        reach = Reach()
        while True:
            row = self.circle.roster.friends.get(did)
            if row is None or row.state is not FriendState.OUTGOING or row.invite is None:
                return
            invite = parse_raw(row.invite)
            if invite.expires <= self.circle.clock():
                await self.give_up(did)
                return
            try:
                if await self.accept(invite):
                    return
            except (RefusedError, UnauthenticError) as error:
                log.info("invite not accepted", person=did[-8:], reason=error.reason)
                await self.give_up(did)
                return
            delay_s = reach.failed(self.circle.monotonic(), self.circle.rng)
            await asyncio.sleep(min(max(delay_s, RETRY_MIN_S), RETRY_MAX_S))

    async def give_up(self, did: str) -> None:
        """Stop waiting for a person whose invite counts no more."""

        def drop(tx: Tx) -> None:
            row = peers.friend(tx.conn, did)
            if row is not None and row.state is FriendState.OUTGOING:
                self.circle.friendships.remove(tx, did)

        await self.circle.writer.run(drop)

    async def _ask(self, invite: Invite, address: Address) -> Answered | None:
        me = Acceptor(self.circle.me.did, self.circle.me.device.multibase)
        about = await self.circle.writer.run(self._about_me)
        mac = acceptance_mac(invite.secret, invite.id, invite.did, me)
        body = jcs({"id": invite.id, "mac": mac, **about})
        outcome = await self.circle.client.call(address, Callee(invite.did), INVITE_PATH, body)
        if isinstance(outcome, Answered) and outcome.error in {"", *_DECLINED}:
            return outcome
        return None

    def _about_me(self, tx: Tx) -> dict[str, Any]:
        about: dict[str, Any] = {
            "identity": self.circle.me.identity.value,
            "contact": self.circle.friendships.card(tx),
            "name": self.circle.name(),
        }
        endpoint = self.circle.endpoint()
        if endpoint is not None:
            about["endpoint"] = endpoint
        return about

    def _take(self, tx: Tx, who: Acceptor, value: Mapping[str, Any]) -> None:
        """Take the endpoint record and contact card that came along."""
        carried = (as_record(value.get("endpoint")), as_record(value.get("contact")))
        values = [record for record in carried if record is not None]
        self.intake.take(tx, values, Sender(who.person, who.device, friend=True))

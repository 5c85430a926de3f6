"""Friendships: every change of how I stand to a person, each inside one transaction.

| from | by | to |
|---|---|---|
| nobody | I ask, or accept their invite | outgoing |
| nobody | they ask | incoming |
| outgoing | they answer yes, or had asked too; their invite's answer | friend |
| incoming | I answer yes | friend |
| nobody | after a recovery: they show the card that I gave them as a friend | friend |
| outgoing, incoming, friend | either side says no, or removes the other | nobody |
| friend | their address or handle answers as somebody else | key_changed |
| key_changed | their address proves to be theirs, or I say so | friend |
| any | I block | blocked |

Requests and answers are records keyed by (from, to): they ride in lanes, and the newest counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from federation import peers
from federation.errors import LocalProtocolError
from federation.log.author import Me
from federation.log.kinds import Application
from federation.log.log import Log
from federation.net.invites import Invite
from federation.net.recovery import Recovery
from federation.net.roster import CONTACT, Roster
from federation.peers import CardRow, Doubt, FriendRow, FriendState
from federation.records import newest_record, put_record
from federation.wire import limit
from federation.writer import Tx
from keys.identity import DeviceKey, next_number
from keys.multiformats import encode_base64url
from keys.purposes import sign_value

REQUEST: Final = "friend_request"
ANSWER: Final = "friend_answer"
CARD_KEY_BYTES: Final = 32
_OPEN: Final = frozenset({FriendState.OUTGOING, FriendState.INCOMING, FriendState.FRIEND})


@dataclass(slots=True)
class Friendships:
    """Changes friendships. `changed` is called after the commit with the person's did."""

    me: Me
    roster: Roster
    log: Log
    application: Application
    entropy: Callable[[int], bytes]
    name: Callable[[], str]
    changed: Callable[[str], None]
    recovery: Recovery

    def ask(self, tx: Tx, did: str, handle: str | None = None) -> FriendRow:
        """Ask a person to be friends; when they asked already, we are.

        Raises:
            LocalProtocolError: It is myself, a friend already, or somebody I blocked.
        """
        before = self._askable(tx, did)
        if before is not None and before.state is FriendState.INCOMING:
            return self.answer(tx, did, accept=True)
        row = before or FriendRow(did, FriendState.OUTGOING, "", tx.now, handle)
        row = replace(row, state=FriendState.OUTGOING, handle=handle or row.handle)
        self._move(tx, row)
        self._say(tx, REQUEST, did, {"name": self.name()})
        return row

    def begin(self, tx: Tx, invite: Invite) -> FriendRow:
        """Begin to accept an invite; it is retried until it expires.

        Raises:
            LocalProtocolError: It is my own, of a friend already, or of somebody I blocked.
        """
        before = self._askable(tx, invite.did)
        row = before or FriendRow(invite.did, FriendState.OUTGOING, invite.name, tx.now)
        row = replace(row, state=FriendState.OUTGOING, name=invite.name, invite=invite.raw())
        self._move(tx, row)
        return row

    def befriend(self, tx: Tx, did: str, name: str) -> FriendRow:
        """Make a person a friend: both sides have said yes."""
        before = peers.friend(tx.conn, did)
        row = before or FriendRow(did, FriendState.FRIEND, name, tx.now)
        keeps = before is not None and before.name and before.state is FriendState.FRIEND
        row = replace(row, state=FriendState.FRIEND, invite=None, doubt=None)
        row = row if keeps else replace(row, name=_short(name) or row.name)
        self._move(tx, row)
        self.card(tx)
        return row

    def remind(self, tx: Tx, did: str) -> None:
        """Tell a friend who lost everything that we are friends: by the card they gave me."""
        card = newest_record(tx.conn, CONTACT, did)
        if card is not None:
            self._say(tx, REQUEST, did, {"name": self.name(), "card": card})

    def answer(self, tx: Tx, did: str, *, accept: bool) -> FriendRow:
        """Answer a person who asked.

        Raises:
            LocalProtocolError: They did not ask.
        """
        row = peers.friend(tx.conn, did)
        if row is None or row.state is not FriendState.INCOMING:
            raise LocalProtocolError("this person did not ask to be friends")
        self._say(tx, ANSWER, did, {"accept": accept, "name": self.name()})
        if accept:
            return self.befriend(tx, did, row.name)
        self._drop(tx, did)
        return row

    def remove(self, tx: Tx, did: str) -> None:
        """End a friendship or a request: take back what I share, tell them, change my card.

        Raises:
            LocalProtocolError: There is nothing to end.
        """
        row = peers.friend(tx.conn, did)
        if row is None:
            raise LocalProtocolError("no such friend")
        if row.state in _OPEN or row.state is FriendState.KEY_CHANGED:
            self._say(tx, ANSWER, did, {"accept": False, "name": self.name()})
        self._withdraw(tx, did)
        self._drop(tx, did)

    def block(self, tx: Tx, did: str) -> FriendRow:
        """Block a person: nothing of theirs is taken, what I share with them ends."""
        before = peers.friend(tx.conn, did)
        row = before or FriendRow(did, FriendState.BLOCKED, "", tx.now)
        row = replace(row, state=FriendState.BLOCKED, invite=None, doubt=None)
        self._withdraw(tx, did)
        self._move(tx, row)
        return row

    def update(self, tx: Tx, did: str, name: str | None, *, verified: bool | None) -> FriendRow:
        """Change what I call a person, or whether I compared the safety number.

        Raises:
            LocalProtocolError: I do not know them.
        """
        row = peers.friend(tx.conn, did)
        if row is None:
            raise LocalProtocolError("no such friend")
        row = replace(
            row,
            name=row.name if name is None else _short(name),
            verified=row.verified if verified is None else verified,
        )
        self._move(tx, row)
        return row

    def suspect(self, tx: Tx, did: str, doubt: Doubt) -> None:
        """Note that a friend's address or handle answers as somebody else: block and ask."""
        row = peers.friend(tx.conn, did)
        if row is not None and row.state is FriendState.FRIEND:
            self._move(tx, replace(row, state=FriendState.KEY_CHANGED, doubt=doubt))

    def reassure(self, tx: Tx, did: str) -> None:
        """Note that a friend's address answers as themselves; of a handle it says nothing."""
        row = peers.friend(tx.conn, did)
        if row is not None and row.doubt is Doubt.ADDRESS:
            self.trust(tx, did)

    def trust(self, tx: Tx, did: str) -> None:
        """Go on with a friend as before; a handle that leads to another is theirs no more."""
        row = peers.friend(tx.conn, did)
        if row is not None and row.state is FriendState.KEY_CHANGED:
            handle = None if row.doubt is Doubt.HANDLE else row.handle
            self._move(tx, replace(row, state=FriendState.FRIEND, doubt=None, handle=handle))

    def take(self, tx: Tx, value: Mapping[str, Any]) -> None:
        """React to a verified friend request or answer that is addressed to me."""
        did, name = value["person"], _short(value.get("name"))
        row = peers.friend(tx.conn, did)
        state = None if row is None else row.state
        if value["type"] == REQUEST:
            remembered = self.recovery.is_friends(tx.conn, value.get("card"))
            self._asked(tx, did, state, name, remembered=remembered)
        elif value.get("accept") is True:
            if state is FriendState.OUTGOING:
                self.befriend(tx, did, name)
        elif state in _OPEN:
            self._withdraw(tx, did)
            self._drop(tx, did)

    def card(self, tx: Tx, *, renew: bool = False) -> dict[str, Any]:
        """Return my contact card as a record; makes one when there is none, or anew."""
        held = newest_record(tx.conn, CONTACT, self.me.did)
        if held is not None and not renew and held["by"] == self.me.device.multibase:
            return held
        seed, e = self.entropy(CARD_KEY_BYTES), self.entropy(CARD_KEY_BYTES)
        number = next_number(tx.now, 0 if held is None else held["number"])
        peers.put_card(tx, CardRow(number, seed, e))
        value = self._sign(
            CONTACT,
            number,
            {"P": DeviceKey.from_seed(seed).multibase, "e": "u" + encode_base64url(e)},
        )
        put_record(tx.conn, value)
        tx.after_commit(partial(self.roster.note_record, value))
        return value

    def _asked(
        self, tx: Tx, did: str, state: FriendState | None, name: str, *, remembered: bool
    ) -> None:
        forgotten = remembered and state in {None, FriendState.INCOMING}
        if state is FriendState.OUTGOING or forgotten:
            self.befriend(tx, did, name)
        elif state is FriendState.FRIEND:  # they lost our answer, or started anew
            self._say(tx, ANSWER, did, {"accept": True, "name": self.name()})
        elif state is None:
            self._move(tx, FriendRow(did, FriendState.INCOMING, name, tx.now))

    def _askable(self, tx: Tx, did: str) -> FriendRow | None:
        row = peers.friend(tx.conn, did)
        if did == self.me.did:
            raise LocalProtocolError("that is this planner's own person")
        if row is not None and row.state in {FriendState.FRIEND, FriendState.BLOCKED}:
            raise LocalProtocolError(f"the state is {row.state} already")
        return row

    def _withdraw(self, tx: Tx, did: str) -> None:
        """Take my documents back from a person who is no friend any more."""
        for document in self.log.documents(tx.conn, did):
            if document.owner == self.me.did:
                self.log.set_role(tx, document.id, did, "none")

    def _drop(self, tx: Tx, did: str) -> None:
        row = peers.friend(tx.conn, did)
        peers.drop_friend(tx, did)
        if row is not None and row.state in {FriendState.FRIEND, FriendState.KEY_CHANGED}:
            self.card(tx, renew=True)
        self._announce(tx, did, row, None)

    def _move(self, tx: Tx, row: FriendRow) -> None:
        before = peers.friend(tx.conn, row.did)
        peers.put_friend(tx, row)
        self._announce(tx, row.did, before, row)

    def _announce(
        self, tx: Tx, did: str, before: FriendRow | None, after: FriendRow | None
    ) -> None:
        was = None if before is None else before.state.value
        now = None if after is None else after.state.value
        if was != now:
            self.application.friend_changed(tx, did, was, now)

        def committed() -> None:
            self.roster.note_friend(did, after)
            self.changed(did)

        tx.after_commit(committed)

    def _say(self, tx: Tx, kind: str, did: str, members: Mapping[str, Any]) -> None:
        held = newest_record(tx.conn, kind, self.me.did, did)
        number = next_number(tx.now, 0 if held is None else held["number"])
        put_record(tx.conn, self._sign(kind, number, {"to": did, **members}))

    def _sign(self, kind: str, number: int, members: Mapping[str, Any]) -> dict[str, Any]:
        device = self.me.device
        return sign_value(
            device,
            kind,
            {
                "type": kind,
                "by": device.multibase,
                "person": self.me.did,
                "number": number,
                **members,
            },
        )


def _short(name: object) -> str:
    return " ".join(name.split())[: limit("name")] if isinstance(name, str) else ""

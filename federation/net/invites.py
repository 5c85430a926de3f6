"""Invites: a text from one person to another that makes both friends (PROTOCOL §6).

    invite = base64url(JCS {"v": 1, "id", "did", "identity", "name", "urls", "spki"?, "secret",
                            "expires"})

In a link it stands after `#`, where no server sees it. The acceptor proves the secret with a MAC
over both sides, so the secret never travels; the answer is MACed back, so that the acceptor
knows it came from whoever made the invite. An invite counts once: the same acceptor gets the
same answer again, anybody else 410; five bad MACs make it void.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from federation.errors import LocalProtocolError, MalformedError, UnauthenticError
from federation.guard import BlockedError, check_url
from federation.peers import InviteRow, drop_invite, invite, invites, put_invite
from federation.wire import limit
from federation.writer import Tx
from keys.canonical import INTEGER_MAX, jcs, parse_canonical
from keys.errors import BadKeyError, BadMacError, NotCanonicalError
from keys.multiformats import (
    decode_base64url,
    digest,
    encode_base64url,
    is_digest,
    public_of_did,
)
from keys.purposes import INVITE_ANSWER_TAG, check_invite_mac, invite_mac

VERSION: Final = 1
SECRET_BYTES: Final = 32
ID_BYTES: Final = 16
TEXT_CHARS_MAX: Final = 8192
_TEXTS: Final = ("id", "did", "identity", "name", "secret")


@dataclass(frozen=True, slots=True)
class Invite:
    """What an invite says. `identity` is the digest of the inviter's identity record."""

    id: str
    did: str
    identity: str
    name: str
    urls: tuple[str, ...]
    spki: str | None
    secret: bytes = field(repr=False)
    expires: datetime

    def text(self) -> str:
        """Return the text that is handed over."""
        return encode_base64url(self.raw())

    def raw(self) -> bytes:
        """Return the canonical JSON of the invite."""
        value: dict[str, Any] = {
            "v": VERSION,
            "id": self.id,
            "did": self.did,
            "identity": self.identity,
            "name": self.name,
            "urls": list(self.urls),
            "secret": encode_base64url(self.secret),
            "expires": int(self.expires.timestamp()),
        }
        if self.spki is not None:
            value["spki"] = self.spki
        return jcs(value)


class Declined(StrEnum):
    """Why an acceptance is not taken; the word goes on the wire."""

    GONE = "gone"  # no such invite, expired, void, or accepted by another
    BAD_MAC = "bad_mac"


@dataclass(frozen=True, slots=True)
class Acceptor:
    """Who accepts: named by the call's signature and the identity record that came with it."""

    person: str
    device: str


def parse_text(text: str) -> Invite:
    """Return the invite that a text is, or that stands after `#` in a link.

    Raises:
        MalformedError: It is no invite.
    """
    compact = "".join(text.rpartition("#")[2].split())
    if not compact or len(compact) > TEXT_CHARS_MAX:
        raise MalformedError("invite", "not the text of an invite")
    try:
        return parse_raw(decode_base64url(compact))
    except (NotCanonicalError, UnicodeEncodeError) as error:
        raise MalformedError("invite", "not the text of an invite") from error


def parse_raw(raw: bytes) -> Invite:
    """Return the invite of its canonical JSON.

    Raises:
        MalformedError: It is no invite, or of a later version.
        NotCanonicalError: It is not canonical JSON.
    """
    value = parse_canonical(raw)
    if not isinstance(value, dict) or value.get("v") != VERSION:
        raise MalformedError("invite", "not an invite of this version")
    if not all(isinstance(value.get(name), str) for name in _TEXTS):
        raise MalformedError("invite", "a member is missing")
    try:
        public_of_did(value["did"])
        secret = decode_base64url(value["secret"])
    except (BadKeyError, NotCanonicalError) as error:
        raise MalformedError("invite", "no such person or secret") from error
    spki, expires = value.get("spki"), value.get("expires")
    if len(secret) != SECRET_BYTES or (spki is not None and not is_digest(spki)):
        raise MalformedError("invite", "the secret or the pin is not of its form")
    if type(expires) is not int or not 0 < expires <= INTEGER_MAX // 10**6:
        raise MalformedError("invite", "expires is a time")
    return Invite(
        id=value["id"],
        did=value["did"],
        identity=value["identity"],
        name=value["name"][: limit("name")],
        urls=_checked_urls(value.get("urls")),
        spki=spki,
        secret=secret,
        expires=datetime.fromtimestamp(expires, UTC),
    )


def _checked_urls(urls: object) -> tuple[str, ...]:
    if not isinstance(urls, list) or not 0 < len(urls) <= limit("endpoint_urls"):
        raise MalformedError("invite", "no address")
    try:
        for url in urls:
            check_url(url if isinstance(url, str) else "")
    except BlockedError as error:
        raise MalformedError("invite", "an address is not of http or https") from error
    return tuple(urls)


def new_invite(tx: Tx, made: Invite, name: str) -> None:
    """Store an invite of mine; expired ones are dropped first.

    Raises:
        LocalProtocolError: Too many are open.
    """
    rows = invites(tx.conn)
    for row in rows:
        if row.expires <= tx.now:
            drop_invite(tx, row.id)
    open_rows = [row for row in rows if row.expires > tx.now and row.person is None]
    if len(open_rows) >= limit("invites_open"):
        raise LocalProtocolError(f"{limit('invites_open')} invites are open already")
    put_invite(tx, InviteRow(made.id, name, made.secret, tx.now, made.expires))


def lifetime() -> timedelta:
    """Return how long an invite can be accepted."""
    return timedelta(seconds=limit("invite_lifetime"))


def acceptance_mac(secret: bytes, invite_id: str, inviter: str, acceptor: Acceptor) -> str:
    """Return the MAC by which an acceptor proves that they hold the invite."""
    return invite_mac(secret, _bound(invite_id, inviter, acceptor))


def redeem(
    tx: Tx,
    request: Mapping[str, Any],
    inviter: str,
    acceptor: Acceptor,
    accepted: Callable[[Tx, InviteRow], Mapping[str, Any]],
) -> bytes | Declined:
    """Take an acceptance: check it, run `accepted` once, return the answer with its MAC.

    `accepted` adds the friend and returns the answer; it runs in the same transaction that
    consumes the invite, so neither happens without the other. A refusal is returned, not
    raised, because the transaction that counts a bad MAC must be kept.
    """
    invite_id = request.get("id")
    row = invite(tx.conn, invite_id) if isinstance(invite_id, str) else None
    if row is None or row.expires <= tx.now or row.bad_macs >= limit("invite_bad_macs"):
        return Declined.GONE
    bound = _bound(row.id, inviter, acceptor)
    try:
        check_invite_mac(row.secret, bound, request.get("mac"))
    except BadMacError:
        if row.person is None:
            put_invite(tx, replace(row, bad_macs=row.bad_macs + 1))
        return Declined.BAD_MAC
    if row.answer is not None:
        same = (row.person, row.device) == (acceptor.person, acceptor.device)
        return row.answer if same else Declined.GONE
    value = dict(accepted(tx, row))
    value["mac"] = invite_mac(
        row.secret, bound | {"answer": digest(jcs(value))}, tag=INVITE_ANSWER_TAG
    )
    answer = jcs(value)
    put_invite(tx, replace(row, person=acceptor.person, device=acceptor.device, answer=answer))
    return answer


def check_answer(made: Invite, acceptor: Acceptor, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an inviter's answer without its MAC, once that is good.

    Raises:
        UnauthenticError: It was not made by who made the invite, for this acceptor.
    """
    value = {name: member for name, member in answer.items() if name != "mac"}
    try:
        bound = _bound(made.id, made.did, acceptor) | {"answer": digest(jcs(value))}
        check_invite_mac(made.secret, bound, answer.get("mac"), tag=INVITE_ANSWER_TAG)
    except (BadMacError, NotCanonicalError) as error:
        raise UnauthenticError("bad_mac", "the answer is not the inviter's") from error
    return value


def _bound(invite_id: str, inviter: str, acceptor: Acceptor) -> dict[str, Any]:
    return {
        "id": invite_id,
        "inviter": inviter,
        "acceptor": acceptor.person,
        "device": acceptor.device,
    }

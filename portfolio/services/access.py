"""Who gets in: login codes, sessions and tokens.

A secret is 32 random bytes, kept only as its SHA-256: with that much entropy a slow hash would
add nothing. All valid credentials also stand in memory, because every request asks for one and
only this process writes them (the home is locked). A login code works once, within 10 minutes.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, delete, insert, select
from ulid import ULID

from federation.writer import Tx
from portfolio.storage.access import credentials

Kind = Literal["session", "token", "code", "control"]
Entropy = Callable[[int], bytes]
SECRET_BYTES: Final = 32
CODE_LIFETIME: Final = timedelta(minutes=10)
SESSION_LIFETIME: Final = timedelta(days=30)
CODES_MAX: Final = 20  # open at once; the oldest goes first
SESSIONS_MAX: Final = 100
TOKENS_MAX: Final = 100
LIFETIMES: Final[dict[str, timedelta | None]] = {
    "code": CODE_LIFETIME,
    "session": SESSION_LIFETIME,
    "token": None,
}
BOUNDS: Final = {"code": CODES_MAX, "session": SESSIONS_MAX, "token": TOKENS_MAX}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a session of a browser, a token of a program, or a command on this machine."""

    id: str
    kind: Kind
    expires: datetime | None


def digest(secret: str) -> str:
    """Return what is stored in place of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret(entropy: Entropy) -> str:
    """Return a fresh secret of 256 bits, safe in URLs and headers."""
    return base64.urlsafe_b64encode(entropy(SECRET_BYTES)).decode().rstrip("=")


def issue(tx: Tx, kind: Kind, label: str, entropy: Entropy) -> tuple[str, Principal]:
    """Store a new credential; return its secret, shown this once, and who it stands for.

    Works in any transaction: the commands use it while no planner runs. Of each kind only so
    many are kept; the oldest make room.
    """
    secret = new_secret(entropy)
    lifetime = LIFETIMES[kind]
    expires = None if lifetime is None else tx.now + lifetime
    principal = Principal(str(ULID.from_datetime(tx.now)), kind, expires)
    _make_room(tx, kind)
    tx.conn.execute(
        insert(credentials).values(
            hash=digest(secret),
            id=principal.id,
            kind=kind,
            label=label,
            created=tx.now.isoformat(),
            expires=None if expires is None else expires.isoformat(),
        )
    )
    return secret, principal


def _make_room(tx: Tx, kind: Kind) -> None:
    now = tx.now.isoformat()
    tx.conn.execute(delete(credentials).where(credentials.c.expires <= now))
    kept = (
        select(credentials.c.id)
        .where(credentials.c.kind == kind)
        .order_by(credentials.c.created.desc(), credentials.c.id.desc())
        .limit(BOUNDS[kind] - 1)
    )
    tx.conn.execute(
        delete(credentials).where(credentials.c.kind == kind, credentials.c.id.not_in(kept))
    )


def redeem(tx: Tx, code: str, entropy: Entropy) -> tuple[str, Principal] | None:
    """Turn a login code into a session, once; None when the code is not valid."""
    used = tx.conn.execute(
        delete(credentials)
        .where(
            credentials.c.hash == digest(code),
            credentials.c.kind == "code",
            credentials.c.expires > tx.now.isoformat(),
        )
        .returning(credentials.c.id)
    ).one_or_none()
    return None if used is None else issue(tx, "session", "browser", entropy)


def revoke(tx: Tx, identifier: str) -> bool:
    """End a session or take back a token; False when there was none."""
    gone = tx.conn.execute(
        delete(credentials).where(credentials.c.id == identifier).returning(credentials.c.id)
    )
    return gone.one_or_none() is not None


@dataclass(frozen=True, slots=True)
class Login:
    """A session or token, as it is listed."""

    id: str
    kind: str
    label: str
    created: datetime
    expires: datetime | None


def list_logins(conn: Connection) -> list[Login]:
    """Return all sessions and tokens, newest first."""
    rows = conn.execute(
        select(credentials)
        .where(credentials.c.kind != "code")
        .order_by(credentials.c.created.desc(), credentials.c.id.desc())
    )
    return [
        Login(
            row.id, row.kind, row.label, _moment(row.created), row.expires and _moment(row.expires)
        )
        for row in rows
    ]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Door:
    """All credentials that open the API at this moment, in memory."""

    def __init__(self) -> None:
        self._principals: dict[str, Principal] = {}

    def load(self, conn: Connection) -> None:
        """Read all credentials at start."""
        for row in conn.execute(select(credentials).where(credentials.c.kind != "code")):
            expires = None if row.expires is None else datetime.fromisoformat(row.expires)
            self._principals[row.hash] = Principal(row.id, row.kind, expires)

    def admit(self, secret: str, principal: Principal) -> None:
        """Let a new credential in; call it after its commit."""
        self._principals[digest(secret)] = principal

    def close(self, identifier: str) -> None:
        """Let a credential in no longer."""
        self._principals = {h: p for h, p in self._principals.items() if p.id != identifier}

    def principal(self, secret: str, now: datetime) -> Principal | None:
        """Return who a secret stands for, or None."""
        found = self._principals.get(digest(secret))
        if found is None or (found.expires is not None and found.expires <= now):
            return None
        return found

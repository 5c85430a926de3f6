"""Logging in and out: one-time codes for sessions, tokens for programs.

`portfolio login` makes a code and prints a link with it; the page exchanges it for a cookie,
once and within 10 minutes. The commands make codes and tokens through this API while the
planner runs, with a secret that only this machine's user can read.
"""

from typing import Final, Literal

from pydantic import Field

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import In, Instant, Out, Ulid, instant
from portfolio.api.op import op
from portfolio.api.problems import ProblemError
from portfolio.api.shell import SHELL
from portfolio.services import access
from portfolio.services.access import Principal
from portfolio.services.errors import ConflictError, NotAllowedError, NotFoundError

COOKIE_PATH: Final = "/"


class Code(In):
    """A one-time code out of a login link."""

    code: str = Field(min_length=1, max_length=100)


class Session(Out):
    """A login of a browser."""

    did: str
    expires: Instant


class Secret(Out):
    """A new login code or token, shown this once."""

    id: Ulid
    secret: str
    expires: Instant | None


class TokenIn(In):
    """What a new token is for."""

    label: str = Field(default="api", min_length=1, max_length=80)


class Login(Out):
    """A session or token that opens this planner; never its secret."""

    id: Ulid
    kind: Literal["session", "token"]
    label: str
    created: Instant
    expires: Instant | None


class Logins(Out):
    """All sessions and tokens, newest first; there are at most 200."""

    items: tuple[Login, ...]
    next: None


@op("POST", "/session", open_to_all="it is the way in", errors=("bad-code",))
async def log_in(context: Context, body: Code) -> Created[Session]:
    """Exchange a login code for a session cookie."""
    shell = context.request.app[SHELL]
    found = await context.write(lambda tx: access.redeem(tx, body.code, shell.entropy))
    if found is None:
        raise ProblemError("bad-code")
    secret, principal = found
    shell.door.admit(secret, principal)
    origin = context.request.headers.get("Origin", "")
    context.on_response(
        lambda response: response.set_cookie(
            shell.gate.cookie,
            secret,
            path=COOKIE_PATH,
            httponly=True,
            samesite="Strict",
            secure=shell.tls or origin.startswith("https://"),
            max_age=int(access.SESSION_LIFETIME.total_seconds()),
        )
    )
    return Created(Session(did=context.me, expires=_moment(principal)), "/session")


@op("DELETE", "/session", errors=("conflict",))
async def log_out(context: Context) -> None:
    """End this session; its live sockets close. A token is no session: see `/tokens`."""
    if context.who.kind == "token":
        raise ConflictError("A token is no session; take it back under /tokens.")
    await _end(context, context.who.id)
    context.on_response(
        lambda response: response.del_cookie(
            context.request.app[SHELL].gate.cookie, path=COOKIE_PATH
        )
    )


@op("POST", "/session/codes", errors=("forbidden",))
async def create_login_code(context: Context) -> Created[Secret]:
    """Make a fresh login code; for the commands of this machine only."""
    return await _issue(context, "code", "login", "/session")


@op("POST", "/tokens", errors=("forbidden",))
async def create_token(context: Context, body: TokenIn) -> Created[Secret]:
    """Make an API token; for the commands of this machine only."""
    return await _issue(context, "token", body.label, "/tokens")


@op("GET", "/tokens")
async def list_logins(context: Context) -> Logins:
    """List all sessions and tokens, newest first."""
    rows = await context.read(access.list_logins)
    return Logins(
        items=tuple(
            Login(
                id=row.id,
                kind=row.kind,
                label=row.label,
                created=instant(row.created),
                expires=None if row.expires is None else instant(row.expires),
            )
            for row in rows
        ),
        next=None,
    )


@op("DELETE", "/tokens/{login_id}")
async def revoke_login(context: Context, login_id: Ulid) -> None:
    """Take a token back, or end a session."""
    if not await _end(context, login_id):
        raise NotFoundError


async def _end(context: Context, identifier: str) -> bool:
    shell = context.request.app[SHELL]
    found = await context.write(lambda tx: access.revoke(tx, identifier))
    shell.door.close(identifier)
    shell.hub.end_login(identifier)
    return found


async def _issue(
    context: Context, kind: Literal["code", "token"], label: str, location: str
) -> Created[Secret]:
    if context.who.kind != "control":
        raise NotAllowedError("Only the commands on the planner's own machine may do this.")
    shell = context.request.app[SHELL]

    def work(tx: Tx) -> Created[Secret]:
        secret, principal = access.issue(tx, kind, label, shell.entropy)
        if kind == "token":
            tx.after_commit(lambda: shell.door.admit(secret, principal))
        expires = principal.expires
        shown = Secret(
            id=principal.id,
            secret=secret,
            expires=None if expires is None else instant(expires),
        )
        where = f"/tokens/{principal.id}" if kind == "token" else location
        return Created(shown, where)

    return await context.write(work)


def _moment(principal: Principal) -> str:
    if principal.expires is None:
        raise TypeError("a session always ends")
    return instant(principal.expires)


ROUTES = (log_in, log_out, create_login_code, create_token, list_logins, revoke_login)

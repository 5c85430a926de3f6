"""The door of the app listener: Host, Origin, login, CSRF; and the headers of every answer.

- **Host** must name this planner (loopback names, the address it listens on, `--allowed-host`):
  a foreign name that resolves to 127.0.0.1 is DNS rebinding.
- **Origin**, where a browser sends one with a change or a WebSocket, must be that same host and
  port: another program's page on another port of this machine is a foreign page, though its
  cookies are ours ("same site").
- **Login** on every route, unless the route opts out by name. A bearer token counts before the
  cookie; a wrong one is refused even beside a good cookie.
- **CSRF**: a change under a cookie needs the header `X-Requested-With` (any value), which no
  form can send and no foreign page may.
"""

import ipaddress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from federation.writer import Clock
from portfolio.api.answers import PREFIX
from portfolio.api.context import PRINCIPAL
from portfolio.api.problems import ProblemError
from portfolio.services.access import Door, Principal

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER: Final = "X-Requested-With"
SOCKET_PROTOCOL: Final = "portfolio.v1"
TOKEN_PROTOCOL: Final = "bearer."  # noqa: S105 - a prefix, no secret
OPEN: Final = web.AppKey("open", dict[Handler, str])
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True)
class Gate:
    """Who may come in, and by which names this planner is called."""

    door: Door
    cookie: str
    hosts: frozenset[str]
    clock: Clock

    def check_host(self, request: web.Request) -> None:
        """Refuse a Host that names another place.

        Raises:
            ProblemError: `foreign-host`.
        """
        if host_name(request.headers.get("Host", "")) not in self.hosts:
            raise ProblemError("foreign-host")

    def check_origin(self, request: web.Request) -> None:
        """Refuse a change or a WebSocket that a foreign page asked for.

        Raises:
            ProblemError: `foreign-origin`.
        """
        origin = request.headers.get("Origin")
        if origin is None or (request.method in SAFE_METHODS and not is_socket(request)):
            return
        scheme, _, place = origin.partition("://")
        if scheme not in {"http", "https"} or place.lower() != request.headers["Host"].lower():
            raise ProblemError("foreign-origin")

    def principal(self, request: web.Request) -> Principal | None:
        """Return who asks, or None.

        Raises:
            ProblemError: `csrf`, for a change under a cookie without the header.
        """
        now = self.clock()
        secret = _bearer(request)
        if secret is not None:
            found = self.door.principal(secret, now)
            return None if found is None or found.kind == "session" else found
        cookie = request.cookies.get(self.cookie)
        found = None if cookie is None else self.door.principal(cookie, now)
        if found is None or found.kind != "session":
            return None
        if request.method not in SAFE_METHODS and not request.headers.get(CSRF_HEADER):
            raise ProblemError("csrf")
        return found


def middleware(gate: Gate) -> Middleware:
    """Return the middleware that lets through who may come in."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        gate.check_host(request)
        exception = request.match_info.http_exception
        if exception is not None and exception.status == HTTPStatus.METHOD_NOT_ALLOWED:
            return await handler(request)
        gate.check_origin(request)
        principal = gate.principal(request)
        if principal is not None:
            request[PRINCIPAL] = principal
        elif not _is_open(request):
            raise ProblemError("login-required", headers={"WWW-Authenticate": "Bearer"})
        return await handler(request)

    return check


def _is_open(request: web.Request) -> bool:
    """Whether a stranger may ask: what is open by name, and what is nothing at all.

    Below the API even "nothing" is said only to who is logged in.
    """
    if request.match_info.http_exception is not None:
        return not request.path.startswith(PREFIX)
    return request.match_info.handler in request.app[OPEN]


def is_socket(request: web.Request) -> bool:
    """True when the request asks for a WebSocket."""
    return request.headers.get("Upgrade", "").lower() == "websocket"


def host_name(host: str) -> str:
    """Return the name in a Host header, without its port."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isascii() and port.isdigit() else host.lower()


def own_names(
    listen_host: str, allowed: tuple[str, ...], attached: tuple[str, ...]
) -> frozenset[str]:
    """Return all names of this planner: loopback, where it listens, and what was allowed.

    An app on every interface (`0.0.0.0`) answers to all `attached` addresses; a name needs
    `--allowed-host`, because only names can be rebound.
    """
    names = {listen_host, *allowed}
    if _is_unspecified(listen_host):
        names |= set(attached)
    return LOOPBACK_NAMES | {_bracketed(name.lower()) for name in names if name}


def _is_unspecified(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _bearer(request: web.Request) -> str | None:
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        return secret.strip() if scheme.lower() == "bearer" else ""
    if is_socket(request):
        offered = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        for each in (protocol.strip() for protocol in offered):
            if each.startswith(TOKEN_PROTOCOL):
                return each.removeprefix(TOKEN_PROTOCOL)
    return None

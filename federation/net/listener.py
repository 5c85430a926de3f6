"""The federation listener: its socket, its TLS, and the addresses that are told to others.

On loopback it speaks plain http, for both ends are this machine; anywhere else TLS 1.3, unless
plain http was asked for by name.
"""

import ipaddress
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from federation.errors import LocalProtocolError
from federation.net.tls import TlsIdentity
from federation.serving import serving
from federation.wire import limit

SHUTDOWN_S: Final = 0.3
KEEP_ALIVE_S: Final = 90.0  # longer than callers keep theirs, so that they notice first


@dataclass(slots=True)
class Listener:
    """Where this node listens. `tls` is None when there is no certificate to use.

    `attached` returns the addresses of this machine's interfaces; `public_urls` replace what is
    found out by them.
    """

    host: str
    port: int
    tls: TlsIdentity | None
    attached: Callable[[], Iterable[str]]
    public_urls: Sequence[str] = ()
    insecure_http: bool = False
    is_open: bool = False

    def __post_init__(self) -> None:
        """Check that what is said off this machine is not said in the open.

        Raises:
            LocalProtocolError: It would be.
        """
        if not self.is_loopback and self.tls is None and not self.insecure_http:
            raise LocalProtocolError(
                f"plain http on {self.host} can be read by others: use TLS or --insecure-http"
            )

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can call."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def uses_tls(self) -> bool:
        """Whether it speaks TLS."""
        return self.tls is not None and not self.is_loopback and not self.insecure_http

    @property
    def pin(self) -> str | None:
        """The pin of its key, None on plain http."""
        return self.tls.pin if self.tls is not None and self.uses_tls else None

    def urls(self) -> tuple[str, ...]:
        """Return the base URLs that are announced, none while it is closed."""
        if not self.is_open:
            return ()
        if self.public_urls:
            found = [url.rstrip("/") for url in self.public_urls]
        else:
            scheme = "https" if self.uses_tls else "http"
            found = [f"{scheme}://{_bracketed(host)}:{self.port}" for host in self.addresses()]
        return tuple(dict.fromkeys(found))[: limit("endpoint_urls")]

    def names(self) -> set[str]:
        """Return the names in a Host header that are its own."""
        found = {urlsplit(url).hostname or "" for url in self.public_urls}
        return {*found, self.host, *({"localhost"} if self.is_loopback else ())}

    @asynccontextmanager
    async def serving(self, app: web.Application) -> AsyncIterator[None]:
        """Serve an application inside the block.

        Raises:
            OSError: The port is taken, or the address is not this machine's.
        """
        context = self.tls.server_context() if self.tls and self.uses_tls else None
        async with serving(
            app,
            self.host,
            self.port,
            tls=context,
            keep_alive_s=KEEP_ALIVE_S,
            shutdown_s=SHUTDOWN_S,
            handler_cancellation=True,
        ) as (_, self.port):
            self.is_open = True
            try:
                yield
            finally:
                self.is_open = False

    def addresses(self) -> list[str]:
        """Return the addresses on which it answers."""
        if self.host not in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared, not bound
            return [self.host]
        found = []
        for text in self.attached():
            address = ipaddress.ip_address(text.partition("%")[0])
            if not (address.is_loopback or address.is_link_local or address.is_multicast):
                found.append(str(address))
        return sorted(found, key=lambda host: (":" in host, host))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host

"""Listening for the app: one site, a busy port named, TLS where it is wanted."""

import errno
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import ifaddr
from aiohttp import web

from federation.serving import serving
from portfolio.settings import Address, Settings, reachable

KEEP_ALIVE_S: Final = 75.0  # a page that polls comes back sooner
SHUTDOWN_S: Final = 0.5  # live sockets were told to close; nobody else may hold us up


class BusyPortError(Exception):
    """Another program listens where this planner should; the message says what to do."""

    def __init__(self, address: Address, option: str) -> None:
        free = Address(host=address.host, port=min(address.port + 1, 65535))
        super().__init__(
            f"Port {address.port} on {address.host} is busy: another program listens there. "
            f"Stop it, or choose another port with {option} {free}."
        )


@asynccontextmanager
async def listen(
    app: web.Application, address: Address, tls: ssl.SSLContext | None, option: str
) -> AsyncIterator[str]:
    """Serve an application while the block runs; yield its URL.

    Raises:
        BusyPortError: another program has the port.
    """
    site = serving(
        app,
        address.host,
        address.port,
        tls=tls,
        keep_alive_s=KEEP_ALIVE_S,
        shutdown_s=SHUTDOWN_S,
    )
    async with AsyncExitStack() as stack:
        try:
            _, port = await stack.enter_async_context(site)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise BusyPortError(address, option) from error
            raise
        scheme = "http" if tls is None else "https"
        yield f"{scheme}://{reachable(Address(host=address.host, port=port))}"


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """Return the TLS context of the app, or None for plain http."""
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(os.fspath(settings.tls_certificate), os.fspath(settings.tls_key))
    return context


def attached_addresses() -> tuple[str, ...]:
    """Return all addresses of this machine's interfaces."""
    found = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips)
    return tuple(ip if isinstance(ip, str) else ip[0] for ip in found)

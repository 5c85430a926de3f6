"""Run a directory: options in, one process out. `python -m federation.directory`.

Every option is also an environment variable, `PORTFOLIO_…`. The process ends with 0 after Ctrl-C
or SIGTERM, and with 1 and one line on stderr when it cannot start.
"""

import argparse
import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import sqlite3
import ssl
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from aiohttp import web

from federation.directory.metrics import Metrics
from federation.directory.server import Routes
from federation.directory.service import Directory
from federation.directory.sockets import PresenceSockets
from federation.directory.store import Store
from federation.serving import serving
from federation.wire import limit

DATABASE: Final = "directory.sqlite"
SWEEP_S: Final = 10.0
KEEP_ALIVE_S: Final = 75.0  # a planner that publishes again does so within its lifetime
SHUTDOWN_S: Final = 2.0
PORT_MAX: Final = 65_535
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Options:
    """What a directory is started with."""

    host: str
    port: int
    home: Path
    certificate: Path | None = None
    key: Path | None = None
    insecure_http: bool = False
    behind_proxy: bool = False


def _clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the composition root of the directory


@asynccontextmanager
async def running(
    options: Options, clock: Callable[[], datetime] = _clock
) -> AsyncIterator[tuple[str, Directory]]:
    """Serve while the block runs; yield the address and the directory.

    Raises:
        OSError: the port is taken, or the home cannot be written.
    """
    store = Store(options.home / DATABASE)
    await store.open()
    try:
        directory = Directory(store, clock)
        await directory.start()
        app = web.Application(client_max_size=limit("call_body"))
        routes = Routes(directory, Metrics(), time.monotonic, behind_proxy=options.behind_proxy)
        routes.add_to(app)
        PresenceSockets(routes, time.monotonic).add_to(app)
        tls = _tls(options)
        async with serving(
            app,
            options.host,
            options.port,
            tls=tls,
            keep_alive_s=KEEP_ALIVE_S,
            shutdown_s=SHUTDOWN_S,
        ) as (host, port):
            shown = f"[{host}]" if ":" in host else host
            yield f"{'https' if tls else 'http'}://{shown}:{port}", directory
    finally:
        await store.close()


async def serve(options: Options) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(options) as (url, directory):
        _return_memory()
        print(f"directory listening on {url}", flush=True)  # noqa: T201 - what scripts wait for
        while not stop.is_set():
            await directory.sweep()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_S):
                    await stop.wait()


def main(argv: Sequence[str] | None = None) -> int:
    """Run a directory; return the exit code."""
    try:
        options = parse_options(sys.argv[1:] if argv is None else argv, os.environ)
    except ValueError as error:
        print(f"directory: {error}", file=sys.stderr)  # noqa: T201 - a command's answer
        return 1
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        asyncio.run(serve(options))
    except (OSError, sqlite3.Error) as error:
        where = f"{options.host}:{options.port}, {options.home}"
        print(f"directory: cannot start on {where}: {error}", file=sys.stderr)  # noqa: T201 - a command's answer
        return 1
    return 0


def parse_options(argv: Sequence[str], environ: Mapping[str, str]) -> Options:
    """Return the options of a command line.

    Raises:
        ValueError: an address that is none, or plain http beyond loopback without saying so.
    """

    def from_environment(name: str) -> str | None:
        return environ.get(f"PORTFOLIO_{name}") or None

    parser = argparse.ArgumentParser(prog="directory", description="Run a directory.")
    parser.add_argument(
        "--listen", default=from_environment("LISTEN") or "127.0.0.1:9000", help="HOST:PORT"
    )
    parser.add_argument("--home", type=Path, default=from_environment("HOME"), help="its folder")
    parser.add_argument("--cert", type=Path, default=from_environment("CERT"), help="PEM chain")
    parser.add_argument("--key", type=Path, default=from_environment("KEY"), help="PEM key")
    for flag, says in (
        ("insecure-http", "plain http beyond this machine"),
        ("behind-proxy", "take addresses from a proxy on this machine"),
    ):
        is_set = from_environment(flag.upper().replace("-", "_")) is not None
        parser.add_argument(f"--{flag}", action="store_true", default=is_set, help=says)
    given = parser.parse_args(argv)
    host, port = _address(given.listen)
    if (given.cert is None) != (given.key is None):
        raise ValueError("--cert and --key come together")
    if host not in LOOPBACK and given.cert is None and not given.insecure_http:
        raise ValueError("beyond this machine it needs --cert and --key, or --insecure-http")
    home = Path(given.home) if given.home else _default_home(port, environ)
    return Options(
        host, port, home, given.cert, given.key, given.insecure_http, given.behind_proxy
    )


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdigit() or int(port) > PORT_MAX:
        raise ValueError(f"--listen takes HOST:PORT, not {text}")
    return host, int(port)


def _default_home(port: int, environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_DATA_HOME") or str(Path("~/.local/share").expanduser())
    return Path(base) / "portfolio-planner" / f"directory-{port}"


def _tls(options: Options) -> ssl.SSLContext | None:
    if options.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # browsers' WebFinger look-ups come here too
    context.load_cert_chain(options.certificate, options.key)
    return context


def _return_memory() -> None:
    """Give back what importing took and left (glibc only): a directory is to fit anywhere."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

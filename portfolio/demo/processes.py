"""Planners and a directory as child processes: started, watched, stopped, killed.

The demo runs what a user would run, the real commands in processes of their own, so that
pulling one away is the real thing. Children die with the demo, also when it is killed.
"""

import asyncio
import ctypes
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

STOP_TIMEOUT_S: Final = 5.0
PORT_TRIES: Final = 50
_PR_SET_PDEATHSIG: Final = 1


class DemoError(Exception):
    """The demo cannot go on; the message says what to do."""


def free_port(wanted: int, taken: set[int]) -> int:
    """Return `wanted`, or the next port above it that nobody on loopback listens on.

    With `wanted` 0 it is any free port.

    Raises:
        DemoError: no free port in the next `PORT_TRIES`.
    """
    for offset in range(PORT_TRIES):
        port = wanted and wanted + offset
        if port in taken:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            port = int(probe.getsockname()[1])
        taken.add(port)
        return port
    raise DemoError(f"ports {wanted} to {wanted + PORT_TRIES} are all busy on 127.0.0.1")


def die_with_parent() -> None:
    """End when the process that started this one does, also when that was killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Process(Protocol):
    """A child process, as far as it is looked at here."""

    @property
    def pid(self) -> int:
        """Its number."""

    @property
    def returncode(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""

    def send_signal(self, number: int, /) -> None:
        """Send it a signal."""

    async def wait(self) -> int:
        """Wait until it has ended; return its exit code."""


async def launched(
    program: Sequence[str], arguments: Sequence[str], log: Path, env: Mapping[str, str]
) -> Process:
    """Start a child whose output goes to `log`."""
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable, *program, *arguments,
            stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output, env=env,
            start_new_session=True, preexec_fn=die_with_parent,
        )  # fmt: skip


@dataclass(slots=True)
class Command:
    """One `portfolio` command as a child process; its output goes to `log`."""

    arguments: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    program: Sequence[str] = ("-m", "portfolio")
    process: Process | None = None

    async def start(self) -> None:
        """Start it; it leads a group of its own, so that Ctrl-C reaches only the demo."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        env = {**os.environ, "PORTFOLIO_PASSPHRASE": "", **self.env}
        self.process = await launched(self.program, self.arguments, self.log, env)

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.returncode is None

    def kill(self) -> None:
        """Pull it away without a word (SIGKILL)."""
        self.signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)

    async def ended(self) -> int:
        """Wait until it has ended; return its exit code (negative: the signal)."""
        return 0 if self.process is None else await self.process.wait()

    async def stop(self) -> int:
        """Ask it to stop, insist after `STOP_TIMEOUT_S`; return its exit code."""
        self.signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_TIMEOUT_S):
                return await self.ended()
        except TimeoutError:
            self.kill()
            return await self.ended()

    def last_words(self, lines: int = 15) -> str:
        """Return the end of its output, for an error message."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


async def run_once(arguments: Sequence[str]) -> str:
    """Run one short `portfolio` command; return what it printed.

    Raises:
        DemoError: it did not exit with 0.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "portfolio", *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PORTFOLIO_PASSPHRASE": ""},
    )  # fmt: skip
    output, errors = await process.communicate()
    if process.returncode != 0:
        raise DemoError(f"portfolio {arguments[0]} failed: {errors.decode().strip()}")
    return output.decode()

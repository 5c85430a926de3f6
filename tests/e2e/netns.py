"""A small network for tests: hosts in network namespaces of their own, joined by a bridge.

    with Network("alice", "bob") as network:
        network["alice"].start("python", "-m", "…")      # a process on that host
        network["bob"].cut()                             # unplug the cable
        network["bob"].heal()

Each namespace lives as long as a `cat` that waits at a pipe of this process: whatever happens to
the tests, kill -9 included, nothing of the network is left behind. As root it needs nothing
else; otherwise everything stands in a user namespace. Nothing of the machine's own network is
touched or reachable: the hosts see each other, 10.77.0.0/24, and nothing more.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from types import TracebackType
from typing import Any, Final, Self

import pytest
from typing_extensions import override

SUBNET: Final = "10.77.0"
BRIDGE: Final = "br0"
COMMAND_S: Final = 10
STOP_S: Final = 10
TOOLS: Final = {"ip": "iproute2", "unshare": "util-linux", "nsenter": "util-linux"}


class NetworkError(Exception):
    """A network that cannot be made on this machine; says why."""


class _Namespace:
    """One network namespace, held by a process that ends with this one."""

    def __init__(self, name: str, *before: str) -> None:
        self.name = name
        self._holder = subprocess.Popen(
            [*before, "sh", "-c", "echo ready; exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != b"ready\n":
            _, said = self._holder.communicate(timeout=COMMAND_S)
            raise NetworkError(f"no network namespace: {said.decode().strip()}")
        self.pid = self._holder.pid
        self.enter = ("nsenter", f"--target={self.pid}", "--net", *_user_options())

    def run(self, *command: str) -> str:
        """Run a command here; return what it printed."""
        done = subprocess.run(
            [*self.enter, *command], capture_output=True, text=True, timeout=COMMAND_S, check=False
        )
        if done.returncode:
            raise NetworkError(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout

    def close(self) -> None:
        """Let the namespace go."""
        self._holder.communicate(timeout=COMMAND_S)


class Host(_Namespace):
    """A machine on the network, with the processes that were started on it."""

    def __init__(self, name: str, number: int, switch: _Namespace) -> None:
        user = ("nsenter", f"--target={switch.pid}", *_user_options()) if _user_options() else ()
        super().__init__(name, *user, "unshare", "--net")
        self.address = f"{SUBNET}.{number}"
        self._switch = switch
        self._port = f"p{number}"
        self._processes: list[subprocess.Popen[str]] = []
        link = f"link add {self._port} type veth peer name eth0 netns {self.pid}"
        switch.run("ip", *link.split())
        switch.run("ip", "link", "set", self._port, "master", BRIDGE, "up")
        self.run("ip", "link", "set", "lo", "up")
        self.run("ip", "addr", "add", f"{self.address}/24", "dev", "eth0")
        self.run("ip", "link", "set", "eth0", "up")

    def start(
        self, *command: str, environ: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[str]:
        """Start a process on this host; it is killed with the network at the latest."""
        process = subprocess.Popen(
            [*self.enter, *command],
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=options.pop("stderr", subprocess.DEVNULL),
            text=True,
            env={**os.environ, **(environ or {})},
            **options,
        )
        self._processes.append(process)
        return process

    def move(self, number: int) -> None:
        """Give this host another address, as a router does after a night."""
        self.run("ip", "addr", "flush", "dev", "eth0")
        self.address = f"{SUBNET}.{number}"
        self.run("ip", "addr", "add", f"{self.address}/24", "dev", "eth0")

    def cut(self) -> None:
        """Unplug: packets in both directions are swallowed, and nobody is told."""
        self._switch.run("ip", "link", "set", self._port, "nomaster")

    def heal(self) -> None:
        """Plug in again."""
        self._switch.run("ip", "link", "set", self._port, "master", BRIDGE)

    @override
    def close(self) -> None:
        """Kill what still runs here and let the namespace go."""
        for process in self._processes:
            if process.poll() is None:
                process.kill()
        for process in self._processes:
            process.wait(STOP_S)
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
        super().close()


class Network:
    """Hosts by name, joined by a bridge in a namespace of its own."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._hosts: dict[str, Host] = {}
        self._switch: _Namespace | None = None

    def __getitem__(self, name: str) -> Host:
        """Return a host."""
        return self._hosts[name]

    def __enter__(self) -> Self:
        """Make the network.

        Raises:
            NetworkError: this machine does not allow it, or lacks a tool.
        """
        _check_tools()
        try:
            user = ("--user", "--map-root-user") if _user_options() else ()
            self._switch = switch = _Namespace("switch", "unshare", *user, "--net")
            switch.run(
                *f"ip link add {BRIDGE} type bridge forward_delay 0 mcast_snooping 0".split()
            )
            switch.run("ip", "link", "set", BRIDGE, "up")
            for number, name in enumerate(self._names, 1):
                self._hosts[name] = Host(name, number, switch)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Kill everything and leave nothing behind."""
        self._close()

    def _close(self) -> None:
        for host in self._hosts.values():
            host.close()
        self._hosts.clear()
        if self._switch is not None:
            self._switch.close()
            self._switch = None


def require_namespaces() -> None:
    """Skip the calling test where no network can be made, with the reason; in CI, fail."""
    reason = why_not()
    if reason is None:
        return
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"CI must run the tests in network namespaces: {reason}")
    pytest.skip(reason)


@cache
def why_not() -> str | None:
    """Return why no network can be made here; None when it can."""
    try:
        with Network("probe"):
            return None
    except (NetworkError, OSError, subprocess.SubprocessError) as error:
        return str(error)


def _check_tools() -> None:
    missing = {package for tool, package in TOOLS.items() if shutil.which(tool) is None}
    if missing:
        raise NetworkError(f"to be installed: {', '.join(sorted(missing))}")


def _user_options() -> Sequence[str]:
    return () if os.geteuid() == 0 else ("--user", "--preserve-credentials")

"""Planners as processes that begin with all modules read.

A planner takes a second and a half of a processor to read its modules and a fifth of that for all
else, and tests start hundreds. So one process reads them once and forks: what is forked has its
own memory, number, files and end, and is killed, stopped and served as any other.

    python -m tests.nursery     reads {"program", "arguments", "log", "env"} or {"ended"} by line
"""

import asyncio
import contextlib
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from portfolio.demo import processes


class Forked:
    """A forked process, as far as `Command` looks at one."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._handle = os.pidfd_open(pid)
        self._code: int | None = None

    @property
    def returncode(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        if self._code is None and select.select([self._handle], [], [], 0)[0]:
            self._code = int(self._nursery.ask({"ended": self.pid}))
            os.close(self._handle)
        return self._code

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self.returncode is None:
            os.kill(self.pid, number)

    async def wait(self) -> int:
        """Wait until it has ended; return its exit code."""
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        if self.returncode is None:
            loop.add_reader(self._handle, over.set)
            try:
                await over.wait()
            finally:
                loop.remove_reader(self._handle)
        code = self.returncode
        assert code is not None
        return code


class Nursery:
    """The process that forks; it ends, and with it all it has forked, when this is closed."""

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip

    def close(self) -> None:
        """End it."""
        self._process.communicate()

    def ask(self, question: Mapping[str, Any]) -> Any:
        """Put one question; return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._asking:
            self._process.stdin.write(json.dumps(question) + "\n")
            return json.loads(self._process.stdout.readline())

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Let it start what `Command` starts, where a process can be watched by a handle."""
        if not hasattr(os, "pidfd_open"):  # elsewhere than on Linux
            yield
            return

        async def launched(
            program: Sequence[str], arguments: Sequence[str], log: Path, env: Mapping[str, str]
        ) -> processes.Process:
            asked = {
                "program": list(program), "arguments": list(arguments),
                "log": str(log), "env": dict(env),
            }  # fmt: skip
            return Forked(self, await asyncio.to_thread(self.ask, asked))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(processes, "launched", launched)
            yield


def main() -> None:
    """Fork for every line until there are no more."""
    import portfolio.commands.directory
    import portfolio.commands.serve  # noqa: F401 - read here, so that no child has to

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests, which then close this
    for line in iter(sys.stdin.readline, ""):
        question = json.loads(line)
        if "ended" in question:
            _, status = os.waitpid(question["ended"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
        elif pid := os.fork():
            print(pid, flush=True)
        else:
            _become(question["log"], question["env"])
            _run(question["program"], question["arguments"])
            break


def _run(program: Sequence[str], arguments: Sequence[str]) -> None:
    """Run a script or, after `-m`, a module, as `python` does."""
    sys.argv = [program[-1], *arguments]
    if program[0] == "-m":
        runpy.run_module(program[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = [*program, *arguments]
        runpy.run_path(program[0], run_name="__main__")


def _become(log: str, env: Mapping[str, str]) -> None:
    """Be what would have been executed: own session, own output, nothing of the tests' pipes."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    processes.die_with_parent()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, output), (2, output)):
        os.dup2(source, target)
    os.closerange(3, max(nothing, output) + 1)
    os.environ.clear()
    os.environ.update(env)


if __name__ == "__main__":
    main()

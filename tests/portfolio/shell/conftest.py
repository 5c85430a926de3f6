"""Commands as a person runs them, without a terminal; and planners as processes of their own."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from portfolio.cli import main

START_S = 60.0  # other tests share the cores
Run = Callable[..., "Done"]
Serve = Callable[..., "Served"]


def environment(**more: str) -> dict[str, str]:
    """Return the environment without any PORTFOLIO_… of the person who runs the tests."""
    usual = {
        name: value for name, value in os.environ.items() if not name.startswith("PORTFOLIO_")
    }
    return {**usual, "PORTFOLIO_PASSPHRASE": "", **more}


@dataclass(frozen=True)
class Done:
    """What a command said."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def last(self) -> str:
        """The last line of a command that did well."""
        assert self.returncode == 0, self.stderr
        return self.stdout.strip().splitlines()[-1]


def run(*arguments: Any, given: str = "", **env: str) -> Done:
    """Run `portfolio ARGUMENTS` in this process and give back what it said."""
    hidden = {name: None for name in os.environ if name.startswith("PORTFOLIO_")}
    result = CliRunner().invoke(
        main, [*map(str, arguments)], input=given, prog_name="portfolio",
        env={**hidden, "PORTFOLIO_PASSPHRASE": "", **env},
    )  # fmt: skip
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def portfolio() -> Run:
    """Return the function that runs a command."""
    return run


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of Ann, made by `init`; never used itself."""
    made = tmp_path_factory.mktemp("made") / "home"
    assert run("init", "--home", made, "--name", "Ann").returncode == 0
    return made


@pytest.fixture
def home(tmp_path: Path, made_once: Path) -> Path:
    """A home of Ann, for this test alone."""
    return Path(shutil.copytree(made_once, tmp_path / "home"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Served:
    """A running planner, and how a test talks to it."""

    def __init__(self, home: Path, *options: str, **env: str) -> None:
        self.home, self.port, self.federation = home, free_port(), free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portfolio", "serve", "--home", str(home),
             "--app", f"127.0.0.1:{self.port}", "--federation", f"127.0.0.1:{self.federation}",
             "--no-lan", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(**env),
        )  # fmt: skip

    def wait(self) -> "Served":
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(self.process.communicate())
            try:
                if self.get("/health")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("it did not start")

    def get(self, path: str, token: str | None = None, port: int | None = None) -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{port or self.port}{path}")
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def json(self, path: str, token: str | None = None) -> Any:
        return json.loads(self.get(path, token)[1])

    def refused(self) -> str:
        """Wait for a planner that cannot start; return what it says."""
        _, err = self.process.communicate(timeout=START_S)
        assert self.process.returncode == 1
        assert "Traceback" not in err
        return err

    def stop(self, number: int) -> tuple[int, str, str, float]:
        began = time.monotonic()
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=START_S)
        return self.process.returncode, out, err, time.monotonic() - began

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that starts a planner; it ends with the test."""
    running: list[Served] = []

    def start(home: Path, *options: str, **env: str) -> Served:
        running.append(Served(home, *options, **env))
        return running[-1]

    yield start
    for served in running:
        served.end()


@pytest.fixture(scope="module")
def ann(made_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Ann's planner, running for all tests of a module."""
    folder = tmp_path_factory.mktemp("ann") / "home"
    served = Served(Path(shutil.copytree(made_once, folder)))
    yield served.wait()
    served.end()

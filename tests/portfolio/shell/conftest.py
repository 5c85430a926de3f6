"""Commands run as a person runs them: processes of their own, without a terminal."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


def environment(**more: str) -> dict[str, str]:
    """Return the environment without any PORTFOLIO_… of the person who runs the tests."""
    usual = {
        name: value for name, value in os.environ.items() if not name.startswith("PORTFOLIO_")
    }
    return {**usual, "PORTFOLIO_PASSPHRASE": "", **more}


@pytest.fixture
def portfolio() -> Run:
    """Return a function that runs `portfolio ARGUMENTS` and gives back what it said."""

    def run(*arguments: Any, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "portfolio", *map(str, arguments)],
            input=given, capture_output=True, text=True, timeout=30, check=False,
            env=environment(**env),
        )  # fmt: skip

    return run


@pytest.fixture
def home(tmp_path: Path, portfolio: Run) -> Path:
    """A home of Ann, made by `init`."""
    made = tmp_path / "home"
    done = portfolio("init", "--home", made, "--name", "Ann")
    assert done.returncode == 0, done.stderr
    return made

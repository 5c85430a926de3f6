"""Commands run as a person runs them: processes of their own, without a terminal."""

import os
import shutil
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


def run(*arguments: Any, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Run `portfolio ARGUMENTS` and give back what it said."""
    return subprocess.run(
        [sys.executable, "-m", "portfolio", *map(str, arguments)],
        input=given, capture_output=True, text=True, timeout=60, check=False,
        env=environment(**env),
    )  # fmt: skip


@pytest.fixture
def portfolio() -> Run:
    """Return the function that runs a command."""
    return run


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of Ann, made by `init`; never used itself."""
    made = tmp_path_factory.mktemp("made") / "home"
    done = run("init", "--home", made, "--name", "Ann")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def home(tmp_path: Path, made_once: Path) -> Path:
    """A home of Ann, for this test alone."""
    return Path(shutil.copytree(made_once, tmp_path / "home"))

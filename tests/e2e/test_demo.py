"""The demo as a new user meets it: the walk, its folder, and Ctrl-C."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest


async def _demo(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "portfolio", "demo", *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip


@pytest.mark.timeout(180)
@pytest.mark.parametrize("options", [(), ("--lan",)])
async def test_the_walk_keeps_every_promise(options: tuple[str, ...]) -> None:
    process = await _demo("--walk", *options)

    said, _ = await process.communicate()

    assert process.returncode == 0, said.decode()
    assert "All of it held" in said.decode()


@pytest.mark.timeout(180)
async def test_the_demo_runs_until_ctrl_c_and_keeps_its_state(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    for said in ("was put in", "is there from last time"):
        process = await _demo("--home", str(home))
        assert process.stdout is not None
        lines = b""
        while b"Ctrl-C stops everything" not in lines:
            line = await process.stdout.readline()
            assert line, lines.decode()
            lines += line

        process.send_signal(signal.SIGINT)
        rest = await process.stdout.read()

        assert await process.wait() == 0
        assert said in lines.decode()
        assert lines.count(b"/#login=") == 2
        assert b"Everything is kept" in rest


async def test_the_demo_touches_no_folder_that_is_somebodys_own(tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")

    process = await _demo("--fresh", "--home", str(tmp_path))
    said, _ = await process.communicate()

    assert process.returncode == 1
    assert "holds other things" in said.decode()
    assert precious.read_text() == "mine"

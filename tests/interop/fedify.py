"""A Fedify server as a child process: see peer.mjs. Installed from the lock file when needed."""

import asyncio
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
NODE_VERSION_MIN: Final = 20
INSTALL_TIMEOUT_S: Final = 240
ANSWER_TIMEOUT_S: Final = 30
LINE_BYTES_MAX: Final = 4 * 1024 * 1024


class UnavailableError(Exception):
    """Fedify cannot run on this machine; the text says why."""


def install() -> None:
    """Install what the lock file says, unless it is there. Blocks.

    Raises:
        UnavailableError: Node or npm are missing or old, or npm could not install.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise UnavailableError(f"{program} is not installed")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    if int(version.stdout.lstrip("v").partition(".")[0]) < NODE_VERSION_MIN:
        raise UnavailableError(f"Node {version.stdout.strip()} is too old for Fedify")
    stamp, lock = HERE / "node_modules/.package-lock.json", HERE / "package-lock.json"
    with (HERE / "package.json").open() as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # parallel test workers share the folder
        if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
            return
        command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=HERE, timeout=INSTALL_TIMEOUT_S, check=False)
    if done.returncode != 0:
        raise UnavailableError("npm ci failed in tests/interop")


class Fedify:
    """One Fedify server; a method per command of peer.mjs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._count = 0
        self.actor = ""
        self.inbox = ""

    async def call(self, command: str, **arguments: object) -> Any:
        """Run a command there; return its result.

        Raises:
            RuntimeError: What Fedify threw.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._count += 1
        line = json.dumps({"id": self._count, "command": command, **arguments})
        self._process.stdin.write(line.encode() + b"\n")
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            answer = json.loads(await self._process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    async def wait_for_activity(self, kind: str) -> dict[str, Any]:
        """Return the first activity of a type that its inbox accepted."""
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            while True:
                for activity in await self.call("received"):
                    if activity["type"] == kind:
                        return dict(activity)
                await asyncio.sleep(0.05)


@asynccontextmanager
async def running_fedify(*, with_rsa: bool) -> AsyncIterator[Fedify]:
    """A Fedify server; with an RSA key it signs its requests too, as most servers do.

    Raises:
        UnavailableError: It cannot run here.
    """
    await asyncio.to_thread(install)
    process = await asyncio.create_subprocess_exec(
        "node",
        str(HERE / "peer.mjs"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE_BYTES_MAX,
        env={**os.environ, "NO_COLOR": "1"},
    )
    try:
        fedify = Fedify(process)
        started = await fedify.call("start", rsa=with_rsa)
        fedify.actor, fedify.inbox = started["actor"], started["inbox"]
        yield fedify
    finally:
        if process.stdin is not None:
            process.stdin.close()
        if process.returncode is None:
            process.terminate()
        await process.wait()

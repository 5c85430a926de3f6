"""One planner of the demo: its home, its process, and a small client of its REST API."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import orjson

from portfolio.demo.processes import Command, DemoError, run_once

READY_TIMEOUT_S: Final = 60.0  # an ended one is told at once; a slow machine takes its time
ASK_EVERY_S: Final = 0.02


class RefusedByPlannerError(DemoError):
    """The planner answered a request with a problem; `status` and `problem` say which."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail') or problem.get('title')}")
        self.status = status
        self.problem = problem


@dataclass(slots=True)
class Addresses:
    """Where a planner listens; ports on loopback."""

    app: int
    federation: int

    @property
    def page(self) -> str:
        """The URL of its page."""
        return f"http://127.0.0.1:{self.app}"


class Planner:
    """A planner in a process of its own, and the calls that the demo makes to it."""

    def __init__(self, name: str, home: Path, addresses: Addresses) -> None:
        self.name = name
        self.home = home
        self.addresses = addresses
        self.token = ""
        self.command = Command((), home.parent / f"{name.lower()}.log")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self.stop()
        finally:
            if self._session is not None:
                await self._session.close()

    async def prepare(self) -> None:
        """Make its home, identity and API token, unless they are there."""
        secret = self.home.parent / f"{self.name.lower()}.token"
        if not (self.home / "keys").exists():
            await run_once(("init", "--home", str(self.home), "--name", self.name))
        if not secret.exists():
            printed = await run_once(("token", "--home", str(self.home)))
            secret.touch(mode=0o600)
            secret.write_text(printed.strip().splitlines()[-1])
        self.token = secret.read_text().strip()

    async def start(self, *options: str) -> None:
        """Start it and wait until it answers.

        Raises:
            DemoError: it ended, or does not answer within `READY_TIMEOUT_S`.
        """
        self.command.arguments = (
            "serve", "--home", str(self.home),
            "--app", f"127.0.0.1:{self.addresses.app}",
            "--federation", f"127.0.0.1:{self.addresses.federation}", *options,
        )  # fmt: skip
        await self.command.start()
        await wait_healthy(self.addresses.page, self.command, f"{self.name}'s planner")

    async def restart(self) -> None:
        """Start it again with the same options."""
        await self.command.start()
        await wait_healthy(self.addresses.page, self.command, f"{self.name}'s planner")

    async def stop(self) -> int:
        """Stop it; return its exit code."""
        return await self.command.stop()

    async def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Any:  # noqa: ANN401 - whatever JSON the route answers
        """Call its REST API (`path` below /api/v1); return the JSON answer.

        Raises:
            RefusedByPlannerError: the answer is a problem (RFC 9457).
        """
        if self._session is None:
            raise DemoError("the planner's client is not open")
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        data = None if body is None else orjson.dumps(body)
        if data is not None:
            kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
            sent.setdefault("Content-Type", kind)
        url = f"{self.addresses.page}/api/v1{path}"
        async with self._session.request(method, url, data=data, headers=sent) as answer:
            payload = await answer.read()
            parsed = orjson.loads(payload) if payload else None
            if answer.status >= 400:  # noqa: PLR2004 - client and server errors
                raise RefusedByPlannerError(answer.status, parsed or {})
            return parsed

    async def get(self, path: str) -> Any:  # noqa: ANN401 - whatever JSON the route answers
        """GET a path."""
        return await self.call("GET", path)

    async def post(self, path: str, body: object = None) -> Any:  # noqa: ANN401 - as above
        """POST a body to a path."""
        return await self.call("POST", path, {} if body is None else body)

    async def login_link(self) -> str:
        """Return a fresh one-time login link."""
        printed = await run_once(("login", "--home", str(self.home)))
        return printed.strip().splitlines()[-1]


async def wait_healthy(url: str, command: Command, who: str) -> None:
    """Wait until `url`/health answers, or say why it never will."""
    async with aiohttp.ClientSession() as session:

        async def answers() -> bool:
            if not command.running:
                raise DemoError(f"{who} ended at start:\n{command.last_words()}")
            try:
                async with session.get(f"{url}/health") as answer:
                    return answer.status == 200  # noqa: PLR2004 - OK
            except aiohttp.ClientError:
                return False

        await until(answers, READY_TIMEOUT_S, f"{who} to answer at {url}")


async def until(condition: Callable[[], Awaitable[bool]], timeout_s: float, what: str) -> float:
    """Ask again and again until `condition` holds; return the seconds it took.

    Raises:
        DemoError: it does not hold within `timeout_s`.
    """
    began = time.monotonic()
    while not await condition():
        if time.monotonic() - began > timeout_s:
            raise DemoError(f"waited {timeout_s:.0f} s in vain for {what}")
        await asyncio.sleep(ASK_EVERY_S)
    return time.monotonic() - began

"""A server on this machine that answers as a provider was recorded to, or as a test says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

RECORDED = Path(__file__).parent / "recorded"


@dataclass
class Answer:
    """One answer; `wait_s` is how long it takes."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait_s: float = 0.0


@dataclass
class Recorded:
    """What is answered below a path that contains a text, and what was asked for."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def say(self, part: str, answer: Answer | str) -> None:
        """Answer this, or what is in a recorded file, from now on."""
        if isinstance(answer, str):
            answer = Answer((RECORDED / answer).read_bytes())
        self.answers[part] = answer

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append(str(request.rel_url))
        path = request.raw_path
        answer = next((one for part, one in self.answers.items() if part in path), None)
        if answer is None:
            answer = Answer((RECORDED / "not-found.json").read_bytes(), 404)
        await asyncio.sleep(answer.wait_s)
        return web.Response(body=answer.body, status=answer.status, headers=answer.headers)


@asynccontextmanager
async def recorded_server() -> AsyncIterator[Recorded]:
    made = Recorded()
    app = web.Application()
    app.router.add_get("/{path:.*}", made.handle)
    async with TestServer(app) as server:
        made.url = str(server.make_url("")).rstrip("/")
        yield made

"""A planner that kills itself at the n-th time it passes a named point.

    python tests/e2e/crashing.py POINT N serve --home …

The points are the places where a crash could lose or double something. They are put in from
outside: the program itself has no such switch.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import Engine, event

from federation import writer


class Fuse:
    """Kills this process at the n-th call."""

    def __init__(self, count: int) -> None:
        self.left = count

    def burn(self, *_: object) -> None:
        """One more time."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def before_commit(fuse: Fuse) -> None:
    """All of a write is done, nothing of it is on disk."""
    event.listen(Engine, "commit", fuse.burn)


def after_commit(fuse: Fuse) -> None:
    """It is on disk, nobody has been told."""
    settle: Callable[[Any], None] = writer._settle

    def burnt(job: Any) -> None:
        fuse.burn()
        settle(job)

    writer._settle = burnt


def before_answer(fuse: Fuse) -> None:
    """The answer to a POST, of the page or of a friend, is ready and does not go out."""
    prepare = web.StreamResponse.prepare

    async def burnt(self: web.StreamResponse, request: web.BaseRequest) -> Any:
        if request.method == "POST":
            fuse.burn()
        return await prepare(self, request)

    web.StreamResponse.prepare = burnt  # type: ignore[method-assign]


def before_push(fuse: Fuse) -> None:
    """A batch to a friend is about to go out."""
    request = aiohttp.ClientSession._request

    async def burnt(self: aiohttp.ClientSession, *args: Any, **kwargs: Any) -> Any:
        fuse.burn()
        return await request(self, *args, **kwargs)

    aiohttp.ClientSession._request = burnt  # type: ignore[method-assign]


def after_push(fuse: Fuse) -> None:
    """The friend has it, and its answer is lost on us."""
    request = aiohttp.ClientSession._request

    async def burnt(self: aiohttp.ClientSession, *args: Any, **kwargs: Any) -> Any:
        answer = await request(self, *args, **kwargs)
        fuse.burn()
        return answer

    aiohttp.ClientSession._request = burnt  # type: ignore[method-assign]


POINTS = {
    point.__name__: point
    for point in (before_commit, after_commit, before_answer, before_push, after_push)
}

if __name__ == "__main__":
    name, times, *arguments = sys.argv[1:]
    POINTS[name](Fuse(int(times)))
    from portfolio.cli import main

    main(arguments)

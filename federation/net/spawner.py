"""Small work in the background, inside the node's one task group."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

log = structlog.get_logger()
Work = Callable[[], Awaitable[Any]]


class Spawner:
    """Starts work in a task group once there is one; what comes earlier waits for it.

    Work that fails is logged and ends alone: a hostile answer must not stop the node.
    """

    def __init__(self) -> None:
        self._group: asyncio.TaskGroup | None = None
        self._early: list[Work] = []

    def attach(self, group: asyncio.TaskGroup) -> None:
        """Use this group from now on."""
        self._group = group
        early, self._early = self._early, []
        for work in early:
            self(work)

    def detach(self) -> None:
        """The group is closing: start nothing more."""
        self._group = None

    def __call__(self, work: Work) -> None:
        """Start `work`."""
        if self._group is None:
            self._early.append(work)
            return
        running = _guarded(work)
        try:
            self._group.create_task(running)
        except RuntimeError:  # the group is being cancelled: nothing more is started
            running.close()


async def _guarded(work: Work) -> None:
    try:
        await work()
    except Exception:
        log.exception("background work failed")

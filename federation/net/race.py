"""Several addresses of one planner: the first that answers wins (RFC 8305 in spirit).

The last good address goes first and gets a head start; each further one starts a moment later,
or as soon as the one before it has failed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


async def first_success(
    attempts: Sequence[Callable[[], Awaitable[T | None]]], stagger_s: float
) -> T | None:
    """Return the first result that is not None, or None when all attempts ended without one."""
    if len(attempts) == 1:
        return await attempts[0]()
    failed = [asyncio.Event() for _ in attempts]
    running: list[asyncio.Task[None]] = []
    results: list[T] = []

    async def run(place: int) -> None:
        if place:
            await _head_start(failed[place - 1], stagger_s * place)
        result = await attempts[place]()
        failed[place].set()
        if result is not None and not results:
            results.append(result)
            for other in running:
                if other is not asyncio.current_task():
                    other.cancel()

    async with asyncio.TaskGroup() as group:
        running.extend(group.create_task(run(place)) for place in range(len(attempts)))
    return results[0] if results else None


async def _head_start(before: asyncio.Event, most_s: float) -> None:
    try:
        async with asyncio.timeout(most_s):
            await before.wait()
    except TimeoutError:
        return

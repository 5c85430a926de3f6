"""Work in the background: before there is a group, in it, and while it ends."""

import asyncio

from federation.net.spawner import Spawner


async def test_work_waits_for_the_group_and_runs_in_it() -> None:
    done: list[str] = []
    spawn = Spawner()

    async def work() -> None:
        done.append("done")

    spawn(work)
    assert done == []
    async with asyncio.TaskGroup() as group:
        spawn.attach(group)
        spawn(work)

    assert done == ["done", "done"]


async def test_work_that_comes_while_the_group_is_cancelled_is_not_begun() -> None:
    begun: list[str] = []
    spawn = Spawner()

    async def work() -> None:
        begun.append("begun")

    async def late() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            spawn(work)

    async def run() -> None:
        async with asyncio.TaskGroup() as group:
            spawn.attach(group)
            group.create_task(late())

    running = asyncio.create_task(run())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])

    assert running.cancelled()
    assert begun == []

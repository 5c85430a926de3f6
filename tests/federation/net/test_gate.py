import asyncio

import pytest

from federation.net.gate import BusyError, Gate
from federation.wire import limit


async def hold(gate: Gate, peer: str, until: asyncio.Event, done: list[str]) -> None:
    async with gate.slot(peer):
        await until.wait()
    done.append(peer)


async def test_a_fourth_request_runs_when_one_of_three_ends() -> None:
    gate, until, done = Gate(lambda: 0.0), asyncio.Event(), list[str]()

    async with asyncio.TaskGroup() as group:
        for _ in range(limit("friend_in_flight") + 1):
            group.create_task(hold(gate, "a", until, done))
        await asyncio.sleep(0)
        assert done == []
        until.set()

    assert done == ["a"] * 4


async def test_above_the_queue_bound_one_is_told_to_come_back() -> None:
    gate, until, done = Gate(lambda: 0.0), asyncio.Event(), list[str]()

    async with asyncio.TaskGroup() as group:
        for _ in range(limit("friend_in_flight") + limit("queue")):
            group.create_task(hold(gate, "a", until, done))
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            async with gate.slot("a"):
                pass
        until.set()

    assert len(done) == limit("friend_in_flight") + limit("queue")


async def test_one_that_is_cancelled_while_waiting_costs_no_slot() -> None:
    gate, until, done = Gate(lambda: 0.0), asyncio.Event(), list[str]()

    async with asyncio.TaskGroup() as group:
        held = [group.create_task(hold(gate, "a", until, done)) for _ in range(3)]
        waiting = group.create_task(hold(gate, "a", until, done))
        await asyncio.sleep(0)
        waiting.cancel()
        held[0].cancel()
        await asyncio.sleep(0)
        until.set()
    async with asyncio.timeout(1), gate.slot("a"):
        pass

    assert gate._queue._peers == {}

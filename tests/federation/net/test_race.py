import asyncio
import time

from federation.net.race import first_success


async def answer(delay_s: float, value: str | None, log: list[str] | None = None) -> str | None:
    try:
        await asyncio.sleep(delay_s)
    except asyncio.CancelledError:
        if log is not None:
            log.append("cancelled")
        raise
    return value


async def test_the_first_gets_a_head_start_and_the_rest_is_not_even_tried() -> None:
    tried: list[int] = []

    async def second() -> str:
        tried.append(2)
        return "second"

    found = await first_success([lambda: answer(0.01, "first"), second], stagger_s=0.5)

    assert (found, tried) == ("first", [])


async def test_one_that_hangs_holds_nobody_up_and_is_cancelled() -> None:
    log: list[str] = []
    began = time.monotonic()

    found = await first_success(
        [lambda: answer(30, "hung", log), lambda: answer(0, "second")], stagger_s=0.1
    )

    assert (found, log) == ("second", ["cancelled"])
    assert time.monotonic() - began < 1


async def test_after_a_failure_the_next_starts_at_once() -> None:
    began = time.monotonic()

    found = await first_success(
        [lambda: answer(0, None), lambda: answer(0, None), lambda: answer(0, "third")], 10
    )

    assert found == "third"
    assert time.monotonic() - began < 1


async def test_when_all_fail_there_is_nothing() -> None:
    attempts = [lambda: answer(0, None), lambda: answer(0, None)]

    assert await first_success(attempts, 0.01) is None
    assert await first_success(attempts[:1], 0.01) is None

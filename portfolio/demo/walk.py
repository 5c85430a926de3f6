"""The walk: the planner's promises, told line by line and checked, in about twenty seconds.

Share, comment, change, kill Bob's planner while Alice writes, his catch-up, the directory gone and
a comment arriving all the same, revocation with Bob's signed word that it is erased.
"""

import time
from collections.abc import Callable
from typing import Any, Final

import click

from portfolio.demo.live import LivePage, Message, watching
from portfolio.demo.planner import Planner, RefusedByPlannerError, until
from portfolio.demo.processes import DemoError
from portfolio.demo.world import World

WHILE_AWAY: Final = 20  # comments that Alice writes while Bob's planner is dead
CATCH_UP_S: Final = 5.0
BOTH: Final = 2
IDEA: Final = {
    "symbol": "IBM", "side": "long", "currency": "USD",
    "entry": "203.00", "stop": "196.50", "targets": ["215.00", "225.00"], "size": "40",
    "thesis": "Four years of higher lows, and a close above 203 leaves nobody with a loss.",
}  # fmt: skip


def _check(condition: object, what: str) -> None:
    if not condition:
        raise DemoError(f"this should hold, and does not: {what}")


def _tell(line: str, took_s: float | None = None) -> None:
    mark = click.style("✓", fg="green")
    timing = "" if took_s is None else click.style(f"  {took_s * 1000:.0f} ms", dim=True)
    click.echo(f" {mark} {line}{timing}")


async def walk(world: World) -> None:
    """Walk through everything.

    Raises:
        DemoError: a promise was not kept; the message says which.
    """
    await world.befriend()
    way = "Alice invited Bob" if world.directory else "Bob found Alice on the network and asked"
    _tell(f"{way}; both are friends")
    async with watching(world.alice, world.bob) as (alice, bob):
        idea = await _share(world, bob)
        comment = await _comment(world, alice, idea)
        await _change(world, bob, idea)
        await _kill_and_catch_up(world, bob, idea)
        await _without_directory(world, alice, idea, comment)
        await _revoke(world, bob, idea)


async def _share(world: World, bob: LivePage) -> str:
    idea = (await world.alice.post("/positions/ideas", IDEA))["id"]
    did = (await world.bob.get("/me"))["did"]
    began = time.perf_counter()
    await world.alice.post(
        f"/positions/ideas/{idea}/share",
        {"friend_ids": [did], "role": "commenter", "amounts": False},
    )
    moment, _ = await bob.wait_for(_about(idea, "position_shared"), "the shared idea")
    seen = await world.bob.get(f"/positions/ideas/{idea}")
    _check(seen["entry"] == IDEA["entry"], "Bob sees Alice's entry")
    _check("size" not in seen, "the size never leaves Alice's planner")
    _tell("Alice shares an idea; it is on Bob's page, without its size", moment - began)
    return str(idea)


async def _comment(world: World, alice: LivePage, idea: str) -> str:
    began = time.perf_counter()
    text = "Where would you be wrong? 196.50 is in the noise."
    comment = await world.bob.post(f"/positions/{idea}/comments", {"text": text})
    moment, _ = await alice.wait_for(_about(idea, "comment_added"), "Bob's comment")
    listed = (await world.alice.get(f"/positions/{idea}/comments"))["items"]
    _check([c["text"] for c in listed] == [text], "Alice reads Bob's comment")
    _tell("Bob comments; Alice sees it", moment - began)
    return str(comment["id"])


async def _change(world: World, bob: LivePage, idea: str) -> None:
    began = time.perf_counter()
    await world.alice.call("PATCH", f"/positions/ideas/{idea}", {"stop": "194.00"})
    moment, _ = await bob.wait_for(_about(idea, "position_updated"), "the new stop")
    seen = await world.bob.get(f"/positions/ideas/{idea}")
    _check(seen["stop"] == "194.00", "Bob sees the new stop")
    _tell("Alice moves her stop from 196.50 to 194.00; Bob's page follows", moment - began)
    try:
        await world.bob.call("PATCH", f"/positions/ideas/{idea}", {"stop": "190.00"})
    except RefusedByPlannerError as refused:
        _check(refused.status == 403, "a commenter's edit is refused")  # noqa: PLR2004 - Forbidden
        _tell("Bob may comment, not edit: his own attempt at the stop is refused")
    else:
        raise DemoError("Bob, a commenter, could edit the idea")


async def _kill_and_catch_up(world: World, bob: LivePage, idea: str) -> None:
    world.bob.command.kill()
    await world.bob.command.ended()
    for number in range(1, WHILE_AWAY + 1):
        text = f"While you were away, {number} of {WHILE_AWAY}"
        await world.alice.post(f"/positions/{idea}/comments", {"text": text})
    _tell(f"Bob's planner is killed; Alice writes {WHILE_AWAY} comments meanwhile")
    await world.bob.restart()

    async def complete() -> bool:
        return await _count(world.bob, idea) == WHILE_AWAY + 1

    took = await until(complete, CATCH_UP_S, "Bob to catch up")
    moment = await _last_arrival(bob, idea)
    _check(moment, "Bob's page got the comments on its live socket, without reload")
    _tell("Bob's planner starts again and has all of them, each once", took)


async def _without_directory(world: World, alice: LivePage, idea: str, comment: str) -> None:
    directory = world.directory
    if directory is not None:
        directory.command.kill()
        await directory.command.ended()
    began = time.perf_counter()
    reply = await world.bob.post(
        f"/positions/{idea}/comments", {"text": "No directory, no problem.", "reply_to": comment}
    )
    moment, _ = await alice.wait_for(
        lambda m: m["type"] == "comment_added" and reply["id"] in str(m["data"]), "Bob's reply"
    )
    gone = "The directory is killed" if directory else "There is no directory"
    _tell(f"{gone}; Bob's reply arrives all the same", moment - began)
    if directory is not None:
        await directory.start()

        async def registered() -> bool:
            return await directory.active_users() == BOTH

        took = await until(registered, 10.0, "the planners to register again")
        _tell("The directory is back; both planners have registered again", took)


async def _revoke(world: World, bob: LivePage, idea: str) -> None:
    did = (await world.bob.get("/me"))["did"]
    began = time.perf_counter()
    await world.alice.call("DELETE", f"/positions/ideas/{idea}/share/{did}")
    moment, _ = await bob.wait_for(_about(idea, "share_revoked"), "the revocation")
    try:
        await world.bob.get(f"/positions/ideas/{idea}")
    except RefusedByPlannerError as refused:
        _check(refused.status == 404, "the idea is gone from Bob's planner")  # noqa: PLR2004 - Not Found
    else:
        raise DemoError("Bob can still read the revoked idea")
    _tell("Alice takes it back; it is gone from Bob's page", moment - began)

    async def confirmed() -> bool:
        shares = (await world.alice.get(f"/positions/ideas/{idea}/share"))["items"]
        return any(s["did"] == did and _erased(s) for s in shares)

    took = await until(confirmed, 10.0, "Bob's planner to sign that it erased the idea")
    _tell("Bob's planner signed that it erased its copy", took)


def _erased(share: dict[str, Any]) -> bool:
    return share["delivery"] == "revoked" and share["receipt"] is not None


def _about(idea: str, kind: str) -> Callable[[Message], bool]:
    return lambda message: message["type"] == kind and idea in str(message["data"])


async def _count(planner: Planner, idea: str) -> int:
    listed = await planner.get(f"/positions/{idea}/comments?limit=200")
    return len(listed["items"])


async def _last_arrival(page: LivePage, idea: str) -> float:
    last = f"{WHILE_AWAY} of {WHILE_AWAY}"
    comments = (await page.planner.get(f"/positions/{idea}/comments?limit=200"))["items"]
    newest = next(c["id"] for c in comments if c["text"].endswith(last))
    moment, _ = await page.wait_for(
        lambda m: m["type"] == "comment_added" and newest in str(m["data"]), "the last comment"
    )
    return moment

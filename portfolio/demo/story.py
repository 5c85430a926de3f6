"""What Alice and Bob have when the demo opens: holdings, ideas, shares and comments.

Holdings come as sample rows, which no planner shares. Ideas and comments are written through the
same REST calls that the page makes, and travel the real path from one planner to the other.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from portfolio import sample
from portfolio.demo.planner import Planner, RefusedByPlannerError, until
from portfolio.demo.world import World
from portfolio.domain.money import format_decimal
from portfolio.sample import SampleIdea

ARRIVES_S: Final = 15.0
# The steps from a draft to each state, as a person takes them.
STEPS: Final = {
    "draft": (),
    "watching": ("watching",),
    "ready": ("watching", "ready"),
    "open": ("watching", "ready", "open"),
    "closed": ("watching", "ready", "open", "closed"),
}


async def tell(world: World) -> bool:
    """Put the story into both planners, unless it is there; return whether it was new.

    Raises:
        DemoError: a call was refused, or something did not arrive.
    """
    await world.befriend()
    if (await world.alice.get("/sample"))["loaded"]:
        return False
    for planner in (world.alice, world.bob):
        await planner.call("PATCH", "/settings", {"welcomed": True})
    await world.alice.post("/sample", {"person": "alice", "ideas": False})
    await world.bob.post("/sample", {"person": "bob", "ideas": False})
    for idea in sample.alice_ideas():
        await _write(world.alice, world.bob, idea)
    for idea in sample.bob_ideas():
        await _write(world.bob, world.alice, idea)
    return True


async def _write(owner: Planner, friend: Planner, idea: SampleIdea) -> None:
    written = await owner.post("/positions/ideas", _body(idea))
    path = f"/positions/ideas/{written['id']}"
    for step in STEPS[idea.draft.state.value]:
        await owner.post(f"{path}/transition", {"to": step})
    if not idea.shared:
        return
    did = (await friend.get("/me"))["did"]
    share = {"friend_ids": [did], "role": "commenter", "amounts": False}
    await owner.post(f"{path}/share", share)
    await _arrives(friend, path, f"{idea.draft.symbol} to reach {friend.name}")
    if idea.comment is None:
        return
    comments = f"/positions/{written['id']}/comments"
    comment = await friend.post(comments, {"text": idea.comment})
    if idea.answer is not None:
        one = f"{comments}/{comment['id']}"
        await _arrives(owner, one, f"{friend.name}'s comment to reach {owner.name}")
        await owner.post(comments, {"text": idea.answer, "reply_to": comment["id"]})


async def _arrives(planner: Planner, path: str, what: str) -> None:
    async def there() -> bool:
        try:
            await planner.get(path)
        except RefusedByPlannerError as refused:
            if refused.status == 404:  # noqa: PLR2004 - Not Found, so far
                return False
            raise
        return True

    await until(there, ARRIVES_S, what)


def _body(idea: SampleIdea) -> Mapping[str, Any]:
    draft = idea.draft
    fields: dict[str, Any] = {
        "symbol": draft.symbol,
        "isin": draft.isin,
        "mic": draft.mic,
        "side": draft.side.value,
        "entry": _text(draft.entry),
        "stop": _text(draft.stop),
        "targets": [format_decimal(target) for target in draft.targets],
        "size": _text(draft.size),
        "currency": draft.currency,
        "thesis": draft.thesis,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format_decimal(value)

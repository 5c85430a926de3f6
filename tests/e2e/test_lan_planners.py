"""Whole planners on a local network, with no directory: found, befriended, shared with."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.lan_planner import LanPlanner
from tests.e2e.netns import Network, require_namespaces

pytestmark = pytest.mark.timeout(180)  # six processes start, on a machine that is busy testing

IDEA = {
    "symbol": "MSFT",
    "side": "long",
    "entry": "27.50",
    "stop": "25.90",
    "targets": ["31.00"],
    "size": "100",
    "currency": "USD",
    "thesis": "New version in autumn.",
}


@pytest.fixture
def planners(tmp_path: Path) -> Iterator[tuple[LanPlanner, LanPlanner]]:
    """Return two planners that run and have never heard of each other."""
    require_namespaces()
    with Network("alice", "bob") as network, ThreadPoolExecutor() as at_once:

        def begin(name: str) -> LanPlanner:
            planner = LanPlanner(network[name], tmp_path, name.title())
            planner.start()
            return planner

        alice, bob = at_once.map(begin, ("alice", "bob"))
        yield alice, bob


def state_of(planner: LanPlanner, did: str) -> str | None:
    found = {one["did"]: str(one["state"]) for one in planner.get("/friends")["items"]}
    return found.get(did)


def shared_idea(alice: LanPlanner, bob: LanPlanner) -> str:
    """Let Alice share an idea with Bob; return its id once he has it."""
    idea = alice.send("POST", "/positions/ideas", IDEA)["id"]
    share = {"friend_ids": [bob.get("/me")["did"]], "role": "commenter", "amounts": False}
    alice.send("POST", f"/positions/ideas/{idea}/share", share)
    seen = bob.until(lambda: bob.get("/positions/ideas")["items"])
    assert [one["symbol"] for one in seen] == ["MSFT"]
    assert all("size" not in one for one in seen)
    return str(seen[0]["id"])


def comment(author: LanPlanner, reader: LanPlanner, idea: str, text: str) -> None:
    """Let one comment, and wait until the other reads it."""
    author.send("POST", f"/positions/{idea}/comments", {"text": text})

    def has_it() -> bool:
        comments: list[dict[str, Any]] = reader.get(f"/positions/{idea}/comments")["items"]
        return text in [one["text"] for one in comments]

    reader.until(has_it)


def test_people_nearby_find_each_other_become_friends_share_and_comment(
    planners: tuple[LanPlanner, LanPlanner],
) -> None:
    alice, bob = planners
    did = {planner: planner.get("/me")["did"] for planner in planners}

    for planner in planners:
        planner.send("PATCH", "/settings", {"nearby": True})
    seen = alice.until(lambda: alice.get("/nearby")["items"])
    alice.send("POST", "/friends", {"did": did[bob]})
    bob.until(lambda: state_of(bob, did[alice]) == "incoming")
    bob.send("PATCH", f"/friends/{did[alice]}", {"state": "friend"})
    alice.until(lambda: state_of(alice, did[bob]) == "friend")
    idea = shared_idea(alice, bob)
    comment(bob, alice, idea, "Found you on the LAN.")
    comment(alice, bob, idea, "So it works.")

    assert [(one["did"], one["name"]) for one in seen] == [(did[bob], "Bob")]


def test_who_is_not_open_to_people_nearby_is_not_listed(
    planners: tuple[LanPlanner, LanPlanner],
) -> None:
    alice, bob = planners

    alice.send("PATCH", "/settings", {"nearby": True})
    with pytest.raises(TimeoutError):
        alice.until(lambda: alice.get("/nearby")["items"], within_s=4)

    assert bob.get("/nearby")["items"] == []


def test_friends_find_each_other_again_when_both_have_new_addresses(
    planners: tuple[LanPlanner, LanPlanner],
) -> None:
    alice, bob = planners
    invite = alice.send("POST", "/friends/invites")["invite"]
    bob.send("POST", "/friends", {"invite": invite})
    did = alice.get("/me")["did"]
    bob.until(lambda: state_of(bob, did) == "friend")
    idea = shared_idea(alice, bob)

    codes = [planner.stop() for planner in planners]
    alice.host.move(51)
    bob.host.move(52)
    for planner in planners:
        planner.start()

    assert codes == [0, 0]
    comment(bob, alice, idea, "I have moved.")
    comment(alice, bob, idea, "So have I.")

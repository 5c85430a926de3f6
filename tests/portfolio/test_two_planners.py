"""Two complete planners over REST, live sockets and the real wire between them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from portfolio.services import export
from tests.portfolio.desk import IDEA
from tests.portfolio.pair import Side, circle, until

SECRET = "Nobody-else-may-read-this-4711"


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[Side, Side]]:
    async with circle(tmp_path, "Alice", "Bob") as (alice, bob):
        yield alice, bob


async def _share(
    alice: Side, bob: Side, role: str, *, amounts: bool = False, **change: Any
) -> str:
    made = await alice.post("/positions/ideas", {**IDEA, **change})
    share = {"friend_ids": [bob.did], "role": role, "amounts": amounts}
    await alice.post(f"/positions/ideas/{made['id']}/share", share, status=201)
    await bob.heard("position_shared", id=made["id"], who=alice.did)
    return str(made["id"])


async def test_a_shared_idea_is_on_the_friends_page_without_its_size(
    pair: tuple[Side, Side],
) -> None:
    alice, bob = pair

    idea = await _share(alice, bob, "viewer")

    seen = await bob.get(f"/positions/ideas/{idea}")
    mine = await alice.get(f"/positions/ideas/{idea}")
    assert "size" not in seen
    assert "account" not in seen
    assert (mine["size"], seen["entry"], seen["role"]) == ("61", "206.50", "viewer")
    assert "risk_amount" not in seen["figures"]
    assert seen["complete"]["missing"] == 0
    shares = (await alice.get(f"/positions/{idea}/share"))["items"]
    assert shares[0]["did"] == bob.did

    async def delivered() -> bool:
        (share,) = (await alice.get(f"/positions/{idea}/share"))["items"]
        return bool(share["delivery"] == "delivered" and share["receipt"])

    await until(delivered, "the receipt")


async def test_amounts_come_and_go_with_the_share(pair: tuple[Side, Side]) -> None:
    alice, bob = pair
    idea = await _share(alice, bob, "viewer", amounts=True)

    async def size(wanted: str | None) -> bool:
        seen = await bob.get(f"/positions/ideas/{idea}")
        return bool(seen.get("size") == wanted)

    await until(lambda: size("61"), "the size")
    path = f"/positions/{idea}/share/{bob.did}"
    await alice.call("PUT", path, {"role": "viewer", "amounts": False})
    await until(lambda: size(None), "the size to go")
    await alice.call("PUT", path, {"role": "viewer", "amounts": True})
    await until(lambda: size("61"), "the size again")


async def test_comments_go_both_ways_and_only_for_who_may(pair: tuple[Side, Side]) -> None:
    alice, bob = pair
    idea = await _share(alice, bob, "commenter")

    said = await bob.post(f"/positions/{idea}/comments", {"text": "Why 199.50?"}, status=201)
    await alice.heard("comment_added", id=said["id"], who=bob.did, position_id=idea)
    body = {"text": "Because.", "reply_to": said["id"]}
    answer = await alice.post(f"/positions/{idea}/comments", body)
    await bob.heard("comment_added", id=answer["id"])

    for one in pair:
        listed = (await one.get(f"/positions/{idea}/comments"))["items"]
        assert [(c["author"], c["text"], c["reply_to"]) for c in listed] == [
            (bob.did, "Why 199.50?", None),
            (alice.did, "Because.", said["id"]),
        ]
    comment = f"/positions/{idea}/comments/{said['id']}"
    await alice.call("PATCH", comment, {"text": "mine now"}, status=403)
    await alice.call("DELETE", comment, status=403)
    await bob.call("PATCH", f"/positions/ideas/{idea}", {"stop": "190"}, status=403)
    notified = await alice.get("/notifications")
    assert notified["items"][0]["text"] == "Why 199.50?"
    assert notified["unread"] >= 1
    left = await alice.call("PATCH", "/notifications", {"read_to": notified["items"][0]["id"]})
    assert left == {"unread": 0}


async def test_a_viewer_may_not_comment_and_a_stranger_sees_nothing(
    pair: tuple[Side, Side],
) -> None:
    alice, bob = pair
    idea = await _share(alice, bob, "viewer")
    private = (await alice.post("/positions/ideas", IDEA))["id"]

    await bob.post(f"/positions/{idea}/comments", {"text": "let me"}, status=403)
    for path in (f"/positions/{private}/comments", f"/positions/{private}/share"):
        await bob.get(path, status=404)
    await bob.post(f"/positions/{private}/comments", {"text": "hello?"}, status=404)


async def test_an_editors_change_is_in_both_histories_and_feeds(pair: tuple[Side, Side]) -> None:
    alice, bob = pair
    idea = await _share(alice, bob, "editor")

    await bob.call("PATCH", f"/positions/ideas/{idea}", {"stop": "198"})
    await alice.heard("position_updated", id=idea, who=bob.did)

    for one in pair:
        assert (await one.get(f"/positions/ideas/{idea}"))["stop"] == "198"
        (change,) = (await one.get(f"/positions/ideas/{idea}/history"))["items"]
        assert (change["who"], change["from"], change["to"]) == (bob.did, "199.50", "198")
        entry = (await one.get("/feed"))["items"][0]
        assert (entry["type"], entry["who"], entry["position_id"]) == ("changed", bob.did, idea)


async def _resumed(side: Side) -> str:
    """Return all that a page gets which was away since the first message."""
    messages: list[str] = []
    headers = {"Authorization": f"Bearer {side.token}"}
    url = f"{side.url}/api/v1/live?since=0"
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1), side.session.ws_connect(url, headers=headers) as socket:
            while True:
                messages.append(str((await socket.receive()).data))
    assert messages
    return "".join(messages)


async def test_after_a_revocation_nothing_of_it_is_left_with_the_friend(
    pair: tuple[Side, Side],
) -> None:
    alice, bob = pair
    idea = await _share(alice, bob, "commenter", thesis=SECRET)
    said = await bob.post(f"/positions/{idea}/comments", {"text": f"{SECRET} too"})
    await alice.heard("comment_added", id=said["id"])

    await alice.call("DELETE", f"/positions/{idea}/share/{bob.did}", status=204)
    await bob.heard("share_revoked", id=idea, who=alice.did)

    await bob.get(f"/positions/ideas/{idea}", status=404)
    await bob.get(f"/positions/{idea}/comments", status=404)
    for path in ("/feed", "/notifications", "/positions"):
        assert SECRET not in str(await bob.get(path))
    assert all(SECRET not in str(message) for message in bob.live)
    assert SECRET not in await _resumed(bob)
    exported = await bob.planner.reader.run(lambda conn: export.page(conn, None))
    assert SECRET not in str(exported)
    left = b"".join(path.read_bytes() for path in bob.home.glob("planner.db*"))
    assert SECRET.encode() not in left

    async def confirmed() -> bool:
        (share,) = (await alice.get(f"/positions/{idea}/share"))["items"]
        return bool(share["delivery"] == "revoked" and share["receipt"])

    await until(confirmed, "the receipt of the deletion")


async def test_a_friend_is_removed_only_after_what_is_taken_back_is_confirmed(
    pair: tuple[Side, Side],
) -> None:
    alice, bob = pair
    idea = await _share(alice, bob, "viewer")

    asked = await alice.call("DELETE", f"/friends/{bob.did}", status=409)
    assert asked["errors"][0]["where"] == f"/positions/{idea}"
    assert "IBM" in asked["errors"][0]["detail"]
    assert (await alice.get("/friends"))["items"]

    await alice.call("DELETE", f"/friends/{bob.did}?confirm=true", status=204)
    await bob.heard("share_revoked", id=idea)
    assert (await alice.get("/friends"))["items"] == []
    share = {"friend_ids": [bob.did], "role": "viewer"}
    await alice.post(f"/positions/{idea}/share", share, status=422)


async def test_what_a_removed_friend_shared_is_gone_from_here_and_they_know(
    pair: tuple[Side, Side],
) -> None:
    alice, bob = pair
    idea = await _share(alice, bob, "commenter")
    await bob.post(f"/positions/{idea}/comments", {"text": "why?"})

    await bob.call("DELETE", f"/friends/{alice.did}", status=204)

    await bob.get(f"/positions/ideas/{idea}", status=404)
    assert (await bob.get("/positions/ideas"))["items"] == []
    told = [one for one in (await bob.get("/feed"))["items"] if one["position_id"] == idea]
    assert told == []
    await alice.heard("share_revoked", id=idea, did=bob.did)
    await alice.heard("friend_removed", id=bob.did)
    assert (await alice.get(f"/positions/ideas/{idea}"))["id"] == idea


async def test_a_member_leaves(pair: tuple[Side, Side]) -> None:
    alice, bob = pair
    idea = await _share(alice, bob, "commenter")

    await bob.call("DELETE", f"/positions/{idea}/share/{bob.did}", status=204)
    await alice.heard("share_revoked", id=idea, did=bob.did)

    await bob.get(f"/positions/ideas/{idea}", status=404)
    (share,) = (await alice.get(f"/positions/{idea}/share"))["items"]
    assert share["role"] == "none"


async def test_everything_a_friend_can_see_is_one_list(pair: tuple[Side, Side]) -> None:
    alice, bob = pair
    first = await _share(alice, bob, "viewer")
    second = await _share(alice, bob, "commenter", symbol="IBM", amounts=True)

    listed = (await alice.get(f"/shares?did={bob.did}"))["items"]
    names = ("position_id", "symbol", "role", "amounts")
    assert [tuple(one[name] for name in names) for one in listed] == [
        (second, "IBM", "commenter", True),
        (first, IDEA["symbol"], "viewer", False),
    ]
    everybody = (await alice.get("/shares"))["items"]
    assert [one["position_id"] for one in everybody] == [second, first]

    await alice.call("DELETE", f"/positions/{first}/share/{bob.did}")
    assert [one["position_id"] for one in (await alice.get("/shares"))["items"]] == [second]
    assert (await bob.get("/shares"))["items"] == []
    assert (await alice.get(f"/shares?did={alice.did}"))["items"] == []

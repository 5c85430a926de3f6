"""Alice loses her computer: from 24 words and a friend, everything shared comes back."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from federation.net import pulls, recovery
from keys import keystore
from keys.identity import new_words
from portfolio.home import recover
from portfolio.recovering import Inquiry, parse_peer
from portfolio.services.profile import Profile
from portfolio.settings import Settings
from tests.portfolio.desk import IDEA
from tests.portfolio.pair import ANY_PORT, Side, befriend, side, until

WORDS = new_words()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (recovery, pulls):
        monkeypatch.setattr(module, "RECOVERY_SETTLE_S", 0.3)


@pytest.fixture
async def bob(tmp_path: Path) -> AsyncIterator[Side]:
    async with side("Bob", tmp_path) as one:
        yield one


async def _lived(tmp_path: Path, bob: Side) -> tuple[str, str]:
    """Let Alice share an idea with its size, and Bob comment and share one of his own."""
    async with side("Alice", tmp_path, WORDS) as alice:
        await befriend(alice, bob)
        made = await alice.post("/positions/ideas", {**IDEA, "thesis": "mine"})
        share = {"friend_ids": [bob.did], "role": "commenter", "amounts": True}
        await alice.post(f"/positions/ideas/{made['id']}/share", share)
        await bob.heard("position_shared", id=made["id"])
        said = await bob.post(f"/positions/{made['id']}/comments", {"text": "Why now?"})
        await alice.heard("comment_added", id=said["id"])
        his = await bob.post("/positions/ideas", {**IDEA, "symbol": "GOOG"})
        share = {"friend_ids": [alice.did], "role": "viewer", "amounts": False}
        await bob.post(f"/positions/ideas/{his['id']}/share", share)
        await alice.heard("position_shared", id=his["id"])
    return made["id"], his["id"]


async def _anew(tmp_path: Path, inquiry: Inquiry, name: str = "anew") -> Any:
    """Make Alice's home anew from her words, as `init --recover` does."""
    home = tmp_path / name
    url = Settings(home=home, app=ANY_PORT, federation=ANY_PORT).database_url
    return await asyncio.to_thread(
        lambda: recover(
            home,
            url,
            WORDS,
            Profile("Alice"),
            passphrase=None,
            inquiry=inquiry,
            now=datetime.now(UTC),
        )
    )


async def _invite(bob: Side) -> str:
    return str((await bob.post("/friends/invites", {}))["invite"])


async def test_from_words_and_a_friend_everything_shared_comes_back(
    tmp_path: Path, bob: Side
) -> None:
    hers, his = await _lived(tmp_path, bob)
    old = shutil.move(tmp_path / "alice", tmp_path / "stolen")
    inquiry = Inquiry(peers=(parse_peer(await _invite(bob)),))

    heard = await _anew(tmp_path, inquiry)

    assert heard.answers == 1
    async with AsyncExitStack() as stack:
        alice = await stack.enter_async_context(side("anew", tmp_path))
        for idea in (hers, his):
            await alice.heard("position_shared", id=idea)

        async def complete() -> bool:
            idea = await alice.get(f"/positions/ideas/{hers}")
            comments = (await alice.get(f"/positions/{hers}/comments"))["items"]
            return bool(idea.get("size") == "61" and comments)

        await until(complete, "the size and the comment")
        idea = await alice.get(f"/positions/ideas/{hers}")
        assert (idea["thesis"], idea["role"]) == ("mine", "owner")
        assert (await alice.get(f"/positions/ideas/{his}"))["symbol"] == "GOOG"
        (share,) = (await alice.get(f"/positions/{hers}/share"))["items"]
        assert (share["did"], share["role"], share["amounts"]) == (bob.did, "commenter", True)
        notified = [one["type"] for one in (await bob.get("/notifications"))["items"]]
        assert "friend_new_device" in notified
        reply = await alice.post(f"/positions/{hers}/comments", {"text": "I am back."})
        await bob.heard("comment_added", id=reply["id"])

        thief = await stack.enter_async_context(side(Path(old).name, tmp_path))
        body = {"text": "by the thief"}
        await thief.post(f"/positions/{hers}/comments", body)

        async def replaced() -> bool:
            return "replaced" in str(await thief.get("/notifications"))

        await until(replaced, "the lost device to hear that it was replaced")
        assert (await thief.get("/details"))["identity"]["replaced"]
        assert not (await alice.get("/details"))["identity"]["replaced"]
        for one in (alice, bob):
            assert "by the thief" not in str(await one.get(f"/positions/{hers}/comments"))


async def test_a_friend_who_knows_a_higher_number_is_heard_while_the_words_are_there(
    tmp_path: Path, bob: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _lived(tmp_path, bob)
    before = keystore.load_identity(tmp_path / "alice")
    monkeypatch.setattr("portfolio.home.next_number", lambda _now, highest: max(1, highest + 1))
    text = await _invite(bob)
    actor = (await bob.get("/me"))["actor"]

    for name, peer in (("by-invite", text), ("by-url", actor)):
        inquiry = Inquiry(peers=(parse_peer(peer),))
        heard = await _anew(tmp_path, inquiry, name)

        assert heard.newest is not None
        assert heard.newest.number == before.number
        made = keystore.load_identity(tmp_path / name)
        assert made.number > before.number
        assert set(before.devices) == set(made.retired)


async def test_who_is_away_is_not_waited_for(tmp_path: Path, bob: Side) -> None:
    peer = parse_peer(f"http://127.0.0.1:9/u/{bob.did}/actor")

    heard = await _anew(tmp_path, Inquiry(("http://127.0.0.1:9",), (peer,)))

    assert (heard.answers, heard.newest, heard.met) == (0, None, ())
    assert keystore.load_identity(tmp_path / "anew").retired == ()

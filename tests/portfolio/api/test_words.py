"""Checking recovery words, and what stands behind the screens of a planner without friends."""

from pathlib import Path
from typing import Any

import pytest

from keys.identity import IdentityKey, new_words


@pytest.fixture
def mine(stand: Any) -> str:
    """The words of the person of this stand."""
    words = new_words()
    with IdentityKey.from_words(words) as identity:
        stand.me.did = identity.did
    return words


async def _try(stand: Any, words: str) -> Any:
    return await stand.call("POST", "/me/words", json={"words": words})


async def test_the_right_words_are_right_however_they_are_typed(stand: Any, mine: str) -> None:
    for typed in (mine, f"  {mine.upper().replace(' ', '  ')} "):
        answer = await _try(stand, typed)

        assert answer.status == 200
        assert await answer.json() == {"right": True}


async def test_other_words_are_not(stand: Any, mine: str) -> None:
    first, _, rest = mine.partition(" ")
    for typed in (new_words(), f"{rest} {first}", rest, "no words at all"):
        assert await (await _try(stand, typed)).json() == {"right": False}


async def test_a_sixth_try_in_a_minute_waits(stand: Any, problem: Any, mine: str) -> None:
    for _ in range(5):
        assert (await _try(stand, new_words())).status == 200

    refused = await _try(stand, mine)
    stand.clock.advance(seconds=int(refused.headers["Retry-After"]))
    later = await _try(stand, mine)

    assert refused.status == 429
    assert await problem(refused) == "too-many"
    assert await later.json() == {"right": True}


async def test_words_leave_no_trace(stand: Any, mine: str, tmp_path: Path, capsys: Any) -> None:
    await stand.call(
        "POST", "/me/words", json={"words": mine}, headers={"Idempotency-Key": "words"}
    )
    wrong = await stand.call("POST", "/me/words", json={"words": [mine]})

    assert wrong.status == 422
    said = await wrong.text() + "".join(capsys.readouterr())
    assert mine not in said
    assert mine.encode() not in _on_disk(tmp_path)


def _on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("planner.db*"))


async def test_the_details_tell_of_this_device(stand: Any) -> None:
    answer = await stand.call("GET", "/details")

    assert answer.status == 200, await answer.text()
    found = await answer.json()
    device = stand.me.device.multibase
    assert found["identity"] == {
        "number": 1,
        "devices": [{"key": device, "this": True}, {"key": "z6MkOther", "this": False}],
        "replaced": False,
        "retired": [],
    }
    assert (found["positions"], found["endpoints"]) == ([], [])
    assert found["listeners"] == {"app": "", "federation": None}

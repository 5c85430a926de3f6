"""How the person likes the page is kept; what no page knows is refused."""

from typing import Any

import pytest


async def test_the_page_remembers_colour_first_steps_and_checklist(stand: Any) -> None:
    before = await (await stand.call("GET", "/settings")).json()
    assert (before["welcomed"], before["checklist"]) == (False, True)

    changes = {"colour": "teal", "welcomed": True, "checklist": False}
    await stand.call("PATCH", "/settings", json=changes)

    after = await (await stand.call("GET", "/settings")).json()
    assert after == {**before, **changes}


async def test_others_may_be_sent_through_the_owner_only(stand: Any) -> None:
    before = await (await stand.call("GET", "/settings")).json()
    assert before["through_owner"] is False

    answer = await stand.call("PATCH", "/settings", json={"through_owner": True})

    assert (await answer.json())["through_owner"] is True


async def test_null_puts_the_usual_back(stand: Any) -> None:
    before = await (await stand.call("GET", "/settings")).json()
    await stand.call("PATCH", "/settings", json={"colour": "rose", "theme": "dark"})

    answer = await stand.call("PATCH", "/settings", json={"colour": None, "theme": None})

    assert await answer.json() == before


@pytest.mark.parametrize(
    "wrong", [{"colour": "chartreuse"}, {"welcomed": "yes"}, {"theme": "sepia"}, {"secret": 1}]
)
async def test_what_no_page_knows_is_refused(stand: Any, problem: Any, wrong: Any) -> None:
    answer = await stand.call("PATCH", "/settings", json=wrong)

    assert await problem(answer) == "invalid"


async def test_to_be_found_nearby_ends_by_itself_after_ten_minutes(stand: Any) -> None:
    async def nearby() -> bool:
        found: bool = (await (await stand.call("GET", "/settings")).json())["nearby"]
        return found

    assert not await nearby()
    await stand.call("PATCH", "/settings", json={"nearby": True})
    assert await nearby()
    stand.clock.advance(minutes=9)
    await stand.call("PATCH", "/settings", json={"theme": "dark"})
    assert await nearby()
    stand.clock.advance(minutes=1)
    assert not await nearby()  # another setting did not make it longer
    await stand.call("PATCH", "/settings", json={"nearby": True})
    assert await nearby()

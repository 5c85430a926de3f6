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

"""Guests over HTTP, on a planner without a network."""

from typing import Any

IDEA = {"symbol": "IBM", "side": "long", "currency": "USD"}


async def test_an_idea_has_no_guests_at_first(stand: Any) -> None:
    made = await (await stand.call("POST", "/positions/ideas", json=IDEA)).json()

    listed = await stand.call("GET", f"/positions/ideas/{made['id']}/guests")

    assert await listed.json() == {"items": [], "next": None}


async def test_without_a_network_nobody_can_be_a_guest(stand: Any, problem: Any) -> None:
    made = await (await stand.call("POST", "/positions/ideas", json=IDEA)).json()
    path = f"/positions/ideas/{made['id']}/guests"

    refused = await stand.call("POST", path, json={"actor": "@bob@social.example"})
    nobody = await stand.call("DELETE", f"{path}/1")

    assert (refused.status, nobody.status) == (409, 404)
    assert await problem(refused) == "conflict"


async def test_what_is_no_address_of_an_actor_is_refused(stand: Any) -> None:
    made = await (await stand.call("POST", "/positions/ideas", json=IDEA)).json()
    path = f"/positions/ideas/{made['id']}/guests"

    for actor in ("bob", "ftp://social.example/bob", "@bob", "a b@c", ""):
        assert (await stand.call("POST", path, json={"actor": actor})).status == 422


async def test_an_idea_that_is_not_there_has_no_guests(stand: Any) -> None:
    path = "/positions/ideas/01JD0000000000000000000000/guests"

    assert (await stand.call("GET", path)).status == 404
    assert (await stand.call("POST", path, json={"actor": "@bob@social.example"})).status == 404

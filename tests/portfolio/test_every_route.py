"""Every route of the API, asked by a member, by a former member and by somebody who never was one.

The routes come from the description itself, so a new one is asked as soon as it is there.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from portfolio.storage import positions
from tests.portfolio.pair import Side, circle, until

NOWHERE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
SECRETS = ("61739", "7193", "186.3017", "Depot-84213")
IDEA = {
    "symbol": "IBM", "side": "long", "entry": "100", "stop": "95", "targets": ["110"],
    "currency": "USD", "state": "watching", "size": "61739", "account": "Depot-84213",
}  # fmt: skip
HOLDING = {
    "kind": "holding", "symbol": "IBM", "quantity": "7193", "price": "186.3017",
    "currency": "USD", "date": "2013-01-02", "account": "Depot-84213",
}  # fmt: skip
NOT_OF_OTHERS = ("/session", "/tokens", "/friends", "/nearby", "/live")  # one's own planner's
Call = tuple[str, str, Any]
Answer = tuple[int, str]


def calls(spec: Mapping[str, Any], names: Mapping[str, str], thing: str) -> Iterator[Call]:
    """Return a call of every route that names something, with the id of a thing in its place."""
    for path, operations in spec["paths"].items():
        short = path.removeprefix("/api/v1")
        if "{" not in short or short.startswith(NOT_OF_OTHERS):
            continue
        put = {one: names.get(one, thing) for one in re.findall(r"{(\w+)}", short)}
        filled = short.format(**put)
        for method in ("get", "post", "put", "patch", "delete"):
            if method in operations:
                yield method.upper(), filled, body_of(method, filled, names["friend"])


def body_of(method: str, path: str, friend: str) -> Any:
    """Return a body that the route would take."""
    if method in {"get", "delete"}:
        return None
    if "/share" in path:
        shared = {"role": "editor"}
        return shared if method == "put" else {**shared, "friend_ids": [friend]}
    for part, body in (("/comments", {"text": "x"}), ("/transition", {"to": "closed"})):
        if part in path:
            return body
    return {"stop": "1"} if "/ideas" in path else {}


async def asked(side: Side, call: Call, thing: str) -> Answer:
    """Make a call; return status and text, with the id of the thing taken out."""
    method, path, body = call
    headers = {"Authorization": f"Bearer {side.token}"}
    url = f"{side.url}/api/v1{path}"
    async with side.session.request(method, url, json=body, headers=headers) as answer:
        return answer.status, (await answer.text()).replace(thing, NOWHERE)


async def all_asked(
    side: Side, spec: Mapping[str, Any], names: Mapping[str, str], thing: str
) -> dict[tuple[str, str], Answer]:
    """Make every call; return the answers by method and path, the thing's id taken out."""
    return {
        (call[0], call[1].replace(thing, NOWHERE)): await asked(side, call, thing)
        for call in calls(spec, names, thing)
    }


async def _there(side: Side, position: str) -> bool:
    found = await side.planner.reader.run(lambda conn: positions.get(conn, position))
    return found is not None


async def _gone(side: Side, position: str) -> bool:
    return not await _there(side, position)


@pytest.mark.timeout(240)
async def test_no_route_tells_who_is_no_member_that_there_is_something(tmp_path: Path) -> None:
    async with circle(tmp_path, "Alice", "Bob", "Carol") as (alice, bob, carol):
        spec = await alice.get("/openapi.json")
        idea = (await alice.post("/positions/ideas", IDEA))["id"]
        holding = (await alice.post("/positions", HOLDING))["id"]
        said = (await alice.post(f"/positions/{idea}/comments", {"text": "hi"}))["id"]
        account = (await alice.get("/accounts"))["items"][0]["id"]
        row = (await alice.get("/transactions"))["items"][0]["id"]
        for one in (idea, holding):
            await alice.post(f"/positions/{one}/share", {"friend_ids": [bob.did]})
            await until(partial(_there, bob, one), "the position")
        names = {
            "did": alice.did, "friend": carol.did, "comment_id": said,
            "digest": "u" + "A" * 46, "guest_id": NOWHERE,
        }  # fmt: skip

        nothing = {side.name: await all_asked(side, spec, names, NOWHERE) for side in (bob, carol)}
        for thing in (idea, holding, account, row):
            assert await all_asked(carol, spec, names, thing) == nothing["Carol"]
        for thing in (account, row):  # what a member of something else must not find either
            assert await all_asked(bob, spec, names, thing) == nothing["Bob"]
        of_member = {one: await all_asked(bob, spec, names, one) for one in (idea, holding)}

        for one in (idea, holding):
            await alice.call("DELETE", f"/positions/{one}/share/{bob.did}")
            await until(partial(_gone, bob, one), "the position to go")
            assert await all_asked(bob, spec, names, one) == nothing["Bob"]

    assert len(nothing["Bob"]) > 30
    for answers in (*of_member.values(), *nothing.values()):
        for call, (status, text) in answers.items():
            assert status < 500, (call, text)
            assert not [secret for secret in SECRETS if secret in text], call
    for thing, answers in of_member.items():
        changed = {call for call, (status, _) in answers.items() if status < 300}
        allowed = {call for call in changed if call[0] == "GET" or call[1].endswith("/copy")}
        assert changed == allowed, (thing, changed - allowed)


async def test_each_role_may_do_what_it_says_and_no_more(tmp_path: Path) -> None:
    async with circle(tmp_path, "Alice", "Bob", "Carol") as (alice, bob, carol):
        idea = (await alice.post("/positions/ideas", IDEA))["id"]
        path = f"/positions/{idea}"
        await alice.post(f"{path}/share", {"friend_ids": [bob.did]})
        await until(partial(_there, bob, idea), "the idea")
        did: dict[str, dict[str, int]] = {}
        for number, role in enumerate(("commenter", "editor", "viewer", "commenter")):
            await alice.call("PUT", f"{path}/share/{bob.did}", {"role": role})
            await until(partial(_has_role, bob, path, role), role)
            did[f"{number} {role}"] = {
                name: (await asked(bob, call, NOWHERE))[0]
                for name, call in {
                    "comment": ("POST", f"{path}/comments", {"text": "mine"}),
                    "edit": ("PATCH", f"/positions/ideas/{idea}", {"stop": f"9{number}"}),
                    "amounts": ("PATCH", f"/positions/ideas/{idea}", {"size": "3"}),
                    "grant": ("POST", f"{path}/share", {"friend_ids": [carol.did]}),
                    "raise": ("PUT", f"{path}/share/{bob.did}", {"role": "editor"}),
                    "revoke": ("DELETE", f"{path}/share/{alice.did}", None),
                    "delete": ("DELETE", f"/positions/ideas/{idea}", None),
                }.items()
            }
        members = (await alice.get(f"{path}/share"))["items"]
        seen = orjson.dumps(await bob.get(path)) + orjson.dumps(bob.live)

    never = dict.fromkeys(("amounts", "grant", "raise", "revoke", "delete"), 403)
    assert did == {
        "0 commenter": {"comment": 201, "edit": 403, **never},
        "1 editor": {"comment": 201, "edit": 200, **never},
        "2 viewer": {"comment": 403, "edit": 403, **never},
        "3 commenter": {"comment": 201, "edit": 403, **never},
    }
    assert [(one["did"], one["role"]) for one in members] == [(bob.did, "commenter")]
    assert not [secret for secret in SECRETS if secret.encode() in seen]


async def _has_role(side: Side, path: str, role: str) -> bool:
    return bool((await side.get(path))["role"] == role)

"""Lists read one item at a time, each by the cursor of the last, hold all and in their order."""

from typing import Any

import pytest

NAMES = ("", ".", "3.5 %", "Depot Ä & B", "a.b.c", "x" * 80, "=?+/")
TRADE = {"kind": "buy", "currency": "USD", "quantity": "1", "price": "10"}
IDEA = {"side": "long", "currency": "USD", "entry": "20", "stop": "10"}


async def _walk(stand: Any, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    query = {"limit": "1"}
    while True:
        answer = await stand.call("GET", path, params=query)
        assert answer.status == 200, await answer.text()
        body = await answer.json()
        found += body["items"]
        assert len(found) <= 50
        if body["next"] is None:
            return found
        query["cursor"] = body["next"]


async def _made(stand: Any, path: str, body: dict[str, Any]) -> None:
    answer = await stand.call("POST", path, json=body)
    assert answer.status == 201, await answer.text()


async def test_accounts_whatever_they_are_called(stand: Any) -> None:
    for name in NAMES:
        await _made(stand, "/accounts", {"name": name, "currency": "USD", "kind": "broker"})

    whole = (await (await stand.call("GET", "/accounts")).json())["items"]

    assert {account["name"] for account in whole} >= set(NAMES)
    assert await _walk(stand, "/accounts") == whole


@pytest.mark.parametrize(
    "path", ["/transactions", "/positions", "/positions/ideas", "/instruments", "/lots", "/feed"]
)
async def test_every_other_list(stand: Any, path: str) -> None:
    for number, symbol in enumerate(("IBM", "AAPL", "MSFT")):
        for day in ("2013-01-04", "2013-01-04", "2013-02-01"):
            await _made(stand, "/transactions", {**TRADE, "symbol": symbol, "date": day})
        for _ in range(number + 1):
            await _made(stand, "/positions/ideas", {**IDEA, "symbol": symbol})

    whole = (await (await stand.call("GET", path)).json())["items"]

    assert path == "/feed" or len(whole) >= 3
    assert await _walk(stand, path) == whole


@pytest.mark.parametrize(
    ("path", "cursor"),
    [
        ("/accounts", "no-dot"),
        ("/transactions", "2013-01-04"),
        ("/positions", "17"),
        ("/positions/ideas", "WyJ4Il0"),
        ("/feed", "-1"),
        ("/instruments", "1e3"),
    ],
)
async def test_what_is_no_place_in_a_list_is_400(
    stand: Any, problem: Any, path: str, cursor: str
) -> None:
    answer = await stand.call("GET", path, params={"cursor": cursor})

    assert (answer.status, await problem(answer)) == (400, "bad-query")

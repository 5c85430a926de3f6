"""Whatever was written can be taken back, until something came on top of it."""

from typing import Any

import pytest

BUY: dict[str, Any] = {
    "kind": "buy",
    "symbol": "IBM",
    "currency": "USD",
    "date": "2012-01-03",
    "quantity": "10.0",
    "price": "186.30",
    "tags": ["core"],
}
IDEA: dict[str, Any] = {
    "symbol": "IBM",
    "side": "long",
    "entry": "206.50",
    "stop": "199.50",
    "targets": ["215.00"],
    "size": "61",
    "thesis": "As it was.",
}


async def _items(stand: Any, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await (await stand.call("GET", path)).json())["items"]
    return found


async def _undo(stand: Any, answer: Any) -> Any:
    return await stand.call("POST", f"/undo/{answer.headers['Undo']}")


@pytest.mark.parametrize(
    ("method", "body"),
    [("PATCH", {"quantity": "4", "note": "less"}), ("DELETE", None)],
)
async def test_a_transaction_comes_back_as_it_was(stand: Any, method: str, body: Any) -> None:
    made = await (await stand.call("POST", "/transactions", json=BUY)).json()
    path = f"/transactions/{made['id']}"

    undone = await _undo(stand, await stand.call(method, path, json=body))

    again = await (await stand.call("GET", path)).json()
    (held,) = await _items(stand, "/positions")
    unlike = {"position_id", "updated"} if method == "DELETE" else {"updated"}
    assert (undone.status, (await undone.json())["had"]) == (200, [])
    assert {k: v for k, v in again.items() if k not in unlike} == {
        k: v for k, v in made.items() if k not in unlike
    }
    assert held["quantity"] == "10"


async def test_a_new_transaction_is_taken_back_and_the_undo_of_that_too(stand: Any) -> None:
    written = await stand.call("POST", "/transactions", json=BUY)

    undone = await _undo(stand, written)
    none = await _items(stand, "/transactions")
    await _undo(stand, undone)

    assert none == []
    assert [row["tags"] for row in await _items(stand, "/transactions")] == [["core"]]


async def test_a_bulk_change_is_undone_at_once(stand: Any) -> None:
    ids = [
        (await (await stand.call("POST", "/transactions", json=BUY)).json())["id"]
        for _ in range(3)
    ]
    deleted = await stand.call("POST", "/transactions/bulk", json={"ids": ids, "delete": True})

    undone = await _undo(stand, deleted)

    assert (await undone.json())["undone"] == "3 transactions removed"
    assert {row["id"] for row in await _items(stand, "/transactions")} == set(ids)


async def test_what_was_changed_again_is_not_undone(stand: Any, problem: Any) -> None:
    written = await stand.call("POST", "/transactions", json=BUY)
    path = f"/transactions/{(await written.json())['id']}"
    await stand.call("PATCH", path, json={"note": "later"})

    refused = await _undo(stand, written)

    assert (refused.status, await problem(refused)) == (409, "overtaken")
    assert len(await _items(stand, "/transactions")) == 1


async def test_what_later_rows_need_is_not_undone(stand: Any, problem: Any) -> None:
    bought = await stand.call("POST", "/transactions", json=BUY)
    await stand.call("POST", "/transactions", json={**BUY, "kind": "sell", "date": "2012-02-01"})

    refused = await _undo(stand, bought)

    assert (refused.status, await problem(refused)) == (422, "rule")


async def test_undone_once_is_undone(stand: Any, problem: Any) -> None:
    written = await stand.call("POST", "/transactions", json=BUY)
    await _undo(stand, written)

    twice = await _undo(stand, written)
    unknown = await stand.call("POST", f"/undo/{'0' * 26}")

    assert (twice.status, await problem(twice)) == (410, "gone")
    assert unknown.status == 404


async def test_the_last_writes_are_listed(stand: Any) -> None:
    await stand.call("POST", "/transactions", json=BUY)
    written = await stand.call("POST", "/accounts", json={"name": "New", "currency": "EUR"})
    await _undo(stand, written)

    listed = await _items(stand, "/undo")

    assert [(one["action"], one["undone"], one["had"]) for one in listed] == [
        ("account.closed", False, []),
        ("account.opened", True, []),
        ("transactions.added", False, []),
    ]


async def test_accounts_and_instruments_go_back(stand: Any) -> None:
    opened = await stand.call("POST", "/accounts", json={"name": "A", "currency": "EUR"})
    path = f"/accounts/{(await opened.json())['id']}"
    renamed = await stand.call("PATCH", path, json={"name": "B", "method": "lifo"})
    overtaken = await _undo(stand, opened)
    await _undo(stand, renamed)
    back = await (await stand.call("GET", path)).json()
    closed = await stand.call("DELETE", path)
    await _undo(stand, closed)
    tagged = await stand.call("PATCH", "/instruments/IBM", json={"tags": ["x"]})
    await _undo(stand, tagged)

    assert overtaken.status == 409
    assert (back["name"], back["method"]) == ("A", None)
    assert [one["name"] for one in await _items(stand, "/accounts")] == ["A"]
    assert (await (await stand.call("GET", "/instruments/IBM")).json())["tags"] == []


async def test_an_idea_goes_back_step_by_step(stand: Any) -> None:
    written = await stand.call("POST", "/positions/ideas", json=IDEA)
    path = f"/positions/ideas/{(await written.json())['id']}"
    moved = await stand.call("POST", f"{path}/transition", json={"to": "watching"})
    changed = await stand.call("PATCH", path, json={"thesis": "New.", "size": "1"})

    overtaken = await _undo(stand, written)
    await _undo(stand, changed)
    await _undo(stand, moved)

    idea = await (await stand.call("GET", path)).json()
    assert overtaken.status == 409
    assert (idea["thesis"], idea["size"], idea["state"]) == ("As it was.", "61", "draft")


async def test_a_closed_idea_can_be_open_again_by_undoing_that(stand: Any) -> None:
    made = await (await stand.call("POST", "/positions/ideas", json=IDEA)).json()
    path = f"/positions/ideas/{made['id']}"
    for state in ("watching", "ready", "open"):
        await stand.call("POST", f"{path}/transition", json={"to": state})
    closed = await stand.call("POST", f"{path}/transition", json={"to": "closed"})

    assert (await _undo(stand, closed)).status == 200
    assert (await (await stand.call("GET", path)).json())["state"] == "open"


async def test_a_deleted_idea_is_written_again_with_my_comments(stand: Any) -> None:
    made = await (await stand.call("POST", "/positions/ideas", json=IDEA)).json()
    await stand.call("POST", f"/positions/{made['id']}/comments", json={"text": "Mine"})
    deleted = await stand.call("DELETE", f"/positions/ideas/{made['id']}")

    await _undo(stand, deleted)

    (idea,) = await _items(stand, "/positions/ideas")
    (comment,) = await _items(stand, f"/positions/{idea['id']}/comments")
    assert (idea["thesis"], idea["size"], comment["text"]) == ("As it was.", "61", "Mine")


async def test_comments_go_back(stand: Any) -> None:
    made = await (await stand.call("POST", "/positions/ideas", json=IDEA)).json()
    path = f"/positions/{made['id']}/comments"
    added = await stand.call("POST", path, json={"text": "One"})
    comment = f"{path}/{(await added.json())['id']}"
    edited = await stand.call("PATCH", comment, json={"text": "Two"})
    overtaken = await _undo(stand, added)
    await _undo(stand, edited)
    first = await (await stand.call("GET", comment)).json()
    deleted = await stand.call("DELETE", comment)
    again = await _undo(stand, deleted)
    texts = [one["text"] for one in await _items(stand, path)]
    await _undo(stand, again)

    assert overtaken.status == 409
    assert (first["text"], texts) == ("One", ["One"])
    assert await _items(stand, path) == []


async def test_settings_go_back(stand: Any) -> None:
    changed = await stand.call("PATCH", "/settings", json={"currency": "EUR", "theme": "dark"})
    await _undo(stand, changed)

    found = await (await stand.call("GET", "/settings")).json()
    assert (found["currency"], found["theme"]) == ("USD", "system")

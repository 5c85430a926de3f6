"""Ideas, comments, holdings and the rest over HTTP, for a person without friends."""

from typing import Any

import pytest

IDEA: dict[str, Any] = {
    "symbol": "IBM",
    "side": "long",
    "entry": "206.50",
    "stop": "199.50",
    "targets": ["215.00"],
    "size": "60",
    "currency": "USD",
    "thesis": "Above February, there is only October.",
}
MERGE = {"Content-Type": "application/merge-patch+json"}


async def _make(stand: Any, **change: Any) -> dict[str, Any]:
    answer = await stand.call("POST", "/positions/ideas", json={**IDEA, **change})
    assert answer.status == 201, await answer.text()
    made: dict[str, Any] = await answer.json()
    assert answer.headers["Location"] == f"/api/v1/positions/ideas/{made['id']}"
    return made


async def test_an_idea_is_answered_as_entered_with_its_figures(stand: Any) -> None:
    made = await _make(stand, entry="206.500")

    answer = await stand.call("GET", f"/positions/ideas/{made['id']}")

    found = await answer.json()
    assert found == made
    assert found["entry"] == "206.500"
    assert found["role"] == "owner"
    assert found["complete"] == {"known": 0, "missing": 0, "unknown": 0, "forked": []}
    assert found["figures"]["risk_per_unit"] == "7"
    assert found["figures"]["risk_amount"] == "420"
    assert answer.headers["ETag"]


async def test_a_stop_on_the_wrong_side_is_a_problem_of_its_field(
    stand: Any, problem: Any
) -> None:
    wrong = {**IDEA, "side": "short", "entry": "50", "stop": "48", "targets": ["44"]}

    answer = await stand.call("POST", "/positions/ideas", json=wrong)

    assert answer.status == 422
    assert await problem(answer) == "rule"
    body = await answer.json(content_type=None)
    assert body["detail"] == "For a short, the stop must be above the entry"
    assert body["errors"][0]["where"] == "/stop"


@pytest.mark.parametrize(
    "change",
    [
        {"entry": 206.5},
        {"entry": "1e3"},
        {"targets": "215"},
        {"side": "up"},
        {"symbol": None},
        {"unknown": 1},
    ],
)
async def test_an_idea_of_the_wrong_form_is_refused(
    stand: Any, problem: Any, change: dict[str, Any]
) -> None:
    answer = await stand.call("POST", "/positions/ideas", json={**IDEA, **change})

    assert answer.status == 422
    assert await problem(answer) == "invalid"


async def test_a_merge_patch_changes_what_it_names(stand: Any) -> None:
    made = await _make(stand)

    answer = await stand.call(
        "PATCH",
        f"/positions/ideas/{made['id']}",
        json={"stop": "198", "thesis": None},
        headers=MERGE,
    )

    assert answer.status == 200
    patched = await answer.json()
    assert (patched["stop"], patched["thesis"], patched["size"]) == ("198", "", "60")


async def test_a_change_over_a_stale_version_is_refused(stand: Any, problem: Any) -> None:
    made = await _make(stand)
    path = f"/positions/ideas/{made['id']}"
    stale = (await stand.call("GET", path)).headers["ETag"]
    fresh = await stand.call("PATCH", path, json={"stop": "198"}, headers={"If-Match": stale})

    late = await stand.call("PATCH", path, json={"stop": "197"}, headers={"If-Match": stale})
    current = fresh.headers["ETag"]
    again = await stand.call(
        "PUT", path, json={**IDEA, "stop": "197"}, headers={"If-Match": current}
    )

    assert (fresh.status, late.status, again.status) == (200, 412, 200)
    assert await problem(late) == "changed-meanwhile"


async def test_states_change_by_the_rules(stand: Any, problem: Any) -> None:
    made = await _make(stand)
    path = f"/positions/ideas/{made['id']}/transition"

    wrong = await stand.call("POST", path, json={"to": "open"})
    right = await stand.call("POST", path, json={"to": "ready"})

    assert (wrong.status, right.status) == (409, 200)
    assert await problem(wrong) == "conflict"
    assert (await right.json())["state"] == "ready"


async def test_the_history_tells_from_what_to_what(stand: Any) -> None:
    made = await _make(stand)
    path = f"/positions/ideas/{made['id']}"
    await stand.call("PATCH", path, json={"stop": "198"})

    answer = await stand.call("GET", f"{path}/history")

    (change,) = (await answer.json())["items"]
    assert (change["field"], change["from"], change["to"]) == ("stop", "199.50", "198")


async def test_lists_go_page_by_page_the_newest_first(stand: Any) -> None:
    made = []
    for _ in range(5):
        stand.clock.advance(seconds=1)
        made.append((await _make(stand))["id"])
    found: list[str] = []
    cursor = ""

    while True:
        answer = await stand.call("GET", f"/positions?kind=idea&limit=2{cursor}")
        body = await answer.json()
        found += [item["id"] for item in body["items"]]
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"

    assert found == made[::-1]


async def test_a_deleted_idea_is_not_found_again(stand: Any, problem: Any) -> None:
    made = await _make(stand)
    path = f"/positions/ideas/{made['id']}"

    gone = await stand.call("DELETE", path)
    again = await stand.call("DELETE", path)

    assert (gone.status, again.status) == (204, 404)
    assert await problem(again) == "not-found"


async def test_a_post_repeated_with_its_key_has_its_effect_once(stand: Any) -> None:
    made = await _make(stand)
    path = f"/positions/{made['id']}/comments"
    key = {"Idempotency-Key": "c-1"}

    first = await stand.call("POST", path, json={"text": "once"}, headers=key)
    second = await stand.call("POST", path, json={"text": "once"}, headers=key)

    assert (first.status, second.status) == (201, 201)
    assert await first.json() == await second.json()
    listed = await (await stand.call("GET", path)).json()
    assert len(listed["items"]) == 1


async def test_comments_are_added_answered_edited_and_deleted(stand: Any, problem: Any) -> None:
    made = await _make(stand)
    path = f"/positions/{made['id']}/comments"
    first = await (await stand.call("POST", path, json={"text": "one"})).json()
    reply = await (
        await stand.call("POST", path, json={"text": "two", "reply_to": first["id"]})
    ).json()

    edited = await stand.call("PATCH", f"{path}/{first['id']}", json={"text": "one, edited"})
    deleted = await stand.call("DELETE", f"{path}/{reply['id']}")
    lost = await stand.call("POST", path, json={"text": "x", "reply_to": reply["id"]})

    assert (edited.status, deleted.status, lost.status) == (200, 204, 422)
    (left,) = (await (await stand.call("GET", path)).json())["items"]
    assert set(left) == {"id", "author", "text", "created", "edited", "reply_to"}
    assert (left["text"], left["reply_to"]) == ("one, edited", None)
    assert left["edited"] is not None
    assert await problem(lost) == "rule"


async def test_a_reply_goes_on_naming_a_comment_that_was_deleted(stand: Any) -> None:
    made = await _make(stand)
    path = f"/positions/{made['id']}/comments"
    first = await (await stand.call("POST", path, json={"text": "one"})).json()
    await stand.call("POST", path, json={"text": "two", "reply_to": first["id"]})

    await stand.call("DELETE", f"{path}/{first['id']}")

    (left,) = (await (await stand.call("GET", path)).json())["items"]
    assert (left["text"], left["reply_to"]) == ("two", first["id"])
    assert (await stand.call("GET", f"{path}/{first['id']}")).status == 404


async def test_a_repetition_of_what_was_deleted_meanwhile_is_told_it_is_gone(stand: Any) -> None:
    made = await _make(stand)
    path = f"/positions/{made['id']}/comments"
    key = {"Idempotency-Key": "c-2"}
    said = await (await stand.call("POST", path, json={"text": "once"}, headers=key)).json()
    await stand.call("DELETE", f"{path}/{said['id']}")

    again = await stand.call("POST", path, json={"text": "once"}, headers=key)

    assert again.status == 410
    assert "once" not in await again.text()


@pytest.mark.parametrize("text", ["", " \n\t "])
async def test_a_comment_without_text_is_refused(stand: Any, text: str) -> None:
    made = await _make(stand)

    answer = await stand.call("POST", f"/positions/{made['id']}/comments", json={"text": text})

    assert answer.status == 422


async def test_a_posted_holding_is_a_transaction_and_answered_as_what_is_held(
    stand: Any,
) -> None:
    posted = await stand.call(
        "POST",
        "/positions",
        json={
            "kind": "holding",
            "symbol": "IBM",
            "quantity": "10",
            "price": "186.30",
            "currency": "USD",
            "date": "2012-01-03",
            "fee": "9.95",
        },
    )

    assert posted.status == 201, await posted.text()
    held = await posted.json()
    assert (held["quantity"], held["cost"], held["average_price"]) == ("10", "1872.95", "186.3")
    assert held["price_source"]
    assert held["price_age_days"] > 1000
    (row,) = (await (await stand.call("GET", "/transactions")).json())["items"]
    assert (row["kind"], row["price"], row["position_id"]) == ("buy", "186.30", held["id"])
    both = await (await stand.call("GET", f"/positions/{held['id']}")).json()
    assert both == held


async def test_selling_more_than_is_held_says_how_much_there_is(stand: Any, problem: Any) -> None:
    sale = {
        "kind": "sell",
        "symbol": "IBM",
        "currency": "USD",
        "date": "2012-01-03",
        "quantity": "1",
        "price": "186.30",
    }

    answer = await stand.call("POST", "/transactions", json=sale)

    assert answer.status == 422
    assert await problem(answer) == "rule"
    assert "0 IBM are held" in (await answer.json(content_type=None))["detail"]


async def test_a_transaction_is_changed_and_deleted(stand: Any) -> None:
    buy = {
        "kind": "buy",
        "symbol": "IBM",
        "currency": "USD",
        "date": "2012-01-03",
        "quantity": "10",
        "price": "186.30",
    }
    made = await (await stand.call("POST", "/transactions", json=buy)).json()
    path = f"/transactions/{made['id']}"

    changed = await stand.call("PATCH", path, json={"quantity": "12.0", "fee": "1.00"})
    gone = await stand.call("DELETE", path)

    assert changed.status == 200
    assert (await changed.json())["quantity"] == "12.0"
    assert gone.status == 204
    assert (await (await stand.call("GET", "/positions")).json())["items"] == []


async def test_prices_say_how_old_they_are_and_where_from(stand: Any) -> None:
    answer = await stand.call("GET", "/instruments/AAPL/prices?start=2005-02-25&end=2005-02-28")

    found = await answer.json()
    assert [bar["date"] for bar in found["items"]] == ["2005-02-25", "2005-02-28"]
    assert found["events"][0]["kind"] == "split"
    assert found["source"]
    assert found["age_days"] > 5000
    assert (await stand.call("GET", "/instruments/NONE/prices")).status == 404


async def test_the_sample_comes_and_goes(stand: Any) -> None:
    before = await (await stand.call("GET", "/sample")).json()
    loaded = await stand.call("POST", "/sample", json={"person": "alice"})
    again = await stand.call("POST", "/sample", json={"person": "alice"})
    holdings = await (await stand.call("GET", "/positions?kind=holding")).json()
    gone = await stand.call("DELETE", "/sample")
    after = await (await stand.call("GET", "/positions")).json()

    assert not before["loaded"]
    assert (loaded.status, again.status, gone.status) == (201, 409, 204)
    assert {item["as_of"] for item in holdings["items"]} == {"2013-03-01"}
    assert {item["price_age_days"] for item in holdings["items"]} == {0}
    assert after["items"] == []


async def test_feed_and_notifications_begin_empty(stand: Any) -> None:
    feed = await (await stand.call("GET", "/feed")).json()
    notifications = await (await stand.call("GET", "/notifications")).json()
    unknown = await stand.call(  # as one that went with its idea meanwhile
        "PATCH", "/notifications", json={"read_to": "01JD0000000000000000000007"}
    )

    assert feed == {"items": [], "next": None}
    assert notifications == {"items": [], "next": None, "unread": 0}
    assert (unknown.status, await unknown.json()) == (200, {"unread": 0})

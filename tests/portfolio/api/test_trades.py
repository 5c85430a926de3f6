"""Ideas carried out, over HTTP: fills, results in R, open risk, copies."""

from typing import Any

from portfolio.api.context import PLANNER
from portfolio.services import ideas, upkeep

IDEA: dict[str, Any] = {
    "symbol": "IBM",
    "side": "long",
    "entry": "100",
    "stop": "95",
    "targets": ["110", "120"],
    "portions": ["50", "50"],
    "currency": "USD",
    "state": "ready",
    "account": "Broker",
}


async def _make(stand: Any, **change: Any) -> str:
    answer = await stand.call("POST", "/positions/ideas", json={**IDEA, **change})
    assert answer.status == 201, await answer.text()
    return str((await answer.json())["id"])


async def _step(stand: Any, idea: str, step: str, *fills: dict[str, str]) -> dict[str, Any]:
    path = f"/positions/ideas/{idea}/{step}"
    answer = await stand.call("POST", path, json={"fills": list(fills)})
    assert answer.status == 200, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


def _fill(quantity: str, price: str, date: str, **more: str) -> dict[str, str]:
    return {"quantity": quantity, "price": price, "date": date, **more}


async def test_a_trade_is_told_against_its_plan_in_r(stand: Any) -> None:
    idea = await _make(stand)

    first = await _step(stand, idea, "open", _fill("60", "100", "2013-01-07", fee="1"))
    await _step(stand, idea, "open", _fill("40", "101", "2013-01-08", fee="1"))
    part = await _step(stand, idea, "close", _fill("50", "110", "2013-01-14"))
    done = await _step(stand, idea, "close", _fill("50", "97", "2013-01-16", fee="1"))

    assert (first["state"], first["result"]["r"], first["result"]["plan_r"]) == ("open", None, "3")
    assert part["state"] == "open"
    assert part["result"]["open_quantity"] == "50"
    result = done["result"]
    assert done["state"] == "closed"
    # entered at 100.4 on average; (9.6 - 3.4) x 50 - 3 of fees over 5 x 100
    assert result["r"] == "0.614"
    assert (result["entry_price"], result["exit_price"]) == ("100.4", "103.5")
    assert (result["entry_slippage_r"], result["fees_r"]) == ("0.08", "0.006")
    assert (result["opened"][:10], result["closed"][:10]) == ("2013-01-07", "2013-01-16")
    assert result["hours"] == "216"
    assert [fill["kind"] for fill in result["fills"]] == ["buy", "buy", "sell", "sell"]


async def test_fills_are_transactions_of_the_ledger(stand: Any) -> None:
    idea = await _make(stand, side="short", entry="100", stop="105", targets=["90", "80"])

    opened = await _step(stand, idea, "open", _fill("10", "100", "2013-01-07"))
    closed = await _step(stand, idea, "close", _fill("10", "95", "2013-01-08"))

    listed = (await (await stand.call("GET", "/transactions")).json())["items"]
    assert {row["kind"] for row in listed} == {"short", "cover"}
    assert {row["account"] for row in listed} == {"Broker"}
    named = opened["result"]["fills"][0]["transaction_id"]
    assert named in {row["id"] for row in listed}
    assert closed["result"]["r"] == "1"


async def test_r_is_measured_by_the_stop_as_it_was_at_the_start(stand: Any) -> None:
    idea = await _make(stand)
    await _step(stand, idea, "open", _fill("10", "100", "2013-01-07"))
    await stand.call("PATCH", f"/positions/ideas/{idea}", json={"stop": "99"})

    done = await _step(stand, idea, "close", _fill("10", "99", "2013-01-08"))

    assert done["result"]["r"] == "-0.2"


async def test_more_cannot_be_taken_off_than_was_entered(stand: Any, problem: Any) -> None:
    other = {"kind": "buy", "symbol": "IBM", "currency": "USD", "quantity": "100", "price": "90",
             "date": "2013-01-02", "account": "Broker"}  # fmt: skip
    assert (await stand.call("POST", "/transactions", json=other)).status == 201
    idea = await _make(stand)
    await _step(stand, idea, "open", _fill("10", "100", "2013-01-07"))

    answer = await stand.call(
        "POST", f"/positions/ideas/{idea}/close", json={"fills": [_fill("11", "99", "2013-01-08")]}
    )

    assert answer.status == 422
    assert await problem(answer) == "rule"
    listed = (await (await stand.call("GET", "/transactions")).json())["items"]
    assert len(listed) == 2  # all or nothing


async def test_only_a_ready_idea_is_opened_and_only_an_open_one_closed(
    stand: Any, problem: Any
) -> None:
    draft = await _make(stand, state="draft")
    fills = {"fills": [_fill("1", "100", "2013-01-07")]}

    opened = await stand.call("POST", f"/positions/ideas/{draft}/open", json=fills)
    closed = await stand.call("POST", f"/positions/ideas/{draft}/close", json=fills)

    assert (opened.status, await problem(opened)) == (409, "conflict")
    assert (closed.status, await problem(closed)) == (409, "conflict")
    assert (await (await stand.call("GET", "/transactions")).json())["items"] == []


async def test_what_is_held_is_not_closed_without_saying_how(stand: Any, problem: Any) -> None:
    idea = await _make(stand)
    await _step(stand, idea, "open", _fill("10", "100", "2013-01-07"))

    answer = await stand.call("POST", f"/positions/ideas/{idea}/close", json={})

    assert (answer.status, await problem(answer)) == (409, "conflict")


async def test_open_risk_is_summed_per_currency_and_converted(stand: Any) -> None:
    one = await _make(stand)
    other = await _make(stand, currency="EUR", symbol="SAP", account=None)
    planned = await _make(stand, size="7")
    await _step(stand, one, "open", _fill("60", "101", "2013-01-07"))
    await _step(stand, other, "open", _fill("10", "100", "2013-01-07"))
    await stand.call("POST", f"/positions/ideas/{planned}/transition", json={"to": "open"})
    await _make(stand, size="1000")  # not open: nothing at risk

    found = await (await stand.call("GET", "/ideas/risk")).json()

    by_currency = {row["currency"]: row["risk"] for row in found["by_currency"]}
    assert by_currency == {"EUR": "50", "USD": "395"}  # 60 x 6 + 7 x 5
    assert found["currency"] == "USD"
    assert {row["id"] for row in found["ideas"]} == {one, other, planned}
    converted = {row["id"]: row["converted"] for row in found["ideas"]}
    assert converted[one] == "360"
    assert float(found["total"]) == sum(float(each) for each in converted.values())


async def test_a_stop_beyond_the_entry_leaves_nothing_at_risk(stand: Any) -> None:
    idea = await _make(stand)
    await _step(stand, idea, "open", _fill("60", "100", "2013-01-07"))
    moved = {"entry": "106", "stop": "104"}
    assert (await stand.call("PATCH", f"/positions/ideas/{idea}", json=moved)).status == 200

    found = await (await stand.call("GET", "/ideas/risk")).json()

    assert found["total"] == "0"


async def test_a_copy_is_a_draft_of_my_own_that_names_where_it_came_from(stand: Any) -> None:
    idea = await _make(stand, size="10", conviction=5, tags=["dip"])

    answer = await stand.call("POST", f"/positions/ideas/{idea}/copy")

    assert answer.status == 201
    copy = await answer.json()
    assert copy["id"] != idea
    assert (copy["state"], copy["size"], copy["account"]) == ("draft", None, None)
    assert (copy["tags"], copy["portions"], copy["conviction"]) == (["dip"], ["50", "50"], 5)
    assert copy["copied_from"]["idea"] == idea


async def test_a_result_follows_its_transactions_when_they_are_changed_or_deleted(
    stand: Any,
) -> None:
    idea = await _make(stand)
    await _step(stand, idea, "open", _fill("10", "100", "2013-01-07"))
    closed = await _step(stand, idea, "close", _fill("10", "110", "2013-01-08"))
    exit_id = closed["result"]["fills"][1]["transaction_id"]
    planner = stand.client.app[PLANNER]

    async def told() -> Any:
        await stand.writer.run(lambda tx: upkeep.attend(planner, tx))
        return await stand.reader.run(lambda conn: ideas.get(conn, idea).fields["result"])

    before = await told()
    await stand.call("PATCH", f"/transactions/{exit_id}", json={"price": "105"})
    changed = await told()
    await stand.call("DELETE", f"/transactions/{exit_id}")
    undone = await told()

    assert (before["r"], changed["r"], undone["r"]) == ("2", "1", None)
    assert before["closed"] == changed["closed"]

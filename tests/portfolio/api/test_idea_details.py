"""What a plan may say beyond its levels, over HTTP."""

from typing import Any

import pytest

IDEA: dict[str, Any] = {
    "symbol": "IBM",
    "side": "long",
    "entry": "100",
    "stop": "95",
    "targets": ["110", "120"],
    "currency": "USD",
}
CONDOR: list[dict[str, Any]] = [
    {"right": "call", "side": "sell", "quantity": "3", "strike": "400", "premium": "3.27",
     "expiry": "2013-06-21"},
    {"right": "call", "side": "buy", "quantity": "3", "strike": "405", "premium": "2.47",
     "expiry": "2013-06-21"},
]  # fmt: skip


async def _make(stand: Any, **change: Any) -> dict[str, Any]:
    answer = await stand.call("POST", "/positions/ideas", json={**IDEA, **change})
    assert answer.status == 201, await answer.text()
    made: dict[str, Any] = await answer.json()
    return made


async def test_an_idea_without_details_answers_them_as_nothing(stand: Any) -> None:
    made = await _make(stand)

    blank = ("entry_to", "sizing", "conviction", "horizon", "result", "copied_from")
    assert [made[name] for name in blank] == [None] * len(blank)
    assert (made["portions"], made["tags"], made["legs"], made["attachments"]) == ([], [], [], [])
    assert (made["entry_type"], made["detail"]) == ("limit", "amounts")


async def test_details_are_answered_as_entered(stand: Any) -> None:
    details = {
        "entry_type": "zone", "entry_to": "101.50", "portions": ["50", "50.0"],
        "conviction": 4, "horizon": "2013-06-21", "tags": ["breakout", "März"], "fee": "1.00",
    }  # fmt: skip

    made = await _make(stand, **details, size="10")

    assert {name: made[name] for name in details} == details
    assert made["figures"]["risk_per_unit"] == "6.5"  # from the worse edge of the zone
    assert made["figures"]["rr_after_fees"] == "1.985074626865671642"  # 133 / 67


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"entry_to": "101"}, "entry_to", "Only an entry zone has a second edge"),
        ({"entry_type": "zone"}, "entry_to", "An entry zone needs its second edge"),
        ({"entry_type": "zone", "entry_to": "94"}, "entry_to", "at both edges of the zone"),
        ({"portions": ["100"]}, "portions", "Each target needs one portion"),
        ({"portions": ["50", "49"]}, "portions", "must sum to 100"),
        ({"sizing": {"mode": "risk"}}, "sizing", "needs a percentage up to 100"),
        ({"sizing": {"mode": "risk", "value": "101"}}, "sizing", "needs a percentage"),
        ({"tags": ["a", "A"]}, "tags", "The same tag is there twice"),
        ({"fee": "-1"}, "fee", "The fee cannot be negative"),
        ({"horizon": "2013-02-30"}, "horizon", "There is no such day"),
        ({"legs": [{"right": "call", "side": "buy"}]}, "legs", "an option needs its expiry"),
    ],
)
async def test_each_fault_is_told_with_its_reason(
    stand: Any, problem: Any, change: dict[str, Any], field: str, reason: str
) -> None:
    answer = await stand.call("POST", "/positions/ideas", json={**IDEA, **change})

    assert answer.status == 422, await answer.text()
    assert await problem(answer) == "rule"
    body = await answer.json(content_type=None)
    faults = {one["where"]: one["detail"] for one in body["errors"]}
    assert reason in faults[f"/{field}"]


async def test_portions_of_other_targets_fall_away(stand: Any) -> None:
    made = await _make(stand, portions=["30", "70"])

    answer = await stand.call("PATCH", f"/positions/ideas/{made['id']}", json={"targets": ["115"]})

    assert (await answer.json())["portions"] == []


async def test_the_size_follows_from_the_risk_and_the_worth_of_the_portfolio(stand: Any) -> None:
    bought = {"kind": "holding", "symbol": "IBM", "quantity": "1000", "price": "50",
              "currency": "USD", "date": "2013-01-02"}  # fmt: skip
    assert (await stand.call("POST", "/positions", json=bought)).status == 201
    worth = (await (await stand.call("GET", "/portfolio")).json())["value"]

    made = await _make(stand, sizing={"mode": "risk", "value": "1"})
    moved = await stand.call("PATCH", f"/positions/ideas/{made['id']}", json={"stop": "90"})

    assert made["sizing"] == {"mode": "risk", "value": "1"}
    assert int(made["size"]) == int(float(worth) / 100 / 5)
    assert int((await moved.json())["size"]) == int(float(worth) / 100 / 10)


async def test_a_fixed_size_is_the_size(stand: Any) -> None:
    made = await _make(stand, sizing={"mode": "fixed", "value": "12.50"})

    assert made["size"] == "12.50"
    assert made["sizing"] == {"mode": "fixed", "value": "12.50"}


async def test_the_payoff_of_legs_is_that_of_the_published_spread(stand: Any) -> None:
    made = await _make(stand, legs=CONDOR, entry=None, stop=None, targets=[])

    found = await (await stand.call("GET", f"/positions/ideas/{made['id']}/payoff")).json()

    assert made["legs"][0]["ratio"] == "1"
    assert made["legs"][0]["quantity"] == "3"
    assert found["counted"] == "quantity"
    assert (found["net_cost"], found["max_gain"], found["max_loss"]) == ("-240", "240", "-1260")
    assert found["breakevens"] == ["400.8"]
    assert {"price": "405", "gain": "-1260"} in found["points"]


async def test_legs_without_a_price_have_no_payoff(stand: Any, problem: Any) -> None:
    legs = [{**CONDOR[0], "premium": None}]
    made = await _make(stand, legs=legs, entry=None, stop=None, targets=[])

    answer = await stand.call("GET", f"/positions/ideas/{made['id']}/payoff")

    assert answer.status == 422
    assert await problem(answer) == "rule"

"""The portfolio at a glance and from day to day, over HTTP."""

from decimal import Decimal
from typing import Any

import pytest

BUY: dict[str, Any] = {
    "kind": "buy",
    "symbol": "IBM",
    "currency": "USD",
    "date": "2012-01-03",
    "quantity": "10",
    "price": "186.30",
    "fee": "9.95",
}


async def _get(stand: Any, path: str) -> dict[str, Any]:
    answer = await stand.call("GET", path)
    assert answer.status == 200, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def _sample(stand: Any) -> None:
    assert (await stand.call("POST", "/sample", json={"person": "alice"})).status == 201


async def _buy(stand: Any, **change: Any) -> dict[str, Any]:
    answer = await stand.call("POST", "/transactions", json={**BUY, **change})
    assert answer.status == 201, await answer.text()
    made: dict[str, Any] = await answer.json()
    return made


async def test_the_sample_is_told_as_of_its_day_while_there_is_nothing_of_my_own(
    stand: Any,
) -> None:
    await _sample(stand)

    found = await _get(stand, "/portfolio")

    assert (found["sample"], found["as_of"], found["currency"]) == (True, "2013-03-01", "USD")
    assert (found["value"], found["holdings"], found["unpriced"]) == ("156839.25", 4, [])
    parts = (Decimal(found[name]) for name in ("gain", "realised", "income"))
    assert sum(parts) == Decimal(found["total_gain"])
    assert found["return_percent"] == "33.78"
    assert (found["price_date"], found["rate_date"], found["reasons"]) == ("2013-03-01", None, {})


async def test_own_numbers_come_first_and_nothing_of_the_sample_is_in_them(stand: Any) -> None:
    await _sample(stand)
    await _buy(stand)

    own, sample = await _get(stand, "/portfolio"), await _get(stand, "/portfolio?sample=true")

    assert (own["sample"], own["as_of"], own["holdings"]) == (False, "2026-11-22", 1)
    assert own["cost"] == "1872.95"
    assert (sample["sample"], sample["value"]) == (True, "156839.25")


async def test_all_is_in_the_currency_of_the_settings(stand: Any) -> None:
    await _sample(stand)
    await stand.call("PATCH", "/settings", json={"currency": "EUR"})

    found = await _get(stand, "/portfolio")
    course = await _get(stand, "/portfolio/history")

    assert (found["currency"], found["rate_date"]) == ("EUR", "2013-03-01")
    assert Decimal(found["value"]).quantize(Decimal("0.01")) == Decimal("120645.58")
    assert course["items"][-1]["value"] == found["value"]


async def test_without_any_transaction_each_null_says_why(stand: Any) -> None:
    found = await _get(stand, "/portfolio")
    course = await _get(stand, "/portfolio/history")

    assert (found["sample"], found["value"], found["holdings"]) == (False, "0", 0)
    nulls = {name for name, value in found.items() if value is None}
    assert nulls - {"price_date", "rate_date"} == set(found["reasons"])
    assert (course["items"], course["gain"]) == ([], "0")
    assert set(course["reasons"]) == {"gain_percent", "time_weighted_percent"}


async def test_what_has_no_price_is_named(stand: Any) -> None:
    await _buy(stand, symbol="NESN", currency="CHF")

    alone = await _get(stand, "/portfolio")
    await _buy(stand)
    beside = await _get(stand, "/portfolio")

    assert (alone["value"], alone["unpriced"]) == (None, ["NESN"])
    assert "NESN" in alone["reasons"]["value"]
    assert (beside["unpriced"], beside["cost"]) == (["NESN"], "1872.95")


async def test_a_further_transaction_is_in_the_next_answer(stand: Any) -> None:
    await _buy(stand)
    before = await _get(stand, "/portfolio")

    second = await _buy(stand, date="2012-02-01")
    added = await _get(stand, "/portfolio")
    await stand.call("DELETE", f"/transactions/{second['id']}")
    after = await _get(stand, "/portfolio")

    assert added["cost"] == "3745.9"
    assert after == before


async def test_the_history_is_thinned_and_always_has_its_last_day(stand: Any) -> None:
    await _sample(stand)

    whole = await _get(stand, "/portfolio/history?points=2000")
    few = await _get(stand, "/portfolio/history?points=10")

    assert len(few["items"]) == 10
    assert few["items"][-1] == whole["items"][-1]
    assert few["items"][0]["date"] == "2005-01-03"
    assert few["items"][-1]["date"] == "2013-03-01"
    dates = [one["date"] for one in whole["items"]]
    assert dates == sorted(set(dates))
    assert few["gain"] == whole["gain"]


async def test_the_gain_of_a_stretch_is_its_value_less_what_was_put_in(stand: Any) -> None:
    await _sample(stand)

    found = await _get(stand, "/portfolio/history?start=2012-03-01&end=2012-12-31&points=2000")

    first, last = found["items"][0], found["items"][-1]
    assert (first["date"], last["date"]) == ("2012-03-01", "2012-12-31")
    change = Decimal(last["value"]) - Decimal(first["value"])
    put_in = Decimal(last["invested"]) - Decimal(first["invested"])
    assert change - put_in == Decimal(found["gain"])


async def test_an_end_in_the_future_is_today(stand: Any) -> None:
    await _sample(stand)

    found = await _get(stand, "/portfolio/history?end=2099-01-01&points=5")

    assert found["items"][-1]["date"] == "2013-03-01"


@pytest.mark.parametrize(
    ("query", "status", "name"),
    [
        ("start=2012-02-30", 422, "rule"),
        ("start=2013-01-02&end=2013-01-01", 422, "rule"),
        ("points=1", 400, "bad-query"),
        ("points=+7", 400, "bad-query"),
        ("sample=perhaps", 400, "bad-query"),
    ],
)
async def test_days_and_numbers_that_make_no_sense_are_refused(
    stand: Any, problem: Any, query: str, status: int, name: str
) -> None:
    answer = await stand.call("GET", f"/portfolio/history?{query}")

    assert answer.status == status
    assert await problem(answer) == name


async def test_nobody_reads_it_without_a_login(stand: Any) -> None:
    for path in ("/portfolio", "/portfolio/history", "/instruments", "/details"):
        assert (await stand.client.get(f"/api/v1{path}")).status == 401


async def test_a_holding_has_its_name_its_day_and_its_lots(stand: Any) -> None:
    await _buy(stand)
    second = await _buy(stand, date="2012-02-01", quantity="5", price="190")
    await _buy(stand, kind="sell", date="2012-06-01", quantity="4", price="195")

    found = await _get(stand, f"/positions/{second['position_id']}")
    (listed,) = (await _get(stand, "/positions?kind=holding"))["items"]

    assert found["name"] == "International Business Machines Corp."
    assert Decimal(found["day_percent"])
    assert [(lot["date"], lot["quantity"]) for lot in found["lots"]] == [
        ("2012-01-03", "6"),
        ("2012-02-01", "5"),
    ]
    assert sum(Decimal(lot["cost"]) for lot in found["lots"]) == Decimal(found["cost"])
    assert sum(Decimal(lot["gain"]) for lot in found["lots"]) == Decimal(found["gain"])
    assert "lots" not in listed
    assert {**listed, "lots": found["lots"]} == found


async def test_lots_without_a_price_have_no_gain(stand: Any) -> None:
    bought = await _buy(stand, symbol="NESN", currency="CHF")

    found = await _get(stand, f"/positions/{bought['position_id']}")

    assert (found["name"], found["day_percent"], found["lots"][0]["gain"]) == (None, None, None)

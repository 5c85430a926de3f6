"""Performance over HTTP: what the parts sum to, and what each null says."""

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


def _gain(parts: dict[str, Any]) -> Decimal:
    signs = {"realised": 1, "unrealised": 1, "income": 1, "fees": -1, "taxes": -1}
    signed = sum(sign * Decimal(parts[name]) for name, sign in signs.items())
    return signed + Decimal(parts["currency_effect"])


@pytest.mark.parametrize("currency", ["USD", "EUR"])
@pytest.mark.parametrize("span", ["", "start=2008-01-01&end=2009-12-31"])
async def test_the_parts_sum_to_the_gain_and_those_of_each_holding_to_the_whole(
    stand: Any, currency: str, span: str
) -> None:
    await stand.call("POST", "/sample", json={"person": "alice"})
    await stand.call("PATCH", "/settings", json={"currency": currency})

    found = await _get(stand, f"/performance?{span}")
    course = await _get(stand, f"/portfolio/history?{span}")

    assert _gain(found) == Decimal(found["gain"]) == Decimal(course["gain"])
    for name in ("gain", "realised", "unrealised", "income", "fees", "taxes", "currency_effect"):
        each = sum(Decimal(one[name]) for one in found["contributions"])
        assert each == Decimal(found[name])
    shares = sum(Decimal(one["percent"]) for one in found["contributions"])
    assert shares == Decimal(found["gain_percent"])
    assert found["gain_percent"] == course["gain_percent"]
    assert found["twr_percent"] == course["time_weighted_percent"]


async def test_each_null_says_why(stand: Any) -> None:
    await stand.call("POST", "/transactions", json=BUY)

    found = await _get(stand, "/performance?symbol=MSFT")

    nulls = {name for name, value in found.items() if value is None}
    assert nulls - {"account", "benchmark", "method", "price_date", "rate_date"} == set(
        found["reasons"]
    )
    assert (found["value"], found["gain"], found["series"]) == ("0", "0", [])


async def test_risk_and_extremes_name_their_days(stand: Any) -> None:
    await stand.call("POST", "/sample", json={"person": "alice"})

    found = await _get(stand, "/performance?points=2000")

    marks = {one["date"]: Decimal(one["index"]) for one in found["series"]}
    fall = found["max_drawdown"]
    deepest = 1 - marks[fall["trough"]] / marks[fall["peak"]]
    assert round(deepest * 100, 1) == round(Decimal(fall["percent"]), 1)
    assert max(marks.values()) >= marks[fall["peak"]]
    year = next(one for one in found["years"] if one["year"] == 2008)
    returns = [Decimal(one["percent"]) for one in found["years"]]
    assert Decimal(year["percent"]) == min(returns)
    months = [Decimal(one) for line in found["years"] for one in line["months"] if one is not None]
    assert max(months) == Decimal(found["best_month"]["percent"])
    assert min(months) == Decimal(found["worst_month"]["percent"])


@pytest.mark.parametrize(
    ("query", "status", "name"),
    [
        ("start=2012-02-30", 422, "rule"),
        ("start=2013-01-02&end=2013-01-01", 422, "rule"),
        ("method=none", 400, "bad-query"),
        ("points=1", 400, "bad-query"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    stand: Any, problem: Any, query: str, status: int, name: str
) -> None:
    answer = await stand.call("GET", f"/performance?{query}")

    assert answer.status == status
    assert await problem(answer) == name


async def test_a_benchmark_is_told_beside_it_with_the_same_money(stand: Any) -> None:
    await stand.call("POST", "/transactions", json={**BUY, "fee": "0", "price": "186.30"})

    span = "start=2012-01-01&end=2013-01-03"
    alone = await _get(stand, f"/performance?{span}&benchmark=IBM")
    basket = await _get(stand, f"/performance?{span}&benchmark=AAPL:0.5,IBM:0.5")

    same = alone["benchmark"]
    # one unit bought at the close of the first day; four dividends bought more of it
    assert Decimal(same["same_flows_gain"]) > Decimal(alone["gain"]) > 0
    ahead = Decimal(alone["gain"]) - Decimal(same["same_flows_gain"])
    assert ahead == Decimal(same["ahead"])
    assert (same["name"], same["series"][0]["index"]) == ("IBM", "100")
    assert same["series"][-1]["date"] == alone["series"][-1]["date"]
    assert basket["benchmark"]["twr_percent"] != same["twr_percent"]


@pytest.mark.parametrize("basket", ["NESN", "AAPL:0.5,IBM:0.6", "AAPL:-1,IBM:2", "AAPL:x"])
async def test_a_benchmark_that_is_none_is_refused(stand: Any, problem: Any, basket: str) -> None:
    await stand.call("POST", "/sample", json={"person": "alice"})

    answer = await stand.call("GET", f"/performance?benchmark={basket}")

    assert (answer.status, await problem(answer)) == (422, "rule")


async def test_a_benchmark_without_a_price_at_the_start_says_so(stand: Any) -> None:
    await stand.call("POST", "/transactions", json={**BUY, "date": "2001-01-03", "price": "94"})

    found = await _get(stand, "/performance?benchmark=GOOG")

    assert found["benchmark"] is None
    assert "GOOG" in found["reasons"]["benchmark"]

"""Open lots and realised gains over HTTP."""

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
    "fee": "10",
}


async def _get(stand: Any, path: str) -> dict[str, Any]:
    answer = await stand.call("GET", path)
    assert answer.status == 200, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def _trades(stand: Any) -> None:
    sale = {"kind": "sell", "quantity": "12", "price": "210", "date": "2012-09-03", "fee": "6"}
    for change in ({}, {"date": "2012-05-02", "price": "207", "fee": "0"}, sale):
        answer = await stand.call("POST", "/transactions", json={**BUY, **change})
        assert answer.status == 201, await answer.text()


@pytest.mark.parametrize(
    ("method", "left"),
    [("fifo", "1656"), ("hifo", "1498.4"), ("lifo", "1498.4"), ("average", "1577.2")],
)
async def test_each_method_takes_its_lots(stand: Any, method: str, left: str) -> None:
    await _trades(stand)

    sold = await _get(stand, f"/gains?method={method}")
    lots = (await _get(stand, f"/lots?method={method}"))["items"]

    (sale,) = sold["items"]
    assert Decimal(sale["gain"]) == Decimal(2520 - 6 - 1873 - 2070) + Decimal(left)
    assert sum(Decimal(one["cost"]) for one in lots) == Decimal(left)
    assert sum(Decimal(one["quantity"]) for one in lots) == 8
    assert [one["gain"] for one in sold["totals"]] == [sale["gain"]]
    assert sold["total"] == sale["gain_converted"] == sale["gain"]
    parts = Decimal(sale["proceeds"]) - Decimal(sale["cost"])
    assert parts - Decimal(sale["charges"]) - Decimal(sale["lot_charges"]) == Decimal(sale["gain"])


async def test_gains_are_asked_for_by_year_and_paged(stand: Any) -> None:
    await stand.call("POST", "/sample", json={"person": "alice"})

    whole = await _get(stand, "/gains?limit=200")
    years = sorted({one["date"][:4] for one in whole["items"]})
    each = [await _get(stand, f"/gains?year={year}") for year in years]
    first = await _get(stand, "/gains?limit=1")
    second = await _get(stand, f"/gains?limit=1&cursor={first['next']}")

    assert sum(Decimal(one["total"]) for one in each) == Decimal(whole["total"])
    assert first["items"] + second["items"] == whole["items"][:2]
    assert first["total"] == whole["total"]
    assert (await _get(stand, "/portfolio"))["realised"] == whole["total"]
    assert (await _get(stand, "/gains?year=1999"))["items"] == []


async def test_gains_are_converted_with_the_rates_of_both_days(stand: Any) -> None:
    await stand.call("PATCH", "/settings", json={"currency": "EUR"})
    await _trades(stand)

    (sale,) = (await _get(stand, "/gains"))["items"]
    whole = await _get(stand, "/portfolio")

    bought, more, sold = Decimal("1.3014"), Decimal("1.3131"), Decimal("1.2568")  # ECB
    gain = 2514 / sold - 1873 / bought - 414 / more
    assert abs(Decimal(sale["gain_converted"]) - gain) < Decimal("0.01")
    assert sale["gain_converted"] == whole["realised"]


async def test_an_average_is_that_of_what_was_paid_at_the_rates_of_all_days(stand: Any) -> None:
    await stand.call("PATCH", "/settings", json={"currency": "EUR"})
    sale = {"kind": "sell", "quantity": "6", "price": "210", "date": "2012-09-03", "fee": "6"}
    for change in ({}, {"date": "2012-05-02", "price": "207", "quantity": "2", "fee": "0"}, sale):
        answer = await stand.call("POST", "/transactions", json={**BUY, **change})
        assert answer.status == 201, await answer.text()

    found = await _get(stand, "/gains?method=average")
    told = await _get(
        stand,
        f"/explain?figure=gains.gain_converted&method=average&transaction="
        f"{found['items'][0]['transaction']}",
    )

    bought, more, sold = Decimal("1.3014"), Decimal("1.3131"), Decimal("1.2568")  # ECB
    gain = (6 * 210 - 6) / sold - (1873 / bought + 414 / more) / 2  # 6 of 12 units
    assert abs(Decimal(found["items"][0]["gain_converted"]) - gain) < Decimal("0.01")
    assert found["total"] == found["items"][0]["gain_converted"]
    assert abs(Decimal(told["value"]) - gain) < Decimal("0.01")


async def test_a_lot_without_a_price_says_so(stand: Any) -> None:
    await stand.call("POST", "/transactions", json={**BUY, "symbol": "NESN"})

    (lot,) = (await _get(stand, "/lots"))["items"]

    assert (lot["value"], lot["gain"], lot["cost"]) == (None, None, "1873")
    assert "NESN" in lot["reason"]


@pytest.mark.parametrize("query", ["/gains?year=99", "/gains?method=best", "/lots?on=2012-02-30"])
async def test_what_makes_no_sense_is_refused(stand: Any, query: str) -> None:
    assert (await stand.call("GET", query)).status in {400, 422}

"""Income and allocation over HTTP: the groups sum to the whole."""

from decimal import Decimal
from typing import Any

import pytest

DIVIDEND: dict[str, Any] = {
    "kind": "dividend",
    "symbol": "IBM",
    "currency": "USD",
    "date": "2012-06-08",
    "amount": "8.50",
    "tax": "1.28",
}


async def _get(stand: Any, path: str) -> dict[str, Any]:
    answer = await stand.call("GET", path)
    assert answer.status == 200, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


@pytest.mark.parametrize("by", ["month", "year", "symbol", "account"])
async def test_the_groups_of_income_sum_to_the_whole_and_to_the_portfolio(
    stand: Any, by: str
) -> None:
    await stand.call("POST", "/sample", json={"person": "alice"})

    found = await _get(stand, f"/income?by={by}")
    whole = await _get(stand, "/portfolio")

    for name in ("gross", "fee", "tax", "net"):
        assert sum(Decimal(one[name]) for one in found["items"]) == Decimal(found["total"][name])
    assert found["total"]["net"] == whole["income"]


async def test_income_says_what_was_kept_back_and_what_it_was_in_its_own_currency(
    stand: Any,
) -> None:
    await stand.call("PATCH", "/settings", json={"currency": "EUR"})
    await stand.call("POST", "/transactions", json=DIVIDEND)

    inside = await _get(stand, "/income?start=2012-06-08&end=2012-06-08")
    outside = await _get(stand, "/income?start=2012-06-09")

    (month,) = inside["items"]
    assert (month["key"], month["payments"], month["reason"]) == ("2012-06", 1, None)
    (paid,) = month["currencies"]
    assert paid == {"currency": "USD", "gross": "8.5", "fee": "0", "tax": "1.28", "net": "7.22"}
    rate = Decimal(1) / Decimal("1.2468")  # ECB, 2012-06-08
    assert abs(Decimal(month["net"]) - Decimal("7.22") * rate) < Decimal("1e-15")
    assert (outside["items"], outside["total"]["net"]) == ([], "0")


async def test_income_without_a_rate_says_so_and_keeps_its_own_currency(stand: Any) -> None:
    await stand.call("POST", "/transactions", json={**DIVIDEND, "currency": "VND"})

    found = await _get(stand, "/income")

    assert (found["total"]["net"], found["items"][0]["currencies"][0]["net"]) == (None, "7.22")
    assert "VND" in found["total"]["reason"]


@pytest.mark.parametrize("by", ["class", "currency", "region", "tag", "account", "symbol"])
async def test_the_weights_sum_to_exactly_a_hundred(stand: Any, by: str) -> None:
    await stand.call("POST", "/sample", json={"person": "alice"})
    await stand.call("PATCH", "/settings", json={"currency": "EUR"})

    found = await _get(stand, f"/allocation?by={by}")

    assert sum(Decimal(one["weight_percent"]) for one in found["items"]) == 100
    assert abs(sum(Decimal(one["value"]) for one in found["items"]) - Decimal(found["value"])) < 1


async def test_what_has_no_price_is_listed_apart(stand: Any) -> None:
    bought = {**DIVIDEND, "kind": "buy", "quantity": "1", "price": "50"}
    del bought["amount"]
    await stand.call("POST", "/transactions", json=bought)
    await stand.call("POST", "/transactions", json={**bought, "symbol": "NESN"})

    found = await _get(stand, "/allocation?by=symbol")

    assert [one["key"] for one in found["items"]] == ["IBM"]
    assert [one["symbol"] for one in found["unpriced"]] == ["NESN"]
    assert "NESN" in found["unpriced"][0]["reason"]


async def test_what_is_written_down_of_an_instrument_groups_it(stand: Any) -> None:
    await stand.call("POST", "/sample", json={"person": "alice"})
    for symbol, change in (
        ("IBM", {"tags": ["old", "blue"], "region": "World"}),
        ("AAPL", {"tags": ["old"], "class": "fund"}),
    ):
        answer = await stand.call("PATCH", f"/instruments/{symbol}", json=change)
        assert answer.status == 200, await answer.text()

    found = [
        (await _get(stand, f"/allocation?by={by}"))["items"] for by in ("tag", "region", "class")
    ]
    tags, regions, classes = ({one["key"]: one["symbols"] for one in items} for items in found)

    assert tags == {"old": ["AAPL", "IBM"], None: ["GOOG", "MSFT"], "blue": ["IBM"]}
    assert regions == {"US": ["AAPL", "GOOG", "MSFT"], "World": ["IBM"]}
    assert classes == {"fund": ["AAPL"], "share": ["GOOG", "IBM", "MSFT"]}

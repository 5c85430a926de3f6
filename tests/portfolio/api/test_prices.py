"""Prices that a person enters: they count before all others, say where they come from, undo."""

from typing import Any

import pytest

PURCHASE: dict[str, Any] = {
    "kind": "buy",
    "symbol": "ROG",
    "quantity": "10",
    "price": "200",
    "currency": "CHF",
    "date": "2026-01-05",
}


async def _bought(stand: Any, **change: Any) -> None:
    answer = await stand.call("POST", "/transactions", json={**PURCHASE, **change})
    assert answer.status == 201, await answer.text()


async def _enter(
    stand: Any, price: str, day: str = "2026-11-20", symbol: str = "ROG", **more: Any
) -> Any:
    path = f"/instruments/{symbol}/prices/{day}"
    return await stand.call("PUT", path, json={"price": price, **more})


async def _holding(stand: Any) -> dict[str, Any]:
    answer = await stand.call("GET", "/positions?kind=holding")
    (found,) = (await answer.json())["items"]
    shown: dict[str, Any] = found
    return shown


async def _listed(stand: Any, symbol: str = "ROG", query: str = "") -> Any:
    answer = await stand.call("GET", f"/instruments/{symbol}/prices{query}")
    return (await answer.json()) if answer.status == 200 else answer.status


async def test_an_entered_price_values_the_holding_and_says_so(stand: Any) -> None:
    await _bought(stand)
    before = await _holding(stand)
    assert (before["price"], before["value"], before["cost"]) == (None, None, "2000")

    answer = await _enter(stand, "251.50")

    assert answer.status == 200, await answer.text()
    assert await answer.json() == {
        "symbol": "ROG",
        "date": "2026-11-20",
        "close": "251.50",
        "currency": "CHF",
        "source": "entered by you",
        "origin": "manual",
    }
    after = await _holding(stand)
    assert after["value"] == "2515"
    assert after["price_date"] == "2026-11-20"
    assert after["price_age_days"] == 2
    assert after["price_source"] == "entered by you"


async def test_what_depends_on_a_price_follows_at_once(stand: Any) -> None:
    await _bought(stand)
    await _enter(stand, "250")
    first = await (await stand.call("GET", "/portfolio?sample=false")).json()
    assert first["unpriced"] == []

    await _enter(stand, "260")
    second = await (await stand.call("GET", "/portfolio?sample=false")).json()

    assert second["value"] != first["value"]
    assert second["price_date"] == "2026-11-20"


async def test_an_entered_price_counts_before_the_packaged_one_of_its_day(stand: Any) -> None:
    await _enter(stand, "9", "2013-02-28", "AAPL")

    listed = await _listed(stand, "AAPL", "?start=2013-02-27&end=2013-03-01")

    assert [(one["date"], one["origin"]) for one in listed["items"]] == [
        ("2013-02-27", "packaged"),
        ("2013-02-28", "manual"),
        ("2013-03-01", "packaged"),
    ]
    entered = listed["items"][1]
    assert (entered["close"], entered["open"], entered["volume"]) == ("9", None, None)
    assert listed["source"] == "packaged sample prices"


async def test_the_sample_stands_still(stand: Any) -> None:
    answer = await stand.call("POST", "/sample", json={})
    assert answer.status in {200, 201, 204}, await answer.text()
    before = await (await stand.call("GET", "/portfolio?sample=true")).json()

    await _enter(stand, "9", "2013-03-01", "AAPL")

    assert await (await stand.call("GET", "/portfolio?sample=true")).json() == before


async def test_a_price_that_is_removed_leaves_what_other_sources_say(stand: Any) -> None:
    await _enter(stand, "9", "2013-02-28", "AAPL")

    answer = await stand.call("DELETE", "/instruments/AAPL/prices/2013-02-28")

    assert answer.status == 204
    (left,) = (await _listed(stand, "AAPL", "?start=2013-02-28&end=2013-02-28"))["items"]
    assert (left["close"], left["origin"]) == ("441.4", "packaged")


async def test_only_what_is_ones_own_can_be_removed(stand: Any) -> None:
    answer = await stand.call("DELETE", "/instruments/AAPL/prices/2013-02-28")
    assert answer.status == 422
    assert "enter your own" in (await answer.json())["detail"]

    answer = await stand.call("DELETE", "/instruments/AAPL/prices/2013-03-02")
    assert answer.status == 404


async def test_each_step_can_be_undone_and_the_undo_too(stand: Any) -> None:
    await _bought(stand)
    first = (await _enter(stand, "250")).headers["Undo"]
    second = (await _enter(stand, "260")).headers["Undo"]

    answer = await stand.call("POST", f"/undo/{first}")
    assert answer.status == 409

    answer = await stand.call("POST", f"/undo/{second}")
    assert answer.status == 200, await answer.text()
    again = answer.headers["Undo"]
    assert (await _holding(stand))["price"] == "250"

    await stand.call("POST", f"/undo/{again}")
    assert (await _holding(stand))["price"] == "260"


async def test_the_undo_of_a_first_price_leaves_none(stand: Any) -> None:
    await _bought(stand)
    undo = (await _enter(stand, "250")).headers["Undo"]

    answer = await stand.call("POST", f"/undo/{undo}")

    assert answer.status == 200, await answer.text()
    assert (await _holding(stand))["price"] is None
    assert await _listed(stand) == 404


async def test_the_undo_of_a_removal_brings_the_price_back(stand: Any) -> None:
    await _bought(stand)
    await _enter(stand, "250")
    answer = await stand.call("DELETE", "/instruments/ROG/prices/2026-11-20")

    await stand.call("POST", f"/undo/{answer.headers['Undo']}")

    assert (await _holding(stand))["price"] == "250"


@pytest.mark.parametrize(
    ("price", "day", "more", "field"),
    [
        ("-1", "2026-11-20", {}, "price"),
        ("1", "2026-11-24", {}, "date"),
        ("1", "2026-02-30", {}, "date"),
        ("1", "1899-12-31", {}, "date"),
        ("1", "2026-11-20", {"currency": "XYZ"}, "currency"),
    ],
)
async def test_what_can_be_no_price_is_refused(
    stand: Any, price: str, day: str, more: dict[str, str], field: str
) -> None:
    await _bought(stand)

    answer = await _enter(stand, price, day, **more)

    assert answer.status == 422, await answer.text()
    assert field in str((await answer.json()).get("errors"))
    assert await _listed(stand) == 404


async def test_a_price_of_nothing_known_is_refused(stand: Any) -> None:
    assert (await _enter(stand, "1", symbol="NOTHING")).status == 404


async def test_a_price_needs_a_currency_when_nothing_says_one(stand: Any) -> None:
    await stand.call("POST", "/instruments", json={"symbol": "WORLD"})

    assert (await _enter(stand, "1", symbol="WORLD")).status == 422
    assert (await _enter(stand, "1", symbol="WORLD", currency="EUR")).status == 200
    assert (await _enter(stand, "2", "2026-11-19", symbol="WORLD")).status == 200


async def test_pence_and_pounds_are_one_currency(stand: Any) -> None:
    await _bought(stand, symbol="VOD", currency="GBP", price="1.05", quantity="100")
    await _enter(stand, "112.5", symbol="VOD", currency="GBX")

    assert (await _holding(stand))["value"] == "112.5"

    answer = await stand.call(
        "POST",
        "/positions/ideas",
        json={
            "symbol": "VOD",
            "side": "long",
            "entry": "1.10",
            "stop": "1.00",
            "targets": ["1.50"],
            "currency": "GBP",
        },
    )
    assert (await answer.json())["market"]["price"] == "1.125"


async def test_prices_in_several_currencies_each_count_at_their_rate(stand: Any) -> None:
    await _bought(stand)
    await _enter(stand, "250")
    await _enter(stand, "270", "2026-11-21", currency="EUR")

    found = await _holding(stand)

    assert found["price_date"] == "2026-11-21"
    assert found["price"] not in {"270", "250"}
    answer = await stand.call("GET", "/performance?sample=false")
    assert answer.status == 200, await answer.text()
    assert (await answer.json())["unpriced"] == []


async def test_an_explained_value_names_the_day_and_source_of_its_price(stand: Any) -> None:
    await _bought(stand)
    await _enter(stand, "251.50")

    answer = await stand.call(
        "GET", "/explain?figure=position.value&symbol=ROG&account=&sample=false"
    )

    assert answer.status == 200, await answer.text()
    told = await answer.json()
    (price,) = [one for one in told["inputs"] if one["name"].startswith("price")]
    assert (price["date"], price["source"]) == ("2026-11-20", "entered by you")


async def test_an_idea_measures_its_levels_by_the_entered_price(stand: Any) -> None:
    answer = await stand.call(
        "POST",
        "/positions/ideas",
        json={
            "symbol": "ROG",
            "side": "long",
            "entry": "250",
            "stop": "240",
            "targets": [],
            "currency": "CHF",
        },
    )
    made = await answer.json()
    assert made["market"] is None

    await _enter(stand, "251")

    shown = await (await stand.call("GET", f"/positions/{made['id']}")).json()
    assert (shown["market"]["price"], shown["market"]["date"]) == ("251", "2026-11-20")

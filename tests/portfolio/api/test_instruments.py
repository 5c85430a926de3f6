"""Instruments, their prices, and where the market stands beside an idea."""

from decimal import Decimal
from typing import Any

import pytest

IDEA: dict[str, Any] = {
    "symbol": "IBM",
    "side": "long",
    "entry": "206.50",
    "stop": "199.50",
    "targets": ["215.00", "223.50"],
    "currency": "USD",
}


async def _items(stand: Any, query: str = "") -> list[dict[str, Any]]:
    answer = await stand.call("GET", f"/instruments{query}")
    assert answer.status == 200, await answer.text()
    found: list[dict[str, Any]] = (await answer.json())["items"]
    return found


async def _idea(stand: Any, **change: Any) -> dict[str, Any]:
    answer = await stand.call("POST", "/positions/ideas", json={**IDEA, **change})
    assert answer.status == 201, await answer.text()
    made: dict[str, Any] = await answer.json()
    return made


async def test_an_instrument_is_told_with_its_last_price(stand: Any) -> None:
    (found,) = await _items(stand, "?q=apple")

    assert found == {
        "id": "AAPL",
        "class": "share",
        "unit": 1,
        "region": None,
        "tags": [],
        "symbol": "AAPL",
        "name": "Apple Inc.",
        "currency": "USD",
        "isin": "US0378331005",
        "mic": "XNAS",
        "price": "430.47",
        "price_currency": "USD",
        "price_date": "2013-03-01",
        "price_age_days": 5014,
        "price_source": "packaged sample prices",
        "price_origin": "packaged",
        "day_percent": found["day_percent"],
    }
    assert Decimal(found["day_percent"]) < 0


async def test_those_of_my_ledger_and_ideas_are_found_too(stand: Any) -> None:
    await _idea(stand, symbol="NESN", currency="CHF", isin="CH0038863350", targets=[])
    await stand.call(
        "POST",
        "/transactions",
        json={
            "kind": "buy",
            "symbol": "ROG",
            "currency": "CHF",
            "date": "2012-01-03",
            "quantity": "1",
            "price": "1",
        },
    )

    assert [one["symbol"] for one in await _items(stand)] == [
        "AAPL", "GOOG", "IBM", "MSFT", "NESN", "ROG",
    ]  # fmt: skip
    (nestle,) = await _items(stand, "?q=CH00388")
    assert (nestle["symbol"], nestle["currency"], nestle["price"]) == ("NESN", "CHF", None)


async def test_the_best_match_comes_first(stand: Any) -> None:
    for symbol in ("G", "BIG", "GO"):
        await _idea(stand, symbol=symbol)

    assert [one["symbol"] for one in await _items(stand, "?q=g")] == ["G", "GO", "GOOG", "BIG"]


async def test_what_nobody_has_is_not_found(stand: Any) -> None:
    assert await _items(stand, "?q=nothing-of-this-name") == []


async def test_the_list_is_paged(stand: Any) -> None:
    first = await (await stand.call("GET", "/instruments?limit=3")).json()
    rest = await (await stand.call("GET", f"/instruments?limit=3&cursor={first['next']}")).json()

    symbols = [one["symbol"] for page in (first, rest) for one in page["items"]]
    assert symbols == ["AAPL", "GOOG", "IBM", "MSFT"]
    assert rest["next"] is None


async def test_adjusted_prices_know_no_split(stand: Any) -> None:
    path = "/instruments/AAPL/prices?start=2005-02-25&end=2005-02-28"
    plain = await (await stand.call("GET", path)).json()
    adjusted = await (await stand.call("GET", f"{path}&adjusted=true")).json()

    before, after = (Decimal(bar["close"]) for bar in plain["items"])
    flat, same = (Decimal(bar["close"]) for bar in adjusted["items"])
    assert (plain["adjusted"], adjusted["adjusted"]) == (False, True)
    assert [event["kind"] for event in plain["events"]] == ["split"]
    assert (flat, same) == (before / 2, after)
    assert adjusted["items"][0]["volume"] == plain["items"][0]["volume"] * 2


async def test_an_instrument_without_prices_is_not_found(stand: Any, problem: Any) -> None:
    answer = await stand.call("GET", "/instruments/NESN/prices?adjusted=true")

    assert answer.status == 404
    assert await problem(answer) == "not-found"


async def test_the_market_stands_beside_an_idea(stand: Any) -> None:
    made = await _idea(stand)

    (listed,) = (await (await stand.call("GET", "/positions/ideas")).json())["items"]

    assert listed["market"] == made["market"]
    assert (made["market"]["price"], made["market"]["date"]) == ("202.91", "2013-03-01")
    assert made["market"]["to_entry_percent"] == "1.77"
    assert made["market"]["to_stop_percent"] == "-1.68"
    assert made["market"]["to_targets_percent"] == ["5.96", "10.15"]


@pytest.mark.parametrize("change", [{"symbol": "NESN"}, {"currency": "EUR"}])
async def test_without_a_price_in_its_currency_there_is_no_market(
    stand: Any, change: dict[str, str]
) -> None:
    assert (await _idea(stand, **change))["market"] is None


async def test_a_level_that_is_not_set_is_at_no_distance(stand: Any) -> None:
    made = await _idea(stand, entry=None, stop=None, targets=[])

    assert made["market"]["to_entry_percent"] is None
    assert made["market"]["to_stop_percent"] is None
    assert made["market"]["to_targets_percent"] == []


async def test_ideas_are_listed_by_symbol(stand: Any) -> None:
    await _idea(stand)
    await _idea(stand, symbol="MSFT", entry="28", stop="27", targets=[])

    found = (await (await stand.call("GET", "/positions/ideas?symbol=MSFT")).json())["items"]
    none = (await (await stand.call("GET", "/positions/ideas?symbol=MSF")).json())["items"]

    assert [one["symbol"] for one in found] == ["MSFT"]
    assert none == []


async def test_what_is_written_down_of_an_instrument_comes_first(stand: Any) -> None:
    written = {
        "symbol": "VOD",
        "class": "fund",
        "currency": "GBX",
        "isin": "GB00BH4HKS39",
        "region": "Europe",
        "tags": ["telecom"],
    }
    made = await (await stand.call("POST", "/instruments", json=written)).json()
    changed = await stand.call("PATCH", f"/instruments/{made['id']}", json={"name": "Vodafone"})
    by_symbol = await (await stand.call("GET", "/instruments/VOD")).json()

    assert (made["currency"], made["unit"], made["class"]) == ("GBX", 100, "fund")
    assert by_symbol == await changed.json()
    assert (by_symbol["name"], by_symbol["tags"]) == ("Vodafone", ["telecom"])
    assert [one["symbol"] for one in await _items(stand, "?q=vodaf")] == ["VOD"]


async def test_a_packaged_instrument_can_be_tagged(stand: Any) -> None:
    changed = await stand.call("PATCH", "/instruments/IBM", json={"tags": ["old"]})

    body = await changed.json()
    assert (changed.status, body["tags"], body["isin"]) == (200, ["old"], "US4592001014")


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ({"symbol": "!"}, 422),
        ({"symbol": "X", "isin": "US0378331006"}, 422),
        ({"symbol": "X", "class": "house"}, 422),
        ({"symbol": "X", "currency": "ZZZ"}, 422),
        ({"symbol": "TWICE"}, 409),
    ],
)
async def test_an_instrument_that_cannot_be_is_refused(
    stand: Any, written: dict[str, Any], status: int
) -> None:
    await stand.call("POST", "/instruments", json={"symbol": "TWICE"})

    assert (await stand.call("POST", "/instruments", json=written)).status == status
    assert (await stand.call("PATCH", "/instruments/NOBODY", json={})).status == 404

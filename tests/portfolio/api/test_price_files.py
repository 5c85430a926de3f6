"""Prices from files: every usual form is read, every other row comes back with its reason."""

import base64
from typing import Any

import aiohttp
import pytest

PURCHASE = {
    "kind": "buy",
    "symbol": "ROG",
    "quantity": "10",
    "price": "200",
    "currency": "CHF",
    "date": "2024-01-05",
}


@pytest.fixture(autouse=True)
async def _bought(stand: Any) -> None:
    answer = await stand.call("POST", "/transactions", json=PURCHASE)
    assert answer.status == 201, await answer.text()


async def _load(stand: Any, text: str | bytes, **more: Any) -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    body = {
        "name": "prices.csv",
        "content_base64": base64.b64encode(content).decode(),
        "symbol": "ROG",
        **more,
    }
    body = {name: value for name, value in body.items() if value is not None}
    return await stand.call("POST", "/prices/files", json=body)


async def _loaded(stand: Any, text: str | bytes, **more: Any) -> dict[str, Any]:
    answer = await _load(stand, text, **more)
    assert answer.status == 200, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def _closes(stand: Any, symbol: str = "ROG") -> dict[str, tuple[str, str]]:
    answer = await stand.call("GET", f"/instruments/{symbol}/prices")
    if answer.status == 404:
        return {}
    items = (await answer.json())["items"]
    return {one["date"]: (one["close"], one["currency"]) for one in items}


@pytest.mark.parametrize(
    "text",
    [
        "Date,Close\n2026-11-19,250.5\n2026-11-20,251\n",
        "Date;Open;Close;Adj Close\n2026-11-19;1;250.5;9.1\n2026-11-20;1;251;9\n",
        "Datum;Schlusskurs\n19.11.2026;250,50\n20.11.2026;251,00\n",
        "Roche Holding\nKurse\n\nDatum\tSchluss\n19.11.2026\t250,5\n20.11.2026\t251\n",
        "11/19/2026,$250.50\n11/20/2026,$251.00\n",
        "Date,Close/Last,Volume,Open\n11/20/2026,$251.00,1,1\n11/19/2026,$250.50,1,1\n",
        "Symbol,Date,Close,Currency\nROG,2026-11-19,250.5,CHF\nROG,2026-11-20,251,CHF\n",
        "\ufeffdate,price (CHF)\n20261119,250.5\n20261120,251\n",
    ],
)
async def test_every_usual_form_is_read(stand: Any, text: str) -> None:
    symbol, currency = ("AAPL", "USD") if "$" in text else ("ROG", "CHF")

    found = await _loaded(stand, text, symbol=symbol)

    assert (found["taken"], found["known"], found["rejected"]) == (2, 0, 0), found
    assert (found["first"], found["last"]) == ("2026-11-19", "2026-11-20")
    assert found["symbols"] == [symbol]
    closes = (await _closes(stand, symbol)).items()
    assert {day: (float(close), code) for day, (close, code) in closes if day > "2014"} == {
        "2026-11-19": (250.5, currency),
        "2026-11-20": (251.0, currency),
    }


async def test_a_sign_of_another_currency_is_refused(stand: Any) -> None:
    found = await _loaded(stand, "Date,Close\n2026-11-20,$251.00\n2026-11-19,250\n")

    assert (found["taken"], found["rejected"]) == (1, 1)
    assert found["rejections"][0]["reason"] == "This price is not in CHF"


async def test_the_same_file_again_changes_nothing_and_a_corrected_one_only_what_it_corrects(
    stand: Any,
) -> None:
    text = "Date,Close\n2026-11-19,250.5\n2026-11-20,251\n"
    await _loaded(stand, text)

    again = await _load(stand, text)
    assert "Undo" not in again.headers
    assert (await again.json())["known"] == 2

    corrected = await _load(stand, text.replace("251", "252"))
    assert {name: (await corrected.json())[name] for name in ("taken", "known")} == {
        "taken": 1,
        "known": 1,
    }
    await stand.call("POST", f"/undo/{corrected.headers['Undo']}")
    assert (await _closes(stand))["2026-11-20"] == ("251", "CHF")


async def test_a_whole_file_is_undone_at_once(stand: Any) -> None:
    answer = await _load(stand, "Date,Close\n2026-11-19,250.5\n2026-11-20,251\n")

    undone = await stand.call("POST", f"/undo/{answer.headers['Undo']}")

    assert undone.status == 200, await undone.text()
    assert (await undone.json())["undone"] == "2 prices loaded from prices.csv"
    assert await _closes(stand) == {}


async def test_what_is_entered_counts_before_the_file_and_the_file_before_the_package(
    stand: Any,
) -> None:
    await stand.call("PUT", "/instruments/AAPL/prices/2013-02-28", json={"price": "1"})
    text = "Date,Close\n2013-02-28,2\n2013-03-01,3\n"
    await _loaded(stand, text, symbol="AAPL")

    closes = await _closes(stand, "AAPL")

    assert closes["2013-02-28"] == ("1", "USD")
    assert closes["2013-03-01"] == ("3", "USD")
    assert closes["2013-02-27"][0] not in {"1", "2", "3"}


async def test_rows_that_cannot_be_taken_come_back_with_their_reasons(stand: Any) -> None:
    found = await _loaded(
        stand,
        "Date,Symbol,Close,Currency\n"
        "2026-11-16,ROG,250,CHF\n"
        "2026-11-17,ROG,,CHF\n"
        "2026-11-18,ROG,abc,CHF\n"
        "2026-02-30,ROG,250,CHF\n"
        "2027-11-18,ROG,250,CHF\n"
        "2026-11-19,ROG,-4,CHF\n"
        "2026-11-20,NESN,90,CHF\n"
        "2026-11-13,ROG,250,QQQ\n"
        "2026-11-16,ROG,251,CHF\n"
        "2026-11-16,ROG,250,CHF\n",
    )

    assert (found["taken"], found["rejected"]) == (1, 8)
    told = {
        one["line"]: (one["reason"], one["column"], one["text"]) for one in found["rejections"]
    }
    assert told[3] == ("The price is missing", "Close", "")
    assert told[4] == ("This is not a number", "Close", "abc")
    assert told[5] == ("This day does not exist", "Date", "2026-02-30")
    assert told[6] == ("This day lies ahead", "date", "2027-11-18")
    assert told[7] == ("A price is not below zero", "price", "-4")
    assert told[8] == ("This row is not of ROG", "symbol", "NESN")
    assert told[9][1:] == ("Currency", "QQQ")
    assert told[10][0] == "Another row has a different price of this day"
    assert found["rejections"][0]["cells"] == ["2026-11-17", "ROG", "", "CHF"]


async def test_a_file_that_can_be_read_in_two_ways_is_asked_about(stand: Any) -> None:
    text = "Date,Close\n05/06/2026,250.5\n06/07/2026,251.5\n"
    answer = await _load(stand, text)
    assert answer.status == 422
    assert "date_order" in str(await answer.json())
    found = await _loaded(stand, text, date_order="dmy")
    assert found["first"] == "2026-06-05"

    text = 'Date,Close\n2026-11-19,"1,234"\n2026-11-20,"1,250"\n'
    answer = await _load(stand, text)
    assert answer.status == 422
    assert "decimal_mark" in str(await answer.json())
    await _loaded(stand, text, decimal_mark=",")
    assert (await _closes(stand))["2026-11-19"][0] == "1.234"


async def test_a_benchmark_from_a_file_needs_no_instrument(stand: Any) -> None:
    await stand.call("PATCH", "/settings", json={"currency": "CHF"})
    text = "Date,Close\n2024-01-05,100\n2026-11-20,150\n"
    found = await _loaded(stand, text, symbol="WORLD", currency="CHF")
    assert found["taken"] == 2
    await stand.call("PUT", "/instruments/ROG/prices/2026-11-20", json={"price": "251"})

    answer = await stand.call("GET", "/performance?benchmark=WORLD&sample=false&start=2024-01-05")

    assert answer.status == 200, await answer.text()
    assert (await answer.json())["benchmark"]["twr_percent"] == "50"
    listed = await stand.call("GET", "/instruments?q=WORLD")
    assert [one["symbol"] for one in (await listed.json())["items"]] == ["WORLD"]


async def test_a_file_of_many_instruments_says_whose_prices_it_has(stand: Any) -> None:
    text = "Ticker,Date,Close,Currency\nROG,2026-11-20,251,CHF\nNESN,2026-11-20,90.1,CHF\n"

    found = await _loaded(stand, text, symbol=None)

    assert found["symbols"] == ["NESN", "ROG"]
    answer = await _load(stand, "Date,Close\n2026-11-20,1\n", symbol=None)
    assert answer.status == 422
    assert "symbol" in str((await answer.json())["errors"])


@pytest.mark.parametrize(
    "text", ["", "nothing\n", "a,b\nc,d\n", "Date,Adj Close\n2026-11-20,9\n", b"\x89PNG\r\n"]
)
async def test_what_is_no_table_of_prices_is_refused(stand: Any, text: str | bytes) -> None:
    answer = await _load(stand, text)

    assert answer.status == 422, await answer.text()
    assert await _closes(stand) == {}


async def test_a_file_may_be_sent_as_a_form(stand: Any) -> None:
    form = aiohttp.FormData()
    form.add_field("file", b"Date,Close\n2026-11-20,251\n", filename="rog.csv")
    form.add_field("symbol", "ROG")

    answer = await stand.call("POST", "/prices/files", data=form)

    assert answer.status == 200, await answer.text()
    assert (await _closes(stand))["2026-11-20"] == ("251", "CHF")

    wrong = aiohttp.FormData()
    wrong.add_field("file", b"x", filename="rog.csv")
    wrong.add_field("colour", "red")
    assert (await stand.call("POST", "/prices/files", data=wrong)).status == 422


async def test_a_file_of_too_many_rows_is_refused(
    stand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portfolio.services.price_files.ROWS_MAX", 1)

    answer = await _load(stand, "Date,Close\n2026-11-19,250.5\n2026-11-20,251\n")

    assert answer.status == 422
    assert "up to 1 prices" in (await answer.json())["detail"]


async def test_a_provider_is_asked_only_once_it_is_turned_on(stand: Any) -> None:
    off = await stand.call("POST", "/prices/refresh", json={"provider": "yahoo"})
    assert off.status == 422

    changed = await stand.call("PATCH", "/settings", json={"price_provider": "yahoo"})
    assert (await changed.json())["price_provider"] == "yahoo"
    on = await stand.call("POST", "/prices/refresh", json={"provider": "yahoo"})

    assert on.status == 200, await on.text()
    yahoo, ecb = (await on.json())["items"]
    assert (yahoo["name"], yahoo["kind"], yahoo["on"], yahoo["asking"]) == (
        "yahoo", "prices", True, True,
    )  # fmt: skip
    assert (ecb["name"], ecb["on"], ecb["asking"], ecb["known_until"]) == (
        "ecb", False, False, "2026-10-30",
    )  # fmt: skip
    assert (await stand.call("POST", "/prices/refresh", json={"provider": "ecb"})).status == 200
    assert (await stand.call("POST", "/prices/refresh", json={"provider": "x"})).status == 422


@pytest.mark.parametrize("hours", [0, 169])
async def test_how_often_has_limits(stand: Any, hours: int) -> None:
    assert (await stand.call("PATCH", "/settings", json={"price_hours": hours})).status == 422

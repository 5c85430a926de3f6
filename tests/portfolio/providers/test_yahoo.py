"""Yahoo's answers: splits taken back, pence told, and what can be no price refused by name."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portfolio import prices
from portfolio.providers.base import FAULTS, Instrument, ProviderError
from portfolio.providers.yahoo import YAHOO
from tests.portfolio.providers.recorded_server import RECORDED

TODAY = date(2026, 11, 22)
APPLE = Instrument("AAPL", "share", "XNAS", "USD")


def _recorded(name: str) -> Any:
    return json.loads((RECORDED / name).read_text())


def _read(document: Any, one: Instrument = APPLE) -> Any:
    return YAHOO.read(json.dumps(document).encode(), one, TODAY)


def test_prices_around_a_split_are_as_they_were_traded() -> None:
    told = _read(_recorded("aapl-split-2005.json"))

    known = prices.history("AAPL")
    assert known is not None
    assert len(told.closes) == 19
    for on, price in told.closes:
        quote = known.quote(on)
        assert quote is not None
        assert (on, price) == (quote.on, quote.price)
    assert dict(told.closes)[date(2005, 2, 25)] == Decimal("88.99")
    assert dict(told.closes)[date(2005, 2, 28)] == Decimal("44.86")
    splits = [(one.on, one.numerator, one.denominator) for one in told.events]
    assert splits[0] == (date(2005, 2, 28), 2, 1)
    assert len(splits) == 3


def test_a_dividend_before_a_split_is_as_it_was_paid() -> None:
    document = _recorded("aapl-split-2005.json")
    (result,) = document["chart"]["result"]
    at = result["timestamp"][1]
    result["events"]["dividends"] = {str(at): {"amount": 0.01, "date": at}}

    told = _read(document)

    (paid,) = [one for one in told.events if one.kind == "dividend"]
    assert (paid.on, paid.dividend) == (date(2005, 2, 15), Decimal("0.56"))


def test_pence_are_told_as_pence_and_days_without_a_close_left_out() -> None:
    told = _read(_recorded("vod-pence.json"), Instrument("VOD", "share", "XLON", "GBP"))

    assert told.currency == "GBX"
    assert [on.day for on, _ in told.closes] == [16, 17, 19, 20]
    assert dict(told.closes)[date(2026, 11, 20)] == Decimal("93.88")
    assert told.events[0].dividend == Decimal("2.25")


def _change(where: str, value: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        (result,) = document["chart"]["result"]
        quote = result["indicators"]["quote"][0]
        if where == "close":
            quote["close"][3] = value
        elif where == "closes":
            quote["close"] = value
        elif where == "timestamp":
            result["timestamp"][-1] = value
        elif where == "split":
            result["events"]["splits"] = {"1": {"date": 1, "numerator": value, "denominator": 1}}
        else:
            result["meta"][where] = value

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_change("close", -1.5), "price"),
        (_change("close", float("nan")), "price"),
        (_change("close", float("inf")), "price"),
        (_change("close", "84"), "price"),
        (_change("close", 1e300), "price"),
        (_change("closes", [1.0]), "garbage"),
        (_change("closes", [None] * 19), "empty"),
        (_change("timestamp", 1_900_000_000), "future"),
        (_change("timestamp", 10**30), "garbage"),
        (_change("timestamp", "soon"), "garbage"),
        (_change("currency", "EUR"), "currency"),
        (_change("currency", "???"), "currency"),
        (_change("split", 0), "garbage"),
        (_change("split", 10**9), "garbage"),
    ],
)
def test_what_can_be_no_price_refuses_the_answer(
    change: Callable[[Any], None], fault: str
) -> None:
    document = _recorded("aapl-split-2005.json")
    _read(document)
    change(document)

    with pytest.raises(ProviderError) as refused:
        _read(document)

    assert refused.value.fault == fault
    assert refused.value.detail


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"{}", b'{"chart": {}}', b'{"chart": {"result": [3]}}', b"[" * 90_000],
)
def test_what_is_no_answer_is_garbage(body: bytes) -> None:
    with pytest.raises(ProviderError) as refused:
        YAHOO.read(body, APPLE, TODAY)

    assert refused.value.fault == "garbage"


def test_what_it_does_not_know_it_says() -> None:
    with pytest.raises(ProviderError) as refused:
        YAHOO.read((RECORDED / "not-found.json").read_bytes(), APPLE, TODAY)

    assert refused.value.fault == "unknown"
    assert set(FAULTS) >= {refused.value.fault}


@pytest.mark.parametrize(
    ("instrument", "ticker"),
    [
        (APPLE, "AAPL"),
        (Instrument("SAP", "share", "XETR", "EUR"), "SAP.DE"),
        (Instrument("SAP.DE", "share", "XETR", "EUR"), "SAP.DE"),
        (Instrument("BTC", "crypto", None, "EUR"), "BTC-EUR"),
        (Instrument("ETH-USD", "crypto", None, "EUR"), "ETH-USD"),
        (Instrument("HOUSE", "manual", None, "EUR"), None),
        (Instrument("AAPL 250117C200", "option", None, "USD"), None),
        (Instrument("Müller", "share", None, "EUR"), None),
    ],
)
def test_its_name_of_an_instrument_has_its_market(
    instrument: Instrument, ticker: str | None
) -> None:
    assert YAHOO.ticker(instrument) == ticker


def test_a_symbol_cannot_leave_its_place_in_the_address() -> None:
    url = YAHOO.url("http://127.0.0.1:1/", "../x?y=1&", date(2026, 1, 1), TODAY)

    assert url.startswith("http://127.0.0.1:1/v8/finance/chart/..%2Fx%3Fy%3D1%26?period1=")

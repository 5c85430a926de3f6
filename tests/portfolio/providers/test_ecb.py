"""Files of rates of the ECB: read, merged over the packaged ones, refused where they cannot be."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from portfolio import prices
from portfolio.providers import ecb
from portfolio.providers.base import ProviderError
from tests.portfolio.providers.recorded_server import RECORDED

TODAY = date(2026, 11, 22)
CSV = "Date,USD,CHF,EEK,\n2026-11-20,1.1523,0.9312,N/A,\n2026-10-30,1.2,0.93,N/A,\n"


def _zip(*files: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files:
            file.writestr(name, content)
    return packed.getvalue()


def test_the_last_days_are_read_and_merged() -> None:
    days = ecb.read((RECORDED / "ecb-90d.xml").read_bytes(), TODAY)
    packaged = prices.ecb_rates()
    merged = packaged.with_days(days)

    assert days["2026-11-20"] == {"USD": "1.1523", "CHF": "0.9312", "GBP": "0.8811"}
    found = merged.rate("EUR", "USD", TODAY)
    assert (found.rate, found.on) == (Decimal("1.1523"), date(2026, 11, 20))
    old = date(2012, 8, 8)
    assert merged.rate("GBP", "USD", old) == packaged.rate("GBP", "USD", old)
    assert merged.currencies == packaged.currencies
    assert packaged.with_days({}) is packaged


def test_the_history_is_read_from_its_zip() -> None:
    days = ecb.read(_zip(("eurofxref-hist.csv", CSV.encode())), TODAY)

    assert days == {
        "2026-11-20": {"USD": "1.1523", "CHF": "0.9312"},
        "2026-10-30": {"USD": "1.2", "CHF": "0.93"},
    }
    merged = prices.ecb_rates().with_days(days)
    assert merged.rate("EUR", "USD", date(2026, 10, 30)).rate == Decimal("1.2")
    assert merged.said_on("2026-10-30") == days["2026-10-30"]
    assert merged.said_on("2026-10-31") == {}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", "garbage"),
        (b"<html>down</html", "garbage"),
        (b"<html></html>", "empty"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x/>', "garbage"),
        (b"PK\3\4nonsense", "garbage"),
        (_zip(("a.csv", b"x"), ("b.csv", b"x")), "garbage"),
        (_zip(("a.csv", b"Day,USD\n")), "garbage"),
        (_zip(("a.csv", CSV.replace("1.1523", "1.15,23").encode())), "garbage"),
        (_zip(("a.csv", CSV.replace("1.1523", "-1.1").encode())), "price"),
        (_zip(("a.csv", CSV.replace("1.1523", "0").encode())), "price"),
        (_zip(("a.csv", CSV.replace("1.1523", "1e5").encode())), "price"),
        (_zip(("a.csv", CSV.replace("USD", "QQQ").encode())), "currency"),
        (_zip(("a.csv", CSV.replace("2026-11-20", "2026-12-24").encode())), "future"),
        (_zip(("a.csv", CSV.replace("2026-11-20", "20.11.2026").encode())), "garbage"),
        (_zip(("a.csv", b"\0" * (40 * 1024 * 1024))), "too-large"),
    ],
)
def test_what_are_no_rates_is_refused(body: bytes, fault: str) -> None:
    with pytest.raises(ProviderError) as refused:
        ecb.read(body, TODAY)

    assert refused.value.fault == fault


def test_the_history_is_asked_for_only_when_much_is_missing() -> None:
    assert ecb.url("http://x/", date(2026, 10, 30), TODAY) == "http://x/eurofxref-hist-90d.xml"
    assert ecb.url("http://x", date(2026, 5, 1), TODAY) == "http://x/eurofxref-hist.zip"

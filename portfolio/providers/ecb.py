"""The euro reference rates of the European Central Bank, as it publishes them.

`eurofxref-hist.zip` is one CSV with all days since 1999, `eurofxref-hist-90d.xml` the last 90
days. Rates are units of a currency for 1 EUR; a currency without one that day is left out.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from xml.etree import ElementTree as ET

from portfolio.domain import money
from portfolio.domain.errors import AmountError
from portfolio.domain.money import ISO_4217, WITHDRAWN
from portfolio.providers.base import ProviderError

NAME: Final = "ecb"
TITLE: Final = "European Central Bank"
BASE_URL: Final = "https://www.ecb.europa.eu/stats/eurofxref"
HISTORY: Final = "eurofxref-hist.zip"
LAST_DAYS: Final = "eurofxref-hist-90d.xml"
LAST_DAYS_COUNT: Final = 80  # from the last day that is known; beyond it the history is asked for
_UNPACKED_MAX: Final = 32 * 1024 * 1024  # bytes; the history has 2 MiB in 2026
_NO_RATE: Final = frozenset({"", "N/A"})
_RATE: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,12})?", re.ASCII)
_NO_ZIP: Final = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError)
Days = dict[str, dict[str, str]]


def url(base: str, last: date, today: date) -> str:
    """Return what to ask when the last day that is known is `last`."""
    recent = today - last <= timedelta(days=LAST_DAYS_COUNT)
    return f"{base.rstrip('/')}/{LAST_DAYS if recent else HISTORY}"


def read(body: bytes, today: date) -> Days:
    """Return the rates of an answer by day: {ISO 8601: {currency: rate}}.

    Raises:
        ProviderError: it cannot be read, or what it says cannot be.
    """
    days = _zipped(body) if body.startswith(b"PK") else _xml(body)
    if not days:
        raise ProviderError("empty", "It tells no rates")
    for day, rates in days.items():
        _check(day, rates, today)
    return days


def _zipped(body: bytes) -> Days:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            (name,) = packed.namelist()
            with packed.open(name) as file:
                content = file.read(_UNPACKED_MAX + 1)
    except _NO_ZIP as error:
        raise ProviderError("garbage") from error
    if len(content) > _UNPACKED_MAX:
        raise ProviderError("too-large")
    try:
        lines = content.decode("ascii").splitlines()
    except UnicodeDecodeError as error:
        raise ProviderError("garbage") from error
    header = [cell.strip() for cell in lines[0].split(",")] if lines else []
    if header[:1] != ["Date"]:
        raise ProviderError("garbage")
    found: Days = {}
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) != len(header):
            raise ProviderError("garbage", "A line of it has other columns than its header")
        found[cells[0]] = {
            code: rate
            for code, rate in zip(header[1:], cells[1:], strict=True)
            if code and rate not in _NO_RATE
        }
    return found


def _xml(body: bytes) -> Days:
    if b"<!" in body:  # no declarations, so no entities
        raise ProviderError("garbage")
    try:
        root = ET.fromstring(body)  # noqa: S314 - see above
    except ET.ParseError as error:
        raise ProviderError("garbage") from error
    return {
        day: {one.get("currency", ""): one.get("rate", "") for one in cube}
        for cube in root.iter()
        if (day := cube.get("time")) is not None
    }


def _check(day: str, rates: Mapping[str, str], today: date) -> None:
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise ProviderError("garbage") from error
    if on.isoformat() != day:
        raise ProviderError("garbage")
    if on > today + timedelta(days=1):
        raise ProviderError("future", "It tells rates of days that lie ahead")
    for code, rate in rates.items():
        if code not in ISO_4217 and code not in WITHDRAWN:
            raise ProviderError("currency", "It tells a rate of no currency that is known")
        if not _RATE.fullmatch(rate) or not _above_zero(rate):
            raise ProviderError("price", "One of its rates is none")


def _above_zero(rate: str) -> bool:
    try:
        return money.parse_decimal(rate) > 0
    except AmountError:
        return False

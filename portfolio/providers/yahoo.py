"""Yahoo Finance's chart endpoint: daily closes with splits and dividends, as JSON.

Its closes are divided by every later split, and its dividends too; both are multiplied by these
again, since we keep prices as traded. All splits after a day are in the same answer, because what
is asked for always reaches to today. Its numbers are 32-bit floats: seven digits of them count.

London's prices come in `GBp`, which are pence (GBX here). A day without a close (null) is left
out; anything else that is no price refuses the whole answer, for who sends one wrong number may
have sent more.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NoReturn
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from portfolio.domain import money
from portfolio.domain.errors import CurrencyError
from portfolio.domain.quotes import CorporateEvent
from portfolio.domain.transactions import SPLIT_PART_MAX
from portfolio.providers.base import Instrument, ProviderError, Told, seven_digits

_SUFFIXES: Final[Mapping[str, str]] = {
    "XETR": "DE", "XFRA": "F", "XSTU": "SG", "XMUN": "MU", "XBER": "BE", "XDUS": "DU",
    "XHAM": "HM", "XLON": "L", "XPAR": "PA", "XAMS": "AS", "XBRU": "BR", "XLIS": "LS",
    "XMIL": "MI", "MTAA": "MI", "XSWX": "SW", "XVTX": "SW", "XWBO": "VI", "XMAD": "MC",
    "XSTO": "ST", "XCSE": "CO", "XHEL": "HE", "XOSL": "OL", "XICE": "IC", "XDUB": "IR",
    "XWAR": "WA", "XPRA": "PR", "XBUD": "BD", "XATH": "AT", "XIST": "IS", "XTSE": "TO",
    "XTSX": "V", "XASX": "AX", "XNZE": "NZ", "XHKG": "HK", "XTKS": "T", "XSHG": "SS",
    "XSHE": "SZ", "XKRX": "KS", "XKOS": "KQ", "XTAI": "TW", "XSES": "SI", "XNSE": "NS",
    "XBOM": "BO", "XIDX": "JK", "XBKK": "BK", "XKLS": "KL", "XTAE": "TA", "XJSE": "JO",
    "BVMF": "SA", "XMEX": "MX", "XBUE": "BA", "XSGO": "SN",
}  # fmt: skip
_WITHOUT: Final = frozenset({"option", "cash", "manual", "bond"})
_AHEAD: Final = timedelta(days=1)  # where it is tomorrow already
_DAY_S: Final = 86_400
_NAME_MAX: Final = 32


@dataclass(frozen=True, slots=True)
class Yahoo:
    """The provider, as `base.Provider` has it."""

    name: str = "yahoo"
    title: str = "Yahoo Finance"
    base_url: str = "https://query1.finance.yahoo.com"

    def ticker(self, instrument: Instrument) -> str | None:
        """Return Yahoo's name: the symbol with the suffix of its market; of a coin, a pair."""
        symbol = instrument.symbol
        if instrument.kind in _WITHOUT or not symbol.isascii() or len(symbol) > _NAME_MAX:
            return None
        if instrument.kind == "crypto":
            return symbol if "-" in symbol else f"{symbol}-{instrument.currency or 'USD'}"
        suffix = _SUFFIXES.get(instrument.mic or "")
        return symbol if suffix is None or "." in symbol else f"{symbol}.{suffix}"

    def url(self, base: str, ticker: str, start: date, end: date) -> str:
        """Return what to ask; `end` is included."""
        asked = {
            "period1": _seconds(start),
            "period2": _seconds(end) + _DAY_S,
            "interval": "1d",
            "events": "div,splits",
        }
        return f"{base.rstrip('/')}/v8/finance/chart/{quote(ticker, safe='')}?{urlencode(asked)}"

    def read(self, body: bytes, instrument: Instrument, today: date) -> Told:
        """Return what an answer tells; see `base.Provider`."""
        result = _result(body)
        try:
            meta, stamps = result["meta"], result.get("timestamp") or []
            closes = result["indicators"]["quote"][0].get("close") or []
            events = result.get("events") or {}
            currency = _currency(meta, instrument)
            zone = _zone(meta)
            splits = sorted(_splits(events, zone, instrument.symbol), key=lambda one: one.on)
            days = _days(stamps, closes, zone, today)
            paid = tuple(_dividends(events, zone, instrument.symbol, splits))
        except (
            KeyError,
            IndexError,
            TypeError,
            AttributeError,
            ValueError,
            OverflowError,
        ) as error:
            raise ProviderError("garbage") from error
        if not days:
            raise ProviderError("empty")
        traded = tuple((on, as_traded(price, on, splits)) for on, price in sorted(days.items()))
        found = sorted((*splits, *paid), key=lambda one: (one.on, one.kind))
        return Told(currency, traded, tuple(found))


YAHOO: Final = Yahoo()


def as_traded(price: Decimal, on: date, splits: Sequence[CorporateEvent]) -> Decimal:
    """Return a price of a day with the splits after it taken back."""
    with money.exact():
        for split in splits:
            if split.on > on:
                price = price * split.numerator / split.denominator
    return seven_digits(price)


def _result(body: bytes) -> dict[str, Any]:
    try:
        whole = json.loads(body, parse_float=Decimal, parse_int=Decimal, parse_constant=_constant)
        chart = whole["chart"]
        if chart.get("error"):
            raise ProviderError("unknown")
        (found,) = chart["result"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ProviderError("garbage") from error
    if not isinstance(found, dict):
        raise ProviderError("garbage")
    return found


def _constant(_text: str) -> NoReturn:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ProviderError("price")


def _currency(meta: Mapping[str, Any], instrument: Instrument) -> str:
    try:
        found = money.check_currency(str(meta["currency"]))
    except CurrencyError as error:
        raise ProviderError("currency", "Its prices are in no currency that is known") from error
    wanted = instrument.currency
    if wanted is not None and money.major_unit(found)[0] != money.major_unit(wanted)[0]:
        said = f"Its prices are in {found}, those of {instrument.symbol} here in {wanted}"
        raise ProviderError("currency", said)
    return found


def _zone(meta: Mapping[str, Any]) -> tzinfo:
    """Return the time zone of the exchange: by name, or, where that is not known here, as now."""
    try:
        return ZoneInfo(str(meta["exchangeTimezoneName"]))
    except (KeyError, ValueError, OSError):
        return timezone(timedelta(seconds=int(meta.get("gmtoffset", 0))))


def _on(stamp: Decimal, zone: tzinfo) -> date:
    return datetime.fromtimestamp(int(stamp), UTC).astimezone(zone).date()


def _days(
    stamps: Sequence[Decimal], closes: Sequence[object], zone: tzinfo, today: date
) -> dict[date, Decimal]:
    if len(stamps) != len(closes):
        raise ProviderError("garbage", "It tells more days than prices, or fewer")
    found: dict[date, Decimal] = {}
    for stamp, close in zip(stamps, closes, strict=True):
        on = _on(stamp, zone)
        if on > today + _AHEAD:
            raise ProviderError("future")
        if not close:
            continue  # the exchange was closed, or nothing was traded
        if not isinstance(close, Decimal) or close < 0 or close.adjusted() > _DIGITS_MAX:
            raise ProviderError("price")
        found[on] = close
    return found


def _splits(events: Mapping[str, Any], zone: tzinfo, symbol: str) -> Iterator[CorporateEvent]:
    for one in (events.get("splits") or {}).values():
        parts = one["numerator"], one["denominator"]
        if not all(isinstance(part, Decimal) and part > 0 for part in parts):
            raise ProviderError("garbage", "A split of it is none")
        ratio = Fraction(parts[0]) / Fraction(parts[1])
        if max(ratio.numerator, ratio.denominator) > SPLIT_PART_MAX:
            raise ProviderError("garbage", "A split of it is none")
        if ratio != 1:
            on = _on(one["date"], zone)
            yield CorporateEvent(on, symbol, "split", ratio.numerator, ratio.denominator)


def _dividends(
    events: Mapping[str, Any], zone: tzinfo, symbol: str, splits: Sequence[CorporateEvent]
) -> Iterator[CorporateEvent]:
    for one in (events.get("dividends") or {}).values():
        amount = one["amount"]
        if not isinstance(amount, Decimal) or amount < 0:
            raise ProviderError("price", "A dividend of it is none")
        on = _on(one["date"], zone)
        if amount:
            yield CorporateEvent(on, symbol, "dividend", dividend=as_traded(amount, on, splits))


def _seconds(on: date) -> int:
    return int(datetime.combine(on, time(), UTC).timestamp())


_DIGITS_MAX: Final = 12  # before the point; nothing on an exchange costs as much

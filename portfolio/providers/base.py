"""What a provider of prices is, and everything that can go wrong with one, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final, Literal, Protocol

from portfolio.domain.quotes import CorporateEvent

Fault = Literal[
    "unreachable", "slow", "busy", "broken", "redirected", "refused", "too-large", "unknown",
    "garbage", "currency", "price", "future", "empty",
]  # fmt: skip
FAULTS: Final[Mapping[Fault, str]] = {
    "unreachable": "It could not be reached",
    "slow": "It did not answer in time",
    "busy": "It asks to be asked less often",
    "broken": "It has a fault of its own",
    "redirected": "It sent us to another address, which was not followed",
    "refused": "It refused to answer",
    "too-large": "Its answer was too large",
    "unknown": "It does not know this instrument",
    "garbage": "Its answer could not be read",
    "currency": "Its prices are in another currency than this instrument",
    "price": "One of its prices is no price",
    "future": "It tells prices of days that lie ahead",
    "empty": "It has no prices of this instrument",
}
OF_THE_PROVIDER: Final[frozenset[Fault]] = frozenset(
    {"unreachable", "slow", "busy", "broken", "redirected", "refused", "too-large"}
)
_SEVEN: Final = Context(prec=7, rounding=ROUND_HALF_EVEN)


class ProviderError(Exception):
    """A provider did not tell prices; `retry_s` is when it wants to be asked again, if it said."""

    def __init__(self, fault: Fault, detail: str = "", *, retry_s: float | None = None) -> None:
        super().__init__(detail or FAULTS[fault])
        self.fault: Fault = fault
        self.detail = detail or FAULTS[fault]
        self.retry_s = retry_s


@dataclass(frozen=True, slots=True)
class Instrument:
    """What a provider has to know of an instrument to name it. What is not known is None."""

    symbol: str
    kind: str | None = None
    mic: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider tells of an instrument: prices as traded, by day, and what fell between."""

    currency: str
    closes: tuple[tuple[date, Decimal], ...]
    events: tuple[CorporateEvent, ...]


class Provider(Protocol):
    """One provider of daily prices. Pure: bytes come in, values go out."""

    @property
    def name(self) -> str:
        """What it is called in the store and in settings."""
        ...

    @property
    def title(self) -> str:
        """What it is called on the screen."""
        ...

    @property
    def base_url(self) -> str:
        """Where it is asked unless a setting says otherwise."""
        ...

    def ticker(self, instrument: Instrument) -> str | None:
        """Return what it calls an instrument; None when it has no prices of such."""
        ...

    def url(self, base: str, ticker: str, start: date, end: date) -> str:
        """Return what to ask for the prices between two days."""
        ...

    def read(self, body: bytes, instrument: Instrument, today: date) -> Told:
        """Return what an answer tells.

        Raises:
            ProviderError: it cannot be read, or what it says cannot be.
        """
        ...


def seven_digits(value: Decimal) -> Decimal:
    """Return a price to seven digits: what a 32-bit number tells beyond them is noise."""
    text = format(_SEVEN.create_decimal(value), "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)

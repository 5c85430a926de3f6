"""Exact decimals as people write them, and currencies (ISO 4217).

An amount enters as text and leaves as the same text: `parse_decimal` accepts only the plain form
that `format_decimal` writes, so "10.50" stays "10.50" in the store, on the wire and on screen.
Sums and products are exact; quotients are rounded half to even at `PRECISION` digits, far below
anything that can be entered. Wrap a computation in `exact()`, so that no caller's decimal context
changes its result.

Pence and their like: London prices stand in GBX (also written GBp), Tel Aviv in ILA,
Johannesburg in ZAC. These are not currencies with a rate but fixed hundredths of GBP, ILS and ZAR.
"""

import decimal
import re
from contextlib import AbstractContextManager
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Final

from portfolio.domain.errors import AmountError, CurrencyError

PRECISION: Final = (
    60  # digits; a product of two entered numbers needs at most 72, a price x size 40
)
DIGITS_BEFORE_POINT: Final = 18
DIGITS_AFTER_POINT: Final = 18
DUST: Final = Decimal(1).scaleb(-DIGITS_AFTER_POINT)  # smaller than anything that can be entered
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)

_CONTEXT: Final = decimal.Context(
    prec=PRECISION,
    rounding=ROUND_HALF_EVEN,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
_PLAIN: Final = re.compile(
    rf"-?(?:0|[1-9][0-9]{{0,{DIGITS_BEFORE_POINT - 1}}})"
    rf"(?:\.[0-9]{{1,{DIGITS_AFTER_POINT}}})?",
    re.ASCII,
)
_NEGATIVE_ZERO: Final = re.compile(r"-0(?:\.0*)?", re.ASCII)

# ISO 4217 active codes of national currencies and funds, as of 2026, and the precious metals.
ISO_4217: Final = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN
    BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR
    FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY
    KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
    MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON
    RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP
    TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XAG XAU XCD XCG XOF
    XPD XPF XPT YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 - a list of codes is read as a list of words
)
# Withdrawn codes that still stand in old ledgers and in the ECB's history.
WITHDRAWN: Final = frozenset(
    """
    ANG ATS BEF BGL BGN CUC CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE ROL
    SIT SKK SLL TRL VEF ZWL
    """.split()  # noqa: SIM905 - as above
)
MINOR_UNITS: Final = {"GBX": "GBP", "ILA": "ILS", "ZAC": "ZAR"}
_MINOR_SPELLINGS: Final = {"GBp": "GBX", "GBX": "GBX", "ILA": "ILA", "ZAc": "ZAC", "ZAC": "ZAC"}


def exact() -> AbstractContextManager[decimal.Context]:
    """Return a context in which decimal arithmetic has `PRECISION` digits, whoever calls."""
    return decimal.localcontext(_CONTEXT)


def parse_decimal(text: str, *, field: str | None = None) -> Decimal:
    """Return the number that plain text states: "12", "-0.5", "10.50"; nothing is guessed.

    At most 18 digits stand before and 18 after the point. Refused are exponents, a plus sign,
    grouping, leading zeros, a bare point and minus zero, which would not come back as entered.

    Raises:
        AmountError: the text is not of that form.
    """
    if not _PLAIN.fullmatch(text) or _NEGATIVE_ZERO.fullmatch(text):
        shown = text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004 - display only
        raise AmountError(f'"{shown}" is not a number written like 1234.50', field=field)
    return Decimal(text)


def format_decimal(value: Decimal) -> str:
    """Return the plain text of a number, with its digits as entered and never an exponent."""
    if not value.is_finite():
        raise AmountError("a number must be finite")
    return format(value or abs(value), "f")


def tidy(value: Decimal) -> Decimal:
    """Return a computed number without digits that nobody entered: 18 decimals, no end zeros."""
    with exact():
        plain = format(value.quantize(DUST), "f").rstrip("0").rstrip(".")
    return Decimal(plain if plain not in {"", "-", "-0"} else "0")


def rounded(value: Decimal, places: int = 2) -> Decimal:
    """Return an amount rounded half up for display; stored figures are never rounded."""
    with exact():
        return value.quantize(ONE.scaleb(-places), rounding=ROUND_HALF_UP)


def floor_to_step(value: Decimal, step: Decimal = ONE) -> Decimal:
    """Return the greatest multiple of `step` that does not exceed a value >= 0.

    Raises:
        AmountError: the step is not above zero.
    """
    if step <= 0:
        raise AmountError("the size step must be above zero", field="step")
    with exact():
        return (value / step).to_integral_value(rounding=ROUND_DOWN) * step


def check_currency(code: str, *, field: str = "currency") -> str:
    """Return the code in its one spelling: ISO 4217, or GBX, ILA, ZAC for hundredths.

    Raises:
        CurrencyError: the code is not known. Case matters: "GBp" is pence, "gbp" nothing.
    """
    if code in ISO_4217 or code in WITHDRAWN:
        return code
    if code in _MINOR_SPELLINGS:
        return _MINOR_SPELLINGS[code]
    raise CurrencyError(
        f'"{code[:12]}" is not a currency code of ISO 4217 such as USD', field=field
    )


def major_unit(currency: str) -> tuple[str, Decimal]:
    """Return the currency that carries the rate, and how many of it one unit is worth.

    >>> major_unit("GBX")
    ('GBP', Decimal('0.01'))
    >>> major_unit("USD")
    ('USD', Decimal('1'))
    """
    spelled = _MINOR_SPELLINGS.get(currency, currency)
    if spelled in MINOR_UNITS:
        return MINOR_UNITS[spelled], Decimal("0.01")
    return spelled, ONE


def quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return a quotient at `PRECISION` digits.

    Raises:
        AmountError: the divisor is zero.
    """
    if not divisor:
        raise AmountError("Nothing can be divided by zero")
    with exact():
        return dividend / divisor


def product(one: Decimal, other: Decimal) -> Decimal:
    """Return a product at `PRECISION` digits; as `exact()` would, without its cost per call."""
    return _CONTEXT.multiply(one, other)


def total(one: Decimal, other: Decimal) -> Decimal:
    """Return a sum at `PRECISION` digits; as `exact()` would, without its cost per call."""
    return _CONTEXT.add(one, other)

"""How an instrument is named: symbol, ISIN (ISO 6166) and market identifier (MIC, ISO 10383)."""

import re
from typing import Final

SYMBOL_LENGTH: Final = 32

_SYMBOL: Final = re.compile(r"[A-Za-z0-9$^][A-Za-z0-9 .:=^$&/_+-]*", re.ASCII)
_ISIN: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", re.ASCII)
_MIC: Final = re.compile(r"[A-Z0-9]{4}", re.ASCII)


def is_symbol(text: str) -> bool:
    """Say whether text can be a ticker: "AAPL", "BRK.B", "7203.T", "BTC-USD", "ES=F", "^GSPC"."""
    return (
        len(text) <= SYMBOL_LENGTH
        and _SYMBOL.fullmatch(text) is not None
        and not text.endswith(" ")
    )


def is_isin(text: str) -> bool:
    """Say whether text is an ISIN with the right check digit (ISO 6166, Luhn over base 36).

    >>> is_isin("US0378331005"), is_isin("US0378331006")
    (True, False)
    """
    if not _ISIN.fullmatch(text):
        return False
    digits = "".join(str(int(character, 36)) for character in text)
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled // 10 + doubled % 10
    return total % 10 == 0


def is_mic(text: str) -> bool:
    """Say whether text has the form of a market identifier code such as XNAS."""
    return _MIC.fullmatch(text) is not None

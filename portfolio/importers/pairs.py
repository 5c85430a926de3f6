"""Pairs of an exchange: "BTC/EUR" is the coin and the currency it is quoted in.

They stand with a mark between them, or without ("BTCEUR", and with the X and Z of
Kraken, "XXBTZEUR") in a column that is called a pair or a market. What is quoted in another coin
is left as it is: its price is in no currency.
"""

import re
from typing import Final

from portfolio.domain.money import ISO_4217

_MARKED: Final = re.compile(r"([A-Z0-9]{2,10})\s?[/\-_]\s?([A-Z]{3})")
_JOINED: Final = re.compile(r"([A-Z0-9]{2,10})([A-Z]{3})")
_KRAKEN: Final = re.compile(r"X([A-Z]{3})Z([A-Z]{3})")
_NAMES: Final = {"XBT": "BTC", "XDG": "DOGE"}  # coins of which an exchange has a name of its own


def split_pair(text: str, *, joined: bool = False) -> tuple[str, str] | None:
    """Return the coin and the currency of a pair, or None when it is none."""
    found = _KRAKEN.fullmatch(text) or _MARKED.fullmatch(text)
    if found is None and joined:
        found = _JOINED.fullmatch(text)
    if found is None or found[2] not in ISO_4217 or found[1] in ISO_4217:
        return None
    return _NAMES.get(found[1], found[1]), found[2]

"""Where prices and exchange rates can be fetched from.

A provider of prices is a module of this package and one name in `PROVIDERS`; it says where to
ask and reads what is answered, and does no I/O (`fetching.py` does). Whether, when and how often
anything is asked for is decided in `services.price_feed`.
"""

from collections.abc import Mapping
from typing import Final

from portfolio.providers.base import Provider
from portfolio.providers.yahoo import YAHOO

PROVIDERS: Final[Mapping[str, Provider]] = {one.name: one for one in (YAHOO,)}
TITLES: Final[Mapping[str, str]] = {name: one.title for name, one in PROVIDERS.items()}

"""Where prices and exchange rates can be fetched from.

A new provider is a module of this package and one name in `PROVIDERS`.
"""

from typing import Final

TITLES: Final = {"yahoo": "Yahoo Finance"}

"""Tables of prices that were entered, loaded from files or fetched, and of newer exchange rates.

What comes with the package is in none of them. Several sources may know the close of one day;
which of them counts is decided when they are read (`domain.quotes.rank`).
"""

from typing import Final

from sqlalchemy import JSON, Column, Integer, Table, Text

from portfolio.storage.tables import metadata

prices: Final = Table(
    "prices",
    metadata,
    Column("symbol", Text, primary_key=True, comment="as transactions name the instrument"),
    Column("day", Text, primary_key=True, comment="ISO 8601, of the exchange"),
    Column("source", Text, primary_key=True, comment="manual | file | name of a provider"),
    Column("close", Text, nullable=False, comment="as traded: no later split taken out"),
    Column("currency", Text, nullable=False, comment="ISO 4217, or GBX and the like"),
    Column("fetched", Text, nullable=False, comment="when it was entered, loaded or fetched"),
)

price_events: Final = Table(
    "price_events",
    metadata,
    Column("symbol", Text, primary_key=True),
    Column("day", Text, primary_key=True, comment="ex-date"),
    Column("kind", Text, primary_key=True, comment="split | dividend"),
    Column("source", Text, primary_key=True, comment="name of a provider"),
    Column("numerator", Integer, nullable=False, comment="of a split: 2 of 2 for 1"),
    Column("denominator", Integer, nullable=False),
    Column("dividend", Text, nullable=False, comment="for one unit of that day; 0 for a split"),
    Column("fetched", Text, nullable=False),
)

price_asks: Final = Table(
    "price_asks",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("symbol", Text, primary_key=True, comment="empty: the provider as a whole"),
    Column("succeeded", Text, comment="when it last answered; null = never"),
    Column("failed", Text, comment="when it last failed; null = not since it answered"),
    Column("error", Text, comment="as in `providers.base.FAULTS`; null = it answered last"),
    Column("detail", Text, comment="the same in words"),
    Column("tries", Integer, nullable=False, comment="failures since it last answered"),
    Column("due", Text, comment="not to be asked before; null = as usual"),
)

reference_rates: Final = Table(
    "reference_rates",
    metadata,
    Column("day", Text, primary_key=True, comment="ISO 8601"),
    Column("rates", JSON, nullable=False, comment="{currency: units for 1 EUR, as published}"),
    Column("fetched", Text, nullable=False),
    comment="only days that the package does not have, or has otherwise",
)

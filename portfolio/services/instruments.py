"""Instruments that this planner knows: those with prices, and those in its ledger and ideas."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection

from portfolio import prices, sample
from portfolio.domain.valuation import Quote
from portfolio.services import quotes
from portfolio.services.planner import Planner
from portfolio.storage import positions

_PACKAGED: Final = {one.symbol: one for one in sample.INSTRUMENTS}


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument; what is not known of it is None."""

    symbol: str
    name: str | None
    currency: str | None
    isin: str | None
    mic: str | None


@dataclass(frozen=True, slots=True)
class Market:
    """The last price of an instrument, and its change since the close before."""

    quote: Quote
    day_return: Decimal | None


def name(symbol: str) -> str | None:
    """Return the name of an instrument, if it is one of those with packaged prices."""
    found = _PACKAGED.get(symbol)
    return None if found is None else found.name


def search(planner: Planner, conn: Connection, text: str) -> list[Instrument]:
    """Return the instruments whose symbol, name or ISIN has a text in it, the best first.

    Best is a symbol that is the text, then one that begins with it, then a name with a word
    that does; equal ones by symbol. What several ideas say of one symbol counts as far as each
    says it.
    """
    known = {
        one.symbol: Instrument(one.symbol, one.name, prices.CURRENCY, one.isin, one.mic)
        for one in sample.INSTRUMENTS
    }
    for symbol, *said in positions.instruments(conn, planner.me.did):
        before = known.get(symbol) or Instrument(symbol, None, None, None, None)
        held = (before.currency, before.isin, before.mic)
        merged = (old or new for old, new in zip(held, said, strict=True))
        known[symbol] = Instrument(symbol, before.name, *merged)
    ranked = ((_rank(one, text.casefold()), one) for one in known.values())
    found = [(rank, one.symbol, one) for rank, one in ranked if rank is not None]
    return [one for _, _, one in sorted(found, key=lambda row: row[:2])]


def market(planner: Planner, symbol: str) -> Market | None:
    """Return the last price of a symbol as of today; None when there is none."""
    quote = prices.price_on(symbol, planner.clock().date())
    return None if quote is None else Market(quote, quotes.day_return(symbol, quote))


def _rank(one: Instrument, text: str) -> int | None:
    symbol, words = one.symbol.casefold(), (one.name or "").casefold()
    if symbol == text:
        return 0
    if symbol.startswith(text):
        return 1
    if any(word.startswith(text) for word in words.split()):
        return 2
    return 3 if text in symbol or text in words or text in (one.isin or "").casefold() else None

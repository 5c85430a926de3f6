"""Prices that a person enters, changes and takes away, and how that is undone."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.domain import money
from portfolio.domain.quotes import FILE, MANUAL
from portfolio.live import announce
from portfolio.services import instruments, quotes
from portfolio.services.errors import NotFoundError, OvertakenError, RuleError
from portfolio.services.planner import Planner
from portfolio.services.undoing import fingerprint, note
from portfolio.storage import ledger, prices
from portfolio.storage.prices import Close
from portfolio.storage.values import instant

OWN: Final = (MANUAL, FILE)  # the sources that a person may take away
FIRST_DAY: Final = date(1900, 1, 1)
TOLD_MAX: Final = 50  # instruments that one live message names; of more none is named
_AHEAD_DAYS: Final = 1  # where it is tomorrow already, an exchange may have closed


def currency_of(planner: Planner, conn: Connection, symbol: str) -> str | None:
    """Return the currency that prices of an instrument are in when none is said."""
    quote = planner.prices.now.price_on(symbol, date.max)
    if quote is not None:
        return quote.currency
    found = instruments.known(planner, conn).get(symbol)
    if found is not None and found.currency is not None:
        return found.currency
    return ledger.currency_of(conn, symbol)


def enter(
    planner: Planner, tx: Tx, symbol: str, on: str, price: Decimal, currency: str | None
) -> Close:
    """Enter the price of a day, or another one in its place.

    Raises:
        RuleError: a day that is none, or lies ahead; a price below zero; no currency is known.
        CurrencyError: the currency is none.
    """
    day = quotes.day(on, "date")
    refused = refusal(day, price, planner.clock().date())
    if refused is not None:
        raise RuleError(refused[1], field=refused[0])
    stated = currency or currency_of(planner, tx.conn, symbol)
    if stated is None:
        raise RuleError("Nothing says in which currency this price is", field="currency")
    made = Close(
        symbol,
        day.isoformat(),
        MANUAL,
        money.format_decimal(price),
        money.check_currency(stated),
        instant(tx.now),
    )
    was = standing(tx, [made])
    prices.put(tx.conn, [made])
    done = "changed" if was else "entered"
    told(planner, tx, f"prices.{done}", f"Price of {symbol} on {made.day} {done}", [made], was)
    return made


def refusal(day: date, price: Decimal, today: date) -> tuple[str, str] | None:
    """Return what is wrong with a price: the field and a sentence; None when nothing is."""
    if not day >= FIRST_DAY:
        return "date", f"Prices begin in {FIRST_DAY.year}"
    if day > today + timedelta(days=_AHEAD_DAYS):
        return "date", "This day lies ahead"
    return ("price", "A price is not below zero") if price < 0 else None


def take_away(planner: Planner, tx: Tx, symbol: str, on: str) -> None:
    """Take the price of a day away that I entered or loaded; what other sources say counts then.

    Raises:
        NotFoundError: there is no price of that day.
        RuleError: it comes from elsewhere.
    """
    day = quotes.day(on, "date")
    there = prices.on(tx.conn, symbol, day.isoformat())
    found = next((one for name in OWN for one in there if one.source == name), None)
    if found is None:
        quote = planner.prices.now.price_on(symbol, day)
        if quote is None or quote.on != day:
            raise NotFoundError("There is no price of that day")
        raise RuleError(f"This is a price of {quote.source}: enter your own in its place")
    prices.remove(tx.conn, symbol, found.source, [found.day])
    text = f"Price of {symbol} on {found.day} removed"
    told(planner, tx, "prices.removed", text, [], [found])


def standing(tx: Tx, made: Sequence[Close]) -> list[Close]:
    """Return what stands in the places of closes."""
    was: list[Close] = []
    for (symbol, source), days in _by_set(made).items():
        was += prices.of_source(tx.conn, symbol, source, days).values()
    return was


def told(
    planner: Planner,
    tx: Tx,
    action: str,
    text: str,
    made: Sequence[Close],
    was: Sequence[Close],
) -> None:
    """Note how what was written is undone, and let everything follow that depends on it.

    Args:
        planner: The planner.
        tx: The transaction of the write.
        action: What was done, for programs.
        text: The same in words.
        made: The closes as they stand now.
        was: What stood in their places before.
    """
    sets = _by_set([*made, *was])
    places = [(symbol, source, sorted(set(days))) for (symbol, source), days in sets.items()]
    step = {
        "kind": "prices",
        "places": places,
        "was": [[getattr(one, name) for name in Close.__slots__] for one in was],
        "seen": _mark(made),
    }
    note(planner, tx, action, text, step)
    written(planner, tx, {symbol for symbol, _ in sets})


def written(planner: Planner, tx: Tx, symbols: AbstractSet[str]) -> None:
    """Let everything follow that depends on the prices of some instruments."""
    tx.after_commit(partial(planner.prices.changed, symbols))
    announced(planner, tx, symbols)


def announced(planner: Planner, tx: Tx, symbols: AbstractSet[str]) -> None:
    """Tell open pages, and whoever looks after alerts, of prices or rates; none named: of any."""
    named = tuple(sorted(symbols)) if len(symbols) <= TOLD_MAX else ()
    announce(tx, "prices_changed", {"id": planner.me.did, "symbols": named})


def revert(planner: Planner, tx: Tx, step: Mapping[str, Any]) -> None:
    """Put back what was there before prices were entered, removed or loaded.

    Raises:
        OvertakenError: one of them was changed again.
    """
    now: list[Close] = []
    for symbol, source, days in step["places"]:
        now += prices.of_source(tx.conn, symbol, source, days).values()
    if _mark(now) != step["seen"]:
        raise OvertakenError("These prices were changed again")
    was = [Close(*values) for values in step["was"]]
    for symbol, source, days in step["places"]:
        prices.remove(tx.conn, symbol, source, days)
    prices.put(tx.conn, was)
    told(planner, tx, "prices.changed", "Prices put back", was, now)


def _by_set(found: Sequence[Close]) -> dict[tuple[str, str], list[str]]:
    """Return the days of closes by instrument and source."""
    sets: dict[tuple[str, str], list[str]] = {}
    for one in found:
        sets.setdefault((one.symbol, one.source), []).append(one.day)
    return sets


def _mark(found: Sequence[Close]) -> str:
    said = sorted([one.symbol, one.day, one.source, one.close, one.currency] for one in found)
    return fingerprint(said)

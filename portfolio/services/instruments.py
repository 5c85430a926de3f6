"""Instruments that this planner knows: those with prices, and those in its ledger and ideas.

What a person (or an import) wrote down about one comes first, then what came with the package,
then what ideas say. Transactions name an instrument by its symbol; most need nothing written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio import prices, sample
from portfolio.domain import instruments as rules
from portfolio.domain import money
from portfolio.domain.valuation import Quote
from portfolio.services import quotes
from portfolio.services.errors import ConflictError, NotFoundError, OvertakenError, RuleError
from portfolio.services.planner import Planner
from portfolio.services.undoing import fingerprint, note
from portfolio.storage import instruments, positions
from portfolio.storage.instruments import Instrument as Stored
from portfolio.storage.values import instant, new_id

_PACKAGED: Final = {one.symbol: one for one in sample.INSTRUMENTS}
SHARE: Final = "share"
PENCE: Final = 100
_BLANK: Final[Mapping[str, Any]] = {"kind": SHARE, "unit": 1, "tags": ()}


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument; what is not known of it is None. `unit` is 100 for prices in pence.

    `id` names it in paths: its own once it is written down, else its symbol.
    """

    id: str
    symbol: str
    name: str | None
    currency: str | None
    isin: str | None
    mic: str | None
    kind: str | None = None
    unit: int = 1
    region: str | None = None
    tags: tuple[str, ...] = ()


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
    ranked = ((_rank(one, text.casefold()), one) for one in known(planner, conn).values())
    found = [(rank, one.symbol, one) for rank, one in ranked if rank is not None]
    return [one for _, _, one in sorted(found, key=lambda row: row[:2])]


def known(planner: Planner, conn: Connection) -> dict[str, Instrument]:
    """Return all that this planner knows about any instrument, by symbol."""
    found = {one.symbol: _of(one) for one in instruments.everything(conn)}
    for one in sample.INSTRUMENTS:
        said = (prices.CURRENCY, one.isin, one.mic)
        found[one.symbol] = _with(found.get(one.symbol), one.symbol, one.name, said, SHARE)
    for symbol, *more in positions.instruments(conn, planner.me.did):
        found[symbol] = _with(found.get(symbol), symbol, None, tuple(more), None)
    for symbol in planner.prices.now.symbols - found.keys():
        found[symbol] = Instrument(symbol, symbol, None, None, None, None)
    return found


def get(planner: Planner, conn: Connection, key: str) -> Instrument:
    """Return an instrument by its id or symbol.

    Raises:
        NotFoundError: it is neither written down nor known by any other way.
    """
    stored = instruments.get(conn, key)
    found = known(planner, conn).get(key if stored is None else stored.symbol)
    if found is None:
        raise NotFoundError("There is no such instrument")
    return found


def symbol_of(conn: Connection, key: str) -> str:
    """Return the symbol that an id stands for; anything else is a symbol itself."""
    stored = instruments.get(conn, key)
    return key if stored is None else stored.symbol


def create(planner: Planner, tx: Tx, written: Mapping[str, Any]) -> Instrument:
    """Write an instrument down.

    Raises:
        ConflictError: its symbol is written down already.
        RuleError: a symbol, ISIN or market that is none.
        CurrencyError: the currency is none.
    """
    if instruments.get(tx.conn, written["symbol"]) is not None:
        raise ConflictError("This symbol is written down already")
    _add(planner, tx, written)
    _note(planner, tx, written["symbol"], None)
    return get(planner, tx.conn, written["symbol"])


def change(planner: Planner, tx: Tx, key: str, patch: Mapping[str, Any]) -> Instrument:
    """Change what is written down of an instrument (RFC 7396), or begin to.

    Raises:
        NotFoundError: it is not known at all.
        RuleError, CurrencyError: as `create`.
    """
    stored = instruments.get(tx.conn, key)
    if stored is None:
        found = get(planner, tx.conn, key)
        _add(planner, tx, {"symbol": found.symbol, **patch})
        _note(planner, tx, found.symbol, None)
    else:
        values = {name: _BLANK.get(name) if one is None else one for name, one in patch.items()}
        instruments.save(tx.conn, stored.id, _checked(values), now=instant(tx.now))
        was = {name: getattr(stored, name) for name in patch}
        _note(planner, tx, stored.symbol, {**was, "tags": list(stored.tags)})
    return get(planner, tx.conn, key)


def revert(planner: Planner, tx: Tx, step: Mapping[str, Any]) -> None:
    """Forget what was written down of an instrument, or write down what was before.

    Raises:
        OvertakenError: it was changed again.
    """
    stored = instruments.get(tx.conn, step["symbol"])
    if stored is None or _fingerprint(stored) != step["seen"]:
        raise OvertakenError("This instrument was changed again")
    if step["was"] is None:
        instruments.remove(tx.conn, stored.id)
    else:
        change(planner, tx, stored.id, step["was"])


def _note(planner: Planner, tx: Tx, symbol: str, was: Mapping[str, Any] | None) -> None:
    done = "added" if was is None else "changed"
    step: dict[str, Any] = {"kind": "instrument", "symbol": symbol, "was": was, "seen": None}
    stored = instruments.get(tx.conn, symbol)
    if stored is not None:
        step["seen"] = _fingerprint(stored)
    note(planner, tx, f"instrument.{done}", f"Instrument {symbol} {done}", step)


def _fingerprint(stored: Stored) -> str:
    return fingerprint([str(getattr(stored, name)) for name in Instrument.__slots__])


def market(planner: Planner, symbol: str) -> Market | None:
    """Return the last price of a symbol as of today; None when there is none."""
    known = planner.prices.now
    quote = known.price_on(symbol, planner.clock().date())
    return None if quote is None else Market(quote, quotes.day_return(known, symbol, quote))


def _rank(one: Instrument, text: str) -> int | None:
    symbol, words = one.symbol.casefold(), (one.name or "").casefold()
    if symbol == text:
        return 0
    if symbol.startswith(text):
        return 1
    if any(word.startswith(text) for word in words.split()):
        return 2
    return 3 if text in symbol or text in words or text in (one.isin or "").casefold() else None


def _of(stored: Stored) -> Instrument:
    values = {name: getattr(stored, name) for name in Instrument.__slots__}
    return Instrument(**values)


def _with(
    before: Instrument | None,
    symbol: str,
    title: str | None,
    said: tuple[str | None, ...],
    kind: str | None,
) -> Instrument:
    """Return an instrument with what else is said of it, where nothing was known before."""
    one = before or Instrument(symbol, symbol, None, None, None, None)
    currency, isin, mic = said
    return replace(
        one,
        name=one.name or title,
        currency=one.currency or currency,
        isin=one.isin or isin,
        mic=one.mic or mic,
        kind=one.kind or kind,
    )


def _add(planner: Planner, tx: Tx, written: Mapping[str, Any]) -> None:
    said = {name: one for name, one in written.items() if one is not None}
    values = {**_BLANK, **_checked(said)}
    now = instant(tx.now)
    instruments.add(
        tx.conn,
        Stored(
            id=new_id(tx.now, planner.entropy),
            symbol=values["symbol"],
            isin=values.get("isin"),
            mic=values.get("mic"),
            name=values.get("name"),
            kind=values["kind"],
            currency=values.get("currency"),
            unit=values["unit"],
            region=values.get("region"),
            tags=tuple(values["tags"]),
            created=now,
            updated=now,
        ),
    )


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    checked = dict(values)
    for name, fits, said in (
        ("symbol", rules.is_symbol, "A symbol has up to 32 letters, digits and signs"),
        ("isin", rules.is_isin, "The check digit of this ISIN is not right"),
        ("mic", rules.is_mic, "A market is four letters or digits"),
    ):
        if checked.get(name) is not None and not fits(checked[name]):
            raise RuleError(said, field=name)
    if checked.get("currency") is not None:
        checked["currency"] = money.check_currency(checked["currency"])
        if checked["currency"] in money.MINOR_UNITS:  # pence are a unit, not a currency
            checked["unit"] = PENCE
    return checked

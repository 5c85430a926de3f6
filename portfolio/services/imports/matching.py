"""Which instrument a row of a file is about: decided, remembered, known, or new.

What a file states (ISIN, symbol, name) is one *stated* instrument; rows that state only a symbol
belong to the one that states an ISIN beside it. A stated instrument is found by what was decided
for this import, then by what was decided for an earlier one, then by ISIN, symbol or whole name
among the instruments that are known. A symbol that is known with another ISIN is another
instrument. What is left is new, and proposed under its symbol, else its ISIN, else its name.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from portfolio.domain.instruments import SYMBOL_LENGTH, is_symbol
from portfolio.domain.transactions import OF_AN_INSTRUMENT, Kind
from portfolio.importers.base import ImportedTransaction
from portfolio.services.imports.decisions import InstrumentDecision

How = Literal["decided", "remembered", "isin", "symbol", "name", "new", "open"]
SUGGESTIONS_MAX: Final = 5
_FUND_WORDS: Final = ("etf", "ucits", "fund", "fonds", "index", "ishares", "vanguard")
_IN_SYMBOL: Final = frozenset(" .:=^$&/_+-")


@dataclass(frozen=True, slots=True)
class Known:
    """An instrument that the planner knows; what it does not know of it is None."""

    symbol: str
    name: str | None = None
    isin: str | None = None
    currency: str | None = None


@dataclass(slots=True)
class Stated:
    """An instrument as files state it, and which one it was found to be ("" = not yet)."""

    key: str
    symbol: str
    isin: str
    name: str
    currency: str
    rows: int = 0
    found: str = ""
    how: How = "open"
    asset_class: str = "share"
    suggestions: tuple[str, ...] = ()


@dataclass(slots=True)
class Catalogue:
    """The known instruments, by each of their names."""

    known: Iterable[Known]
    by_isin: dict[str, Known] = field(default_factory=dict)
    by_symbol: dict[str, Known] = field(default_factory=dict)
    by_name: dict[str, Known] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put each where it is looked for; of two with one name the first counts."""
        for one in self.known:
            self.by_symbol.setdefault(one.symbol.casefold(), one)
            if one.isin:
                self.by_isin.setdefault(one.isin, one)
            if one.name:
                self.by_name.setdefault(one.name.casefold(), one)


class Matcher:
    """Finds the instrument of each row; afterwards `stated` lists what the files named."""

    def __init__(
        self,
        catalogue: Catalogue,
        decided: Mapping[str, InstrumentDecision],
        remembered: Mapping[str, str],
    ) -> None:
        self.stated: dict[str, Stated] = {}
        self._catalogue = catalogue
        self._decided = decided
        self._remembered = remembered
        self._isin_of: dict[str, str] = {}

    def learn(self, rows: Iterable[ImportedTransaction]) -> None:
        """Note which ISIN stands beside which symbol; a symbol with two of them tells nothing."""
        for row in rows:
            if row.symbol and row.isin:
                known = self._isin_of.setdefault(row.symbol, row.isin)
                if known != row.isin:
                    self._isin_of[row.symbol] = ""

    def match(self, row: ImportedTransaction) -> str:
        """Return the symbol of a row's instrument; "" when it states none, or none was found."""
        key = row.isin or self._isin_of.get(row.symbol) or row.symbol or row.name
        if not key or not _is_of_an_instrument(row):
            return ""
        found = self.stated.get(key)
        if found is None:
            isin = row.isin or self._isin_of.get(row.symbol, "")
            found = self.stated[key] = Stated(key, row.symbol, isin, row.name, row.currency)
            self._find(found)
        found.rows += 1
        found.name = found.name or row.name
        return found.found

    def match_into(self, row: ImportedTransaction) -> str:
        """Return the symbol of what a merger turns a row's instrument into; "" of other rows."""
        if not row.into and not row.into_isin:
            return ""
        return self.match(replace(row, symbol=row.into, isin=row.into_isin, name=""))

    def _find(self, one: Stated) -> None:
        one.asset_class = _class_of(one)
        decided = self._decided.get(one.key)
        if decided is not None:
            one.found, one.how = decided.symbol, "decided"
            one.name = decided.name or one.name
            one.currency = decided.currency or one.currency
            one.asset_class = decided.asset_class or one.asset_class
            return
        if one.key in self._remembered:
            one.found, one.how = self._remembered[one.key], "remembered"
            return
        one.found, one.how = self._known(one)
        if one.how == "new":
            one.suggestions = self._suggestions(one)

    def _known(self, one: Stated) -> tuple[str, How]:
        by_isin = self._catalogue.by_isin.get(one.isin)
        if by_isin is not None:
            return by_isin.symbol, "isin"
        by_symbol = self._catalogue.by_symbol.get(one.symbol.casefold())
        taken = by_symbol is not None and one.isin and by_symbol.isin not in {None, one.isin}
        if by_symbol is not None and not taken:
            return by_symbol.symbol, "symbol"
        by_name = None if one.symbol or one.isin else self._catalogue.by_name.get(
            one.name.casefold()
        )  # fmt: skip
        if by_name is not None:
            return by_name.symbol, "name"
        for symbol in ("" if taken else one.symbol, one.isin, as_symbol(one.name)):
            if symbol and is_symbol(symbol):
                return symbol, "new"
        return "", "open"

    def _suggestions(self, one: Stated) -> tuple[str, ...]:
        """Return known symbols that may be meant: the same before a dot, or in the first word."""
        base = one.symbol.partition(".")[0].casefold()
        word = one.name.partition(" ")[0].casefold()
        found = [
            known.symbol
            for known in self._catalogue.by_symbol.values()
            if (base and known.symbol.partition(".")[0].casefold() == base)
            or (word and (known.name or "").casefold().startswith(word))
        ]
        return tuple(sorted(found)[:SUGGESTIONS_MAX])


def _is_of_an_instrument(row: ImportedTransaction) -> bool:
    """Say whether a row is about an instrument; of money alone a name is only a description."""
    if row.kind in {Kind.DEPOSIT, Kind.WITHDRAWAL}:
        return False
    if row.kind in {Kind.TRANSFER_IN, Kind.TRANSFER_OUT}:
        return bool(row.quantity)
    return row.kind in OF_AN_INSTRUMENT or bool(row.isin or row.symbol)


def as_symbol(name: str) -> str:
    """Return a name with only those characters that a symbol may have; "" when none is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = "".join(c for c in plain if c.isalnum() or c in _IN_SYMBOL)
    short = kept.lstrip(" .:=&/_+-")[:SYMBOL_LENGTH].strip()
    return short if is_symbol(short) else ""


def _class_of(one: Stated) -> str:
    words = one.name.casefold().split()
    return "fund" if any(word in _FUND_WORDS for word in words) else "share"

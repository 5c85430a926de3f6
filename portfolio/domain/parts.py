"""A ledger in parts that are folded apart, so that a change costs no more than what it touches.

A *part* is one instrument in one account, or several of them that mergers and transfers join;
money alone is a part of each account. Parts and ledgers never change: a change makes new ones,
which share what stayed the same. A part whose new rows come at its end continues from where the
fold of the old one stood; one that changed in the past is folded anew, alone.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, pairwise
from operator import attrgetter
from typing import Final, TypeVar

from typing_extensions import override

from portfolio.domain import money
from portfolio.domain.conversion import Converter
from portfolio.domain.folding import Fold, Methods
from portfolio.domain.fx import Rates
from portfolio.domain.lots import Method
from portfolio.domain.position import Position
from portfolio.domain.transactions import Kind, Transaction, ordered

T = TypeVar("T")
Key = tuple[str, str, str]
"""Instrument and account; where only money moves, no instrument but its currency."""

_ON: Final = attrgetter("on")


def key_of(row: Transaction) -> Key:
    """Return where a row belongs."""
    return row.instrument, row.account, "" if row.instrument else row.currency


@dataclass(frozen=True, slots=True)
class Folded:
    """What a part comes to in one currency: its rows in that currency, and its positions.

    `end` is the fold after all rows, `eve` that before the last day, which began at `last_day`.
    """

    currency: str
    rows: tuple[Transaction, ...]
    positions: tuple[Position, ...]
    end: Fold
    eve: Fold
    last_day: int


class Part:
    """Rows that are folded together, in their order."""

    def __init__(self, rows: Sequence[Transaction], methods: Methods = Method.FIFO) -> None:
        self.rows = tuple(rows)
        self._methods = methods
        self._currencies: frozenset[str] | None = None
        self._folded: dict[str, Folded] = {}
        self._begun: dict[str, tuple[Fold, Sequence[Transaction]]] = {}
        self._kept: dict[object, object] = {}

    @classmethod
    def of(cls, rows: Iterable[Transaction], methods: Methods = Method.FIFO) -> "Part":
        """Return a part of rows in any order."""
        return cls(_in_order(rows), methods)

    @property
    def currencies(self) -> frozenset[str]:
        """All currencies of its rows; a split has none."""
        if self._currencies is None:
            self._currencies = frozenset(
                row.currency for row in self.rows if row.kind is not Kind.SPLIT
            )
        return self._currencies

    @property
    def currency(self) -> str:
        """The currency of its positions: that of the first row which has one."""
        rows = (row.currency for row in self.rows if row.kind is not Kind.SPLIT)
        return next(rows, self.rows[0].currency)

    @property
    def keys(self) -> frozenset[Key]:
        """All instruments with their accounts, those that came out of a merger included."""
        return frozenset(
            key
            for row in self.rows
            for key in (key_of(row), (row.into, row.account, ""))
            if key[0] or key[2]
        )

    def own(self, rates: Rates | None) -> Folded:
        """Return the part in its own currency; rows in another one at the rate of their day.

        Raises:
            LedgerError: a row does not fit, or is in another currency while there are no rates.
            RateError: no rate is known for the day of a row.
        """
        currency = self.currency
        if rates is None or self.currencies <= {currency}:
            return self._fold(currency, None)
        return self._fold(currency, Converter(currency, rates))

    def in_currency(self, converter: Converter) -> Folded:
        """Return the part in one currency, each row at the rate of its day.

        Raises:
            LedgerError: a row does not fit.
            RateError: no rate is known for the day of a row.
        """
        if self.currencies <= {converter.currency}:
            return self._fold(converter.currency, None)
        return self._fold(converter.currency, converter)

    def until(self, on: date) -> "Part":
        """Return the part as it was at the end of a day."""
        if not self.rows or self.rows[-1].on <= on:
            return self
        stop = bisect_right(self.rows, on, key=_ON)
        return self.once(("until", stop), lambda: Part(self.rows[:stop], self._methods))

    def changed(self, gone: Collection[str], added: Iterable[Transaction]) -> "Part":
        """Return the part without some rows (by id) and with others."""
        left = [row for row in self.rows if row.id not in gone] if gone else list(self.rows)
        first = len(left) if len(left) == len(self.rows) else _differ(left, self.rows)
        for row in added:
            start = bisect_left(left, row.on, key=_ON)
            stop = bisect_right(left, row.on, key=_ON)
            left[start:stop] = ordered([*left[start:stop], row])
            first = min(first, start)
        made = Part(left, self._methods)
        made._begun = dict(self._beginnings(first))
        return made

    def once(self, key: object, make: Callable[[], T]) -> T:
        """Return what `make` computed of this part under this key, or compute it."""
        if key not in self._kept:
            if len(self._kept) >= _KEPT_MAX:
                self._kept = {}
            self._kept[key] = make()
        found: T = self._kept[key]  # type: ignore[assignment]
        return found

    def _beginnings(self, first: int) -> Iterator[tuple[str, tuple[Fold, Sequence[Transaction]]]]:
        """Yield for each currency a fold of rows that all stand before the row `first`."""
        for currency, known in self._folded.items():
            if first >= len(self.rows):
                yield currency, (known.end, known.rows)
            elif first >= known.last_day:
                yield currency, (known.eve, known.rows[: known.last_day])

    def _fold(self, currency: str, converter: Converter | None) -> Folded:
        known = self._folded.get(currency)
        if known is None:
            known = self._folded[currency] = self._folding(currency, converter)
        return known

    def _folding(self, currency: str, converter: Converter | None) -> Folded:
        begun, done = self._begun.get(currency, (None, ()))
        fold = Fold(self._methods) if begun is None else begun.copy()
        rest: Iterable[Transaction] = self.rows[len(done) :]
        rows = (*done, *(rest if converter is None else map(converter.row, rest)))
        last_day = bisect_left(rows, rows[-1].on, key=_ON) if rows else 0
        last_day = len(rows) if last_day < len(done) else last_day  # nothing after what is done
        with money.exact():
            fold.take(rows[len(done) : last_day])
            eve, fold = fold, fold.copy()
            fold.take(rows[last_day:])
            return Folded(currency, rows, fold.positions(), fold, eve, last_day)


class Slice(Part):
    """Some instruments or accounts of a part: folded with the rest of it, shown without."""

    def __init__(self, whole: Part, keys: Collection[Key]) -> None:
        super().__init__([row for row in whole.rows if key_of(row) in keys])
        self._whole = whole
        self._keys = keys

    @override
    def own(self, rates: Rates | None) -> Folded:
        """Return the slice in the currency of its part, as `Part.own` does."""
        return self._shown(self._whole.own(rates))

    @override
    def in_currency(self, converter: Converter) -> Folded:
        """Return the slice in one currency, as `Part.in_currency` does."""
        return self._shown(self._whole.in_currency(converter))

    @override
    def until(self, on: date) -> "Part":
        """Return the slice as it was at the end of a day."""
        return Slice(self._whole.until(on), self._keys)

    def _shown(self, folded: Folded) -> Folded:
        return replace(
            folded,
            rows=tuple(row for row in folded.rows if key_of(row) in self._keys),
            positions=tuple(
                one for one in folded.positions if (one.instrument, one.account, "") in self._keys
            ),
        )


class Ledger:
    """All parts. `methods` says which lots a sale takes, by account."""

    def __init__(
        self, parts: Mapping[Key, Part], methods: Methods, joined: AbstractSet[Key] = frozenset()
    ) -> None:
        self.parts = parts
        self.methods = methods
        self.joined = joined

    @classmethod
    def of(cls, rows: Iterable[Transaction], methods: Methods = Method.FIFO) -> "Ledger":
        """Return a ledger of rows in any order."""
        found: defaultdict[Key, list[Transaction]] = defaultdict(list)
        joins: list[tuple[Key, Key]] = []
        halves: dict[str, Key] = {}
        for row in rows:
            instrument = row.instrument
            key = (instrument, row.account, "" if instrument else row.currency)
            found[key].append(row)
            if row.into:
                joins.append((key, (row.into, row.account, "")))
            elif row.pair and row.instrument:
                joins.append((key, halves.setdefault(row.pair, key)))
        roots = _roots(joins)
        grouped: dict[Key, list[Transaction]] = {}
        for key, some in found.items():
            grouped.setdefault(roots.get(key, key), []).extend(some)
        parts = {key: Part.of(some, methods) for key, some in sorted(grouped.items())}
        return cls(parts, methods, frozenset(roots))

    @property
    def rows(self) -> tuple[Transaction, ...]:
        """All rows, part by part."""
        return tuple(chain.from_iterable(part.rows for part in self.parts.values()))

    def changed(
        self, gone: Mapping[Key, Collection[str]], added: Iterable[Transaction]
    ) -> "Ledger":
        """Return the ledger without some rows (ids by where they stood) and with others."""
        new: dict[Key, list[Transaction]] = {key: [] for key in gone}
        joins: set[Key] = set()
        for row in added:
            new.setdefault(key_of(row), []).append(row)
            if row.into:
                joins.add((row.into, row.account, ""))
            elif row.pair:
                joins.add(key_of(row))
        if joins or not self.joined.isdisjoint(new):
            return self._rejoined(gone, new, {*self.joined, *new, *joins})
        parts = dict(self.parts)
        for key, rows in new.items():
            old = parts.pop(key, None) or Part((), self.methods)
            made = old.changed(gone.get(key, ()), rows)
            if made.rows:
                parts[key] = made
        return Ledger(dict(sorted(parts.items())), self.methods, self.joined)

    def _rejoined(
        self,
        gone: Mapping[Key, Collection[str]],
        new: Mapping[Key, Sequence[Transaction]],
        touched: Collection[Key],
    ) -> "Ledger":
        """Return the changed ledger where parts may be joined in another way than before."""
        away = set(chain.from_iterable(gone.values()))
        old = chain.from_iterable(self.parts[key].rows for key in touched if key in self.parts)
        left = (row for row in old if row.id not in away)
        anew = Ledger.of(chain(left, *new.values()), self.methods)
        same = {key: part for key, part in self.parts.items() if key not in touched}
        parts = dict(sorted({**same, **anew.parts}.items()))
        return Ledger(parts, self.methods, anew.joined)

    def until(self, on: date) -> "Ledger":
        """Return the ledger as it was at the end of a day."""
        if all(not part.rows or part.rows[-1].on <= on for part in self.parts.values()):
            return self
        parts = {key: part.until(on) for key, part in self.parts.items()}
        return Ledger(
            {key: part for key, part in parts.items() if part.rows}, self.methods, self.joined
        )

    def only(self, account: str | None, instrument: str | None) -> "Ledger":
        """Return what of the ledger is of one account, one instrument, or both; None is any."""

        def wanted(key: Key) -> bool:
            return instrument in {None, key[0]} and account in {None, key[1]}

        parts: dict[Key, Part] = {}
        for key, part in self.parts.items():
            if key not in self.joined:
                if wanted(key):
                    parts[key] = part
            else:
                keys = frozenset(filter(wanted, part.keys))
                if keys:
                    parts[key] = part if keys == part.keys else Slice(part, keys)
        return Ledger(parts, self.methods, self.joined)

    def positions(self, rates: Rates | None = None) -> tuple[Position, ...]:
        """Return all positions, each in its own currency, sorted by instrument and account.

        Raises:
            LedgerError: a row does not fit what is held.
            RateError: no rate is known for a row in another currency than its position.
        """
        found = chain.from_iterable(part.own(rates).positions for part in self.parts.values())
        return tuple(sorted(found, key=lambda one: (one.instrument, one.account)))


_KEPT_MAX: Final = 32  # figures of one part: some days and currencies


def _in_order(rows: Iterable[Transaction]) -> list[Transaction]:
    """Return rows as `ordered` does; days with a single row need no more than their place."""
    rows = sorted(rows, key=_ON)
    days = list(map(_ON, rows))
    start = 0
    for stop, (day, after) in enumerate(pairwise([*days, None]), 1):
        if day != after:
            if stop - start > 1:
                rows[start:stop] = ordered(rows[start:stop])
            start = stop
    return rows


def _differ(left: Sequence[Transaction], before: Sequence[Transaction]) -> int:
    """Return the first place at which rows are no longer what they were."""
    return next((place for place, row in enumerate(left) if row is not before[place]), len(left))


def _roots(joins: Iterable[tuple[Key, Key]]) -> dict[Key, Key]:
    """Return for each joined key the one that stands for all it is joined with."""
    roots: dict[Key, Key] = {}

    def root(key: Key) -> Key:
        while (above := roots.setdefault(key, key)) != key:
            key = above
        return key

    for one, other in joins:
        roots[max(root(one), root(other))] = min(root(one), root(other))
    return {key: root(key) for key in list(roots)}

"""Which rows of an import are already there: the n-th copy rule.

A row's identity is the broker's own id where the file has one, else its content: account, moment,
kind, instrument (as resolved, never the text of a column), quantity, price, amount, currency and
fee. Identical rows of one file are real fills: the n-th copy in the file is compared with the
n-th copy in the store, so that importing a file twice changes nothing, a longer export adds only
what is new, and two equal fills both stay. Accounts are never compared with each other. Comments
take no part. A broker's id alone decides between rows that both have one; a row with an id and
one without are compared by content.

Nothing is dropped here: the result says which rows look already imported, and a person decides.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import TypeVar

from portfolio.domain.money import ZERO

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells one row from another. `reference` is the broker's id of it."""

    account: str
    on: date
    kind: str
    instrument: str
    quantity: Decimal = ZERO
    price: Decimal = ZERO
    amount: Decimal = ZERO
    currency: str = ""
    fee: Decimal = ZERO
    at: time | None = None
    reference: str = ""

    @property
    def content(self) -> tuple[object, ...]:
        """Everything but the reference; equal numbers are equal however they are written."""
        return (
            self.account,
            self.on,
            self.at,
            self.kind,
            self.instrument,
            self.quantity,
            self.price,
            self.amount,
            self.currency,
            self.fee,
        )

    @property
    def named(self) -> tuple[str, ...]:
        """The broker's id with what it can stand for: one order may bring several rows."""
        return self.account, self.reference, self.kind, self.instrument


@dataclass(frozen=True, slots=True)
class Comparison:
    """Places in the file, by whether the row looks new or already there."""

    new: tuple[int, ...]
    duplicates: tuple[int, ...]


def compare(stored: Iterable[Fingerprint], incoming: Sequence[Fingerprint]) -> Comparison:
    """Return which rows of a file are new to the store and which look already imported."""
    by_name: Counter[tuple[str, ...]] = Counter()
    with_name: Counter[tuple[object, ...]] = Counter()
    without_name: Counter[tuple[object, ...]] = Counter()
    for row in stored:
        if row.reference:
            by_name[row.named] += 1
            with_name[row.content] += 1
        else:
            without_name[row.content] += 1
    new: list[int] = []
    duplicates: list[int] = []
    for place, row in enumerate(incoming):
        if row.reference:
            known = _use(by_name, row.named) or _use(without_name, row.content)
        else:
            known = _use(without_name, row.content) or _use(with_name, row.content)
        (duplicates if known else new).append(place)
    return Comparison(tuple(new), tuple(duplicates))


def _use(left: Counter[K], key: K) -> bool:
    """Take one copy out of the store's count, and say whether there was one."""
    if left[key] <= 0:
        return False
    left[key] -= 1
    return True

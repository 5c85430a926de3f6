"""Dividends and interest: what was paid, what was kept back, what arrived.

A payment's *net* is gross - fee - tax. Where a broker writes the tax or a fee of a payment as a
row of its own, that row is an entry without gross. So are all fees and taxes that name an
instrument: the sum of what instruments paid is their income in `ledger`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.errors import RateError
from portfolio.domain.money import ZERO
from portfolio.domain.returns import NoNumber
from portfolio.domain.transactions import Kind, Transaction

RateOn = Callable[[str, date], Decimal]
PAYING: Final = frozenset({Kind.DIVIDEND, Kind.INTEREST})
_CHARGING: Final = frozenset({Kind.FEE, Kind.TAX})


@dataclass(frozen=True, slots=True)
class Sums:
    """What was paid before and after what was kept back."""

    gross: Decimal = ZERO
    fee: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """What arrived."""
        with money.exact():
            return self.gross - self.fee - self.tax

    def plus(self, other: "Sums", rate: Decimal = money.ONE) -> "Sums":
        """Return this and another one, the latter times a rate."""
        with money.exact():
            return Sums(
                self.gross + other.gross * rate,
                self.fee + other.fee * rate,
                self.tax + other.tax * rate,
            )


@dataclass(frozen=True, slots=True)
class Group:
    """Payments of one kind: as paid in each currency, and in one where all rates are known."""

    key: str
    payments: int
    own: dict[str, Sums]
    converted: Sums | NoNumber


Key = Callable[[Transaction], str]
KEYS: Final[dict[str, Key]] = {
    "month": lambda row: row.on.isoformat()[:7],
    "year": lambda row: row.on.isoformat()[:4],
    "symbol": lambda row: row.instrument,
    "account": lambda row: row.account,
}


def entries(
    rows: Iterable[Transaction], start: date = date.min, end: date = date.max
) -> list[Transaction]:
    """Return the rows between two days, both included, that are income or its charges."""
    return [
        row
        for row in rows
        if start <= row.on <= end
        and (row.kind in PAYING or (row.kind in _CHARGING and row.instrument))
    ]


def sums_of(row: Transaction) -> Sums:
    """Return what one entry paid and kept back."""
    gross = row.gross
    if row.kind in PAYING:
        return Sums(gross, row.fee, row.tax)
    with money.exact():
        fee = row.fee + (gross if row.kind is Kind.FEE else ZERO)
        return Sums(ZERO, fee, row.tax + (gross if row.kind is Kind.TAX else ZERO))


def grouped(rows: Iterable[Transaction], key: Key, rate: RateOn) -> tuple[Group, ...]:
    """Return the entries by a key, in its order."""
    found: dict[str, list[Transaction]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return tuple(summed(found[name], name, rate) for name in sorted(found))


def summed(rows: Iterable[Transaction], name: str, rate: RateOn) -> Group:
    """Return some entries as one group."""
    own: dict[str, Sums] = {}
    converted = Sums()
    missing: NoNumber | None = None
    payments = 0
    for row in rows:
        sums = sums_of(row)
        payments += row.kind in PAYING
        own[row.currency] = own.get(row.currency, Sums()).plus(sums)
        try:
            converted = converted.plus(sums, rate(row.currency, row.on))
        except RateError as error:
            missing = missing or NoNumber(str(error))
    return Group(name, payments, dict(sorted(own.items())), missing or converted)

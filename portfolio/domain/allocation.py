"""How what is owned is spread: weights of groups that sum to exactly 100.

A holding that belongs to several groups (tags) is divided among them in equal parts, so that
nothing counts twice. Weights are apportioned by largest remainders (`shares`). What has no price
is in no group.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portfolio.domain import money
from portfolio.domain.money import ZERO
from portfolio.domain.returns import NoNumber
from portfolio.domain.shares import apportioned

GroupsOf = Callable[["Asset"], Sequence[str]]
"""Return the groups that an asset belongs to; none is the group without a name."""


@dataclass(frozen=True, slots=True)
class Asset:
    """Something owned and its worth in the one currency; `symbol` is empty for cash.

    `amount` is in units, of cash in its own currency.
    """

    symbol: str
    account: str
    currency: str
    value: Decimal
    amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Slice:
    """A group, its worth and its weight in percent; `symbols` are those in it, cash as ""."""

    key: str
    value: Decimal
    weight: Decimal | NoNumber
    symbols: tuple[str, ...]


def allocated(assets: Iterable[Asset], groups_of: GroupsOf) -> tuple[Slice, ...]:
    """Return the groups, the greatest worth first."""
    values: dict[str, Decimal] = {}
    symbols: dict[str, set[str]] = {}
    with money.exact():
        for asset in assets:
            groups = groups_of(asset) or ("",)
            for group in groups:
                values[group] = values.get(group, ZERO) + asset.value / len(groups)
                symbols.setdefault(group, set()).add(asset.symbol)
        keys = sorted(values, key=lambda key: (-values[key], key))
        parts = [values[key] for key in keys]
        whole = sum(parts, ZERO)
    weights: Sequence[Decimal | NoNumber]
    if whole > 0:
        weights = apportioned(parts, whole)
    else:
        weights = [NoNumber("Nothing is owned on balance")] * len(parts)
    return tuple(
        Slice(key, value, weight, tuple(sorted(symbols[key])))
        for key, value, weight in zip(keys, parts, weights, strict=True)
    )

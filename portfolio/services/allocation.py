"""How what is owned is spread over classes, currencies, regions, tags, accounts, instruments."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final, Literal

from sqlalchemy import Connection

from portfolio.domain import cash, money
from portfolio.domain.allocation import Asset, GroupsOf, Slice, allocated
from portfolio.domain.money import ZERO
from portfolio.domain.overview import Measured
from portfolio.domain.performance import Scope
from portfolio.services import instruments
from portfolio.services.books import Book
from portfolio.services.overview import Asked, asked_for
from portfolio.services.planner import Planner

By = Literal["class", "currency", "region", "tag", "account", "symbol"]
CASH: Final = "cash"


@dataclass(frozen=True, slots=True)
class Allocation:
    """What is owned in groups; `unpriced` says of each instrument left out, why."""

    asked: Asked
    value: Decimal
    slices: tuple[Slice, ...]
    unpriced: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of an instrument; what is not is None or empty."""

    kind: str | None = None
    region: str | None = None
    tags: tuple[str, ...] = ()


async def allocation(
    planner: Planner, *, of_sample: bool | None, account: str | None, by: By
) -> Allocation:
    """Return how what is owned is spread."""
    asked = await asked_for(planner, sample=of_sample)
    known = await planner.reader.run(partial(profiles, planner))

    def make(book: Book) -> Allocation:
        part = book.part(account, None)
        ledger = part.measured(asked.on, asked.currency)
        slices = allocation_of(part, ledger, by, known)
        held = {
            one.position.instrument for one in ledger.valuation.positions if one.position.quantity
        }
        return Allocation(
            asked,
            sum((one.value for one in slices), ZERO),
            slices,
            {name: why for name, why in ledger.left_out.items() if name in held},
        )

    return await planner.books.figure(planner.reader, make, sample=asked.sample)


def allocation_of(
    book: Book, ledger: Measured, by: By, known: Mapping[str, Profile]
) -> tuple[Slice, ...]:
    """Return the groups of a part of a ledger; computes, so use a thread."""
    return allocated(assets_of(book, ledger), groups(by, known))


def profiles(planner: Planner, conn: Connection) -> dict[str, Profile]:
    """Return what is known of instruments, by symbol; a region left open is that of the ISIN."""
    return {
        symbol: Profile(one.kind, one.region or (one.isin or "")[:2] or None, one.tags)
        for symbol, one in instruments.known(planner, conn).items()
    }


def groups(by: By, known: Mapping[str, Profile]) -> GroupsOf:
    """Return what names the groups of an asset."""
    unknown = Profile()

    def named(asset: Asset) -> tuple[str, ...]:
        profile = Profile(CASH) if not asset.symbol else known.get(asset.symbol, unknown)
        if by == "tag":
            return profile.tags
        found = {
            "class": profile.kind,
            "region": profile.region,
            "currency": asset.currency,
            "account": asset.account,
            "symbol": asset.symbol,
        }[by]
        return (found,) if found else ()

    return named


def assets_of(book: Book, ledger: Measured) -> list[Asset]:
    """Return what has a price, and the cash of a ledger that has deposits."""
    own = {
        (one.position.instrument, one.position.account): one.position.currency
        for one in book.valuation(ledger.on).positions
    }
    assets = [
        Asset(
            one.position.instrument,
            one.position.account,
            own[one.position.instrument, one.position.account],
            money.tidy(one.value),
            one.position.quantity,
        )
        for one in ledger.valuation.positions
        if one.position.quantity and one.value is not None
    ]
    if ledger.view.scope is Scope.PORTFOLIO:
        for (account, currency), amount in cash.balances(ledger.rows, ledger.on).items():
            with money.exact():
                value = ledger.view.converted(amount, currency, ledger.on)
            assets.append(Asset("", account, currency, money.tidy(value), amount))
    return assets

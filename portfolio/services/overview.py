"""The whole portfolio: what it is worth now, and how it came there.

My own ledger as of today, the sample's as of the day it stands still; the two never mix.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import Connection

from portfolio.domain.overview import Overview
from portfolio.domain.timeline import Point, Stretch, thinned
from portfolio.services import holdings, quotes
from portfolio.services.errors import RuleError
from portfolio.services.planner import Planner
from portfolio.services.profile import read_preferences
from portfolio.storage import transactions


@dataclass(frozen=True, slots=True)
class Asked:
    """Which ledger is meant, in which currency, as of which day."""

    sample: bool
    currency: str
    on: date


@dataclass(frozen=True, slots=True)
class History:
    """A stretch of a ledger; `shown` are as many of its points as were asked for."""

    asked: Asked
    stretch: Stretch
    shown: tuple[Point, ...]


async def overview(planner: Planner, *, sample: bool | None) -> tuple[Asked, Overview]:
    """Return what a ledger comes to; None is my own, or the sample's while I have none."""
    asked = await asked_for(planner, sample=sample)
    found = await planner.books.figure(
        planner.reader, lambda book: book.overview(asked.on, asked.currency), sample=asked.sample
    )
    return asked, found


async def history(
    planner: Planner, *, sample: bool | None, start: str | None, end: str | None, points: int
) -> History:
    """Return the worth of a ledger from day to day, and what it gained between two days.

    Raises:
        RuleError: a day that does not exist, or a start after the end.
    """
    asked = await asked_for(planner, sample=sample)
    last = asked.on if end is None else min(asked.on, quotes.day(end, "end"))
    first = date.min if start is None else quotes.day(start, "start")
    if end is not None and first > quotes.day(end, "end"):
        raise RuleError("The start lies after the end", field="start")
    found = await planner.books.figure(
        planner.reader,
        lambda book: book.stretch(asked.on, asked.currency, min(first, last), last),
        sample=asked.sample,
    )
    return History(asked, found, tuple(thinned(found.points, points)))


async def asked_for(planner: Planner, *, sample: bool | None) -> Asked:
    """Return which ledger is meant; None is my own, or the sample's while I have none."""
    return await planner.reader.run(partial(_which, planner, sample=sample))


def _which(planner: Planner, conn: Connection, *, sample: bool | None) -> Asked:
    chosen = sample
    if chosen is None:
        chosen = not transactions.has_own(conn) and transactions.count_sample(conn) > 0
    on = holdings.valuation_day(planner, sample_ledger=chosen)
    return Asked(chosen, read_preferences(conn).currency, on)

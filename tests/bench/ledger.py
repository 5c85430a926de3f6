"""How long a long ledger takes: ten years, 50,000 transactions, 48 positions.

Measured without a network, on a store of its own: how long from a cold start to the holdings, and
to the whole history with all figures of Home; from one more transaction (its write included) to
all of that again; and the growth of the cold start when the ledger is ten times as long. Times
are of the processor, so that a busy machine changes them little.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

from federation.writer import Tx
from portfolio import prices
from portfolio.domain.transactions import Kind, Transaction
from portfolio.prices import PriceHistory
from portfolio.services import accounts, holdings, overview, transactions
from portfolio.services.planner import Planner
from portfolio.storage import positions
from portfolio.storage import transactions as store
from portfolio.storage.transactions import New
from tests.portfolio.desk import Desk, desk

FIRST = date(2003, 3, 3)
LAST = date(2013, 3, 1)  # the last day with packaged prices
SYMBOLS = 12
ACCOUNTS = 4
NOW = "2013-03-01T00:00:00.000Z"
LONG, LONGER = 50_000, 500_000


def listed() -> dict[str, PriceHistory]:
    """Return invented symbols, each with the real prices of one of the packaged shares."""
    found: dict[str, PriceHistory] = {}
    for place in range(SYMBOLS):
        known = prices.history(prices.SYMBOLS[place % len(prices.SYMBOLS)])
        assert known is not None
        name = f"S{place}"
        found[name] = PriceHistory(name, known.currency, known.source, known._lines)
    return found


def rows(symbols: list[str], count: int) -> Iterator[Transaction]:
    """Yield trades and dividends of ten years; nothing is sold that is not held."""
    chance = random.Random(1)
    days = [
        day
        for day in (FIRST + timedelta(n) for n in range((LAST - FIRST).days))
        if day.weekday() < 5
    ]
    held: dict[tuple[str, str], int] = {}
    for number in range(count):
        symbol = chance.choice(symbols)
        account = f"Account {chance.randrange(ACCOUNTS)}"
        quantity, price = chance.randrange(1, 50), Decimal(chance.randrange(1000, 9000)) / 100
        key, draw = (symbol, account), chance.random()
        kind = Kind.BUY
        if draw < 0.45 and held.get(key, 0) >= quantity:
            kind = Kind.SELL
        elif draw > 0.9:
            kind, quantity, price = Kind.DIVIDEND, 1, Decimal(chance.randrange(1, 900)) / 100
        held[key] = held.get(key, 0) + {Kind.BUY: 1, Kind.SELL: -1}.get(kind, 0) * quantity
        on = days[number * len(days) // count]
        yield Transaction(
            f"{number:026}", kind, on, symbol, "USD", Decimal(quantity), price, Decimal(1),
            account=account,
        )  # fmt: skip


def fill(planner: Planner, tx: Tx, ledger: list[Transaction]) -> None:
    """Store a ledger as an import would, without looking at it."""
    places: dict[tuple[str, str], str] = {}
    new = []
    for row in ledger:
        key = (row.instrument, row.account)
        if key not in places:
            accounts.ensure(planner, tx, row.account, row.currency)
            places[key] = holdings.place(
                planner, tx, symbol=row.instrument, account=row.account, currency=row.currency
            ).id
        texts = {"quantity": str(row.quantity), "price": str(row.price), "fee": str(row.fee)}
        new.append(New(row, texts, places[key]))
    store.add(tx.conn, new, now=NOW)
    for (symbol, _), position in places.items():
        fields = {"symbol": symbol, "currency": "USD", "state": "held"}
        positions.save(tx.conn, position, fields=fields, updated=NOW)


async def shown(planner: Planner) -> tuple[float, float]:
    """Return the ms that the holdings take, and then the course with all figures of Home."""
    start = time.process_time()
    await holdings.prepare(planner)
    found = await planner.reader.run(
        lambda conn: positions.page(conn, kind="holding", before=None, limit=200)
    )
    await planner.reader.run(lambda conn: holdings.valued(planner, conn, found))
    middle = time.process_time()
    await overview.history(planner, sample=False, start=None, end=None, points=400)
    await overview.overview(planner, sample=False)
    end = time.process_time()
    return (middle - start) * 1000, (end - middle) * 1000


async def one_more(home: Desk, symbols: list[str], number: int) -> float:
    """Return the ms from a new transaction until holdings and history show it."""
    written: dict[str, Any] = {
        "kind": "buy", "symbol": symbols[number % SYMBOLS], "currency": "USD",
        "date": (LAST - timedelta(number % 2)).isoformat(), "quantity": "3", "price": "40.10",
        "account": "Account 1",
    }  # fmt: skip
    start = time.process_time()
    await home.write(transactions.record, written)
    await shown(home.planner)
    return (time.process_time() - start) * 1000


async def measure_ledger(folder: Path, symbols: list[str], count: int) -> dict[str, float]:
    """Return what a ledger of some length takes."""
    async with desk(f"Bench {count}", folder) as home:
        home.planner.clock.now = datetime(2013, 3, 1, 12, tzinfo=UTC)  # type: ignore[attr-defined]
        ledger = list(rows(symbols, count))
        await home.write(fill, ledger)
        del ledger
        times = 2 if count == LONG else 1
        cold = min([await _cold(home.planner) for _ in range(times)], key=sum)
        more = sorted([await one_more(home, symbols, number) for number in range(6)])
    return {"holdings": cold[0], "history": sum(cold), "after": more[len(more) // 2]}


async def _cold(planner: Planner) -> tuple[float, float]:
    planner.books.forget()
    return await shown(planner)


async def measure() -> dict[str, float]:
    """Return the members that this bench adds to the whole."""
    known = listed()
    symbols = list(known)
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(prices, "history", known.get),
    ):
        long = await measure_ledger(Path(folder), symbols, LONG)
        longer = await measure_ledger(Path(folder), symbols, LONGER)
    growth = longer["history"] / long["history"]
    return {
        "holdings_cold_ms": round(long["holdings"], 1),
        "history_cold_ms": round(long["history"], 1),
        "after_one_ms": round(long["after"], 1),
        "growth_10x": round(growth, 2),
    }


if __name__ == "__main__":
    print(asyncio.run(measure()))

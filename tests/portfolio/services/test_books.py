"""Ledgers are folded once, and again after each change of a transaction."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio.domain.valuation import value_portfolio
from portfolio.services import holdings, overview, sample, transactions
from portfolio.services.books import Book
from portfolio.storage import transactions as store
from tests.portfolio.desk import Desk, desk

BUY: dict[str, Any] = {
    "kind": "buy",
    "symbol": "IBM",
    "currency": "USD",
    "date": "2012-01-03",
    "quantity": "10",
    "price": "186.30",
}


@pytest.fixture
async def alice(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk("Alice", tmp_path) as found:
        yield found


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often a whole ledger is valued for a reader."""
    counted: list[int] = []
    real = value_portfolio

    def counting(rows: Any, *rest: Any) -> Any:
        counted.append(len(rows))
        return real(rows, *rest)

    monkeypatch.setattr("portfolio.services.books.value_portfolio", counting)
    return counted


async def test_asked_again_nothing_is_folded_again(alice: Desk, folds: list[int]) -> None:
    await alice.write(transactions.record, BUY)

    first = await overview.overview(alice.planner, sample=None)
    await overview.history(alice.planner, sample=None, start=None, end=None, points=100)
    await holdings.prepare(alice.planner)
    second = await overview.overview(alice.planner, sample=None)

    assert first[1] is second[1]
    assert [length for length in folds if length] == [1]


@pytest.mark.parametrize("change", ["record", "amend", "remove"])
async def test_each_change_of_a_transaction_is_seen_at_once(alice: Desk, change: str) -> None:
    await alice.write(transactions.record, BUY)
    second = await alice.write(transactions.record, {**BUY, "date": "2012-02-01"})
    before = (await overview.overview(alice.planner, sample=False))[1]

    if change == "record":
        await alice.write(transactions.record, {**BUY, "quantity": "1"})
    elif change == "amend":
        await alice.write(transactions.amend, second.value.id, {"quantity": "1"})
    else:
        await alice.write(transactions.remove, second.value.id)
    after = (await overview.overview(alice.planner, sample=False))[1]

    cost = {"record": Decimal("3912.30"), "amend": Decimal("2049.30"), "remove": Decimal(1863)}
    assert before.cost == 3726
    assert after.cost == cost[change]


async def test_a_change_that_was_refused_leaves_what_is_kept(
    alice: Desk, folds: list[int]
) -> None:
    await alice.write(transactions.record, BUY)
    kept = (await overview.overview(alice.planner, sample=False))[1]

    with pytest.raises(Exception, match="are held"):
        await alice.write(transactions.record, {**BUY, "kind": "sell", "quantity": "99"})

    assert (await overview.overview(alice.planner, sample=False))[1] is kept
    assert folds == [1]


async def test_inside_a_change_the_ledger_is_the_changed_one(alice: Desk) -> None:
    bought = await alice.write(transactions.record, BUY)
    await holdings.prepare(alice.planner)

    def look(planner: Any, tx: Any) -> tuple[Book | None, Book | None]:
        before = planner.books.at(tx.conn, sample=False)
        store.remove(tx.conn, [bought.value.id])
        return before, planner.books.at(tx.conn, sample=False)

    before, after = await alice.write(look)

    assert before is not None
    assert after is None


async def test_sample_and_own_never_mix(alice: Desk) -> None:
    await alice.write(sample.load, "alice", with_ideas=False)
    alone, whole = await overview.overview(alice.planner, sample=None)

    await alice.write(transactions.record, BUY)
    mine, own = await overview.overview(alice.planner, sample=None)
    _, again = await overview.overview(alice.planner, sample=True)

    assert (alone.sample, str(alone.on)) == (True, "2013-03-01")
    assert (mine.sample, mine.on.year) == (False, 2026)
    assert own.holdings == 1
    assert again == whole

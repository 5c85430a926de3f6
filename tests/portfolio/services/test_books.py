"""Ledgers are folded once, and again after each change of a transaction."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio.domain.folding import Fold
from portfolio.services import accounts, holdings, overview, sample, transactions
from portfolio.services.books import Book
from portfolio.storage import accounts as stored_accounts
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
    """Count the rows that are folded."""
    counted: list[int] = []
    real = Fold.take

    def counting(fold: Fold, rows: Any) -> None:
        taken = list(rows)
        counted.extend([len(taken)] if taken else [])
        real(fold, taken)

    monkeypatch.setattr(Fold, "take", counting)
    return counted


async def test_asked_again_nothing_is_folded_again(alice: Desk, folds: list[int]) -> None:
    await alice.write(transactions.record, BUY)

    first = await overview.overview(alice.planner, sample=None)
    await overview.history(alice.planner, sample=None, start=None, end=None, points=100)
    await holdings.prepare(alice.planner)
    second = await overview.overview(alice.planner, sample=None)

    assert first[1] is second[1]
    assert folds == [1]


async def test_one_more_row_folds_one_more_row(alice: Desk, folds: list[int]) -> None:
    for month in (1, 2, 3):
        await alice.write(transactions.record, {**BUY, "date": f"2012-0{month}-03"})
        await alice.write(
            transactions.record, {**BUY, "symbol": "MSFT", "date": f"2012-0{month}-03"}
        )
    folds.clear()

    await alice.write(transactions.record, {**BUY, "date": "2012-04-03"})
    await overview.overview(alice.planner, sample=False)

    assert folds == [1]


async def test_a_row_in_the_past_folds_its_position_alone(alice: Desk, folds: list[int]) -> None:
    for month in (1, 2, 3):
        await alice.write(transactions.record, {**BUY, "date": f"2012-0{month}-03"})
        await alice.write(
            transactions.record, {**BUY, "symbol": "MSFT", "date": f"2012-0{month}-03"}
        )
    folds.clear()

    await alice.write(transactions.record, {**BUY, "date": "2012-01-02"})
    await overview.overview(alice.planner, sample=False)

    assert sum(folds) == 4


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

    folds.clear()

    assert (await overview.overview(alice.planner, sample=False))[1] is kept
    assert folds == []


async def test_inside_a_change_the_ledger_is_the_changed_one(alice: Desk) -> None:
    bought = await alice.write(transactions.record, BUY)
    await holdings.prepare(alice.planner)

    def look(planner: Any, tx: Any) -> tuple[Book, Book]:
        before = planner.books.at(tx.conn, sample=False)
        store.remove(tx.conn, [bought.value.id])
        return before, planner.books.at(tx.conn, sample=False)

    before, after = await alice.write(look)

    assert [len(book.rows) for book in (before, after)] == [1, 0]


async def test_what_was_rolled_back_is_never_found(alice: Desk) -> None:
    def look_and_fail(planner: Any, tx: Any) -> None:
        planner_rows = {**BUY, "date": "2012-02-01"}
        transactions.record(planner, tx, planner_rows)
        assert len(planner.books.at(tx.conn, sample=False).rows) == 1
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await alice.write(look_and_fail)
    await alice.write(transactions.record, BUY)

    (row,) = (await alice.read(lambda planner, conn: planner.books.at(conn, sample=False))).rows
    assert row.on.isoformat() == BUY["date"]


async def test_the_method_of_an_account_says_which_lots_are_left(alice: Desk) -> None:
    await alice.write(accounts.create, {"name": "", "currency": "USD"})
    await alice.write(transactions.record, {**BUY, "price": "100"})
    await alice.write(transactions.record, {**BUY, "date": "2012-02-01", "price": "200"})
    await alice.write(transactions.record, {**BUY, "kind": "sell", "date": "2012-03-01"})
    first = (await overview.overview(alice.planner, sample=False))[1]
    (account,) = await alice.fetch(stored_accounts.page, after=None, limit=5)

    await alice.write(accounts.change, account.id, {"method": "lifo"})
    second = (await overview.overview(alice.planner, sample=False))[1]

    assert first.cost == 2000
    assert second.cost == 1000


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

"""The ledger, the holdings derived from it, and the sample."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from portfolio import sample as sample_data
from portfolio.domain.errors import DomainError, OversoldError
from portfolio.services import holdings, ideas, sample, shares, transactions
from portfolio.services.errors import ConflictError, NotFoundError, RuleError
from portfolio.storage import positions
from portfolio.storage import transactions as store
from tests.portfolio.desk import IDEA, Desk, desk

BUY: dict[str, Any] = {
    "kind": "buy",
    "symbol": "IBM",
    "currency": "USD",
    "date": "2012-01-03",
    "quantity": "10",
    "price": "186.30",
    "fee": "9.95",
}


@pytest.fixture
async def alice(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk("Alice", tmp_path) as found:
        yield found


async def _held(alice: Desk) -> list[holdings.Holding]:
    rows = await alice.fetch(positions.page, kind="holding", before=None, limit=50)
    return await alice.read(holdings.valued, rows)


async def test_a_purchase_makes_a_holding_and_a_sale_reduces_it(alice: Desk) -> None:
    await alice.write(transactions.record, BUY)
    await alice.write(
        transactions.record,
        {**BUY, "kind": "sell", "date": "2012-06-01", "quantity": "4", "price": "190"},
    )

    (held,) = await _held(alice)

    assert held.worth is not None
    assert str(held.worth.position.quantity) == "6"
    assert str(held.worth.position.cost) == "1123.77"


async def test_numbers_of_a_transaction_come_back_as_entered(alice: Desk) -> None:
    added = await alice.write(transactions.record, {**BUY, "price": "186.300", "fee": "0.50"})

    found = await alice.fetch(transactions.get, added.value.id)

    assert (found.entered["price"], found.entered["fee"]) == ("186.300", "0.50")


async def test_selling_more_than_is_held_is_refused_and_not_stored(alice: Desk) -> None:
    await alice.write(transactions.record, BUY)

    with pytest.raises(OversoldError, match="10 IBM are held"):
        await alice.write(
            transactions.record, {**BUY, "kind": "sell", "date": "2012-06-01", "quantity": "11"}
        )

    assert len(await alice.fetch(store.page, before=None, limit=10)) == 1


async def test_a_purchase_that_a_sale_needs_cannot_be_deleted(alice: Desk) -> None:
    bought = await alice.write(transactions.record, BUY)
    sold = await alice.write(
        transactions.record, {**BUY, "kind": "sell", "date": "2012-06-01", "quantity": "4"}
    )

    with pytest.raises(OversoldError):
        await alice.write(transactions.remove, bought.value.id)
    with pytest.raises(OversoldError):
        await alice.write(transactions.amend, bought.value.id, {"quantity": "3"})
    await alice.write(transactions.remove, sold.value.id)
    await alice.write(transactions.remove, bought.value.id)

    assert await _held(alice) == []
    with pytest.raises(NotFoundError):
        await alice.fetch(transactions.get, bought.value.id)


async def test_a_holding_sold_out_is_not_listed_and_comes_back_with_a_purchase(
    alice: Desk,
) -> None:
    first = await alice.write(transactions.record, BUY)
    await alice.write(transactions.record, {**BUY, "kind": "sell", "date": "2012-06-01"})

    assert await _held(alice) == []

    again = await alice.write(transactions.record, {**BUY, "date": "2013-01-02"})

    assert again.position == first.position
    assert len(await _held(alice)) == 1


async def test_a_split_and_a_dividend_do_what_they_say(alice: Desk) -> None:
    await alice.write(transactions.record, BUY)
    await alice.write(
        transactions.record,
        {
            "kind": "split",
            "symbol": "IBM",
            "currency": "USD",
            "date": "2012-02-01",
            "numerator": 2,
            "denominator": 1,
        },
    )
    await alice.write(
        transactions.record,
        {
            "kind": "dividend",
            "symbol": "IBM",
            "currency": "USD",
            "date": "2012-03-01",
            "amount": "17.00",
            "tax": "2.55",
        },
    )

    (held,) = await _held(alice)

    assert held.worth is not None
    assert str(held.worth.position.quantity) == "20"
    assert str(held.worth.position.income) == "14.45"


async def test_a_change_of_account_moves_the_transaction_to_another_holding(alice: Desk) -> None:
    bought = await alice.write(transactions.record, BUY)

    moved = await alice.write(transactions.amend, bought.value.id, {"account": "Second"})

    (held,) = await _held(alice)
    assert held.position.account == "Second"
    assert moved.position != bought.position


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": "0"},
        {"quantity": None},
        {"price": "-1"},
        {"price": None},
        {"date": "2012-02-30"},
        {"symbol": "!"},
        {"currency": "ZZZ"},
        {"kind": "split", "numerator": 1, "denominator": 1},
        {"kind": "dividend", "quantity": None, "price": None},
    ],
)
async def test_a_transaction_that_is_not_right_by_itself_is_refused(
    alice: Desk, change: dict[str, Any]
) -> None:
    with pytest.raises((DomainError, RuleError)):
        await alice.write(transactions.record, {**BUY, **change})

    assert await alice.fetch(store.page, before=None, limit=10) == []


async def test_the_sample_stands_still_on_its_day(alice: Desk) -> None:
    await alice.write(sample.load, "alice", with_ideas=True)

    found = await _held(alice)

    assert {one.as_of for one in found} == {sample_data.AS_OF}
    assert {one.position.fields["symbol"] for one in found} == {"AAPL", "GOOG", "IBM", "MSFT"}
    assert all(one.worth is not None and one.worth.value for one in found)


async def test_deleting_the_sample_removes_exactly_it(alice: Desk) -> None:
    await alice.write(transactions.record, BUY)
    mine = await alice.write(ideas.create, IDEA)
    await alice.write(sample.load, "alice", with_ideas=True)
    assert len(await alice.fetch(positions.page, kind=None, before=None, limit=50)) > 2

    await alice.write(sample.remove)

    left = await alice.fetch(positions.page, kind=None, before=None, limit=50)
    assert {(one.kind, one.sample) for one in left} == {("holding", False), ("idea", False)}
    assert mine.id in {one.id for one in left}
    assert len(await alice.fetch(store.page, before=None, limit=50)) == 1
    assert (await alice.fetch(sample.state)).transactions == 0


async def test_the_sample_is_put_in_once(alice: Desk) -> None:
    await alice.write(sample.load, "bob", with_ideas=False)

    with pytest.raises(ConflictError):
        await alice.write(sample.load, "alice", with_ideas=False)


async def test_nothing_of_the_sample_is_shared(tmp_path: Path, alice: Desk) -> None:
    async with desk("Bob", tmp_path) as bob:
        await alice.befriend(bob)
        await alice.write(sample.load, "alice", with_ideas=True)
        rows = await alice.fetch(positions.page, kind=None, before=None, limit=50)

        for row in rows:
            with pytest.raises(ConflictError):
                await alice.write(shares.share, row.id, [bob.did], "viewer", amounts=False)

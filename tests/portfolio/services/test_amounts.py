"""Amounts stand in a document of their own: who sees them, who writes them, what leaves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from portfolio.services import ideas, shares, transactions
from portfolio.services.errors import NotAllowedError, RuleError
from portfolio.storage import positions
from tests.portfolio.desk import (
    IDEA,
    Desk,
    desks,
    documents_of,
    hand_over,
    lines_for,
    shared,
    sync,
)


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[Desk, Desk]]:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        yield alice, bob


async def test_no_amount_stands_in_any_byte_that_leaves_for_the_plan(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await alice.write(ideas.create, {**IDEA, "size": "48151623", "account": "Depot-42"})
    await alice.write(shares.share, made.id, [bob.did], "viewer", amounts=True)
    await alice.write(ideas.revise, made.id, {"size": "48151624", "stop": "198"})
    plan, amounts = await documents_of(alice, made.id)

    plan_bytes = b"".join(await lines_for(alice, bob, plan))
    amount_bytes = b"".join(await lines_for(alice, bob, amounts))

    assert b"4815162" not in plan_bytes
    assert b"Depot-42" not in plan_bytes
    assert b'"size"' not in plan_bytes
    assert b"48151624" in amount_bytes


async def test_amounts_reach_a_friend_only_while_they_areshared(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, amounts=True)
    seen = await bob.fetch(ideas.get, made.id)
    assert seen.amounts is not None
    assert seen.amounts["size"] == "61"

    await alice.write(shares.change, made.id, bob.did, "viewer", amounts=False)
    await hand_over(alice, bob, *await documents_of(alice, made.id))

    seen = await bob.fetch(ideas.get, made.id)
    assert (seen.amounts, seen.fields["symbol"]) == (None, "IBM")

    await alice.write(shares.change, made.id, bob.did, "viewer", amounts=True)
    await hand_over(alice, bob, *await documents_of(alice, made.id))

    seen = await bob.fetch(ideas.get, made.id)
    assert seen.amounts is not None
    assert seen.amounts["size"] == "61"


async def test_amounts_that_come_first_wait_for_their_idea(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await alice.write(ideas.create, IDEA)
    await alice.write(shares.share, made.id, [bob.did], "viewer", amounts=True)
    plan, amounts = await documents_of(alice, made.id)

    await hand_over(alice, bob, amounts)
    assert await bob.fetch(positions.page, kind=None, before=None, limit=5) == []
    await hand_over(alice, bob, plan)

    seen = await bob.fetch(ideas.get, made.id)
    assert seen.amounts is not None
    assert seen.amounts["size"] == "61"


async def test_an_editor_without_amounts_cannot_write_them(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "editor")

    with pytest.raises(NotAllowedError):
        await bob.write(ideas.revise, made.id, {"size": "100"})


async def test_an_editor_with_amounts_can_write_them(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "editor", amounts=True)

    await bob.write(ideas.revise, made.id, {"size": "100"})
    await sync(alice, bob, made.id)

    seen = await alice.fetch(ideas.get, made.id)
    assert seen.amounts is not None
    assert seen.amounts["size"] == "100"


async def test_a_shared_holding_tells_percentages_and_sums_only_with_amounts(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    bought = await alice.write(
        transactions.record,
        {
            "kind": "buy",
            "symbol": "IBM",
            "currency": "USD",
            "date": "2012-01-03",
            "quantity": "4815",
            "price": "186.30",
        },
    )
    assert bought.position is not None
    await alice.write(shares.share, bought.position, [bob.did], "viewer", amounts=False)
    docs = await documents_of(alice, bought.position)
    await hand_over(alice, bob, *docs)

    seen = await bob.fetch(positions.get, bought.position)
    assert seen is not None
    assert (seen.kind, seen.fields["symbol"], seen.amounts) == ("holding", "IBM", None)
    assert seen.fields["return_percent"] is not None
    assert b"4815" not in b"".join(await lines_for(alice, bob, docs[0]))

    await alice.write(shares.change, bought.position, bob.did, "viewer", amounts=True)
    await alice.write(
        transactions.record,
        {
            "kind": "sell",
            "symbol": "IBM",
            "currency": "USD",
            "date": "2012-06-01",
            "quantity": "15",
            "price": "190",
        },
    )
    await hand_over(alice, bob, *await documents_of(alice, bought.position))

    seen = await bob.fetch(positions.get, bought.position)
    assert seen is not None
    assert seen.amounts is not None
    assert seen.amounts["quantity"] == "4800"


async def test_a_holding_has_no_editors(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    bought = await alice.write(
        transactions.record,
        {
            "kind": "buy",
            "symbol": "IBM",
            "currency": "USD",
            "date": "2012-01-03",
            "quantity": "1",
            "price": "186.30",
        },
    )

    with pytest.raises(RuleError):
        await alice.write(shares.share, bought.position, [bob.did], "editor", amounts=False)

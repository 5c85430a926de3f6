"""Undoing what friends may have received: they follow, and it is told who had seen it."""

from collections.abc import AsyncIterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from federation.writer import Tx
from portfolio.services import (
    accounts,
    attachments,
    comments,
    ideas,
    images,
    shares,
    transactions,
    undo,
)
from portfolio.services.errors import ConflictError, GoneError, OvertakenError
from portfolio.services.imports import templates
from portfolio.services.keepsakes import Keepsakes
from portfolio.services.planner import Planner
from portfolio.services.undoing import UNDO
from portfolio.storage import accounts as accounts_store
from portfolio.storage import pictures, positions
from portfolio.storage import transactions as stored
from tests.portfolio.desk import (
    IDEA,
    Desk,
    bytes_on_disk,
    desks,
    documents_of,
    hand_over,
    shared,
    sync,
)

SECRET = "Nobody-else-may-read-this-4711"


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[Desk, Desk]]:
    async with desks(tmp_path, "Alice", "Bob") as (alice, bob):
        yield alice, bob


async def noted(desk: Desk, work: Any, *args: Any) -> str:
    """Do something; return the id by which it can be undone."""

    def whole(planner: Planner, tx: Tx) -> str:
        work(planner, tx, *args)
        return tx.notes[UNDO]

    return await desk.write(whole)


async def names(desk: Desk, identifier: str) -> list[str]:
    """Undo something; return who had received it."""
    return [one.name for one in (await desk.write(undo.undo, identifier)).had]


async def test_a_friend_who_had_received_it_is_named_and_follows(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob)
    change = await noted(alice, ideas.revise, made.id, {"thesis": "A slip"})
    await sync(alice, bob, made.id)

    had = await names(alice, change)
    await sync(alice, bob, made.id)

    assert had == ["Bob"]
    assert (await bob.fetch(ideas.get, made.id)).fields["thesis"] == made.fields["thesis"]


async def test_a_friend_who_was_away_is_not_named(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob)
    change = await noted(alice, ideas.revise, made.id, {"thesis": "A slip"})

    assert await names(alice, change) == []

    await sync(alice, bob, made.id)
    assert (await bob.fetch(ideas.get, made.id)).fields["thesis"] == made.fields["thesis"]


async def test_what_a_friend_changed_since_is_left_alone(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "editor")
    change = await noted(alice, ideas.revise, made.id, {"stop": "198.00"})
    await sync(alice, bob, made.id)
    await bob.write(ideas.revise, made.id, {"stop": "197.00"})
    await sync(alice, bob, made.id)

    with pytest.raises(OvertakenError):
        await alice.write(undo.undo, change)

    assert (await alice.fetch(ideas.get, made.id)).fields["stop"] == "197.00"


async def test_a_shared_comment_is_taken_back_from_everybody(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    made = await shared(alice, bob, "commenter")
    said = await noted(bob, comments.add, made.id, SECRET)
    await sync(alice, bob, made.id)

    assert await names(bob, said) == ["Alice"]

    await sync(alice, bob, made.id)
    for one in pair:
        assert await one.fetch(comments.page, made.id, after=0, limit=10) == []


async def test_a_deleted_shared_idea_comes_back_unshared_and_leaves_nothing_on_the_disk(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, thesis=SECRET)
    docs = await documents_of(alice, made.id)
    deleted = await noted(alice, ideas.remove, made.id)
    await hand_over(alice, bob, *docs)
    erased = SECRET.encode() not in bytes_on_disk(alice)

    had = await names(alice, deleted)

    (entry, *_) = await alice.fetch(undo.last)
    (again,) = await alice.fetch(positions.page, kind="idea", before=None, limit=10)
    assert erased
    assert had == ["Bob"]
    assert (again.fields["thesis"], again.doc) == (SECRET, None)
    assert entry.action == "idea.created"


async def test_what_left_nothing_on_the_disk_is_gone_after_a_restart(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made = await shared(alice, bob, thesis=SECRET)
    deleted = await noted(alice, ideas.remove, made.id)
    alice.planner.keepsakes.clear()

    with pytest.raises(GoneError):
        await alice.write(undo.undo, deleted)


HELD = {
    "kind": "buy", "symbol": "IBM", "date": "2013-01-02", "currency": "USD", "quantity": "10",
    "price": "190", "account": "Depot",
}  # fmt: skip


async def sums(desk: Desk, position: str) -> Mapping[str, Any]:
    """Return the amounts of a position as a planner has them."""
    found = await desk.fetch(positions.get, position)
    assert found is not None
    return dict(found.amounts or {})


async def held(alice: Desk, bob: Desk, detail: Any = "quantities") -> tuple[str, list[str]]:
    """Let Alice own a holding that Bob sees; return its id and documents."""
    bought = await alice.write(transactions.record, HELD)
    assert bought.position is not None
    await alice.write(shares.share, bought.position, [bob.did], "viewer", detail=detail)
    found = await alice.fetch(positions.get, bought.position)
    assert found is not None
    docs = [doc for doc in (found.doc, found.quantities_doc, found.amounts_doc) if doc]
    await hand_over(alice, bob, *docs)
    return bought.position, docs


async def test_who_had_received_a_transaction_of_a_shared_holding_is_named(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    position, docs = await held(alice, bob)
    more = await noted(alice, transactions.record, {**HELD, "quantity": "32"})
    await hand_over(alice, bob, *docs)
    seen = await sums(bob, position)

    had = await names(alice, more)

    await hand_over(alice, bob, *docs)
    assert (seen, had) == ({"quantity": "42"}, ["Bob"])
    assert await sums(bob, position) == {"quantity": "10"}


async def test_nobody_is_named_who_was_away_or_sees_nothing_of_it(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    position, docs = await held(alice, bob)

    away = await noted(alice, transactions.record, {**HELD, "quantity": "32"})
    assert await names(alice, away) == []

    other = await noted(alice, transactions.record, {**HELD, "symbol": "MSFT"})
    await hand_over(alice, bob, *docs)
    assert await names(alice, other) == []
    assert await sums(bob, position) == {"quantity": "10"}


async def test_who_had_a_holding_whose_last_transaction_is_gone_is_named(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    position, docs = await held(alice, bob)
    (row,) = await alice.fetch(stored.page, before=None, limit=10)
    removed = await noted(alice, transactions.remove, row.value.id)
    await hand_over(alice, bob, *docs)
    assert await bob.fetch(positions.get, position) is None

    assert await names(alice, removed) == ["Bob"]

    (again,) = await alice.fetch(positions.page, kind="holding", before=None, limit=10)
    assert (again.doc, dict(again.amounts or {})["quantity"]) == (None, "10")


async def test_who_saw_the_new_name_of_an_account_is_named(pair: tuple[Desk, Desk]) -> None:
    alice, bob = pair
    position, docs = await held(alice, bob, "amounts")
    account = await alice.fetch(lambda conn: accounts_store.named(conn, "Depot"))
    assert account is not None
    renamed = await noted(alice, accounts.change, account.id, {"name": "Savings"})
    await hand_over(alice, bob, *docs)
    seen = (await sums(bob, position))["account"]

    had = await names(alice, renamed)

    await hand_over(alice, bob, *docs)
    assert (seen, had) == ("Savings", ["Bob"])
    assert (await sums(bob, position))["account"] == "Depot"


def drawn() -> images.Encoded:
    made = BytesIO()
    Image.effect_noise((32, 32), 90).save(made, "PNG")
    return images.encoded("chart.png", made.getvalue())


async def test_a_picture_that_was_taken_off_comes_back_with_its_bytes(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made, one, other = await shared(alice, bob), drawn(), drawn()
    for each in (one, other):
        await alice.write(attachments.attach, made.id, each)
    taken = await noted(alice, attachments.detach, made.id, one.digest)
    between = await alice.fetch(pictures.get, made.id, one.digest)
    await sync(alice, bob, made.id)

    had = await names(alice, taken)

    back = await alice.fetch(pictures.get, made.id, one.digest)
    assert (between, had) == (None, ["Bob"])
    assert back is not None
    assert back.data == one.data
    named = (await alice.fetch(ideas.get, made.id)).fields["attachments"]
    assert {each["digest"] for each in named} == {one.digest, other.digest}


async def test_a_picture_is_gone_for_good_after_a_restart_and_the_idea_does_not_name_it(
    pair: tuple[Desk, Desk],
) -> None:
    alice, bob = pair
    made, one = await shared(alice, bob), drawn()
    await alice.write(attachments.attach, made.id, one)
    taken = await noted(alice, attachments.detach, made.id, one.digest)
    alice.planner.keepsakes.clear()

    with pytest.raises(GoneError, match="erased for good"):
        await alice.write(undo.undo, taken)

    assert not (await alice.fetch(ideas.get, made.id)).fields.get("attachments")


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_deleted_idea_comes_back_with_the_pictures_that_are_still_kept(
    pair: tuple[Desk, Desk],
    *,
    restarted: bool,
) -> None:
    alice, _ = pair
    made, one = await alice.write(ideas.create, IDEA), drawn()
    await alice.write(attachments.attach, made.id, one)
    deleted = await noted(alice, ideas.remove, made.id)
    if restarted:
        alice.planner.keepsakes.clear()

    await alice.write(undo.undo, deleted)

    (again,) = await alice.fetch(positions.page, kind="idea", before=None, limit=10)
    back = await alice.fetch(pictures.get, again.id, one.digest)
    named = [each["digest"] for each in again.fields["attachments"]]
    assert (back is None, named) == (restarted, [] if restarted else [one.digest])
    assert again.fields["thesis"] == IDEA["thesis"]


async def test_a_deleted_template_comes_back_unless_its_name_is_taken(
    pair: tuple[Desk, Desk],
) -> None:
    alice, _ = pair
    made = await alice.write(templates.add, "Bank", ["A", "B"], {"day": "A"})
    gone = await noted(alice, templates.remove, made.id)
    assert await alice.fetch(templates.kept) == []

    await alice.write(undo.undo, gone)

    (back,) = await alice.fetch(templates.kept)
    assert (back.name, back.headers, back.options) == (made.name, made.headers, made.options)
    again = await noted(alice, templates.remove, back.id)
    await alice.write(templates.add, "Bank", [], {})
    with pytest.raises(ConflictError, match="already"):
        await alice.write(undo.undo, again)


def test_not_more_is_kept_in_memory_than_there_is_room_for() -> None:
    kept = Keepsakes()
    for at in range(10):
        kept.keep(str(at), {"n": at}, 10 * 2**20)

    assert [at for at in range(10) if kept.get(str(at))] == [4, 5, 6, 7, 8, 9]
    kept.keep("huge", {"n": 1}, 100 * 2**20)
    assert kept.get("huge") is not None
    assert kept.get("9") is None

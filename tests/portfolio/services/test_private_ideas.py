"""Ideas nobody else sees: rules, patches, states, history."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio.domain.errors import DomainError, IdeaError, TransitionError
from portfolio.domain.ideas import IdeaState
from portfolio.services import comments, ideas
from portfolio.services.errors import NotFoundError, RuleError
from portfolio.services.history import history
from portfolio.storage import positions
from tests.portfolio.desk import IDEA, Desk, desk


@pytest.fixture
async def alice(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk("Alice", tmp_path) as found:
        yield found


async def test_decimals_come_back_as_entered(alice: Desk) -> None:
    made = await alice.write(ideas.create, {**IDEA, "entry": "206.500", "size": "60.10"})

    found = await alice.fetch(ideas.get, made.id)

    assert found.fields["entry"] == "206.500"
    assert found.amounts is not None
    assert found.amounts["size"] == "60.10"
    assert found.fields["state"] == "draft"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"side": "short", "targets": []}, "stop"),
        ({"stop": "207"}, "stop"),
        ({"targets": ["200"]}, "targets"),
        ({"entry": "-1"}, "entry"),
        ({"symbol": ""}, "symbol"),
        ({"currency": "XXQ"}, "currency"),
        ({"isin": "US0378331006"}, "isin"),
        ({"state": "open", "stop": None}, "stop"),
    ],
)
async def test_an_idea_against_the_rules_is_refused_by_field(
    alice: Desk, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(IdeaError) as refused:
        await alice.write(ideas.create, {**IDEA, **change})

    assert refused.value.field == field
    assert await alice.fetch(positions.page, kind="idea", before=None, limit=10) == []


async def test_a_stop_below_the_entry_of_a_short_is_told_in_a_sentence(alice: Desk) -> None:
    with pytest.raises(IdeaError, match="For a short, the stop must be above the entry"):
        await alice.write(
            ideas.create, {**IDEA, "side": "short", "entry": "50", "stop": "48", "targets": ["44"]}
        )


async def test_a_patch_changes_what_it_names_and_null_takes_away(alice: Desk) -> None:
    made = await alice.write(ideas.create, IDEA)

    patched = await alice.write(ideas.revise, made.id, {"stop": "198", "thesis": None})

    assert patched.fields == {**made.fields, "stop": "198", "thesis": ""}
    assert patched.amounts == made.amounts


async def test_a_whole_idea_put_in_place_clears_what_it_leaves_out(alice: Desk) -> None:
    made = await alice.write(ideas.create, {**IDEA, "state": "watching"})
    kept = {"symbol": "IBM", "side": "long", "currency": "USD", "entry": "206.50"}

    put = await alice.write(ideas.rewrite, made.id, kept)

    assert (put.fields["stop"], put.fields["targets"], put.fields["thesis"]) == (None, [], "")
    assert put.fields["state"] == "watching"
    assert put.amounts == {"size": None, "account": None}


async def test_a_patch_that_breaks_a_rule_changes_nothing(alice: Desk) -> None:
    made = await alice.write(ideas.create, IDEA)

    with pytest.raises(DomainError):
        await alice.write(ideas.revise, made.id, {"stop": "300", "thesis": "new"})

    assert (await alice.fetch(ideas.get, made.id)).fields == made.fields


async def test_an_idea_moves_through_its_states(alice: Desk) -> None:
    made = await alice.write(ideas.create, IDEA)

    for state in ("watching", "ready", "open", "closed"):
        moved = await alice.write(ideas.move, made.id, IdeaState(state))
        assert moved.fields["state"] == state


@pytest.mark.parametrize("to", ["open"])
async def test_a_step_that_is_not_in_the_table_is_refused(alice: Desk, to: str) -> None:
    made = await alice.write(ideas.create, IDEA)

    with pytest.raises(TransitionError):
        await alice.write(ideas.move, made.id, IdeaState(to))
    with pytest.raises(TransitionError):
        await alice.write(ideas.revise, made.id, {"state": to})


async def test_an_open_idea_keeps_its_stop(alice: Desk) -> None:
    made = await alice.write(ideas.create, {**IDEA, "state": "open"})

    moved = await alice.write(ideas.revise, made.id, {"stop": "201"})
    assert moved.fields["stop"] == "201"

    with pytest.raises(IdeaError):
        await alice.write(ideas.revise, made.id, {"stop": None})


async def test_the_history_says_who_changed_what_from_what_to_what(alice: Desk) -> None:
    made = await alice.write(ideas.create, IDEA)
    await alice.write(ideas.revise, made.id, {"stop": "198", "size": "50"})
    await alice.write(ideas.revise, made.id, {"stop": "197"})

    found = await alice.read(history, made.id)

    assert [(one.field, one.before, one.after) for one in found] == [
        ("stop", "198", "197"),
        ("size", "61", "50"),
        ("stop", "199.50", "198"),
    ]
    assert {one.who for one in found} == {alice.did}


async def test_a_patch_that_says_what_is_there_already_writes_nothing(alice: Desk) -> None:
    made = await alice.write(ideas.create, IDEA)

    await alice.write(ideas.revise, made.id, {"stop": "199.50"})

    assert await alice.read(history, made.id) == []
    assert (await alice.fetch(ideas.get, made.id)).updated == made.updated


async def test_figures_follow_the_levels(alice: Desk) -> None:
    made = await alice.write(ideas.create, {**IDEA, "targets": ["220.50"]})

    figures = ideas.figures(made)

    assert figures is not None
    assert (figures.risk_per_unit, figures.rr) == (Decimal(7), Decimal(2))


async def test_a_deleted_idea_is_gone_with_its_comments(alice: Desk) -> None:
    made = await alice.write(ideas.create, IDEA)
    await alice.write(comments.add, made.id, "note to self")

    await alice.write(ideas.remove, made.id)

    with pytest.raises(NotFoundError):
        await alice.fetch(ideas.get, made.id)
    with pytest.raises(NotFoundError):
        await alice.fetch(comments.page, made.id, after=0, limit=10)


async def test_a_reply_needs_a_comment_of_the_same_idea(alice: Desk) -> None:
    one = await alice.write(ideas.create, IDEA)
    other = await alice.write(ideas.create, IDEA)
    first = await alice.write(comments.add, one.id, "first")

    reply = await alice.write(comments.add, one.id, "second", first.id)
    with pytest.raises(RuleError):
        await alice.write(comments.add, other.id, "lost", first.id)

    found = await alice.fetch(comments.page, one.id, after=0, limit=10)
    assert [(c.text, c.reply_to) for c in found] == [("first", None), ("second", first.id)]
    assert reply.reply_to == first.id
    assert await alice.fetch(comments.page, other.id, after=0, limit=10) == []

"""Plans grow by optional members: planners of the first release read, show and relay them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from federation.log.kinds import Json, Kinds
from portfolio.events import KINDS, checks
from portfolio.events.fields import PLAN_FIELDS, check_fields, check_write
from portfolio.events.ideas import IDEA_CHANGED, IDEA_CREATED, fold_fields
from portfolio.services import ideas, shares, trades
from portfolio.storage import positions
from tests.portfolio import desk as desks
from tests.portfolio.desk import IDEA, Desk, desk, hand_over, lines_for

FIRST: Final = (
    "symbol", "isin", "mic", "side", "entry", "stop", "targets", "currency", "thesis", "state",
)  # fmt: skip
"""The fields of a plan that the first release knew. This list is never added to."""

RICH: Final[dict[str, Any]] = {
    **IDEA,
    "state": "ready",
    "entry_type": "zone",
    "entry_to": "207",
    "portions": ["40", "60"],
    "sizing": {"mode": "fixed", "value": "61"},
    "fee": "1.95",
    "conviction": 4,
    "horizon": "2013-06-21",
    "tags": ["breakout", "März"],
    "legs": [
        {"right": "put", "side": "sell", "quantity": "6", "strike": "190", "premium": "2.1",
         "expiry": "2013-06-21"},
        {"right": "put", "side": "buy", "quantity": "3", "strike": "180", "premium": "0.7",
         "expiry": "2013-06-21"},
    ],
}  # fmt: skip
FILL: Final = {"quantity": "61", "price": "206.70", "date": "2013-01-07"}


def _of_the_first_release() -> Kinds:
    known = {name: PLAN_FIELDS[name] for name in FIRST}

    def created(content: Json) -> None:
        checks.time(content.get("created"), "created")
        check_fields(checks.mapping(content.get("fields"), "fields"), known, amounts=False)

    def changed(content: Json) -> None:
        check_write(content, known, amounts=False)

    old = {
        IDEA_CREATED.name: replace(IDEA_CREATED, check=created, reduce=fold_fields),
        IDEA_CHANGED.name: replace(IDEA_CHANGED, check=changed, reduce=fold_fields),
    }
    return Kinds(tuple(old.get(name) or kind for name, kind in _all()))


def _all() -> list[tuple[str, Any]]:
    return [(name, KINDS.get(name)) for name in KINDS.names()]


@pytest.fixture
def first_release(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let planners begun from now on know what the first release knew."""
    return lambda: monkeypatch.setattr(desks, "KINDS", _of_the_first_release())


async def _documents(owner: Desk, position: str) -> list[str]:
    found = await owner.fetch(positions.get, position)
    assert found is not None
    return [doc for doc in (found.doc, found.amounts_doc) if doc is not None]


async def test_a_planner_of_the_first_release_reads_shows_and_relays_a_rich_plan(
    tmp_path: Path, first_release: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk("Alice", tmp_path) as alice, desk("Carol", tmp_path) as carol:
        first_release()
        async with desk("Bob", tmp_path) as bob:
            monkeypatch.undo()
            for one, other in ((alice, bob), (alice, carol), (bob, carol)):
                await one.befriend(other)
            made = await alice.write(ideas.create, RICH)
            until = "2027-01-01T00:00:00Z"
            friends = [bob.did, carol.did]
            await alice.write(shares.share, made.id, friends, "editor", amounts=True, until=until)
            await alice.write(trades.enter, made.id, [FILL])
            docs = await _documents(alice, made.id)
            words = await hand_over(alice, bob, *docs)
            await bob.write(ideas.revise, made.id, {"stop": "200"})
            relayed = [await lines_for(bob, carol, doc) for doc in docs]
            sent = [await lines_for(alice, carol, doc) for doc in docs]
            await hand_over(bob, carol, *docs)
            shown = await bob.fetch(positions.get, made.id)
        mine = await alice.fetch(ideas.get, made.id)
        seen = await carol.fetch(ideas.get, made.id)

    assert set(words) <= {"stored", "duplicate"}
    assert shown is not None
    assert {name: shown.fields.get(name) for name in FIRST} == {
        **{name: mine.fields.get(name) for name in FIRST},
        "stop": "200",
    }
    assert shown.amounts is not None
    assert shown.amounts["size"] == "61"
    for theirs, own in zip(relayed, sent, strict=True):
        assert set(own) <= set(theirs)  # every line of Alice's, byte for byte
    details = set(RICH) & set(PLAN_FIELDS) - {"state"}
    assert {name: seen.fields.get(name) for name in details} == {
        **{name: mine.fields.get(name) for name in details},
        "stop": "200",
    }
    assert seen.fields["result"] == mine.fields["result"]
    assert seen.fields["state"] == "open"


async def test_a_plan_of_the_first_release_is_whole_without_the_new_members(
    tmp_path: Path, first_release: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    first_release()
    async with desk("Alice", tmp_path) as alice:
        monkeypatch.undo()
        async with desk("Bob", tmp_path) as bob:
            await alice.befriend(bob)
            made = await alice.write(ideas.create, IDEA)
            await alice.write(shares.share, made.id, [bob.did], "viewer")
            await hand_over(alice, bob, *await _documents(alice, made.id))
            entity = await bob.fetch(bob.log.entity, (await _documents(bob, made.id))[0], "idea")

    assert entity is not None
    assert set(entity["registers"]) == set(FIRST)


def test_optional_members_are_no_part_of_a_plan_that_does_not_use_them() -> None:
    from portfolio.services.idea_forms import BLANK, split, stored

    fields, amounts = split({**BLANK, "symbol": "IBM", "side": "long", **stored({"tags": None})})

    assert set(fields) <= set(FIRST)
    assert set(amounts) == {"size", "account"}


BAD: Final[list[dict[str, Any]]] = [
    {"sizing": {"mode": "fixed", "value": "61"}},
    {"sizing": {"value": "1"}},
    {"legs": [{"right": "put", "side": "sell", "quantity": "3"}]},
    {"legs": "put"},
    {"conviction": 6},
    {"conviction": "4"},
    {"portions": [50, 50]},
    {"tags": ["x" * 81]},
    {"attachments": [{"digest": "uEiA"}]},
    {"attachments": [{"digest": "uEiA", "media_type": "image/png", "name": "", "width": 1,
                      "height": 1, "bytes": 6 * 2**20}]},
    {"result": {"opened": "yesterday"}},
    {"fee": "1.95"},
    {"fills": []},
    {"leg_quantities": ["3"]},
]  # fmt: skip


@pytest.mark.parametrize("fields", BAD, ids=str)
def test_a_plan_with_a_member_of_the_wrong_form_or_an_amount_is_refused(
    fields: dict[str, Any],
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        IDEA_CHANGED.check({"fields": fields})


@pytest.mark.parametrize("until", [{"did:key:z6MkBob": "soon"}, ["did:key:z6MkBob"], {"": None}])
def test_an_end_of_the_wrong_form_is_refused(until: Any) -> None:
    IDEA_CHANGED.check({"fields": {}, "until": {"did:key:z6MkBob": "2027-01-01T00:00:00Z"}})
    with pytest.raises(ValueError, match=r"\w"):
        IDEA_CHANGED.check({"fields": {}, "until": until})


async def test_no_event_of_a_plan_holds_an_amount(tmp_path: Path) -> None:
    secret = {"size": "61739", "fee": "17.3891", "account": "Depot-84213"}
    legs = [{**RICH["legs"][0], "quantity": "71931"}, {**RICH["legs"][1], "quantity": "143862"}]
    async with desk("Alice", tmp_path) as alice, desk("Bob", tmp_path) as bob:
        await alice.befriend(bob)
        plain = {name: value for name, value in RICH.items() if name != "sizing"}
        made = await alice.write(ideas.create, {**plain, **secret, "legs": legs})
        await alice.write(shares.share, made.id, [bob.did], "editor")
        fill = {"quantity": "61739", "price": "206.70", "date": "2013-01-07", "fee": "17.3891"}
        await alice.write(trades.enter, made.id, [fill])
        await alice.write(trades.leave, made.id, [{**fill, "price": "215.5313"}])
        await alice.write(ideas.revise, made.id, {"size": "61740"})
        (doc,) = await _documents(alice, made.id)
        sent = b"".join(await lines_for(alice, bob, doc))

    for hidden in (b"61739", b"61740", b"17.3891", b"Depot", b"71931", b"143862", b"215.5313"):
        assert hidden not in sent
    assert b'"ratio":"1"' in sent
    assert b'"r":"' in sent

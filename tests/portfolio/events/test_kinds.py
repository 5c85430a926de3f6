"""Event kinds: what each takes, what it refuses, and what it folds to."""

from typing import Any

import pytest

from federation.errors import LocalProtocolError
from federation.log.kinds import Applied, Json, Kinds
from portfolio.events import KINDS
from portfolio.events.comments import COMMENT_ADDED

ALICE = "did:key:z6MkAlice"
BOB = "did:key:z6MkBob"
ID = "01JD0000000000000000000007"
FIELDS = {"symbol": "IBM", "side": "long", "entry": "206.50", "stop": "199.50", "targets": ["215"]}
NOW = "2026-11-22T10:00:00.000Z"

ENTRY: dict[str, Any] = {"n": 1, "step": "planned", "tag": "uEiA", "terms": "uEiB", "at": NOW}
GOOD: list[tuple[str, dict[str, Any]]] = [
    ("idea.created/1", {"created": NOW, "fields": FIELDS}),
    ("idea.changed/1", {"fields": {"stop": "199.00"}, "over": {"stop": ["uEiA"]}}),
    ("amounts.changed/1", {"plan": "urn:pp:uEiA", "fields": {"size": "60"}, "over": {}}),
    ("holding.updated/1", {"created": NOW, "fields": {"symbol": "IBM", "weight_percent": "12.5"}}),
    ("comment.added/1", {"id": ID, "text": "Why 199?"}),
    ("comment.edited/1", {"id": ID, "text": "Why 199.50?", "created": NOW}),
    ("comment.deleted/1", {"id": ID}),
    (
        "guest.commented/1",
        {"id": ID, "text": "hm", "actor": "https://a.example/u", "name": "A", "received": "e30"},
    ),
    ("journal.entered/1", ENTRY),
    ("journal.entered/1", {**ENTRY, "n": 2, "prev": "uEiC"}),
]
BAD: list[tuple[str, dict[str, Any]]] = [
    ("idea.created/1", {"fields": FIELDS}),
    ("idea.created/1", {"created": "yesterday", "fields": FIELDS}),
    ("idea.created/1", {"created": NOW, "fields": {**FIELDS, "entry": 206.5}}),
    ("idea.created/1", {"created": NOW, "fields": {**FIELDS, "entry": "1e9"}}),
    ("idea.created/1", {"created": NOW, "fields": {**FIELDS, "targets": "215"}}),
    ("idea.created/1", {"created": NOW, "fields": {**FIELDS, "size": "60"}}),
    ("idea.changed/1", {"fields": {"size": "60"}}),
    ("idea.changed/1", {"fields": {"account": "Broker"}}),
    ("idea.changed/1", {"over": {}}),
    ("idea.changed/1", {"fields": {"stop": "1"}, "over": {"stop": "uEiA"}}),
    ("idea.changed/1", {"fields": {"thesis": "x" * 20_001}}),
    ("amounts.changed/1", {"fields": {"size": "60"}}),
    ("amounts.changed/1", {"plan": "urn:pp:uEiA", "fields": {"size": "many"}}),
    ("holding.updated/1", {"created": NOW, "fields": {"quantity": "60"}}),
    ("comment.added/1", {"id": ID, "text": ""}),
    ("comment.added/1", {"id": "7", "text": "Why?"}),
    ("comment.added/1", {"text": "Why?"}),
    ("comment.edited/1", {"id": ID, "text": "Why?"}),
    ("comment.deleted/1", {}),
    ("guest.commented/1", {"id": ID, "text": "hm"}),
    ("journal.entered/1", {**ENTRY, "n": 0}),
    ("journal.entered/1", {**ENTRY, "n": "1"}),
    ("journal.entered/1", {**ENTRY, "n": 2}),
    ("journal.entered/1", {**ENTRY, "prev": "uEiC"}),
    ("journal.entered/1", {**ENTRY, "step": "won"}),
    ("journal.entered/1", {**ENTRY, "terms": ""}),
    ("journal.entered/1", {**ENTRY, "at": "now"}),
]


def _applied(name: str, content: Json | None, author: str = ALICE, event: str = "e1") -> Applied:
    return Applied(event, "urn:pp:doc", author, "z6Mk", 1, name, "2026-11-22T10:00:00Z", content)


def _fold(*events: Applied) -> tuple[Json | None, list[str]]:
    entity: Json | None = None
    dropped: list[str] = []
    for event in events:
        kind = KINDS.get(event.kind)
        assert kind is not None
        folded = kind.reduce(entity, event)
        entity = folded.entity
        dropped += folded.superseded
    return entity, dropped


@pytest.mark.parametrize(("name", "content"), GOOD)
def test_content_of_its_kind_is_taken(name: str, content: Json) -> None:
    kind = KINDS.get(name)

    assert kind is not None
    kind.check(content)
    assert kind.reduce(None, _applied(name, content)).entity is not None


@pytest.mark.parametrize(("name", "content"), GOOD)
def test_members_of_a_later_release_are_taken_too(name: str, content: Json) -> None:
    kind = KINDS.get(name)

    assert kind is not None
    kind.check({**content, "later": {"nested": [1, None]}})


@pytest.mark.parametrize(("name", "content"), BAD)
def test_content_that_is_not_of_its_kind_is_refused(name: str, content: Json) -> None:
    kind = KINDS.get(name)

    assert kind is not None
    with pytest.raises(ValueError, match=r"\w"):
        kind.check(content)


@pytest.mark.parametrize("name", KINDS.names())
def test_every_reducer_tolerates_dropped_content(name: str) -> None:
    kind = KINDS.get(name)
    before = {"id": ID, "hash": "e0", "author": ALICE, "text": "x", "edited": None}

    assert kind is not None
    assert kind.reduce(before, _applied(name, None)).entity == before
    assert kind.entity(_applied(name, None))


def test_a_name_registered_twice_is_refused() -> None:
    with pytest.raises(LocalProtocolError):
        Kinds((COMMENT_ADDED, COMMENT_ADDED))


def test_an_edit_replaces_the_text_and_drops_the_one_before() -> None:
    added = _applied("comment.added/1", {"id": ID, "text": "one"}, event="e1")
    edited = _applied("comment.edited/1", {"id": ID, "text": "two", "created": NOW}, event="e2")

    entity, dropped = _fold(added, edited)

    assert entity is not None
    assert (entity["text"], entity["edited"]) == ("two", "2026-11-22T10:00:00Z")
    assert dropped == ["e1"]


def test_an_edit_alone_stands_for_the_comment_whose_first_text_is_gone() -> None:
    edited = _applied("comment.edited/1", {"id": ID, "text": "two", "created": NOW})

    entity, _ = _fold(_applied("comment.added/1", None, event="e0"), edited)

    assert entity is not None
    assert (entity["text"], entity["created"]) == ("two", NOW)


def test_a_guests_edit_alone_keeps_the_guests_name() -> None:
    guest = {"actor": "https://fedi.example/u/eve", "name": "Eve"}
    content = {"id": ID, "text": "two", "created": NOW, **guest}

    entity, _ = _fold(_applied("comment.edited/1", content))

    assert entity is not None
    assert entity["guest"] == guest


def test_a_deletion_leaves_no_text_and_nothing_brings_it_back() -> None:
    added = _applied("comment.added/1", {"id": ID, "text": "one"}, event="e1")
    deleted = _applied("comment.deleted/1", {"id": ID}, event="e2")
    edited = _applied("comment.edited/1", {"id": ID, "text": "two", "created": NOW}, event="e3")

    entity, dropped = _fold(added, deleted, edited)

    assert entity is not None
    assert entity["deleted"]
    assert "text" not in entity
    assert dropped == ["e1", "e3"]


def test_nobody_reaches_a_comment_of_another() -> None:
    keys = {
        kind.entity(_applied(kind.name, {"id": ID}, author))
        for author in (ALICE, BOB)
        for kind in (KINDS.get("comment.added/1"), KINDS.get("comment.deleted/1"))
        if kind is not None
    }

    assert keys == {f"comment/{ID}/{ALICE}", f"comment/{ID}/{BOB}"}


def test_amounts_stay_with_the_position_they_were_first_written_for() -> None:
    first = {"plan": "urn:pp:one", "fields": {"size": "60"}, "over": {}}
    second = {"plan": "urn:pp:two", "fields": {"size": "70"}, "over": {"size": ["e1"]}}

    entity, _ = _fold(
        _applied("amounts.changed/1", first, event="e1"),
        _applied("amounts.changed/1", second, event="e2"),
    )

    assert entity is not None
    assert entity["plan"] == "urn:pp:one"
    assert entity["registers"]["size"][-1]["value"] == "70"


def test_a_new_snapshot_of_a_holding_drops_the_one_before() -> None:
    content = {"created": NOW, "fields": {"symbol": "IBM"}}

    _, dropped = _fold(
        _applied("holding.updated/1", content, event="e1"),
        _applied("holding.updated/1", content, event="e2"),
    )

    assert dropped == ["e1"]


def test_a_number_written_twice_stays_the_first_one_and_shows() -> None:
    first = _applied("journal.entered/1", ENTRY)
    second = _applied("journal.entered/1", {**ENTRY, "terms": "uEiZ"}, event="e2")

    entity, _ = _fold(first, second)

    assert entity is not None
    assert (entity["terms"], entity["twice"]) == ("uEiB", True)

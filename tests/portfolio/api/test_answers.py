"""Entity tags: what counts as another version, and what moves by itself."""

import orjson

from portfolio.api.answers import entity_tag, version_of


def _tag(**members: object) -> str:
    return entity_tag(orjson.dumps(members))


def test_what_moves_by_itself_changes_the_tag_but_not_the_version() -> None:
    before = _tag(stop="195", complete={"known": 4, "missing": 0})
    after = _tag(stop="195", complete={"known": 5, "missing": 0})

    assert before != after
    assert version_of(before) == version_of(after)


def test_an_edit_changes_the_version() -> None:
    before = _tag(stop="195", complete={"known": 4, "missing": 0})
    after = _tag(stop="194", complete={"known": 4, "missing": 0})

    assert version_of(before) != version_of(after)


def test_a_representation_without_moving_members_has_a_plain_tag() -> None:
    assert "-" not in _tag(text="hello")
    assert version_of(_tag(text="hello")) == _tag(text="hello").strip('"')

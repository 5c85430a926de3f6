"""The mark on the network: friends recognise it, nobody else learns from it."""

import pytest

from federation.errors import MalformedError
from federation.lan.announcement import make_mark, parse_mark
from keys.identity import DeviceKey
from keys.multiformats import did_of, digest

CARD, OTHER = bytes(range(32)), bytes(32)
SALT = b"saltsalt"
DID = did_of(DeviceKey.from_seed(b"d" * 32).public)
PIN = digest(b"key")


def wire(txt: dict[str, bytes], **changed: bytes | None) -> dict[bytes, bytes | None]:
    """Return a TXT record as the resolver gives it, some members changed or left out."""
    both: dict[str, bytes | None] = {**txt, **changed}
    return {name.encode(): value for name, value in both.items()}


def test_a_friend_recognises_the_mark() -> None:
    assert parse_mark(wire(make_mark(CARD, SALT).txt())).is_of(CARD)


def test_who_has_another_card_does_not() -> None:
    assert not parse_mark(wire(make_mark(CARD, SALT).txt())).is_of(OTHER)


def test_two_salts_make_two_marks_that_cannot_be_linked() -> None:
    assert make_mark(CARD, SALT).mac != make_mark(CARD, b"tlastlas").mac


def test_the_person_is_named_only_to_people_nearby() -> None:
    closed, opened = make_mark(CARD, SALT), make_mark(CARD, SALT, DID, PIN)

    assert set(closed.txt()) == {"v", "s", "m"}
    assert parse_mark(wire(opened.txt())) == opened


@pytest.mark.parametrize(
    "changed",
    [
        {"v": b"2"},
        {"v": None},
        {"s": b"short"},
        {"s": None},
        {"m": b"x" * 9},
        {"m": None},
        {"d": b"did:web:example.com"},
        {"d": b"\xff"},
        {"k": b"no digest"},
        {"k": b"\xff"},
    ],
)
def test_another_form_is_refused(changed: dict[str, bytes | None]) -> None:
    with pytest.raises(MalformedError):
        parse_mark(wire(make_mark(CARD, SALT, DID, PIN).txt(), **changed))


def test_members_of_a_later_version_are_passed_over() -> None:
    assert parse_mark(wire(make_mark(CARD, SALT).txt(), z=b"new")).is_of(CARD)

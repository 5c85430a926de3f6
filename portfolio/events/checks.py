"""Checks of what stands in events of other planners: types, forms and sizes, nothing more.

A newer release may add members, so unknown ones pass. What passes here can be shown, sorted and
computed with; whether a plan makes sense is for people to discuss, not for a receiver to refuse.
All checks raise ValueError.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from portfolio.domain.errors import AmountError
from portfolio.domain.money import parse_decimal

ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
TIME: Final = re.compile(
    r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\.[0-9]{1,6})?Z"
)
HASH_MAX: Final = 64  # characters of a digest with room for a longer algorithm
TEXT_MAX: Final = 20_000  # characters of a comment or a thesis
WORD_MAX: Final = 80  # characters of a symbol, an account name, a state
TARGETS_MAX: Final = 20
DID_MAX: Final = 100


def ulid(value: object, name: str) -> None:
    """Check a ULID in its canonical, upper-case form."""
    if not isinstance(value, str) or not ULID.fullmatch(value):
        raise ValueError(f"{name} is not a ULID")


def time(value: object, name: str) -> None:
    """Check an RFC 3339 time in UTC with `Z`."""
    if not isinstance(value, str) or not TIME.fullmatch(value):
        raise ValueError(f"{name} is not a time in UTC")


def string(value: object, name: str, longest: int, shortest: int = 0) -> None:
    """Check a string and its length in characters."""
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        raise ValueError(f"{name} is not text of {shortest} to {longest} characters")


def decimal(value: object, name: str) -> None:
    """Check a decimal as text, or null."""
    if value is None:
        return
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a number as text")  # noqa: TRY004 - one error for all
    try:
        parse_decimal(value)
    except AmountError as error:
        raise ValueError(f"{name}: {error}") from error


def word(value: object, name: str) -> None:
    """Check a short text, or null."""
    if value is not None:
        string(value, name, WORD_MAX)


def body(value: object, name: str) -> None:
    """Check a long text, or null."""
    if value is not None:
        string(value, name, TEXT_MAX)


def decimals(value: object, name: str) -> None:
    """Check a list of decimals as text."""
    if not isinstance(value, list) or len(value) > TARGETS_MAX:
        raise ValueError(f"{name} is not a list of at most {TARGETS_MAX} numbers")
    for item in value:
        if item is None:
            raise ValueError(f"{name} holds null")
        decimal(item, name)


def mapping(value: object, name: str) -> Mapping[str, Any]:
    """Check an object and return it."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} is not an object")  # noqa: TRY004 - one error for all
    return value


def terms(value: object, name: str) -> None:
    """Check `{did: time or null}`, until when somebody may see a document."""
    for person, until in mapping(value, name).items():
        string(person, name, DID_MAX, 1)
        if until is not None:
            time(until, name)


def hashes(value: object, name: str) -> None:
    """Check a list of event hashes."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError(f"{name} is not a list")  # noqa: TRY004 - one error for all
    for item in value:
        string(item, name, HASH_MAX, 1)

"""Checks of the optional fields of a plan: forms and sizes, and that no amount hides in them.

The number of contracts of a leg and a fixed size are amounts: a plan says in which *ratio* legs
stand, and that the size is fixed. All checks raise ValueError.
"""

from collections.abc import Mapping
from typing import Any, Final

from portfolio.events import checks
from portfolio.events.checks import WORD_MAX, decimal, mapping, string, time, word

CONVICTION_MAX: Final = 5
ITEMS_MAX: Final = 40  # tags, legs or attachments of one plan
FILLS_MAX: Final = 200  # executions told of one idea
SIDE_MAX: Final = 1 << 16  # pixels
BYTES_MAX: Final = 5 * 1024 * 1024
NAME_MAX: Final = 200  # characters of a picture's name
_AMOUNTS_OF_A_LEG: Final = ("quantity", "units", "contracts")


def portions(value: object, name: str) -> None:
    """Check a list of decimals as text, or null."""
    if value is not None:
        checks.decimals(value, name)


def sizing(value: object, name: str) -> None:
    """Check `{mode, value}`, where the value is a percentage: a fixed size is an amount."""
    if value is None:
        return
    rule = mapping(value, name)
    string(rule.get("mode"), f"{name}.mode", WORD_MAX, 1)
    decimal(rule.get("value"), f"{name}.value")
    if rule["mode"] == "fixed" and rule.get("value") is not None:
        raise ValueError(f"{name}: a fixed size is an amount and may not stand in this document")


def conviction(value: object, name: str) -> None:
    """Check a number from 1 to 5, or null."""
    if value is not None:
        _count(value, name, CONVICTION_MAX)


def tags(value: object, name: str) -> None:
    """Check a list of short texts, or null."""
    for item in _items(value, name):
        string(item, name, WORD_MAX, 1)


def legs(value: object, name: str) -> None:
    """Check a list of option legs, or null: terms, price of a unit, and ratio to the others."""
    for item in _items(value, name):
        leg = mapping(item, name)
        for known in ("right", "side", "expiry"):
            word(leg.get(known), f"{name}.{known}")
        for known in ("ratio", "strike", "premium", "multiplier"):
            decimal(leg.get(known), f"{name}.{known}")
        if any(amount in leg for amount in _AMOUNTS_OF_A_LEG):
            raise ValueError(f"{name}: how many is an amount and may not stand in this document")


def attachments(value: object, name: str) -> None:
    """Check a list of pictures, or null: each by digest, with what a page must know of it."""
    for item in _items(value, name):
        picture = mapping(item, name)
        string(picture.get("digest"), f"{name}.digest", checks.HASH_MAX, 1)
        string(picture.get("media_type"), f"{name}.media_type", WORD_MAX, 1)
        string(picture.get("name"), f"{name}.name", NAME_MAX)
        _count(picture.get("width"), f"{name}.width", SIDE_MAX)
        _count(picture.get("height"), f"{name}.height", SIDE_MAX)
        _count(picture.get("bytes"), f"{name}.bytes", BYTES_MAX)


def result(value: object, name: str) -> None:
    """Check what came of a trade, in R, or null: `{opened, closed, entry, stop, r, plan_r}`."""
    if value is None:
        return
    came: Mapping[str, Any] = mapping(value, name)
    for moment in ("opened", "closed"):
        if came.get(moment) is not None:
            time(came[moment], f"{name}.{moment}")
    for figure in ("r", "plan_r", "entry", "stop"):
        decimal(came.get(figure), f"{name}.{figure}")


def fills(value: object, name: str) -> None:
    """Check a list of executions, or null."""
    for item in _items(value, name, FILLS_MAX):
        fill = mapping(item, name)
        for known in ("kind", "date", "time"):
            word(fill.get(known), f"{name}.{known}")
        for known in ("quantity", "price", "fee", "tax"):
            decimal(fill.get(known), f"{name}.{known}")


def _items(value: object, name: str, most: int = ITEMS_MAX) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(f"{name} is not a list of at most {most}")
    return value


def _count(value: object, name: str, most: int) -> None:
    if type(value) is not int or not 1 <= value <= most:
        raise ValueError(f"{name} is not a number from 1 to {most}")

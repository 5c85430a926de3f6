"""Fields that several people write: multi-value registers, folded in the log's order.

Each write of a field names in `over` the events whose values its author saw and replaces. A
value stays a *head* until a write names it; two heads mean two people wrote without knowing of
each other. The last one in the order (lc, hash) is the field's value meanwhile, the others are
shown beside it until somebody, having seen them, writes again. No clock decides anything.
"""

from collections.abc import Mapping
from typing import Any, Final, TypedDict

from federation.log.kinds import Applied

HEADS_MAX: Final = 16  # concurrent values kept per field; more are a fault, the oldest go


class Head(TypedDict):
    """One value of a field that nobody has replaced yet."""

    hash: str
    value: Any
    who: str
    at: str


Registers = dict[str, list[Head]]


def written(
    registers: Mapping[str, list[Head]],
    event: Applied,
    fields: Mapping[str, Any],
    over: Mapping[str, list[str]],
) -> Registers:
    """Return the registers after an event wrote `fields` over the heads that it names."""
    after: Registers = dict(registers)
    for name, value in fields.items():
        replaced = over.get(name, ())
        kept = [head for head in registers.get(name, ()) if head["hash"] not in replaced]
        head = Head(hash=event.hash, value=value, who=event.author, at=event.published)
        after[name] = [*kept, head][-HEADS_MAX:]
    return after


def values(registers: Mapping[str, list[Head]]) -> dict[str, Any]:
    """Return the value of each field."""
    return {name: heads[-1]["value"] for name, heads in registers.items() if heads}


def seen(registers: Mapping[str, list[Head]], name: str) -> list[str]:
    """Return what a new write of the field must name in `over`."""
    return [head["hash"] for head in registers.get(name, ())]


def conflicts(registers: Mapping[str, list[Head]]) -> list[dict[str, Any]]:
    """Return the fields with more than one distinct value: who wrote which, and when."""
    return [
        {
            "field": name,
            "values": [
                {"value": head["value"], "who": head["who"], "at": head["at"]}
                for head in reversed(heads)
            ],
        }
        for name, heads in sorted(registers.items())
        if any(head["value"] != heads[-1]["value"] for head in heads)
    ]

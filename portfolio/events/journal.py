"""Events of a journal: numbered commitments to the ideas that its author shares.

    journal.entered/1  {"n", "prev"?, "step", "tag", "terms", "at"}

`n` counts from 1 without gaps, `prev` is the digest of the entry before, so an entry that is left
out is a missing number and one that is changed breaks the chain. `tag` names the idea and
`terms` what was planned or came of it, both as salted digests: whoever holds the idea's own
document knows the salt (it stands in its Genesis) and can check them; to everybody else they say
nothing but that there is one. The journal's document is shared with everybody to whom an idea is.
"""

from collections.abc import Mapping
from typing import Any, Final

from federation.log.kinds import Applied, Folded, Json, Kind
from keys.canonical import jcs
from keys.multiformats import digest
from portfolio.domain.record import Step
from portfolio.events import checks

JOURNAL: Final = "journal"
ENTRY_PREFIX: Final = "entry/"
ENTRIES_MAX: Final = 1_000_000
_KEY_DIGITS: Final = 7  # keys sort as their numbers do


def entry(
    number: int, before: Json | None, step: Step, tag: str, terms: str, at: str
) -> dict[str, Any]:
    """Return the content of the next entry; `before` is the last one, None at the first."""
    content: dict[str, Any] = {
        "n": number,
        "step": step.value,
        "tag": tag,
        "terms": terms,
        "at": at,
    }
    return content if before is None else {**content, "prev": entry_digest(before)}


def entry_digest(content: Json) -> str:
    """Return what the next entry names as `prev`."""
    return digest(jcs({name: content[name] for name in sorted(content) if name in _MEMBERS}))


def tag_of(doc: str, salt: str) -> str:
    """Return what stands for an idea in the journal."""
    return digest(jcs({"doc": doc, "salt": salt}))


def terms_digest(doc: str, salt: str, terms: Mapping[str, Any]) -> str:
    """Return the commitment to an idea's terms."""
    return digest(jcs({"doc": doc, "salt": salt, "terms": dict(terms)}))


def entry_key(number: int) -> str:
    """Return the entity key of an entry."""
    return f"{ENTRY_PREFIX}{number:0{_KEY_DIGITS}}"


_MEMBERS: Final = frozenset({"n", "prev", "step", "tag", "terms", "at"})


def _check(content: Json) -> None:
    number = content.get("n")
    if type(number) is not int or not 1 <= number <= ENTRIES_MAX:
        raise ValueError("n is not a number from 1")
    for name in ("tag", "terms"):
        checks.string(content.get(name), name, checks.HASH_MAX, 1)
    if (number == 1) is ("prev" in content):
        raise ValueError("prev names the entry before, from the second one on")
    if number > 1:
        checks.string(content["prev"], "prev", checks.HASH_MAX, 1)
    if content.get("step") not in set(Step):
        raise ValueError("step is planned, opened or closed")
    checks.time(content.get("at"), "at")


def _entity(event: Applied) -> str:
    number = None if event.content is None else event.content.get("n")
    return entry_key(number if type(number) is int else 0)


def _reduce(entity: Json | None, event: Applied) -> Folded:
    """Keep the first entry of a number; a second one does not replace it, but shows."""
    if event.content is None:
        return Folded(entity)
    if entity is not None:
        return Folded({**entity, "twice": True})
    content = {name: event.content[name] for name in _MEMBERS if name in event.content}
    return Folded({**content, "hash": event.hash, "published": event.published})


JOURNAL_ENTERED: Final = Kind(
    name="journal.entered/1",
    cls="edit",
    verb="Add",
    documents=frozenset({JOURNAL}),
    check=_check,
    entity=_entity,
    reduce=_reduce,
)

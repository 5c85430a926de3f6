"""Words of an answer to a batch: one for each item, in the order of the items.

`stored`, `duplicate`, `quarantined` and `held` are durable and under the receipt. `gap`,
`unproven` and `busy` ask to try again. `refused:<reason>` is final: the sender's lane for that
document stops until it has a newer grant.
"""

from typing import Final

STORED: Final = "stored"
DUPLICATE: Final = "duplicate"
QUARANTINED: Final = "quarantined"
HELD: Final = "held"
GAP: Final = "gap"
UNPROVEN: Final = "unproven"
BUSY: Final = "busy"

DURABLE: Final = frozenset({STORED, DUPLICATE, QUARANTINED, HELD})
AGAIN: Final = frozenset({GAP, UNPROVEN, BUSY})

REASONS: Final[dict[str, str]] = {
    "not_canonical": "The line is not the canonical JSON (RFC 8785) of what it holds.",
    "schema": "A member is missing, or is not of its type or form.",
    "size": "The event or its content is larger than its limit.",
    "not_found": "No such document for this caller; the same for unknown and for not a member.",
    "removed": "The author or the caller was removed from the document.",
    "unknown_device": "The cited identity record does not list the signing device.",
    "genesis": "The first event does not make this document: owner, kind or nonce differ.",
    "foreign_grant": "The cited grant names another person, or is not a grant.",
    "role": "The cited grant does not allow events of this class.",
    "wrong_class": "The event's kind belongs to another class.",
    "wrong_document": "The event's kind does not belong into a document of this kind.",
    "content_digest": "The content is not the one that the event's digest names.",
    "lamport": "The event's counter does not rise, or rises too far, from its predecessor's.",
    "forked": "The stream has two events of one number; it waits for a cut or a close.",
    "closed": "The event lies beyond the end that a close has set to its stream.",
    "record": "The record does not verify, or is not of its form.",
    "stale": "A newer record of this kind is known.",
}
"""Every reason of a refusal, with its meaning."""

REMEMBERED: Final = frozenset(
    {"foreign_grant", "role", "wrong_class", "wrong_document", "lamport"}
)
"""Refusals that are functions of signed bytes alone: kept, and they win on every path."""


def refused(reason: str) -> str:
    """Return the result word of a refusal.

    Raises:
        KeyError: No such reason.
    """
    return _WORDS[reason]


def reason_of(word: str) -> str | None:
    """Return the reason when the word is a refusal, else None."""
    return word.removeprefix("refused:") if word.startswith("refused:") else None


_WORDS: Final = {reason: f"refused:{reason}" for reason in REASONS}

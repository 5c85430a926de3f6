"""Events of a holding document: its owner's snapshot, in percent, after each transaction.

A holding is derived from its owner's transactions, so nobody else can have changed it: each
snapshot replaces the one before, and its content is dropped with it. Each may carry `until`,
{did: time}: until when somebody may see it; who is not named may see it without end.
"""

from typing import Final

from federation.log.kinds import Applied, Folded, Json, Kind
from portfolio.events import checks
from portfolio.events.fields import HOLDING_FIELDS, check_fields

HOLDING: Final = "holding"
HOLDING_KEY: Final = "holding"


def _check(content: Json) -> None:
    checks.time(content.get("created"), "created")
    check_fields(checks.mapping(content.get("fields"), "fields"), HOLDING_FIELDS, amounts=False)
    checks.terms(content.get("until", {}), "until")


def _entity(_event: Applied) -> str:
    return HOLDING_KEY


def _reduce(entity: Json | None, event: Applied) -> Folded:
    if event.content is None:
        return Folded(entity)
    after = {
        "fields": dict(event.content["fields"]),
        "created": event.content["created"],
        "updated": event.published,
        "by": event.author,
        "hash": event.hash,
    }
    if event.content.get("until"):
        terms = event.content["until"].items()
        after["until"] = {person: [event.author, time] for person, time in terms}
    return Folded(after, (entity["hash"],) if entity else ())


HOLDING_UPDATED: Final = Kind(
    name="holding.updated/1",
    cls="edit",
    verb="Update",
    documents=frozenset({HOLDING}),
    check=_check,
    entity=_entity,
    reduce=_reduce,
)

"""Events of a plan document: an idea's snapshot at its first share, then changes of fields.

A change may carry `until`, {did: time or null}: until when somebody may see the idea. It counts
when its author owns the document; that is for the projection to say, which knows the owner.
"""

from typing import Any, Final

from federation.log.kinds import Applied, Folded, Json, Kind
from portfolio.events import checks
from portfolio.events.fields import PLAN_FIELDS, check_fields, check_write
from portfolio.events.registers import Registers, written

PLAN: Final = "plan"
IDEA_KEY: Final = "idea"


def _check_created(content: Json) -> None:
    checks.time(content.get("created"), "created")
    check_fields(checks.mapping(content.get("fields"), "fields"), PLAN_FIELDS, amounts=False)


def _check_changed(content: Json) -> None:
    check_write(content, PLAN_FIELDS, amounts=False)
    checks.terms(content.get("until", {}), "until")


def _entity(_event: Applied) -> str:
    return IDEA_KEY


def fold_fields(entity: Json | None, event: Applied) -> Folded:
    """Apply `{fields, over}` to an entity of registers; `created` comes with the snapshot.

    The content of a replaced value is kept: it is what the history shows.
    """
    if event.content is None:
        return Folded(entity)
    before: dict[str, Any] = dict(entity or {})
    registers: Registers = before.get("registers", {})
    fields = event.content["fields"]
    over = event.content.get("over", {})
    before["registers"] = written(registers, event, fields, over)
    before["created"] = event.content.get("created") or before.get("created") or event.published
    before["updated"] = event.published
    before["by"] = event.author
    return Folded(before)


def _reduce(entity: Json | None, event: Applied) -> Folded:
    folded = fold_fields(entity, event)
    until = (event.content or {}).get("until")
    if not until or folded.entity is None:
        return folded
    said = {person: [event.author, time] for person, time in until.items()}
    return Folded({**folded.entity, "until": {**folded.entity.get("until", {}), **said}})


IDEA_CREATED: Final = Kind(
    name="idea.created/1",
    cls="edit",
    verb="Create",
    documents=frozenset({PLAN}),
    check=_check_created,
    entity=_entity,
    reduce=fold_fields,
)
IDEA_CHANGED: Final = Kind(
    name="idea.changed/1",
    cls="edit",
    verb="Update",
    documents=frozenset({PLAN}),
    check=_check_changed,
    entity=_entity,
    reduce=_reduce,
)

"""Events of an amounts document: how much money is in a position, for those who may see it."""

from typing import Final

from federation.log.kinds import Applied, Folded, Json, Kind
from portfolio.events import checks
from portfolio.events.fields import AMOUNT_FIELDS, check_write
from portfolio.events.ideas import fold_fields

AMOUNTS: Final = "amounts"
AMOUNTS_KEY: Final = "amounts"
_DOCUMENT_ID_MAX: Final = 100  # characters of "urn:pp:" and a digest, with room


def _check(content: Json) -> None:
    checks.string(content.get("plan"), "plan", _DOCUMENT_ID_MAX, 1)
    check_write(content, AMOUNT_FIELDS, amounts=True)


def _entity(_event: Applied) -> str:
    return AMOUNTS_KEY


def _reduce(entity: Json | None, event: Applied) -> Folded:
    folded = fold_fields(entity, event)
    if event.content is None or folded.entity is None:
        return folded
    # the first event says which position they belong to; nobody can move them to another
    main = (entity or {}).get("plan") or event.content["plan"]
    return Folded({**folded.entity, "plan": main})


AMOUNTS_CHANGED: Final = Kind(
    name="amounts.changed/1",
    cls="edit",
    verb="Update",
    documents=frozenset({AMOUNTS}),
    check=_check,
    entity=_entity,
    reduce=_reduce,
)

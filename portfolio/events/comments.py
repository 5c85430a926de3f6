"""Events of comments: added, edited, deleted; and what guests from elsewhere wrote.

An entity's key holds the author, so nobody's edit or deletion can reach another's comment. An
edit carries the whole comment and replaces the events before it, whose content every planner
then drops; a deletion leaves a mark without text.
"""

from typing import Final

from federation.log.kinds import Applied, Folded, Json, Kind
from portfolio.events import checks
from portfolio.events.holdings import HOLDING
from portfolio.events.ideas import PLAN

COMMENT_PREFIX: Final = "comment/"
_DOCUMENTS: Final = frozenset({PLAN, HOLDING})
_KEY_MAX: Final = 200  # characters of "<ULID>/<did>"
_NAME_MAX: Final = 200
_URL_MAX: Final = 2000
_RECEIVED_MAX: Final = 96 * 1024  # characters of base64url: what fits a content beside its text


def comment_key(comment: str, author: str) -> str:
    """Return a comment's name inside its document: "<ULID>/<author's did>"."""
    return f"{comment}/{author}"


def entity_key(event: Applied) -> str:
    """Return the entity that an event of a comment changes.

    An event whose content was dropped was replaced by a later one that says everything; it
    folds into an entity of its own that is never shown.
    """
    if event.content is None:
        return f"dropped/{event.hash}"
    return COMMENT_PREFIX + comment_key(event.content["id"], event.author)


def _check_deleted(content: Json) -> None:
    checks.ulid(content.get("id"), "id")


def _check_added(content: Json) -> None:
    _check_deleted(content)
    checks.string(content.get("text"), "text", checks.TEXT_MAX, 1)
    if content.get("reply_to") is not None:
        checks.string(content["reply_to"], "reply_to", _KEY_MAX, 1)
    if content.get("created") is not None:
        checks.time(content["created"], "created")


def _check_edited(content: Json) -> None:
    _check_added(content)
    checks.time(content.get("created"), "created")
    if "actor" in content:
        _check_guest_name(content)


def _check_guest_name(content: Json) -> None:
    checks.string(content.get("actor"), "actor", _URL_MAX, 1)
    checks.string(content.get("name"), "name", _NAME_MAX)


def _check_guest(content: Json) -> None:
    _check_added(content)
    _check_guest_name(content)
    checks.string(content.get("received"), "received", _RECEIVED_MAX)


def _added(entity: Json | None, event: Applied) -> Folded:
    if event.content is None:
        return Folded(entity)
    if entity is not None:  # the same id by the same author again, or after its own edit
        return Folded(entity, (event.hash,))
    content = event.content
    after: dict[str, object] = {
        "id": content["id"],
        "author": event.author,
        "text": content["text"],
        "created": content.get("created") or event.published,
        "edited": None,
        "reply_to": content.get("reply_to"),
        "hash": event.hash,
    }
    if "actor" in content:
        after["guest"] = {"actor": content["actor"], "name": content["name"]}
    return Folded(after)


def _edited(entity: Json | None, event: Applied) -> Folded:
    if event.content is None:
        return Folded(entity)
    if entity is not None and entity.get("deleted"):
        return Folded(entity, (event.hash,))
    content = event.content
    before = entity or _known_from_edit(event, content)
    after = {**before, "text": content["text"], "edited": event.published, "hash": event.hash}
    return Folded(after, (entity["hash"],) if entity else ())


def _known_from_edit(event: Applied, content: Json) -> dict[str, object]:
    """Return the comment that an edit speaks of, where the event that added it has no content."""
    known: dict[str, object] = {
        "id": content["id"],
        "author": event.author,
        "created": content["created"],
        "reply_to": content.get("reply_to"),
    }
    if "actor" in content:
        known["guest"] = {"actor": content["actor"], "name": content["name"]}
    return known


def _deleted(entity: Json | None, event: Applied) -> Folded:
    if event.content is None:
        return Folded(entity)
    mark = {
        "id": event.content["id"],
        "author": event.author,
        "deleted": True,
        "hash": event.hash,
    }
    replaced = (entity["hash"],) if entity and not entity.get("deleted") else ()
    return Folded(mark, replaced)


COMMENT_ADDED: Final = Kind(
    name="comment.added/1",
    cls="comment",
    verb="Create",
    documents=_DOCUMENTS,
    check=_check_added,
    entity=entity_key,
    reduce=_added,
)
COMMENT_EDITED: Final = Kind(
    name="comment.edited/1",
    cls="comment",
    verb="Update",
    documents=_DOCUMENTS,
    check=_check_edited,
    entity=entity_key,
    reduce=_edited,
)
COMMENT_DELETED: Final = Kind(
    name="comment.deleted/1",
    cls="comment",
    verb="Delete",
    documents=_DOCUMENTS,
    check=_check_deleted,
    entity=entity_key,
    reduce=_deleted,
)
GUEST_COMMENTED: Final = Kind(
    name="guest.commented/1",
    cls="comment",
    verb="Create",
    documents=_DOCUMENTS,
    check=_check_guest,
    entity=entity_key,
    reduce=_added,
)

"""What stands in the documents of a shared position: one for all, one for sums, one for counts.

What a friend may not see is in no document that they are a member of, so it never leaves this
planner for theirs. `contents` says what each document holds; sharing writes exactly that, and the
preview shows exactly that.
"""

from collections.abc import Mapping
from typing import Any, Final

from federation.writer import Tx
from portfolio.domain.errors import DomainError
from portfolio.events.amounts import AMOUNTS, AMOUNTS_KEY
from portfolio.events.holdings import HOLDING
from portfolio.events.ideas import IDEA_KEY, PLAN
from portfolio.events.telling import difference, updated
from portfolio.services import holdings
from portfolio.services.planner import Planner
from portfolio.services.writes import write_content
from portfolio.storage import comments, documents, positions, sharing
from portfolio.storage.comments import Comment
from portfolio.storage.positions import QUANTITIES_SUFFIX, Detail, Position

QUANTITIES: Final = ("size", "quantity", "leg_quantities")
NOBODY: Final = "none"


def contents(planner: Planner, tx: Tx, found: Position) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the main document of a position says, and what its amounts document says."""
    if found.kind == "holding":
        return holdings.snapshot(planner, tx, found.id)
    return dict(found.fields), dict(found.amounts or {})


def sums_of(amounts: Mapping[str, Any], detail: Detail) -> dict[str, Any] | None:
    """Return what of a position's amounts is told at a level of detail, None for nothing."""
    if detail == "percent":
        return None
    if detail == "amounts":
        return dict(amounts)
    return {name: amounts[name] for name in QUANTITIES if name in amounts}


def open_main(planner: Planner, tx: Tx, found: Position) -> str:
    """Begin a position's document: Genesis, snapshot, and my comments so far."""
    fields, _ = contents(planner, tx, found)
    is_holding = found.kind == "holding"
    doc = planner.log.create_document(tx, HOLDING if is_holding else PLAN, found.id)
    kind = "holding.updated/1" if is_holding else "idea.created/1"
    planner.log.append(tx, doc, kind, {"created": found.created, "fields": fields})
    for comment in comments.by_author(tx.conn, found.id, planner.me.did):
        planner.log.append(tx, doc, "comment.added/1", _comment_content(comment))
    return doc


def set_until(planner: Planner, tx: Tx, found: Position, did: str, until: str | None) -> None:
    """Say in a position's document until when somebody may see it; None is without end."""
    doc = found.doc
    if doc is None or sharing.terms_of(tx.conn, doc).get(did) == until:
        return
    if found.kind == "holding":
        fields, _ = contents(planner, tx, found)
        terms = {**sharing.terms_of(tx.conn, doc), did: until}
        known = {person: end for person, end in terms.items() if end is not None}
        content = {"created": found.created, "fields": fields, "until": known}
        planner.log.append(tx, doc, "holding.updated/1", content)
        return
    content = write_content(planner, tx.conn, doc, IDEA_KEY, {})
    planner.log.append(tx, doc, "idea.changed/1", {**content, "until": {did: until}})


def set_detail(
    planner: Planner, tx: Tx, position: str, did: str, role: str, detail: Detail
) -> None:
    """Open a position's sums to a person as far as `detail` says, and close the rest."""
    found = _stored(tx, position)
    before = seen_by(planner, tx, found, did)
    if detail != "amounts":
        _close(planner, tx, found.amounts_doc, did)
    if detail != "quantities":
        _close(planner, tx, found.quantities_doc, did)
    if detail == "amounts":  # whoever edits the plan may edit them too
        doc = found.amounts_doc or _open_sums(planner, tx, found, detail)
        planner.log.set_role(tx, doc, did, "editor" if role == "editor" else "viewer")
    elif detail == "quantities":
        doc = found.quantities_doc or _open_sums(planner, tx, found, detail)
        planner.log.set_role(tx, doc, did, "viewer")
    if before != detail:
        updated(tx, position, planner.me.did, ("amounts",))


def seen_by(planner: Planner, tx: Tx, found: Position, did: str) -> Detail:
    """Return how much of a position of mine a person sees."""
    for doc, detail in ((found.amounts_doc, "amounts"), (found.quantities_doc, "quantities")):
        if doc is not None and planner.log.members(tx.conn, doc).get(did, NOBODY) != NOBODY:
            return "amounts" if detail == "amounts" else "quantities"
    return "percent"


def close_all(planner: Planner, tx: Tx, found: Position, did: str) -> None:
    """Close every sum of a position to a person."""
    _close(planner, tx, found.amounts_doc, did)
    _close(planner, tx, found.quantities_doc, did)


def sync_quantities(planner: Planner, tx: Tx, position: str) -> None:
    """Bring the document that tells how many alone to what the amounts say now."""
    found = positions.get(tx.conn, position)
    if found is None or found.quantities_doc is None or found.owner != planner.me.did:
        return
    try:
        _, amounts = contents(planner, tx, found)
    except DomainError:  # a ledger that does not hold; the next transaction mends it
        return
    entity = planner.log.entity(tx.conn, found.quantities_doc, AMOUNTS_KEY) or {}
    told = {name: heads[-1]["value"] for name, heads in entity.get("registers", {}).items()}
    now = sums_of(amounts, "quantities") or {}
    changed = {one["field"]: one["to"] for one in difference(told, now)}
    if changed:
        content = write_content(planner, tx.conn, found.quantities_doc, AMOUNTS_KEY, changed)
        content["plan"] = found.doc
        planner.log.append(tx, found.quantities_doc, "amounts.changed/1", content)


def _open_sums(planner: Planner, tx: Tx, found: Position, detail: Detail) -> str:
    nonce = found.id if detail == "amounts" else found.id + QUANTITIES_SUFFIX
    _, amounts = contents(planner, tx, found)
    doc = planner.log.create_document(tx, AMOUNTS, nonce)
    documents.link(tx.conn, doc, position=found.id, main=found.doc or "")
    fields = sums_of(amounts, detail) or {}
    content = {"plan": found.doc, "fields": fields, "over": {}}
    planner.log.append(tx, doc, "amounts.changed/1", content)
    return doc


def _close(planner: Planner, tx: Tx, doc: str | None, did: str) -> None:
    if doc is not None and planner.log.members(tx.conn, doc).get(did, NOBODY) != NOBODY:
        planner.log.set_role(tx, doc, did, NOBODY)


def _comment_content(comment: Comment) -> dict[str, Any]:
    content = {
        "id": comment.key.partition("/")[0],
        "text": comment.text,
        "created": comment.created,
    }
    return content if comment.reply_key is None else {**content, "reply_to": comment.reply_key}


def _stored(tx: Tx, position: str) -> Position:
    found = positions.get(tx.conn, position)
    assert found is not None  # noqa: S101 - the caller holds it in this transaction
    return found

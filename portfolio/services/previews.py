"""What a friend would see: the documents as they would be written, folded as a friend folds them.

The preview asks `share_documents` for the very contents that sharing writes, gives them to the
reducers that a friend's planner runs, and returns the position as it would stand there.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from federation.log.kinds import Applied, Kind
from federation.writer import Tx
from portfolio.events.amounts import AMOUNTS_CHANGED
from portfolio.events.holdings import HOLDING_UPDATED
from portfolio.events.ideas import IDEA_CREATED
from portfolio.events.projection import content_of
from portfolio.services import share_documents, shares
from portfolio.services.errors import ConflictError
from portfolio.services.planner import Planner
from portfolio.services.shares import Role
from portfolio.storage import sharing
from portfolio.storage.positions import Detail, Position
from portfolio.storage.values import instant

PREVIEWED_MAX = 200


def preview(
    planner: Planner, conn: Connection, found: Sequence[str], role: Role, detail: Detail
) -> list[Position]:
    """Return positions of mine as a friend's planner would hold them.

    Raises:
        NotFoundError, NotAllowedError, ConflictError: not here, not mine, or of the sample.
        RuleError: a role that it cannot be shared with.
    """
    tx = Tx(conn, planner.clock())
    return [_as_seen(planner, tx, one, role, detail) for one in found[:PREVIEWED_MAX]]


def meant(planner: Planner, conn: Connection, tag: str | None) -> list[str]:
    """Return the positions that a tag, or with None the whole portfolio, means now."""
    return sharing.matching(conn, planner.me.did, tag)


def _as_seen(planner: Planner, tx: Tx, position: str, role: Role, detail: Detail) -> Position:
    mine = shares.own(planner, tx.conn, position)
    if mine.sample:
        raise ConflictError("The sample stays on this planner; write it down as your own first")
    shares.check_role(mine, role)
    fields, amounts = share_documents.contents(planner, tx, mine)
    sums = share_documents.sums_of(amounts, detail)
    is_holding = mine.kind == "holding"
    main = HOLDING_UPDATED if is_holding else IDEA_CREATED
    now = instant(tx.now)
    told = _folded(main, planner.me.did, now, {"created": mine.created, "fields": fields})
    counted = None
    if sums is not None:
        content = {"plan": mine.doc or mine.id, "fields": sums, "over": {}}
        counted = _folded(AMOUNTS_CHANGED, planner.me.did, now, content)
    return Position(
        id=mine.id,
        kind=mine.kind,
        owner=mine.owner,
        role=role,
        account="",
        fields=told,
        amounts=counted,
        conflicts=(),
        created=mine.created,
        updated=now,
        sample=False,
        doc=None,
        amounts_doc="" if detail == "amounts" else None,
        amounts_role=None,
        quantities_doc="" if detail == "quantities" else None,
    )


def _folded(kind: Kind, author: str, now: str, content: dict[str, Any]) -> dict[str, Any]:
    kind.check(content)  # what the friend's planner would refuse is not shown either
    event = Applied("", "", author, "", 1, kind.name, now, content)
    return content_of(kind.reduce(None, event).entity) or {}

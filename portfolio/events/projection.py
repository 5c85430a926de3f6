"""From entities of a document to rows on a screen, in the transaction of the event.

Federation's log holds the truth of a shared document. Here the entities it folded become rows
that lists, feed and notifications read. A change without an event was refolded (a late event, a
cut): rows follow it, the feed does not tell it again.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from federation.log.clocks import CLOCK_OFF
from federation.log.kinds import Change, Json
from federation.log.reading import entity
from federation.writer import Tx
from portfolio.events.amounts import AMOUNTS_KEY
from portfolio.events.comments import COMMENT_PREFIX
from portfolio.events.registers import conflicts, values
from portfolio.events.telling import Teller, comment_message, difference, updated
from portfolio.live import announce
from portfolio.messages import MessageType
from portfolio.storage import comments, documents, erasure, pictures, positions, sharing
from portfolio.storage.documents import Linked
from portfolio.storage.positions import QUANTITIES_KIND, Position
from portfolio.storage.values import instant, new_id


def content_of(entity: Json | None) -> dict[str, Any] | None:
    """Return the fields of a folded idea, holding or amounts entity."""
    if entity is None:
        return None
    if "registers" in entity:
        return values(entity["registers"])
    return dict(entity["fields"])


def show_position(tx: Tx, teller: Teller, linked: Linked, change: Change) -> None:
    """Bring the row of an idea or holding to what its document says now."""
    position, fields = linked.position, content_of(change.after)
    if position is None or fields is None or change.after is None:
        return
    before = positions.get(tx.conn, position, hidden=True)
    _take_terms(tx, linked, change.after)
    registers: Mapping[str, Any] = change.after.get("registers", {})
    clashes = conflicts(registers)
    created = change.after["created"]
    updated_at = change.after["updated"]
    positions.save(
        tx.conn,
        position,
        fields=fields,
        updated=updated_at,
        conflicts=clashes,
        created=created if before is None else None,
    )
    if before is None:
        _arrived(tx, teller, linked, position)
        return
    diff = difference(before.fields, fields)
    if any(one["field"] == "attachments" for one in diff):
        named = [one.get("digest") for one in fields.get("attachments") or ()]
        tx.erases = bool(pictures.keep_only(tx.conn, position, named)) or tx.erases
    changed = [one["field"] for one in diff] or [one["field"] for one in clashes]
    if not changed and list(before.conflicts) == clashes:
        return
    who = change.event.author if change.event else str(change.after["by"])
    if change.event is not None and diff:
        teller.happened(tx, "changed", who, position=position, changes=diff)
    updated(tx, position, who, changed)


def _take_terms(tx: Tx, linked: Linked, shown: Json) -> None:
    """Keep until when people may see a position; nobody but its owner can say that."""
    said: Mapping[str, Any] = shown.get("until", {})
    until = {person: end for person, (author, end) in said.items() if author == linked.owner}
    if until or sharing.terms_of(tx.conn, linked.doc):
        sharing.set_terms(tx.conn, linked.doc, until)


def _arrived(tx: Tx, teller: Teller, linked: Linked, position: str) -> None:
    for waiting in documents.of_main(tx.conn, linked.doc):
        if waiting.owner == linked.owner and waiting.amounts is not None:
            documents.link(tx.conn, waiting.doc, position=position, main=linked.doc)
            positions.save_amounts(tx.conn, position, waiting.amounts, instant(tx.now))
    if linked.owner != teller.me:
        teller.happened(tx, "shared", linked.owner, position=position)
        data = {"id": position, "who": linked.owner, "did": teller.me, "role": linked.role}
        announce(tx, "position_shared", data)


def show_amounts(tx: Tx, teller: Teller, linked: Linked, change: Change) -> None:
    """Bring a position's sums to what their document says now, or keep them until it is here.

    Sums count only when the same person owns both documents: nobody else can put figures on
    a friend's idea.
    """
    fields = content_of(change.after)
    if fields is None or change.after is None:
        return
    main_doc: str = change.after["plan"]
    main = documents.get(tx.conn, main_doc)
    if main is None or main.position is None or main.owner != linked.owner:
        documents.link(tx.conn, linked.doc, position=None, main=main_doc, waiting=fields)
        return
    before = positions.get(tx.conn, main.position, hidden=True)
    if before is None:
        documents.link(tx.conn, linked.doc, position=None, main=main_doc, waiting=fields)
        return
    documents.link(tx.conn, linked.doc, position=main.position, main=main_doc)
    if linked.kind == QUANTITIES_KIND and (before.amounts_doc or _is_told(teller, before)):
        return  # the other document says it too, and more
    positions.save_amounts(tx.conn, main.position, fields, change.after["updated"])
    diff = difference(before.amounts, fields)
    if diff:
        who = change.event.author if change.event else str(change.after["by"])
        if change.event is not None and change.before is not None:
            teller.happened(tx, "changed", who, position=main.position, changes=diff, amounts=True)
        updated(tx, main.position, who, [one["field"] for one in diff])


def _is_told(teller: Teller, mine: Position) -> bool:
    return mine.owner == teller.me and bool(mine.amounts)


def show_sums_left(tx: Tx, position: str) -> None:
    """Show the sums of a position that another of its documents still tells."""
    for linked in documents.sums_of(tx.conn, position):
        fields = content_of(entity(tx.conn, linked.doc, AMOUNTS_KEY))
        if fields is not None:
            positions.save_amounts(tx.conn, position, fields, instant(tx.now))


def show_comments(
    tx: Tx, teller: Teller, linked: Linked, position: str, changes: Iterable[Change]
) -> None:
    """Add, change or erase the rows of comments; new ones that stand together at once."""
    new: dict[str, Change] = {}
    for change in changes:
        key = change.key.removeprefix(COMMENT_PREFIX)
        if _is_shown(change.after) and not _is_shown(change.before):
            new[key] = change
            continue
        _add_comments(tx, teller, linked, position, new)
        new = {}
        _change_comment(tx, position, key, change.after)
    _add_comments(tx, teller, linked, position, new)


def _is_shown(comment: Json | None) -> bool:
    return comment is not None and not comment.get("deleted")


def _change_comment(tx: Tx, position: str, key: str, after: Json | None) -> None:
    kind: MessageType = "comment_edited"
    if after is None or after.get("deleted"):
        kind = "comment_deleted"
        comment = erasure.erase_comment(tx, position, key)
    else:
        text, edited = after["text"], after["edited"]
        comment = erasure.replace_comment(tx, position, key, text=text, edited=edited)
    if comment is not None:
        announce(tx, *comment_message(kind, comment, key.partition("/")[2], position))


def _add_comments(
    tx: Tx, teller: Teller, linked: Linked, position: str, new: Mapping[str, Change]
) -> None:
    if not new:
        return
    latest = instant(tx.now + CLOCK_OFF)
    rows = [_comment_row(linked, position, key, change, latest) for key, change in new.items()]
    mine = set()  # from before the first share
    for row in comments.add_all(tx.conn, rows):
        if comments.local_id(tx.conn, position, row["key"]) is not None:
            mine.add(row["key"])
        else:  # another comment has its id
            row["id"] = new_id(tx.now, teller.entropy)
            comments.add(tx.conn, row)
    arrived = [(row["id"], _writer_of(row)) for row in rows if row["key"] not in mine]
    teller.commented(tx, position, arrived)


def _comment_row(
    linked: Linked, position: str, key: str, change: Change, latest: str
) -> comments.NewComment:
    after = change.after or {}
    # only the owner's planner hears guests; from anybody else it would be putting words in mouths
    guest = after.get("guest") if after["author"] == linked.owner else None
    said_off = change.event is not None and change.event.clock_off
    clock_off = said_off or after["created"] > latest
    return comments.NewComment(
        id=after["id"],
        position=position,
        key=key,
        author=after["author"],
        guest=guest,
        text=after["text"],
        created=after["created"],
        clock_off=int(clock_off),
        edited=after["edited"],
        reply_key=after.get("reply_to"),
    )


def _writer_of(row: comments.NewComment) -> str:
    return row["author"] if row["guest"] is None else str(row["guest"]["actor"])

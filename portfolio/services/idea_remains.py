"""What is left of a deleted idea, so that it can be written again: my own words and numbers.

It comes back as a new idea that nobody sees: those it was shared with were told that it is gone.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.events.comments import comment_key
from portfolio.events.telling import updated
from portfolio.services.planner import Planner
from portfolio.services.undoing import fingerprint, marks, note, reached
from portfolio.storage import comments, pictures, positions
from portfolio.storage.comments import NewComment
from portfolio.storage.positions import Position
from portfolio.storage.values import instant, new_id

IDEA: Final = "idea"


def note_new(planner: Planner, tx: Tx, position: str, said: str) -> None:
    """Note that an idea is new: undone, it is gone."""
    step = {"kind": IDEA, "position": position, "made": made(tx.conn, position)}
    note(planner, tx, "idea.created", said, step)


def made(conn: Connection, position: str) -> str:
    """Return what an idea says now, in short."""
    found = positions.get(conn, position)
    return fingerprint(None if found is None else [found.fields, found.amounts])


def left_of(planner: Planner, tx: Tx, idea: Position) -> dict[str, Any]:
    """Return the step that writes an idea of mine again, and who had it."""
    mine = comments.by_author(tx.conn, idea.id, planner.me.did)
    return {
        "kind": IDEA,
        "had": sorted(reached(planner, tx.conn, marks(planner, tx.conn, [idea.doc]))),
        "left": {
            "fields": dict(idea.fields),
            "amounts": dict(idea.amounts or {}),
            "comments": [one.text for one in mine if one.guest is None],
            "pictures": keep_pictures(planner, tx, idea.id),
        },
    }


def keep_pictures(planner: Planner, tx: Tx, position: str) -> str | None:
    """Keep the pictures of an idea in memory; return the keepsake's name, None without any."""
    kept = {
        digest: found
        for digest in pictures.here(tx.conn, position)
        if (found := pictures.get(tx.conn, position, digest)) is not None
    }
    if not kept:
        return None
    name = new_id(tx.now, planner.entropy)
    planner.keepsakes.keep(name, kept, sum(len(one.data) for one in kept.values()))
    return name


def put_pictures_back(planner: Planner, tx: Tx, position: str, name: str | None) -> bool:
    """Put kept pictures beside an idea; False when they were not kept over a restart."""
    kept = planner.keepsakes.get(name or "") or {}
    for digest, picture in kept.items():
        pictures.add(tx.conn, position, digest, picture, instant(tx.now))
    return bool(kept)


def write_again(planner: Planner, tx: Tx, left: Mapping[str, Any]) -> None:
    """Write a deleted idea as a new one, with my comments on it and the pictures still kept."""
    position = new_id(tx.now, planner.entropy)
    now, me = instant(tx.now), planner.me.did
    kept = planner.keepsakes.get(left.get("pictures") or "") or {}
    fields = dict(left["fields"])
    if fields.get("attachments"):
        fields["attachments"] = [one for one in fields["attachments"] if one["digest"] in kept]
    positions.add(
        tx.conn,
        position=position,
        kind=IDEA,
        owner=me,
        fields=fields,
        amounts=left["amounts"],
        created=now,
    )
    put_pictures_back(planner, tx, position, left.get("pictures"))
    for said in left["comments"]:
        comment = new_id(tx.now, planner.entropy)
        row = NewComment(
            id=comment,
            position=position,
            key=comment_key(comment, me),
            author=me,
            guest=None,
            text=said,
            created=now,
            clock_off=0,
            edited=None,
            reply_key=None,
        )
        comments.add(tx.conn, row)
    updated(tx, position, me, tuple(fields))
    note_new(planner, tx, position, f"Idea {fields.get('symbol')} written again")

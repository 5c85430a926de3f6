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
from portfolio.storage import comments, positions
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


def left_of(planner: Planner, conn: Connection, idea: Position) -> dict[str, Any]:
    """Return the step that writes an idea of mine again, and who had it."""
    mine = comments.by_author(conn, idea.id, planner.me.did)
    return {
        "kind": IDEA,
        "had": sorted(reached(planner, conn, marks(planner, conn, [idea.doc]))),
        "left": {
            "fields": dict(idea.fields),
            "amounts": dict(idea.amounts or {}),
            "comments": [one.text for one in mine if one.guest is None],
        },
    }


def write_again(planner: Planner, tx: Tx, left: Mapping[str, Any]) -> None:
    """Write a deleted idea as a new one, with my comments on it."""
    position = new_id(tx.now, planner.entropy)
    now, me = instant(tx.now), planner.me.did
    fields = left["fields"]
    positions.add(
        tx.conn,
        position=position,
        kind=IDEA,
        owner=me,
        fields=fields,
        amounts=left["amounts"],
        created=now,
    )
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

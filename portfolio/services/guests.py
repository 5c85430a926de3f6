"""What guests from elsewhere (stock ActivityPub) say to a position of mine: comments of theirs.

The owner's planner writes them into the shared document with the bytes as received, so that
every member can check who wrote them; a guest's change or deletion follows the same way.
"""

from federation.activitypub.guests import GuestReply
from federation.writer import Tx
from keys.multiformats import encode_base64url
from portfolio.events.comments import COMMENT_PREFIX, comment_key
from portfolio.services.comments import take_guest
from portfolio.services.planner import Planner


def hear(planner: Planner, tx: Tx, reply: GuestReply) -> str:
    """Take in a guest's reply, its change or its deletion; return the id of its comment.

    Raises:
        federation.errors.LocalProtocolError: the document is not one of mine.
    """
    if reply.comment is None:
        return take_guest(
            planner,
            tx,
            reply.doc,
            actor=reply.actor,
            name=reply.name,
            text=reply.text or "",
            received=encode_base64url(reply.received),
        )
    key = COMMENT_PREFIX + comment_key(reply.comment, planner.me.did)
    before = planner.log.entity(tx.conn, reply.doc, key)
    if before is None or before.get("deleted"):
        return reply.comment  # I deleted it already
    if reply.text is None:
        planner.log.append(tx, reply.doc, "comment.deleted/1", {"id": reply.comment})
    else:
        content = {
            "id": reply.comment,
            "text": reply.text,
            "created": before["created"],
            **before.get("guest", {}),
        }
        planner.log.append(tx, reply.doc, "comment.edited/1", content)
    return reply.comment

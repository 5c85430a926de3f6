"""The feed and the notifications of a person."""

from federation.writer import Tx
from portfolio.storage import feed

page = feed.page
read_to = feed.read_to
unread = feed.unread


def mark_read(tx: Tx, entry: str) -> int:
    """Remember that everything up to a notification was read; return how many are unread.

    One that is gone meanwhile, with the idea it was about, still names a moment: all before it
    was read.
    """
    feed.mark_read(tx.conn, feed.number(tx.conn, entry))
    return feed.unread(tx.conn)

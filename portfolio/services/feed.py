"""The feed and the notifications of a person."""

from federation.writer import Tx
from portfolio.services.errors import RuleError
from portfolio.storage import feed

page = feed.page
read_to = feed.read_to
unread = feed.unread


def mark_read(tx: Tx, entry: str) -> int:
    """Remember that everything up to a notification was read; return how many are unread.

    Raises:
        RuleError: there is no such notification.
    """
    n = feed.number(tx.conn, entry)
    if n is None:
        raise RuleError("There is no such notification", field="read_to")
    feed.mark_read(tx.conn, n)
    return feed.unread(tx.conn)

"""What happens to ideas, holdings and comments: event kinds with their pure reducers.

To add a kind: write it in the module of its family, add it to `KINDS`, record an example with
`tests/portfolio/events/record.py`.
"""

from typing import Final

from federation.log.kinds import Kinds
from portfolio.events.amounts import AMOUNTS_CHANGED
from portfolio.events.comments import (
    COMMENT_ADDED,
    COMMENT_DELETED,
    COMMENT_EDITED,
    GUEST_COMMENTED,
)
from portfolio.events.holdings import HOLDING_UPDATED
from portfolio.events.ideas import IDEA_CHANGED, IDEA_CREATED
from portfolio.events.journal import JOURNAL_ENTERED

KINDS: Final = Kinds(
    (
        IDEA_CREATED,
        IDEA_CHANGED,
        AMOUNTS_CHANGED,
        HOLDING_UPDATED,
        COMMENT_ADDED,
        COMMENT_EDITED,
        COMMENT_DELETED,
        GUEST_COMMENTED,
        JOURNAL_ENTERED,
    )
)

"""Which steps a shared idea takes: planned, opened, closed, in the transaction of the event.

They are what a track record is made of. My own are entered in my journal afterwards; of a
friend's, the moment they arrived here is kept, because no other clock counts on my own page.
"""

from federation.log.kinds import Change
from federation.writer import Tx
from portfolio.domain.record import Step, next_steps, terms_of
from portfolio.events.projection import content_of
from portfolio.storage import record
from portfolio.storage.documents import Linked
from portfolio.storage.values import instant


def note_steps(tx: Tx, linked: Linked, change: Change) -> bool:
    """Keep the steps that a change of a shared idea makes; return whether there were any."""
    fields = content_of(change.after)
    if linked.position is None or fields is None:
        return False
    last, terms = record.last_step(tx.conn, linked.position), terms_of(fields)
    step: Step | None = None
    taken, before = (None, {}) if last is None else (last.step, last.terms)
    for step in next_steps(taken, before, terms):
        record.add_step(
            tx.conn,
            position=linked.position,
            owner=linked.owner,
            doc=linked.doc,
            step=step,
            terms=terms,
            at=instant(tx.now),
        )
    return step is not None

"""The sample portfolio: put in to look around, taken out again without a trace.

Sample rows are marked, stand in an account of their own and are never shared.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Final, Literal

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio import sample
from portfolio.domain.money import ZERO, format_decimal
from portfolio.domain.transactions import Transaction
from portfolio.events.comments import comment_key
from portfolio.events.telling import deleted
from portfolio.sample import SampleIdea
from portfolio.services import accounts, holdings, ideas
from portfolio.services.errors import ConflictError
from portfolio.services.planner import Planner
from portfolio.storage import accounts as stored_accounts
from portfolio.storage import comments, erasure, positions, transactions
from portfolio.storage.comments import NewComment
from portfolio.storage.transactions import New
from portfolio.storage.values import instant, new_id

Person = Literal["alice", "bob"]
_OTHER: Final[dict[Person, str]] = {"alice": "Bob", "bob": "Alice"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What of the sample is here; it stands still as of `as_of`."""

    as_of: date
    positions: int
    transactions: int


def state(conn: Connection) -> Loaded:
    """Return how much of the sample is here."""
    return Loaded(sample.AS_OF, len(positions.sample_ids(conn)), transactions.count_sample(conn))


def load(planner: Planner, tx: Tx, person: Person, *, with_ideas: bool) -> Loaded:
    """Put the sample of a person in: their ledger, and their ideas with the other's comments.

    Raises:
        ConflictError: it is here already.
    """
    here = state(tx.conn)
    if here.positions or here.transactions:
        raise ConflictError("The sample is here already; remove it first")
    ledger = sample.alice_transactions() if person == "alice" else sample.bob_transactions()
    _load_ledger(planner, tx, ledger)
    if with_ideas:
        for idea in sample.alice_ideas() if person == "alice" else sample.bob_ideas():
            _load_idea(planner, tx, idea, _OTHER[person])
    return state(tx.conn)


def remove(planner: Planner, tx: Tx) -> None:
    """Take out exactly what `load` put in, and what was written below it since."""
    transactions.remove_sample(tx.conn)
    stored_accounts.remove_sample(tx.conn)
    for position in positions.sample_ids(tx.conn):
        erasure.erase_position(tx, position)
        deleted(tx, position, planner.me.did)


def _load_ledger(planner: Planner, tx: Tx, ledger: Iterable[Transaction]) -> None:
    touched: dict[str, None] = {}
    for row in ledger:
        accounts.ensure(planner, tx, row.account, row.currency, sample=True)
        place = holdings.place(
            planner,
            tx,
            symbol=row.instrument,
            account=row.account,
            currency=row.currency,
            sample=True,
        )
        value = replace(row, id=new_id(tx.now, planner.entropy))
        now = instant(tx.now)
        new = New(value, _texts(row), position=place.id)
        transactions.add(tx.conn, [new], now=now, sample=True)
        touched[place.id] = None
    for position in touched:
        holdings.refresh(planner, tx, position)


def _texts(row: Transaction) -> dict[str, str | None]:
    stated = {name: getattr(row, name) or ZERO for name in ("quantity", "price", "fee", "tax")}
    texts: dict[str, str | None] = {
        name: format_decimal(value) if value else None for name, value in stated.items()
    }
    texts["amount"] = None if row.amount is None else format_decimal(row.amount)
    return texts


def _load_idea(planner: Planner, tx: Tx, idea: SampleIdea, other: str) -> None:
    draft = idea.draft
    written = {
        "symbol": draft.symbol,
        "isin": draft.isin,
        "mic": draft.mic,
        "side": draft.side.value,
        "entry": None if draft.entry is None else format_decimal(draft.entry),
        "stop": None if draft.stop is None else format_decimal(draft.stop),
        "targets": [format_decimal(target) for target in draft.targets],
        "currency": draft.currency,
        "thesis": draft.thesis,
        "state": draft.state.value,
        "size": None if draft.size is None else format_decimal(draft.size),
    }
    made = ideas.create(planner, tx, written, sample=True)
    me = planner.me.did
    reply_key: str | None = None
    for text, guest in ((idea.comment, other), (idea.answer, None)):
        if text is None:
            continue
        comment = new_id(tx.now, planner.entropy)
        row = NewComment(
            id=comment,
            position=made.id,
            key=comment_key(comment, me),
            author=me,
            guest=None if guest is None else {"actor": f"sample:{guest.lower()}", "name": guest},
            text=text,
            created=instant(datetime.combine(idea.on, time(20), UTC)),
            clock_off=0,
            edited=None,
            reply_key=reply_key,
        )
        comments.add(tx.conn, row)
        reply_key = row["key"]

"""From the review into the ledger: all new rows at once, or none. And back out again.

What takes time (comparing again when the ledger has changed meanwhile, valuing what will be held)
is done before the one write, which then only moves the rows; if the ledger changed in between, it
is done again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, Final

import structlog
from sqlalchemy import Connection, Row

from federation.writer import Tx
from portfolio.domain.errors import DomainError
from portfolio.domain.fx import Rates
from portfolio.domain.parts import Key, Ledger, key_of
from portfolio.services import holdings
from portfolio.services.books import Book
from portfolio.services.errors import ConflictError, ServiceError
from portfolio.services.holdings import Worths
from portfolio.services.imports import drafts, noting
from portfolio.services.imports.drafts import DONE, IMPORTING, READING, REVIEW, UNDONE
from portfolio.services.imports.settling import refusal
from portfolio.services.planner import Planner
from portfolio.services.shares import end_sharing
from portfolio.storage import erasure, positions, transactions
from portfolio.storage import imports as store
from portfolio.storage.imports import Import
from portfolio.storage.values import instant

log = structlog.get_logger()
TRIES: Final = 5  # while the ledger changes under our hands
ROWS_AT_ONCE: Final = 2_000  # taken over before the call returns
NAMED_MAX: Final = 20  # of those that need what an undo would take


class _OvertakenError(Exception):
    """The ledger has changed since it was looked at."""


async def commit(planner: Planner, identifier: str) -> drafts.Found:
    """Take the new rows of a draft over.

    Raises:
        NotFoundError: there is none of that id.
        ConflictError: it is no draft, or something is still to be decided; it says what.
    """

    def begin(tx: Tx) -> Import:
        draft = drafts.get(tx.conn, identifier)
        _check_ready(draft)
        store.save(tx.conn, identifier, state=IMPORTING, updated=instant(tx.now))
        return draft

    draft = await planner.writer.run(begin)
    if draft.review["new"] > ROWS_AT_ONCE:
        planner.worklist.add(identifier)
    else:
        await take(planner, identifier)
    return await drafts.found(planner, identifier)


def _check_ready(draft: Import) -> None:
    if draft.state == DONE:
        raise ConflictError("This import is done already")
    if draft.state != REVIEW:
        raise ConflictError(f"This import is {draft.state}: there is nothing to take over")
    review = draft.review
    for file in review["files"]:
        if file["needs"] is not None:
            raise ConflictError(f"{file['name']}: decide the {file['needs'].replace('_', ' ')}")
    if review["problems"]:
        shown = "; ".join(one["message"] for one in review["problems"][:NAMED_MAX])
        raise ConflictError(
            f"{shown}. For each, choose an opening balance or leave the instrument out"
        )


async def take(planner: Planner, identifier: str) -> None:
    """Move the new rows of an import into the ledger; the caller has set it `importing`.

    Raises:
        ConflictError: the ledger changed so that something is to be decided first.
    """
    async with planner.worklist.turn:
        try:
            await _until_settled(lambda: _take_once(planner, identifier))
            await drafts.clear(planner, identifier, "known")
        except BaseException:
            await planner.writer.run(partial(_back_to_review, identifier=identifier))
            raise
        finally:
            planner.worklist.finish(identifier)


async def _until_settled(work: Callable[[], Awaitable[None]]) -> None:
    """Do what a change of the ledger may overtake, until it is done.

    Raises:
        ConflictError: it was overtaken too often.
    """
    for _ in range(TRIES):
        try:
            return await work()
        except _OvertakenError:
            continue
    raise ConflictError("The ledger keeps changing: try again when nothing else writes")


def _back_to_review(tx: Tx, *, identifier: str) -> None:
    draft = store.get(tx.conn, identifier)
    if draft is not None and draft.state == IMPORTING:
        store.save(tx.conn, identifier, state=REVIEW, updated=instant(tx.now))


async def _take_once(planner: Planner, identifier: str) -> None:
    book = await drafts.book(planner)
    draft = await planner.reader.run(lambda conn: drafts.get(conn, identifier))
    if draft.revision != book.revision:
        await drafts.reviewed(planner, identifier)
        draft = await planner.reader.run(lambda conn: drafts.get(conn, identifier))
        _check_ready(draft)
        book = await drafts.book(planner)
    planner.worklist.advance(identifier, 0.5)
    new = await _new_rows(planner, identifier)
    on = planner.clock().date()

    def weigh() -> Worths:
        return _valued(book, book.ledger.changed({}, transactions.values(new)), on)

    worths = await asyncio.to_thread(weigh)
    planner.worklist.advance(identifier, 0.8)
    await planner.writer.run(
        lambda tx: _write(planner, tx, draft, revision=book.revision, worths=worths)
    )


async def _new_rows(planner: Planner, identifier: str) -> list[Row[Any]]:
    """Return the new rows, some thousand at a time: reading them all would hold the loop up."""
    found: list[Row[Any]] = []
    while True:
        after = found[-1].n if found else -1
        part = partial(
            store.taken_rows, identifier=identifier, after=after, limit=drafts.ROWS_AT_ONCE
        )
        rows = await planner.reader.run(part)
        if not rows:
            return found
        found += rows


def _valued(book: Book, ledger: Ledger, on: date) -> Worths:
    return holdings.by_place(Book(book.revision, ledger, book.shelf).valuation(on))


def _write(planner: Planner, tx: Tx, draft: Import, *, revision: int, worths: Worths) -> None:
    if transactions.revision(tx.conn) != revision or draft.revision != revision:
        raise _OvertakenError
    now = instant(tx.now)
    places = [
        holdings.place(planner, tx, symbol=symbol, account=account, currency=currency).id
        for symbol, account, currency in store.places_of(tx.conn, draft.id)
    ]
    made = noting.note(planner, tx, draft)
    taken = store.take(tx.conn, draft.id, planner.me.did, now=now)
    transactions.changed(tx.conn)
    for place in places:
        holdings.refresh(planner, tx, place, worths)
    noting.remember(planner, tx, draft)
    store.forget_files(tx.conn, draft.id)
    review = {**draft.review, "new": taken, "made": made}
    store.save(tx.conn, draft.id, state=DONE, review=review, updated=now)


async def undo(planner: Planner, identifier: str) -> drafts.Found:
    """Take the transactions of an import out of the ledger again.

    Raises:
        NotFoundError: there is none of that id.
        ConflictError: it is not done, or is undone already; or what came later needs its rows:
            the message names what.
    """
    async with planner.worklist.turn:
        await _until_settled(lambda: _undo_once(planner, identifier))
        await drafts.clear(planner, identifier, "new")
    return await drafts.found(planner, identifier)


async def _undo_once(planner: Planner, identifier: str) -> None:
    def look(conn: Connection) -> set[str]:
        done = drafts.get(conn, identifier)
        if done.state == UNDONE:
            raise ConflictError("This import is undone already")
        if done.state != DONE:
            raise ConflictError("This import is not done: there is nothing to undo")
        return set(store.transactions_of(conn, identifier))

    book = await drafts.book(planner)
    gone = await planner.reader.run(look)

    def weigh() -> Worths:
        away: dict[Key, set[str]] = {}
        for row in book.rows:
            if row.id in gone:
                away.setdefault(key_of(row), set()).add(row.id)
        left = book.ledger.changed(away, ())
        needing = _needing(left, book.ledger, book.prices.last_known())
        if needing:
            raise ConflictError("Later transactions need this import: " + "; ".join(needing))
        return _valued(book, left, planner.clock().date())

    worths = await asyncio.to_thread(weigh)
    await planner.writer.run(
        lambda tx: _take_back(planner, tx, identifier, revision=book.revision, worths=worths)
    )


def _needing(left: Ledger, before: Ledger, rates: Rates) -> list[str]:
    """Return what the ledger has against going on without some rows, at most `NAMED_MAX`."""
    touched = (part for key, part in left.parts.items() if before.parts.get(key) is not part)
    errors = (refusal(part, rates) for part in touched)
    return list(islice((error.message for error in errors if error is not None), NAMED_MAX))


def _take_back(
    planner: Planner, tx: Tx, identifier: str, *, revision: int, worths: Worths
) -> None:
    if transactions.revision(tx.conn) != revision:
        raise _OvertakenError
    places = store.held_by(tx.conn, identifier)
    store.give_back(tx.conn, identifier)
    transactions.changed(tx.conn)
    for place in places:
        found = positions.get(tx.conn, place)
        if found is None:
            continue
        if transactions.is_used(tx.conn, place, found.fields["symbol"], found.account):
            holdings.refresh(planner, tx, place, worths)
        else:
            end_sharing(planner, tx, found)
            erasure.erase_position(tx, place)
    noting.forget(planner, tx, drafts.get(tx.conn, identifier).review.get("made", {}))
    store.save(tx.conn, identifier, state=UNDONE, updated=instant(tx.now))


async def work(planner: Planner) -> None:
    """Do the long pieces of work, one after the other, until cancelled; first what was left."""
    left = await planner.reader.run(lambda conn: store.in_states(conn, READING, IMPORTING))
    for identifier in left:
        planner.worklist.add(identifier)
    while True:
        await step(planner, await planner.worklist.next())


async def step(planner: Planner, identifier: str) -> None:
    """Do the next piece of work on an import; what goes wrong is told by its state."""
    try:
        draft = await planner.reader.run(lambda conn: store.get(conn, identifier))
        if draft is None:
            return
        if draft.state == READING:
            await drafts.read(planner, identifier)
        elif draft.state == IMPORTING:
            await take(planner, identifier)
    except (ServiceError, DomainError) as error:
        reason = str(error)
        await planner.writer.run(
            lambda tx: store.save(tx.conn, identifier, reason=reason, updated=instant(tx.now))
        )
    except Exception:
        log.exception("import failed")
        fault = "A fault of the planner; its log says more"
        await planner.writer.run(partial(drafts.fail, identifier=identifier, reason=fault))

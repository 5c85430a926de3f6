"""A draft: files dropped, read and reviewed, and the decisions of the person about it.

Bytes are parsed in a thread and rows are written in chunks, so that neither the event loop nor
the writer is held up by a long file. What is small is read before the call returns.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection

from federation.prepared import Values
from federation.writer import Tx
from portfolio.services import instruments
from portfolio.services.books import Book
from portfolio.services.errors import ConflictError, NotFoundError, RuleError, TooManyError
from portfolio.services.imports import templates
from portfolio.services.imports.decisions import Decisions
from portfolio.services.imports.matching import Known
from portfolio.services.imports.reviewing import Material, Review, review
from portfolio.services.imports.summary import summary
from portfolio.services.imports.unpacking import unpacked
from portfolio.services.planner import Planner
from portfolio.storage import import_memory, transactions
from portfolio.storage import imports as store
from portfolio.storage.imports import Import
from portfolio.storage.values import instant, new_id, new_ids

READING: Final = "reading"
REVIEW: Final = "review"
IMPORTING: Final = "importing"
DONE: Final = "done"
UNDONE: Final = "undone"
FAILED: Final = "failed"
FILES_MAX: Final = 50  # of one import
FILES_BYTES_MAX: Final = 64 * 1024 * 1024  # of one import; 100,000 rows are about 15 MiB
ROWS_MAX: Final = 500_000  # of one import
DRAFTS_MAX: Final = 20  # not yet committed; each keeps its files and rows
NAME_MAX: Final = 200  # characters of a file's name
AT_ONCE_BYTES: Final = 256 * 1024  # read before the call returns; a second at most
ROWS_AT_ONCE: Final = 5_000  # in one turn of the writer: some 50 ms
_READ_SHARE: Final = 0.7  # of the work, for progress; the rest is writing


@dataclass(frozen=True, slots=True)
class Found:
    """An import as it is now; `progress` is 1 unless it is being worked on."""

    stored: Import
    progress: float


async def create(
    planner: Planner, given: Sequence[tuple[str, bytes]], decisions: Decisions
) -> Found:
    """Take files in, each (name, content), and read them; those in an archive one by one.

    Raises:
        RuleError: there are none or too many, or none of them can be read; it says why.
        TooManyError: too many drafts are open.
    """
    _check(given)
    files = await asyncio.to_thread(
        unpacked, given, bytes_max=FILES_BYTES_MAX, files_max=FILES_MAX, name_max=NAME_MAX
    )
    decisions = replace(
        decisions,
        files={str(n): decisions.of_file(one.origin) for n, one in enumerate(files)},
    )

    def add(tx: Tx) -> str:
        if store.unfinished(tx.conn) >= DRAFTS_MAX:
            raise TooManyError(f"{DRAFTS_MAX} imports are open: commit or delete one first")
        templates.check_names(tx.conn, decisions)
        identifier = new_id(tx.now, planner.entropy)
        store.add(
            tx.conn,
            identifier,
            [(one.name, one.data) for one in files],
            decisions.to_json(),
            state=READING,
            now=instant(tx.now),
        )
        return identifier

    identifier = await planner.writer.run(add)
    if sum(len(one.data) for one in files) > AT_ONCE_BYTES:
        planner.worklist.add(identifier)
        return await found(planner, identifier)
    await read(planner, identifier)
    made = await found(planner, identifier)
    if made.stored.state == FAILED:
        await planner.writer.run(lambda tx: store.remove(tx.conn, identifier))
        raise RuleError(made.stored.reason, field="files")
    return made


async def revise(
    planner: Planner, identifier: str, change: Callable[[Decisions], Decisions]
) -> Found:
    """Change the decisions about a draft, and read it anew.

    Raises:
        NotFoundError: there is none of that id.
        ConflictError: it is no draft any more, or not yet.
        RuleError: a template of that name does not exist.
    """

    def save(tx: Tx) -> int:
        draft = get(tx.conn, identifier)
        if draft.state not in {REVIEW, FAILED}:
            raise ConflictError(f"This import is {draft.state}: it cannot be changed now")
        decisions = change(Decisions.from_json(draft.decisions))
        templates.check_names(tx.conn, decisions)
        store.save(
            tx.conn, identifier, decisions=decisions.to_json(), state=READING,
            updated=instant(tx.now), reason="",
        )  # fmt: skip
        return sum(file.size for file in store.files_of(tx.conn, identifier))

    if await planner.writer.run(save) > AT_ONCE_BYTES:
        planner.worklist.add(identifier)
    else:
        await read(planner, identifier)
    return await found(planner, identifier)


async def discard(planner: Planner, identifier: str) -> None:
    """Delete a draft, or the record of an import that was undone.

    Raises:
        NotFoundError: there is none of that id.
        ConflictError: its rows are in the ledger; undo it first.
    """

    def remove(tx: Tx) -> None:
        if get(tx.conn, identifier).state in {DONE, IMPORTING}:
            raise ConflictError("Its rows are in the ledger: undo the import first")
        tx.erases = True
        store.remove(tx.conn, identifier)

    await planner.writer.run(remove)


async def found(planner: Planner, identifier: str) -> Found:
    """Return an import as it is now.

    Raises:
        NotFoundError: there is none of that id.
    """
    stored = await planner.reader.run(lambda conn: get(conn, identifier))
    return seen(planner, stored)


def seen(planner: Planner, stored: Import) -> Found:
    """Return a stored import with how far the work on it has come."""
    working = stored.state in {READING, IMPORTING}
    return Found(stored, planner.worklist.progress(stored.id) if working else 1.0)


def get(conn: Connection, identifier: str) -> Import:
    """Return an import.

    Raises:
        NotFoundError: there is none of that id.
    """
    stored = store.get(conn, identifier)
    if stored is None:
        raise NotFoundError("There is no such import")
    return stored


async def read(planner: Planner, identifier: str) -> Review | None:
    """Read a draft's files and write its review; None when nothing of it can be read."""
    async with planner.worklist.turn:
        return await reviewed(planner, identifier)


async def reviewed(planner: Planner, identifier: str) -> Review | None:
    """Do what `read` says, for a caller that has the turn already."""
    ledger = await book(planner)
    material = await planner.reader.run(lambda conn: gather(planner, conn, identifier, ledger))
    ids = new_ids(planner.clock(), planner.entropy)
    made = await asyncio.to_thread(review, material, ids)
    reason = _unreadable(made)
    if reason:
        await planner.writer.run(partial(fail, identifier=identifier, reason=reason))
        return None
    planner.worklist.advance(identifier, _READ_SHARE)
    await _write_rows(planner, identifier, made)
    kept = await asyncio.to_thread(summary, made)
    await planner.writer.run(
        lambda tx: store.save(
            tx.conn,
            identifier,
            state=REVIEW,
            review=kept,
            reason="",
            revision=material.revision,
            updated=instant(tx.now),
        )
    )
    planner.worklist.finish(identifier)
    return made


async def book(planner: Planner) -> Book:
    """Return my own ledger as it is now."""
    return await planner.books.figure(planner.reader, lambda found: found, sample=False)


def gather(planner: Planner, conn: Connection, identifier: str, ledger: Book) -> Material:
    """Return all that a review needs; the ledger is of its own revision."""
    draft = get(conn, identifier)
    return Material(
        import_id=identifier,
        files=store.files_of(conn, identifier),
        decisions=Decisions.from_json(draft.decisions),
        templates=templates.kept(conn),
        known=[
            Known(one.symbol, one.name, one.isin, one.currency)
            for one in instruments.search(planner, conn, "")
        ],
        remembered=import_memory.all_choices(conn),
        ledger=ledger.ledger,
        references=store.references(conn),
        originals={row.id: row for row in transactions.values(store.amended(conn))},
        accounts=frozenset(store.accounts(conn)),
        sample_accounts=frozenset(store.sample_accounts(conn)),
        revision=ledger.revision,
        rates=ledger.prices.last_known(),
    )


async def _write_rows(planner: Planner, identifier: str, made: Review) -> None:
    """Put the rows of a review in the place of those before, some thousand in each turn."""
    await clear(planner, identifier)
    rows, written, total = made.rows(), 0, max(len(made.lines), 1)
    while part := list(islice(rows, ROWS_AT_ONCE)):
        await planner.writer.run(partial(_add_rows, part=part))
        written += len(part)
        planner.worklist.advance(identifier, _READ_SHARE + (1 - _READ_SHARE) * written / total)


async def clear(planner: Planner, identifier: str, status: str | None = None) -> None:
    """Delete rows of an import, some thousand in each turn of the writer."""

    def part(tx: Tx) -> int:
        return store.remove_rows(tx.conn, identifier, limit=ROWS_AT_ONCE, status=status)

    while await planner.writer.run(part):
        pass


def _add_rows(tx: Tx, *, part: Sequence[Values]) -> None:
    store.add_rows(tx.conn, part)


def fail(tx: Tx, *, identifier: str, reason: str) -> None:
    """Write down that nothing can come of an import, and why."""
    store.save(tx.conn, identifier, state=FAILED, reason=reason, updated=instant(tx.now))


def _check(given: Sequence[tuple[str, bytes]]) -> None:
    if not given:
        raise RuleError("Drop at least one file", field="files")
    if len(given) > FILES_MAX:
        raise RuleError(f"An import has up to {FILES_MAX} files", field="files")
    if sum(len(data) for _, data in given) > FILES_BYTES_MAX:
        raise RuleError(
            f"The files of an import have up to {FILES_BYTES_MAX // 1024**2} MiB together",
            field="files",
        )


def _unreadable(made: Review) -> str:
    """Return why nothing can come of an import; "" when something can."""
    if len(made.lines) > ROWS_MAX:
        return f"An import has up to {ROWS_MAX:,} rows; these files have {len(made.lines):,}"
    taken = [one for one in made.read if not one.left_out]
    if taken and all(one.error for one in taken):
        return " ".join(f"{one.file.name}: {one.error}." for one in taken)
    return ""


def merged(old: Mapping[str, Any], new: Mapping[str, Any | None]) -> dict[str, Any]:
    """Return decisions with some changed; None takes one away (RFC 7396)."""
    return {name: value for name, value in {**old, **new}.items() if value is not None}

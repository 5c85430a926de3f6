"""One writer thread: every write of the node is a function `(Tx) -> result` run here.

Many functions share one `BEGIN IMMEDIATE … COMMIT` (group commit), each under a savepoint of
its own, so that one failure undoes only itself. A caller is answered after the commit, never
before: what was acknowledged is on disk (`synchronous=FULL`). Reads go through `Reader`, which
runs the same kind of synchronous function on the aiosqlite engine.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.util import greenlet_spawn

from federation.engine import BUSY_TIMEOUT_MS, waiting_engine
from federation.prepared import run_text

T = TypeVar("T")
Clock = Callable[[], datetime]
SCRUB_WAIT_MS: Final = 20  # for readers, before the journal is emptied later instead
GROUP_MAX: Final = 64  # functions in one commit; bounds the wait of the first

log = structlog.get_logger()


@dataclass(slots=True)
class Tx:
    """One write: its connection, the moment it began, and what to do once it is on disk."""

    conn: Connection
    now: datetime
    callbacks: list[Callable[[], None]] = field(default_factory=list)
    erases: bool = False  # set it, and no copy of what was deleted stays in the journal
    notes: dict[str, str] = field(default_factory=dict)  # for the caller, beside the result

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Run `callback` on the event loop after COMMIT, in order; dropped on rollback."""
        self.callbacks.append(callback)


@dataclass(slots=True)
class _Job(Generic[T]):
    work: Callable[[Tx], T]
    future: "asyncio.Future[T]"
    loop: asyncio.AbstractEventLoop
    result: T | None = None
    error: BaseException | None = None
    callbacks: list[Callable[[], None]] = field(default_factory=list)
    erases: bool = False


class Writer:
    """The only place that writes. Start it before use, close it to drain and stop."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name="writer", daemon=True)
        self._closed = False
        self._scrub_due = False

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    async def close(self) -> None:
        """Finish what was queued, then stop the thread."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join)

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a transaction; return its result once it is committed.

        Raises:
            RuntimeError: the writer is closed.
            Exception: whatever `work` raised; nothing of it was stored.
        """
        if self._closed:
            raise RuntimeError("the writer is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(work, future, loop))
        return await future

    def _loop(self) -> None:
        with self._engine.connect() as conn:
            stopping = False
            while not stopping:
                first = self._jobs.get()
                if first is None:
                    return
                group = [first]
                while len(group) < GROUP_MAX:
                    try:
                        job = self._jobs.get_nowait()
                    except queue.Empty:
                        break
                    if job is None:
                        stopping = True
                        break
                    group.append(job)
                self._commit_group(conn, group)

    def _commit_group(self, conn: Connection, group: list[_Job[Any]]) -> None:
        try:
            with conn.begin():
                for job in group:
                    self._run_one(conn, job, alone=len(group) == 1)
        except BaseException as error:  # noqa: BLE001 - the thread must outlive any failure
            for job in group:
                job.error = job.error or error
        for job in group:
            job.loop.call_soon_threadsafe(_settle, job)
        self._scrub_due |= any(job.erases for job in group)
        if self._scrub_due:
            self._scrub_due = not empty_journal(conn)

    def _run_one(self, conn: Connection, job: _Job[Any], *, alone: bool) -> None:
        tx = Tx(conn, self._clock())
        if alone:  # the group's rollback undoes it
            try:
                job.result = job.work(tx)
            except BaseException as error:
                job.error = error
                raise
        else:
            try:
                with _savepoint(conn):
                    job.result = job.work(tx)
            except Exception as error:  # noqa: BLE001 - handed to the caller
                job.error = error
                return
        job.callbacks, job.erases = tx.callbacks, tx.erases


@contextmanager
def _savepoint(conn: Connection) -> Iterator[None]:
    """Undo what the block did, and nothing else, when it fails."""
    run_text(conn, "SAVEPOINT job", ()).close()
    try:
        yield
    except BaseException:
        run_text(conn, "ROLLBACK TO SAVEPOINT job", ()).close()
        raise
    finally:
        run_text(conn, "RELEASE SAVEPOINT job", ()).close()


def _settle(job: _Job[Any]) -> None:
    if job.error is None:
        for callback in job.callbacks:
            try:
                callback()
            except Exception:
                log.exception("callback after commit failed")
    if job.future.cancelled():
        return
    if job.error is not None:
        job.future.set_exception(job.error)
    else:
        job.future.set_result(job.result)


def empty_journal(conn: Connection) -> bool:
    """Move what is in SQLite's write-ahead log into the database and cut the log to nothing.

    Deleted rows are overwritten in the database (`secure_delete`), but their old pages stand in
    the log until it is reused. False while a reader still needs it; then it is tried again after
    the next commit.
    """
    if conn.dialect.name != "sqlite":
        return True
    driver = conn.connection.dbapi_connection
    assert driver is not None, "a connection in use has its driver"  # noqa: S101 - SQLAlchemy's
    cursor = driver.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={SCRUB_WAIT_MS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    finally:
        cursor.close()
    return found is not None and found[0] == 0


class Reader:
    """Reads on the aiosqlite engine: the same synchronous functions, off the event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: Engine | None = None
        self._lock = threading.Lock()

    async def run(self, query: Callable[[Connection], T]) -> T:
        """Run `query` on a read connection and return its result."""

        def read() -> T:
            with self._engine.connect() as conn:
                return query(conn)

        return await greenlet_spawn(read)

    def wait(self, query: Callable[[Connection], T]) -> T:
        """Run a short `query` in the calling thread, which waits: for code that computes."""
        with self._lock:
            if self._waiting is None:
                self._waiting = waiting_engine(self._engine.url)
            engine = self._waiting
        with engine.connect() as conn:
            return query(conn)

    async def close(self) -> None:
        """Close all read connections."""
        await greenlet_spawn(self._engine.dispose)
        if self._waiting is not None:
            self._waiting.dispose()

"""Engines: a URL in, one synchronous engine for the writer and one asynchronous for readers out.

SQLite runs in WAL mode with `synchronous=FULL`: a commit is on disk before it is answered.
The drivers' own transaction handling is off (`isolation_level=None`): the writer begins with
`BEGIN IMMEDIATE`, so it never finds at its first write that somebody was faster; readers begin
with `BEGIN`.
"""

from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

BUSY_TIMEOUT_MS: Final = 5000
PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA secure_delete=ON",  # what is erased is overwritten, not only unlinked
)
READERS: Final = 4
READER_CACHE: Final = "PRAGMA cache_size=-512"  # KiB for each; the system keeps the file anyway


def writer_engine(url: str) -> Engine:
    """Return the synchronous engine of the one writer for a database URL."""
    engine = create_engine(url, pool_size=1, max_overflow=0)
    if engine.dialect.name == "sqlite":
        _use_sqlite(engine, "BEGIN IMMEDIATE", PRAGMAS)
    return engine


def reader_engine(url: str) -> Engine:
    """Return the engine of the readers for the same database URL; `writer.Reader` drives it.

    Its driver is asynchronous. It is made without `sqlalchemy.ext.asyncio`, which loads the whole
    ORM (8 MiB, a tenth of the start) for sessions that nobody here uses.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_size=READERS)
    engine = create_engine(
        parsed.set(drivername="sqlite+aiosqlite"), pool_size=READERS, max_overflow=0
    )
    _use_sqlite(engine, "BEGIN", (*PRAGMAS, READER_CACHE))
    return engine


def waiting_engine(url: URL) -> Engine:
    """Return a synchronous engine for reads in threads that may wait, from a readers' URL."""
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_size=1, max_overflow=READERS)
    engine = create_engine(url.set(drivername="sqlite"), pool_size=1, max_overflow=READERS)
    _use_sqlite(engine, "BEGIN", (*PRAGMAS, READER_CACHE))
    return engine


def _use_sqlite(engine: Engine, begin: str, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    def do_begin(dbapi_connection: Any) -> None:  # noqa: ANN401 - the driver's
        cursor = dbapi_connection.cursor()
        cursor.execute(begin)
        cursor.close()

    # The dialect's own hook. A listener to the engine's "begin" would do the same, but an engine
    # that has listeners asks for them around every statement: 8 % of a write.
    engine.dialect.do_begin = do_begin  # type: ignore[method-assign]

"""The directory's database: one SQLite file, one thread, one function per question.

Plain `sqlite3` instead of SQLAlchemy: a directory fits into 50 MiB of memory, and importing
SQLAlchemy alone takes 20 (ADR 9). As everywhere, a write is a synchronous function that gets the
connection, runs in one transaction on one thread, and is answered after COMMIT
(`synchronous=FULL`). Times are milliseconds since 1970, UTC.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from federation.directory.handles import Claim, Held, decide_claim, skeleton
from federation.directory.registrations import Registration, Verdict, decide, is_newer
from federation.errors import RefusedError
from federation.wire import limit
from keys.identity import IdentityRecord, parse_identity_record

T = TypeVar("T")

SCHEMA_VERSION: Final = 1
BUSY_TIMEOUT_S: Final = 5.0
CACHE_KIB: Final = 1024
SCHEMA: Final = """
CREATE TABLE registrations (
  topic TEXT NOT NULL, device TEXT NOT NULL, number INTEGER NOT NULL, expires INTEGER NOT NULL,
  record BLOB NOT NULL, withdrawn INTEGER NOT NULL, PRIMARY KEY (topic, device)
) WITHOUT ROWID;
CREATE INDEX registrations_expires ON registrations (expires);
CREATE TABLE identities (did TEXT PRIMARY KEY, number INTEGER NOT NULL, record BLOB NOT NULL)
  WITHOUT ROWID;
CREATE TABLE handles (
  handle TEXT PRIMARY KEY, skeleton TEXT NOT NULL, did TEXT NOT NULL, number INTEGER NOT NULL,
  record BLOB NOT NULL, renewed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX handles_skeleton ON handles (skeleton);
CREATE INDEX handles_did ON handles (did);
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counters VALUES ('registrations', 0);
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A live record as it is given out."""

    device: str
    record: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """What is known under a topic: live records, and the identity record that vouches for them."""

    records: tuple[Kept, ...]
    identity: bytes | None


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a publication; `current` is the kept record when the offered one is stale."""

    verdict: Verdict
    current: bytes | None
    dropped: tuple[str, ...]  # devices that a newer identity record no longer lists
    is_first: bool = False  # of its key


class Store:
    """The database and its thread. Open before use."""

    def __init__(self, path: Path | None) -> None:
        """Take the path of the file; None keeps all in memory, for tests."""
        self._path = path
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._conn: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open the file, making it and its tables when there are none.

        Raises:
            OSError: the folder cannot be written.
            sqlite3.Error: not a database of a directory.
        """
        await asyncio.get_running_loop().run_in_executor(self._pool, self._connect)

    async def close(self) -> None:
        """Finish what runs and close the file."""
        await asyncio.get_running_loop().run_in_executor(self._pool, self._disconnect)
        self._pool.shutdown(wait=False)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function in one transaction; return its result once that is committed."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._commit, work)

    def _connect(self) -> None:
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        conn = sqlite3.connect(
            self._path or ":memory:", timeout=BUSY_TIMEOUT_S, isolation_level=None
        )
        self._conn = conn
        conn.execute("PRAGMA journal_mode=WAL")
        conn.execute("PRAGMA synchronous=FULL")
        conn.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        version = conn.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            conn.executescript(f"BEGIN;{SCHEMA}PRAGMA user_version={SCHEMA_VERSION};COMMIT;")
        elif version != SCHEMA_VERSION:
            raise sqlite3.DatabaseError(f"the database has version {version}, not ours")

    def _disconnect(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def _commit(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._conn is None:
            raise sqlite3.ProgrammingError("the store is not open")
        self._conn.execute("BEGIN IMMEDIATE")
        try:
            result = work(self._conn)
        except BaseException:
            self._conn.execute("ROLLBACK")
            raise
        self._conn.execute("COMMIT")
        return result


def publish(
    conn: sqlite3.Connection, registration: Registration, identity: IdentityRecord | None
) -> Published:
    """Take, repeat or refuse a verified registration.

    Raises:
        RefusedError: `unknown_device`, by a newer identity record than the one that came along;
            `full` when the directory keeps as much as it may.
    """
    dropped = _learn(conn, identity, registration.device) if identity is not None else ()
    row = conn.execute(
        "SELECT number, record FROM registrations WHERE topic = ? AND device = ?", registration.key
    ).fetchone()
    verdict = decide(row, registration.number, registration.record)
    if verdict is not Verdict.ACCEPTED:
        return Published(verdict, row[1], dropped)
    if row is None:
        _count_new(conn)
    conn.execute(
        "INSERT OR REPLACE INTO registrations VALUES (?, ?, ?, ?, ?, ?)",
        (
            *registration.key,
            registration.number,
            _ms(registration.expires),
            registration.record,
            registration.withdrawn,
        ),
    )
    return Published(verdict, None, dropped, is_first=row is None)


def look_up(conn: sqlite3.Connection, topic: str, now: datetime) -> Found:
    """Return the live records under a did or a contact card's key."""
    rows = conn.execute(
        "SELECT device, record FROM registrations"
        " WHERE topic = ? AND expires > ? AND NOT withdrawn ORDER BY number DESC",
        (topic, _ms(now)),
    )
    records = tuple(Kept(device, record) for device, record in rows)
    held = _identity(conn, topic)
    return Found(records, held[1] if held else None)


def claim(
    conn: sqlite3.Connection, offered: Claim, identity: IdentityRecord, now: datetime
) -> None:
    """Give a handle to the person who claims it, or renew it.

    Raises:
        RefusedError: as `handles.decide_claim`; `unknown_device` as `publish`.
    """
    _learn(conn, identity, offered.device)
    alike = _held(conn, "skeleton", skeleton(offered.handle))
    own = _held(conn, "did", offered.did)
    renewed = decide_claim(alike, own, offered, now)
    if renewed is not None and renewed.number == offered.number:
        return  # repeated by whoever saw it: not a renewal
    expired = [held.handle for held in alike if not held.is_kept(now)]
    conn.executemany("DELETE FROM handles WHERE handle = ?", [(name,) for name in expired])
    conn.execute(
        "INSERT OR REPLACE INTO handles VALUES (?, ?, ?, ?, ?, ?)",
        (
            offered.handle,
            skeleton(offered.handle),
            offered.did,
            offered.number,
            offered.record,
            _ms(now),
        ),
    )


def holder(conn: sqlite3.Connection, handle: str, now: datetime) -> Held | None:
    """Return who holds exactly this handle."""
    return next((held for held in _held(conn, "handle", handle) if held.is_kept(now)), None)


def sweep(conn: sqlite3.Connection, now: datetime) -> None:
    """Forget what nobody can ask for any more.

    A record's number outlives it by one lifetime, so that none that was made before it, and could
    still be valid, comes back.
    """
    lifetime = timedelta(seconds=limit("endpoint_lifetime") + limit("clock_skew"))
    conn.execute("DELETE FROM registrations WHERE expires <= ?", (_ms(now - lifetime),))
    kept_since = now - timedelta(seconds=limit("handle_lifetime"))
    conn.execute("DELETE FROM handles WHERE renewed <= ?", (_ms(kept_since),))
    conn.execute(
        "DELETE FROM identities WHERE did NOT IN (SELECT topic FROM registrations)"
        " AND did NOT IN (SELECT did FROM handles)"
    )


def live_count(conn: sqlite3.Connection, now: datetime) -> int:
    """Return how many live records there are."""
    row = conn.execute(
        "SELECT COUNT(*) FROM registrations WHERE expires > ? AND NOT withdrawn", (_ms(now),)
    ).fetchone()
    return int(row[0])


def registrations_ever(conn: sqlite3.Connection) -> int:
    """Return how many keys were ever registered for the first time."""
    row = conn.execute("SELECT value FROM counters WHERE name = 'registrations'").fetchone()
    return int(row[0])


def _learn(conn: sqlite3.Connection, offered: IdentityRecord, device: str) -> tuple[str, ...]:
    """Keep the newest identity record; drop and return the devices that it no longer lists.

    Raises:
        RefusedError: the newest record, not the one that came along, does not list the device.
    """
    held = _identity(conn, offered.did)
    if not is_newer(held, offered):
        if held is not None and device not in parse_identity_record(held[1]).devices:
            raise RefusedError("unknown_device", "a newer identity record does not list it")
        return ()
    conn.execute(
        "INSERT OR REPLACE INTO identities VALUES (?, ?, ?)",
        (offered.did, offered.number, offered.raw),
    )
    rows = conn.execute("SELECT device FROM registrations WHERE topic = ?", (offered.did,))
    dropped = tuple(known for (known,) in rows if known not in offered.devices)
    conn.executemany(
        "DELETE FROM registrations WHERE topic = ? AND device = ?",
        [(offered.did, known) for known in dropped],
    )
    return dropped


def _identity(conn: sqlite3.Connection, did: str) -> tuple[int, bytes] | None:
    row = conn.execute("SELECT number, record FROM identities WHERE did = ?", (did,)).fetchone()
    return None if row is None else (row[0], row[1])


def _held(conn: sqlite3.Connection, column: str, value: str) -> list[Held]:
    rows = conn.execute(
        f"SELECT handle, did, number, record, renewed FROM handles WHERE {column} = ?",  # noqa: S608 - the column is one of three of ours
        (value,),
    )
    return [
        Held(handle, did, number, record, datetime.fromtimestamp(renewed / 1000, UTC))
        for handle, did, number, record, renewed in rows
    ]


def _count_new(conn: sqlite3.Connection) -> None:
    kept = conn.execute("SELECT COUNT(*) FROM registrations").fetchone()[0]
    if kept >= limit("directory_records"):
        raise RefusedError("full", "the directory keeps as many records as it may")
    conn.execute("UPDATE counters SET value = value + 1 WHERE name = 'registrations'")


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)

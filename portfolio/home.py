"""A home: one person's planner on disk, made by `init`, opened by `serve` and the commands.

HOME/            0700
  keys/          device key and identity record (keys.keystore)
  planner.db     everything else (SQLite, WAL)
  serve.lock     held by the process that serves this home
  control.json   0600, while it serves: how this user's commands reach it
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from federation.engine import writer_engine
from federation.writer import Tx
from keys import keystore
from keys.identity import DeviceKey, IdentityKey, IdentityRecord, next_number
from portfolio.services.profile import Profile, write_profile
from portfolio.storage.upgrade import upgrade

T = TypeVar("T")
CONTROL_FILE: Final = "control.json"


@dataclass(frozen=True, slots=True)
class Control:
    """How a command of this user reaches the planner that serves the home."""

    url: str
    secret: str
    certificate: str | None = None


def create(
    home: Path, database_url: str, words: str, profile: Profile, *, passphrase: str | None,
    now: datetime,
) -> IdentityRecord:  # fmt: skip
    """Make a home: a new device of the person that the words stand for, and an empty database.

    The identity key is derived here, signs the record that lists this device alone, and is
    wiped. For a new person and a recovered one it is the same.

    Raises:
        keys.errors.BadWordsError: the words are not 24 words of the list.
        keys.errors.KeyExistsError: there is a home already.
    """
    device = DeviceKey.generate()
    with IdentityKey.from_words(words) as identity:
        record = identity.sign_record(next_number(now, 0), [device.multibase])
    keystore.init_home(home, device, record, passphrase)
    write_directly(database_url, lambda tx: write_profile(tx, profile), now)
    return record


def write_directly(database_url: str, work: Callable[[Tx], T], now: datetime) -> T:
    """Write to a database that no planner serves; the caller holds the lock of the home.

    The database is brought up to date first.
    """
    engine = writer_engine(database_url)
    try:
        with engine.begin() as conn:
            upgrade(conn)
            return work(Tx(conn, now))
    finally:
        engine.dispose()


@contextmanager
def control(home: Path, made: Control) -> Iterator[None]:
    """Let this user's commands reach the planner while the block runs."""
    file = home / CONTROL_FILE
    handle, name = tempfile.mkstemp(dir=home, prefix=".control")  # 0600 from the start
    with os.fdopen(handle, "w") as stream:
        json.dump(asdict(made), stream)
    Path(name).replace(file)
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            file.unlink()


def read_control(home: Path) -> Control | None:
    """Return how to reach the planner that serves the home; None when there is none."""
    try:
        return Control(**json.loads((home / CONTROL_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None

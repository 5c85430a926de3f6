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
from federation.records import identity_numbers
from federation.writer import Tx
from keys import keystore
from keys.errors import KeystoreError
from keys.identity import DeviceKey, IdentityKey, IdentityRecord, next_number
from portfolio.recovering import RECOVERED, Heard, Inquiry, above, remember
from portfolio.services.profile import Profile, write_profile
from portfolio.storage import settings
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
    wiped.

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


def recover(
    home: Path, database_url: str, words: str, profile: Profile, *, passphrase: str | None,
    inquiry: Inquiry, now: datetime,
) -> Heard:  # fmt: skip
    """Make a home of a person who was there before; return what others said of them.

    While the identity key is in memory the others are asked for the newest record, and the new
    one is signed above it.

    Raises:
        keys.errors.BadWordsError: the words are not 24 words of the list.
        keys.errors.KeyExistsError: there is a home already.
    """
    device = DeviceKey.generate()
    record, heard = _signed_above(words, device, inquiry, 0, now)
    keystore.init_home(home, device, record, passphrase)

    def write(tx: Tx) -> None:
        write_profile(tx, profile)
        remember(tx, inquiry, heard)

    write_directly(database_url, write, now)
    return heard


def reissue(
    home: Path, database_url: str, words: str, *, passphrase: str | None, inquiry: Inquiry,
    now: datetime,
) -> Heard:  # fmt: skip
    """Sign the record of this home's device anew, above every other that is known.

    Raises:
        keys.errors.BadWordsError: the words are not 24 words of the list.
        keys.errors.KeystoreError: they are another person's, the home is served, or its key
            does not open.
    """
    with keystore.lock(home):
        keys = keystore.load(home, passphrase)
        did = keys.identity.did

        def seen(tx: Tx) -> int:
            settings.write(tx.conn, RECOVERED, now.isoformat())
            return identity_numbers(tx.conn, [did]).get(did, 0)

        with IdentityKey.from_words(words) as identity:
            if identity.did != did:
                raise KeystoreError("these are the words of somebody else")
        highest = max(write_directly(database_url, seen, now), keys.identity.number)
        record, heard = _signed_above(words, keys.device, inquiry, highest, now)
        keystore.save_identity(home, record)
    return heard


def _signed_above(
    words: str, device: DeviceKey, inquiry: Inquiry, highest: int, now: datetime
) -> tuple[IdentityRecord, Heard]:
    """Sign a record that lists this device alone, above what is known here and elsewhere."""
    with IdentityKey.from_words(words) as identity:
        first = identity.sign_record(next_number(now, highest), [device.multibase])
        heard = inquiry.ask(device, first)
        if heard.newest is None:
            return first, heard
        number, retired = above(first, heard, now)
        return identity.sign_record(number, [device.multibase], retired), heard


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

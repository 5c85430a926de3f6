"""`portfolio backup` and `portfolio restore`: a whole home in one file, under a passphrase.

The database is copied by SQLite itself, so a backup may be made while the planner runs. The
file is a sealed stream (`keys.sealed_files`) of a compressed tar. A restored planner is the same
device; it begins new streams, so it cannot contradict what it wrote after the backup was made,
and its friends' planners give it back what it misses.

A file is restored whole or not at all: it is unpacked beside, checked, and only then moved to
where `serve` looks for it, the key last.
"""

import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, cast

import click
from sqlalchemy import create_engine

from keys import keystore
from keys.errors import HomeLockedError, KeysError, SealedFileError, WrongPassphraseError
from keys.sealed_files import SealedReader, SealingWriter
from portfolio.commands.options import (
    PASSPHRASE_VARIABLE,
    given_passphrase,
    home_option,
    is_terminal,
    known_passphrase,
    passphrase_option,
)
from portfolio.settings import DATABASE_FILE
from portfolio.storage.upgrade import NewerDatabaseError, check_known

FORMAT: Final = "portfolio-planner-backup"
KEYS_FOLDER: Final = "keys"
KEY_FILE: Final = f"{KEYS_FOLDER}/device.json"
LOCK_FILE: Final = "serve.lock"
TLS_FILES: Final = ("tls.crt", "tls.key")
FILE_BYTES_MAX: Final = 64 * 1024  # of everything but the database
FILES_MAX: Final = 16
DATABASE_BYTES_MAX: Final = 64 * 1024**3
_READ_BYTES: Final = 1024 * 1024
_GZIP: Final = b"\x1f\x8b"
_NOT_OURS: Final = "This file is no backup of a planner."


@click.command()
@home_option
@passphrase_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(home: Path, passphrase_file: Path | None, file: Path) -> None:
    """Write the whole planner of HOME into FILE, encrypted; it may run meanwhile.

    The passphrase is that of the planner's key. A key without one asks for one here; with an
    empty one the file is not encrypted.
    """
    if not keystore.has_key(home) or not (home / DATABASE_FILE).exists():
        raise click.ClickException(f"{home} is no planner's home with an SQLite database.")
    if file.exists():
        raise click.ClickException(f"{file} is there already; it is never overwritten.")
    passphrase = _passphrase(home, passphrase_file)
    try:
        _save(home, file, passphrase)
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"{file} could not be written: {error}") from None
    click.echo(f"Written to {file}.")
    if passphrase is None:
        click.echo("It is NOT encrypted: whoever has it has your planner, and your key.", err=True)
    else:
        click.echo("It opens only with its passphrase: keep the two apart.")


@click.command()
@home_option
@passphrase_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(home: Path, passphrase_file: Path | None, file: Path) -> None:
    """Bring the planner in FILE back into HOME, which must be new or empty."""
    if home.exists() and any(one.name != LOCK_FILE for one in home.iterdir()):
        held = "holds a planner already" if keystore.has_key(home) else "is not empty"
        raise click.ClickException(f"{home} {held}; it is never overwritten.")
    begun = not home.exists()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with keystore.lock(home), file.open("rb") as stream, _opened(
            stream, passphrase_file
        ) as source, tempfile.TemporaryDirectory(dir=home) as folder:  # fmt: skip
            _unpack(source, Path(folder))
            _check(Path(folder))
            _move(Path(folder), home)
    except HomeLockedError:
        raise click.ClickException(f"{home} is in use; stop what uses it first.") from None
    except BaseException:
        (home / LOCK_FILE).unlink(missing_ok=True)
        if begun:
            with suppress(OSError):
                home.rmdir()
        raise
    click.echo(f"Your planner is back in {home}. Start it with `portfolio serve --home {home}`.")


def _passphrase(home: Path, file: Path | None) -> str | None:
    """Return the passphrase for a backup: that of the key, or a new one; None when told so."""
    given, passphrase = given_passphrase(file)
    if given and not passphrase:
        return None
    if keystore.needs_passphrase(home):
        known = known_passphrase(file, f"The key in {home}")
        try:
            keystore.load_device(home, known)
        except KeysError as error:
            raise click.ClickException(f"{error}.") from None
        return known
    if given:
        return passphrase
    if not is_terminal():
        raise click.ClickException(
            f"Say which passphrase protects the backup, with --passphrase-file or "
            f"{PASSPHRASE_VARIABLE}; an empty one leaves it unencrypted."
        )
    asked: str = click.prompt(
        "Passphrase for this backup (empty: not encrypted)", default="", show_default=False,
        hide_input=True, confirmation_prompt="Again", err=True,
    )  # fmt: skip
    return asked or None


def _save(home: Path, file: Path, passphrase: str | None) -> None:
    with tempfile.TemporaryDirectory(dir=home) as folder:
        copied = Path(folder) / DATABASE_FILE
        with closing(sqlite3.connect(home / DATABASE_FILE)) as held, closing(
            sqlite3.connect(copied)
        ) as new:  # fmt: skip
            held.backup(new)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                with SealingWriter(stream, FORMAT, passphrase) as sealing, tarfile.open(
                    fileobj=cast("IO[bytes]", sealing), mode="w|gz"
                ) as tar:  # fmt: skip
                    for part in sorted((home / KEYS_FOLDER).glob("*.json")):
                        tar.add(part, f"{KEYS_FOLDER}/{part.name}", recursive=False)
                    for name in TLS_FILES:
                        if (home / name).exists():
                            tar.add(home / name, name)
                    tar.add(copied, DATABASE_FILE)
                stream.flush()
                os.fsync(stream.fileno())
        except BaseException:
            file.unlink(missing_ok=True)
            raise


@contextmanager
def _opened(stream: IO[bytes], passphrase_file: Path | None) -> Iterator[IO[bytes]]:
    """Open a backup, and turn whatever is wrong with it into words."""
    try:
        begins = stream.read(len(_GZIP))
        stream.seek(0)
        if begins == _GZIP:  # how backups were written before they were sealed
            yield stream
            return
        sealed = SealedReader(stream, FORMAT)
        passphrase = None
        if sealed.needs_passphrase:
            passphrase = known_passphrase(passphrase_file, "This backup")
        sealed.open(passphrase)
        yield cast("IO[bytes]", sealed)
        while sealed.read(_READ_BYTES):  # its end vouches for the whole
            pass
    except WrongPassphraseError as error:
        raise click.ClickException(f"The backup cannot be opened: {error}.") from None
    except SealedFileError as error:
        raise click.ClickException(f"{_NOT_OURS} ({error})") from None


def _unpack(source: IO[bytes], folder: Path) -> None:
    names: set[str] = set()
    try:
        with tarfile.open(fileobj=source, mode="r|gz") as tar:
            for member in tar:
                name = _checked(member)
                if name in names or len(names) == FILES_MAX:
                    raise click.ClickException(_NOT_OURS)
                names.add(name)
                _write(folder / name, tar.extractfile(member), member.size)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise click.ClickException(f"{_NOT_OURS} ({error})") from None
    while source.read(_READ_BYTES):
        pass
    if not {DATABASE_FILE, KEY_FILE} <= names:
        raise click.ClickException(_NOT_OURS)


def _checked(member: tarfile.TarInfo) -> str:
    """Return the name of a plain file that belongs into a home, and nothing else."""
    path = PurePosixPath(member.name)
    parts = path.parts
    known = member.name in {DATABASE_FILE, *TLS_FILES} or (
        len(parts) == 2 and parts[0] == KEYS_FOLDER and parts[1] not in {".", ".."}  # noqa: PLR2004 - folder and name
    )
    largest = DATABASE_BYTES_MAX if member.name == DATABASE_FILE else FILE_BYTES_MAX
    if not (member.isfile() and known and member.size <= largest):
        raise click.ClickException(_NOT_OURS)
    return member.name


def _write(target: Path, source: IO[bytes] | None, size: int) -> None:
    target.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    written = 0
    with os.fdopen(handle, "wb") as stream:
        while source is not None and (part := source.read(_READ_BYTES)):
            written += stream.write(part)
        stream.flush()
        os.fsync(stream.fileno())
    if written != size:
        raise click.ClickException(_NOT_OURS)


def _check(folder: Path) -> None:
    """Check that what was unpacked is a planner that this version can serve."""
    try:
        identity = keystore.load_identity(folder)
        if not keystore.needs_passphrase(folder):
            device = keystore.load_device(folder, None).multibase
            if device not in identity.devices:
                raise click.ClickException(f"{_NOT_OURS} (its key is another device's)")
    except KeysError as error:
        raise click.ClickException(f"{_NOT_OURS} ({error})") from None
    database = folder / DATABASE_FILE
    try:
        with closing(sqlite3.connect(database)) as conn:
            said: Any = conn.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        said = error
    if said != "ok":
        raise click.ClickException(f"The database in this backup is damaged: {said}")
    engine = create_engine(f"sqlite:///{database}")
    try:
        with engine.connect() as opened:
            check_known(opened)
    except NewerDatabaseError as error:
        raise click.ClickException(str(error)) from None
    finally:
        engine.dispose()


def _move(folder: Path, home: Path) -> None:
    (home / KEYS_FOLDER).mkdir(mode=0o700, exist_ok=True)
    found = [one.relative_to(folder) for one in folder.rglob("*") if one.is_file()]
    for name in sorted(found, key=lambda one: str(one) == KEY_FILE):  # without it a home is empty
        (folder / name).rename(home / name)
    for directory in (home / KEYS_FOLDER, home):
        handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

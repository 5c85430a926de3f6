"""`portfolio backup` and `portfolio restore`: a whole home in one file.

The database is copied by SQLite itself, so a backup may be made while the planner runs. A
restored planner is the same device; it begins new streams, so it cannot contradict what it
wrote after the backup was made, and its friends' planners give it back what it misses. The file
holds the key: it is readable by its owner alone, and protected further only by the passphrase.
"""

import os
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import IO, Final

import click

from keys import keystore
from keys.errors import HomeLockedError
from portfolio.commands.options import home_option
from portfolio.settings import DATABASE_FILE

KEYS_FOLDER: Final = "keys"
TLS_FILES: Final = ("tls.crt", "tls.key")
FILE_BYTES_MAX: Final = 64 * 1024  # of everything but the database
DATABASE_BYTES_MAX: Final = 64 * 1024**3
_NOT_OURS: Final = "This file is no backup of a planner."


@click.command()
@home_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(home: Path, file: Path) -> None:
    """Write the whole planner of HOME into FILE; it may run meanwhile."""
    if not keystore.has_key(home) or not (home / DATABASE_FILE).exists():
        raise click.ClickException(f"{home} is no planner's home with an SQLite database.")
    if file.exists():
        raise click.ClickException(f"{file} is there already; it is never overwritten.")
    with tempfile.TemporaryDirectory(dir=home) as folder:
        copied = Path(folder) / DATABASE_FILE
        database = home / DATABASE_FILE
        with closing(sqlite3.connect(database)) as held, closing(sqlite3.connect(copied)) as new:
            held.backup(new)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream, tarfile.open(fileobj=stream, mode="w:gz") as tar:
            for part in sorted((home / KEYS_FOLDER).iterdir()):
                tar.add(part, f"{KEYS_FOLDER}/{part.name}", recursive=False)
            for name in TLS_FILES:
                if (home / name).exists():
                    tar.add(home / name, name)
            tar.add(copied, DATABASE_FILE)
            stream.flush()
    click.echo(f"Written to {file}. It holds your key: keep it as you would keep the planner.")


@click.command()
@home_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(home: Path, file: Path) -> None:
    """Bring the planner in FILE back into HOME, which must hold none."""
    if keystore.has_key(home) or (home / DATABASE_FILE).exists():
        raise click.ClickException(f"{home} holds a planner already; it is never overwritten.")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with keystore.lock(home), tarfile.open(file, mode="r:gz") as tar:
            names = [_checked(member) for member in tar.getmembers()]
            if DATABASE_FILE not in names or f"{KEYS_FOLDER}/device.json" not in names:
                raise click.ClickException(_NOT_OURS)
            for member in tar.getmembers():
                _write(home / member.name, tar.extractfile(member))
    except HomeLockedError:
        raise click.ClickException(f"{home} is being served; stop that planner first.") from None
    except (tarfile.TarError, EOFError, OSError) as error:
        raise click.ClickException(f"{_NOT_OURS} ({error})") from None
    click.echo(f"Your planner is back in {home}. Start it with `portfolio serve --home {home}`.")


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


def _write(target: Path, source: IO[bytes] | None) -> None:
    if source is None:
        raise click.ClickException(_NOT_OURS)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        while part := source.read(1024 * 1024):
            stream.write(part)
        stream.flush()
        os.fsync(stream.fileno())

"""`portfolio doctor`: looks at a home and says what is wrong and what to do.

It changes nothing. Each check is a function that yields findings; exit code 1 when one is bad.
"""

import os
import shutil
import socket
import sqlite3
import stat
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final, Literal

import click

from keys import keystore
from keys.errors import HomeLockedError, KeysError
from portfolio.commands.options import given_passphrase, home_option, option, passphrase_option
from portfolio.commands.reach import ask
from portfolio.home import read_control
from portfolio.settings import DATABASE_FILE, Address

Mark = Literal["ok", "note", "bad"]
FREE_BYTES_MIN: Final = 200 * 1024**2
SKEW_MAX: Final = timedelta(minutes=5)
TIMEOUT_S: Final = 5.0
COLOURS: Final = {"ok": "green", "note": "yellow", "bad": "red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, and what to do about it when it is not well."""

    mark: Mark
    what: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at."""

    home: Path
    app: str
    federation: str
    directories: tuple[str, ...]
    passphrase_file: Path | None
    now: datetime


@click.command()
@home_option
@option("--app", default="127.0.0.1:8000", help="Where page and API would listen.")
@option("--federation", default="127.0.0.1:8100", help="Where friends would reach it.")
@option("--directory", multiple=True, help="URL of a directory to try.")
@passphrase_option
def doctor(
    home: Path, app: str, federation: str, directory: tuple[str, ...],
    passphrase_file: Path | None,
) -> None:  # fmt: skip
    """Look for what is wrong with a planner, and say what to do."""
    now = datetime.now(UTC)  # noqa: TID251 - a command is a composition root
    patient = Patient(home, app, federation, directory, passphrase_file, now)
    bad = 0
    for check in CHECKS:
        for finding in check(patient):
            bad += finding.mark == "bad"
            click.echo(
                f"{click.style(finding.mark.ljust(4), fg=COLOURS[finding.mark])}  {finding.what}"
            )
            if finding.advice:
                click.echo(f"      {finding.advice}")
    if bad:
        raise click.ClickException(f"{bad} of these need you.")
    click.echo("All is well.")


def _home(patient: Patient) -> Iterator[Finding]:
    home = patient.home
    if not home.is_dir():
        yield Finding(
            "bad", f"{home} does not exist.", "Make a planner: portfolio init --name NAME"
        )
        return
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding("bad", f"{home} is open to others.", f"chmod 700 {home}")
    if not os.access(home, os.W_OK):
        yield Finding("bad", f"{home} cannot be written.", f"sudo chown -R $USER {home}")
    free = shutil.disk_usage(home).free
    if free < FREE_BYTES_MIN:
        yield Finding(
            "bad", f"Only {free // 1024**2} MiB are free there.", "Make room on that disk."
        )
    else:
        yield Finding("ok", f"The home is {home}, with {free // 1024**3} GiB free.")


def _key(patient: Patient) -> Iterator[Finding]:
    try:
        keystore.load_identity(patient.home)
        sealed = keystore.needs_passphrase(patient.home)
        given, passphrase = given_passphrase(patient.passphrase_file)
        if not sealed or given:
            keystore.load_device(patient.home, passphrase)
    except KeysError as error:
        yield Finding(
            "bad", f"The key: {error}", "Bring back a backup (portfolio restore), or start anew "
            "with your 24 words: portfolio init --recover",
        )  # fmt: skip
        return
    yield Finding("ok", f"The key is there, {'under a passphrase' if sealed else 'unprotected'}.")


def _identity(patient: Patient) -> Iterator[Finding]:
    """Compare the record of this device with the newest that friends' planners have shown."""
    file = patient.home / DATABASE_FILE
    try:
        mine = keystore.load_identity(patient.home)
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as conn:
            query = "SELECT max(number) FROM identities WHERE did = ?"
            newest = conn.execute(query, (mine.did,)).fetchone()[0]
    except (KeysError, sqlite3.Error):  # other checks say it
        return
    if newest is not None and newest > mine.number:
        yield Finding(
            "bad", "A newer device of yours has taken over: friends do not listen to this one.",
            "Use the newer one. If this is the one to keep, stop it and sign its record anew with "
            f"your 24 words: portfolio init --home {patient.home} --recover --reissue",
        )  # fmt: skip


def _database(patient: Patient) -> Iterator[Finding]:
    file = patient.home / DATABASE_FILE
    if not file.exists():
        yield Finding("note", "There is no SQLite database yet.", "It is made at the first start.")
        return
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as conn:
            said = conn.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        said = str(error)
    if said == "ok":
        yield Finding("ok", f"The database is whole ({file.stat().st_size // 1024} KiB).")
    else:
        advice = "Stop the planner and bring back a backup: portfolio restore"
        yield Finding("bad", f"The database is damaged: {said}", advice)


def _running(patient: Patient) -> Iterator[Finding]:
    if not _is_served(patient.home):
        yield Finding("ok", "The planner does not run.")
        for address, name in ((patient.app, "--app"), (patient.federation, "--federation")):
            yield _port(address, name)
        return
    reached = read_control(patient.home)
    try:
        details = ask(patient.home, "GET", "/health")["details"]
    except click.ClickException as error:
        yield Finding("bad", error.message, "If it hangs, stop that process and start it again.")
        return
    where = "" if reached is None else f" at {reached.url}"
    yield Finding("ok", f"The planner runs{where}.")
    if details["directory"] == "away":
        yield Finding("note", "Its directory is away; all else works.")


def _is_served(home: Path) -> bool:
    try:
        with keystore.lock(home):
            return False
    except HomeLockedError:
        return True
    except OSError:  # there is no home
        return False


def _port(address: str, name: str) -> Finding:
    try:
        wanted = Address.parse(address)
        family = socket.AF_INET6 if ":" in wanted.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((wanted.host, wanted.port))
    except ValueError as error:
        return Finding("bad", str(error))
    except OSError as error:
        return Finding(
            "bad", f"{name} {address}: {error.strerror}.",
            f"Stop what listens there, or choose another port with {name}.",
        )  # fmt: skip
    return Finding("ok", f"{name} {address} is free.")


def _directories(patient: Patient) -> Iterator[Finding]:
    for url in patient.directories:
        try:
            request = urllib.request.Request(f"{url.rstrip('/')}/health")  # noqa: S310 - typed by its user
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
                date = answer.headers.get("Date")
        except (OSError, ValueError) as error:
            advice = "Planners work without; check the URL, or whether it runs."
            yield Finding("note", f"The directory {url} does not answer: {error}", advice)
            continue
        yield Finding("ok", f"The directory {url} answers.")
        if date is not None and abs(parsedate_to_datetime(date) - patient.now) > SKEW_MAX:
            advice = "Set the clock: timedatectl set-ntp true"
            yield Finding("bad", "This machine's clock differs from the directory's.", advice)


def _clock(patient: Patient) -> Iterator[Finding]:
    try:
        made = keystore.load_identity(patient.home).number
    except KeysError:
        return
    since = datetime.fromtimestamp(made / 1000, UTC)
    if patient.now < since - SKEW_MAX:
        advice = "Set the clock: timedatectl set-ntp true"
        yield Finding("bad", "The clock is before the day this planner was made.", advice)
    else:
        yield Finding("ok", f"The clock says {patient.now:%Y-%m-%d %H:%M} UTC.")


CHECKS: Final[tuple[Callable[[Patient], Iterator[Finding]], ...]] = (
    _home,
    _key,
    _identity,
    _database,
    _running,
    _clock,
    _directories,
)

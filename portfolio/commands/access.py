"""`portfolio login` and `portfolio token`: ways in, made for whoever owns the home."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from keys import keystore
from keys.errors import HomeLockedError
from portfolio.commands.options import database_option, home_option, option
from portfolio.commands.reach import ask
from portfolio.home import read_control, write_directly
from portfolio.services.access import issue
from portfolio.settings import DATABASE_FILE, Address, reachable


@click.command()
@home_option
@database_option
@option("--app", default="127.0.0.1:8000", help="Where the page will be, if it is not running.")
def login(home: Path, database: str, app: str) -> None:
    """Print a fresh one-time link that logs a browser in, good for 10 minutes."""
    code = _issued(home, database, "code", "login")
    running = read_control(home)
    try:
        url = running.url if running is not None else f"http://{reachable(Address.parse(app))}"
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo("Open this link within 10 minutes; it works once.")
    click.echo(login_link(url, code))


@click.command()
@home_option
@database_option
@option("--label", default="api", help="What the token is for; shown in the list of logins.")
def token(home: Path, database: str, label: str) -> None:
    """Print a new API token on the last line."""
    secret = _issued(home, database, "token", label)
    click.echo("Send it as `Authorization: Bearer TOKEN`. It is shown only this once:")
    click.echo(secret)


def login_link(url: str, code: str) -> str:
    """Return a login link; after `#`, so that the code reaches no log and no other site."""
    return f"{url}/#login={code}"


def _issued(home: Path, database: str, kind: Literal["code", "token"], label: str) -> str:
    if not keystore.has_key(home):
        raise click.ClickException(f"{home} is no planner's home. Make one with `portfolio init`.")
    try:
        with keystore.lock(home):
            url = database or f"sqlite:///{home / DATABASE_FILE}"
            now = datetime.now(UTC)  # noqa: TID251 - a command is a composition root
            return write_directly(url, lambda tx: issue(tx, kind, label, os.urandom)[0], now)
    except HomeLockedError:
        path, body = ("/tokens", {"label": label}) if kind == "token" else ("/session/codes", None)
        return str(ask(home, "POST", path, body)["secret"])

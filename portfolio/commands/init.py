"""`portfolio init`: a new planner, or the planner of a person who has their 24 words."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from federation.wire import limit
from keys import keystore
from keys.errors import BadWordsError, KeysError
from keys.identity import new_words
from portfolio.commands.options import (
    database_option,
    home_option,
    is_terminal,
    new_passphrase,
    option,
    passphrase_option,
)
from portfolio.home import create
from portfolio.services.profile import Profile
from portfolio.settings import DATABASE_FILE

WORDS_BYTES_MAX: Final = 4096


@click.command()
@home_option
@option("--name", help="Your name, as friends see it.")
@option("--handle", help="A short name that friends can look up in a directory.")
@option("--recover", is_flag=True, help="You have 24 words; they are asked for, or read.")
@database_option
@passphrase_option
def init(
    home: Path, name: str | None, handle: str | None, database: str,
    passphrase_file: Path | None, *, recover: bool,
) -> None:  # fmt: skip
    """Make a new planner and print its 24 recovery words, once."""
    if keystore.has_key(home):
        raise click.ClickException(
            f"{home} holds a planner already; it is never overwritten. Serve it with "
            "`portfolio serve`, or name another folder with --home."
        )
    if name is None:
        if not is_terminal():
            raise click.ClickException("Your name is missing: give it with --name NAME.")
        name = click.prompt("Your name, as friends see it", err=True)
    words = make_home(home, name, handle, database, passphrase_file, recover=recover)
    click.echo(f"A new planner for {name} is in {home}.")
    if recover:
        click.echo("It is you again, on a new device. Your friends' planners will bring back")
        click.echo("what was shared; what was private comes back from a backup only.")
        return
    click.echo("Write these 24 words down and keep them away from this computer. They are the")
    click.echo("only way to be the same person again, and they are shown only this once:")
    click.echo("")
    click.echo(words)


def make_home(
    home: Path, name: str, handle: str | None, database: str, passphrase_file: Path | None, *,
    recover: bool = False,
) -> str:  # fmt: skip
    """Make a home; return its words.

    Raises:
        click.ClickException: a name, words or folder that does not do.
    """
    profile = Profile(_checked_name(name), handle)
    words = _known_words() if recover else new_words()
    url = database or f"sqlite:///{home / DATABASE_FILE}"
    now = datetime.now(UTC)  # noqa: TID251 - a command is a composition root
    try:
        create(home, url, words, profile, passphrase=new_passphrase(passphrase_file), now=now)
    except BadWordsError as error:
        raise click.ClickException(f"These are not the words of a planner: {error}") from None
    except (KeysError, OSError) as error:
        raise click.ClickException(f"The home could not be made: {error}") from None
    return words


def _checked_name(name: str) -> str:
    stripped = name.strip()
    if not stripped or len(stripped) > limit("name") or not stripped.isprintable():
        raise click.ClickException(f"A name has 1 to {limit('name')} printable characters.")
    return stripped


def _known_words() -> str:
    if is_terminal():
        typed: str = click.prompt("Your 24 words", hide_input=True, err=True)
    else:
        typed = sys.stdin.read(WORDS_BYTES_MAX)
    return " ".join(typed.lower().split())

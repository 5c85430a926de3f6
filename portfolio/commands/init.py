"""`portfolio init`: a new planner, or the planner of a person who has their 24 words."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from federation.directory.handles import check_handle
from federation.errors import MalformedError
from federation.wire import limit
from keys import keystore
from keys.errors import BadWordsError, KeysError
from keys.identity import new_words
from portfolio.commands.options import (
    database_option,
    home_option,
    is_terminal,
    known_passphrase,
    new_passphrase,
    option,
    passphrase_option,
)
from portfolio.home import create
from portfolio.home import recover as home_of_words
from portfolio.home import reissue as sign_again
from portfolio.recovering import Heard, Inquiry, Peer, parse_peer
from portfolio.services.profile import Profile
from portfolio.settings import DATABASE_FILE

WORDS_BYTES_MAX: Final = 4096


@click.command()
@home_option
@option("--name", help="Your name, as friends see it.")
@option("--handle", help="A short name that friends can look up in a directory.")
@option("--recover", is_flag=True, help="You have 24 words; they are asked for, or read.")
@option("--directory", multiple=True, help="With --recover: a directory that may know you.")
@option(
    "--peer",
    multiple=True,
    help="With --recover: an invite of a friend, or the URL of their actor; may be repeated.",
)
@option(
    "--reissue",
    is_flag=True,
    help="With --recover: this home is recovered already, but friends know a newer record.",
)
@database_option
@passphrase_option
def init(**options: Any) -> None:  # noqa: ANN401 - click's
    """Make a new planner and print its 24 recovery words, once."""
    home: Path = options["home"]
    database, passphrase_file = options["database"], options["passphrase_file"]
    if options["recover"]:
        inquiry = Inquiry(options["directory"], _checked_peers(options["peer"]))
        if options["reissue"]:
            _reissue(home, database, passphrase_file, inquiry)
            return
        _check_empty(home)
        profile = _checked_profile(_name(options["name"]), options["handle"])
        _recover(home, profile, database, passphrase_file, inquiry)
        return
    if options["peer"] or options["reissue"]:
        raise click.ClickException("--peer and --reissue go with --recover.")
    _check_empty(home)
    name = _name(options["name"])
    words = make_home(home, name, options["handle"], database, passphrase_file)
    click.echo(f"A new planner for {name} is in {home}.")
    click.echo("Write these 24 words down and keep them away from this computer. They are the")
    click.echo("only way to be the same person again, and they are shown only this once:")
    click.echo("")
    click.echo(words)


def make_home(
    home: Path, name: str, handle: str | None, database: str, passphrase_file: Path | None
) -> str:
    """Make a home; return its words.

    Raises:
        click.ClickException: a name, handle or folder that does not do.
    """
    profile, words = _checked_profile(name, handle), new_words()
    with _telling():
        create(
            home, _url(home, database), words, profile,
            passphrase=new_passphrase(passphrase_file), now=_now(),
        )  # fmt: skip
    return words


def _recover(
    home: Path, profile: Profile, database: str, passphrase_file: Path | None, inquiry: Inquiry
) -> None:
    words = _known_words()
    with _telling():
        heard = home_of_words(
            home, _url(home, database), words, profile,
            passphrase=new_passphrase(passphrase_file), inquiry=inquiry, now=_now(),
        )  # fmt: skip
    click.echo(f"A new planner for {profile.name} is in {home}.")
    click.echo(
        "It is you again, on a new device. Serve it: your friends' planners will bring back"
    )
    click.echo("what was shared; what was private comes back from a backup only.")
    _tell_answers(inquiry, heard)


def _reissue(home: Path, database: str, passphrase_file: Path | None, inquiry: Inquiry) -> None:
    if not keystore.has_key(home):
        raise click.ClickException(f"{home} holds no planner; leave --reissue out.")
    words = _known_words()
    with _telling():
        sealed = keystore.needs_passphrase(home)
        passphrase = known_passphrase(passphrase_file, f"The key in {home}") if sealed else None
        heard = sign_again(
            home, _url(home, database), words, passphrase=passphrase, inquiry=inquiry, now=_now()
        )
    click.echo(f"The planner in {home} speaks for you again.")
    _tell_answers(inquiry, heard)


def _tell_answers(inquiry: Inquiry, heard: Heard) -> None:
    asked = len(inquiry.directories) + len(inquiry.peers)
    if asked:
        click.echo(f"{heard.answers} of {asked} answered.")
    if not heard.answers:
        click.echo("If a friend's planner knows a newer record of you, `portfolio doctor` and the")
        click.echo("page will say so; then repeat with --recover --reissue and your words.")


@contextmanager
def _telling() -> Iterator[None]:
    """Say what is wrong with words, keys or the folder."""
    try:
        yield
    except BadWordsError as error:
        raise click.ClickException(f"These are not the words of a planner: {error}") from None
    except (KeysError, OSError) as error:
        raise click.ClickException(f"The home could not be made: {error}") from None


def _check_empty(home: Path) -> None:
    if keystore.has_key(home):
        raise click.ClickException(
            f"{home} holds a planner already; it is never overwritten. Serve it with "
            "`portfolio serve`, or name another folder with --home."
        )


def _name(given: str | None) -> str:
    if given is not None:
        return given
    if not is_terminal():
        raise click.ClickException("Your name is missing: give it with --name NAME.")
    asked: str = click.prompt("Your name, as friends see it", err=True)
    return asked


def _checked_profile(name: str, handle: str | None) -> Profile:
    if handle is None:
        return Profile(_checked_name(name))
    try:
        return Profile(_checked_name(name), check_handle(handle))
    except MalformedError as error:
        raise click.ClickException(f"--handle {handle} does not do: {error.detail}.") from None


def _checked_peers(texts: Iterable[str]) -> tuple[Peer, ...]:
    try:
        return tuple(parse_peer(text) for text in texts)
    except MalformedError as error:
        raise click.ClickException(
            f"--peer takes an invite or the URL of a friend's actor: {error.detail}."
        ) from None


def _url(home: Path, database: str) -> str:
    return database or f"sqlite:///{home / DATABASE_FILE}"


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a command is a composition root


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

"""Options that commands share, the passphrase, and how a command fails.

`option("--app")` reads `PORTFOLIO_APP` too. A command that cannot go on raises
`click.ClickException`: its message on stderr, exit code 1.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
PREFIX: Final = "PORTFOLIO_"
PASSPHRASE_VARIABLE: Final = PREFIX + "PASSPHRASE"


def option(name: str, **how: Any) -> Callable[[Decorated], Decorated]:  # noqa: ANN401 - click's
    """Return an option that is also the environment variable `PORTFOLIO_<NAME>`."""
    variable = PREFIX + name.split("/", maxsplit=1)[0].lstrip("-").upper().replace("-", "_")
    return click.option(name, envvar=variable, show_envvar=True, **how)


def default_home() -> Path:
    """Return the usual home: below the user's data folder (XDG)."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "portfolio-planner"


home_option = option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
    default=default_home,
    show_default="~/.local/share/portfolio-planner",
    help="Folder of keys and data.",
)
database_option = option("--database", default="", help="Database URL instead of SQLite in HOME.")
passphrase_option = option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"File whose first line is the passphrase of the key; or {PASSPHRASE_VARIABLE}.",
)


def is_terminal() -> bool:
    """Return True when there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def given_passphrase(file: Path | None) -> tuple[bool, str | None]:
    """Return whether a passphrase was given, and which; an empty one is none."""
    if file is not None:
        lines = file.read_text().splitlines()
        return True, (lines[0] if lines else "") or None
    if PASSPHRASE_VARIABLE in os.environ:
        return True, os.environ[PASSPHRASE_VARIABLE] or None
    return False, None


def new_passphrase(file: Path | None) -> str | None:
    """Return the passphrase for a new key: given, asked for twice, or none without a terminal."""
    given, passphrase = given_passphrase(file)
    if given or not is_terminal():
        return passphrase
    asked: str = click.prompt(
        "Passphrase for the key of this planner (empty: none)",
        default="",
        show_default=False,
        hide_input=True,
        confirmation_prompt="Again",
        err=True,
    )
    return asked or None


def known_passphrase(file: Path | None, what: str) -> str | None:
    """Return the passphrase of `what`, such as "The key in HOME": given, or asked for.

    Raises:
        click.ClickException: none was given, and there is no terminal to ask.
    """
    given, passphrase = given_passphrase(file)
    if given and passphrase:
        return passphrase
    if not is_terminal():
        raise click.ClickException(
            f"{what} is protected by a passphrase: give it with --passphrase-file "
            f"or {PASSPHRASE_VARIABLE}."
        )
    asked: str = click.prompt("Passphrase", hide_input=True, err=True)
    return asked

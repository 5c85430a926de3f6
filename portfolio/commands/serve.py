"""`portfolio serve` runs a planner; `portfolio start` makes one first where there is none."""

import asyncio
import contextlib
import gc
import getpass
import importlib
import importlib.util
import signal
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from federation.errors import LocalProtocolError
from keys import keystore
from keys.errors import HomeLockedError, KeysError, WrongPassphraseError
from portfolio import app, logs
from portfolio.commands.access import login_link
from portfolio.commands.init import make_home
from portfolio.commands.options import (
    database_option,
    home_option,
    is_terminal,
    known_passphrase,
    option,
    passphrase_option,
)
from portfolio.listening import BusyPortError
from portfolio.services.access import issue
from portfolio.settings import Address, Settings, SettingsError
from portfolio.storage.upgrade import NewerDatabaseError

GARBAGE_THRESHOLD: Final = 10_000  # objects made and not freed before the next collection
EXPECTED: Final = (KeysError, BusyPortError, NewerDatabaseError, LocalProtocolError)
Decorated = TypeVar("Decorated", bound=Callable[..., Any])
_OPTIONS: Final = (
    home_option,
    option("--app", default="127.0.0.1:8000", show_default=True, help="Page and API listen here."),
    option(
        "--federation",
        default="127.0.0.1:8100",
        show_default=True,
        help="Friends' planners reach this one here.",
    ),
    option("--public-url", multiple=True, help="A URL that friends are told; may be repeated."),
    option("--directory", multiple=True, help="URL of a directory; may be repeated."),
    option("--no-lan", is_flag=True, help="Do not look for friends on the local network."),
    option("--lan-interface", multiple=True, help="Look only on the interface of this address."),
    option("--lan-service", default="", hidden=True, help="Service type, for tests apart."),
    option("--solo", is_flag=True, help="No friends: only page and API."),
    database_option,
    option("--allowed-host", multiple=True, help="A further name of the page, behind a proxy."),
    option("--tls-certificate", type=click.Path(exists=True, path_type=Path), help="For --app."),
    option("--tls-key", type=click.Path(exists=True, path_type=Path), help="For --app."),
    option("--insecure-http", is_flag=True, help="Allow plain http beyond this machine."),
    option("--yahoo-url", default="", help="Ask for prices here, once Yahoo Finance is on."),
    option("--ecb-url", default="", help="Ask for the ECB's exchange rates here."),
    passphrase_option,
    option("--log-level", type=click.Choice(logs.LEVELS), default="info", show_default=True),
)


def _serving(command: Decorated) -> Decorated:
    for each in reversed(_OPTIONS):
        command = each(command)
    return command


@click.command()
@_serving
def serve(**options: Any) -> None:  # noqa: ANN401 - click's
    """Run a planner until Ctrl-C."""
    home: Path = options["home"]
    if not keystore.has_key(home):
        raise click.ClickException(
            f"{home} is no planner's home yet. Make one with "
            f"`portfolio init --home {home} --name NAME`, or use `portfolio start`."
        )

    async def tell(running: app.Running) -> None:
        _tell(running, home)

    _run(options, tell)


@click.command()
@_serving
@option("--name", help="Your name, as friends see it, for a new planner.")
@option("--no-browser", is_flag=True, help="Only print the link; open no browser.")
def start(*, name: str | None, no_browser: bool, **options: Any) -> None:  # noqa: ANN401 - click's
    """Run a planner and open it in the browser; make it first if there is none."""
    home: Path = options["home"]
    if not keystore.has_key(home):
        usual = getpass.getuser().capitalize()
        if name is None and is_terminal():
            name = click.prompt("Your name, as friends see it", default=usual, err=True)
        words = make_home(
            home, name or usual, None, options["database"], options["passphrase_file"]
        )
        click.echo("Your planner is new. Write down its 24 recovery words, away from here:")
        click.echo(f"\n  {words}\n")

    async def open_page(running: app.Running) -> None:
        _tell(running, home)
        code, _ = await running.planner.writer.run(
            lambda tx: issue(tx, "code", "login", running.planner.entropy)
        )
        link = login_link(running.url, code)
        click.echo(f"Log in:  {link}")
        if not no_browser:
            await asyncio.to_thread(webbrowser.open, link)

    _run(options, open_page)


def _tell(running: app.Running, home: Path) -> None:
    click.echo(f"The planner of {running.name} is running; Ctrl-C stops it.")
    click.echo(f"Page:    {running.url}")
    click.echo(f"Log in:  portfolio login --home {home}")


def _run(options: dict[str, Any], on_ready: app.OnReady) -> None:
    logs.configure(options["log_level"])
    settings = _settings(options)
    try:
        sealed = keystore.needs_passphrase(settings.home)
        file = options["passphrase_file"]
        passphrase = known_passphrase(file, f"The key in {settings.home}") if sealed else None
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(settings, passphrase, on_ready))
    except BaseExceptionGroup as group:
        raise _said(_first(group)) from None
    except (OSError, *EXPECTED) as error:
        raise _said(error) from None


async def _serve(settings: Settings, passphrase: str | None, on_ready: app.OnReady) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    stop = task.cancel if task is not None else loop.stop
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)

    async def ready(running: app.Running) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, running.stop)
        _settle_memory()
        await on_ready(running)

    with contextlib.suppress(asyncio.CancelledError):
        await app.serve(settings, passphrase, on_ready=ready)


def _settle_memory() -> None:
    """Take what is loaded by now out of garbage collection, and collect the rest less often.

    Modules, tables and models stay as long as the process. A batch of 50 events makes thousands
    of short-lived objects without cycles, which the usual threshold of 700 walks again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's factory where it is installed (not on Windows)."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module(
        "uvloop"
    ).new_event_loop
    return factory


def _settings(options: dict[str, Any]) -> Settings:
    try:
        return Settings(
            home=options["home"],
            app=Address.parse(options["app"]),
            federation=Address.parse(options["federation"]),
            public_urls=options["public_url"],
            directories=options["directory"],
            lan=not options["no_lan"],
            lan_interfaces=options["lan_interface"],
            lan_service=options["lan_service"],
            solo=options["solo"],
            database=options["database"],
            allowed_hosts=options["allowed_host"],
            tls_certificate=options["tls_certificate"],
            tls_key=options["tls_key"],
            insecure_http=options["insecure_http"],
            yahoo_url=options["yahoo_url"],
            ecb_url=options["ecb_url"],
        )
    except (SettingsError, ValueError) as error:
        raise click.ClickException(str(error)) from None


def _first(error: BaseException) -> BaseException:
    """Return the first error in a group of groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _said(error: BaseException) -> BaseException:
    """Return what a person is told; a fault of ours stays what it is, with its trace."""
    if isinstance(error, HomeLockedError):
        return click.ClickException(
            "This home is being served already, by another process. Stop that one first."
        )
    if isinstance(error, WrongPassphraseError):
        return click.ClickException("The passphrase is wrong.")
    if isinstance(error, (OSError, *EXPECTED)):
        return click.ClickException(str(error))
    return error

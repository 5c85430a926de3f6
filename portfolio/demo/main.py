"""`portfolio demo`: runs the world of the demo until Ctrl-C, or walks through it once."""

import asyncio
import collections
import contextlib
import shutil
import signal
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import click

from portfolio import sample
from portfolio.demo import story
from portfolio.demo.processes import Command, DemoError
from portfolio.demo.walk import walk
from portfolio.demo.world import World, opened

WATCH_S: Final = 0.5
ENDS_MAX: Final = 20  # times that one part may be pulled away in one demo
MARK: Final = ".portfolio-demo"  # says that the folder is the demo's to remove


async def run(home: Path, *, fresh: bool, lan: bool) -> None:
    """Run the demo until Ctrl-C; state is kept in `home`, `fresh` begins anew.

    Raises:
        DemoError: it cannot go on; the message says what to do.
    """
    await asyncio.to_thread(_make_home, home, fresh=fresh)
    click.echo(f"Starting {'two planners' if lan else 'a directory and two planners'} in {home}")
    async with opened(home, lan=lan) as world:
        new = await story.tell(world)
        told = _listen()
        await _introduce(world, new=new)
        await _keep_up(world, told)
        click.echo("\nStopping all three." if world.directory else "\nStopping both.")
    click.echo("Stopped. Everything is kept for the next start; --fresh begins anew.")


async def run_walk(*, lan: bool) -> None:
    """Walk through everything in a home of its own, which goes away afterwards.

    Raises:
        DemoError: a promise was not kept; the message says which.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="portfolio-walk-") as folder:
        click.echo("Two planners of their own, Alice's and Bob's, and a directory." if not lan else
                   "Two planners of their own, Alice's and Bob's, on one network.")  # fmt: skip
        async with opened(Path(folder, "world"), lan=lan, any_ports=True) as world:
            await walk(world)
    click.echo(f"All of it held, in {time.monotonic() - began:.0f} seconds.")


def _make_home(home: Path, *, fresh: bool) -> None:
    """Make the demo's folder; never touch a folder that is somebody's own."""
    mark = home / MARK
    if home.is_dir() and any(home.iterdir()) and not mark.exists():
        raise DemoError(f"{home} holds other things: name an empty folder with --home")
    if fresh and mark.exists():
        click.echo(f"Starting anew: removing {home}")
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark.write_text("This folder belongs to `portfolio demo`; it may be deleted.\n")


async def _introduce(world: World, *, new: bool) -> None:
    what = "was put in" if new else "is there from last time"
    click.echo(f"The sample portfolio {what}; it stands still as of {sample.AS_OF:%Y-%m-%d}.\n")
    for planner in (world.alice, world.bob):
        click.echo(f"  {planner.name:<6} {await planner.login_link()}")
    if world.directory is not None:
        click.echo(f"  {'Directory':<6} {world.directory.url}/health")
    click.echo("\nOpen both side by side. Each link works once; `portfolio login --home")
    click.echo(f"{world.alice.home}` makes another. Ctrl-C stops everything.")


def _listen() -> asyncio.Event:
    """Return what Ctrl-C and SIGTERM set from now on."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    return told


async def _keep_up(world: World, told: asyncio.Event) -> None:
    """Until told to stop, start whoever is pulled away again.

    Raises:
        DemoError: one keeps ending by itself.
    """
    ends: collections.Counter[str] = collections.Counter()
    while not told.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WATCH_S):
                await told.wait()
        for name, command, start in _parts(world):
            if not command.running and not told.is_set():
                ends[name] += 1
                if ends[name] > ENDS_MAX:
                    raise DemoError(f"{name} keeps ending by itself:\n{command.last_words()}")
                click.echo(f"{name} was stopped from outside; starting it again.")
                await start()


Part = tuple[str, Command, Callable[[], Awaitable[None]]]


def _parts(world: World) -> list[Part]:
    parts: list[Part] = [
        (f"{p.name}'s planner", p.command, p.restart) for p in (world.alice, world.bob)
    ]
    if world.directory is not None:
        parts.append(("The directory", world.directory.command, world.directory.start))
    return parts

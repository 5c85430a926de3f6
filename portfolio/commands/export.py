"""`portfolio export`: what is one's own, in a format that another program reads.

Reading needs no lock: it works any time.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from federation.engine import reader_engine
from federation.writer import Reader
from keys import keystore
from keys.errors import KeysError
from portfolio.commands.options import database_option, home_option, option
from portfolio.exporters import EXPORTERS, Writer
from portfolio.services.export import about, page
from portfolio.settings import DATABASE_FILE
from portfolio.storage.upgrade import HEAD, revision
from portfolio.storage.values import instant


@click.command()
@home_option
@database_option
@option("--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="File.")
@option(
    "--format",
    type=click.Choice(list(EXPORTERS)),
    default="json",
    show_default=True,
    help="json has ideas and comments too.",
)
def export(home: Path, database: str, output: Path | None, format: str) -> None:  # noqa: A002 - the option's name
    """Write your ledger for another program, or all that is yours as JSON."""
    try:
        me = keystore.load_identity(home).did
    except KeysError as error:
        raise click.ClickException(f"{home} is no planner's home: {error}") from None
    url, writer = database or f"sqlite:///{home / DATABASE_FILE}", EXPORTERS[format]()
    now = datetime.now(UTC)  # noqa: TID251 - a command is a composition root
    write = partial(_write, writer, me, instant(now))
    if output is None:
        asyncio.run(_with_reader(url, partial(write, put=sys.stdout.write)))
    else:
        output.touch(mode=0o600)
        with output.open("w", encoding="utf-8", newline="") as file:
            asyncio.run(_with_reader(url, partial(write, put=file.write)))
        click.echo(f"Written to {output}.")
    if writer.left_out:
        counted = ", ".join(f"{count} x {kind}" for kind, count in writer.left_out.items())
        click.echo(f"The format cannot carry all; left out: {counted}.", err=True)


async def _write(
    writer: Writer, me: str, at: str, reader: Reader, *, put: Callable[[str], object]
) -> None:
    put(writer.begin(await reader.run(lambda conn: about(conn, me, at))))
    rows, before = await reader.run(lambda conn: page(conn, None))
    put(writer.rows(rows))
    while before is not None:
        rows, before = await reader.run(partial(page, before=before))
        put(writer.rows(rows))
    put(writer.end())


async def _with_reader(url: str, write: Callable[[Reader], Awaitable[None]]) -> None:
    reader = Reader(reader_engine(url))
    try:
        if await reader.run(revision) != HEAD:
            raise click.ClickException("Its data is of another version: start the planner once.")
        await write(reader)
    finally:
        await reader.close()

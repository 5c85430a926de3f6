"""`portfolio export`: what is one's own, as JSON. Reading needs no lock: it works any time."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from federation.engine import reader_engine
from federation.writer import Reader
from keys import keystore
from keys.errors import KeysError
from portfolio.commands.options import database_option, home_option, option
from portfolio.services.export import export as everything
from portfolio.settings import DATABASE_FILE
from portfolio.storage.upgrade import HEAD, revision
from portfolio.storage.values import instant


@click.command()
@home_option
@database_option
@option("--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="File.")
def export(home: Path, database: str, output: Path | None) -> None:
    """Write your ideas, transactions and comments as one JSON document."""
    try:
        me = keystore.load_identity(home).did
    except KeysError as error:
        raise click.ClickException(f"{home} is no planner's home: {error}") from None
    now = datetime.now(UTC)  # noqa: TID251 - a command is a composition root
    url = database or f"sqlite:///{home / DATABASE_FILE}"
    text = json.dumps(asyncio.run(_read(url, me, now)), indent=2, ensure_ascii=False)
    if output is None:
        click.echo(text)
    else:
        output.touch(mode=0o600)
        output.write_text(text + "\n")
        click.echo(f"Written to {output}.")


async def _read(url: str, me: str, now: datetime) -> dict[str, Any]:
    reader = Reader(reader_engine(url))
    try:
        if await reader.run(revision) != HEAD:
            raise click.ClickException("Its data is of another version: start the planner once.")
        return await reader.run(lambda conn: everything(conn, me, instant(now)))
    finally:
        await reader.close()

"""`portfolio import`: files of brokers and other trackers into the ledger."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from keys import keystore
from keys.errors import HomeLockedError, KeysError
from keys.keystore import HomeKeys
from portfolio.api.imports import rejected_csv
from portfolio.commands.importing import Direct, Json, Running, Way
from portfolio.commands.options import (
    database_option,
    home_option,
    known_passphrase,
    option,
    passphrase_option,
)
from portfolio.domain.errors import DomainError
from portfolio.importers.options import Options, OptionsError
from portfolio.offline import offline
from portfolio.services.errors import ServiceError
from portfolio.services.imports.drafts import FILES_BYTES_MAX
from portfolio.settings import DATABASE_FILE
from portfolio.storage.upgrade import NewerDatabaseError

REFUSE: Final = "refuse"
_DECIDE_BY: Final = {
    "currency": "--currency",
    "date_order": "--date-order",
    "decimal_mark": "--decimal-mark",
    "mapping": "--column FIELD=HEADER for each, or --template (make one on the Import page)",
}
_SUMS: Final = ("bought", "sold", "income", "charges", "deposited", "withdrawn", "fees", "taxes")


@click.command(name="import")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@home_option
@database_option
@passphrase_option
@option("--account", help="Account of rows that name none.")
@option("--template", help="A kept template: how to read the files.")
@option("--currency", help="Currency of rows that state none.")
@option("--date-order", type=click.Choice(["ymd", "dmy", "mdy"]), help="Of day, month, year.")
@option("--decimal-mark", type=click.Choice([".", ","]), help="Of numbers such as 1,234.")
@option("--sheet", help="The sheet of a spreadsheet to read.")
@option(
    "--column",
    multiple=True,
    metavar="FIELD=HEADER",
    help="Which column a field is in: its header, #3 for the third, or nothing.",
)
@option(
    "--kind",
    multiple=True,
    metavar="WORD=KIND",
    help="What a type word of the file means; nothing: such rows are no transactions.",
)
@option("--header", type=click.IntRange(min=0), help="Line with the names of columns; 0: none.")
@option(
    "--rejected",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Save the rejected rows here as CSV, each with its reason.",
)
@option(
    "--missing",
    type=click.Choice([REFUSE, "opening", "leave_out"]),
    default=REFUSE,
    show_default=True,
    help="Where more is sold than held: begin with an opening balance at the price of that sale, "
    "or leave the instrument out.",
)
@option("--undo", help="Take the transactions of this import out again.")
@option("--dry-run", is_flag=True, help="Say what would be imported, and change nothing.")
def import_(files: tuple[Path, ...], **given: Any) -> None:  # noqa: ANN401 - click's
    """Import FILES into the ledger: what is known already stays as it is."""
    home: Path = given["home"]
    if bool(files) == bool(given["undo"]):
        raise click.ClickException("Name the files to import, or one import to --undo.")
    if not keystore.has_key(home):
        raise click.ClickException(f"{home} is no planner's home. Make one with `portfolio init`.")

    async def work(way: Way) -> None:
        if given["undo"]:
            undone = await way.undo(given["undo"])
            click.echo(f"Undone: {undone['new']} transactions are out of the ledger again.")
        else:
            await _import(way, _read(files), given)

    with _telling():
        _with_way(home, given, work)


def _with_way(
    home: Path, given: Mapping[str, Any], work: Callable[[Way], Coroutine[Any, Any, None]]
) -> None:
    """Do the work through the planner that serves the home, or directly when none does."""
    database = given["database"] or f"sqlite:///{home / DATABASE_FILE}"
    sealed = keystore.needs_passphrase(home)
    try:
        with keystore.lock(home):
            what, file = f"The key in {home}", given["passphrase_file"]
            passphrase = known_passphrase(file, what) if sealed else None
            asyncio.run(_directly(keystore.load(home, passphrase), database, work))
    except HomeLockedError:
        asyncio.run(work(Running(home)))


async def _directly(
    keys: HomeKeys, database: str, work: Callable[[Way], Coroutine[Any, Any, None]]
) -> None:
    async with offline(keys, database) as planner:
        await work(Direct(planner))


async def _import(way: Way, files: Sequence[tuple[str, bytes]], given: Mapping[str, Any]) -> None:
    draft = await way.drop(files, _options(given), given["template"])
    if draft["problems"] and given["missing"] != REFUSE:
        draft = await way.decide(draft["id"], {"problems": _answers(draft, given["missing"])})
    rejected = await way.rejected(draft["id"])
    for line in _report(draft, rejected):
        click.echo(line)
    if given["rejected"] is not None and rejected:
        given["rejected"].write_bytes(rejected_csv(rejected))
        click.echo(f"{len(rejected)} rejected rows are in {given['rejected']}")
    reason = _obstacle(draft)
    if reason or given["dry_run"]:
        await way.discard(draft["id"])
        if reason:
            raise click.ClickException(reason)
        click.echo("Nothing was changed: this was a dry run.")
        return
    done = await way.commit(draft["id"])
    if done["state"] != "done":
        raise click.ClickException(done["reason"] or "The import could not be finished.")
    click.echo(f"{done['new']} transactions imported.")
    click.echo(f"To take them out again: portfolio import --undo {done['id']}")


def _answers(draft: Json, choice: str) -> list[Json]:
    return [
        {"symbol": one["symbol"], "account": one["account"], "choice": choice}
        for one in draft["problems"]
        if choice != "opening" or one["missing"] is not None
    ]


def _obstacle(draft: Json) -> str:
    """Return why a draft cannot be taken over as it is; "" when it can."""
    if draft["state"] != "review":
        return str(draft["reason"] or "The files could not be read.")
    for file in draft["files"]:
        if file["error"] is not None:
            return f"{file['name']}: {file['error']}"
        if file["needs"] is not None:
            word = file["needs"].replace("_", " ")
            found = _columns(file) if file["needs"] == "mapping" else ""
            by = _DECIDE_BY[file["needs"]]
            return f"{file['name']} does not say its {word}: give {by}.{found}"
    if draft["problems"]:
        return "More is sold than held (see above): choose --missing opening or leave_out."
    if draft["rejected"] and not draft["new"] + draft["known"]:
        return "No row could be imported."
    return ""


def _columns(file: Json) -> str:
    """Return what was told of the columns, to be confirmed, and what there is."""
    told = file["proposal"].get("columns", {})
    proposed = " ".join(f"--column '{name}={header}'" for name, header in told.items() if header)
    named = ", ".join(header for header in file["headers"] if header)
    return f"\nColumns: {named}" + (f"\nAs far as can be told: {proposed}" if proposed else "")


def _report(draft: Json, rejected: Sequence[Json]) -> Iterator[str]:
    for file in draft["files"]:
        yield (
            f"{file['name']}: {file['title'] or 'not recognised'}; {file['rows']} rows: "
            f"{file['new']} new, {file['known']} already here, {file['rejected']} rejected, "
            f"{file['skipped']} no transactions"
        )
        yield from (f"  {note}" for note in file["notes"])
        for row in rejected:
            if row["file"] == file["n"]:
                at = f" [{row['column']}: {row['text']}]" if row["column"] else ""
                yield f"  line {row['line']}: {row['reason']}{at}"
    for total in draft["totals"]:
        sums = ", ".join(f"{name} {total[name]}" for name in _SUMS if total[name] != "0")
        yield f"{total['currency']}: {total['rows']} rows" + (f"; {sums}" if sums else "")
    for problem in draft["problems"]:
        where = f" in {problem['account']}" if problem["account"] else ""
        yield f"{problem['symbol']}{where}: {problem['message']}"


def _read(files: Sequence[Path]) -> list[tuple[str, bytes]]:
    if sum(path.stat().st_size for path in files) > FILES_BYTES_MAX:
        raise click.ClickException(
            f"The files have up to {FILES_BYTES_MAX // 1024**2} MiB together."
        )
    return [(path.name, path.read_bytes()) for path in files]


def _options(given: Mapping[str, Any]) -> Json:
    names = ("account", "currency", "date_order", "decimal_mark", "header", "sheet")
    stated = {name: given[name] for name in names if given[name] is not None}
    if given["column"]:
        stated["columns"] = dict(_pair(one, "--column") for one in given["column"])
    if given["kind"]:
        pairs = (_pair(one, "--kind") for one in given["kind"])
        stated["kinds"] = {word: kind or None for word, kind in pairs}
    try:
        return Options.from_json(stated).to_json()
    except OptionsError as error:
        raise click.ClickException(f"--{error.field.replace('_', '-')}: {error.message}") from None


def _pair(stated: str, name: str) -> tuple[str, str]:
    """Return both sides of FIELD=HEADER; a type word may have the sign in it, a kind has none."""
    before, sign, after = stated.rpartition("=") if name == "--kind" else stated.partition("=")
    if not sign or not before:
        raise click.ClickException(f"{name}: say it as NAME=VALUE, not {stated!r}")
    return before.strip(), after.strip()


@contextmanager
def _telling() -> Iterator[None]:
    """Say what is wrong in one line."""
    try:
        yield
    except (ServiceError, DomainError, KeysError, NewerDatabaseError) as error:
        raise click.ClickException(str(error)) from None

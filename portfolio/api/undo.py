"""Undo: writes that can be taken back name themselves in the header `Undo` of their answer."""

from collections.abc import Iterable

from pydantic import Field
from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.api.context import Context
from portfolio.api.fields import Instant, Out, Ulid
from portfolio.api.op import op
from portfolio.api.paging import Page
from portfolio.api.shell import SHELL
from portfolio.services import profile, undo
from portfolio.services.undo import SETTINGS
from portfolio.storage.undo import Entry


class Had(Out):
    """A friend whose planner has received what was written."""

    did: str
    name: str


class Write(Out):
    """A write of mine, and whether it is undone."""

    id: Ulid
    at: Instant
    action: str = Field(description="what was done, for programs: transactions.removed")
    text: str = Field(description="what was done, in words")
    undone: bool
    had: tuple[Had, ...] = Field(description="whose planner has received it; they would see both")


class Undone(Out):
    """What was undone. Those in `had` have seen it; they were told that it is taken back."""

    undone: str
    action: str
    had: tuple[Had, ...]


@op("GET", "/undo")
async def list_writes(context: Context) -> Page[Write]:
    """List the last 50 writes that can be undone or are, the newest first."""

    def read(conn: Connection) -> tuple[Write, ...]:
        planner = context.planner
        return tuple(
            _write(entry, undo.received(planner, conn, entry)) for entry in undo.last(conn)
        )

    return Page(items=await context.read(read), next=None)


@op("POST", "/undo/{id}", errors=("overtaken", "gone", "rule", "conflict"), status=200)
async def undo_write(context: Context, id: Ulid) -> Undone:  # noqa: A002 - as in the path
    """Take a write back; refused when what it wrote was changed again since."""

    def work(tx: Tx) -> Undone:
        done = undo.undo(context.planner, tx, id)
        return Undone(
            undone=done.entry.text,
            action=done.entry.action,
            had=_friends(done.had),
        )

    answer = await context.write(work)
    if answer.action == SETTINGS:
        found = await context.read(profile.read_preferences)
        context.request.app[SHELL].preferences_changed(found)
    return answer


def _write(entry: Entry, had: Iterable[undo.Had]) -> Write:
    return Write(
        id=entry.id,
        at=entry.at,
        action=entry.action,
        text=entry.text,
        undone=entry.undone is not None,
        had=_friends(had),
    )


def _friends(had: Iterable[undo.Had]) -> tuple[Had, ...]:
    return tuple(Had(did=one.did, name=one.name) for one in had)


ROUTES = (list_writes, undo_write)

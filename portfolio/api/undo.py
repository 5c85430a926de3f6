"""Undo: writes that can be taken back name themselves in the header `Undo` of their answer."""

from pydantic import Field

from federation.writer import Tx
from portfolio.api.context import Context
from portfolio.api.fields import Instant, Out, Ulid
from portfolio.api.op import op
from portfolio.api.paging import Page
from portfolio.api.shell import SHELL
from portfolio.services import profile, undo
from portfolio.services.undo import SETTINGS
from portfolio.storage.undo import Entry


class Write(Out):
    """A write of mine, and whether it is undone."""

    id: Ulid
    at: Instant
    action: str = Field(description="what was done, for programs: transactions.removed")
    text: str = Field(description="what was done, in words")
    undone: bool


class Had(Out):
    """A friend whose planner had already received what is undone."""

    did: str
    name: str


class Undone(Out):
    """What was undone. Those in `had` have seen it; they were told that it is taken back."""

    undone: str
    action: str
    had: tuple[Had, ...]


@op("GET", "/undo")
async def list_writes(context: Context) -> Page[Write]:
    """List the last 50 writes that can be undone or are, the newest first."""
    found = await context.read(undo.last)
    return Page(items=tuple(_write(entry) for entry in found), next=None)


@op("POST", "/undo/{id}", errors=("overtaken", "gone", "rule", "conflict"), status=200)
async def undo_write(context: Context, id: Ulid) -> Undone:  # noqa: A002 - as in the path
    """Take a write back; refused when what it wrote was changed again since."""

    def work(tx: Tx) -> Undone:
        done = undo.undo(context.planner, tx, id)
        return Undone(
            undone=done.entry.text,
            action=done.entry.action,
            had=tuple(Had(did=one.did, name=one.name) for one in done.had),
        )

    answer = await context.write(work)
    if answer.action == SETTINGS:
        found = await context.read(profile.read_preferences)
        context.request.app[SHELL].preferences_changed(found)
    return answer


def _write(entry: Entry) -> Write:
    return Write(
        id=entry.id,
        at=entry.at,
        action=entry.action,
        text=entry.text,
        undone=entry.undone is not None,
    )


ROUTES = (list_writes, undo_write)

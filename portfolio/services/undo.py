"""Undo: the last writes can be taken back, one by one, as long as nothing came on top of them.

What is undone is written through the usual services, so that friends' planners follow by a
compensating event, and so that the undo can be undone itself. What a friend's planner had
already received it has seen; the answer says whose that are.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.services import (
    accounts,
    attachments,
    comments,
    entered_prices,
    ideas,
    instruments,
    profile,
    transactions,
)
from portfolio.services.errors import GoneError, NotFoundError, OvertakenError
from portfolio.services.imports import templates
from portfolio.services.planner import Planner
from portfolio.services.undoing import note, reached
from portfolio.storage import undo as store
from portfolio.storage.undo import Entry
from portfolio.storage.values import instant

LISTED: Final = 50
SETTINGS: Final = "settings.changed"
Step = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Had:
    """A friend whose planner had already received what is undone."""

    did: str
    name: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone, and who had received it."""

    entry: Entry
    had: tuple[Had, ...]


def last(conn: Connection) -> list[Entry]:
    """Return the last writes, the newest first."""
    return store.last(conn, LISTED)


def undo(planner: Planner, tx: Tx, identifier: str) -> Undone:
    """Take a write back.

    Raises:
        NotFoundError: there is no such write, or it is too long ago.
        GoneError: it is undone already, or what it needs was not kept.
        OvertakenError: what it wrote was changed again.
        DomainError: the ledger would not fit any more.
    """
    entry = store.get(tx.conn, identifier)
    if entry is None:
        raise NotFoundError("There is no such write")
    if entry.undone is not None:
        raise GoneError("This is undone already")
    steps = [_kept(planner, step) for step in entry.steps]
    had = _had(planner, tx.conn, steps)
    for step in steps:
        REVERT[step["kind"]](planner, tx, step)
    store.mark(tx.conn, identifier, instant(tx.now))
    return Undone(entry, had)


def received(planner: Planner, conn: Connection, entry: Entry) -> tuple[Had, ...]:
    """Return whose planner has received a write by now; nobody when that was not kept."""
    kept = (planner.keepsakes.get(step.get("keepsake", "")) or step for step in entry.steps)
    return _had(planner, conn, kept)


def _had(planner: Planner, conn: Connection, steps: Iterable[Step]) -> tuple[Had, ...]:
    found: set[str] = set()
    for step in steps:
        found |= {*step.get("had", ()), *reached(planner, conn, step.get("marks", {}))}
    people = sorted(found - {planner.me.did})
    return tuple(Had(did, _name(planner, conn, did)) for did in people)


def _kept(planner: Planner, step: Step) -> Step:
    name = step.get("keepsake")
    if name is None:
        return step
    kept = planner.keepsakes.get(name)
    if kept is None:
        raise GoneError("This was erased for good when the planner was restarted")
    return kept


def _name(planner: Planner, conn: Connection, did: str) -> str:
    friend = planner.friends.get(conn, did)
    return "" if friend is None else friend.name


def note_settings(
    planner: Planner, tx: Tx, before: profile.Preferences, changes: Mapping[str, Any]
) -> None:
    """Note how a change of the settings is undone; being found nearby ends by itself."""
    lasting = [name for name in changes if name != "nearby"]
    if lasting:
        was = {name: getattr(before, name) for name in lasting}
        step = {"kind": "settings", "was": was, "now": {name: changes[name] for name in lasting}}
        note(planner, tx, SETTINGS, "Settings changed", step)


def _settings(planner: Planner, tx: Tx, step: Step) -> None:
    now = profile.read_preferences(tx.conn)
    if any(getattr(now, name) != value for name, value in step["now"].items()):
        raise OvertakenError("These settings were changed again")
    profile.change_preferences(tx, dict(step["was"]))
    note_settings(planner, tx, now, step["was"])


REVERT: Final[Mapping[str, Callable[[Planner, Tx, Step], None]]] = {
    "transactions": transactions.revert,
    "account": accounts.revert,
    "instrument": instruments.revert,
    "idea": ideas.revert,
    attachments.PICTURE: attachments.revert,
    "template": templates.revert,
    "comment": comments.revert,
    "prices": entered_prices.revert,
    "settings": _settings,
}

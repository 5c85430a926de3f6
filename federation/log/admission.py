"""Admission: what becomes of one event (PROTOCOL §4). Pure, over a `View`.

The order is fixed: device known and member, authentic, duplicate or fork, gap, validity. Size,
canonical bytes and schema were checked where the line was parsed; what is left is decided here
in one function per step, each of which either has a verdict or passes the event on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from federation.errors import MalformedError
from federation.log.events import Event, document_id
from federation.log.grants import (
    CLOSE,
    GENESIS,
    GRANT,
    OWN_KINDS,
    parse_close,
    parse_genesis,
    parse_grant,
)
from federation.log.kinds import Applied, Json, Kinds
from federation.log.lines import EventLine
from federation.log.membership import Standing
from federation.log.results import (
    DUPLICATE,
    GAP,
    HELD,
    QUARANTINED,
    REMEMBERED,
    STORED,
    UNPROVEN,
    refused,
)
from federation.log.store import EventStanding, Fate
from federation.log.view import View
from federation.wire import limit

Act = Literal["nothing", "store", "wait", "fill", "fork", "replace", "restart", "reject"]
"""What to do beside answering: `replace` cuts our branch back to take the one that a cut or
close names; `restart` forgets our branch, for the right one is not here yet."""

_STEP_MAX: Final = limit("lamport_step")
_INTEGER_MAX: Final = limit("integer")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word of the answer, and what to do."""

    word: str
    act: Act = "nothing"
    standing: EventStanding = "valid"
    fate: Fate = "known"


_WAIT: Final = Verdict(GAP, "wait")
_UNPROVEN: Final = Verdict(UNPROVEN)


def decide(view: View, line: EventLine, kinds: Kinds, branch: frozenset[str]) -> Verdict:
    """Return what becomes of an event.

    Args:
        view: The document as it is known now.
        line: The event, with its content and what vouches for it.
        kinds: The application's registry.
        branch: Hashes of this batch that lead to a place which a cut or close names.
    """
    for step in _STEPS:
        verdict = step(view, line, branch)
        if verdict is not None:
            return verdict
    return _meaning(view, line, kinds)


def applied_of(event: Event, content: Json | None, *, clock_off: bool = False) -> Applied:
    """Return the event as a reducer sees it."""
    return Applied(
        event.hash,
        event.doc,
        event.author,
        event.device,
        event.lc,
        event.kind,
        event.published,
        content,
        clock_off,
    )


def fate_of(
    kinds: Kinds, event: Applied, cls: str, document_kind: str, entity: str | None
) -> Fate:
    """Return what an application's event can be used for here.

    An event that its own author's application should never have written is `quarantined`: kept,
    passed on, not applied, so that one bad event never stops a stream.
    """
    kind = kinds.get(event.kind)
    if kind is None:
        return "unknown"
    if kind.cls != cls or document_kind not in kind.documents or entity is None:
        return "quarantined"
    if event.content is not None:
        try:
            kind.check(event.content)
            if kind.entity(event) != entity:
                return "quarantined"
        except Exception:  # noqa: BLE001 - whatever a hostile content makes it raise
            return "quarantined"
    return "known"


def _refuse(reason: str) -> Verdict:
    return Verdict(refused(reason), "reject" if reason in REMEMBERED else "nothing")


def _known(view: View, line: EventLine, _branch: frozenset[str]) -> Verdict | None:
    reason = view.rejected.get(line.event.hash)
    if reason is not None:
        return Verdict(refused(reason))
    reason = view.rejected.get(line.event.prev or "")
    if reason is not None:
        return Verdict(refused(reason), "reject")  # nothing can ever stand before it
    listed = view.device(line.event)
    if listed == "unknown":
        return _WAIT
    return _refuse("unknown_device") if listed == "unlisted" else None


def _authentic(_view: View, line: EventLine, branch: frozenset[str]) -> Verdict | None:
    return _UNPROVEN if line.vouch == "none" and line.event.hash not in branch else None


def _again(view: View, line: EventLine, branch: frozenset[str]) -> Verdict | None:
    event = line.event
    if event.seq > view.head_seq(event.stream):
        return None
    held = view.held(event.stream, event.seq)
    if held is None:
        return _WAIT
    hashed, missing, _ = held
    if hashed == event.hash:
        fill = missing and line.content is not None
        return Verdict(DUPLICATE, "fill" if fill else "nothing")
    if event.hash in branch:
        return Verdict(GAP, "replace")
    return Verdict(refused("forked"), "fork")


def _end(view: View, line: EventLine, branch: frozenset[str]) -> Verdict | None:
    event = line.event
    end = view.ends.get((event.author, event.stream))
    if end is not None and event.seq > end[0]:
        return _refuse("closed")
    pin = view.pins(event.author, event.stream).get(event.seq)
    if pin is not None and pin != event.hash:
        return _refuse("forked")
    head = view.heads.get(event.stream)
    if head is not None and head.forked and event.hash not in branch:
        return _refuse("forked")
    return None


def _linked(view: View, line: EventLine, branch: frozenset[str]) -> Verdict | None:
    event, head = line.event, view.heads.get(line.event.stream)
    if event.seq > view.head_seq(event.stream) + 1:
        return _WAIT
    if head is None or head.seq == 0:
        # A stream begins near the counter of the document; further up waits until we are there.
        return _WAIT if event.lc > view.row.lc + _STEP_MAX else None
    if head.person != event.author:
        return _refuse("foreign_grant")
    if event.prev != head.hash:
        return Verdict(GAP, "restart") if event.hash in branch else _forked()
    if not head.lc < event.lc <= min(head.lc + _STEP_MAX, _INTEGER_MAX):
        return _refuse("lamport")
    return None


def _forked() -> Verdict:
    return Verdict(refused("forked"), "fork")


def _heard(view: View, line: EventLine, _branch: frozenset[str]) -> Verdict | None:
    """Wait for the newest grant that the author knew: it may have removed a reader of ours.

    One that lies beyond the end of its stream does not count and will never come.
    """
    seen = line.event.seen
    if seen is None or view.head_seq(seen[0]) >= seen[1]:
        return None
    return None if view.is_beyond_end(*seen) else _WAIT


def _granted(view: View, line: EventLine, _branch: frozenset[str]) -> Verdict | None:
    event = line.event
    if event.kind == GENESIS:
        return None
    if event.grant is None:
        return _refuse("schema")
    standing = view.standing(event)
    if standing is Standing.UNKNOWN_GRANT:
        return _WAIT
    if standing in {Standing.FOREIGN_GRANT, Standing.ROLE}:
        return _refuse(standing.value)
    return _refuse("removed") if standing is Standing.ENDED else None


_STEPS: Final[tuple[Callable[[View, EventLine, frozenset[str]], Verdict | None], ...]] = (
    _known,
    _authentic,
    _again,
    _end,
    _linked,
    _heard,
    _granted,
)


def _meaning(view: View, line: EventLine, kinds: Kinds) -> Verdict:
    """Return the verdict on an event that is in its place: what it is, and how it stands."""
    event = line.event
    standing: EventStanding = "valid"
    if view.device(event) == "former" and view.is_held(event):
        standing = "held"
    elif view.standing(event) is Standing.CUT:
        standing = "cut"
    if event.kind in OWN_KINDS:
        return _own(view, line, standing)
    kind = kinds.get(event.kind)
    if kind is not None and kind.cls != event.cls:
        return _refuse("wrong_class")
    if kind is not None and view.row.kind not in kind.documents:
        return _refuse("wrong_document")
    applied = applied_of(event, line.value)
    fate = fate_of(kinds, applied, event.cls, view.row.kind, event.entity)
    word = HELD if standing == "held" else STORED
    return Verdict(QUARANTINED if fate == "quarantined" else word, "store", standing, fate)


def _own(view: View, line: EventLine, standing: EventStanding) -> Verdict:
    event, value = line.event, line.value
    if OWN_KINDS[event.kind] != event.cls:
        return _refuse("wrong_class")
    if value is None:
        return _WAIT  # its content is never dropped; whoever sent it has lost it
    try:
        if event.kind == GENESIS:
            body = parse_genesis(value)
            named = document_id(body.owner, body.kind, body.nonce)
            if body.owner != event.author or named != event.doc or event.seq != 1:
                return _refuse("genesis")
        elif event.kind == GRANT:
            parse_grant(value)
        elif event.kind == CLOSE and parse_close(value).person != event.author:
            return _refuse("foreign_grant")
    except MalformedError as error:
        return _refuse(error.reason)
    if event.kind == GRANT and _too_many(view, value):
        return Verdict(QUARANTINED, "store", standing, "quarantined")
    return Verdict(HELD if standing == "held" else STORED, "store", standing, "own")


def _too_many(view: View, value: Json) -> bool:
    roles = view.membership.roles()
    return value["person"] not in roles and len(roles) >= limit("members")

"""Ideas: one function per thing that a person does with a planned trade.

A private idea is a row and its history; from its first share on every change is an event of its
document, and the row follows the event.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.domain import ideas as rules
from portfolio.domain.errors import DomainError, IdeaError
from portfolio.domain.ideas import IdeaState, RiskReward
from portfolio.domain.money import check_currency, parse_decimal
from portfolio.domain.plan_details import SizingMode
from portfolio.domain.risk_reward import distance
from portfolio.domain.valuation import Quote
from portfolio.events.amounts import AMOUNTS_KEY
from portfolio.events.ideas import IDEA_KEY
from portfolio.events.telling import deleted, difference, updated
from portfolio.services import holdings, quotes, sizing
from portfolio.services.errors import NotAllowedError, NotFoundError, OvertakenError
from portfolio.services.idea_forms import (
    AMOUNTS,
    BLANK,
    BLANK_AMOUNTS,
    DETAILS,
    WRITTEN_AMOUNTS,
    draft_of,
    split,
    stored,
)
from portfolio.services.idea_remains import left_of, made, note_new, write_again
from portfolio.services.permissions import require
from portfolio.services.planner import Planner
from portfolio.services.share_documents import sync_quantities
from portfolio.services.shares import end_sharing
from portfolio.services.undoing import documents, marks, note
from portfolio.services.writes import write_content
from portfolio.storage import erasure, positions
from portfolio.storage.positions import Position
from portfolio.storage.values import instant, new_id

IDEA: Final = "idea"


@dataclass(frozen=True, slots=True)
class Market:
    """The last price of an idea's instrument, and how far it has to go to each level."""

    quote: Quote
    on: date
    to_entry: Decimal | None
    to_stop: Decimal | None
    to_targets: tuple[Decimal | None, ...]


def create(
    planner: Planner, tx: Tx, written: Mapping[str, Any], *, sample: bool = False
) -> Position:
    """Write a new private idea down.

    Raises:
        DomainError: a number that is none, or an idea against the rules (`IdeaError`).
    """
    fields, amounts = split({**BLANK, **BLANK_AMOUNTS, **stored(written)})
    draft = rules.check(draft_of(fields, amounts))
    if amounts["size"] is None and fields.get("sizing"):
        amounts["size"] = sizing.size_of(planner, tx.conn, fields, amounts, sample=sample)
    fields["currency"] = draft.currency
    position = new_id(tx.now, planner.entropy)
    positions.add(
        tx.conn,
        position=position,
        kind=IDEA,
        owner=planner.me.did,
        fields=fields,
        amounts=amounts,
        created=instant(tx.now),
        sample=sample,
    )
    updated(tx, position, planner.me.did, tuple(fields))
    if not sample:
        note_new(planner, tx, position, f"Idea {fields['symbol']} written")
    return get(tx.conn, position)


def get(conn: Connection, position: str) -> Position:
    """Return an idea.

    Raises:
        NotFoundError: there is none of that id, or it is a holding.
    """
    found = positions.get(conn, position)
    if found is None or found.kind != IDEA:
        raise NotFoundError("There is no such idea")
    return found


def revise(planner: Planner, tx: Tx, position: str, patch: Mapping[str, Any]) -> Position:
    """Change the fields that the patch names (RFC 7396: null takes a value away).

    A field that two people wrote at the same time is settled by naming it, even with the value
    that it has.

    Raises:
        NotFoundError, NotAllowedError: not here, or not for my role.
        DomainError: what comes out would be against the rules.
    """
    idea = get(tx.conn, position)
    unsettled = {clash["field"] for clash in idea.conflicts}
    return _write(planner, tx, idea, stored(patch), keep=unsettled & patch.keys())


def rewrite(planner: Planner, tx: Tx, position: str, written: Mapping[str, Any]) -> Position:
    """Put a whole idea in place of another; only fields that differ are written.

    Raises:
        NotFoundError, NotAllowedError, DomainError: as `revise`.
    """
    idea = get(tx.conn, position)
    blank = {**dict.fromkeys(DETAILS), **BLANK}
    del blank["state"]  # left out, it stays where it is
    amounts = dict.fromkeys(WRITTEN_AMOUNTS) if idea.amounts is not None else {}
    return _write(planner, tx, idea, {**blank, **amounts, **stored(written)}, keep=frozenset())


def move(planner: Planner, tx: Tx, position: str, to: IdeaState) -> Position:
    """Take an idea to another state.

    Raises:
        NotFoundError, NotAllowedError: not here, or not for my role.
        TransitionError: the step is not allowed from here, or not yet.
    """
    return revise(planner, tx, position, {"state": to.value})


def remove(planner: Planner, tx: Tx, position: str) -> None:
    """Delete my own idea: take back every share, then erase it here.

    Raises:
        NotFoundError, NotAllowedError: not here, or not mine.
    """
    idea = get(tx.conn, position)
    if idea.owner != planner.me.did:
        raise NotAllowedError("Only its owner can delete it; you can leave it")
    left = left_of(planner, tx, idea)
    end_sharing(planner, tx, idea)
    erasure.erase_position(tx, position)
    deleted(tx, position, planner.me.did)
    if not idea.sample:
        said = f"Idea {idea.fields.get('symbol')} deleted"
        note(planner, tx, "idea.deleted", said, left, secret=idea.doc is not None)


def revert(planner: Planner, tx: Tx, step: Mapping[str, Any]) -> None:
    """Undo what was noted of an idea: its creation, a change, or its deletion.

    A deleted idea comes back as a new one that nobody sees.

    Raises:
        OvertakenError: it was changed again, or shared, since.
        NotFoundError, NotAllowedError: it is not here any more, or not for my role.
    """
    if "left" in step:
        write_again(planner, tx, step["left"])
        return
    position = step["position"]
    idea = get(tx.conn, position)
    if "made" in step:
        if made(tx.conn, position) != step["made"] or idea.doc is not None:
            raise OvertakenError("This idea was changed or shared since")
        remove(planner, tx, position)
        return
    now = {**idea.fields, **(idea.amounts or {})}
    if any(now.get(name) != value for name, value in step["now"].items()):
        raise OvertakenError("This idea was changed again")
    allow_edit(idea)
    _store(planner, tx, idea, *split({**now, **step["was"]}), keep=frozenset())


def allow_edit(idea: Position) -> None:
    """Check that my role lets me change it.

    Raises:
        NotAllowedError: it does not.
    """
    require(idea.role, "edit", "You may read this, but not change it")


def figures(idea: Position) -> RiskReward | None:
    """Return risk and reward of an idea, or None where they cannot be computed."""
    try:
        return rules.figures(draft_of(idea.fields, idea.amounts))
    except (DomainError, ValueError):
        return None


def market(planner: Planner, idea: Position) -> Market | None:
    """Return where the market stands beside an idea; None without a price in its currency."""
    fields = idea.fields
    on = holdings.valuation_day(planner, sample_ledger=idea.sample)
    known = planner.prices.of(sample=idea.sample)
    quote = quotes.market(known, fields.get("symbol") or "", fields.get("currency") or "", on)
    if quote is None:
        return None
    levels = [fields.get("entry"), fields.get("stop"), *(fields.get("targets") or ())]
    entry, stop, *targets = (_distance(quote.price, level) for level in levels)
    return Market(quote, on, entry, stop, tuple(targets))


def _distance(price: Decimal, level: str | None) -> Decimal | None:
    try:
        return None if level is None else distance(price, parse_decimal(level))
    except DomainError:  # a friend's planner may send anything
        return None


def _write(
    planner: Planner,
    tx: Tx,
    idea: Position,
    patch: Mapping[str, Any],
    *,
    keep: AbstractSet[str],
) -> Position:
    allow_edit(idea)
    shown = idea.amounts is not None
    cleared = {name: BLANK.get(name) if value is None else value for name, value in patch.items()}
    if not shown:
        cleared.pop("leg_quantities", None)  # they count as a ratio then
        if any(cleared.get(name) is not None for name in AMOUNTS):
            raise NotAllowedError("Its amounts are not shared with you")
    merged = {**idea.fields, **(idea.amounts or {}), **cleared}
    if "portions" not in patch and not _is_as_long(merged, "portions", "targets"):
        merged["portions"] = None  # they were those of other targets
    fields, amounts = split(merged)
    _check_change(idea, fields, amounts)
    if "currency" in cleared:
        fields["currency"] = check_currency(fields["currency"])
    if _is_sized_anew(planner, idea, fields, cleared):
        amounts["size"] = sizing.size_of(planner, tx.conn, fields, amounts, sample=idea.sample)
    return _store(planner, tx, idea, fields, amounts, keep=keep)


def _store(
    planner: Planner,
    tx: Tx,
    idea: Position,
    fields: Mapping[str, Any],
    amounts: Mapping[str, Any],
    *,
    keep: AbstractSet[str],
) -> Position:
    """Write what differs, where the idea is kept."""
    diff = difference(idea.fields, fields)
    changed = {one["field"]: one["to"] for one in diff} | {name: fields[name] for name in keep}
    if changed:
        _write_fields(planner, tx, idea, fields, changed)
    sums = difference(idea.amounts, amounts) if idea.amounts is not None else []
    if sums:
        _write_amounts(planner, tx, idea, amounts, {one["field"]: one["to"] for one in sums})
        sync_quantities(planner, tx, idea.id)
    if not changed and not sums:
        return idea
    if diff or sums:
        _note_change(planner, tx, idea, [*diff, *sums])
    return get(tx.conn, idea.id)


def _note_change(
    planner: Planner, tx: Tx, idea: Position, diff: Sequence[Mapping[str, Any]]
) -> None:
    if idea.sample:
        return
    step = {
        "kind": IDEA,
        "position": idea.id,
        "was": {one["field"]: one["from"] for one in diff},
        "now": {one["field"]: one["to"] for one in diff},
        "marks": marks(planner, tx.conn, documents([idea])),
    }
    note(planner, tx, "idea.changed", f"Idea {idea.fields.get('symbol')} changed", step)


def _is_as_long(written: Mapping[str, Any], one: str, other: str) -> bool:
    return len(written.get(one) or ()) == len(written.get(other) or ())


def _is_sized_anew(
    planner: Planner, idea: Position, fields: Mapping[str, Any], cleared: Mapping[str, Any]
) -> bool:
    rule = fields.get("sizing") or {}
    return (
        idea.owner == planner.me.did
        and cleared.get("size") is None
        and rule.get("mode") in {SizingMode.PERCENT, SizingMode.RISK}
        and any(fields.get(name) != idea.fields.get(name) for name in sizing.DEPENDS_ON)
    )


def _check_change(idea: Position, fields: Mapping[str, Any], amounts: Mapping[str, Any]) -> None:
    """Raise what this change makes wrong; faults that stood there before are not its own."""
    after = draft_of(fields, amounts)
    try:
        before = draft_of(idea.fields, idea.amounts)
    except (DomainError, ValueError):
        rules.check(after)
        return
    if after.state is not before.state:
        rules.transition(replace(after, state=before.state), after.state)
    old = rules.validate(before)
    problems = [problem for problem in rules.validate(after) if problem not in old]
    if problems:
        raise IdeaError(problems)


def _write_fields(
    planner: Planner,
    tx: Tx,
    idea: Position,
    fields: Mapping[str, Any],
    changed: Mapping[str, Any],
) -> None:
    if idea.doc is not None:
        content = write_content(planner, tx.conn, idea.doc, IDEA_KEY, changed)
        planner.log.append(tx, idea.doc, "idea.changed/1", content)
        return
    now = instant(tx.now)
    me = planner.me.did
    positions.save(tx.conn, idea.id, fields=fields, updated=now)
    diff = difference(idea.fields, fields)
    positions.add_changes(tx.conn, idea.id, who=me, at=now, diff=diff)
    updated(tx, idea.id, me, tuple(changed))


def _write_amounts(
    planner: Planner,
    tx: Tx,
    idea: Position,
    amounts: Mapping[str, Any],
    changed: Mapping[str, Any],
) -> None:
    if idea.owner != planner.me.did and idea.amounts_doc is None:
        raise NotAllowedError("You may see how many, but not change it")
    if idea.amounts_doc is not None:
        require(idea.amounts_role, "edit", "You may see its amounts, but not change them")
        content = write_content(planner, tx.conn, idea.amounts_doc, AMOUNTS_KEY, changed)
        planner.log.append(
            tx, idea.amounts_doc, "amounts.changed/1", {**content, "plan": idea.doc}
        )
        return
    now = instant(tx.now)
    me = planner.me.did
    positions.save_amounts(tx.conn, idea.id, amounts, now)
    diff = difference(idea.amounts, amounts)
    positions.add_changes(tx.conn, idea.id, who=me, at=now, diff=diff)
    updated(tx, idea.id, me, tuple(changed))

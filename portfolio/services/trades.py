"""An idea carried out: its fills are transactions of mine, and its result is told in R.

The plan as it was when the trade was opened stands in the idea's `result`: R is measured by it,
however the stop is moved later. What all members see of the result is R alone; prices, fees and
fills are amounts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.domain import money
from portfolio.domain.errors import DomainError
from portfolio.domain.ideas import IdeaState, Side
from portfolio.domain.money import ZERO, format_decimal, parse_decimal
from portfolio.domain.plan_details import worst_entry
from portfolio.domain.trade_result import Execution, Planned, TradeResult, trade_result
from portfolio.domain.transactions import Kind
from portfolio.services import ideas, transactions
from portfolio.services.errors import ConflictError, NotAllowedError, RuleError
from portfolio.services.idea_forms import draft_of
from portfolio.services.planner import Planner
from portfolio.storage import idea_links, positions, settings
from portfolio.storage import transactions as ledger
from portfolio.storage.positions import Position
from portfolio.storage.values import instant

ENTRY_KINDS: Final[Mapping[Side, Kind]] = {Side.LONG: Kind.BUY, Side.SHORT: Kind.SHORT}
EXIT_KINDS: Final[Mapping[Side, Kind]] = {Side.LONG: Kind.SELL, Side.SHORT: Kind.COVER}
OPENING: Final = frozenset(kind.value for kind in ENTRY_KINDS.values())
FILL_TEXTS: Final = ("kind", "date", "time", "quantity", "price", "fee", "tax")
_R_PLACES: Final = 4
_PRICE_PLACES: Final = 12
_SEEN: Final = "trades"  # the revision of the ledger that results were last brought to


@dataclass(frozen=True, slots=True)
class Traded:
    """What came of an idea. `sums` and `fills` are None where its amounts are not shown."""

    opened: str | None
    closed: str | None
    r: str | None
    plan_r: str | None
    sums: TradeResult | None
    fills: tuple[Mapping[str, Any], ...] | None


def enter(planner: Planner, tx: Tx, position: str, fills: Sequence[Mapping[str, Any]]) -> Position:
    """Trigger a ready idea into a position, or add entries to an open one.

    Raises:
        NotFoundError, NotAllowedError: not here, or not mine.
        TransitionError: it is not ready.
        DomainError, RuleError: a fill that is not right.
    """
    idea = _tradable(planner, tx.conn, position)
    if not fills and idea.fields.get("state") == IdeaState.OPEN:
        raise RuleError("Name the fills to add", field="fills")
    known = idea.fields.get("result") if _is_open(idea) else None
    if known is None:  # a trade of its own, whatever came of an earlier one
        idea_links.unlink(tx.conn, idea.id)
    _record(planner, tx, idea, fills, ENTRY_KINDS[_side(idea)])
    planned = known or _plan(tx, idea, fills)
    return _tell(planner, tx, idea, planned, IdeaState.OPEN)


def leave(planner: Planner, tx: Tx, position: str, fills: Sequence[Mapping[str, Any]]) -> Position:
    """Take some of an open idea off, or all: with nothing left of it, it is closed.

    Raises:
        NotFoundError, NotAllowedError: not here, or not mine.
        ConflictError: it is not open, or nothing is named while some of it is held.
        DomainError, RuleError: a fill that is not right.
    """
    idea = _tradable(planner, tx.conn, position)
    if not _is_open(idea):
        raise ConflictError("Only an open idea can be closed with fills")
    _record(planner, tx, idea, fills, EXIT_KINDS[_side(idea)])
    planned = idea.fields.get("result") or {}
    sums = _measured(idea, planned, _executions(tx.conn, idea)) if planned else None
    if not fills and sums is not None and sums.left:
        left = format_decimal(money.tidy(sums.left))
        raise ConflictError(f"{left} of it is still held; name the fills that closed it")
    over = sums is None or not sums.left
    return _tell(planner, tx, idea, planned, IdeaState.CLOSED if over else IdeaState.OPEN)


def attend(planner: Planner, tx: Tx) -> None:
    """Bring results to what the ledger says, after its transactions were changed or undone."""
    revision = ledger.revision(tx.conn)
    if settings.read(tx.conn, _SEEN, 0) == revision:
        return
    for position in idea_links.traded(tx.conn):
        idea = positions.get(tx.conn, position)
        planned = None if idea is None else idea.fields.get("result")
        if idea is not None and planned and idea.owner == planner.me.did:
            _tell(planner, tx, idea, planned, IdeaState(idea.fields["state"]))
    settings.write(tx.conn, _SEEN, revision)


def result(conn: Connection, idea: Position) -> Traded | None:
    """Return plan against actual of an idea that was opened, None before."""
    planned = idea.fields.get("result")
    if not planned:
        return None
    fills: tuple[Mapping[str, Any], ...] | None = None
    if idea.role == "owner":
        fills = tuple(_executions(conn, idea))
    elif idea.detail == "amounts":
        fills = tuple((idea.amounts or {}).get("fills") or ())
    sums = None if fills is None else _sums(idea, planned, fills)
    return Traded(
        opened=planned.get("opened"),
        closed=planned.get("closed"),
        r=planned.get("r"),
        plan_r=planned.get("plan_r"),
        sums=sums,
        fills=fills,
    )


def open_quantity(conn: Connection, idea: Position) -> tuple[Decimal, Decimal] | None:
    """Return what is held for an idea of mine and its average entry, by its fills."""
    sums = _sums(idea, idea.fields.get("result") or {}, _executions(conn, idea))
    return None if sums is None else (sums.left, sums.entry_price)


def _tradable(planner: Planner, conn: Connection, position: str) -> Position:
    idea = ideas.get(conn, position)
    if idea.owner != planner.me.did:
        raise NotAllowedError("Only its owner can trade it; copy it as your own idea")
    if idea.sample:
        raise ConflictError("The sample stands still; copy the idea as your own first")
    return idea


def _record(
    planner: Planner, tx: Tx, idea: Position, fills: Sequence[Mapping[str, Any]], kind: Kind
) -> None:
    usual = {
        "symbol": idea.fields.get("symbol"),
        "currency": idea.fields.get("currency"),
        "account": (idea.amounts or {}).get("account") or "",
        "date": tx.now.date().isoformat(),
    }
    for fill in fills:
        stated = {name: value for name, value in fill.items() if value is not None}
        made = transactions.record(planner, tx, {**usual, **stated, "kind": kind.value})
        idea_links.link(tx.conn, idea.id, made.value.id)


def _plan(tx: Tx, idea: Position, fills: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the plan as it is at this moment: what R is measured by from now on."""
    draft = draft_of(idea.fields, idea.amounts)
    entry = worst_entry(draft.side, draft.entry, draft.details)
    if entry is None and fills:  # at the market: the plan is what the first fills were
        rows = [_execution(_row(tx, fill, opens=True)) for fill in fills]
        with money.exact():
            worth = sum((one.price * one.quantity for one in rows), ZERO)
            entry = worth / sum((one.quantity for one in rows), ZERO)
    figures = ideas.figures(idea)
    return {
        "opened": instant(tx.now),
        "entry": None if entry is None else _rounded(entry, _PRICE_PLACES),
        "stop": None if draft.stop is None else _rounded(draft.stop, _PRICE_PLACES),
        "plan_r": _rounded(figures.rr) if figures is not None and figures.rr else None,
    }


def _row(tx: Tx, fill: Mapping[str, Any], *, opens: bool) -> dict[str, Any]:
    return {"date": tx.now.date().isoformat(), **fill, "kind": "buy" if opens else "sell"}


def _tell(
    planner: Planner, tx: Tx, idea: Position, planned: Mapping[str, Any], to: IdeaState
) -> Position:
    """Write state, result and, for those who may see them, fills; in that order."""
    fills = _executions(tx.conn, idea)
    sums = _sums(idea, planned, fills)
    told = dict(planned)
    if sums is not None:
        told["opened"] = instant(sums.opened)
    told["r"] = None if sums is None or sums.r is None else _rounded(sums.r)
    told["closed"] = None
    if to is IdeaState.CLOSED:
        left = planned.get("closed") or instant(tx.now)
        told["closed"] = left if sums is None else instant(sums.last)
    patch: dict[str, Any] = {"state": to.value, "result": told}
    shown = [{name: one[name] for name in FILL_TEXTS if one.get(name)} for one in fills]
    return ideas.revise(planner, tx, idea.id, {**patch, "fills": shown or None})


def _executions(conn: Connection, idea: Position) -> list[dict[str, Any]]:
    found = idea_links.executions(conn, idea.id)
    rows = [{**transactions.as_written(one), "transaction_id": one.value.id} for one in found]
    return sorted(rows, key=lambda row: (row["date"], row.get("time") or ""))


def _sums(
    idea: Position, planned: Mapping[str, Any], fills: Sequence[Mapping[str, Any]]
) -> TradeResult | None:
    """Return the figures of fills beside the plan; None where a friend's make no sense."""
    try:
        return _measured(idea, planned, fills)
    except (DomainError, ValueError, KeyError, TypeError):
        return None


def _measured(
    idea: Position, planned: Mapping[str, Any], fills: Sequence[Mapping[str, Any]]
) -> TradeResult | None:
    if planned.get("entry") is None or planned.get("stop") is None:
        return None
    entry, stop = parse_decimal(planned["entry"]), parse_decimal(planned["stop"])
    plan = Planned(_side(idea), entry, stop)
    return trade_result(plan, [_execution(fill) for fill in fills]) if plan.risk else None


def _execution(fill: Mapping[str, Any]) -> Execution:
    def number(name: str) -> Decimal:
        return parse_decimal(fill[name], field=name) if fill.get(name) else ZERO

    at = time.fromisoformat(fill["time"]) if fill.get("time") else time()
    return Execution(
        at=datetime.combine(date.fromisoformat(fill["date"]), at, UTC),
        opens=fill["kind"] in OPENING,
        quantity=number("quantity"),
        price=number("price"),
        fees=money.total(number("fee"), number("tax")),
    )


def _side(idea: Position) -> Side:
    return Side(idea.fields.get("side") or "")


def _is_open(idea: Position) -> bool:
    return idea.fields.get("state") == IdeaState.OPEN


def _rounded(value: Decimal, places: int = _R_PLACES) -> str:
    return format_decimal(money.tidy(money.rounded(value, places)))

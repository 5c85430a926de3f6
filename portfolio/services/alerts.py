"""Alerts: the price of an idea of mine comes near its entry, its stop or a target.

Before the trade the entry counts, in it the stop and the targets. Told once for each approach:
a level is told again only after the price was `AWAY` times the distance from it, or the level was
moved. The sample's ideas are measured on the sample's day and in its prices.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.domain.errors import AmountError, DomainError
from portfolio.domain.ideas import IdeaState
from portfolio.domain.money import format_decimal, parse_decimal, product
from portfolio.domain.quotes import Quote
from portfolio.domain.risk_reward import distance
from portfolio.events.telling import Teller
from portfolio.services import ideas
from portfolio.services.holdings import percent
from portfolio.services.planner import Planner
from portfolio.services.profile import read_preferences
from portfolio.storage import alerts, positions
from portfolio.storage.positions import Position

AWAY: Final = Decimal("1.5")
BEFORE_THE_TRADE: Final = frozenset({IdeaState.WATCHING, IdeaState.READY})


@dataclass(frozen=True, slots=True)
class Near:
    """A level that a price is near; `key` names the level."""

    key: str
    field: str
    level: str
    quote: Quote


def attend(planner: Planner, tx: Tx, changed: Iterable[str] | None = None) -> None:
    """Tell of levels that prices came near; of some ideas, or all of mine."""
    preferences = read_preferences(tx.conn)
    if not preferences.alerts:
        return
    try:
        near = parse_decimal(preferences.alert_percent)
    except AmountError:
        return
    for idea in _mine(planner, tx.conn, changed):
        _attend(planner, tx, idea, near)


def _mine(planner: Planner, conn: Connection, changed: Iterable[str] | None) -> Iterator[Position]:
    if changed is None:
        yield from positions.live_ideas(conn, planner.me.did)
        return
    for position in changed:
        found = positions.get(conn, position)
        if found is not None and found.kind == "idea" and found.owner == planner.me.did:
            yield found


def _attend(planner: Planner, tx: Tx, idea: Position, near: Decimal) -> None:
    told = alerts.told(tx.conn, idea.id)
    levels = dict(_distances(planner, idea))
    for key in told - {one.key for one in levels}:
        alerts.forget(tx.conn, idea.id, key)
    for one, away in levels.items():
        if one.key in told:
            if away > product(near, AWAY):
                alerts.forget(tx.conn, idea.id, one.key)
        elif away <= near:
            alerts.remember(tx.conn, idea.id, one.key)
            _tell(planner, tx, idea, one)


def _distances(planner: Planner, idea: Position) -> Iterator[tuple[Near, Decimal]]:
    state = idea.fields.get("state")
    if state in BEFORE_THE_TRADE:
        named = [("entry", idea.fields.get("entry"))]
        if idea.fields.get("entry_to"):
            named.append(("entry", idea.fields["entry_to"]))
    elif state == IdeaState.OPEN:
        named = [("stop", idea.fields.get("stop"))]
        named += [("target", target) for target in idea.fields.get("targets") or ()]
    else:
        return
    market = ideas.market(planner, idea)
    if market is None:
        return
    for field, level in named:
        away = _away(market.quote.price, level)
        if away is not None:
            yield Near(f"{field} {level}", field, level or "", market.quote), away


def _away(price: Decimal, level: str | None) -> Decimal | None:
    try:
        share = None if level is None else distance(price, parse_decimal(level))
    except DomainError:  # an editor's planner may send anything
        return None
    found = percent(share)
    return None if found is None else abs(found)


def _tell(planner: Planner, tx: Tx, idea: Position, one: Near) -> None:
    quote = one.quote
    changes = [
        {"field": one.field, "from": format_decimal(quote.price), "to": one.level},
        {"field": "price_date", "from": quote.source, "to": quote.on.isoformat()},
    ]
    Teller(planner.me.did, planner.entropy).happened(
        tx,
        f"near_{one.field}",
        planner.me.did,
        position=idea.id,
        changes=changes,
        notify=True,
    )

"""Holdings: what is owned, derived from the transactions each time it is asked for.

My own are valued with the packaged prices as of today, those of the sample as of the day on
which the sample stands still. A friend's holding is the snapshot they sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import methodcaller
from typing import Any, Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio import sample
from portfolio.domain import money
from portfolio.domain.valuation import Valuation, Valued
from portfolio.events.amounts import AMOUNTS_KEY
from portfolio.events.telling import difference, updated
from portfolio.services.planner import Planner
from portfolio.services.writes import write_content
from portfolio.storage import positions, sharing
from portfolio.storage.positions import SOLD, Position
from portfolio.storage.values import instant, new_id

HOLDING: Final = "holding"
HELD: Final = "held"
Worths = Mapping[tuple[str, str], Valued]
_PERCENT_PLACES: Final = 2


@dataclass(frozen=True, slots=True)
class Holding:
    """A holding with its worth on a day. `worth` is None for a friend's."""

    position: Position
    as_of: date | None
    worth: Valued | None


@dataclass(frozen=True, slots=True)
class OpenLot:
    """What is left of one purchase, or, below zero, of one short sale."""

    on: date
    quantity: Decimal
    cost: Decimal
    gain: Decimal | None


def lots(found: Holding) -> list[OpenLot]:
    """Return the open lots of a holding of mine, the oldest first."""
    if found.worth is None:
        return []
    held, quote = found.worth.position, found.worth.quote
    shown = [(lot.acquired, lot.quantity, lot.total) for lot in held.lots]
    with money.exact():
        shown += [(lot.acquired, -lot.quantity, lot.charges - lot.cost) for lot in held.short_lots]
        return [
            OpenLot(on, quantity, cost, None if quote is None else quantity * quote.price - cost)
            for on, quantity, cost in sorted(shown)
        ]


def place(
    planner: Planner, tx: Tx, *, symbol: str, account: str, currency: str, sample: bool = False
) -> Position:
    """Return my holding of an instrument in an account, begun when it is new."""
    me = planner.me.did
    found = positions.holding_of(tx.conn, owner=me, symbol=symbol, account=account)
    if found is not None:
        return found
    position = new_id(tx.now, planner.entropy)
    positions.add(
        tx.conn,
        position=position,
        kind=HOLDING,
        owner=me,
        fields={"symbol": symbol, "currency": currency, "state": SOLD},
        amounts={"account": account},
        created=instant(tx.now),
        sample=sample,
    )
    added = positions.get(tx.conn, position)
    assert added is not None  # noqa: S101 - stored a line above
    return added


def valued(planner: Planner, conn: Connection, found: Iterable[Position]) -> list[Holding]:
    """Return holdings with their worth; each ledger is valued once, however many are asked for."""
    me = planner.me.did
    ledgers: dict[bool, dict[tuple[str, str], Valued]] = {}
    shown = []
    for one in found:
        if one.owner != me:
            shown.append(Holding(one, None, None))
            continue
        if one.sample not in ledgers:
            ledgers[one.sample] = by_place(_valuation(planner, conn, sample_ledger=one.sample))
        worth = ledgers[one.sample].get((one.fields["symbol"], one.account))
        shown.append(Holding(one, valuation_day(planner, sample_ledger=one.sample), worth))
    return shown


async def prepare(planner: Planner) -> None:
    """Value both ledgers in a thread, so that `valued` finds them done."""
    for of_sample in (False, True):
        on = valuation_day(planner, sample_ledger=of_sample)
        value = methodcaller("valuation", on)
        await planner.books.figure(planner.reader, value, sample=of_sample)


def valuation_day(planner: Planner, *, sample_ledger: bool) -> date:
    """Return the day that ages, gains and returns are taken to."""
    return sample.AS_OF if sample_ledger else planner.clock().date()


def snapshot(
    planner: Planner, tx: Tx, position: str, worths: Worths | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a holding's document says, and what its amounts document says.

    `worths` is the ledger of this transaction as it is valued, where the caller has it.
    """
    found = positions.get(tx.conn, position)
    assert found is not None  # noqa: S101 - the caller holds it in this transaction
    if worths is None:
        (holding,) = valued(planner, tx.conn, [found])
        worth = holding.worth
    else:
        worth = worths.get((found.fields["symbol"], found.account))
    fields: dict[str, Any] = {
        "symbol": found.fields["symbol"],
        "currency": found.fields["currency"],
        "state": SOLD,
    }
    amounts: dict[str, Any] = {"account": found.account}
    if worth is None:
        return fields, amounts
    fields["currency"] = worth.position.currency or fields["currency"]
    fields["state"] = HELD if worth.position.quantity else SOLD
    fields["since"] = worth.position.first.isoformat()
    if worth.quote is not None:
        fields["price"] = money.format_decimal(worth.quote.price)
        fields["price_date"] = worth.quote.on.isoformat()
    fields["return_percent"] = text(return_percent(worth))
    fields["weight_percent"] = text(percent(worth.weight))
    amounts |= {
        "quantity": text(worth.position.quantity),
        "cost": text(worth.position.cost),
        "value": text(worth.value),
        "income": text(worth.position.income),
    }
    return fields, amounts


def refresh(planner: Planner, tx: Tx, position: str, worths: Worths | None = None) -> None:
    """Bring a holding's row, and its documents once it is shared, to what the ledger says now.

    `worths` as for `snapshot`.
    """
    found = positions.get(tx.conn, position)
    if found is None:
        return
    fields, amounts = snapshot(planner, tx, position, worths)
    if difference(found.fields, fields):
        if found.doc is None:
            positions.save(tx.conn, position, fields=fields, updated=instant(tx.now))
        else:
            until = sharing.terms_of(tx.conn, found.doc)
            content = {"created": found.created, "fields": fields, "until": until}
            planner.log.append(tx, found.doc, "holding.updated/1", content)
    sums = difference(found.amounts, amounts)
    if sums and found.amounts_doc is not None:
        changed = {one["field"]: one["to"] for one in sums}
        content = write_content(planner, tx.conn, found.amounts_doc, AMOUNTS_KEY, changed)
        planner.log.append(
            tx, found.amounts_doc, "amounts.changed/1", {**content, "plan": found.doc}
        )
    elif sums:
        positions.save_amounts(tx.conn, position, amounts, instant(tx.now))
    if found.doc is None:
        updated(tx, position, planner.me.did, ("quantity",))


def return_percent(worth: Valued) -> Decimal | None:
    """Return gain before sales and income as a percentage of what was paid."""
    cost = worth.position.cost
    if worth.unrealised is None or not cost:
        return None
    return percent(money.quotient(worth.unrealised, cost))


def percent(share: Decimal | None) -> Decimal | None:
    """Return a fraction as a percentage with two decimals."""
    if share is None:
        return None
    with money.exact():
        return money.rounded(share * money.HUNDRED, _PERCENT_PLACES)


def text(value: Decimal | None) -> str | None:
    """Return a computed figure as text."""
    return None if value is None else money.format_decimal(money.tidy(value))


def _valuation(planner: Planner, conn: Connection, *, sample_ledger: bool) -> Valuation:
    on = valuation_day(planner, sample_ledger=sample_ledger)
    return planner.books.at(conn, sample=sample_ledger).valuation(on)


def by_place(valuation: Valuation) -> dict[tuple[str, str], Valued]:
    """Return what is worth what by (symbol, account)."""
    return {(one.position.instrument, one.position.account): one for one in valuation.positions}

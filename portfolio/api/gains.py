"""Open lots and realised gains, one line each, by the method that is asked for."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field

from portfolio.api.context import Context
from portfolio.api.fields import LIMIT_DEFAULT, CursorByNumber, Limit, Out, ascii_digits
from portfolio.api.figures import amount
from portfolio.api.ideas import Account, Symbol
from portfolio.api.op import op
from portfolio.api.paging import Page, page, read_cursor
from portfolio.api.performance import Method
from portfolio.api.positions import Day
from portfolio.domain.lots import Lot
from portfolio.domain.money import ZERO
from portfolio.domain.returns import NoNumber
from portfolio.services import gains, performance
from portfolio.services.holdings import text

Year = Annotated[int, Field(ge=1900, le=2200), BeforeValidator(ascii_digits)]
T = TypeVar("T")


class OpenLot(Out):
    """What is left of one purchase; of a short sale, below zero."""

    symbol: str
    account: str
    currency: str
    date: str
    transaction: str
    quantity: str
    cost: str = Field(description="with the charges of the purchase")
    unit_cost: str
    value: str | None
    gain: str | None
    days: int = Field(description="held so far")
    reason: str | None = Field(description="why there is no value")


class Taken(Out):
    """What a sale took of one purchase."""

    date: str
    transaction: str
    quantity: str
    cost: str
    charges: str
    days: int = Field(description="held")


class Gain(Out):
    """One sale, or the buying back of what was sold short (side short), and the lots it took.

    gain = (proceeds - cost) - charges - charges of the lots; of a short, proceeds is what buying
    back cost, cost what the short sale brought, and the difference the other way round.
    """

    symbol: str
    account: str
    currency: str
    side: Literal["long", "short"]
    date: str
    transaction: str
    quantity: str
    proceeds: str
    charges: str
    cost: str
    lot_charges: str
    gain: str
    gain_converted: str | None
    reason: str | None
    lots: tuple[Taken, ...]


class Total(Out):
    """Gains in one currency."""

    currency: str
    gain: str


class Gains(Out):
    """Realised gains, the oldest first, and the sums over all pages."""

    sample: bool
    currency: str
    year: int | None
    method: Method | None = Field(description="null: as each account says")
    items: tuple[Gain, ...]
    next: str | None
    totals: tuple[Total, ...]
    total: str | None = Field(description="in the currency of the answer, at the days' rates")
    reasons: dict[str, str]


@op("GET", "/lots", errors=("rule",))
async def list_lots(
    context: Context,
    *,
    symbol: Symbol | None = None,
    account: Account | None = None,
    method: Method | None = None,
    on: Day | None = None,
    sample: bool | None = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: CursorByNumber | None = None,
) -> Page[OpenLot]:
    """List what is left of each purchase, by instrument and account, the oldest first."""
    question = await performance.question(
        context.planner,
        sample=sample, start=None, end=on, account=account, symbol=symbol, method=method,
    )  # fmt: skip
    found = await gains.lots(context.planner, question)
    return page(
        _from(found, cursor, limit),
        limit,
        item=lambda row: _lot(row[1], question),
        key=lambda row: (row[0] + 1,),
    )


@op("GET", "/gains", errors=("rule",))
async def list_gains(
    context: Context,
    *,
    year: Year | None = None,
    symbol: Symbol | None = None,
    account: Account | None = None,
    method: Method | None = None,
    sample: bool | None = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: CursorByNumber | None = None,
) -> Gains:
    """List what sales gained, in one year or in all."""
    question = await performance.question(
        context.planner,
        sample=sample,
        start=None if year is None else f"{year}-01-01",
        end=None if year is None else f"{year}-12-31",
        account=account, symbol=symbol, method=method,
    )  # fmt: skip
    found = await gains.gains(context.planner, question)
    shown = page(
        _from(found.items, cursor, limit),
        limit,
        item=lambda row: _gain(row[1]),
        key=lambda row: (row[0] + 1,),
    )
    whole = found.sums.converted
    return Gains.model_validate(
        {
            "sample": question.asked.sample,
            "currency": question.asked.currency,
            "year": year,
            "method": None if question.method is None else question.method.value,
            "items": shown.items,
            "next": shown.next,
            "totals": [
                {"currency": code, "gain": text(gain)} for code, gain in found.sums.own.items()
            ],
            "total": amount(whole),
            "reasons": {"total": whole.reason} if isinstance(whole, NoNumber) else {},
        }
    )


def _from(found: Sequence[T], cursor: str | None, limit: int) -> list[tuple[int, T]]:
    start = read_cursor(cursor, int)
    skipped = 0 if start is None else max(0, int(start[0]))
    return list(enumerate(found[skipped : skipped + limit + 1], skipped))


def _lot(found: gains.OpenLot, question: performance.Question) -> OpenLot:
    value = found.value
    gained = None if isinstance(value, NoNumber) else value - found.cost
    return OpenLot.model_validate(
        {
            "symbol": found.position.instrument,
            "account": found.position.account,
            "currency": found.position.currency,
            "date": found.lot.acquired.isoformat(),
            "transaction": found.lot.id,
            "quantity": text(found.quantity),
            "cost": text(found.cost),
            "unit_cost": text(found.cost / found.quantity),
            "value": amount(value),
            "gain": text(gained),
            "days": (question.end - found.lot.acquired).days,
            "reason": value.reason if isinstance(value, NoNumber) else None,
        }
    )


def _gain(found: gains.Gain) -> Gain:
    sale, converted = found.sale, found.converted
    return Gain.model_validate(
        {
            "symbol": found.position.instrument,
            "account": found.position.account,
            "currency": found.position.currency,
            "side": sale.side.value,
            "date": sale.on.isoformat(),
            "transaction": sale.transaction,
            "quantity": text(sale.quantity),
            "proceeds": text(sale.value),
            "charges": text(sale.charges),
            "cost": text(sum((lot.cost for lot in sale.lots), ZERO)),
            "lot_charges": text(sum((lot.charges for lot in sale.lots), ZERO)),
            "gain": text(sale.gain),
            "gain_converted": amount(converted),
            "reason": converted.reason if isinstance(converted, NoNumber) else None,
            "lots": [_taken(lot, found) for lot in sale.lots],
        }
    )


def _taken(lot: Lot, found: gains.Gain) -> dict[str, Any]:
    return {
        "date": lot.acquired.isoformat(),
        "transaction": lot.id,
        "quantity": text(lot.quantity),
        "cost": text(lot.cost),
        "charges": text(lot.charges),
        "days": (found.sale.on - lot.acquired).days,
    }


ROUTES = (list_lots, list_gains)

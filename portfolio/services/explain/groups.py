"""Explainers of income, allocation and realised gains."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import get_args

from portfolio.domain.explain import Explanation, Term, keyed, number
from portfolio.domain.explain_position import PositionTold
from portfolio.domain.explain_rows import added, balanced
from portfolio.domain.income import KEYS, PAYING, entries
from portfolio.domain.ledger import Disposal, Position
from portfolio.domain.lots import Lot
from portfolio.domain.transactions import Kind, Transaction
from portfolio.services.allocation import By, allocation_of, assets_of, groups
from portfolio.services.errors import NotFoundError, RuleError
from portfolio.services.explain.desk import Desk
from portfolio.services.explain.shares import picked
from portfolio.services.performance import averaged, positions_at

_BY: Mapping[str, By] = {name: name for name in get_args(By)}


def income(desk: Desk, name: str, *, total: bool = False, own: bool = False) -> Explanation:
    """Explain what was paid in a group (`by`, `key`), or in all; `own`: in one `currency`."""
    rows = entries(desk.book.rows, desk.question.start, desk.question.end)
    if not total:
        by = desk.ask.need("by")
        if by not in KEYS:
            raise RuleError("Income goes by month, year, symbol or account", field="by")
        rows = [row for row in rows if KEYS[by](row) == desk.ask.need("key")]
    if own:
        currency = desk.ask.need("currency")
        desk.told = desk.told.own(currency)
        rows = [row for row in rows if row.currency == currency]
    for row in rows:
        term = _entry(desk, row, name)
        if term is not None:
            term = desk.told.converted(term, row.currency, row.on)
            desk.told.sheet.step(keyed(f"{name}_paid", desk.told.key(row)), term)
    return desk.explained(desk.told.sheet.total(f"{name}_paid"), _INCOME[name])


def _entry(desk: Desk, row: Transaction, name: str) -> Term | None:
    gross = desk.told.gross(row)
    if name == "net":
        return (
            desk.told.charged(row, -1)
            if row.kind in PAYING
            else balanced([(-1, desk.told.charged(row, 1))])
        )
    if name == "gross":
        return gross if row.kind in PAYING else None
    parts = [(1, desk.told.of_row(row, name, getattr(row, name)))] if getattr(row, name) else []
    if row.kind is {"fee": Kind.FEE, "tax": Kind.TAX}[name]:
        parts.append((1, gross))
    return balanced(parts) if parts else None


_INCOME = {
    "gross": "dividends and interest before fees and taxes, at the rates of their days",
    "fee": "what was kept back as fees",
    "tax": "what was kept back as taxes",
    "net": "gross less fees and taxes",
}


def allocation(desk: Desk, name: str) -> Explanation:
    """Explain the worth or the weight of a group (`by`, `key`; empty: of no group)."""
    by = _BY.get(desk.ask.need("by"))
    if by is None:
        raise RuleError("There is no such allocation", field="by")
    key = desk.ask.params.get("key", "")
    if name == "value":
        return desk.explained(_value(desk, by, key), "worth of what is in the group")
    slices = allocation_of(desk.book, desk.measured, by, desk.profiles)
    whole = sum((one.value for one in slices), Decimal(0))
    if key not in {one.key for one in slices}:
        raise NotFoundError("There is no such group")
    if whole <= 0:
        raise RuleError("Nothing is owned on balance", field="figure")
    for one in slices:
        link = desk.beside("allocation.value", by=by, key=one.key)
        desk.each("value", one.key or "none", one.value, link)
    total = desk.told.sheet.step("whole", desk.told.sheet.total("value"))
    text = "worth over that of all, rounded so that all weights sum to 100"
    return desk.explained(picked(desk.told.sheet, "value", total, key or "none"), text, "%")


def owned(desk: Desk) -> Explanation:
    """Explain the worth of all that is allocated."""
    return desk.explained(_value(desk, "symbol", None), "worth of all that has a price, and cash")


def _value(desk: Desk, by: By, key: str | None) -> Term:
    named = groups(by, desk.profiles)
    for asset in assets_of(desk.book, desk.measured):
        names = named(asset) or ("",)
        if key is not None and key not in names:
            continue
        if asset.symbol:
            told = desk.position(asset.symbol, asset.account)
            worth = told.value(desk.quote(asset.symbol))
        else:
            balance = desk.told.sheet.put(
                keyed("balance", asset.account, asset.currency), asset.amount, asset.currency,
                on=desk.on, source=f"all transactions until {desk.on}",
            )  # fmt: skip
            worth = desk.told.converted(balance, asset.currency, desk.on)
        if key is not None and len(names) > 1:
            worth = worth / number(len(names))
        name = keyed("worth", asset.symbol or f"cash {asset.currency}", asset.account)
        desk.told.sheet.step(name, worth)
    return desk.told.sheet.total("worth")


def gains(desk: Desk, *, own: bool = False) -> Explanation:
    """Explain what all sales of a time gained; `own`: those in one `currency`."""
    currency = desk.ask.need("currency") if own else None
    averages = averaged(desk.whole, desk.question)
    for one in positions_at(desk.whole, desk.question, desk.question.end):
        average = None if own else averages.get((one.instrument, one.account))
        for place, sale in enumerate(one.disposals):
            if desk.question.start <= sale.on and currency in {None, one.currency}:
                told = desk.sold(average or one, own=own)
                key = desk.told.key(desk.rows[sale.transaction])
                shown = sale if average is None else average.disposals[place]
                desk.told.sheet.step(keyed("gain", key), told.sale(shown))
    return desk.explained(desk.told.sheet.total("gain"), _TEXTS["gain"])


def sale(desk: Desk, name: str) -> Explanation:
    """Explain a figure of one sale: `transaction` is its id."""
    position, sold = _found(desk)
    if name == "gain_converted":
        average = averaged(desk.whole, desk.question).get((position.instrument, position.account))
        if average is not None:
            place = position.disposals.index(sold)
            position, sold = average, average.disposals[place]
    told = desk.sold(position, own=name != "gain_converted")
    row = desk.rows[sold.transaction]
    terms: dict[str, Callable[[], Term]] = {
        "quantity": lambda: desk.told.quantity(row),
        "proceeds": lambda: told.told.converted(told.told.gross(row), row.currency, row.on),
        "charges": lambda: told.told.converted(told.told.charges(row), row.currency, row.on),
        "cost": lambda: added(told.lot(lot, charges=False, sale=row) for lot in sold.lots),
        "lot_charges": lambda: added(_charges(told, lot, row) for lot in sold.lots),
        "gain": lambda: told.sale(sold),
        "gain_converted": lambda: told.sale(sold),
    }
    return desk.explained(terms[name](), _TEXTS[name], _unit(name))


def sold_lot(desk: Desk, name: str) -> Explanation:
    """Explain a figure of what a sale took of one purchase: `lot` is its place, from 0."""
    position, sold = _found(desk)
    told = desk.sold(position, own=True)
    row, place = desk.rows[sold.transaction], int(desk.ask.need("lot"))
    if place >= len(sold.lots):
        raise NotFoundError("There is no such lot")
    lot = sold.lots[place]
    terms: dict[str, Callable[[], Term]] = {
        "quantity": lambda: _taken(desk, lot, 1),
        "cost": lambda: told.lot(lot, charges=False, sale=row),
        "charges": lambda: _charges(told, lot, row),
    }
    return desk.explained(terms[name](), _TEXTS[name], _unit(name))


def open_lot(desk: Desk, name: str) -> Explanation:
    """Explain a figure of what is left of one purchase: `transaction` is its id."""
    wanted = (desk.ask.need("symbol"), desk.ask.params.get("account", ""))
    for one in positions_at(desk.whole, desk.question, desk.question.end):
        if (one.instrument, one.account) == wanted:
            for sign, lots in ((1, one.lots), (-1, one.short_lots)):
                for lot in lots:
                    if lot.id == desk.ask.need("transaction"):
                        term = _left(desk, desk.sold(one, own=True), lot, sign, name)
                        return desk.explained(term, _TEXTS[name], _unit(name))
    raise NotFoundError("There is no such lot")


def _left(desk: Desk, told: PositionTold, lot: Lot, sign: int, name: str) -> Term:
    held = _taken(desk, lot, sign)
    if name == "quantity":
        return held
    cost = desk.told.sheet.step("cost", told.lot(lot, charges=True, sign=sign))
    if name == "cost":
        return cost
    if name == "unit_cost":
        return cost / held
    symbol = told.position.instrument
    worth = desk.told.worth(symbol, held, desk.quote(symbol), desk.on)
    return worth if name == "value" else worth - cost


def _taken(desk: Desk, lot: Lot, sign: int) -> Term:
    source = f"transaction {lot.id}"
    return desk.told.sheet.put(
        "units", lot.quantity * sign, "units", on=lot.acquired, source=source
    )


def _charges(told: PositionTold, lot: Lot, sale: Transaction) -> Term:
    return told.lot(lot, charges=True, sale=sale) - told.lot(lot, charges=False, sale=sale)


def _found(desk: Desk) -> tuple[Position, Disposal]:
    wanted = desk.ask.need("transaction")
    for one in positions_at(desk.whole, desk.question, desk.question.end):
        for sold in one.disposals:
            if sold.transaction == wanted:
                return one, sold
    raise NotFoundError("There is no such sale")


def _unit(name: str) -> str | None:
    return "units" if name == "quantity" else None


_TEXTS = {
    "quantity": "units that were sold, or are left",
    "proceeds": "what the sale brought, before its charges",
    "charges": "fees and taxes",
    "cost": "what was paid for what was sold",
    "lot_charges": "fees and taxes of the purchases of what was sold",
    "gain": "proceeds less what was paid for what was sold, after the charges of both ends",
    "gain_converted": "the same, each amount at the rate of its day",
    "unit_cost": "cost per unit, fees and taxes included",
    "value": "quantity x price",
}

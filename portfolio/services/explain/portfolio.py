"""Explainers of positions, of the portfolio at a glance, and of open and sold lots."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from portfolio.domain import cash
from portfolio.domain.explain import Explanation, Term, hundredths, keyed, number
from portfolio.domain.explain_position import PositionTold
from portfolio.domain.money import ZERO
from portfolio.domain.performance import Scope
from portfolio.domain.valuation import Valued
from portfolio.services.errors import RuleError
from portfolio.services.explain.desk import Desk

UNITS = "units"


def position_figure(desk: Desk, name: str, *, own: bool) -> Explanation:
    """Explain a figure of one position, in its own currency or in that of the settings."""
    told = desk.position(desk.ask.need("symbol"), desk.ask.params.get("account", ""), own=own)
    term = _OF_POSITION[name](desk, told)
    unit = UNITS if name == "quantity" else "%" if name.endswith("percent") else None
    return desk.explained(term, _TEXTS[name], unit)


def lot_figure(desk: Desk, name: str) -> Explanation:
    """Explain a figure of one open lot: `lot` is its place, from 0."""
    told = desk.position(desk.ask.need("symbol"), desk.ask.params.get("account", ""), own=True)
    signed = [(lot, 1) for lot in told.position.lots] + [
        (lot, -1) for lot in told.position.short_lots
    ]
    signed.sort(key=lambda one: (one[0].acquired, one[0].quantity * one[1]))
    place = desk.ask.need("lot")
    if not place.isdigit() or int(place) >= len(signed):
        raise RuleError("There is no such lot", field="lot")
    lot, sign = signed[int(place)]
    cost = told.lot(lot, charges=True, sign=sign)
    held = desk.told.sheet.put(
        "quantity", lot.quantity * sign, UNITS, on=lot.acquired, source=f"transaction {lot.id}"
    )
    if name == "quantity":
        return desk.explained(held, "what sales have left of the purchase", UNITS)
    if name == "cost":
        return desk.explained(cost, _TEXTS["cost"])
    value = desk.told.worth(
        told.position.instrument, held, desk.quote(told.position.instrument), desk.on
    )
    return desk.explained(value - desk.told.sheet.step("cost", cost), _TEXTS["gain"])


def _gain(desk: Desk, told: PositionTold) -> Term:
    worth = desk.told.sheet.step("worth", told.value(desk.quote(told.position.instrument)))
    return worth - desk.told.sheet.step("cost_in_all", told.cost())


def _value(desk: Desk, told: PositionTold) -> Term:
    if not told.position.quantity:
        return number(ZERO)
    return told.value(desk.quote(told.position.instrument))


def _price(desk: Desk, told: PositionTold) -> Term:
    return desk.told.price(told.position.instrument, desk.quote(told.position.instrument))


def _day(desk: Desk, told: PositionTold, *, base: bool = False) -> Term:
    quote = desk.quote(told.position.instrument)
    before = desk.whole.prices.price_on(
        told.position.instrument, quote.on.fromordinal(quote.on.toordinal() - 1)
    )
    return told.day_gain(quote, before, base=base)


def _day_percent(desk: Desk, told: PositionTold) -> Term:
    found = desk.own[told.position.instrument, told.position.account]
    figures = {"day_gain": found.day_gain or ZERO, "day_base": found.day_base or ZERO}
    terms = desk.siblings({name: (value, _same(desk, name)) for name, value in figures.items()})
    return hundredths(terms["day_gain"] / terms["day_base"])


def _same(desk: Desk, name: str) -> str:
    kept = {key: desk.ask.params[key] for key in ("symbol", "account") if key in desk.ask.params}
    return desk.link(f"holding.{name}", **kept)


def _total_gain(desk: Desk, told: PositionTold) -> Term:
    found = desk.own[told.position.instrument, told.position.account]
    figures = {
        "gain": found.unrealised or ZERO,
        "realised": told.position.realised,
        "income": told.position.income,
    }
    terms = desk.siblings({name: (value, _same(desk, name)) for name, value in figures.items()})
    return terms["gain"] + terms["realised"] + terms["income"]


def _return_percent(desk: Desk, told: PositionTold) -> Term:
    found = desk.own[told.position.instrument, told.position.account]
    terms = desk.siblings(
        {
            "gain": (found.unrealised or ZERO, _same(desk, "gain")),
            "cost": (told.position.cost, _same(desk, "cost")),
        }
    )
    return hundredths(terms["gain"] / terms["cost"])


def _weight_percent(desk: Desk, told: PositionTold) -> Term:
    for (symbol, account), one in sorted(desk.own.items()):
        same = one.position.currency == told.position.currency
        if same and one.value is not None and one.position.quantity:
            held = desk.told.sheet.put(
                keyed("quantity", symbol, account), one.position.quantity, UNITS, on=desk.on,
                source=f"all transactions until {desk.on}",
                figure=desk.link("holding.quantity", symbol=symbol, account=account),
            )  # fmt: skip
            worth = desk.told.worth(symbol, held, desk.quote(symbol), desk.on)
            desk.told.sheet.step(keyed("worth", symbol, account), worth)
    key = keyed("worth", told.position.instrument, told.position.account)
    value = desk.own[told.position.instrument, told.position.account].value
    return hundredths(Term(key, value or ZERO) / desk.told.sheet.total("worth"))


def _average(gross: bool, _desk: Desk, told: PositionTold) -> Term:  # noqa: FBT001 - bound below
    cost = told.cost_gross() if gross else told.cost()
    return told.told.sheet.step("cost_in_all", cost) / told.held()


_OF_POSITION: dict[str, Callable[[Desk, PositionTold], Term]] = {
    "quantity": lambda _, told: told.quantity(),
    "cost": lambda _, told: told.cost(),
    "average_price": partial(_average, True),  # noqa: FBT003 - as above
    "average_cost": partial(_average, False),  # noqa: FBT003 - as above
    "price": _price,
    "value": _value,
    "gain": _gain,
    "day_gain": _day,
    "day_base": lambda desk, told: _day(desk, told, base=True),
    "day_percent": _day_percent,
    "realised": lambda _, told: told.realised(),
    "income": lambda _, told: told.income(),
    "total_gain": _total_gain,
    "return_percent": _return_percent,
    "weight_percent": _weight_percent,
}
_TEXTS = {
    "quantity": "all that was bought or came in, less what was sold or left, as split since",
    "cost": "what was paid for what is held, fees and taxes of the purchases included",
    "average_price": "price paid per unit held, without fees and taxes",
    "average_cost": "cost per unit held, fees and taxes included",
    "price": "the last price on or before the day",
    "value": "quantity x price",
    "gain": "worth less cost",
    "day_gain": "worth less worth at the close before, corrected for trades and income since",
    "day_base": "worth at the close before, and purchases since",
    "day_percent": "day gain over worth at the close before and purchases since",
    "realised": "proceeds of sales less what was paid for what they took, after all charges",
    "income": "dividends and interest after fees and taxes",
    "total_gain": "unrealised and realised gain and income",
    "return_percent": "gain over cost",
    "weight_percent": "worth over that of all holdings in the same currency",
}


def glance(desk: Desk, name: str) -> Explanation:
    """Explain a figure of the portfolio at a glance."""
    term, text = _OF_PORTFOLIO[name](desk)
    return desk.explained(term, text, "%" if name.endswith("percent") else None)


def _priced(desk: Desk) -> list[Valued]:
    return [one for one in desk.measured.valuation.positions if one.value is not None]


def _sums(desk: Desk, name: str, values: dict[tuple[str, str], Decimal]) -> Term:
    """Return the sum of a figure of all positions, each with its own explanation."""
    for (symbol, account), value in values.items():
        if value:
            link = desk.link(f"position.{name}", symbol=symbol, account=account)
            desk.each(name, f"{symbol} {account}".strip(), value, link)
    return desk.told.sheet.total(name)


def _of(desk: Desk, name: str, *, priced: bool = True) -> Term:
    found = _priced(desk) if priced else desk.measured.valuation.positions
    read: dict[str, Callable[[Valued], Decimal | None]] = {
        "cost": lambda one: one.position.cost,
        "day_gain": lambda one: one.day_gain,
        "day_base": lambda one: one.day_base,
        "realised": lambda one: one.position.realised,
        "income": lambda one: one.position.income,
    }
    values = {
        (one.position.instrument, one.position.account): read[name](one) or ZERO for one in found
    }
    return _sums(desk, name, values)


def _worth(desk: Desk) -> Term:
    for one in _priced(desk):
        symbol, account = one.position.instrument, one.position.account
        if one.position.quantity:
            told = desk.position(symbol, account)
            desk.told.sheet.step(keyed("worth", symbol, account), told.value(desk.quote(symbol)))
    return desk.told.sheet.total("worth")


def _cash(desk: Desk) -> Term:
    if desk.measured.view.scope is not Scope.PORTFOLIO:
        return number(ZERO)
    for (account, currency), amount in cash.balances(desk.measured.rows, desk.on).items():
        balance = desk.told.sheet.put(
            keyed("balance", account, currency), amount, currency, on=desk.on,
            source=f"all transactions until {desk.on}",
        )  # fmt: skip
        worth = desk.told.converted(balance, currency, desk.on)
        desk.told.sheet.step(keyed("cash", account, currency), worth)
    return desk.told.sheet.total("cash")


def _gain_of_all(desk: Desk) -> Term:
    sheet = desk.told.sheet
    return sheet.step("worth_in_all", _worth(desk)) - sheet.step("cost_in_all", _of(desk, "cost"))


def _gain_percent(desk: Desk) -> Term:
    sheet = desk.told.sheet
    worth = sheet.step("worth_in_all", _worth(desk))
    cost = sheet.step("cost_in_all", _of(desk, "cost"))
    return hundredths((worth - cost) / cost)


def _total(desk: Desk) -> Term:
    sheet = desk.told.sheet
    gain = sheet.step("gain", _gain_of_all(desk))
    realised = sheet.step("realised_in_all", _of(desk, "realised", priced=False))
    return gain + realised + sheet.step("income_in_all", _of(desk, "income", priced=False))


_OF_PORTFOLIO: dict[str, Callable[[Desk], tuple[Term, str]]] = {
    "value": lambda desk: (
        _worth(desk) + desk.told.sheet.step("cash_in_all", _cash(desk)),
        "quantity x price x rate of all holdings with a price, and cash",
    ),
    "cash": lambda desk: (_cash(desk), "balances of all accounts, at the rate of the day"),
    "cost": lambda desk: (
        _of(desk, "cost"),
        "what was paid for what is held, at the rates of the days of purchase",
    ),
    "gain": lambda desk: (_gain_of_all(desk), "worth of the holdings less cost"),
    "gain_percent": lambda desk: (_gain_percent(desk), "gain over cost"),
    "day_gain": lambda desk: (_of(desk, "day_gain"), "the day gains of all holdings"),
    "day_percent": lambda desk: (
        hundredths(_of(desk, "day_gain") / _of(desk, "day_base")),
        "day gain over worth at the close before and purchases since",
    ),
    "realised": lambda desk: (
        _of(desk, "realised", priced=False),
        "what all sales gained, after all charges",
    ),
    "income": lambda desk: (
        _of(desk, "income", priced=False),
        "what all holdings paid, after fees and taxes",
    ),
    "total_gain": lambda desk: (_total(desk), "unrealised and realised gain and income"),
}

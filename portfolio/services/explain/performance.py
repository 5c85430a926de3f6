"""Explainers of performance: value and gain of a time, returns, risk, contributions, the chart."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from portfolio.domain import cash
from portfolio.domain.attribution import CASH
from portfolio.domain.explain import Explanation, Term, call, hundredths, keyed, number, rounded
from portfolio.domain.money import HUNDRED, ONE, ZERO
from portfolio.domain.performance import Scope, worth
from portfolio.domain.returns import DayReturn, NoNumber
from portfolio.services.errors import NotFoundError, RuleError
from portfolio.services.explain.desk import Desk
from portfolio.services.explain.shares import picked

PARTS = ("realised", "unrealised", "income", "fees", "taxes", "currency_effect", "gain")


def figure(desk: Desk, name: str) -> Explanation:
    """Explain a figure of a time."""
    found = _figures(desk).get(name)
    if isinstance(found, NoNumber):
        raise RuleError(found.reason, field="figure")
    term, text, unit = _OF_TIME[name](desk)
    return desk.explained(term, text, unit)


def _figures(desk: Desk) -> dict[str, object]:
    report = desk.performance.report
    return {
        "gain_percent": report.share,
        "twr_percent": report.returns.total,
        "annualised_percent": report.returns.annualised,
        "xirr_percent": report.money_weighted,
        "volatility_percent": report.returns.volatility,
        "returns_a_year": report.returns.a_year,
        "max_drawdown.percent": report.returns.drawdown,
        "best_day.percent": report.returns.best_day,
        "worst_day.percent": report.returns.worst_day,
        "best_month.percent": report.returns.best_month,
        "worst_month.percent": report.returns.worst_month,
    }


def contribution(desk: Desk, name: str) -> Explanation:
    """Explain a part of what one instrument did; `of` is its symbol, or cash."""
    of = desk.ask.need("of")
    told = desk.parts(CASH if of == "cash" else of)
    return desk.explained(told.part(name), _TEXTS[name])


def contribution_percent(desk: Desk) -> Explanation:
    """Explain what one instrument added to the percentage of the gain."""
    of = desk.ask.need("of")
    report = desk.performance.report
    if isinstance(report.share, NoNumber):
        raise RuleError(report.share.reason, field="figure")
    told = desk.returns()
    capital = told.told.sheet.step("capital_in_all", told.capital())
    names = sorted(report.parts, key=lambda name: (name == CASH, -report.parts[name].gain, name))
    for name in names:
        link = desk.beside("performance.contribution.gain", of=name or "cash")
        desk.each("gain", name or "cash", report.parts[name].gain, link)
    term = picked(told.told.sheet, "gain", capital, of)
    return desk.explained(term, "gain over the average of what was invested; sums exactly", "%")


def _part(name: str) -> Callable[[Desk], tuple[Term, str, str]]:
    """Return what explains a part of the gain: the sum over all instruments."""

    def explain(desk: Desk) -> tuple[Term, str, str]:
        at = PARTS.index(name)
        for one, parts in desk.performance.report.parts.items():
            value = (*parts.each, parts.gain)[at]
            if value:
                link = desk.beside(f"performance.contribution.{name}", of=one or "cash")
                desk.each(name, one or "cash", value, link)
        return desk.told.sheet.total(name), _TEXTS[name], desk.currency

    return explain


def _value_on(desk: Desk, on: date) -> Term:
    """Return the worth of all at the close of a day."""
    desk.told.view = desk.measured.view
    rows = [row for row in desk.measured.rows if row.on <= on]
    found = worth(rows, on, desk.measured.view)
    for (instrument, quantity, quote), account in zip(found.quotes, found.accounts, strict=True):
        held = desk.told.sheet.put(
            keyed("quantity", instrument, account, on), quantity, "units", on=on,
            source=f"all transactions until {on}",
        )  # fmt: skip
        value = desk.told.worth(instrument, held, quote, on)
        desk.told.sheet.step(keyed("worth", instrument, account), value)
    if desk.measured.view.scope is Scope.PORTFOLIO:
        for (account, currency), amount in cash.balances(rows).items():
            balance = desk.told.sheet.put(
                keyed("balance", account, currency), amount, currency, on=on,
                source=f"all transactions until {on}",
            )  # fmt: skip
            value = desk.told.converted(balance, currency, on)
            desk.told.sheet.step(keyed("worth", "cash", account, currency), value)
    return desk.told.sheet.total("worth")


def _start_value(desk: Desk) -> tuple[Term, str, str]:
    report = desk.performance.report
    term = _value_on(desk, report.start) if report.base else number(ZERO)
    return (
        term,
        "worth at the close of the first day, 0 before the first transaction",
        desk.currency,
    )


def _flows(desk: Desk, *, into: bool, out: bool) -> Term:
    told = desk.returns()
    for period in told.found.past:
        if period.inflow or period.outflow:
            came, went = told.flows(period.on)
            told.told.sheet.step(keyed("in", period.on), came)
            told.told.sheet.step(keyed("out", period.on), went)
    found = number(ZERO)
    if into:
        found = told.told.sheet.total("in")
    if out:
        taken = told.told.sheet.total("out")
        found = found - taken if into else taken
    return found


def _gain_percent(desk: Desk) -> tuple[Term, str, str]:
    told = desk.returns()
    capital = told.told.sheet.step("average_capital", told.capital())
    link = desk.beside("performance.gain")
    gain = desk.siblings({"gain": (desk.performance.report.gain, link)})["gain"]
    return hundredths(gain / capital), "gain over the average of what was invested", "%"


def _extreme(function: str, *, months: bool) -> Callable[[Desk], tuple[Term, str, str]]:
    def explain(desk: Desk) -> tuple[Term, str, str]:
        told = desk.returns()
        if not months:
            return hundredths(call(function, told.returns(told.counted()))), "of all days", "%"
        for one in told.report.returns.months:
            link = desk.beside("performance.month", month=one.on.isoformat()[:7])
            key = one.on.isoformat()[:7]
            told.told.sheet.put(
                keyed("month", key), one.period, "", on=one.on, source="return", figure=link
            )
        return hundredths(call(function, told.told.sheet.every("month"))), "of all months", "%"

    return explain


def months(desk: Desk, length: int) -> Explanation:
    """Explain the return of a month (length 7: 2013-03) or of a year (4)."""
    key = desk.ask.need("month" if length > 4 else "year")  # noqa: PLR2004 - the length of a year
    told = desk.returns()
    days = _between(told.report.returns.series, key)
    if not days:
        raise NotFoundError("There are no returns of that time")
    return desk.explained(hundredths(told.linked(days)), "the returns of its days, linked", "%")


def _between(series: tuple[DayReturn, ...], key: str) -> list[DayReturn]:
    return [one for one in series if one.on.isoformat().startswith(key)]


def point(desk: Desk, name: str) -> Explanation:
    """Explain a figure of the chart at a day."""
    on = desk.ask.day()
    if name == "value":
        return desk.explained(_value_on(desk, on), "quantity x price x rate, and cash")
    told = desk.returns()
    if on not in {one.on for one in told.found.points}:
        raise NotFoundError("There is no such day in this time")
    if name == "invested":
        return desk.explained(_invested(desk, on), "worth at the start and money in less out")
    if name == "return":
        return desk.explained(told.return_on(on), "(end + out) / (before + in) - 1", "")
    upto = [one for one in told.report.returns.series if one.on <= on]
    if name == "index":
        wealth = told.linked(upto) + number(ONE) if upto else number(ONE)
        term = rounded(wealth * number(HUNDRED))
        return desk.explained(term, "100 and the returns of all days since the start, linked", "")
    if not upto:
        return desk.explained(number(ZERO), "nothing has fallen yet", "%")
    grown = told.told.sheet.step("growth[*]", told.returns(upto) + number(ONE))
    index = call("product", grown)
    running = told.told.sheet.step("index[*]", call("running_product", grown))
    peak = told.told.sheet.put("start", ONE, "", source="index at the start")
    highest = Term(f"max({running.text}, {peak.text})", max([ONE, *_values(running)]))
    term = hundredths((highest - index) / highest)
    return desk.explained(term, "how far the index lies below its highest since the start", "%")


def _values(term: Term) -> list[Decimal]:
    return list(term.value.values()) if isinstance(term.value, dict) else [term.value]


def _invested(desk: Desk, on: date) -> Term:
    told = desk.returns()
    base = number(ZERO)
    if told.found.base:
        base = told.value_on("worth", told.report.start, told.found.base)
    for period in told.found.past:
        if period.on <= on and (period.inflow or period.outflow):
            came, went = told.flows(period.on)
            change = told.told.sheet.step(keyed("in", period.on), came)
            change = change - told.told.sheet.step(keyed("out", period.on), went)
            told.told.sheet.step(keyed("change", period.on), change)
    return base + told.told.sheet.total("change")


_TEXTS = {
    "realised": "proceeds less price paid, without charges, at the rate of the day of each sale",
    "unrealised": "worth less price paid of what is held at the end, less the same at the start",
    "income": "dividends and interest before fees and taxes, at the rates of their days",
    "fees": "all fees, at the rates of their days",
    "taxes": "all taxes, at the rates of their days",
    "currency_effect": "what the other parts leave of the gain: what exchange rates did",
    "gain": "worth at the end less worth at the start, less money put in, plus money taken out",
}
_OF_TIME: dict[str, Callable[[Desk], tuple[Term, str, str]]] = {
    **{name: _part(name) for name in PARTS},
    "value": lambda desk: (
        _value_on(desk, desk.performance.report.end),
        "quantity x price x rate of all that is held, and cash",
        desk.currency,
    ),
    "start_value": _start_value,
    "money_in": lambda desk: (
        _flows(desk, into=True, out=False), "all that was put in", desk.currency,
    ),
    "money_out": lambda desk: (
        _flows(desk, into=False, out=True), "all that was taken out", desk.currency,
    ),
    "invested": lambda desk: (
        _flows(desk, into=True, out=True), "money in less money out", desk.currency,
    ),
    "gain_percent": _gain_percent,
    "twr_percent": lambda desk: (
        hundredths(desk.returns().time_weighted()),
        "growth between all days with money in or out, linked: (end + out) / (before + in)",
        "%",
    ),
    "annualised_percent": lambda desk: (
        hundredths(desk.returns().annualised()),
        "(1 + time-weighted return) ^ (365 / days) - 1",
        "%",
    ),
    "xirr_percent": lambda desk: (
        hundredths(desk.returns().money_weighted()),
        "the yearly rate at which all payments are worth nothing together, act/365",
        "%",
    ),
    "max_drawdown.percent": lambda desk: (
        hundredths(call("max", desk.returns().falls())),
        "the deepest fall of the index below the highest before",
        "%",
    ),
    "volatility_percent": lambda desk: (
        hundredths(desk.returns().volatility()),
        "standard deviation (n - 1) of ln(1 + return), times the root of the returns a year",
        "%",
    ),
    "returns_a_year": lambda desk: (
        rounded(desk.returns().a_year()), "returns x 365 / days", "",
    ),
    "best_day.percent": _extreme("max", months=False),
    "worst_day.percent": _extreme("min", months=False),
    "best_month.percent": _extreme("max", months=True),
    "worst_month.percent": _extreme("min", months=True),
}  # fmt: skip

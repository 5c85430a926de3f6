"""Explainers of a benchmark beside a performance."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from portfolio.domain.benchmark import Benchmark
from portfolio.domain.explain import Explanation, Term, hundredths, keyed, number, rounded
from portfolio.domain.money import HUNDRED, ONE, ZERO
from portfolio.domain.returns import DAYS_A_YEAR, NoNumber
from portfolio.services.benchmarks import benchmark, compared
from portfolio.services.errors import RuleError
from portfolio.services.explain.desk import Desk


def figure(desk: Desk, name: str) -> Explanation:
    """Explain a figure of the benchmark named by `benchmark`."""
    told = desk.returns()
    found = compared(
        desk.whole.prices, desk.performance, told.found, desk.ask.need("benchmark"), ()
    )
    reason = found if isinstance(found, NoNumber) else getattr(found, _MEMBERS[name], None)
    if isinstance(reason, NoNumber):
        raise RuleError(reason.reason, field="figure")
    report = desk.performance.report
    other = _other(desk)
    if name == "index":
        on = desk.ask.day()
        return desk.explained(rounded(_index(desk, other, on)), _TEXTS[name], "")
    if name in {"twr_percent", "annualised_percent"}:
        total = _index(desk, other, report.end) / number(HUNDRED) - number(ONE)
        if name == "annualised_percent":
            total = desk.told.sheet.step("total", total)
            years = number(DAYS_A_YEAR) / told.days
            total = (number(ONE) + total) ** years - number(ONE)
        return desk.explained(hundredths(total), _TEXTS[name], "%")
    terms: dict[str, Callable[[], Term]] = {
        "same_flows_value": lambda: _worth(desk, other),
        "same_flows_gain": lambda: _gain(desk),
        "ahead": lambda: _ahead(desk),
    }
    return desk.explained(terms[name](), _TEXTS[name])


def _other(desk: Desk) -> Benchmark:
    start = desk.performance.report.start
    return benchmark(desk.whole.prices, desk.ask.need("benchmark"), start, desk.currency)


def _index(desk: Desk, other: Benchmark, on: date) -> Term:
    """Return the index of a day, down to prices, splits, dividends and rates."""
    told, sheet = desk.told, desk.told.sheet
    for leg in other.legs:
        begun, now = other.quote(leg.symbol, other.start), other.quote(leg.symbol, on)
        if isinstance(begun, NoNumber) or isinstance(now, NoNumber):
            raise RuleError(f"No price of {leg.symbol} is known", field="figure")
        units = number(ONE)
        for one in other.growth(leg.symbol, on):
            key = (leg.symbol, one.on)
            if one.dividend:
                paid = sheet.put(
                    keyed("dividend", *key), one.dividend, now.currency, on=one.on,
                    source="dividend per unit, by its ex-date",
                )  # fmt: skip
                at = sheet.put(
                    keyed("close", *key), one.price, now.currency, on=one.on, source=now.source
                )
                grown = number(ONE) + paid / at
            else:
                grown = _of_split(desk, key, one.numerator, one.denominator)
            units = sheet.step(keyed("units", *key), units * grown)
        worth = told.worth(leg.symbol, units, now, on)
        before = told.worth(leg.symbol, number(ONE), begun, other.start)
        weight = sheet.put(keyed("weight", leg.symbol), leg.weight, "", source="the benchmark")
        sheet.step(keyed("part", leg.symbol), weight * worth / before)
    return sheet.total("part") * number(HUNDRED)


def _of_split(desk: Desk, key: tuple[str, date], numerator: Decimal, denominator: Decimal) -> Term:
    new, old = (
        desk.told.sheet.put(keyed(name, *key), value, "units", on=key[1], source="split")
        for name, value in (("new", numerator), ("old", denominator))
    )
    return new / old


def _worth(desk: Desk, other: Benchmark) -> Term:
    """Return what the same money would be worth, each flow at the index of its day."""
    told = desk.returns()
    report, sheet = desk.performance.report, desk.told.sheet

    def index(on: date) -> Term:
        value = other.index(on)
        link = desk.beside(
            "performance.benchmark.index", benchmark=desk.ask.need("benchmark"), on=on
        )
        if isinstance(value, NoNumber):
            raise RuleError(value.reason, field="figure")
        return sheet.put(
            keyed("index", on), value, "", on=on, source="index of the benchmark", figure=link
        )

    last = index(report.end)
    if told.found.base:
        base = told.value_on("worth", report.start, told.found.base)
        sheet.step(keyed("grown", "start"), base * last / number(HUNDRED))
    for period in told.found.past:
        if period.inflow or period.outflow:
            came, went = told.flows(period.on)
            flow = sheet.step(keyed("flow", period.on), came - went)
            sheet.step(keyed("grown", period.on), flow * last / index(period.on))
    return sheet.total("grown")


def _gain(desk: Desk) -> Term:
    report = desk.performance.report
    found = compared(
        desk.whole.prices, desk.performance, desk.returns().found, desk.ask.need("benchmark"), ()
    )
    worth = ZERO if isinstance(found, NoNumber) else found.same_flows
    same = {"benchmark": desk.ask.need("benchmark")}
    terms = desk.siblings(
        {
            "same_flows_value": (
                ZERO if isinstance(worth, NoNumber) else worth,
                desk.beside("performance.benchmark.same_flows_value", **same),
            ),
            "start_value": (report.base, desk.beside("performance.start_value")),
            "invested": (report.invested, desk.beside("performance.invested")),
        }
    )
    return terms["same_flows_value"] - terms["start_value"] - terms["invested"]


def _ahead(desk: Desk) -> Term:
    gained = _gain(desk)  # takes a fresh sheet
    gain = desk.told.sheet.step("same_flows_gain", gained)
    link = desk.beside("performance.gain")
    return desk.siblings({"gain": (desk.performance.report.gain, link)})["gain"] - gain


_MEMBERS = {
    "twr_percent": "total", "annualised_percent": "annualised", "same_flows_value": "same_flows",
    "same_flows_gain": "gain", "ahead": "ahead", "index": "benchmark",
}  # fmt: skip
_TEXTS = {
    "twr_percent": "growth of one unit of each part, splits and dividends kept in, by weight",
    "annualised_percent": "(1 + return) ^ (365 / days) - 1",
    "same_flows_value": "what the same money in and out would be worth in the benchmark",
    "same_flows_gain": "that worth, less what was there and what was put in",
    "ahead": "gain less what the same money would have gained in the benchmark",
    "index": "100 at the start",
}

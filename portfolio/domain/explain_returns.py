"""Explanations of returns: time-weighted, money-weighted, risk, and of days and months."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain

from portfolio.domain.explain import Term, call, keyed, number, root
from portfolio.domain.explain_rows import Told, balanced
from portfolio.domain.money import ONE, ZERO
from portfolio.domain.performance import View, flow_of
from portfolio.domain.report import Report, payments
from portfolio.domain.returns import DAYS_A_YEAR, DayReturn
from portfolio.domain.timeline import Stretch
from portfolio.domain.transactions import Transaction

LinkOn = Callable[[str, date], str]
"""Return the address of a figure of a day."""


@dataclass(slots=True)
class ReturnsTold:
    """A stretch, what it came to, and the sheet that its figures are written on."""

    told: Told
    moving: Mapping[date, Sequence[Transaction]]
    found: Stretch
    report: Report
    link: LinkOn

    @property
    def days(self) -> Term:
        """The days of the stretch."""
        length = (self.report.returns.series[-1].on - self.report.start).days
        return self.told.sheet.put(
            "days", Decimal(length), "days", source=f"{self.report.start} to {self.report.end}"
        )

    def value_on(self, name: str, on: date, value: Decimal) -> Term:
        """Write the worth at the close of a day down."""
        source = "worth at the close of the day"
        figure = self.link("value", on)
        return self.told.sheet.put(
            keyed(name, on), value, self.told.unit, on=on, source=source, figure=figure
        )

    def flows(self, on: date) -> tuple[Term, Term]:
        """Return what came in and what went out on a day."""
        inflow: list[tuple[int, Term]] = []
        outflow: list[tuple[int, Term]] = []
        for row in self.moving.get(on, ()):
            sign, term = self.told.flow(row, self.told.view.scope)
            if flow_of(row, self.told.view) > 0:
                inflow.append((sign, term))
            else:
                outflow.append((-sign, term))
        return balanced(inflow), balanced(outflow)

    def time_weighted(self) -> Term:
        """Return the linked growth of all days with a flow, and of the times between them."""
        told = self.told.sheet
        before = self.found.base
        last: date = self.report.start
        past = self.found.past
        for at, period in enumerate(past):
            moved = period.inflow or period.outflow
            closing = at + 1 == len(past) or past[at + 1].inflow or past[at + 1].outflow
            if not moved and not closing:
                continue
            growth = self.value_on("end", period.on, period.end)
            into: Term = self.value_on("before", last, before)
            if moved:
                came, went = self.flows(period.on)
                came = told.step(keyed("in", period.on), came)
                went = told.step(keyed("out", period.on), went)
                growth, into = growth + went, into + came
            if into.number:
                told.step(keyed("growth", period.on), growth / into)
            before, last = period.end, period.on
        return call("product", told.every("growth")) - number(ONE)

    def return_on(self, on: date) -> Term:
        """Return the return of one day."""
        begin, last = self.found.base, self.report.start
        for period in self.found.past:
            if period.on == on:
                came, went = self.flows(on)
                into = self.value_on("before", last, begin) + came
                if not into.number:
                    return number(ZERO)
                return (self.value_on("end", on, period.end) + went) / into - number(ONE)
            begin, last = period.end, period.on
        return number(ZERO)

    def returns(self, series: Iterable[DayReturn]) -> Term:
        """Write the returns of some days down."""
        sheet = self.told.sheet
        for one in series:
            sheet.put(
                keyed("return", one.on),
                one.period,
                "",
                on=one.on,
                source="return of the day",
                figure=self.link("return", one.on),
            )
        return sheet.every("return")

    def counted(self) -> Sequence[DayReturn]:
        """Return the returns that have a spread: all but the dummy of the first day."""
        series = self.report.returns.series
        return series[1:] if self.found.whole else series

    def linked(self, series: Iterable[DayReturn]) -> Term:
        """Return the total of the returns of some days."""
        grown = self.told.sheet.step("growth[*]", self.returns(series) + number(ONE))
        return call("product", grown) - number(ONE)

    def annualised(self) -> Term:
        """Return the total return per year of 365 days."""
        total = self.told.sheet.step("total", self.time_weighted())
        return (number(ONE) + total) ** (number(DAYS_A_YEAR) / self.days) - number(ONE)

    def a_year(self) -> Term:
        """Return how many returns there were in 365 days."""
        count = self.told.sheet.put(
            "returns", Decimal(len(self.counted())), "", source="returns of weekdays"
        )
        return count * number(DAYS_A_YEAR) / self.days

    def volatility(self) -> Term:
        """Return the standard deviation of ln(1 + r), per year."""
        sheet = self.told.sheet
        logs = sheet.step("log[*]", call("ln", self.returns(self.counted()) + number(ONE)))
        count = sheet.step("n", call("count", logs))
        mean = sheet.step("mean", call("sum", logs) / count)
        squares = sheet.step("square[*]", (logs - mean) ** number(2))
        variance = sheet.step("variance", call("sum", squares) / (count - number(ONE)))
        a_year = sheet.step("returns_a_year", count * number(DAYS_A_YEAR) / self.days)
        return call("sqrt", variance * a_year)

    def falls(self) -> Term:
        """Return how far below its last peak the index was, day by day."""
        sheet = self.told.sheet
        grown = sheet.step("growth[*]", self.returns(self.report.returns.series) + number(ONE))
        index = sheet.step("index[*]", call("running_product", grown))
        peak = sheet.step("peak[*]", call("running_max", index))
        return sheet.step("fall[*]", (peak - index) / peak)

    def money_weighted(self) -> Term:
        """Return the yearly rate that balances all flows and the final worth."""
        sheet = self.told.sheet
        start = payments(self.found, self.report.start)
        first = start[0].on
        for row in chain.from_iterable(self.moving.values()):
            inside = (
                self.report.start <= row.on if self.found.whole else self.report.start < row.on
            )
            if inside and row.on <= self.report.end:
                key = self.told.key(row)
                sign, term = self.told.flow(row, self.told.view.scope)
                sheet.step(keyed("flow", key), balanced([(-sign, term)]))
                self._days(key, row.on, first)
        if not self.found.whole:
            base = self.value_on("worth", self.report.start, self.found.base)
            sheet.step(keyed("flow", "start"), number(ZERO) - base)
            self._days("start", self.report.start, first)
        last = self.found.points[-1]
        sheet.step(keyed("flow", "end"), self.value_on("worth", last.on, last.value))
        self._days("end", last.on, first)
        rate = self.report.money_weighted
        assert isinstance(rate, Decimal)  # noqa: S101 - what is no number is not explained
        return root(sheet.every("flow"), sheet.every("days"), rate)

    def capital(self) -> Term:
        """Return the average of what was invested, over the days on which it was above zero."""
        sheet = self.told.sheet
        start, past = self.report.start, self.found.past
        invested = number(ZERO)
        if not self.found.whole:
            invested = self.value_on("worth", start, self.found.base)
        changes = [one.on for one in past if one.inflow or one.outflow]
        last = past[-1].on if past else start
        self._weigh("start", sheet.step(keyed("capital", "start"), invested), changes, start, last)
        for at, on in enumerate(changes):
            came, went = self.flows(on)
            change = sheet.step(keyed("in", on), came) - sheet.step(keyed("out", on), went)
            invested = sheet.step(keyed("capital", on), invested + change)
            self._weigh(str(on), invested, changes[at + 1 :], on, last)
        counted = call("sum", sheet.every("counted"))
        if not counted.number:
            source = "most that was invested at a time"
            return sheet.put("highest", self.found.capital, self.told.unit, source=source)
        return call("sum", sheet.every("capital") * sheet.every("counted")) / counted

    def _weigh(
        self, key: str, invested: Term, ahead: Sequence[date], on: date, last: date
    ) -> None:
        days = ((ahead[0] if ahead else last) - on).days if invested.number > 0 else 0
        source = "days until the next change; 0 while nothing is invested"
        self.told.sheet.put(keyed("counted", key), Decimal(days), "days", on=on, source=source)

    def _days(self, key: str, on: date, first: date) -> None:
        length = Decimal((on - first).days)
        self.told.sheet.put(keyed("days", key), length, "days", on=on, source=f"since {first}")


def moving(rows: Iterable[Transaction], view: View) -> dict[date, list[Transaction]]:
    """Return the rows that bring money in or take it out, by their days."""
    found: dict[date, list[Transaction]] = {}
    for row in sorted(rows, key=lambda row: row.on):
        if flow_of(row, view):
            found.setdefault(row.on, []).append(row)
    return found

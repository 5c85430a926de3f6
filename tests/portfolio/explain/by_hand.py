"""Doing an explanation by hand: an evaluator that knows the payload and nothing else.

It shares no code with the planner: formulas are read as text, inputs as numbers, and what a step
is said to come to is looked at only to compare.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, getcontext, localcontext
from itertools import pairwise
from typing import Any

Number = Decimal | dict[str, Decimal]
TOKEN = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?)|([a-z_][a-z0-9_]*)(\[[^\]]*\])?|([-+*/^(),]))", re.IGNORECASE
)
DIGITS = 60


class Sheet:
    """The inputs and steps of one explanation."""

    def __init__(self, payload: Mapping[str, Any]) -> None:
        self.known: dict[str, Decimal] = {}
        self.order: list[str] = []
        for one in payload["inputs"]:
            assert one["name"] not in self.known, f"{one['name']} stands there twice"
            self.known[one["name"]] = Decimal(one["value"])
        self.steps = {one["name"]: one for one in payload["steps"]}
        assert len(self.steps) == len(payload["steps"])
        self.formula = payload["formula"]

    def result(self) -> Decimal:
        """Return what the figure comes to; every step is compared on the way."""
        with localcontext() as context:
            context.prec = DIGITS
            for name, step in self.steps.items():
                value = Formula(step["formula"], self).value()
                if isinstance(value, dict):
                    for key, each in value.items():
                        self.known[f"{name.removesuffix('[*]')}[{key}]"] = each
                    value = list(value.values())[-1] if value else Decimal(0)
                else:
                    self.known[name] = value
                assert close(value, Decimal(step["value"])), (name, value, step)
            found = Formula(self.formula, self).value()
            assert isinstance(found, Decimal), self.formula
            return found

    def look(self, name: str, key: str | None) -> Number:
        """Return the number, or the numbers, of a name."""
        if key != "[*]":
            return self.known[name + (key or "")]
        return {
            other[len(name) + 1 : -1]: value
            for other, value in self.known.items()
            if other.startswith(f"{name}[")
        }


class Formula:
    """One formula, read from left to right: sums of products of powers."""

    def __init__(self, text: str, sheet: Sheet) -> None:
        self.tokens = list(_tokens(text))
        self.sheet = sheet
        self.at = 0

    def value(self) -> Number:
        """Return what it comes to."""
        found = self._sum()
        assert self.at == len(self.tokens), f"left over: {self.tokens[self.at :]}"
        return found

    def _sum(self) -> Number:
        found = self._product()
        while sign := self._sign("+", "-"):
            found = each(found, self._product(), ADD if sign == "+" else SUBTRACT)
        return found

    def _product(self) -> Number:
        found = self._power()
        while sign := self._sign("*", "/"):
            found = each(found, self._power(), MULTIPLY if sign == "*" else DIVIDE)
        return found

    def _power(self) -> Number:
        found = self._atom()
        if self._sign("^"):
            found = each(found, self._power(), lambda one, two: one**two)
        return found

    def _atom(self) -> Number:
        kind, text, key = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return Decimal(text)
        if kind == "sign":
            assert text == "(", text
            found = self._sum()
            assert self._sign(")")
            return found
        if self._sign("("):
            given = [self._sum()]
            while self._sign(","):
                given.append(self._sum())
            assert self._sign(")")
            return WORKS[text](*given)
        return self.sheet.look(text, key)

    def _sign(self, *signs: str) -> str:
        if self.at < len(self.tokens):
            kind, text, _ = self.tokens[self.at]
            if kind == "sign" and text in signs:
                self.at += 1
                return text
        return ""


def _tokens(text: str) -> Iterator[tuple[str, str, str | None]]:
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        assert found, f"not a formula: {text[at:]}"
        at = found.end()
        number, name, key, sign = found.groups()
        if number:
            yield "number", number, None
        elif name:
            yield "name", name, key
        else:
            yield "sign", sign, None


def each(one: Number, two: Number, work: Callable[[Decimal, Decimal], Decimal]) -> Number:
    """Work on two numbers, or key by key on many."""
    if isinstance(one, dict) and isinstance(two, dict):
        assert list(one) == list(two), "different keys"
        return {key: work(value, two[key]) for key, value in one.items()}
    if isinstance(one, dict):
        assert isinstance(two, Decimal)
        return {key: work(value, two) for key, value in one.items()}
    if isinstance(two, dict):
        return {key: work(one, value) for key, value in two.items()}
    return work(one, two)


def close(one: Decimal, two: Decimal) -> bool:
    """Say whether two numbers are the same to the digits that are shown."""
    return abs(one - two) <= Decimal("1e-12") * max(Decimal(1), abs(two))


def ADD(one: Decimal, two: Decimal) -> Decimal:  # noqa: N802 - stands beside the others
    return one + two


def SUBTRACT(one: Decimal, two: Decimal) -> Decimal:  # noqa: N802 - as above
    return one - two


def MULTIPLY(one: Decimal, two: Decimal) -> Decimal:  # noqa: N802 - as above
    return one * two


def DIVIDE(one: Decimal, two: Decimal) -> Decimal:  # noqa: N802 - as above
    return one / two


def _values(many: Number) -> list[Decimal]:
    return list(many.values()) if isinstance(many, dict) else [many]


def _running(many: Number, work: Callable[[Decimal, Decimal], Decimal]) -> Number:
    found: dict[str, Decimal] = {}
    last: Decimal | None = None
    assert isinstance(many, dict)
    for key, value in many.items():
        last = value if last is None else work(last, value)
        found[key] = last
    return found


def _mapped(many: Number, work: Callable[[Decimal], Decimal]) -> Number:
    if isinstance(many, dict):
        return {key: work(value) for key, value in many.items()}
    return work(many)


def _product(many: Number) -> Decimal:
    found = Decimal(1)
    for value in _values(many):
        found *= value
    return found


def _round(value: Number, places: Number) -> Decimal:
    assert isinstance(value, Decimal)
    assert isinstance(places, Decimal)
    return value.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


def _root(flows: Number, days: Number) -> Decimal:
    """Return the rate at which the flows come to nothing, by halving."""
    assert isinstance(flows, dict)
    assert isinstance(days, dict)

    def worth(rate: float) -> float:
        return math.fsum(
            float(flow) / (1 + rate) ** (float(days[key]) / 365) for key, flow in flows.items()
        )

    points = [-0.999 + step * 0.01 for step in range(300)] + [2.0, 3.0, 5.0, 10.0, 100.0]
    changes = [(one, two) for one, two in pairwise(points) if (worth(one) > 0) != (worth(two) > 0)]
    assert len(changes) == 1, "no rate, or several"
    (low, high) = changes[0]
    for _ in range(200):
        middle = (low + high) / 2
        if (worth(middle) > 0) == (worth(low) > 0):
            low = middle
        else:
            high = middle
    return Decimal(low)


def _apportioned(parts: Number, whole: Number) -> Number:
    assert isinstance(parts, dict)
    assert isinstance(whole, Decimal)
    cent = Decimal("0.01")
    exact = {key: value * 100 / whole for key, value in parts.items()}
    found = {key: value.quantize(cent, ROUND_FLOOR) for key, value in exact.items()}
    goal = (sum(parts.values()) * 100 / whole).quantize(cent, ROUND_HALF_UP)
    missing = int((goal - sum(found.values())) / cent)
    by_rest = sorted(exact, key=lambda key: found[key] - exact[key])
    for key in by_rest[:missing]:
        found[key] += cent
    return found


WORKS: dict[str, Callable[..., Number]] = {
    "sum": lambda many: sum(_values(many), Decimal(0)),
    "product": _product,
    "max": lambda *many: max(value for one in many for value in _values(one)),
    "min": lambda *many: min(value for one in many for value in _values(one)),
    "count": lambda many: Decimal(len(_values(many))),
    "running_product": lambda many: _running(many, MULTIPLY),
    "running_max": lambda many: _running(many, max),
    "ln": lambda many: _mapped(many, lambda one: one.ln(getcontext())),
    "sqrt": lambda many: _mapped(many, lambda one: one.sqrt()),
    "round": _round,
    "root": _root,
    "apportioned": _apportioned,
}

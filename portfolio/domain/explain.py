"""How a figure came about: what went in, and each step to it, so that it can be done by hand.

A `Sheet` is filled while a figure is computed once more, slowly: inputs are numbers with a name,
a day and a source; steps are formulas over names. The text of a formula and its value come from
one expression (`Term`), so what is shown is what was computed.

Formulas use `+ - * / ^`, parentheses, numbers, and names: `price[IBM]` is one number, `price[*]`
all numbers of that name by their keys. What is done with `[*]` is done key by key, until a
function makes one number of them:

- `sum`, `product`, `max`, `min`, `count` of all numbers
- `running_product`, `running_max`: of each number and those before it
- `ln`, `sqrt`; `round(x, places)`: half away from zero
- `root(flow[*], days[*])`: the r for which the sum of flow / (1 + r) ^ (days / 365) is zero

Inputs that are themselves computed name the figure that explains them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from portfolio.domain import money
from portfolio.domain.money import ONE, ZERO

Value = Decimal | dict[str, Decimal]
_SUM, _PRODUCT, _POWER, _ATOM = range(1, 5)  # how tightly the parts of a formula hold together
_PLAIN: Final = str.maketrans("[]*", "()+")  # a key may not look like a part of a formula
_PLACES: Final = 28  # digits after the point of what is shown: ten more than of any figure


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a formula: its text, and what it comes to."""

    text: str
    value: Value
    rank: int = _ATOM

    @property
    def number(self) -> Decimal:
        """What it comes to, where it is one number."""
        if isinstance(self.value, dict):
            raise TypeError(f"{self.text} is many numbers")
        return self.value

    def __add__(self, other: "Term") -> "Term":
        """Return the sum."""
        return _joined(self, "+", other, _SUM, lambda one, two: one + two)

    def __sub__(self, other: "Term") -> "Term":
        """Return the difference."""
        return _joined(self, "-", other, _SUM, lambda one, two: one - two)

    def __mul__(self, other: "Term") -> "Term":
        """Return the product."""
        return _joined(self, "*", other, _PRODUCT, lambda one, two: one * two)

    def __truediv__(self, other: "Term") -> "Term":
        """Return the quotient."""
        return _joined(self, "/", other, _PRODUCT, lambda one, two: one / two)

    def __pow__(self, other: "Term") -> "Term":
        """Return the power."""
        return _joined(self, "^", other, _POWER, lambda one, two: one**two)


@dataclass(frozen=True, slots=True)
class Input:
    """A number that goes in, of which day and from where; `figure` explains a computed one."""

    name: str
    value: str
    unit: str
    on: date | None
    source: str
    figure: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A formula over names; the value of one over `[*]` is that of its last key."""

    name: str
    formula: str
    value: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure with all that it was computed from."""

    value: Decimal
    unit: str
    formula: str
    text: str
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Sheet:
    """What one figure is computed on."""

    inputs: dict[str, Input] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    _values: dict[str, Decimal] = field(default_factory=dict)

    def put(
        self,
        name: str,
        value: Decimal,
        unit: str,
        *,
        source: str,
        on: date | None = None,
        figure: str | None = None,
    ) -> Term:
        """Write an input down; one of the same name and value is written once."""
        found = self._free(name, value)
        if found not in self.inputs:
            self.inputs[found] = Input(found, shown(value), unit, on, source, figure)
            self._values[found] = value
        return Term(found, value)

    def step(self, name: str, term: Term) -> Term:
        """Write a step down and return its name as a term."""
        if isinstance(term.value, dict):
            stem = name.removesuffix("[*]")
            self._values |= {f"{stem}[{key}]": value for key, value in term.value.items()}
            last = list(term.value.values())[-1:]
            self.steps.append(Step(name, term.text, shown(last[0]) if last else "0"))
            return Term(name, term.value)
        found = self._free(name, term.value)
        if found not in self._values:
            self._values[found] = term.value
            self.steps.append(Step(found, term.text, shown(term.value)))
        return Term(found, term.value)

    def every(self, stem: str) -> Term:
        """Return all numbers of a name, by their keys, in the order of writing."""
        start = f"{stem}["
        found = {
            name[len(start) : -1]: value
            for name, value in self._values.items()
            if name.startswith(start)
        }
        return Term(f"{stem}[*]", found)

    def total(self, stem: str) -> Term:
        """Return the sum of all numbers of a name; 0 when there is none."""
        found = self.every(stem)
        return call("sum", found) if found.value else number(ZERO)

    def explained(self, term: Term, unit: str, text: str) -> Explanation:
        """Return the figure that a term comes to."""
        return Explanation(
            term.number, unit, term.text, text, tuple(self.inputs.values()), tuple(self.steps)
        )

    def _free(self, name: str, value: Decimal) -> str:
        """Return the name, or with a number when another value has it."""
        found, count = name, 1
        while found in self._values and self._values[found] != value:
            count += 1
            found = f"{name[:-1]} {count}]" if name.endswith("]") else f"{name}_{count}"
        return found


def keyed(stem: str, *keys: object) -> str:
    """Return the name of one number of many.

    >>> keyed("price", "BRK.B", "2013-03-01")
    'price[BRK.B 2013-03-01]'
    """
    key = " ".join(str(one) for one in keys if str(one))
    return f"{stem}[{key.translate(_PLAIN)}]"


def number(value: Decimal | int) -> Term:
    """Return a plain number, not below zero, as a term."""
    return Term(shown(Decimal(value)), Decimal(value))


def hundredths(share: Term, places: int = 2) -> Term:
    """Return a fraction as a rounded percentage."""
    return rounded(share * number(money.HUNDRED), places)


def rounded(term: Term, places: int = 2) -> Term:
    """Return a term rounded half away from zero."""
    return Term(f"round({term.text}, {places})", money.rounded(term.number, places))


def call(function: str, term: Term) -> Term:
    """Return one of `FUNCTIONS` of a term."""
    return Term(f"{function}({term.text})", FUNCTIONS[function](term.value))


def root(flows: Term, days: Term, rate: Decimal) -> Term:
    """Return the yearly rate that balances flows; `rate` is what it was found to be."""
    return Term(f"root({flows.text}, {days.text})", rate)


def shown(value: Decimal) -> str:
    """Return a number with so many digits that what follows from it comes out the same."""
    with money.exact():
        plain = format(value.quantize(ONE.scaleb(-_PLACES)), "f").rstrip("0").rstrip(".")
    return "0" if plain in {"", "-", "-0"} else plain


def _joined(
    one: Term, sign: str, other: Term, rank: int, work: Callable[[Decimal, Decimal], Decimal]
) -> Term:
    with money.exact():
        if isinstance(one.value, dict):
            pairs = (
                (
                    key,
                    work(
                        value, other.value[key] if isinstance(other.value, dict) else other.value
                    ),
                )
                for key, value in one.value.items()
            )
            value: Value = dict(pairs)
        elif isinstance(other.value, dict):
            value = {key: work(one.value, each) for key, each in other.value.items()}
        else:
            value = work(one.value, other.value)
    left = one.text if (one.rank >= rank and sign != "^") or one.rank > rank else f"({one.text})"
    loose = sign in "-/^" and other.rank == rank
    right = f"({other.text})" if other.rank < rank or loose else other.text
    return Term(f"{left} {sign} {right}", value, rank)


def _many(value: Value) -> dict[str, Decimal]:
    return value if isinstance(value, dict) else {"": value}


def _each(work: Callable[[Decimal], Decimal]) -> Callable[[Value], Value]:
    def done(value: Value) -> Value:
        with money.exact():
            if isinstance(value, dict):
                return {key: work(one) for key, one in value.items()}
            return work(value)

    return done


def _running(work: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Value], Value]:
    def done(value: Value) -> Value:
        found: dict[str, Decimal] = {}
        last: Decimal | None = None
        with money.exact():
            for key, one in _many(value).items():
                last = one if last is None else work(last, one)
                found[key] = last
        return found

    return done


def _sum(value: Value) -> Decimal:
    with money.exact():
        return sum(_many(value).values(), ZERO)


def _product(value: Value) -> Decimal:
    result = ONE
    with money.exact():
        for one in _many(value).values():
            result *= one
    return result


FUNCTIONS: Final[Mapping[str, Callable[[Value], Value]]] = {
    "sum": _sum,
    "product": _product,
    "max": lambda value: max(_many(value).values()),
    "min": lambda value: min(_many(value).values()),
    "count": lambda value: Decimal(len(_many(value))),
    "running_product": _running(lambda one, two: one * two),
    "running_max": _running(max),
    "ln": _each(Decimal.ln),
    "sqrt": _each(Decimal.sqrt),
}

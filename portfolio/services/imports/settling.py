"""What the ledger would refuse, found before anything is written: part by part of the ledger.

Selling more than is held means that history is missing: that is a question for the person, who
may say what was there before (an opening balance) or leave the instrument out. So is all else
that the ledger does not take, such as a currency without a rate. Nothing is dropped in silence.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal
from typing import Final, Literal

from portfolio.domain import money
from portfolio.domain.errors import DomainError, LedgerError
from portfolio.domain.fx import Rates
from portfolio.domain.money import ONE, ZERO
from portfolio.domain.parts import Part
from portfolio.domain.transactions import Kind, Transaction, ordered
from portfolio.services.imports.decisions import LEAVE_OUT, OPENING, ProblemDecision, place_of

ProblemKind = Literal["oversold", "refused"]
Place = tuple[str, str]
OPENING_NOTE: Final = "Opening balance: held before the imported rows begin"
_ADDS: Final = frozenset({Kind.BUY, Kind.TRANSFER_IN})
_TAKES: Final = frozenset({Kind.SELL, Kind.TRANSFER_OUT})


@dataclass(frozen=True, slots=True)
class Problem:
    """A place of which the ledger would refuse a row.

    `missing` is how many units an opening balance needs; None where none would help. `transaction`
    is the row at fault.
    """

    symbol: str
    account: str
    kind: ProblemKind
    message: str
    on: date
    transaction: str
    missing: Decimal | None = None

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.symbol, self.account


@dataclass(slots=True)
class Settled:
    """A part as it will be: rows that do not go in, rows to begin with, questions."""

    rejected: dict[str, str] = field(default_factory=dict)
    openings: list[Transaction] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def settle(
    part: Part,
    new: Collection[str],
    decisions: Mapping[str, ProblemDecision],
    ids: Iterator[str],
    rates: Rates,
) -> Settled:
    """Return what of the new rows of a part (`new` are their ids) goes in as it is."""
    found = Settled()
    rows: list[Transaction] = list(part.rows)
    for problem in shortfalls(rows):
        decision = decisions.get(place_of(*problem.place))
        if problem.missing and decision is not None and decision.choice == OPENING:
            found.openings.append(_opening(rows, problem, decision, next(ids)))
    if found.openings:
        rows += found.openings
        part = Part.of(rows)
    found.problems = shortfalls(rows) or _refused(part, rates)
    for problem in found.problems:
        decision = decisions.get(place_of(*problem.place))
        if decision is not None and decision.choice == LEAVE_OUT:
            reason = f"Left out: {problem.message}"
            return Settled(rejected={row.id: reason for row in part.rows if row.id in new})
    return found


def refusal(part: Part, rates: Rates) -> DomainError | None:
    """Return what the ledger has against the rows of a part, None when it takes them.

    Rows in another currency than the part's are taken at the rate of their day.
    """
    try:
        part.own(rates)
    except DomainError as error:
        return error
    return None


def _refused(part: Part, rates: Rates) -> list[Problem]:
    error = refusal(part, rates)
    if error is None:
        return []
    wrong = error.transaction if isinstance(error, LedgerError) else None
    at = next(
        (row for row in part.rows if row.id == wrong or (not wrong and _is_foreign(row, part))),
        part.rows[-1],
    )
    return [Problem(at.instrument, at.account, "refused", error.message, at.on, at.id)]


def _is_foreign(row: Transaction, part: Part) -> bool:
    return row.kind is not Kind.SPLIT and row.currency != part.currency


@dataclass(slots=True)
class _Count:
    """What is held in one place while its rows pass by, and what was missing so far."""

    held: Decimal = ZERO
    shorted: Decimal = ZERO
    factor: Decimal = ONE  # units now for one of the beginning
    missing: Decimal = ZERO
    first: Problem | None = None

    def split(self, ratio: Decimal) -> None:
        self.held, self.shorted = self.held * ratio, self.shorted * ratio
        self.factor *= ratio

    def take(self, row: Transaction) -> None:
        if self.held < row.quantity:
            self.first = self.first or _oversold(row, self.held, "held")
            self.missing += (row.quantity - self.held) / self.factor
            self.held = row.quantity
        self.held -= row.quantity

    def cover(self, row: Transaction) -> None:
        if self.shorted < row.quantity:
            self.first = self.first or _oversold(row, self.shorted, "sold short")
            self.missing = Decimal("NaN")  # no balance at the beginning would help
            self.shorted = row.quantity
        self.shorted -= row.quantity


def shortfalls(rows: Iterable[Transaction]) -> list[Problem]:
    """Return the first sale of more than is held in each place, and how much is missing."""
    counts: dict[Place, _Count] = {}
    with money.exact():
        for row in ordered(rows):
            count = counts.setdefault((row.instrument, row.account), _Count())
            if not row.instrument:
                continue
            if row.kind is Kind.SPLIT:
                count.split(Decimal(row.numerator) / Decimal(row.denominator))
            elif row.kind is Kind.MERGER:
                into = counts.setdefault((row.into, row.account), _Count())
                into.held += count.held * Decimal(row.numerator) / Decimal(row.denominator)
                count.held = ZERO
            elif row.kind in _ADDS:
                count.held += row.quantity
            elif row.kind is Kind.SHORT:
                count.shorted += row.quantity
            elif row.kind in _TAKES:
                count.take(row)
            elif row.kind is Kind.COVER:
                count.cover(row)
        return [
            replace(count.first, missing=_units(count.missing))
            for count in counts.values()
            if count.first is not None
        ]


def _units(missing: Decimal) -> Decimal | None:
    if missing.is_nan():
        return None
    return money.tidy(missing.quantize(money.DUST, rounding=ROUND_UP))


def _oversold(row: Transaction, held: Decimal, how: str) -> Problem:
    text = money.format_decimal(money.tidy(held))
    asked = money.format_decimal(row.quantity)
    message = (
        f"{text} {row.instrument} are {how} on {row.on}; the {row.kind} is of {asked}. "
        "What came before is missing"
    )
    return Problem(row.instrument, row.account, "oversold", message, row.on, row.id)


def _opening(
    rows: Sequence[Transaction], problem: Problem, decision: ProblemDecision, identifier: str
) -> Transaction:
    """Return the row that stands before all others, at the price of the sale that needs it."""
    here = [row for row in rows if (row.instrument, row.account) == problem.place]
    sale = next(row for row in here if row.id == problem.transaction)
    quantity = problem.missing or ZERO
    if decision.quantity is not None:
        quantity = money.parse_decimal(decision.quantity, field="quantity")
    with money.exact():
        usual = sale.price or money.tidy(sale.gross / sale.quantity)
    price = usual if decision.price is None else money.parse_decimal(decision.price, field="price")
    return Transaction(
        id=identifier,
        kind=Kind.TRANSFER_IN,
        on=min(row.on for row in here) - timedelta(days=1),
        instrument=problem.symbol,
        currency=sale.currency,
        quantity=quantity,
        price=price,
        account=problem.account,
        note=OPENING_NOTE,
    )

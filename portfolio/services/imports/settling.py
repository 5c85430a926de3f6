"""What the ledger would refuse, found before anything is written: per instrument and account.

Rows in another currency than their holding is kept in are rejected one by one; pence and pounds
(GBX and GBP, and their like) are made one by their fixed hundred. Selling more than is held means
that history is missing: that is a question for the person, who may say what was there before
(an opening balance) or leave the instrument out. Nothing is dropped in silence.

Places (an instrument in an account) that mergers or transfers link are settled together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal
from typing import Final, Literal

from portfolio.domain import ledger, money
from portfolio.domain.errors import LedgerError
from portfolio.domain.money import ONE, ZERO
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
    """Linked places as they will be: rows that do not go in, rows to begin with, questions."""

    rejected: dict[str, str] = field(default_factory=dict)
    converted: dict[str, Transaction] = field(default_factory=dict)
    openings: list[Transaction] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def settle(
    stored: Sequence[Transaction],
    new: Sequence[Transaction],
    decisions: Mapping[str, ProblemDecision],
    ids: Iterator[str],
) -> Settled:
    """Return what of the new rows of linked places goes in beside the stored ones."""
    found = Settled()
    fitting = _in_one_currency(stored, new, found)
    rows = [*stored, *fitting]
    for problem in shortfalls(rows):
        decision = decisions.get(place_of(*problem.place))
        if problem.missing and decision is not None and decision.choice == OPENING:
            found.openings.append(_opening(rows, problem, decision, next(ids)))
    rows += found.openings
    found.problems = shortfalls(rows) or _refused(rows)
    for problem in found.problems:
        decision = decisions.get(place_of(*problem.place))
        if decision is not None and decision.choice == LEAVE_OUT:
            reason = f"Left out: {problem.message}"
            return Settled(rejected=found.rejected | {row.id: reason for row in fitting})
    return found


def _in_one_currency(
    stored: Sequence[Transaction], new: Sequence[Transaction], found: Settled
) -> list[Transaction]:
    """Return the new rows that are in the currency of their place; note the others."""
    kept = {place: _currency(rows) for place, rows in by_place(new).items()}
    kept |= {place: _currency(rows) for place, rows in by_place(stored).items()}
    fitting: list[Transaction] = []
    for row in new:
        currency = kept[row.instrument, row.account]
        if row.currency == currency or row.kind is Kind.SPLIT or not currency:
            fitting.append(row)
            continue
        same = in_unit(row, currency)
        if same is None:
            found.rejected[row.id] = (
                f"{row.instrument} is kept in {currency} here; this row is in {row.currency}"
            )
        else:
            found.converted[row.id] = same
            fitting.append(same)
    return fitting


def _currency(rows: Iterable[Transaction]) -> str:
    """Return the currency of the first row that has one; trades say it before all others."""
    stating = [row for row in rows if row.kind is not Kind.SPLIT]
    trades = [row for row in stating if row.quantity and row.kind in _ADDS | _TAKES]
    first = min(trades or stating, key=lambda row: row.on, default=None)
    return "" if first is None else first.currency


def in_unit(row: Transaction, currency: str) -> Transaction | None:
    """Return a row in the other unit of its currency (GBP for GBX), None when it is none."""
    major, worth = money.major_unit(row.currency)
    other, other_worth = money.major_unit(currency)
    if major != other:
        return None
    with money.exact():
        factor = worth / other_worth
        return replace(
            row,
            currency=currency,
            price=row.price * factor,
            fee=row.fee * factor,
            tax=row.tax * factor,
            amount=None if row.amount is None else row.amount * factor,
        )


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


def _refused(rows: Sequence[Transaction]) -> list[Problem]:
    """Return what else the ledger has against these rows: the ledger itself decides."""
    try:
        ledger.positions(rows)
    except LedgerError as error:
        at = next((row for row in rows if row.id == error.transaction), rows[-1])
        return [Problem(at.instrument, at.account, "refused", error.message, at.on, at.id)]
    return []


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


def by_place(rows: Iterable[Transaction]) -> Mapping[Place, list[Transaction]]:
    """Return rows of instruments by (symbol, account)."""
    found: dict[Place, list[Transaction]] = {}
    for row in rows:
        if row.instrument:
            found.setdefault((row.instrument, row.account), []).append(row)
    return found


def linked(rows: Iterable[Transaction]) -> Mapping[Place, Place]:
    """Return for each place one that stands for all that mergers and transfers link with it."""
    parent: dict[Place, Place] = {}
    halves: dict[str, Place] = {}

    def top(place: Place) -> Place:
        while (above := parent.setdefault(place, place)) != place:
            parent[place] = place = parent[above]
        return place

    for row in rows:
        if not row.instrument:
            continue
        here = top((row.instrument, row.account))
        if row.into:
            parent[here] = top((row.into, row.account))
        if row.pair:
            parent[top(here)] = top(halves.setdefault(row.pair, here))
    return {place: top(place) for place in list(parent)}


def groups(
    rows: Iterable[Transaction], top: Mapping[Place, Place]
) -> dict[Place, list[Transaction]]:
    """Return rows of instruments by the place that stands for theirs."""
    found: dict[Place, list[Transaction]] = {}
    for row in rows:
        if row.instrument:
            found.setdefault(top[row.instrument, row.account], []).append(row)
    return found

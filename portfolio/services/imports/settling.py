"""What the ledger would refuse, found before anything is written: per instrument and account.

Rows in another currency than their holding is kept in are rejected one by one; pence and pounds
(GBX and GBP, and their like) are made one by their fixed hundred. Selling more than is held means
that history is missing: that is a question for the person, who may say what was there before
(an opening balance) or leave the instrument out. Nothing is dropped in silence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal
from typing import Final, Literal

from portfolio.domain import ledger, money
from portfolio.domain.errors import LedgerError
from portfolio.domain.money import ONE, ZERO
from portfolio.domain.transactions import OF_AN_INSTRUMENT, Kind, Transaction, ordered
from portfolio.services.imports.decisions import OPENING, ProblemDecision

ProblemKind = Literal["oversold", "refused"]
OPENING_NOTE: Final = "Opening balance: held before the imported rows begin"
OF_UNITS: Final = OF_AN_INSTRUMENT
_ADDS: Final = frozenset({Kind.BUY, Kind.TRANSFER_IN})
_TAKES: Final = frozenset({Kind.SELL, Kind.TRANSFER_OUT})


@dataclass(frozen=True, slots=True)
class Problem:
    """One instrument in one account of which the ledger would refuse a row.

    `missing` is how many units an opening balance needs; None where none would help. `transaction`
    is the row at fault. `choice` is what the person decided.
    """

    symbol: str
    account: str
    kind: ProblemKind
    message: str
    on: date
    transaction: str
    missing: Decimal | None = None
    choice: ProblemDecision | None = None


@dataclass(slots=True)
class Settled:
    """One place as it will be: rows that do not go in with their reason, and one to begin with."""

    rejected: dict[str, str] = field(default_factory=dict)
    converted: dict[str, Transaction] = field(default_factory=dict)
    opening: Transaction | None = None
    problem: Problem | None = None


def settle(
    stored: Sequence[Transaction],
    new: Sequence[Transaction],
    decision: ProblemDecision | None,
    opening_id: str,
) -> Settled:
    """Return what of the new rows of one place goes in beside the stored ones."""
    found = Settled()
    fitting = _in_one_currency(stored, new, found)
    rows = [*stored, *fitting]
    short = _shortfall(rows)
    if short is not None and short.missing is not None and decision is not None:
        if decision.choice == OPENING:
            found.opening = _opening(rows, short, decision, opening_id)
            rows.append(found.opening)
            short = _shortfall(rows)
        else:
            found.rejected |= dict.fromkeys((row.id for row in fitting), _left_out(short))
            return found
    found.problem = short or _refused(rows)
    if found.problem is not None and decision is not None:
        if decision.choice == OPENING:
            found.problem = replace(found.problem, choice=decision)
        else:
            found.rejected |= dict.fromkeys((row.id for row in fitting), _left_out(found.problem))
            found.problem = None
    return found


def _left_out(problem: Problem) -> str:
    return f"Left out: {problem.message}"


def _in_one_currency(
    stored: Sequence[Transaction], new: Sequence[Transaction], found: Settled
) -> list[Transaction]:
    """Return the new rows in the currency of the place; note those that are in another."""
    kept = _currency(stored) or _currency(new)
    fitting: list[Transaction] = []
    for row in new:
        if row.currency == kept or row.kind is Kind.SPLIT:
            fitting.append(row)
            continue
        same = in_unit(row, kept)
        if same is None:
            found.rejected[row.id] = (
                f"{row.instrument} is kept in {kept} here; this row is in {row.currency}"
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


def _shortfall(rows: Iterable[Transaction]) -> Problem | None:
    """Return the first sale of more than is held, and how much is missing at the beginning."""
    held, shorted, factor, missing = ZERO, ZERO, ONE, ZERO
    first: Problem | None = None
    with money.exact():
        for row in ordered(rows):
            if row.kind is Kind.SPLIT:
                ratio = Decimal(row.numerator) / Decimal(row.denominator)
                held, shorted, factor = held * ratio, shorted * ratio, factor * ratio
            elif row.kind in _ADDS:
                held += row.quantity
            elif row.kind is Kind.SHORT:
                shorted += row.quantity
            elif row.kind in _TAKES:
                if held < row.quantity:
                    first = first or _oversold(row, held, "held")
                    missing += (row.quantity - held) / factor
                    held = row.quantity
                held -= row.quantity
            elif row.kind is Kind.COVER:
                if shorted < row.quantity:
                    return _oversold(row, shorted, "sold short")
                shorted -= row.quantity
        if first is None:
            return None
        units = money.tidy(missing.quantize(money.DUST, rounding=ROUND_UP))
        return replace(first, missing=units)


def _oversold(row: Transaction, held: Decimal, how: str) -> Problem:
    text = money.format_decimal(money.tidy(held))
    asked = money.format_decimal(row.quantity)
    message = (
        f"{text} {row.instrument} are {how} on {row.on}; the {row.kind} is of {asked}. "
        "What came before is missing"
    )
    return Problem(row.instrument, row.account, "oversold", message, row.on, row.id)


def _refused(rows: Sequence[Transaction]) -> Problem | None:
    """Return what else the ledger has against these rows: the ledger itself decides."""
    try:
        ledger.positions(rows)
    except LedgerError as error:
        at = next((row for row in rows if row.id == error.transaction), rows[-1])
        return Problem(at.instrument, at.account, "refused", error.message, at.on, at.id)
    return None


def _opening(
    rows: Sequence[Transaction], problem: Problem, decision: ProblemDecision, identifier: str
) -> Transaction:
    """Return the row that stands before all others, at the price of the sale that needs it."""
    before = min(row.on for row in rows) - timedelta(days=1)
    sale = next(row for row in rows if row.id == problem.transaction)
    quantity = problem.missing or ZERO
    if decision.quantity is not None:
        quantity = money.parse_decimal(decision.quantity, field="quantity")
    with money.exact():
        usual = sale.price or money.tidy(sale.gross / sale.quantity)
    price = usual if decision.price is None else money.parse_decimal(decision.price, field="price")
    return Transaction(
        id=identifier,
        kind=Kind.TRANSFER_IN,
        on=before,
        instrument=problem.symbol,
        currency=sale.currency,
        quantity=quantity,
        price=price,
        account=problem.account,
        note=OPENING_NOTE,
    )


def by_place(rows: Iterable[Transaction]) -> Mapping[tuple[str, str], list[Transaction]]:
    """Return rows of instruments by (symbol, account)."""
    found: dict[tuple[str, str], list[Transaction]] = {}
    for row in rows:
        if row.instrument:
            found.setdefault((row.instrument, row.account), []).append(row)
    return found

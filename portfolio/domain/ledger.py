"""The ledger: positions and holdings, derived from transactions and from nothing else.

A *position* is everything that happened to one instrument in one account: what is held, in
which lots, what was sold with which gain, what it paid. A *holding* is a position with something
left. Figures come gross (prices alone) and net (fees and taxes counted where they fell: a
purchase's charges belong to its cost and leave it in proportion, a sale's charges reduce its
gain). Where a figure has one name, it is the net one.

What was sold short stands as a negative quantity: its lots are the short sales, its cost is what
they brought (negative). Money alone (deposits, interest on cash) makes no position; balances are
in `cash`. How rows are applied is in `folding`.
"""

from collections.abc import Iterable
from datetime import date

from portfolio.domain import money
from portfolio.domain.folding import Fold
from portfolio.domain.folding import Methods as Methods
from portfolio.domain.lots import Method as Method
from portfolio.domain.position import Disposal as Disposal
from portfolio.domain.position import Income as Income
from portfolio.domain.position import Position as Position
from portfolio.domain.transactions import Kind as Kind
from portfolio.domain.transactions import Transaction as Transaction
from portfolio.domain.transactions import check as check
from portfolio.domain.transactions import ordered as ordered


def positions(
    transactions: Iterable[Transaction], on: date | None = None, method: Methods = Method.FIFO
) -> tuple[Position, ...]:
    """Return all positions at the end of a day (default: of the last row), sorted by instrument.

    The result does not depend on the order of the transactions.

    Raises:
        LedgerError: a transaction is not right by itself, or in a second currency.
        OversoldError: more is sold than held at that moment.
    """
    fold = Fold(method)
    rows = [row for row in transactions if on is None or row.on <= on]
    with money.exact():
        fold.take(check(row) for row in ordered(rows))
        return fold.positions()


def holdings(
    transactions: Iterable[Transaction], on: date | None = None, method: Methods = Method.FIFO
) -> tuple[Position, ...]:
    """Return the positions that hold something at the end of a day.

    Raises:
        LedgerError: as `positions` does.
    """
    return tuple(one for one in positions(transactions, on, method) if one.quantity)

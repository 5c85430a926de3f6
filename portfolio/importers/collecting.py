"""Reads the rows of a file one by one and gathers what comes of each: nothing is lost silently."""

from collections.abc import Callable, Iterable
from typing import Final, Protocol, TypeVar

from portfolio.domain.errors import DomainError
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import TRADES, Kind
from portfolio.importers.base import (
    Entry,
    Imported,
    ImportedTransaction,
    Rejected,
    RowError,
    SkippedRow,
    TakenBack,
)
from portfolio.importers.reversals import without_reversed


class Source(Protocol):
    """Where a row stands in the file, and its cells."""

    @property
    def number_in_file(self) -> int:
        """The line or the place it has there, counted from 1."""
        ...

    @property
    def cells(self) -> tuple[str, ...]:
        """What it holds, to show beside a reason."""
        ...


S = TypeVar("S", bound=Source)
_OF_UNITS: Final = frozenset({Kind.SPLIT, Kind.MERGER, Kind.TRANSFER_IN, Kind.TRANSFER_OUT})


def _check(one: ImportedTransaction) -> None:
    """Refuse what no reader may have let through: a transaction of nothing.

    Raises:
        RowError: it moves no units, or no money where money is all there is.
    """
    if one.kind in TRADES:
        if one.quantity <= 0:
            raise RowError(f"A {one.kind} needs a quantity above zero")
    elif one.kind is Kind.TRANSFER_IN and one.quantity and not _says_cost(one):
        raise RowError("What these units cost is not stated; enter the row by hand")
    elif one.kind not in _OF_UNITS and not (one.amount or (one.quantity and one.price)):
        raise RowError(f"A {one.kind} needs an amount above zero")
    if (one.amount or ZERO) < 0 or one.fee < 0 or one.tax < 0:
        raise RowError("An amount or a charge would be below zero")


def _says_cost(one: ImportedTransaction) -> bool:
    """Say whether units that came in have a cost, be it of charges and nothing else."""
    paid = one.amount is not None and (one.fee or one.tax)
    return bool(one.amount or one.price or paid)


def collected(name: str, rows: Iterable[S], read: Callable[[S], Iterable[Entry]]) -> Imported:
    """Return what reading each row gives, its refusals gathered beside it."""
    kept: list[ImportedTransaction] = []
    back: list[TakenBack] = []
    rejected: list[Rejected] = []
    skipped: list[Rejected] = []
    cells: dict[int, tuple[str, ...]] = {}
    for row in rows:
        try:
            for entry in read(row):
                if isinstance(entry, ImportedTransaction):
                    _check(entry)
                    kept.append(entry)
                else:
                    back.append(entry)
            cells[row.number_in_file] = row.cells
        except RowError as error:
            rejected.append(
                Rejected(row.number_in_file, row.cells, error.reason, error.column, error.text)
            )
        except DomainError as error:
            rejected.append(
                Rejected(row.number_in_file, row.cells, error.message, error.field or "")
            )
        except SkippedRow as reason:
            skipped.append(Rejected(row.number_in_file, row.cells, str(reason)))
    found = Imported(name, tuple(kept), tuple(rejected), tuple(skipped))
    return without_reversed(found, back, cells) if back else found

"""What an importer takes and gives: bytes in, transactions and rejected rows out. Pure.

An importer never guesses a value. A row that is not understood is rejected with the column and
the text at fault; nothing becomes zero, today or another currency by default. Rows that are no
transactions (titles, totals, internal movements) are skipped, each with its reason too.

A new format is one module with an `IMPORTER`, and one line in `portfolio.importers.IMPORTERS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Protocol

from portfolio.domain.money import ZERO
from portfolio.domain.transactions import Kind
from portfolio.importers.document import Document
from portfolio.importers.options import Decision, Options


@dataclass(frozen=True, slots=True)
class ImportedTransaction:
    """One row of a file in the ledger's words; the instrument is still as the file names it.

    `amount` is the value before fee and tax. `settled` is what moved on the cash account in its
    own currency, where the file states that and it is another one. `into` and `into_isin` name
    what a merger turns the instrument into. `pair` is the same of both halves of a transfer.
    """

    line: int
    kind: Kind
    on: date
    currency: str
    at: time | None = None
    symbol: str = ""
    isin: str = ""
    name: str = ""
    quantity: Decimal = ZERO
    price: Decimal = ZERO
    amount: Decimal | None = None
    fee: Decimal = ZERO
    tax: Decimal = ZERO
    numerator: int = 1
    denominator: int = 1
    account: str = ""
    reference: str = ""
    note: str = ""
    settled: Decimal | None = None
    settled_currency: str = ""
    into: str = ""
    into_isin: str = ""
    pair: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A booking that undoes an earlier one: what it undoes, with its own line and day.

    The one it undoes is left out with it; if that is not in the file, its row is rejected with
    the column and the text that say what was taken back.
    """

    transaction: ImportedTransaction
    column: str = ""
    text: str = ""


Entry = ImportedTransaction | TakenBack


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken over, and why; `column` and `text` are what was not understood."""

    line: int
    cells: tuple[str, ...]
    reason: str
    column: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came out of one file. `skipped` rows are no transactions; `rejected` might be."""

    format: str
    transactions: tuple[ImportedTransaction, ...]
    rejected: tuple[Rejected, ...] = ()
    skipped: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Needs:
    """What a person has to decide before a file can be read, and what to show for it.

    `what` is the first open decision, None when the file can be read with the options at hand.
    `proposal` is those options with every column that could be told filled in; `confidence` says
    for each of its fields how sure that is, from 0 to 1 (1: the header is a known word).
    `unknown_kinds` are type words of the file that mean nothing yet: map them in
    `Options.kinds`, or their rows are rejected.
    """

    what: Decision | None
    headers: tuple[str, ...] = ()
    sample_rows: tuple[tuple[str, ...], ...] = ()
    proposal: Options = field(default_factory=Options)
    confidence: Mapping[str, float] = field(default_factory=dict)
    unknown_kinds: tuple[str, ...] = ()


class Importer(Protocol):
    """One file format."""

    @property
    def name(self) -> str:
        """A short word for it, such as "ghostfolio-csv"."""
        ...

    @property
    def title(self) -> str:
        """What a person calls it."""
        ...

    def recognises(self, document: Document) -> bool:
        """Say whether a file is of this format; must not raise on any bytes."""
        ...

    def needs(self, document: Document, options: Options) -> Needs:
        """Return what has to be decided before `read` can do without guessing."""
        ...

    def read(self, document: Document, options: Options) -> Imported:
        """Return what is in the file.

        Raises:
            UnreadableError: the file is not of this format after all.
        """
        ...


class RowError(Exception):
    """One row cannot be taken over; collected as `Rejected`, never lets a whole import fail."""

    def __init__(self, reason: str, *, column: str = "", text: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column
        self.text = text


class SkippedRow(Exception):  # noqa: N818 - no error: the row is no transaction
    """A row that is no transaction, with the reason."""

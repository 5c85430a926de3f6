"""The review: each row of all files new, already known, rejected or skipped, and why.

It computes only; `Material` brings everything that it needs. Rows keep the order of the files.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import orjson

from federation.prepared import Values
from portfolio.domain import dedup, money
from portfolio.domain.dedup import Fingerprint
from portfolio.domain.errors import DomainError
from portfolio.domain.fx import Rates
from portfolio.domain.money import ZERO
from portfolio.domain.parts import Ledger
from portfolio.domain.transactions import OF_AN_INSTRUMENT, TRADES, Kind, Transaction, check
from portfolio.importers.base import ImportedTransaction, Rejected
from portfolio.services.imports import settling
from portfolio.services.imports.decisions import Decisions
from portfolio.services.imports.matching import Catalogue, Known, Matcher
from portfolio.services.imports.reading import Read, Template, Templates, read_file
from portfolio.services.imports.settling import Problem
from portfolio.storage.imports import File

NOTE_MAX: Final = 2000
ACCOUNT_MAX: Final = 100
REFERENCE_MAX: Final = 200
WHICH: Final = "Say which instrument this is"
_DECIMALS: Final = ("quantity", "price", "amount", "fee", "tax", "settled")


@dataclass(frozen=True, slots=True)
class Material:
    """All that a review is made of; `ledger` is my own, of some revision."""

    import_id: str
    files: Sequence[File]
    decisions: Decisions
    templates: Sequence[Template]
    known: Sequence[Known]
    remembered: Mapping[str, str]
    ledger: Ledger
    references: Mapping[str, str]
    originals: Mapping[str, Transaction]
    accounts: frozenset[str]
    sample_accounts: frozenset[str]
    revision: int
    rates: Rates


@dataclass(slots=True)
class Line:
    """One row of a file on its way: what it states, and the transaction it would be."""

    file: int
    number: int
    status: str
    stated: ImportedTransaction | None = None
    value: Transaction | None = None
    reason: str = ""
    column: str = ""
    text: str = ""
    cells: tuple[str, ...] = ()

    def reject(self, reason: str, column: str = "", text: str = "") -> None:
        """Take the row out, with the reason."""
        self.status, self.reason, self.column, self.text = "rejected", reason, column, text


@dataclass(slots=True)
class Review:
    """What came of an import: its rows, and what a person has to know or decide."""

    material: Material
    read: Sequence[Read]
    lines: list[Line]
    matcher: Matcher
    accounts: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    @property
    def new(self) -> list[Transaction]:
        """The transactions that would be added."""
        return [one.value for one in self.lines if one.value is not None and one.status == "new"]

    @property
    def open_questions(self) -> bool:
        """Whether something must be decided before the rows can be taken over."""
        undecided = any(one.needs.what is not None for one in self.read if one.imported is None)
        return undecided or bool(self.problems)

    def counts(self, file: int | None = None) -> dict[str, int]:
        """Return how many rows there are of each status."""
        found = Counter(one.status for one in self.lines if file is None or one.file == file)
        return {name: found[name] for name in ("new", "known", "rejected", "skipped")}

    def rows(self) -> Iterator[Values]:
        """Return the rows as they are stored."""
        for n, one in enumerate(self.lines):
            yield _stored(self.material.import_id, n, one)


def review(material: Material, ids: Iterator[str]) -> Review:
    """Return the review of an import; `ids` are those of the transactions it would bring."""
    templates = Templates(material.templates)
    read = [
        Read(file, left_out=True)
        if (decision := material.decisions.of_file(file.n)).leave_out
        else read_file(file, decision, templates)
        for file in material.files
    ]
    matcher = Matcher(
        Catalogue(material.known), material.decisions.instruments, material.remembered
    )
    for one in read:
        if one.imported is not None:
            matcher.learn(one.imported.transactions)
    found = Review(material, read, [], matcher, {})
    for one in read:
        found.lines += sorted(_lines(one, found, ids), key=lambda line: line.number)
    _compare(found)
    _settle(found, ids)
    return found


def _lines(read: Read, found: Review, ids: Iterator[str]) -> Iterator[Line]:
    if read.imported is None:
        return
    for row in read.imported.transactions:
        yield _line(row, read.file.n, found, next(ids))
    for rejected in read.imported.rejected:
        yield _untaken(read.file.n, "rejected", rejected)
    for skipped in read.imported.skipped:
        yield _untaken(read.file.n, "skipped", skipped)


def _untaken(file: int, status: str, row: Rejected) -> Line:
    return Line(
        file, row.line, status, reason=row.reason, column=row.column, text=row.text,
        cells=row.cells,
    )  # fmt: skip


def _line(row: ImportedTransaction, file: int, found: Review, identifier: str) -> Line:
    line = Line(file, row.line, "new", stated=row)
    symbol, into = found.matcher.match(row), found.matcher.match_into(row)
    account = found.material.decisions.accounts.get(row.account, row.account)
    found.accounts[row.account] = account
    try:
        line.value = _transaction(row, identifier, (symbol, into), account, found.material)
    except DomainError as error:
        line.reject(error.message, error.field or "")
    return line


def _transaction(
    row: ImportedTransaction,
    identifier: str,
    instruments: tuple[str, str],
    account: str,
    material: Material,
) -> Transaction:
    """Return the row as a transaction of the ledger, about one instrument, or merged into another.

    Raises:
        DomainError: it is none; the message says why.
    """
    symbol, into = instruments
    if account in material.sample_accounts:
        raise DomainError(
            f'"{account}" is the account of the sample; name another', field="account"
        )
    if len(account) > ACCOUNT_MAX:
        raise DomainError(f"An account has up to {ACCOUNT_MAX} characters", field="account")
    if not symbol and (row.kind in OF_AN_INSTRUMENT or (row.isin or row.symbol)):
        raise DomainError(WHICH, field="symbol")
    for name in _DECIMALS:
        value = getattr(row, name)
        if value:
            money.parse_decimal(money.format_decimal(value), field=name)
    return check(
        Transaction(
            id=identifier,
            kind=row.kind,
            on=row.on,
            instrument=symbol,
            currency=row.currency,
            quantity=row.quantity,
            price=row.price,
            fee=row.fee,
            tax=row.tax,
            amount=row.amount,
            numerator=row.numerator,
            denominator=row.denominator,
            account=account,
            at=None if row.at is None else row.at.replace(microsecond=0),
            note=row.note[:NOTE_MAX],
            into=into,
            settled=row.settled,
            settled_currency=row.settled_currency,
            pair=row.pair,
        )
    )


def _compare(found: Review) -> None:
    """Mark the rows that are in the ledger already, by the n-th copy rule.

    What was changed since it was imported is still the row of the file that it was.
    """
    lines = [one for one in found.lines if one.value is not None]
    references = found.material.references
    originals = found.material.originals
    stored = (
        fingerprint(originals.get(row.id, row), references.get(row.id, ""))
        for row in found.material.ledger.rows
    )
    incoming = [
        fingerprint(one.value, one.stated.reference)
        for one in lines
        if one.value is not None and one.stated is not None
    ]
    for place in dedup.compare(stored, incoming).duplicates:
        lines[place].status = "known"


def fingerprint(row: Transaction, reference: str) -> Fingerprint:
    """Return what tells a transaction from another; a split has no currency of its own."""
    return Fingerprint(
        account=row.account,
        on=row.on,
        kind=row.kind,
        instrument=row.instrument,
        quantity=row.quantity,
        price=row.price,
        amount=row.amount or ZERO,
        currency="" if row.kind is Kind.SPLIT else row.currency,
        fee=row.fee,
        at=row.at,
        reference=reference[:REFERENCE_MAX],
    )


def _settle(found: Review, ids: Iterator[str]) -> None:
    """Ask the ledger about every part that new rows touch."""
    lines = {
        one.value.id: one for one in found.lines if one.value is not None and one.status == "new"
    }
    decisions = found.material.decisions.problems
    after = found.material.ledger.changed({}, found.new)
    for part in after.parts.values():
        new = lines.keys() & {row.id for row in part.rows}
        if not new:
            continue
        settled = settling.settle(part, new, decisions, ids, found.material.rates)
        for identifier, reason in settled.rejected.items():
            lines[identifier].reject(reason)
        found.lines += [Line(0, 0, "new", value=opening) for opening in settled.openings]
        found.problems += settled.problems


def _cells(one: Line) -> tuple[str, ...]:
    """Return the row as it stands in the file, or what it states where it was understood."""
    row = one.stated
    if row is None:
        return one.cells
    stated = (
        row.on.isoformat(), row.kind, row.symbol or row.isin or row.name, row.currency,
        *(format(value, "f") if value else "" for value in (row.quantity, row.price, row.amount)),
        row.account, row.reference,
    )  # fmt: skip
    return tuple(str(cell) for cell in stated)


def _text(value: Decimal | None) -> str | None:
    return money.format_decimal(value) if value else None


def _stored(import_id: str, n: int, one: Line) -> Values:
    untaken = one.status in {"rejected", "skipped"}
    head = (
        import_id, n, one.file, one.number, one.status, one.reason, one.column, one.text[:200],
        orjson.dumps(_cells(one)).decode() if untaken else None,
    )  # fmt: skip
    value, stated = one.value, one.stated
    if value is None:
        return (*head, *([None] * 23))
    ratio = value.kind in {Kind.SPLIT, Kind.MERGER}
    price = _text(value.price)
    if price is None and value.amount is None and value.kind in TRADES:
        price = "0"
    return (
        *head,
        value.id,
        value.kind.value,
        value.on.isoformat(),
        None if value.at is None else value.at.isoformat(),
        value.instrument,
        "" if stated is None else stated.isin,
        "" if stated is None else stated.name,
        value.account,
        value.currency,
        _text(value.quantity),
        price,
        None if value.amount is None else money.format_decimal(value.amount),
        _text(value.fee),
        _text(value.tax),
        value.numerator if ratio else None,
        value.denominator if ratio else None,
        "" if stated is None else stated.reference[:REFERENCE_MAX],
        value.note,
        None if value.settled is None else money.format_decimal(value.settled),
        value.settled_currency or None,
        value.into or None,
        value.pair or None,
        None if stated is None else list(stated.tags) or None,
    )

"""What imports are told and answer: the models of `imports.py`."""

from typing import Annotated, Any, Literal

from pydantic import Base64Bytes, Field, StringConstraints

from portfolio.api.fields import DecimalText, In, Instant, Out, Ulid, absent
from portfolio.api.ideas import Account, CurrencyCode, Symbol
from portfolio.services.imports.drafts import FILES_MAX, NAME_MAX

Status = Literal["new", "known", "rejected", "skipped"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_MAX)]
Stated = Annotated[str, StringConstraints(min_length=1, max_length=NAME_MAX)]
Word = Annotated[str, StringConstraints(max_length=NAME_MAX)]
AssetClass = Literal["share", "fund", "bond", "option", "crypto", "cash", "manual", "other"]
KindWord = Literal[
    "buy", "sell", "short", "cover", "dividend", "interest", "fee", "tax", "deposit",
    "withdrawal", "transfer_in", "transfer_out", "split", "merger",
]  # fmt: skip


class OptionsIn(In):
    """What a person decides about a file where it cannot say it itself."""

    date_order: Literal["ymd", "dmy", "mdy"] | None = None
    decimal_mark: Literal[".", ","] | None = None
    currency: CurrencyCode | None = None
    account: Account | None = None
    columns: dict[Word, Word] | None = Field(
        default=None, description="header of each field; null for a field takes it away"
    )
    kinds: dict[Word, KindWord | None] | None = Field(
        default=None, description="kind of each type word; null for rows that are none"
    )
    header: int | None = Field(default=None, ge=0, description="line of the header; 0 = none")
    sheet: Word | None = Field(default=None, description="the one to read of a spreadsheet")


class FileIn(In):
    """One file of an import."""

    name: Name
    content_base64: Base64Bytes


class ImportIn(In):
    """Files to import; options and template are for all of them."""

    files: Annotated[tuple[FileIn, ...], Field(min_length=1, max_length=FILES_MAX, strict=False)]
    options: OptionsIn = absent()
    template: Name = absent()


class FileChange(In):
    """A decision about one file."""

    n: Annotated[int, Field(ge=0, lt=FILES_MAX)]
    options: OptionsIn = absent()
    template: Name | None = absent()
    leave_out: bool = absent()


class InstrumentChoice(In):
    """Which instrument a stated one is; the rest describes one that is new."""

    symbol: Symbol
    name: Name = absent()
    class_: AssetClass | None = Field(default=None, alias="class")
    currency: CurrencyCode = absent()


class ProblemChoice(In):
    """What to do where more is sold than held; `choice` null takes a decision back."""

    symbol: Symbol
    account: Account
    choice: Literal["opening", "leave_out"] | None
    quantity: DecimalText = absent()
    price: DecimalText = absent()


class ImportPatch(In):
    """Decisions about a draft; what is not named stays as it is."""

    files: Annotated[tuple[FileChange, ...], Field(max_length=FILES_MAX, strict=False)] = absent()
    accounts: dict[Word, Account | None] | None = Field(
        default=None, description="account of mine for each that the files state"
    )
    resolve: dict[Stated, InstrumentChoice | Symbol | None] | None = Field(
        default=None, description="instrument for each that the files state"
    )
    problems: Annotated[tuple[ProblemChoice, ...], Field(max_length=500, strict=False)] = absent()


class ImportedFile(Out):
    """One file, and what was found in it; `needs` is the decision that it waits for."""

    n: int
    name: str
    size: int
    format: str
    title: str
    rows: int
    new: int
    known: int
    rejected: int
    skipped: int
    notes: tuple[str, ...]
    needs: Literal["mapping", "date_order", "decimal_mark", "currency", "account"] | None
    headers: tuple[str, ...]
    sample_rows: tuple[tuple[str, ...], ...]
    proposal: dict[str, Any]
    confidence: dict[str, float]
    unknown_kinds: tuple[str, ...]
    options: dict[str, Any]
    template: str | None
    error: str | None
    leave_out: bool = False


class ImportedAccount(Out):
    """An account as the files state it ("" = not at all), and which of mine it becomes."""

    stated: str
    account: str
    rows: int
    exists: bool


class ImportedInstrument(Out):
    """An instrument as the files state it, and which one it was found to be."""

    stated: str
    isin: str | None
    name: str | None
    symbol: str | None
    how: Literal["decided", "remembered", "isin", "symbol", "name", "new", "open"]
    class_: AssetClass = Field(alias="class")
    currency: str | None
    rows: int
    suggestions: tuple[str, ...]


class ImportProblem(Out):
    """Something that the ledger would refuse; `missing` units would make it possible."""

    symbol: str
    account: str
    kind: Literal["oversold", "refused"]
    message: str
    date: str
    missing: str | None


class ImportTotals(Out):
    """What the new rows come to in one currency, before fee and tax; these stand beside."""

    currency: str
    rows: int
    bought: str
    sold: str
    income: str
    charges: str
    deposited: str
    withdrawn: str
    fees: str
    taxes: str


class Import(Out):
    """An import: a draft until it is done. Long files are read while `progress` is polled."""

    id: Ulid
    state: Literal["reading", "review", "importing", "done", "undone", "failed"]
    created: Instant
    updated: Instant
    progress: float
    reason: str | None
    new: int
    known: int
    rejected: int
    skipped: int
    open: bool
    files: tuple[ImportedFile, ...]
    accounts: tuple[ImportedAccount, ...]
    instruments: tuple[ImportedInstrument, ...]
    unresolved: tuple[ImportedInstrument, ...]
    problems: tuple[ImportProblem, ...]
    totals: tuple[ImportTotals, ...]


class ImportRow(Out):
    """One row of the files; `cells` are those of a row that was not taken over."""

    n: int
    file: int
    line: int
    status: Status
    reason: str
    column: str
    text: str
    cells: tuple[str, ...]
    id: Ulid | None
    kind: str | None
    date: str | None
    time: str | None
    symbol: str | None
    isin: str | None
    name: str | None
    account: str | None
    currency: str | None
    quantity: str | None
    price: str | None
    amount: str | None
    fee: str | None
    tax: str | None
    numerator: int | None
    denominator: int | None
    reference: str | None
    note: str | None
    settled: str | None
    settled_currency: str | None
    into: str | None
    pair: str | None
    tags: tuple[str, ...] | None


class TemplateIn(In):
    """Options to keep; with headers they are used for files that have just these."""

    name: Name
    headers: Annotated[tuple[Word, ...], Field(max_length=200, strict=False)] = ()
    options: OptionsIn


class Template(Out):
    """Kept options."""

    id: Ulid
    name: str
    for_headers: bool
    options: dict[str, Any]
    updated: Instant

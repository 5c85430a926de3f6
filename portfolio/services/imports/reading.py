"""Files into rows: which format, which options, and what a person still has to decide.

Options come from three places, the later over the earlier: the template remembered for files of
this header, the template that was named, and what was decided about this file.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from portfolio import importers
from portfolio.importers import Imported, Needs, Options, UnreadableError
from portfolio.importers.options import OptionsError
from portfolio.services.imports.decisions import FileDecision
from portfolio.storage.imports import File

CELL_MAX: Final = 200  # characters of a cell that is shown to choose a column by
EMPTY: Final = "The file is empty"
BINARY: Final = (
    "This is no text: export the statement as CSV, XML, JSON or OFX (not as a spreadsheet or PDF)"
)
_LOOKED_AT: Final = 4096


@dataclass(frozen=True, slots=True)
class Template:
    """Options kept under a name, for files with one header ("" = for no header by itself)."""

    id: str
    name: str
    headers: str
    options: Mapping[str, Any]
    updated: str


@dataclass(frozen=True, slots=True)
class Read:
    """One file as it was read. `error` says why nothing could be; `needs` what is open."""

    file: File
    format: str = ""
    title: str = ""
    needs: Needs = field(default_factory=lambda: Needs(None))
    options: Options = field(default_factory=Options)
    template: str | None = None
    imported: Imported | None = None
    error: str = ""
    left_out: bool = False

    @property
    def header_key(self) -> str:
        """What the templates of files with these headers are kept under; "" without headers."""
        return header_key(self.needs.headers)


class Templates:
    """The kept templates, by name and by header."""

    def __init__(self, kept: Iterable[Template]) -> None:
        self._by_name: dict[str, Template] = {}
        self._by_headers: dict[str, Template] = {}
        for one in sorted(kept, key=lambda template: template.updated):
            self._by_name[one.name] = one
            if one.headers:
                self._by_headers[one.headers] = one

    def named(self, name: str) -> Template | None:
        """Return the template of a name."""
        return self._by_name.get(name)

    def for_headers(self, key: str) -> Template | None:
        """Return the latest template for files of a header."""
        return self._by_headers.get(key) if key else None


def header_key(headers: Iterable[str]) -> str:
    """Return a digest of a header: the same names in the same order."""
    named = [header.strip().casefold() for header in headers]
    if not any(named):
        return ""
    return hashlib.sha256("\x1f".join(named).encode()).hexdigest()[:32]


def read_file(file: File, decision: FileDecision, templates: Templates) -> Read:
    """Return what is in a file; never raises for what the file is."""
    try:
        return _read(file, decision, templates)
    except UnreadableError as error:
        return Read(file, error=str(error))
    except OptionsError as error:
        return Read(file, error=error.message)


def _read(file: File, decision: FileDecision, templates: Templates) -> Read:
    data = file.data or b""
    check_text(data)
    stated = Options.from_json(dict(decision.options))
    document = importers.opened(data, file.name, stated.sheet)
    found = importers.needs(document, stated)
    template, options = _template(decision, templates, found), stated
    if template is not None:
        options = over(Options.from_json(dict(template.options)), stated)
        found = importers.needs(document, options)
    importer = importers.detect(document)
    return Read(
        file,
        "" if importer is None else importer.name,
        "" if importer is None else importer.title,
        found,
        options,
        None if template is None else template.name,
        None if found.what == "mapping" else importers.read(document, options),
    )


def _template(decision: FileDecision, templates: Templates, found: Needs) -> Template | None:
    if decision.template is not None:
        return templates.named(decision.template)
    return templates.for_headers(header_key(found.headers))


def over(kept: Options, stated: Options) -> Options:
    """Return kept options with what was stated over them."""
    return replace(
        kept,
        date_order=stated.date_order or kept.date_order,
        decimal_mark=stated.decimal_mark or kept.decimal_mark,
        currency=stated.currency or kept.currency,
        account=stated.account or kept.account,
        columns={**kept.columns, **stated.columns},
        kinds={**kept.kinds, **stated.kinds},
        header=kept.header if stated.header is None else stated.header,
        sheet=stated.sheet or kept.sheet,
    )


def check_text(data: bytes) -> None:
    """Refuse what can be no statement whatever is decided about it.

    Raises:
        UnreadableError: the file is empty, or no text.
    """
    if not data.strip():
        raise UnreadableError(EMPTY)
    if importers.is_workbook(data):
        return
    start = data[:_LOOKED_AT]
    if said := importers.hint_of_bytes(data):
        raise UnreadableError(said)
    zeros = max(start[::2].count(0), start[1::2].count(0))  # of UTF-16 half of all bytes
    if zeros and zeros * 4 < len(start):
        raise UnreadableError(BINARY)

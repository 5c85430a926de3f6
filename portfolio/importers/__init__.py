"""Files of brokers and other trackers into transactions. Pure: bytes in, values out.

`detect` names the format of a file, `needs` says what a person has to decide about it, `read`
gives its transactions with every rejected row and its reason. What was decided are `Options`,
which can be kept as a template (`to_json`, `from_json`). A new format is one module with an
`IMPORTER` and one line in `IMPORTERS`.
"""

from dataclasses import replace
from typing import Final

from portfolio.importers import (
    coinbase,
    degiro,
    degiro_account,
    etoro,
    freetrade,
    generic,
    ghostfolio_csv,
    ghostfolio_json,
    ibkr_flex_csv,
    ibkr_flex_xml,
    ibkr_statement,
    ofx,
    parqet,
    planner,
    portfolio_performance,
    revolut,
    saxo,
    schwab,
    sharesight,
    swissquote,
    trade_republic,
    trading212,
    vanguard_uk,
    wealthfolio,
    workbook,
    xtb,
    yahoo,
)
from portfolio.importers.base import Imported as Imported
from portfolio.importers.base import ImportedTransaction as ImportedTransaction
from portfolio.importers.base import Importer as Importer
from portfolio.importers.base import Needs as Needs
from portfolio.importers.base import Rejected as Rejected
from portfolio.importers.document import Document as Document
from portfolio.importers.document import UnreadableError as UnreadableError
from portfolio.importers.hints import hint
from portfolio.importers.hints import hint_of_bytes as hint_of_bytes
from portfolio.importers.options import Decision as Decision
from portfolio.importers.options import Options as Options
from portfolio.importers.options import OptionsError as OptionsError
from portfolio.importers.workbook import is_workbook as is_workbook

IMPORTERS: Final[tuple[Importer, ...]] = (
    planner.JSON,
    planner.CSV,
    ghostfolio_json.IMPORTER,
    ghostfolio_csv.IMPORTER,
    wealthfolio.IMPORTER,
    wealthfolio.SECOND,
    portfolio_performance.ENGLISH,
    portfolio_performance.GERMAN,
    yahoo.IMPORTER,
    coinbase.IMPORTER,
    degiro.IMPORTER,
    degiro_account.IMPORTER,
    ibkr_flex_xml.IMPORTER,
    ibkr_statement.IMPORTER,
    ofx.IMPORTER,
    ibkr_flex_csv.TRADES,
    ibkr_flex_csv.CASH,
    parqet.IMPORTER,
    revolut.IMPORTER,
    schwab.IMPORTER,
    swissquote.IMPORTER,
    trade_republic.IMPORTER,
    trading212.IMPORTER,
    xtb.IMPORTER,
    xtb.SECOND,
    saxo.IMPORTER,
    saxo.SECOND,
    etoro.IMPORTER,
    freetrade.IMPORTER,
    vanguard_uk.IMPORTER,
    sharesight.IMPORTER,
    generic.IMPORTER,
)


def opened(data: bytes, name: str = "", sheet: str = "") -> Document:
    """Return a file to be read; of a spreadsheet the sheet that is named, or the likeliest.

    That is the first one of a broker's format, else the longest that is a table of transactions.

    Raises:
        UnreadableError: it is too large or damaged, or has no such sheet.
    """
    if not workbook.is_workbook(data):
        return Document(data, name)
    found = workbook.sheets(data, name)
    if not found:
        raise UnreadableError("This spreadsheet has no sheet with anything in it")
    known = {one.sheet: detect(one) for one in found}
    if sheet:
        chosen = next((one for one in found if one.sheet == sheet), None)
        if chosen is None:
            names = ", ".join(known)
            raise UnreadableError(f'There is no sheet "{sheet}"; there are: {names}'[:500])
    else:
        chosen = max(found, key=lambda one: (_rank(known[one.sheet]), len(one.records)))
    chosen.others = tuple(
        one for one, importer in known.items() if importer is not None and one != chosen.sheet
    )
    return chosen


def _rank(importer: Importer | None) -> int:
    return 0 if importer is None else 1 if importer is generic.IMPORTER else 2


def detect(document: Document) -> Importer | None:
    """Return the importer of a file, or None when no format recognises it."""
    return next((one for one in IMPORTERS if one.recognises(document)), None)


def needs(document: Document, options: Options | None = None) -> Needs:
    """Return what a person has to decide before a file can be read.

    Raises:
        UnreadableError: no format recognises it; the message says what would help.
    """
    return _importer(document).needs(document, options or Options())


def read(document: Document, options: Options | None = None) -> Imported:
    """Return what is in a file, of whatever format it is.

    Raises:
        UnreadableError: no format recognises it; the message says what would help.
    """
    found = _importer(document).read(document, options or Options())
    if not isinstance(document, workbook.SheetDocument) or not document.others:
        return found
    others = ", ".join(f'"{name}"' for name in document.others)[:300]
    note = (
        f'The sheet "{document.sheet}" was read. Left alone: {others}. To read one of them, save '
        "it as CSV, or name it to `portfolio import --sheet`"
    )
    return replace(found, notes=(*found.notes, note))


def _importer(document: Document) -> Importer:
    importer = detect(document)
    if importer is None:
        raise UnreadableError(hint(document))
    return importer

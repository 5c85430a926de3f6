"""Files of brokers and other trackers into transactions. Pure: bytes in, values out.

`detect` names the format of a file, `needs` says what a person has to decide about it, `read`
gives its transactions with every rejected row and its reason. What was decided are `Options`,
which can be kept as a template (`to_json`, `from_json`). A new format is one module with an
`IMPORTER` and one line in `IMPORTERS`.
"""

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
from portfolio.importers.options import Decision as Decision
from portfolio.importers.options import Options as Options
from portfolio.importers.options import OptionsError as OptionsError

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
    return _importer(document).read(document, options or Options())


def _importer(document: Document) -> Importer:
    importer = detect(document)
    if importer is None:
        raise UnreadableError(hint(document))
    return importer

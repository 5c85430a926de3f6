"""Files of brokers and other trackers into transactions. Pure: bytes in, values out.

`detect` names the format of a file, `read` gives its transactions with every rejected row and
its reason. A new format is one module with an `IMPORTER` and one line in `IMPORTERS`.
"""

from typing import Final

from portfolio.importers import (
    coinbase,
    generic,
    ghostfolio_csv,
    ghostfolio_json,
    ibkr_flex_csv,
    parqet,
    portfolio_performance,
    revolut,
    schwab,
    swissquote,
    trade_republic,
    trading212,
    wealthfolio,
    yahoo,
)
from portfolio.importers.base import Imported as Imported
from portfolio.importers.base import ImportedTransaction as ImportedTransaction
from portfolio.importers.base import Importer as Importer
from portfolio.importers.base import Options as Options
from portfolio.importers.base import Rejected as Rejected
from portfolio.importers.document import Document as Document
from portfolio.importers.document import UnreadableError as UnreadableError

IMPORTERS: Final[tuple[Importer, ...]] = (
    ghostfolio_json.IMPORTER,
    ghostfolio_csv.IMPORTER,
    wealthfolio.IMPORTER,
    portfolio_performance.ENGLISH,
    portfolio_performance.GERMAN,
    yahoo.IMPORTER,
    coinbase.IMPORTER,
    ibkr_flex_csv.TRADES,
    ibkr_flex_csv.CASH,
    parqet.IMPORTER,
    revolut.IMPORTER,
    schwab.IMPORTER,
    swissquote.IMPORTER,
    trade_republic.IMPORTER,
    trading212.IMPORTER,
    generic.IMPORTER,
)


def detect(document: Document) -> Importer | None:
    """Return the importer of a file, or None when no format recognises it."""
    return next((one for one in IMPORTERS if one.recognises(document)), None)


def read(data: bytes, name: str = "", options: Options | None = None) -> Imported:
    """Return what is in a file, of whatever format it is.

    Raises:
        UnreadableError: no format recognises it; the message says what would help.
    """
    document = Document(data, name)
    importer = detect(document)
    if importer is None:
        raise UnreadableError(
            "No known format: a table needs a line with the names of its columns, such as Date, "
            "Type, Symbol, Quantity, Price and Currency"
        )
    return importer.read(document, options or Options())

"""What to say of a file that no format recognises: what it seems to be, and what would help."""

from typing import Final

from portfolio.importers.columns import located
from portfolio.importers.document import Document
from portfolio.importers.workbook import is_workbook

_TABLE: Final = (
    "No known format: a table needs a line with the names of its columns, such as Date, Type, "
    "Symbol, Quantity, Price and Currency"
)
_HOLDINGS: Final = (
    "This table has no column of days: it may be a list of what is held; export the history of "
    "transactions instead"
)
_SHEET: Final = "open it and save it as .xlsx, or the sheet of transactions as CSV (UTF-8)"
_LOCKED: Final = (
    "This is an old spreadsheet, or one with a password; open it and save it without one as "
    ".xlsx, or the sheet of transactions as CSV (UTF-8)"
)
_STARTS: Final = (
    (
        b"\xd0\xcf\x11\xe0",
        _LOCKED,
    ),
    (b"%PDF", "A PDF is not read; look for an export as CSV where you downloaded it"),
    (b"\x1f\x8b", "This is compressed; unpack it and import what is in it"),
    (b"\x89PNG", "A picture is not read; look for an export as CSV where you made it"),
    (b"\xff\xd8\xff", "A picture is not read; look for an export as CSV where you made it"),
)
_ARCHIVES: Final = (
    (b"application/vnd.oasis.opendocument", f"This is an OpenDocument spreadsheet; {_SHEET}"),
    (b"Index/Document.iwa", "This is of Numbers; choose File > Export To > CSV there"),
    (b"word/document.xml", "This is a text document, no table; look for an export as CSV"),
)
_ARCHIVE: Final = "This archive holds no file that is read; unpack it and import what is in it"
_PP: Final = (
    "This is Portfolio Performance's own file; choose File > Export > CSV > All transactions "
    "there and import that"
)
_JSON: Final = "This JSON is of no known format; Ghostfolio's export has a list of activities"
_XML: Final = "This XML is of no known format; OFX and Flex queries of IBKR are read"
_MARKUP: Final = "This is a web page, not an export; download the file itself"


def hint_of_bytes(data: bytes) -> str:
    """Return what to say of a file that is no text and no spreadsheet that is read, or ""."""
    if data.startswith(b"PK\x03\x04") and not is_workbook(data):
        return next((said for name, said in _ARCHIVES if name in data), _ARCHIVE)
    return next((said for start, said in _STARTS if data.startswith(start)), "")


def hint(document: Document) -> str:
    """Return the sentence for a person.

    Raises:
        UnreadableError: its cells cannot be told from each other; the message says where.
    """
    if said := hint_of_bytes(document.data):
        return said
    text = document.text.lstrip()[:2000]
    if ("<client" in text and "<securities" in text) or text.startswith("PPPBV1"):
        return _PP
    if text[:1] == "<":
        return _MARKUP if "<html" in text.casefold() else _XML
    if document.json is not None:
        return _JSON
    table = document.table
    if table is not None and "date" not in located(table):
        return _HOLDINGS
    return _TABLE

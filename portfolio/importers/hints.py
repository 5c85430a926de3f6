"""What to say of a file that no format recognises: what it seems to be, and what would help."""

from typing import Final

from portfolio.importers.document import Document

_TABLE: Final = (
    "No known format: a table needs a line with the names of its columns, such as Date, Type, "
    "Symbol, Quantity, Price and Currency"
)
_SHEET: Final = "open it and save the sheet with the transactions as CSV (UTF-8)"
_STARTS: Final = (
    (b"PK\x03\x04", f"This is a spreadsheet or an archive; {_SHEET}"),
    (b"\xd0\xcf\x11\xe0", f"This is an old spreadsheet; {_SHEET}"),
    (b"%PDF", "A PDF is not read; look for an export as CSV where you downloaded it"),
    (b"\x1f\x8b", "This is compressed; unpack it and import what is in it"),
)
_PP: Final = (
    "This is Portfolio Performance's own file; choose File > Export > CSV > All transactions "
    "there and import that"
)
_JSON: Final = "This JSON is of no known format; Ghostfolio's export has a list of activities"
_XML: Final = "This XML is of no known format; OFX and Flex queries of IBKR are read"
_MARKUP: Final = "This is a web page, not an export; download the file itself"


def hint(document: Document) -> str:
    """Return the sentence for a person.

    Raises:
        UnreadableError: its cells cannot be told from each other; the message says where.
    """
    for start, said in _STARTS:
        if document.data.startswith(start):
            return said
    text = document.text.lstrip()[:2000]
    if ("<client" in text and "<securities" in text) or text.startswith("PPPBV1"):
        return _PP
    if text[:1] == "<":
        return _MARKUP if "<html" in text.casefold() else _XML
    if document.json is not None:
        return _JSON
    _ = document.records
    return _TABLE

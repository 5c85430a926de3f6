"""Vanguard's cash report (United Kingdom): all is said in "Details", all amounts are pounds.

"Bought 1,550 Foo ETF Distributing (FOO)", "DIV: FOO.XLON.GB @ GBP 0.4106"; "Reversal of …" and
"Account fee cleared" take back earlier rows.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from typing_extensions import override

from portfolio.domain.transactions import Kind
from portfolio.importers import values
from portfolio.importers.base import Entry, ImportedTransaction, TakenBack
from portfolio.importers.document import Document, UnreadableError
from portfolio.importers.options import Options
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_TRADE: Final = re.compile(r"(Bought|Sold) ([\d,]*\.?\d+) (.+?)(?: \(([A-Z0-9.]+)\))?$")
_DIVIDEND: Final = re.compile(r"(Reversal of )?DIV: ([A-Z0-9]+)\S*(?: @ .*)?$")
_WORDS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"^(?:reversal of )?cash account interest|^interest", Kind.INTEREST),
        (r"account fee", Kind.FEE),
        (r"withdrawal", Kind.WITHDRAWAL),
        (r"deposit", Kind.DEPOSIT),
    )
)
_PAID: Final = frozenset({Kind.BUY, Kind.FEE, Kind.WITHDRAWAL})
_ROWS: Final = 20  # of which one must be in Vanguard's words


def _read(row: Row) -> Iterable[Entry]:
    amount = row.number("net")
    if not amount:
        raise row.wrong("net", "The amount is missing")
    text = row.text("name")
    base = ImportedTransaction(
        line=row.line.number,
        kind=Kind.DEPOSIT,
        on=row.day(),
        currency="GBP",
        amount=abs(amount),
        account=row.sheet.options.account,
        note=text,
    )
    if trade := _TRADE.match(text):
        units = values.number(trade[2], ".", row.header("name"))
        entry = replace(
            base, kind=Kind.BUY if trade[1] == "Bought" else Kind.SELL, name=trade[3],
            symbol=trade[4] or "", quantity=units or base.quantity, note="",
        )  # fmt: skip
        if not units or (amount > 0) == (entry.kind is Kind.BUY):
            raise row.wrong("net", "The amount does not fit the trade")
        return [entry]
    if dividend := _DIVIDEND.match(text):
        entry = replace(base, kind=Kind.DIVIDEND, symbol=dividend[2])
    else:
        kind = next((kind for pattern, kind in _WORDS if pattern.search(text)), None)
        if kind is None:
            raise row.wrong("name", "This kind of transaction is not known")
        entry = replace(base, kind=kind)
    if (amount > 0) == (entry.kind in _PAID):
        return [TakenBack(entry, row.header("net"), row.text("net"))]
    return [entry]


class VanguardUk(TableFormat):
    """The cash report, told by its words: its headers are those of any bank."""

    @override
    def recognises(self, document: Document) -> bool:
        """Say whether the header fits and some row is in Vanguard's words."""
        if not TableFormat.recognises(self, document) or document.table is None:
            return False
        try:
            rows = [Row(self.sheet(document, Options()), line)
                    for line in document.table.lines[:_ROWS]]  # fmt: skip
        except UnreadableError:
            return False
        return any(
            pattern.match(row.text("name"))
            for row in rows
            for pattern in (_TRADE, _DIVIDEND, _WORDS[0][0])
        )


IMPORTER: Final = VanguardUk(
    name="vanguard-uk",
    title="Vanguard UK (cash report)",
    signature=("Date", "Details", "Amount", "Balance"),
    columns={"name": "Details", "net": "Amount"},
    order="dmy",
    mark=".",
    currency="GBP",
    read_row=_read,
)

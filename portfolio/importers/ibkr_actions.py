"""Corporate actions of Interactive Brokers: what their descriptions say.

"GCM(CA38501D2041) SPLIT 1 FOR 25 (GCM, ...)" is a split, "A(...) MERGED(...) WITH B(...) 1 FOR 2"
a merger, "TENDERED TO ... 1 FOR 1" a change of name. One action stands there once for each
instrument that moves; its first row is taken. Units that went for cash are a sale. An action
happens before the day on which it is reported: its time is after the close.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from portfolio.domain.instruments import is_isin
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import SPLIT_PART_MAX, Kind
from portfolio.importers.base import Entry, ImportedTransaction, SkippedRow
from portfolio.importers.records import Record

_OF: Final = re.compile(r"^\s*([^()]+?)\s*\(([A-Z0-9]{9,12})\)\s+(.*)$", re.DOTALL)
_MOVED: Final = re.compile(r"\(([^(),]+),[^()]*?,\s*([A-Z0-9]{9,12})\)\s*$")
_RATIO: Final = re.compile(r"\b(\d+(?:\.\d+)?) FOR (\d+(?:\.\d+)?)\b")
_CASH_ONLY: Final = re.compile(r"\bFOR [A-Z]{3} [\d.]+ PER SHARE\b")


class Actions:
    """The corporate actions of one file, each taken once."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._rows: dict[str, list[Record]] = {}
        self._taken: set[str] = set()
        for record in records:
            self._rows.setdefault(_key(record), []).append(record)

    def read(self, record: Record, account: str) -> Iterable[Entry]:
        """Return what one row of an action means.

        Raises:
            RowError: it is of a kind that needs a person.
            SkippedRow: another row of the same action was taken.
        """
        described = record.text("actionDescription", "description")
        found = _OF.match(described)
        if not found:
            raise record.wrong("description", _HELP)
        symbol, isin, what = found[1], found[2], found[3].upper()
        rows = self._rows[_key(record)]
        if _key(record) in self._taken:
            raise SkippedRow("The other side of the same action")
        base = self._base(record, account, symbol, isin)
        if " SPLIT " in f" {what}":
            result = self._split(record, what, base)
        elif _CASH_ONLY.search(what) and len(rows) == 1:
            result = self._sold(record, base)
        else:
            result = self._merged(record, what, base, rows)
        self._taken.add(_key(record))
        return [result]

    @staticmethod
    def _base(record: Record, account: str, symbol: str, isin: str) -> ImportedTransaction:
        return ImportedTransaction(
            line=record.number_in_file,
            kind=Kind.SPLIT,
            on=record.day("reportDate", "dateTime"),
            currency=record.text("currency") and record.currency("currency"),
            symbol=symbol,
            isin=isin if is_isin(isin) else "",
            account=record.text("accountId") or account,
            reference=record.text("transactionID", "actionID"),
            note=record.text("actionDescription", "description"),
        )

    @staticmethod
    def _split(record: Record, what: str, base: ImportedTransaction) -> ImportedTransaction:
        new, old = _ratio(record, what)
        if new == old:
            raise record.wrong("description", "This is not the ratio of a split")
        return replace(base, numerator=new, denominator=old)

    @staticmethod
    def _sold(record: Record, base: ImportedTransaction) -> ImportedTransaction:
        quantity = record.amount("quantity")
        proceeds = record.amount("proceeds")
        if quantity > 0 or proceeds < 0:
            raise record.wrong("quantity", _HELP)
        return replace(
            base,
            kind=Kind.SELL,
            quantity=-quantity,
            amount=proceeds,
            currency=record.currency("currency"),
        )

    @staticmethod
    def _merged(
        record: Record, what: str, base: ImportedTransaction, rows: list[Record]
    ) -> ImportedTransaction:
        """Return one instrument turned into another, with the cash that came beside it."""
        out = [row for row in rows if (row.number("quantity") or ZERO) < 0]
        into = [row for row in rows if (row.number("quantity") or ZERO) > 0]
        if len(out) != 1 or len(into) != 1 or not _RATIO.search(what):
            raise record.wrong("description", _HELP)
        proceeds = sum((row.number("proceeds") or ZERO for row in rows), ZERO)
        if proceeds:
            raise record.wrong("proceeds", _HELP)
        new, old = _ratio(record, what)
        moved = Fraction(into[0].amount("quantity")) / Fraction(-out[0].amount("quantity"))
        if moved != Fraction(new, old):
            raise record.wrong("quantity", f"It does not fit {new} for {old}; {_HELP}")
        found = _MOVED.search(into[0].text("actionDescription", "description"))
        return replace(
            base,
            kind=Kind.MERGER,
            numerator=new,
            denominator=old,
            into=into[0].text("symbol"),
            into_isin=found[2] if found and is_isin(found[2]) else "",
        )


_HELP: Final = "This corporate action needs a person; enter it by hand"


def _key(record: Record) -> str:
    """Return what the rows of one action have in common: all but the instrument at their end."""
    described = record.text("actionDescription", "description")
    place = described.rfind(" (")
    start = described[:place] if place > 0 else described
    return f"{record.text('accountId')}|{record.text('dateTime', 'reportDate')}|{start}"


def _ratio(record: Record, what: str) -> tuple[int, int]:
    found = _RATIO.search(what)
    if not found:
        raise record.wrong("description", "The ratio is missing")
    whole = Fraction(Decimal(found[1])) / Fraction(Decimal(found[2]) or 1)
    if not whole > 0 or max(whole.numerator, whole.denominator) > SPLIT_PART_MAX:
        raise record.wrong("description", "This is no ratio")
    return whole.numerator, whole.denominator

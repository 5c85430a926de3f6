"""Interactive Brokers' Flex query as XML: `<FlexQueryResponse>` with a statement per account.

Taken are trades, cash transactions, taxes on trades and corporate actions; positions, prices,
accruals and sums are no transactions and left aside. Elements outside a statement are read like
those inside one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final
from xml.etree.ElementTree import Element

from portfolio.importers import ibkr, values
from portfolio.importers.base import Entry, Imported, Needs
from portfolio.importers.collecting import collected
from portfolio.importers.document import Document, UnreadableError
from portfolio.importers.ibkr_actions import Actions
from portfolio.importers.options import DateOrder, Options
from portfolio.importers.records import Record
from portfolio.importers.xml_text import parsed

_TAKEN: Final = frozenset({"Trade", "CashTransaction", "CorporateAction", "TransactionTax"})
_DAYS: Final = ("tradeDate", "settleDate", "reportDate", "dateTime")
_SUMMED: Final = "SUMMARY"


@dataclass(frozen=True, slots=True)
class FlexXml:
    """The answer to a Flex query."""

    name: str = "ibkr-flex-xml"
    title: str = "Interactive Brokers Flex (XML)"

    def recognises(self, document: Document) -> bool:
        """Say whether the root element is that of a Flex query."""
        return b"<FlexQueryResponse" in document.data[:4096]

    def needs(self, document: Document, options: Options) -> Needs:
        """Return whether the order of day and month is open; all else is stated."""
        order = options.date_order or _order(_records(document))
        return Needs("date_order" if order is None else None, proposal=options)

    def read(self, document: Document, options: Options) -> Imported:
        """Return the transactions of all statements, each with the account it is of."""
        records = _records(document)
        order = options.date_order or _order(records)
        records = [replace(record, order=order) for record in records]
        actions = Actions(record for record in records if record.tag == "CorporateAction")
        detailed = any(
            record.tag == "CashTransaction" and record.text("levelOfDetail").upper() == "DETAIL"
            for record in records
        )

        def read_one(record: Record) -> Iterable[Entry]:
            account = record.text("accountId") or options.account
            match record.tag:
                case "Trade":
                    return ibkr.trade(record, account)
                case "CorporateAction":
                    return actions.read(record, account)
                case "TransactionTax":
                    return ibkr.transaction_tax(record, account)
                case _:
                    return ibkr.cash(record, account)

        kept = (
            record
            for record in records
            if not (detailed and record.text("levelOfDetail").upper() == _SUMMED)
        )
        return collected(self.name, kept, read_one)


IMPORTER: Final = FlexXml()


def _records(document: Document) -> list[Record]:
    """Return the entries that may be transactions, numbered as they stand in the file."""
    root = parsed(document.data)
    if root.tag != "FlexQueryResponse":
        raise UnreadableError("There is no FlexQueryResponse")
    return [
        Record(number, tag, attributes, None)
        for number, (tag, attributes) in enumerate(_elements(root), start=1)
    ]


def _elements(root: Element) -> Iterator[tuple[str, dict[str, str]]]:
    for element in root.iter():
        if element.tag in _TAKEN:
            cleaned = {
                name: "" if text in {"--", "-"} else text.strip()
                for name, text in element.attrib.items()
            }
            yield element.tag, cleaned


def _order(records: list[Record]) -> DateOrder | None:
    return values.date_order(record.text(name) for record in records for name in _DAYS)

"""Parqet's export: the identifier is an ISIN, or a symbol for what has none."""

from collections.abc import Iterable
from typing import Final

from portfolio.domain.transactions import Kind
from portfolio.importers.amounts import standard
from portfolio.importers.base import ImportedTransaction
from portfolio.importers.booking import kind_by_word
from portfolio.importers.instruments import with_isin
from portfolio.importers.sheet import Row
from portfolio.importers.tabular import TableFormat

_KINDS: Final[dict[str, Kind | None]] = {
    "TransferIn": Kind.TRANSFER_IN,
    "TransferOut": Kind.TRANSFER_OUT,
}


def _read(row: Row) -> Iterable[ImportedTransaction]:
    return [with_isin(standard(row, kind_by_word(row, _KINDS)))]


IMPORTER: Final = TableFormat(
    name="parqet",
    title="Parqet",
    signature=("datetime", "price", "shares", "realizedgains", "identifier", "holding"),
    columns={
        "date": "datetime",
        "symbol": "identifier",
        "isin": "",
        "gross": "amount",
        "net": "",
        "name": "holdingname",
        "account": "broker",
    },
    order="ymd",
    read_row=_read,
)

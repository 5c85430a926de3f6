"""Where a file puts an ISIN into the column of the symbol."""

from dataclasses import replace

from portfolio.domain.instruments import is_isin
from portfolio.importers.base import ImportedTransaction


def with_isin(transaction: ImportedTransaction) -> ImportedTransaction:
    """Return the transaction with an ISIN that stood as its symbol in its own place."""
    if transaction.isin or not is_isin(transaction.symbol):
        return transaction
    return replace(transaction, isin=transaction.symbol, symbol="")

"""Ghostfolio's CSV: `Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note`.

Amounts are quantity x price, for dividends and interest too. There is no row for a split.
"""

from typing import Final

from portfolio.importers.tabular import TableFormat

IMPORTER: Final = TableFormat(
    name="ghostfolio-csv",
    title="Ghostfolio (CSV)",
    signature=("Code", "DataSource", "Currency", "Price", "Quantity", "Action", "Fee"),
    kinds={"liability": None, "item": None},
)

"""One's own ledger for other programs. Pure: rows in, text out, piece by piece.

What a format cannot carry:

- `json`: it has everything. An import does not take over ids, nor the lots that a sale names.
- `csv`: as `json`, without ideas and comments; the lines of a note become one.
- `ghostfolio`: splits, mergers, short sales, transfers, deposits, withdrawals and taxes of their
  own are left out and counted. A tax beside something is among its fees. No tags, no references,
  no settled amounts.
- `portfolio-performance`: splits, mergers and short sales are left out and counted. Of a price per
  unit only the value is there; a row that moves nothing is not read back. No tags, no references,
  no settled amounts.

A new format is one module with a writer, and one line in `EXPORTERS`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from portfolio.exporters import ghostfolio, planner_csv, planner_json, portfolio_performance
from portfolio.exporters.base import About as About
from portfolio.exporters.base import Row as Row
from portfolio.exporters.base import Writer as Writer

EXPORTERS: Final[Mapping[str, Callable[[], Writer]]] = {
    "json": planner_json.PlannerJson,
    "csv": planner_csv.PlannerCsv,
    "ghostfolio": ghostfolio.Ghostfolio,
    "portfolio-performance": portfolio_performance.PortfolioPerformance,
}

"""A review in a few figures: what is kept of it, and shown before anything is taken over."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from portfolio.domain import money
from portfolio.domain.money import ZERO
from portfolio.domain.transactions import Kind, Transaction
from portfolio.services.imports.matching import Stated
from portfolio.services.imports.reading import Read
from portfolio.services.imports.reviewing import Review
from portfolio.services.imports.settling import Problem

SAMPLE_ROWS_MAX: Final = 5
INSTRUMENTS_MAX: Final = 2000  # listed of one import
PROBLEMS_MAX: Final = 500
_SUMS: Final[dict[str, tuple[Kind, ...]]] = {
    "bought": (Kind.BUY, Kind.COVER),
    "sold": (Kind.SELL, Kind.SHORT),
    "income": (Kind.DIVIDEND, Kind.INTEREST),
    "charges": (Kind.FEE, Kind.TAX),
    "deposited": (Kind.DEPOSIT,),
    "withdrawn": (Kind.WITHDRAWAL,),
}


def summary(review: Review) -> dict[str, Any]:
    """Return what is kept of a review, as JSON."""
    stated = list(review.matcher.stated.values())
    rows: dict[str, int] = defaultdict(int)
    for line in review.lines:
        if line.stated is not None:
            rows[line.stated.account] += 1
    return {
        **review.counts(),
        "files": [_file(review, one) for one in review.read],
        "accounts": [
            {
                "stated": name,
                "account": account,
                "rows": rows[name],
                "exists": account in review.material.accounts,
            }
            for name, account in sorted(review.accounts.items())
        ],
        "instruments": [_instrument(one) for one in stated[:INSTRUMENTS_MAX]],
        "problems": [_problem(one) for one in review.problems[:PROBLEMS_MAX]],
        "totals": totals(review.new),
        "open": review.open_questions,
    }


def _file(review: Review, read: Read) -> dict[str, Any]:
    counts = review.counts(read.file.n)
    return {
        "n": read.file.n,
        "name": read.file.name,
        "size": read.file.size,
        "format": read.format,
        "title": read.title,
        "rows": sum(counts.values()),
        **counts,
        "notes": [] if read.imported is None else list(read.imported.notes),
        "needs": read.needs.what,
        "headers": list(read.needs.headers),
        "sample_rows": [list(row) for row in read.needs.sample_rows[:SAMPLE_ROWS_MAX]],
        "proposal": read.needs.proposal.to_json(),
        "confidence": dict(read.needs.confidence),
        "unknown_kinds": list(read.needs.unknown_kinds),
        "options": read.options.to_json(),
        "template": read.template,
        "error": read.error or None,
        "leave_out": read.left_out,
    }


def _instrument(one: Stated) -> dict[str, Any]:
    return {
        "stated": one.key,
        "isin": one.isin or None,
        "name": one.name or None,
        "symbol": one.found or None,
        "how": one.how,
        "class": one.asset_class,
        "currency": one.currency or None,
        "rows": one.rows,
        "suggestions": list(one.suggestions),
    }


def _problem(one: Problem) -> dict[str, Any]:
    return {
        "symbol": one.symbol,
        "account": one.account,
        "kind": one.kind,
        "message": one.message,
        "date": one.on.isoformat(),
        "missing": None if one.missing is None else money.format_decimal(one.missing),
    }


def totals(rows: Iterable[Transaction]) -> list[dict[str, Any]]:
    """Return what rows come to in each currency, before fee and tax; these stand beside."""
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    counted: dict[str, int] = defaultdict(int)
    with money.exact():
        for row in rows:
            if row.kind is Kind.SPLIT:
                continue
            counted[row.currency] += 1
            of_currency = sums[row.currency]
            for name, kinds in _SUMS.items():
                if row.kind in kinds:
                    of_currency[name] += row.gross
            of_currency["fees"] += row.fee
            of_currency["taxes"] += row.tax
    return [
        {
            "currency": currency,
            "rows": counted[currency],
            **{
                name: money.format_decimal(money.tidy(sums[currency][name]))
                for name in (*_SUMS, "fees", "taxes")
            },
        }
        for currency in sorted(counted)
    ]

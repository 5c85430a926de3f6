"""Reads `tests/vectors/portfolio-*.json` and turns their words into the domain's."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio.domain.transactions import Kind, Transaction
from portfolio.domain.xirr import Payment

VECTORS = Path(__file__).parents[2] / "vectors"
Case = Mapping[str, Any]


def cases(topic: str) -> list[Any]:
    """Return the cases of a topic as pytest parameters, named by their ids."""
    return [pytest.param(case, id=case["id"]) for case in document(topic)["cases"]]


def document(topic: str) -> Case:
    """Return a whole vector file, numbers as exact decimals."""
    text = (VECTORS / f"portfolio-{topic}.json").read_text()
    return json.loads(text, parse_float=Decimal)  # type: ignore[no-any-return]


def number(value: object) -> Decimal:
    """Return a JSON number as a decimal."""
    return Decimal(str(value))


def near(actual: object, expected: object, tolerance: object = "0.0000000001") -> bool:
    """Say whether two numbers, or lists of them, agree within a tolerance."""
    if isinstance(expected, list):
        assert isinstance(actual, Sequence)
        assert len(actual) == len(expected)
        return all(near(a, e, tolerance) for a, e in zip(actual, expected, strict=True))
    assert isinstance(actual, Decimal | int), actual
    return abs(Decimal(actual) - number(expected)) <= number(tolerance)


def row(
    activity: Case, place: int = 0, *, symbol: str = "X", currency: str = "USD"
) -> Transaction:
    """Return an activity of a vector as a transaction.

    Without a date, rows are a day apart, in their order. `amount` of a purchase or sale is what
    was paid or received in all; other amounts are before fee and tax.
    """
    kind = Kind(activity["type"].lower())
    per_unit = activity.get("price", activity.get("amount_per_share", 0))
    amount = activity.get("amount", activity.get("gross"))
    cash_only = kind not in {Kind.BUY, Kind.SELL, Kind.DIVIDEND, Kind.SPLIT}
    return Transaction(
        id=f"{place:04}",
        kind=kind,
        on=date.fromisoformat(activity["date"])
        if "date" in activity
        else date.fromordinal(date(2020, 1, 1).toordinal() + place),
        instrument="" if cash_only else activity.get("symbol", symbol),
        currency=currency,
        quantity=number(activity.get("quantity", 0)),
        price=number(per_unit),
        fee=number(activity.get("fee", 0)),
        tax=number(activity.get("tax", 0)),
        amount=None if amount is None else number(amount),
    )


def rows(activities: Sequence[Case]) -> list[Transaction]:
    """Return all activities of a vector as transactions."""
    return [row(activity, place) for place, activity in enumerate(activities)]


def flows(inputs: Sequence[Case]) -> list[Payment]:
    """Return the cash flows of a vector."""
    return [Payment(date.fromisoformat(one["date"]), number(one["amount"])) for one in inputs]

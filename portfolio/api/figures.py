"""How computed figures are written in answers: amounts as they are, percentages with two decimals.

A figure that cannot be computed is null; `reasons` of the answer says why, by its name.
"""

from collections.abc import Mapping
from decimal import Decimal

from portfolio.domain import money
from portfolio.domain.returns import NoNumber
from portfolio.services.holdings import percent, text


def amount(figure: Decimal | NoNumber) -> str | None:
    """Return an amount as text."""
    return None if isinstance(figure, NoNumber) else text(figure)


def percentage(share: Decimal | NoNumber) -> str | None:
    """Return a fraction as a percentage with two decimals."""
    return None if isinstance(share, NoNumber) else text(percent(share))


def rounded(figure: Decimal | NoNumber) -> str | None:
    """Return a figure with two decimals."""
    return None if isinstance(figure, NoNumber) else text(money.rounded(figure))


def reasons(figures: Mapping[str, object]) -> dict[str, str]:
    """Return of each figure that there is none of, why."""
    return {name: one.reason for name, one in figures.items() if isinstance(one, NoNumber)}

"""One of several percentages that sum exactly: by largest remainders."""

from decimal import Decimal

from portfolio.domain.explain import Sheet, Term, keyed
from portfolio.domain.shares import apportioned


def picked(sheet: Sheet, stem: str, whole: Term, key: str) -> Term:
    """Return the share of one of all numbers of a name, in percent.

    The formula is `apportioned(stem[*], whole)[key]`: 100 x number / whole, rounded down to two
    decimals; the hundredths that are missing to the rounded sum go to the largest remainders.
    """
    parts = sheet.every(stem)
    values = parts.value if isinstance(parts.value, dict) else {}
    shares = dict(zip(values, apportioned(list(values.values()), whole.number), strict=True))
    name = keyed("share", key)
    text = f"apportioned({parts.text}, {whole.text})"
    weighed = sheet.step("share[*]", Term(text, shares))
    return Term(name, shares.get(name.removeprefix("share[")[:-1], Decimal(0)), weighed.rank)

"""Columns told by what stands in them, for a table whose headers are of no known language.

Only a proposal for a person to confirm: nothing is imported by it. A column of days is the date,
one of ISINs the ISIN, one of currency codes the currency, one of type words the kind; of three
columns of numbers in which two multiply to the third they are quantity, price and value.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations
from typing import Final

from portfolio.domain.instruments import is_isin
from portfolio.domain.money import ONE, ZERO
from portfolio.importers import cells
from portfolio.importers.sheet import Sheet

ROWS: Final = 200  # enough to tell a column
COLUMNS: Final = 40
_MOST: Final = 0.8  # of the cells that are not empty
_CLOSE: Final = Decimal("0.02")  # how far charges may move a product
_ALONE: Final = 0.4  # how sure a column of numbers is the amount when nothing else says so


def guessed(sheet: Sheet) -> dict[str, tuple[str, float]]:
    """Return the columns that can be told: field to (column as "#3", how sure from 0 to 1)."""
    taken = {place for places in sheet.places.values() for place in places}
    columns = {
        place: [line.cells[place] for line in sheet.table.lines[:ROWS] if place < len(line.cells)]
        for place in range(min(len(sheet.table.header), COLUMNS))
        if place not in taken
    }
    found: dict[str, tuple[str, float]] = {}
    for name, test in _TESTS.items():
        best = max(
            ((cells.share(full, test), -place) for place, full in columns.items()), default=None
        )
        if name not in sheet.places and best and best[0] >= _MOST:
            columns.pop(-best[1])
            found[name] = (f"#{1 - best[1]}", round(best[0] * 0.9, 2))
    if sheet.places.keys().isdisjoint({"quantity", "price", "net", "gross"}):
        found |= _amounts(
            {p: c for p, c in columns.items() if cells.share(c, cells.is_number) >= _MOST}
        )
    return found


def _amounts(columns: dict[int, list[str]]) -> dict[str, tuple[str, float]]:
    """Return quantity, price and value among columns of numbers."""
    numbers = {place: [cells.number(cell) for cell in full] for place, full in columns.items()}
    for quantity, price, value in permutations(list(numbers)[:8], 3):
        if quantity < price and _multiplies(numbers[quantity], numbers[price], numbers[value]):
            return {
                "quantity": (f"#{quantity + 1}", 0.7),
                "price": (f"#{price + 1}", 0.7),
                "net": (f"#{value + 1}", 0.7),
            }
    return {"net": (f"#{min(numbers) + 1}", _ALONE)} if numbers else {}


def _multiplies(
    ones: Sequence[Decimal | None], others: Sequence[Decimal | None],
    products: Sequence[Decimal | None],
) -> bool:  # fmt: skip
    rows = [row for row in zip(ones, others, products, strict=False) if all(row)]
    fits = sum(
        abs(abs((one or ZERO) * (other or ZERO) / (product or ONE)) - 1) <= _CLOSE
        for one, other, product in rows
    )
    return bool(rows) and fits >= len(rows) * _MOST


_TESTS: Final = {
    "date": cells.is_day,
    "isin": is_isin,
    "currency": cells.is_currency,
    "kind": cells.is_kind,
}

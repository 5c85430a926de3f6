"""One entry of a file that is no table: names and texts, read like the cells of a row.

Elements of XML and of OFX, rows of a statement with sections. Numbers have a decimal point in all
of these formats.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolio.domain import money
from portfolio.domain.errors import CurrencyError
from portfolio.importers import values
from portfolio.importers.base import RowError
from portfolio.importers.options import DateOrder


@dataclass(frozen=True, slots=True)
class Record:
    """An entry with its place in the file, counted from 1, and what kind of entry it is."""

    number_in_file: int
    tag: str
    values: Mapping[str, str]
    order: DateOrder | None = "ymd"

    @property
    def cells(self) -> tuple[str, ...]:
        """Its kind and every value that is not empty."""
        return (self.tag, *(f"{name}={text}" for name, text in self.values.items() if text))

    def text(self, *names: str) -> str:
        """Return the first of these values that is not empty."""
        return next((text for name in names if (text := self.values.get(name, ""))), "")

    def number(self, name: str) -> Decimal | None:
        """Return a number, or None when it is not stated; signs of currencies are none."""
        text = self.values.get(name, "")
        if values.currency_in(text):
            raise self.wrong(name, "This is not a number")
        return values.number(text, ".", name)

    def amount(self, name: str) -> Decimal:
        """Return a number that cannot be done without.

        Raises:
            RowError: it is missing or zero.
        """
        value = self.number(name)
        if not value:
            raise self.wrong(name, "The amount is missing")
        return value

    def day(self, *names: str) -> date:
        """Return the day of the first of these values that is not empty."""
        name = next((one for one in names if self.values.get(one)), names[0])
        if not self.values.get(name):
            raise RowError("The day is missing", column=name)
        return values.day(self.values[name], self.order, name)

    def currency(self, name: str) -> str:
        """Return a currency in its one spelling.

        Raises:
            RowError: it is not stated or not known.
        """
        stated = self.values.get(name, "")
        if not stated:
            raise RowError("The currency is not stated; choose it for the file", column=name)
        try:
            return money.check_currency(stated)
        except CurrencyError as error:
            raise self.wrong(name, error.message) from error

    def wrong(self, name: str, reason: str) -> RowError:
        """Return the error that points at a value."""
        return RowError(reason, column=name, text=self.values.get(name, ""))

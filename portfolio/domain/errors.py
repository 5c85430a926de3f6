"""Errors of the domain. Each message is a sentence that a person can act on.

DomainError
├── AmountError          text that is not a number of the accepted form
├── CurrencyError        a currency that is not known, or two that may not be mixed
├── IdeaError            an idea that breaks a rule; carries `problems`
│   └── TransitionError  a change of state that is not allowed
├── LedgerError          a transaction that does not fit its kind or what is held
│   └── OversoldError    more sold than held; carries the numbers
├── LotError             a choice of lots that does not fit what is held
└── RateError            no exchange rate for that day
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


class DomainError(Exception):
    """Root of all errors of the domain. `field` names the input at fault, where one is."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class AmountError(DomainError):
    """Text that is not a number of the accepted form."""


class CurrencyError(DomainError):
    """A currency that is not known, or two that may not be mixed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, said so that its writer can mend it."""

    field: str
    message: str


class IdeaError(DomainError):
    """An idea that breaks a rule; `problems` holds all that was found, the first as message."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems[0].message, field=self.problems[0].field)


class TransitionError(IdeaError):
    """A change of state that is not allowed from here, or not yet."""


class LedgerError(DomainError):
    """A transaction that does not fit its kind or what is held; `transaction` is its id."""

    def __init__(
        self, message: str, *, field: str | None = None, transaction: str | None = None
    ) -> None:
        super().__init__(message, field=field)
        self.transaction = transaction


class OversoldError(LedgerError):
    """More is sold than is held at that moment."""

    def __init__(
        self, message: str, *, held: Decimal, asked: Decimal, transaction: str | None = None
    ) -> None:
        super().__init__(message, field="quantity", transaction=transaction)
        self.held = held
        self.asked = asked


class LotError(DomainError):
    """A choice of lots that does not fit what is held."""


class RateError(DomainError):
    """No exchange rate is known for that pair and day."""

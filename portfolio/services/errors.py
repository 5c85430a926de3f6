"""Errors of the services: a person asked for something that cannot be.

ServiceError
├── NotFoundError     there is no such thing, or it is none of the asker's business
├── NotAllowedError   it is seen, but the role does not allow the change
├── ConflictError     its present state does not allow this
│   ├── OvertakenError     what is to be undone was changed again since
│   └── ConfirmationError  it does once the person has confirmed what follows from it
├── RuleError         well formed, but it breaks a rule; `field` names the input at fault
├── GoneError         it was there once: used up, expired or taken back
└── TooManyError      a limit is reached

Rules of ideas and of the ledger are errors of `portfolio.domain.errors` and pass through.
"""

from collections.abc import Sequence


class ServiceError(Exception):
    """Root of all errors of the services; the message is a sentence for a person."""


class NotFoundError(ServiceError):
    """There is no such thing, or it is none of the asker's business."""


class NotAllowedError(ServiceError):
    """It is seen, but the role does not allow the change."""


class ConflictError(ServiceError):
    """Its present state does not allow this."""


class OvertakenError(ConflictError):
    """What is to be undone was changed again since."""


class ConfirmationError(ConflictError):
    """It is done once it is confirmed; each of `consequences` is (path, sentence)."""

    def __init__(self, message: str, consequences: Sequence[tuple[str, str]]) -> None:
        super().__init__(message)
        self.consequences = tuple(consequences)


class RuleError(ServiceError):
    """Well formed, but it breaks a rule; `field` names the input at fault."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class GoneError(ServiceError):
    """It was there once: used up, expired or taken back."""


class TooManyError(ServiceError):
    """A limit is reached."""

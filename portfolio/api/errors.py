"""Errors of domain, services and federation as problems: the one place that knows both.

The first row that fits decides, so a leaf stands before its root. What is in no row is a fault
of ours: 500 and a stack trace in the log.
"""

from collections.abc import Callable
from typing import Final

from federation.errors import DeliveryError, LocalProtocolError, RefusedError, RemoteProtocolError
from portfolio.api.problems import FieldError, ProblemError
from portfolio.domain.errors import DomainError, IdeaError, TransitionError
from portfolio.services.errors import (
    ConfirmationError,
    ConflictError,
    GoneError,
    NotAllowedError,
    NotFoundError,
    OvertakenError,
    RuleError,
    TooManyError,
)


def _fields(error: Exception) -> list[FieldError]:
    if isinstance(error, IdeaError):
        return [FieldError(where=f"/{p.field}", detail=p.message) for p in error.problems]
    if isinstance(error, ConfirmationError):
        return [FieldError(where=path, detail=text) for path, text in error.consequences]
    field = getattr(error, "field", None)
    return [] if field is None else [FieldError(where=f"/{field}", detail=str(error))]


def _sentence(error: Exception) -> str:
    return str(error)


def _nothing(_error: Exception) -> None:
    """Say no more than the title: a detail could tell a stranger what exists."""


Detail = Callable[[Exception], str | None]
TABLE: Final[tuple[tuple[type[Exception], str, Detail], ...]] = (
    (NotFoundError, "not-found", _nothing),
    (NotAllowedError, "forbidden", _sentence),
    (GoneError, "gone", _sentence),
    (TooManyError, "too-many", _sentence),
    (OvertakenError, "overtaken", _sentence),
    (ConflictError, "conflict", _sentence),
    (TransitionError, "conflict", _sentence),
    (RuleError, "rule", _sentence),
    (DomainError, "rule", _sentence),
    (DeliveryError, "friend-away", _sentence),
    (RefusedError, "conflict", _sentence),
    (RemoteProtocolError, "conflict", _sentence),
    (LocalProtocolError, "conflict", _sentence),
)


def problem_of(error: Exception) -> ProblemError | None:
    """Return the problem for an error, or None when it is a fault of ours."""
    if isinstance(error, ProblemError):
        return error
    for kind, name, detail in TABLE:
        if isinstance(error, kind):
            return ProblemError(name, detail(error), errors=_fields(error))
    return None

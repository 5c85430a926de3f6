"""Lists: `?limit=` and `?cursor=` in, `{"items": […], "next": null | "…"}` out.

A cursor is the sort key of the last item answered (keyset paging): rows added meanwhile move
nothing. To its reader it is opaque.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from portfolio.api.problems import FieldError, ProblemError

T = TypeVar("T")
R = TypeVar("R")
Key = Sequence[str | int]


class Page(BaseModel, Generic[T]):
    """One page of a list; `next` is the cursor of the following page, null on the last."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: tuple[T, ...]
    next: str | None


def page(
    rows: Sequence[R], limit: int, *, item: Callable[[R], T], key: Callable[[R], Key]
) -> Page[T]:
    """Return a page of `rows`, which were read with `LIMIT limit + 1` in the stated order."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(
        items=tuple(item(row) for row in shown),
        next=write_cursor(*key(shown[-1])) if more and shown else None,
    )


def write_cursor(*key: str | int) -> str:
    """Return the cursor for the sort key of the last item."""
    text = json.dumps(key, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, *types: type[str] | type[int]) -> tuple[str | int, ...] | None:
    """Return the sort key of a cursor, checked to be of `types`; None at the start.

    Raises:
        ProblemError: `bad-query`, when it is not a cursor of this list.
    """
    if cursor is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        key = None
    if not isinstance(key, list) or [type(part) for part in key] != list(types):
        raise ProblemError("bad-query", errors=[FieldError(where="cursor", detail="not of here")])
    return tuple(key)

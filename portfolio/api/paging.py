"""Lists: `?limit=` and `?cursor=` in, `{"items": […], "next": null | "…"}` out.

A cursor is the sort key of the last item answered (keyset paging): rows added meanwhile move
nothing. To its reader it is opaque.
"""

from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")
R = TypeVar("R")
Key = Sequence[str | int]
SEPARATOR: Final = "."


class Page(BaseModel, Generic[T]):
    """One page of a list; `next` is the cursor of the following page, null on the last."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

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
    return SEPARATOR.join(map(str, key))


def read_cursor(cursor: str | None, *types: type[str] | type[int]) -> tuple[str | int, ...] | None:
    """Return the sort key of a cursor, whose form its parameter has checked; None at the start."""
    if cursor is None:
        return None
    parts = cursor.split(SEPARATOR, len(types) - 1)
    return tuple(kind(part) for kind, part in zip(types, parts, strict=True))

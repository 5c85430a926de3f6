"""The planner's own JSON: ideas, comments and the whole ledger, as they were written."""

from collections.abc import Iterable
from typing import Any, Final

import orjson

from portfolio.exporters.base import About, Row

FORMAT: Final = "portfolio-planner-export/1"


class PlannerJson:
    """One JSON object; its last member is the list of transactions."""

    media_type = "application/json"
    extension = "json"

    def __init__(self) -> None:
        self.left_out: dict[str, int] = {}
        self._first = True

    def begin(self, about: About) -> str:
        """Return everything but the transactions."""
        head = {
            "format": FORMAT,
            "exported": about.exported,
            "person": dict(about.person),
            "ideas": [dict(one) for one in about.ideas],
            "comments": [dict(one) for one in about.comments],
        }
        return _text(head)[:-1] + ',"transactions":['

    def rows(self, rows: Iterable[Row]) -> str:
        """Return transactions, one a line."""
        text = ",\n".join(
            _text({name: value for name, value in row.items() if value is not None})
            for row in rows
        )
        if not text:
            return ""
        before, self._first = "\n" if self._first else ",\n", False
        return before + text

    def end(self) -> str:
        """Return the end of the list."""
        return "\n]}\n"


def _text(value: dict[str, Any]) -> str:
    return orjson.dumps(value).decode()

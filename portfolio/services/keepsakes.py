"""What must not stay on the disk, and is still needed to undo a deletion: kept in memory."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

_KEPT_MAX: Final = 200


class Keepsakes:
    """What is needed to undo a deletion that left nothing on the disk; by the step's id."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Mapping[str, Any]] = OrderedDict()

    def keep(self, identifier: str, content: Mapping[str, Any]) -> None:
        """Keep something; the oldest goes when there are too many."""
        self._kept[identifier] = content
        if len(self._kept) > _KEPT_MAX:
            self._kept.popitem(last=False)

    def get(self, identifier: str) -> Mapping[str, Any] | None:
        """Return what was kept, if it still is."""
        return self._kept.get(identifier)

    def clear(self) -> None:
        """Forget everything, as a restart does."""
        self._kept.clear()

"""What must not stay on the disk, and is still needed to undo a deletion: kept in memory."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

_KEPT_MAX: Final = 200
_BYTES_MAX: Final = 64 * 1024 * 1024  # of pictures; words are small


class Keepsakes:
    """What is needed to undo a deletion that left nothing on the disk; by the step's id."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Mapping[str, Any], int]] = OrderedDict()
        self._bytes = 0

    def keep(self, identifier: str, content: Mapping[str, Any], size: int = 0) -> None:
        """Keep something of `size` bytes; the oldest goes when there is too much."""
        self._kept[identifier] = content, size
        self._bytes += size
        while len(self._kept) > _KEPT_MAX or (self._bytes > _BYTES_MAX and len(self._kept) > 1):
            _, (_, gone) = self._kept.popitem(last=False)
            self._bytes -= gone

    def get(self, identifier: str) -> Mapping[str, Any] | None:
        """Return what was kept, if it still is."""
        found = self._kept.get(identifier)
        return None if found is None else found[0]

    def clear(self) -> None:
        """Forget everything, as a restart does."""
        self._kept.clear()
        self._bytes = 0

"""Which test hits which limit of the wire.

`hits` only writes names down; `tests/test_limits.py` collects them without running anything and
compares them with `federation.wire.LIMITS`.
"""

from collections.abc import Callable
from typing import Final, TypeVar

Test = TypeVar("Test", bound=Callable[..., object])
MARK: Final = "hits"


def hits(*_names: str) -> Callable[[Test], Test]:
    """Say that a test goes beyond these limits over a real connection, and is refused."""

    def unchanged(test: Test) -> Test:
        return test

    return unchanged

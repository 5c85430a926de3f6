"""What holds for every test: nothing of ours sleeps or waits for the network on the event loop."""

from collections.abc import Iterator

import pytest
from blockbuster import blockbuster_ctx

# Starting opens files and the database, on purpose and before anything is served; those stay
# allowed. Whatever waits for somebody else does not.
WATCHED = ("time.", "socket.", "ssl.", "threading.")


@pytest.fixture(autouse=True)
def no_blocking_calls() -> Iterator[None]:
    """Fail a test in whose event loop one of our modules blocks."""
    with blockbuster_ctx(["keys", "federation", "portfolio"]) as blockbuster:
        for name, function in blockbuster.functions.items():
            if not name.startswith(WATCHED):
                function.deactivate()
        yield

"""What holds for every test: nothing of ours sleeps or waits for the network on the event loop."""

import os
import sys
from collections.abc import Iterator

import pytest
from blockbuster import blockbuster_ctx

from tests.nursery import Nursery

# Starting opens files and the database, on purpose and before anything is served; those stay
# allowed. Whatever waits for somebody else does not.
WATCHED = ("time.", "socket.", "ssl.", "threading.")


# Hundreds of planners are started as processes. Where the environment forbids bytecode, as images
# of containers do, each would compile all of our modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What takes long comes first, so that quick files fill up what is left on each core at the end.
SLOW = ("e2e/test_crashes", "simulation/", "browser/", "portfolio/api/test_openapi", "e2e/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow files first; the order within a file stays."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    path = item.nodeid.removeprefix("tests/")
    found = (place for place, start in enumerate(SLOW) if path.startswith(start))
    return next(found, len(SLOW))


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where planners as processes come from quickly."""
    made = Nursery()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def no_blocking_calls() -> Iterator[None]:
    """Fail a test in whose event loop one of our modules blocks."""
    with blockbuster_ctx(["keys", "federation", "portfolio"]) as blockbuster:
        for name, function in blockbuster.functions.items():
            if not name.startswith(WATCHED):
                function.deactivate()
        yield

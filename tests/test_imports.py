"""The packages stand on each other in one direction; no module imports itself by others."""

import graphlib
import subprocess
import sys

import grimp
import pytest

PACKAGES = ("keys", "federation", "portfolio")
BLOCKED = {
    "keys": ("federation", "portfolio"),
    "federation": ("portfolio",),
    "federation.directory.__main__": ("portfolio",),
}
IMPORT_WITHOUT = """
import importlib, sys
for name in {blocked!r}:
    sys.modules[name] = None
importlib.import_module({module!r})
"""


@pytest.mark.parametrize("module", sorted(BLOCKED))
def test_a_lower_package_imports_without_the_higher_ones(module: str) -> None:
    code = IMPORT_WITHOUT.format(blocked=BLOCKED[module], module=module)

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_a_command_does_not_load_rich_and_leaves_it_to_who_wants_it() -> None:
    code = """
import sys
from portfolio.cli import main
main.get_command(None, "serve")
assert "structlog" in sys.modules
assert "rich" not in sys.modules
"""

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}

    order = list(graphlib.TopologicalSorter(imports).static_order())  # raises CycleError

    assert {"keys.canonical", "federation.node", "portfolio.app"} <= set(order)

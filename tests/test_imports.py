"""The three packages stand on each other in one direction, and every module imports alone."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

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


def modules(package: str) -> list[str]:
    """Return the names of all modules of a package."""
    root = importlib.import_module(package)
    found = [package]
    found += [m.name for m in pkgutil.walk_packages(root.__path__, package + ".")]
    return [name for name in found if ".migrations" not in name]


@pytest.mark.parametrize("module", sorted(BLOCKED))
def test_a_lower_package_imports_without_the_higher_ones(module: str) -> None:
    code = IMPORT_WITHOUT.format(blocked=BLOCKED[module], module=module)

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("package", ["keys", "federation", "portfolio"])
def test_every_module_imports_first_without_a_cycle(package: str) -> None:
    code = (
        "import importlib, sys\n"
        "OURS = ('keys', 'federation', 'portfolio')\n"
        f"names = {[m for m in modules(package) if not m.endswith('__main__')]!r}\n"
        "for name in names:\n"
        "    for loaded in [m for m in sys.modules if m.split('.')[0] in OURS]:\n"
        "        del sys.modules[loaded]\n"
        "    importlib.import_module(name)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr

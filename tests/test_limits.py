"""Every limit of the wire is hit by a test, and every name that a test gives is a limit."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from federation.wire import LIMITS, limit
from keys.canonical import check_ijson
from keys.errors import NotCanonicalError
from keys.identity import DEVICES_MAX
from tests.limits import MARK

TESTS: Final = Path(__file__).parent


def marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield (test, limit) for each name given to `hits` on a test function."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == MARK:
                for name in decorator.args:
                    assert isinstance(name, ast.Constant), f"{node.name} names no limit"
                    yield node.name, str(name.value)


def walk() -> dict[str, list[str]]:
    """Return {limit: the tests that hit it} of all test modules."""
    found: dict[str, list[str]] = {}
    for module in sorted(TESTS.rglob("test_*.py")):
        if "node_modules" in module.parts:
            continue
        for test, name in marks(ast.parse(module.read_text())):
            assert test.startswith("test_"), f"{test} is not run"
            found.setdefault(name, []).append(f"{module.relative_to(TESTS)}::{test}")
    return found


HIT: Final = walk()


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_a_limit_has_unit_and_reason_and_is_hit_by_a_test(name: str) -> None:
    one = LIMITS[name]

    assert one.value > 0
    assert one.why
    assert HIT.get(name), f"no test hits {name}"


def test_nothing_but_limits_is_named() -> None:
    assert sorted(HIT.keys() - LIMITS.keys()) == []


def test_a_limit_that_no_test_hits_is_noticed() -> None:
    source = "@hits('known')\nasync def test_one() -> None: ...\n\ndef test_two() -> None: ...\n"

    assert list(marks(ast.parse(source))) == [("test_one", "known")]


def test_bounds_that_keys_enforce_are_those_of_the_wire() -> None:
    """`keys` knows nothing of federation, so these two stand there as well."""
    assert limit("devices") == DEVICES_MAX
    nested: list[object] = []
    for _ in range(limit("depth") - 1):
        nested = [nested]
    check_ijson(nested)
    with pytest.raises(NotCanonicalError):
        check_ijson([nested])

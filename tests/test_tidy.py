"""Style as a test: sizes, unfinished work, machine paths, and things that have one place."""

import ast
import re
import statistics
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
FUNCTION_LINES_MEDIAN_MAX = 12
PACKAGES = ("keys", "federation", "portfolio")
UNFINISHED = re.compile(
    r"NotImplementedError|coming soon|not implemented yet|\b(?:TODO|FIXME|XXX)\b", re.IGNORECASE
)
# Written apart, so that this file does not find itself.
FOREIGN = re.compile(
    "/" + "work/|/" + "farm/|\\." + "library|registry" + r"\.npmjs|files\.python" + "hosted"
)


def tracked(*patterns: str) -> list[Path]:
    """Return the files of the checkout, tracked or new, without what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def sources() -> list[Path]:
    """Return the Python files of the three packages, without migrations."""
    return [
        path
        for path in tracked("*.py")
        if path.relative_to(ROOT).parts[0] in PACKAGES and "migrations" not in path.parts
    ]


def functions(path: Path) -> list[tuple[str, int]]:
    """Return each function of a file with its number of lines."""
    tree = ast.parse(path.read_text())
    return [
        (node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_no_module_is_longer_than_one_idea() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("*.py", "*.ts", "*.tsx")
        if "migrations" not in path.parts
        and path.name != "schema.ts"  # generated from the OpenAPI document
        and (lines := path.read_text().count("\n")) > MODULE_LINES_MAX
    }

    assert long == {}


def test_functions_are_short() -> None:
    sizes = {(str(p.relative_to(ROOT)), name): n for p in sources() for name, n in functions(p)}

    assert {where: n for where, n in sizes.items() if n > FUNCTION_LINES_MAX} == {}
    assert statistics.median(sizes.values()) <= FUNCTION_LINES_MEDIAN_MAX


def test_nothing_reads_like_something_unfinished() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in tracked("*.py", "*.ts", "*.tsx", "*.md")
        if path != Path(__file__)
        for line in path.read_text().splitlines()
        if UNFINISHED.search(line)
    ]

    assert found == []


def test_no_path_or_host_of_a_machine_stands_in_the_tree() -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [
            str(path.relative_to(ROOT)) for line in text.splitlines() if FOREIGN.search(line)
        ]

    assert found == []


def test_there_is_no_package_file_under_tests() -> None:
    assert [p for p in tracked("tests/*.py") if p.name == "__init__.py"] == []


def test_the_top_level_holds_only_what_was_decided() -> None:
    allowed = {
        "keys", "federation", "portfolio", "tests", "docs", "pyproject.toml", "README.md",
        "LICENSE", "CHANGELOG.md", "requirements.lock", "hatch_build.py", "run",
    }  # fmt: skip

    found = {p.relative_to(ROOT).parts[0] for p in tracked()}

    assert {name for name in found if not name.startswith(".")} <= allowed


def test_every_ignored_lint_has_a_reason() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "# noqa" in line and not re.search(r"# noqa: [A-Z0-9, ]+ - \S", line)
    ]

    assert bare == []


@pytest.mark.parametrize("module", ["keys", "federation", "portfolio"])
def test_every_package_says_what_it_is(module: str) -> None:
    for path in (ROOT / module).rglob("__init__.py"):
        if "migrations" in path.parts:
            continue
        docstring = ast.get_docstring(ast.parse(path.read_text())) or ""

        assert len(docstring) > 20, path

"""The page's German for what the planner refuses: each kind of problem, and each sentence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from portfolio.api.problems import PROBLEMS

ROOT: Final = Path(__file__).resolve().parents[2]
WORDS: Final = ROOT / "portfolio" / "web" / "src" / "i18n"
REFUSALS: Final = (WORDS / "de" / "refusals.ts").read_text()
FOLDERS: Final = ("domain", "services", "api")
# Whose sentences reach the page (portfolio/api/errors.py): not those of what is not found.
REFUSING: Final = re.compile(
    r"^(NotAllowed|Gone|TooMany|Overtaken|Conflict|Confirmation|Transition|Rule|Domain|Amount|"
    r"Currency|Idea|Ledger|Oversold|Lot|Rate|Problem|Field)Error$|^Problem$"
)
# What only a program can be told: the page sends no such request.
FOR_PROGRAMS: Final = re.compile(
    r"such parameter|given more than once|not a key|not of here|no form|plain parts|"
    r"A form has|WebSocket|bytes$|Say exactly one|must be finite|size step|"
    r"^Say which \w+$|^Income goes by|such allocation|^Only the commands"
)


def _text(node: ast.expr) -> str | None:
    """The sentence of an argument, with a `1` where a value is put in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(
                str(part.value) if isinstance(part, ast.Constant) else "1" for part in parts
            )
        case _:
            return None


def _sentences() -> Iterator[str]:
    for folder in FOLDERS:
        for file in sorted((ROOT / "portfolio" / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and REFUSING.search(ast.unparse(node.func)):
                    given = (_text(each) for each in node.args)
                    yield from (text for text in given if text is not None and " " in text)


SENTENCES: Final = sorted({text for text in _sentences() if not FOR_PROGRAMS.search(text)})
PATTERNS: Final = [
    re.compile(found) for found in re.findall(r"^  \[/(.+)/, \(", REFUSALS, re.MULTILINE)
]


def test_sentences_and_patterns_are_found_at_all() -> None:
    assert len(SENTENCES) > 90
    assert len(PATTERNS) > 30


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_sentence_is_said_in_german(sentence: str) -> None:
    assert any(pattern.search(sentence) for pattern in PATTERNS), (
        f"a German page leaves out {sentence!r}: say it in i18n/de/refusals.ts"
    )


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_kind_of_problem_has_its_words(language: str) -> None:
    catalogue = (WORDS / language / "problems.ts").read_text()
    told = set(re.findall(r'^    "?([a-z-]+)"?: \{', catalogue, re.MULTILINE))

    assert set(PROBLEMS) - told == set()

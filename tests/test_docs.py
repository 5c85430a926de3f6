"""The handbook says what the code does: reference pages are current, and nothing is left out."""

import re
from pathlib import Path

import pytest

from federation.log.results import AGAIN, DURABLE, REASONS
from federation.wire import LIMITS
from portfolio.api import OPERATIONS
from portfolio.api.problems import PROBLEMS
from portfolio.cli import COMMANDS
from portfolio.events import KINDS
from portfolio.messages import MESSAGES
from tests import reference

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", sorted(reference.PAGES))
def test_a_reference_page_says_what_the_code_says(page: str) -> None:
    assert (reference.FOLDER / page).read_text() == reference.written(page), (
        "run: .venv/bin/python -m tests.reference"
    )


def test_the_pages_types_are_made_from_the_current_description() -> None:
    described = (ROOT / "portfolio" / "web" / "openapi.json").read_bytes()

    assert described == reference.openapi(), "run: .venv/bin/python -m tests.reference"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("reference/limits.md", [f"`{name}`" for name in LIMITS]),
        ("reference/reasons.md", [f"`refused:{name}`" for name in REASONS]),
        ("reference/problems.md", [f"`{name}`" for name in PROBLEMS]),
        ("reference/live.md", [f"## {name}" for name in MESSAGES]),
        ("reference/events.md", [f"`{name}`" for name in KINDS.names()]),
        ("reference/rest.md", [f"`{each.method} {each.path}`" for each in OPERATIONS]),
        ("reference/commands.md", [f"## portfolio {name}" for name in COMMANDS]),
        ("protocol.md", [f"`{word}`" for word in sorted(DURABLE | AGAIN)]),
    ],
)
def test_nothing_is_left_undocumented(page: str, words: list[str]) -> None:
    text = (DOCS / page).read_text()

    assert words
    assert [word for word in words if word not in text] == []


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = []
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")]:
        if "_build" in page.parts:
            continue
        for target in LINK.findall(page.read_text()):
            if not target.startswith(("http:", "https:", "mailto:")):
                there = (page.parent / target).resolve()
                if not there.exists():
                    broken.append(f"{page.relative_to(ROOT)}: {target}")

    assert broken == []


def test_every_page_is_in_the_handbook() -> None:
    listed = " ".join(
        page.read_text() for page in DOCS.rglob("*.md") if "toctree" in page.read_text()
    )
    pages = [p for p in DOCS.rglob("*.md") if "_build" not in p.parts and p.stem != "index"]

    assert [p.name for p in pages if p.stem not in listed and p.parent.name != "adr"] == []

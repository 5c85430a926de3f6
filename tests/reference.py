"""The reference pages of the handbook, written from the code they describe.

`python -m tests.reference` writes them to `docs/reference`; `tests/test_docs.py` fails when one is
not what the code says.
"""

import inspect
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
import orjson

from federation.log.results import REASONS
from federation.wire import LIMITS
from keys.purposes import PURPOSES
from portfolio.api import OPERATIONS, RESOURCES
from portfolio.api.openapi import document
from portfolio.api.problems import PROBLEMS
from portfolio.cli import main as commands
from portfolio.events import KINDS
from portfolio.messages import MESSAGES

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
VERSION = "1"  # of the described API, not of the program
NOTE = "<!-- Written from the code by `python -m tests.reference`; do not edit. -->"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def limits() -> str:
    """Every bound of the wire."""
    rows = ((f"`{n}`", f"{v.value:,} {v.unit}".strip(), v.why) for n, v in LIMITS.items())
    intro = "Each limit stands in one place, `federation/wire.py`, and a test hits each of them."
    return f"# Limits\n\n{intro}\n\n" + table(("limit", "value", "why"), rows)


def reasons() -> str:
    """Every reason of a refusal between nodes."""
    rows = ((f"`refused:{name}`", text) for name, text in REASONS.items())
    return "# Reasons of refusals\n\nBetween planners; final until a newer grant.\n\n" + table(
        ("word", "meaning"), rows
    )


def problems() -> str:
    """Every problem type of the REST API."""
    rows = ((f"`{p.name}`", p.status, p.title, p.meaning) for p in PROBLEMS.values())
    intro = (
        "Errors are `application/problem+json` (RFC 9457). `type` is "
        f"`{next(iter(PROBLEMS.values())).uri.rsplit('/', 1)[0]}/` and the name."
    )
    return f"# Problem types\n\n{intro}\n\n" + table(("name", "status", "title", "when"), rows)


def rest() -> str:
    """Every route of the REST API."""
    intro = (
        "Below `/api/v1` on the app listener; bearer token or session cookie on every route "
        "unless marked open. The whole description is the OpenAPI 3.1 document at "
        "`/api/v1/openapi.json`."
    )
    parts = ["# REST API", intro]
    for resource in RESOURCES:
        name = resource.__name__.rsplit(".", 1)[-1]
        parts.append(f"## {name}\n\n{inspect.getdoc(resource) or ''}")
        parts.append(table(("route", "", "problems of its own"), map(_route, resource.ROUTES)))
    return "\n\n".join(parts)


def _route(operation: object) -> Sequence[str]:
    method, path = getattr(operation, "method", ""), getattr(operation, "path", "")
    handler = getattr(operation, "handler", None)
    said = (inspect.getdoc(handler) or "").split("\n\n")[0]
    if getattr(operation, "open_to_all", None):
        said += " (open)"
    own = ", ".join(f"`{name}`" for name in getattr(operation, "errors", ()))
    return f"`{method} {path}`", said, own


def live() -> str:
    """Every live message."""
    intro = (
        "`GET /api/v1/live[?since=n]` upgrades to a WebSocket. Each message is JSON "
        "`{n, type, data}`; the first is `hello`. After a break, connect with `since` = the last "
        "`n` seen. The list is closed."
    )
    parts = ["# Live messages", intro]
    for name, model in MESSAGES.items():
        rows = (
            (f"`{field}`", str(info.annotation).replace("typing.", ""), info.description or "")
            for field, info in model.model_fields.items()
        )
        parts.append(f"## {name}\n\n{inspect.getdoc(model)}\n\n" + table(("data", "", ""), rows))
    return "\n\n".join(parts)


def kinds() -> str:
    """Every event kind."""
    rows = []
    for name in KINDS.names():
        kind = KINDS.get(name)
        if kind is not None:
            documents = ", ".join(sorted(kind.documents))
            rows.append((f"`{name}`", kind.cls, kind.verb, documents))
    own = (
        ("`genesis/1`", "grant", "Create", "every: makes the document"),
        ("`grant/1`", "grant", "Add", "every: gives or takes a role"),
        ("`close/1`", "close", "Remove", "every: ends streams of a retired device"),
        ("`left/1`", "close", "Remove", "every: a member leaves"),
    )
    signed = table(
        ("purpose", "says", "members that must be there"),
        (
            (f"`{name}`", p.says, ", ".join(f"`{m}`" for m in sorted(p.members)))
            for name, p in PURPOSES.items()
        ),
    )
    return (
        "# Event kinds\n\nWhat `portfolio` registers, and federation's own four.\n\n"
        + table(("kind", "class", "ActivityStreams type", "in documents"), [*rows, *own])
        + "\n\n## Purposes of signatures\n\nWhere no standard says otherwise; see "
        "[the protocol](../protocol.md).\n\n" + signed
    )


def cli() -> str:
    """Every command with its options and environment variables."""
    intro = (
        "Every option is also an environment variable. Without a terminal nothing ever asks. "
        "All commands exit 0 only on success."
    )
    parts = ["# Commands and settings", intro]
    context = click.Context(commands)
    for name in sorted(commands.list_commands(context)):
        command = commands.get_command(context, name)
        if command is None:
            raise TypeError(f"no command {name}")
        parts.append(f"## portfolio {name}\n\n{inspect.cleandoc(command.help or '')}")
        rows = [_option(name, p) for p in command.params if isinstance(p, click.Option)]
        if rows:
            parts.append(table(("option", "environment", ""), rows))
    return "\n\n".join(parts)


def _option(command: str, option: click.Option) -> Sequence[str]:
    variable = option.envvar or f"PORTFOLIO_{command}_{option.name}".upper().replace("-", "_")
    if not isinstance(variable, str):
        variable = ", ".join(variable)
    return f"`{', '.join(option.opts)}`", f"`{variable}`", option.help or ""


PAGES: dict[str, Callable[[], str]] = {
    "limits.md": limits,
    "reasons.md": reasons,
    "problems.md": problems,
    "rest.md": rest,
    "live.md": live,
    "events.md": kinds,
    "commands.md": cli,
}


def written(name: str) -> str:
    """Return the text of a page."""
    return f"{NOTE}\n\n{PAGES[name]()}\n"


def openapi() -> bytes:
    """Return the OpenAPI document as the page's types are made from it."""
    return (
        orjson.dumps(document(OPERATIONS, VERSION, "pp_session"), option=orjson.OPT_INDENT_2)
        + b"\n"
    )


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for page in PAGES:
        (FOLDER / page).write_text(written(page))
    (FOLDER.parent.parent / "portfolio" / "web" / "openapi.json").write_bytes(openapi())

"""`portfolio`: the commands, each in a module of its own that is imported when it is called.

So `portfolio token` costs no more than what it needs, and a second start is quick. Every option
is also an environment variable `PORTFOLIO_…`. Without a terminal nothing ever asks. Exit code 0
only on success; 1 and one line that says what to do otherwise; 2 for a wrong option.
"""

import importlib
import sys
from typing import Final

import click
from typing_extensions import override

COMMANDS: Final = {
    "init": "portfolio.commands.init:init",
    "start": "portfolio.commands.serve:start",
    "serve": "portfolio.commands.serve:serve",
    "login": "portfolio.commands.access:login",
    "token": "portfolio.commands.access:token",
    "directory": "portfolio.commands.directory:directory",
    "demo": "portfolio.commands.demo:demo",
    "import": "portfolio.commands.import_:import_",
    "export": "portfolio.commands.export:export",
    "backup": "portfolio.commands.backup:backup",
    "restore": "portfolio.commands.backup:restore",
    "verify-record": "portfolio.commands.verify_record:verify_record",
    "doctor": "portfolio.commands.doctor:doctor",
}


class LazyGroup(click.Group):
    """A group whose commands are imported by name."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        _load_structlog()
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None


def _load_structlog() -> None:
    """Load structlog without rich, which it takes along where a development tool has brought it.

    Our tracebacks are plain, and rich costs each start 4 MiB and a twentieth of a second.
    """
    if {"structlog", "rich"} & sys.modules.keys():
        return
    sys.modules["rich"] = None  # type: ignore[assignment] # as good as not installed
    try:
        importlib.import_module("structlog")
    finally:
        del sys.modules["rich"]


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="portfolio-planner", prog_name="portfolio")
def main() -> None:
    """Your own trading notebook, shared with friends from planner to planner."""

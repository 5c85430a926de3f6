"""`portfolio demo`: two planners and a directory on this machine, with sample data."""

import asyncio
from pathlib import Path

import click

from portfolio.commands.options import default_home, option
from portfolio.demo.main import run, run_walk
from portfolio.demo.processes import DemoError


@click.command()
@option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
    default=lambda: default_home().with_name("portfolio-planner-demo"),
    show_default="~/.local/share/portfolio-planner-demo",
    help="Folder of the demo's planners.",
)
@option("--fresh", is_flag=True, help="Begin anew: remove what the last demo left.")
@option("--lan", is_flag=True, help="No directory: they find each other on the local network.")
@option("--walk", is_flag=True, help="No browser: go through everything once, and check it.")
def demo(*, home: Path, fresh: bool, lan: bool, walk: bool) -> None:
    """Run a directory and two planners, Alice's and Bob's, with sample data."""
    try:
        asyncio.run(run_walk(lan=lan) if walk else run(home, fresh=fresh, lan=lan))
    except DemoError as error:
        raise click.ClickException(str(error)) from None
    except ExceptionGroup as group:
        expected, others = group.split(DemoError)
        if others is not None or expected is None:
            raise
        raise click.ClickException("; ".join(map(str, expected.exceptions))) from None

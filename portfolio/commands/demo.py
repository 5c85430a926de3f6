"""`portfolio demo`: a directory and two planners on this machine, with sample data."""

import asyncio
from pathlib import Path

import click

from portfolio import logs
from portfolio.commands.options import default_home, option
from portfolio.demo.main import run, run_walk
from portfolio.demo.processes import DemoError


def _demo_home() -> Path:
    return default_home().with_name("portfolio-planner-demo")


@click.command()
@option("--fresh", is_flag=True, help="Begin anew; what was kept is removed.")
@option("--lan", is_flag=True, help="No directory: the two find each other on the network.")
@option("--walk", is_flag=True, help="Walk through everything once, checked; no browser needed.")
@option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
    default=_demo_home,
    show_default="~/.local/share/portfolio-planner-demo",
    help="Folder where the demo keeps its state.",
)
def demo(home: Path, *, fresh: bool, lan: bool, walk: bool) -> None:
    """Show two planners, Alice's and Bob's, sharing ideas, until Ctrl-C."""
    logs.configure("warning")
    try:
        asyncio.run(run_walk(lan=lan) if walk else run(home, fresh=fresh, lan=lan))
    except DemoError as error:
        raise click.ClickException(str(error)) from None

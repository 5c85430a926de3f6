"""`portfolio directory`: the same as `python -m federation.directory`."""

import sys

import click

from federation.directory.main import main


@click.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.pass_context
def directory(ctx: click.Context) -> None:
    """Run a directory, where people find each other; it carries nothing else."""
    sys.exit(main(ctx.args))

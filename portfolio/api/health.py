"""Whether this planner is alive, for everybody; how it is, for who is logged in."""

from typing import Literal

from sqlalchemy import text

from portfolio.api.context import Context
from portfolio.api.fields import Absent, Out, absent
from portfolio.api.op import op
from portfolio.api.shell import SHELL


class Details(Out):
    """How the planner is doing."""

    database: Literal["ok"]
    sockets: int
    directory: str
    nearby: str


class Health(Out):
    """`details` only with a login."""

    status: Literal["ok"]
    version: str
    details: Details | Absent = absent()


@op("GET", "/health", open_to_all="a proxy or a person asks whether it runs")
async def read_health(context: Context) -> Health:
    """Ask whether the planner runs."""
    shell = context.request.app[SHELL]
    if context.principal is None:
        return Health(status="ok", version=shell.version)
    await context.read(lambda conn: conn.execute(text("SELECT 1")).scalar_one())
    status = shell.status()
    details = Details(
        database="ok",
        sockets=len(shell.hub),
        directory=status.directory,
        nearby=status.nearby,
    )
    return Health(status="ok", version=shell.version, details=details)


ROUTES = (read_health,)

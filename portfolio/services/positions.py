"""Positions of both kinds, as lists show them."""

from sqlalchemy import Connection

from portfolio.services.planner import Planner
from portfolio.storage import positions
from portfolio.storage.positions import Position

page = positions.page


def completeness(planner: Planner, conn: Connection, found: Position) -> tuple[int, int]:
    """Return how many events of a shared position are known to exist, and how many are missing.

    A position that was never shared is complete.
    """
    if found.doc is None:
        return 0, 0
    status = planner.log.status(conn, found.doc)
    return status.known, status.missing

"""Positions of both kinds, as lists show them."""

from sqlalchemy import Connection

from federation.log.kinds import Gap
from portfolio.services.planner import Planner
from portfolio.storage import positions
from portfolio.storage.positions import Position

page = positions.page


def completeness(planner: Planner, conn: Connection, found: Position) -> Gap:
    """Return what keeps a position from being shown whole; one never shared is complete."""
    return Gap() if found.doc is None else planner.log.gap(conn, found.doc)

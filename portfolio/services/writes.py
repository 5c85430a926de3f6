"""The content of an event that writes fields: new values, and the events they replace."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from portfolio.events.registers import seen
from portfolio.services.planner import Planner


def write_content(
    planner: Planner, conn: Connection, doc: str, key: str, changed: Mapping[str, Any]
) -> dict[str, Any]:
    """Return `{fields, over}` for a write of `changed` to an entity of a document."""
    entity = planner.log.entity(conn, doc, key) or {}
    registers = entity.get("registers", {})
    over = {name: seen(registers, name) for name in changed}
    return {
        "fields": dict(changed),
        "over": {name: hashes for name, hashes in over.items() if hashes},
    }

"""NodeInfo 2.1: which software this is, and that one person lives here. Pure."""

from typing import Any, Final

from federation.wire import NODEINFO_21_PATH

SCHEMA_21: Final = "http://nodeinfo.diaspora.software/ns/schema/2.1"
NODEINFO_TYPE: Final = f'application/json; profile="{SCHEMA_21}#"'


def links(base_url: str) -> dict[str, Any]:
    """Return the document at `/.well-known/nodeinfo`."""
    return {"links": [{"rel": SCHEMA_21, "href": base_url + NODEINFO_21_PATH}]}


def nodeinfo(version: str) -> dict[str, Any]:
    """Return NodeInfo 2.1 of a planner of this version: no counts that could tell of its use."""
    return {
        "version": "2.1",
        "software": {"name": "portfolio-planner", "version": version},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": {"users": {"total": 1}},
        "metadata": {},
    }

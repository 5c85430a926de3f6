"""Roles: who may write which class of event (PROTOCOL §2).

The table is over classes, never over kinds: an application adds kinds without anything here
changing, and a node decides about kinds of tomorrow that it cannot read.
"""

from typing import Final

from federation.log.kinds import EventClass, RoleName

ROLES: Final[tuple[RoleName, ...]] = ("none", "viewer", "commenter", "editor", "owner")
"""All roles, from the lowest up."""

CLASSES: Final[tuple[EventClass, ...]] = ("comment", "edit", "grant", "close")

RANK: Final[dict[RoleName, int]] = {role: rank for rank, role in enumerate(ROLES)}

_ALLOWED: Final[dict[RoleName, frozenset[EventClass]]] = {
    "none": frozenset(),
    "viewer": frozenset({"close"}),
    "commenter": frozenset({"close", "comment"}),
    "editor": frozenset({"close", "comment", "edit"}),
    "owner": frozenset({"close", "comment", "edit", "grant"}),
}


def allows(role: RoleName, cls: EventClass) -> bool:
    """Say whether a role may write events of a class."""
    return cls in _ALLOWED[role]


def falls(before: RoleName, after: RoleName) -> bool:
    """Say whether going from one role to the other takes something away."""
    return RANK[after] < RANK[before]

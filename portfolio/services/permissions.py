"""The one permission check: page, API and federation ask the same table.

What a role allows stands in `federation.log.roles`. Federation judges by it each event that any
planner sends; here the services ask it before they write one, and the page's API is nothing but
the services. How *much* somebody sees is no question of roles: it follows from which documents
they are members of (`share_documents`).
"""

from federation.log.kinds import EventClass
from federation.log.roles import ROLES, allows
from portfolio.services.errors import NotAllowedError


def may(role: str | None, cls: EventClass) -> bool:
    """Say whether a role lets its holder write events of a class; of a role unknown, nothing."""
    return role in ROLES and allows(role, cls)


def require(role: str | None, cls: EventClass, otherwise: str) -> None:
    """Check that a role allows events of a class; `otherwise` says why not.

    Raises:
        NotAllowedError: it does not.
    """
    if not may(role, cls):
        raise NotAllowedError(otherwise)

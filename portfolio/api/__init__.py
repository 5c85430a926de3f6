"""The REST API: one module per resource, each described by the signatures of its handlers.

A new resource is a module with `ROUTES` (see `op.py`) and one name in `RESOURCES`.
"""

from typing import Final

from portfolio.api import (
    accounts,
    allocation,
    attachments,
    comments,
    description,
    details,
    explain,
    export,
    feed,
    friends,
    gains,
    guests,
    health,
    ideas,
    imports,
    income,
    instruments,
    live,
    me,
    metrics,
    performance,
    portfolio,
    positions,
    prices,
    record,
    sample,
    session,
    settings,
    shares,
    trades,
    transactions,
    undo,
)
from portfolio.api.op import Operation

RESOURCES: Final = (
    session,
    me,
    settings,
    ideas,  # before positions: their paths are more exact
    trades,
    attachments,
    positions,
    comments,
    shares,
    guests,
    transactions,
    imports,
    export,
    accounts,
    portfolio,
    performance,
    explain,
    gains,
    income,
    allocation,
    record,
    instruments,
    prices,
    friends,
    feed,
    sample,
    undo,
    health,
    metrics,
    details,
    live,
    description,
)
OPERATIONS: Final[tuple[Operation, ...]] = tuple(
    operation for resource in RESOURCES for operation in resource.ROUTES
)
AT_ROOT: Final = ("read_health", "read_metrics")  # answered without /api/v1 too
